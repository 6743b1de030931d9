// SPDX-License-Identifier: ISC
// utmpset on records of its own, beside the genuine one where that is installed.
#include <utmp.h>

#include <algorithm>
#include <cstring>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string record(const char* line, const char* user) {
  utmp entry{};
  entry.ut_type = USER_PROCESS;
  entry.ut_pid = 77;
  entry.ut_tv.tv_sec = 1000;
  std::copy_n(line, std::min(strlen(line), sizeof entry.ut_line), entry.ut_line);
  std::copy_n(user, strlen(user), entry.ut_name);
  entry.ut_host[0] = 'h';
  return {reinterpret_cast<const char*>(&entry), sizeof entry};
}

utmp entry_of(const std::string& text, size_t number) {
  utmp entry{};
  REQUIRE(text.size() >= (number + 1) * sizeof entry);
  std::copy_n(text.data() + number * sizeof entry, sizeof entry, reinterpret_cast<char*>(&entry));
  return entry;
}

constexpr char full_line[] = "0123456789abcdef0123456789abcdef";

// The files in their places, in a mount namespace of the program's own.
struct Records : Sandbox {
  Records() {
    write("run/utmp",
          record("tty1", "") + record("tty1", "bob") + record(full_line, "al") + "rest");
    directory("log");
    script("in", "mount --bind $BOX/run /run; mount --bind $BOX/log /var/log; exec \"$@\"");
  }
  Result set(const std::string& program, Argv words) {
    Argv argv{"unshare", "-m", "--propagation", "private", path("in"), program};
    argv.insert(argv.end(), words.begin(), words.end());
    return run(argv);
  }
};

}  // namespace

TEST_CASE("utmpset logs out the user on the line, and records that in wtmp on demand") {
  if (!can_mount()) SKIP("needs mounts");
  std::vector<std::string> programs{"utmpset"};
  if (const std::string theirs = genuine("utmpset"); !theirs.empty()) programs.push_back(theirs);
  for (const std::string& program : programs) {
    Records box;
    const std::string before = box.read("run/utmp");
    CHECK(box.set(program, {"-w", "tty1"}).code == 0);
    const std::string after = box.read("run/utmp");
    CHECK(after.size() == before.size());
    CHECK(after.substr(0, sizeof(utmp)) == before.substr(0, sizeof(utmp)));
    CHECK(after.substr(2 * sizeof(utmp)) == before.substr(2 * sizeof(utmp)));
    const utmp entry = entry_of(after, 1);
    CHECK(entry.ut_type == DEAD_PROCESS);
    CHECK(entry.ut_pid == 77);
    CHECK(entry.ut_name[0] == '\0');
    CHECK(entry.ut_host[0] == '\0');
    CHECK(entry.ut_tv.tv_sec > 1000);
    const utmp note = entry_of(box.read("log/wtmp"), 0);
    CHECK(note.ut_type == DEAD_PROCESS);
    CHECK(std::string(note.ut_line) == "tty1");
    CHECK(note.ut_pid == 0);

    const Result nobody = box.set(program, {"-w", "tty1"});
    CHECK(nobody.code == 111);
    CHECK(nobody.err == "utmpset: warning: unable to logout line tty1 in utmp: no such entry\n");
    CHECK(box.read("log/wtmp").size() == sizeof(utmp));
  }
}

TEST_CASE("utmpset accepts lines that fill their field, and refuses longer ones") {
  if (!can_mount()) SKIP("needs mounts");
  Records box;
  CHECK(box.set("utmpset", {full_line}).code == 0);
  CHECK_FALSE(box.exists("log/wtmp"));
  const Result longer = box.set("utmpset", {full_line + std::string("0")});
  CHECK(longer.code == 111);
  CHECK(longer.err == "utmpset: fatal: line is too long: " + std::string(full_line) + "0\n");
  box.remove("run/utmp");
  CHECK(box.set("utmpset", {"tty1"}).err ==
        "utmpset: fatal: unable to open /var/run/utmp: file does not exist\n");
  CHECK(box.run({"utmpset"}).code == 1);
  CHECK(box.run({"utmpset"}).err == "usage: utmpset [-w] line\n\n");
}
