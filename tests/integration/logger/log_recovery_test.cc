// SPDX-License-Identifier: ISC
// What happens to the files that an earlier logger left: a row for each one in the table of
// src/logger/recovery.hh.
#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

const std::string label = "@400000006b02b4060e950e1c";
constexpr unsigned complete = 0744, cut_off = 0644;

struct Left {
  std::string name;
  std::string text;
  unsigned mode = cut_off;
};

// LABEL for the label of files that were there before, NEW for another.
std::string shown(const std::string& name) {
  if (name.starts_with(label)) return "LABEL" + name.substr(label.size());
  return name.starts_with("@") ? "NEW" + name.substr(label.size()) : name;
}

// The files that a logger leaves that found these, and got no line: "name: text".
std::vector<std::string> after(const std::vector<Left>& files, const std::string& config = "",
                               const Argv& logger = {"svlogd", "logs"}) {
  Sandbox box;
  box.write("logs/config", config);
  for (const Left& file : files) {
    box.write("logs/" + file.name, file.text);
    box.mode("logs/" + file.name, file.mode);
  }
  CHECK(box.run(logger).code == 0);
  std::vector<std::string> found;
  for (const std::string& name : box.list("logs"))
    if (name != "config" && name != "lock")
      found.push_back(shown(name) + ": " + box.read("logs/" + name));
  return found;
}

using Files = std::vector<std::string>;

}  // namespace

TEST_CASE("recovery: a current that is complete or empty is appended to") {
  CHECK(after({{"current", "one\n", complete}}) == Files{"current: one\n"});
  CHECK(after({{"current", ""}}) == Files{"current: "});
}

TEST_CASE("recovery: a current that is not complete becomes an old log") {
  CHECK(after({{"current", "one\n"}}) == Files{"NEW.u: one\n", "current: "});
}

TEST_CASE("recovery: half a line at the end of current is marked, and ended") {
  for (const Argv& logger : {Argv{"svlogd", "logs"}, Argv{"multilog", "./logs"}}) {
    const Files files = after({{"current", "one\nhal"}}, "", logger);
    CHECK(files[0] == "NEW.u: one\nhal [cut off]\n");
    CHECK(files[1] == "current: ");
  }
  CHECK(after({{"current", "h"}}) == Files{"NEW.u: h [cut off]\n", "current: "});
}

TEST_CASE("recovery: a line cut off by a kill is shown as such, and once more as a whole") {
  if (!can_mount()) SKIP("needs to mount");
  if (is_portable_twin()) SKIP("lines that were read end with the reader there");
  Sandbox box;
  box.directory("logs");
  Channel pipe = box.channel("pipe");
  box.write("in", numbered(1, 2000, 48) + "end\n");
  // Killed when the disk has taken a part of a line.
  const Process all = box.start({"unshare", "-m", "sh", "-c",
                                 "mount -t tmpfs -o size=64k none logs; svlogd logs <pipe & "
                                 "read go <../orders; kill -9 $!; wait $!; mkdir more; "
                                 "mount -t tmpfs none more; cp -p logs/current more; "
                                 "svlogd more <pipe & echo $! >pid; read go <../orders; "
                                 "svlog -o raw ./more >shown; echo shown >../events; wait $!"});
  const Process writer = box.start({"sh", "-c", "exec cat in >pipe"});
  box.wait_for([&] { return contains(all.err(), "pausing"); }, "it does not pause");
  box.order();
  const std::string more = "/proc/" + std::to_string(all.pid()) + "/root" + box.path("more");
  box.wait_for([&] { return contents_of(more + "/current").ends_with("end\n"); }, "no end comes");
  box.order();
  CHECK(box.event() == "shown");
  kill(std::stoi(box.read("pid")), SIGTERM);
  CHECK(all.wait() == 0);
  size_t marks = 0;
  std::vector<bool> there(2001);
  for (const std::string& line : lines_of(box.read("shown"))) {
    const int number = std::atoi(line.c_str());
    if (line.ends_with(" [cut off]"))
      ++marks;
    else if (line != "end" && line + "\n" != numbered(number, number, 48))
      FAIL_CHECK("torn: " + line);
    else
      there[static_cast<size_t>(number)] = true;
  }
  CHECK(marks == 1);
  for (size_t number = 1; number <= 2000; ++number) CHECK(there[number]);
}

TEST_CASE("recovery: an old log whose result exists is replaced by it") {
  CHECK(after({{label + ".u", "one\n", complete}, {label + ".s", "ONE\n", complete}}) ==
        Files{"LABEL.s: ONE\n", "current: "});
  CHECK(after({{label + ".u", "one\n", complete},
               {label + ".s", "ONE\n", complete},
               {"state", "old"},
               {"newstate", "new"}}) == Files{"LABEL.s: ONE\n", "current: ", "state: new"});
}

TEST_CASE("recovery: a complete old log is finished, or waits for the processor") {
  CHECK(after({{label + ".u", "one\n", complete}}) == Files{"LABEL.s: one\n", "current: "});
  CHECK(after({{label + ".u", "one\n", complete}}, "!tr a-z A-Z; echo more >&5\n") ==
        Files{"LABEL.s: ONE\n", "current: ", "state: more\n"});
  CHECK(after({{label + ".u", "one\n", complete}}, "", {"multilog", "wold", "./logs"}) ==
        Files{"LABEL.old: one\n", "current: ", "state: "});
}

TEST_CASE("recovery: an old log that is not complete stays, processor or not") {
  CHECK(after({{label + ".u", "one\nhal"}}) == Files{"LABEL.u: one\nhal", "current: "});
  CHECK(after({{label + ".u", "one\nhal"}}, "!tr a-z A-Z\n") ==
        Files{"LABEL.u: one\nhal", "current: "});
}

TEST_CASE("recovery: the unfinished output of a processor is removed") {
  CHECK(after({{label + ".t", "ON"}, {label + ".u", "one\n", complete}}, "!tr a-z A-Z\n") ==
        Files{"LABEL.s: ONE\n", "current: ", "state: "});
  CHECK(after({{label + ".t", "ON", complete}}) == Files{"current: "});
}

TEST_CASE("recovery: old logs with other codes stay") {
  CHECK(after({{label + ".s", "one\n"}, {label + ".gz", "two\n", complete}}) ==
        Files{"LABEL.gz: two\n", "LABEL.s: one\n", "current: "});
}

TEST_CASE("recovery: previous becomes an old log, finished if it is complete") {
  CHECK(after({{"previous", "one\n", complete}}) == Files{"NEW.s: one\n", "current: "});
  CHECK(after({{"previous", "one\nhal"}}) == Files{"NEW.u: one\nhal", "current: "});
}

TEST_CASE("recovery: a previous that is already an old log is removed") {
  Sandbox box;
  box.write("logs/" + label + ".s", "one\n");
  CHECK(box.run({"ln", box.path("logs/" + label + ".s"), box.path("logs/previous")}).code == 0);
  CHECK(box.run({"svlogd", "logs"}).code == 0);
  CHECK(box.list("logs") == Files{label + ".s", "current", "lock"});
}

TEST_CASE("recovery: a complete processed becomes an old log in place of previous") {
  CHECK(after({{"previous", "one\n", complete}, {"processed", "ONE\n", complete}}) ==
        Files{"NEW.s: ONE\n", "current: "});
  CHECK(after({{"processed", "ONE\n", complete}}) == Files{"NEW.s: ONE\n", "current: "});
}

TEST_CASE("recovery: a processed that is not complete is removed") {
  CHECK(after({{"previous", "one\n", complete}, {"processed", "ON"}}) ==
        Files{"NEW.s: one\n", "current: "});
}

TEST_CASE("recovery: state stays, and a newstate without a result is ignored") {
  CHECK(after({{"state", "old"}, {"newstate", "n"}}) ==
        Files{"current: ", "newstate: n", "state: old"});
  CHECK(after({{"state", "old"}, {"newstate", "n"}, {label + ".u", "one\n", complete}},
              "!cat; cat <&4 >&5; echo . >&5\n") ==
        Files{"LABEL.s: one\n", "current: ", "state: old.\n"});
  CHECK(after({}, "", {"multilog", "./logs"}) == Files{"current: ", "state: "});
}
