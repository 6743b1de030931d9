// SPDX-License-Identifier: ISC
// Waits until services have reached a state, or cannot reach it any more.
#pragma once
#include "base/mapped_array.hh"
#include "client/poll_set.hh"
#include "client/progression.hh"
#include "client/service_handle.hh"

namespace stoker {

struct Awaited {
  enum class Stage : uint8_t {
    requested,  // its supervisor has not started yet
    awaited,
    hopeless,
  };
  // Why it is hopeless.
  enum class Trouble : uint8_t { none, no_service, no_supervisor, failed };

  ServiceHandle handle;
  Progression progression;
  Probe probe;  // the latest
  Stage stage = Stage::awaited;
  bool asked = false;  // svscan has been asked for the supervisor
  Trouble trouble = Trouble::none;
  int error = 0;  // of no_service
  bool reached = false;
};

struct WaitOptions {
  Await await = Await::up;
  bool any = false;                  // one is enough
  bool keep_going = false;           // waiting for the others when one is hopeless
  bool requests_supervisor = false;  // asks svscan for supervisors that are missing
  Moment deadline = never;
  Moment patience = 0s;  // until then, a svscan may begin that is not there yet
};

class WaitRun {
 public:
  enum class Result : uint8_t { reached, hopeless, timed_out };

  WaitRun(const WaitOptions& wait_options, const Places& places, std::span<char* const> names);

  // Does not return if a signal asks this program to exit.
  Result run();

  // The outcome for each of them.
  std::span<const Awaited> all() const { return awaited_.all(); }

 private:
  void begin(Awaited& awaited, const char* name);
  void advance(Awaited& awaited);
  void hear(Awaited& awaited);
  void await_supervisor(Awaited& awaited);
  void lose(Awaited& awaited);
  void update(Awaited& awaited);
  void give_up(Awaited& awaited, Awaited::Trouble why);
  Result time_out();
  bool settled() const;
  [[noreturn]] void die_after(int signal);

  const WaitOptions wait_options_;
  const Places& places_;
  MappedArray<Awaited> awaited_;
  PollSet poll_set_;
  size_t reached_ = 0, hopeless_ = 0;
};

}  // namespace stoker
