// SPDX-License-Identifier: ISC
// svlog --vacuum-size and --vacuum-time: old logs are removed by hand.
#include <sys/stat.h>
#include <unistd.h>

#include "reader.hh"
#include "svlog/usage.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string done(const std::string& log, uint64_t freed) {
  return "Vacuuming done, freed " + std::string(log_size_text(freed).view()) +
         " of archived journals from " + log + ".\n";
}

// Two logs with three old logs each, the oldest first: of 2001, 2017 and of the future; and what a
// logger keeps beside them.
struct OldLogsOfTwo : Sandbox {
  static constexpr const char* oldest = "@400000003b0000000000000a.s";
  static constexpr const char* older = "@40000000590000000000000a.u";
  static constexpr const char* newest = "@40000001000000000000000a.s";
  static constexpr const char* ones[] = {oldest, older, newest};

  OldLogsOfTwo() {
    for (const std::string log : {"db", "web"}) {
      for (const std::string one : ones) write(log + "/" + one, std::string(1 << 20, 'x'));
      for (const std::string other : {"current", "config", "lock", "state"})
        write(log + "/" + other, "");
    }
  }

  Result vacuum(Argv arguments) {
    arguments.insert(arguments.begin(), "svlog");
    return run(arguments);
  }
  // On disk, of so many old logs, with the oldest.
  uint64_t size_of(const std::string& log, size_t count) {
    uint64_t size = 0;
    for (size_t at = 0; at < count; ++at) {
      struct stat facts {};
      CHECK(stat(path(log + "/" + ones[at]).c_str(), &facts) == 0);
      size += static_cast<uint64_t>(facts.st_blocks) * 512;
    }
    return size;
  }
  // How many old logs are left; those that are gone are older.
  size_t left(const std::string& log) {
    size_t count = 0;
    for (const std::string one : ones) {
      const bool is_there = exists(log + "/" + one);
      CHECK((is_there || count == 0));
      count += is_there ? 1 : 0;
    }
    return count;
  }
};

}  // namespace

TEST_CASE("--vacuum-size removes the oldest logs until the directory is small enough") {
  OldLogsOfTwo box;
  const uint64_t all = box.size_of("web", 3), size = box.size_of("web", 1);
  const Result first = box.vacuum({"--vacuum-size", std::to_string(all - 1), "./web"});
  CHECK(first.out == done("./web", size));
  CHECK(first.err.empty());
  CHECK(first.code == 0);
  CHECK(box.left("web") == 2);
  CHECK(box.left("db") == 3);
  CHECK(svlog(box, {"--vacuum-size=1B", "./web"}) == done("./web", all - size));
  CHECK(box.left("web") == 0);
}

TEST_CASE("--vacuum-time removes what ended longer ago, and nothing that is newer") {
  OldLogsOfTwo box;
  const uint64_t size = box.size_of("web", 2);
  CHECK(svlog(box, {"--vacuum-time", "100w", "./web", "./db"}) ==
        done("./db", size) + done("./web", size));
  CHECK(box.left("web") == 1);
  CHECK(box.left("db") == 1);
  CHECK(svlog(box, {"--vacuum-time", "1s", "./web"}) == done("./web", 0));
  CHECK(box.left("web") == 1);
}

TEST_CASE("what is no old log is never removed") {
  OldLogsOfTwo box;
  box.directory("web/@400000003b0000000000000b.s");
  box.write("web/current", std::string(1 << 20, 'x'));
  const uint64_t size = box.size_of("web", 3);
  CHECK(svlog(box, {"--vacuum-size", "1", "--vacuum-time", "1s", "./web"}) == done("./web", size));
  CHECK(box.left("web") == 0);
  for (const std::string other :
       {"current", "config", "lock", "state", "@400000003b0000000000000b.s"}) {
    INFO(other);
    CHECK(box.exists("web/" + other));
  }
}

TEST_CASE("a limit of 0 is none, as in journalctl") {
  OldLogsOfTwo box;
  CHECK(svlog(box, {"--vacuum-size", "0", "--vacuum-time", "0", "./web"}) == done("./web", 0));
  CHECK(box.left("web") == 3);
}

TEST_CASE("without a name, old logs of all services are removed") {
  OldLogsOfTwo box;
  for (const std::string name : {"db", "web"}) {
    box.directory("sv/" + name + "/log");
    box.move(name, "sv/" + name + "/log/main");
  }
  const Setup setup = {.environment = {{"SVDIR", box.path("sv")}}};
  const uint64_t size = box.size_of("sv/db/log/main", 2);
  const auto path = [&](const std::string& name) { return box.path("sv/" + name + "/log/main"); };
  const Result one = box.run({"svlog", "--vacuum-time=100w", "--unit", "web"}, setup);
  CHECK(one.out == done(path("web"), size));
  CHECK(box.left("sv/db/log/main") == 3);
  const Result all = box.run({"svlog", "--vacuum-time=100w"}, setup);
  CHECK(all.out == done(path("db"), size) + done(path("web"), 0));
  CHECK(all.code == 0);
}

TEST_CASE("what is left can be shown with what was removed") {
  OldLogsOfTwo box;
  const uint64_t size = box.size_of("web", 2);
  const std::string out = svlog(box, {"--vacuum-time=100w", "--disk-usage", "./web"});
  CHECK(out.starts_with(done("./web", size)));
  CHECK(out.ends_with(" ./web\n"));
}

TEST_CASE("limits that are none, and options that select lines, are refused") {
  OldLogsOfTwo box;
  const auto refusal = [&box](const Argv& arguments) {
    const Result result = box.vacuum(arguments);
    CHECK(result.code == 100);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(refusal({"--vacuum-size", "big", "./web"}) ==
        "svlog: fatal: --vacuum-size: not a size: big\n");
  CHECK(refusal({"--vacuum-time", "old", "./web"}) ==
        "svlog: fatal: --vacuum-time: not a time: old\n");
  for (const Argv& selection :
       {Argv{"-b"}, Argv{"-f"}, Argv{"-r"}, Argv{"-n", "5"}, Argv{"-p", "err"}, Argv{"-g", "x"},
        Argv{"--since", "today"}, Argv{"--until", "today"},
        Argv{"--cursor", "000000000000000000000000.1.33." + label_at(0).substr(1) + ".web"}}) {
    Argv arguments = {"--vacuum-time=1s", "./web"};
    arguments.insert(arguments.end(), selection.begin(), selection.end());
    INFO(selection.front());
    CHECK(refusal(arguments) ==
          "svlog: fatal: --vacuum-size and --vacuum-time go with no option that selects lines\n");
  }
  CHECK(box.left("web") == 3);
}

TEST_CASE("a log that does not exist is an error, and nothing is removed") {
  OldLogsOfTwo box;
  const Result result = box.vacuum({"--vacuum-time=1s", "./web", "./none"});
  CHECK(result.err == "svlog: fatal: unable to open ./none: file does not exist\n");
  CHECK(result.out.empty());
  CHECK(result.code == 111);
  CHECK(box.left("web") == 3);
}

TEST_CASE("an old log that cannot be removed is reported, and the others are removed") {
  if (!can_be_root()) SKIP("needs root");
  OldLogsOfTwo box;
  constexpr uid_t nobody = 65534;
  for (const std::string one : OldLogsOfTwo::ones)
    REQUIRE(chown(box.path("web/" + one).c_str(), nobody, nobody) == 0);
  REQUIRE(chown(box.path("web").c_str(), nobody, nobody) == 0);
  box.mode("", 0755);
  const uint64_t size = box.size_of("web", 2);
  const Result result =
      box.run({"chpst", "-u", "nobody", "svlog", "--vacuum-time=100w", "./db", "./web"});
  CHECK(result.out == done("./db", 0) + done("./web", size));
  CHECK(result.err == "svlog: warning: unable to remove ./db/" + std::string(OldLogsOfTwo::oldest) +
                          ": access denied\nsvlog: warning: unable to remove ./db/" +
                          OldLogsOfTwo::older + ": access denied\n");
  CHECK(result.code == 111);
  CHECK(box.left("db") == 3);
}

TEST_CASE("nothing is removed over a link in another user's directory, only the link itself") {
  if (!can_be_root()) SKIP("needs root");
  OldLogsOfTwo box;
  constexpr uid_t nobody = 65534;
  box.directory("foreign");
  box.link(box.path("web"), "foreign/log");
  REQUIRE(chown(box.path("foreign").c_str(), nobody, nobody) == 0);
  const Result refused = box.vacuum({"--vacuum-time=1s", "./foreign/log"});
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, "./foreign/log: a link that others can change is not followed\n"));
  CHECK(refused.code == 111);
  CHECK(box.left("web") == 3);

  box.write("foreign/current", "");
  const std::string oldest = OldLogsOfTwo::oldest;
  box.link(box.path("web/" + oldest), "foreign/" + oldest);
  // Some file systems use a block for a link.
  CHECK(contains(svlog(box, {"--vacuum-time=1s", "./foreign"}), " from ./foreign.\n"));
  CHECK_FALSE(box.exists("foreign/" + oldest));
  CHECK(box.left("web") == 3);
}
