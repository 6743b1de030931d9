// SPDX-License-Identifier: ISC
// Where an integration test lives: a temporary directory, and everything started in
// it. Both are gone when the sandbox is. One sandbox at a time.
//
// Waiting rule: never sleep. Scripts report by `echo word >$EVENTS`, which event()
// reads, and block on `read order <$ORDERS`, which order() writes. The supervisor's
// doings are waited for with await().
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hh"
#include "catch.hh"
#include "process.hh"
#include "service/status.hh"

namespace stoker::test {

// A run script: says "up PID", and ends when told by TERM, saying "term", or by an order,
// with the code that it is. See service_part.cc.
constexpr char obedient[] = "exec $SERVE \"up $$\" orders TERM=term!0";

// A FIFO that the test keeps open at both ends, so opening it never blocks.
class Channel {
 public:
  explicit Channel(const std::string& path);
  // The next line; fails the test if none comes in time.
  std::string line();
  // The next line if it is there already or comes within `limit`.
  std::optional<std::string> line_within(Moment limit);
  void say(std::string_view line);
  const std::string& path() const { return path_; }

 private:
  std::optional<std::string> take_line();
  std::string path_, pending_;
  Fd fd_;
};

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // --- files; names are relative to the sandbox, and parents are made ---

  std::string path(const std::string& name = "") const;
  // An executable file. In a shell script (#!/bin/sh is put before a body without its
  // own first line) $BOX, $EVENTS and $ORDERS are known, $SELF, the test program (see
  // Part), and $SERVE, a service that misses no signal (see service_part.cc).
  void script(const std::string& name, const std::string& body);
  void write(const std::string& name, std::string_view text);
  void append(const std::string& name, std::string_view text);
  void directory(const std::string& name);
  void link(const std::string& target, const std::string& name);
  void move(const std::string& from, const std::string& to);
  void remove(const std::string& name);  // with all that is in it
  void mode(const std::string& name, unsigned bits);
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;
  std::vector<std::string> list(const std::string& name = "") const;  // sorted

  // --- processes ---

  Process start(const Argv& argv, const Setup& setup = {});
  Result run(const Argv& argv, const Setup& setup = {});

  // --- what scripts say and are told ---

  std::string event() { return events_.line(); }
  std::vector<std::string> events(size_t count);  // sorted
  std::optional<std::string> event_within(Moment limit) { return events_.line_within(limit); }
  void order(std::string_view line = "go") { orders_.say(line); }
  Channel channel(const std::string& name);

  // Waits until it is true, and fails the test if that takes too long. Looks whenever
  // something changes in the sandbox, and now and then anyway.
  void wait_for(const std::function<bool()>& predicate, const std::string& what);

  // --- services under supervision, by their directory in the sandbox ---

  // Where state directories are when not in the services themselves ($SVSTATE).
  void state_root(const std::string& absolute) { state_root_ = absolute; }
  std::string state_directory(const std::string& service) const;

  // Starts `supervise service` and waits until it takes commands.
  Process supervise(const std::string& service = ".", const Setup& setup = {});
  void await_supervisor(const std::string& service = ".");
  void control(std::string_view letters, const std::string& service = ".");
  StatusFile status(const std::string& service = ".");

  // Waits by subscribing to the supervisor's events. For the logger in its directory
  // there is await_log.
  StatusFile await(State state, const std::string& service = ".");
  StatusFile await_log(State state, const std::string& service = ".");
  StatusFile await(const std::function<bool(const StatusFile&)>& accept, const std::string& what,
                   const std::string& service = ".");

  // Fails the test, and shows what every process has said on standard error.
  [[noreturn]] void give_up(const std::string& what) const;

 private:
  std::string root_;  // the sandbox proper is ROOT/box
  std::string state_root_;
  Channel events_, orders_;
};

// A small file system of its own (tmpfs) in the sandbox, as long as it lives, in a mount
// namespace of this process. Needs can_mount().
class Mount {
 public:
  Mount(Sandbox& box, const std::string& name, const std::string& options = "");
  ~Mount();
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  // As `mount -o remount` does: "ro", "rw", "noexec" …
  void change(const std::string& options) const;

 private:
  std::string path_;
};

// How long that takes at least, as it tells itself. A busy machine makes anything slow now and
// then, a program that waits is slow each time: so there are tries until one takes less than
// `enough`, ten of them at most.
Moment least_time(Moment enough, const std::function<Moment()>& attempt);

// --- what this machine can do; a test that needs it begins with
//     if (!can_unshare()) SKIP("needs namespaces"); ---

bool can_be_root();
bool can_unshare();
bool can_mount();  // in a mount namespace of one's own
// Where they are: below /root, say, others cannot. `make` shows them to all elsewhere, if it can.
bool nobody_can_run();
// What the programs under test were built as.
bool is_portable_twin();
bool is_sanitized();
// The path of another suite's program, such as "sv" of runit; empty if it is not
// installed.
std::string genuine(const std::string& program);

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace stoker::test
