// SPDX-License-Identifier: ISC
// A tree with unit files, and systemctl over it.
#pragma once
#include "control.hh"

namespace stoker::test {

struct UnitTree : Tree {
  UnitTree() {
    directory("defs");
    directory("etc");
    directory("units");
    setup.environment["SVDEFINITIONS"] = path("defs");
    setup.environment["SYSTEMD_UNIT_PATH"] = path("etc") + ":" + path("units");
    setup.environment["LC_ALL"] = "C.UTF-8";
    setup.environment["TZ"] = "UTC";
  }

  // A definition that may be linked, with a comment that describes it.
  void define(const std::string& name, const std::string& run = "exec sleep 1000") {
    script("defs/" + name + "/run", "#!/bin/sh\n# The " + name + " service\n" + run + "\n");
  }
  void unit(const std::string& name, const std::string& text) { write("units/" + name, text); }

  Result systemctl(Argv words) {
    words.insert(words.begin(), init_directory() + "/systemctl");
    return run(words, setup);
  }
  // Its standard output and exit code: "active\n0".
  std::string ask(const Argv& words) {
    const Result result = systemctl(words);
    return result.out + std::to_string(result.code);
  }
  // Its standard error and exit code.
  std::string complaint(const Argv& words) {
    const Result result = systemctl(words);
    CHECK(result.out.empty());
    return result.err + std::to_string(result.code);
  }
};

}  // namespace stoker::test
