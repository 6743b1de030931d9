// SPDX-License-Identifier: ISC
// A Debian machine of its own: the root of this one, with the packages that tests/harness/debian
// has unpacked and with Stoker installed over runit's programs, in namespaces of its own.
// Process 1 is runsvdir. All of it is gone with its sandbox.
#pragma once
#include <string>
#include <vector>

#include "sandbox.hh"

namespace stoker::test {

class Machine {
 public:
  struct Kind {
    std::string suite = "ours";  // "runit": its programs stay as they are; "bare": no packages
    std::string init = "runsvdir -P /etc/service";
    std::string prepare{};  // a shell script, run in the new root before process 1
    bool apart = false;     // with the packages that conflict with the others
  };

  // Starts the machine; the first command waits until it has started.
  explicit Machine(Sandbox& box) : Machine(box, Kind{}) {}
  Machine(Sandbox& box, const Kind& kind);

  // Why it cannot run on this host; empty if it can.
  static std::string why_not();
  static std::string why_not_bare();

  // A shell script, as root.
  Process begin(const std::string& script);
  Result sh(const std::string& script);
  // Its standard output, less the last line's end; it must succeed.
  std::string ask(const std::string& script);

  // Of its files, by their full names.
  std::string read(const std::string& file) const;
  bool exists(const std::string& file) const;
  // A copy of a file of this host.
  void bring(const std::string& file, const std::string& to) const;
  void wait_for(const std::function<bool()>& predicate, const std::string& what) const;
  // Waits until the file contains the text.
  void await_words(const std::string& file, const std::string& words);

  // The command lines of all processes but the first, sorted.
  std::vector<std::string> processes();
  // All files outside /run, /tmp and /proc that are not as they were unpacked, sorted.
  std::vector<std::string> written();

 private:
  const std::string& first() const;
  std::string outside(const std::string& file) const;

  Sandbox& box_;
  Process outer_;
  mutable std::string first_;  // the pid of its process 1, as seen from outside
};

}  // namespace stoker::test
