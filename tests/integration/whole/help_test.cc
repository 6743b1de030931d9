// SPDX-License-Identifier: ISC
// What every program says about itself, under each of its names.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// All programs and all names of them.
Argv all_programs() {
  Argv programs;
  for (const std::string& folder : {program_directory(), init_directory()})
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      programs.push_back(entry.path());
  return programs;
}

std::string name_of(const std::string& program) {
  return std::filesystem::path(program).filename();
}

Result into(Sandbox& box, const std::string& where, const std::string& program,
            const std::string& word) {
  return box.run({"sh", "-c", "exec \"$0\" \"$1\" " + where, program, word});
}

}  // namespace

TEST_CASE("every program prints its usage and what it does for --help, and exits 0") {
  Sandbox box;
  const Argv programs = all_programs();
  CHECK(programs.size() > 35);
  for (const std::string& program : programs) {
    INFO(program);
    const Result result = box.run({program, "--help"});
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.find("usage: " + name_of(program)) == 0);
    CHECK(std::count(result.out.begin(), result.out.end(), '\n') > 2);
    CHECK(contains(result.out, "\nSee " + name_of(program) + "(8).\n"));
    CHECK(box.list().empty());
  }
}

TEST_CASE("no line of a help is longer than a terminal, but that of the usage") {
  Sandbox box;
  for (const std::string& program : all_programs()) {
    std::istringstream lines(box.run({program, "--help"}).out);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      INFO(program << ": " << line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("every program prints its name and the version for --version") {
  Sandbox box;
  const std::regex form("^[a-z0-9-]+ \\(Stoker\\) [0-9]+\\.[0-9]+\\.[0-9]+\n$");
  std::set<std::string> versions;
  for (const std::string& program : all_programs()) {
    INFO(program);
    const Result result = box.run({program, "--version"});
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    // Scripts compare the version of systemd.
    if (name_of(program) == "systemctl" || name_of(program) == "journalctl") {
      CHECK(result.out.starts_with("systemd 252 (stoker "));
      continue;
    }
    CHECK(std::regex_match(result.out, form));
    CHECK(result.out.find(name_of(program) + " ") == 0);
    versions.insert(result.out.substr(result.out.rfind(' ')));
  }
  CHECK(versions.size() == 1);
  CHECK(box.run({"sv", "-V"}).out == box.run({"sv", "--version"}).out);
  CHECK(box.run({"chpst", "-V"}).out == box.run({"chpst", "--version"}).out);
}

TEST_CASE("a help that cannot be written is a failure of every program") {
  Sandbox box;
  for (const std::string& program : all_programs())
    for (const std::string where : {">/dev/full", ">&-"}) {
      INFO(program << ' ' << where);
      CHECK(into(box, where, program, "--help").code == 111);
      CHECK(into(box, where, program, "--version").code == 111);
    }
}

TEST_CASE("an unknown option is named") {
  Sandbox box;
  for (const std::string program :
       {"sv",        "svc",     "svstat", "svup",      "svwait",      "svscan",
        "svlogd",    "svlog",   "svout",  "syslogtap", "tai64nlocal", "chpst",
        "softlimit", "setlock", "envini", "timer",     "jail",        "stoker-halt",
        "utmpset",   "await",   "accept", "tcpsvd",    "tcpserver",   "s6-ipcserver"}) {
    INFO(program);
    const Result letter = box.run({program, "-?"});
    CHECK(contains(letter.err, program + ": illegal option -- ?\n"));
    CHECK(contains(letter.err, "usage: "));
    CHECK(letter.code != 0);
    const Result word = box.run({program, "--no-such-option"});
    CHECK(contains(word.err, program + ": illegal option -- --no-such-option\n"));
    CHECK(word.code == letter.code);
  }
}

TEST_CASE("a program without options names a word that looks like one in front of its usage") {
  Sandbox box;
  for (const std::string program : {"tai64n", "runit", "runit-init", "stoker-init", "envdir",
                                    "setuidgid", "envuidgid", "setuser"}) {
    INFO(program);
    const Result letter = box.run({program, "-Z"});
    CHECK(letter.err.starts_with(program + ": illegal option -- Z\n"));
    CHECK(contains(letter.err, "usage: "));
    const Result word = box.run({program, "--bogus"});
    CHECK(word.err.starts_with(program + ": illegal option -- --bogus\n"));
    CHECK(word.code == letter.code);
  }
  CHECK_FALSE(contains(box.run({"envdir", "-p"}).err, "illegal option"));
  CHECK(box.run({"runsvchdir", "-Z", "x"}).err.starts_with("runsvchdir: illegal option -- Z\n"));
}
