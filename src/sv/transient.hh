// SPDX-License-Identifier: ISC
// The services of `sv run`. The definition of each is in .run of the scan directory, where svscan
// does not look, and a link with its name leads there. It has a file `down`, so that nothing starts
// it again, and a script `stop` by which it is removed when it has ended.
#pragma once
#include "client/printer.hh"
#include "client/service_handle.hh"
#include "sv/definition.hh"
#include "sv/run_output.hh"

namespace stoker {

constexpr char transient_directory[] = ".run";

class TransientService {
 public:
  // `places` must outlive it.
  TransientService(const Places& places, std::string_view name);

  // Writes the definition; `sv` is the path of this program. False after a line "fail: …".
  bool make(const NewService& service, const RunMark& mark, const char* sv, Page& page);
  // From now on svscan sees it. False with errno.
  bool link();

  // Opens one that there is. False with errno.
  bool open();
  // Who makes it, or waits for it, has its lock, which ends with the process: it is removed by
  // nobody else meanwhile. `waits`: for those who have it. False with errno.
  bool lock(bool waits);
  // Does nothing of it run, and is nothing to?
  bool rests() const;

  // Removes its link, waits until its supervisor has exited, but not longer than until then, and
  // removes its files. Done by others, that is as good.
  void remove(Moment deadline);

  const PathText& name() const { return name_; }
  PathText log_path() const;

 private:
  bool write(const NewService& service, const RunMark& mark, const char* sv);
  bool write_file(int directory, const char* name, std::string_view text, mode_t mode);
  bool is_still_there() const;
  void await_end(Moment deadline);
  void remove_states();

  const Places& places_;
  PathText name_;
  Fd scan_, parent_, directory_;
};

// Those that a machine which went down has left, or a killed sv.
void sweep_transient(const Places& places);

}  // namespace stoker
