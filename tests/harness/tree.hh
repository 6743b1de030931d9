// SPDX-License-Identifier: ISC
// A scan directory in a box, and services that report what happens to them.
#pragma once
#include <string>
#include <vector>

#include "sandbox.hh"

namespace stoker::test {

// Prints "NAME up" and, on TERM, "NAME down". The second one notifies its supervisor when
// it catches signals.
inline constexpr char speaker[] = "name=${PWD##*/}; exec $SERVE \"$name up\" \"TERM=$name down!0\"";
inline constexpr char ready_speaker[] =
    "name=${PWD##*/}; exec $SERVE \"$name up\" ready \"TERM=$name down!0\"";

struct Tree {
  Tree() { box.directory("scan"); }
  void service(const std::string& name, const std::string& script = speaker) {
    box.script("scan/" + name + "/run", script);
  }
  void ready_service(const std::string& name) {
    service(name, ready_speaker);
    box.write("scan/" + name + "/notification-fd", "3");
  }
  // svscan with these arguments.
  Process start(Argv words = {"scan"}, const Setup& setup = {}) {
    words.insert(words.begin(), "svscan");
    return box.start(words, setup);
  }
  Sandbox box;
  Channel never{box.channel("never")};
};

inline std::vector<std::string> lines(std::initializer_list<std::string> list) { return list; }

}  // namespace stoker::test
