// SPDX-License-Identifier: ISC
// A copy of one file of a service directory, beside links to all its other files: so it can be
// checked as if it were in its place. It is in a new directory in $TMPDIR, or /tmp.
#pragma once
#include "base/fd.hh"
#include "base/text.hh"

namespace stoker {

class EditCopy {
 public:
  EditCopy() = default;
  ~EditCopy() { remove(); }
  EditCopy(const EditCopy&) = delete;
  EditCopy& operator=(const EditCopy&) = delete;

  // Of the file `name` in the folder of that name, where that is not empty. `original` is read from
  // its beginning; -1: there is none yet. False with errno.
  bool make(int service, const PathText& folder, const PathText& name, int original);
  // Removes all but the copy, which is left to the user.
  void leave();

  const PathText& path() const { return path_; }
  // With the copy in its place; not open if make() has failed.
  int directory() const { return directory_.get(); }

 private:
  void remove();
  bool link_files(int service, const PathText& folder, const PathText& name);

  Fd directory_, folder_;
  PathText root_, folder_name_, name_, path_;
};

// Copies what there is to read. False with errno.
[[nodiscard]] bool copy_contents(int from, int to);
// A digest of what there is to read; 0 if it cannot be read, with errno.
uint64_t digest_of(int file);

}  // namespace stoker
