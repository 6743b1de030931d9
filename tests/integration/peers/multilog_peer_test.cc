// SPDX-License-Identifier: ISC
// multilog beside daemontools' own, on the same input: the same lines, byte for byte.
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool no_peer() { return genuine("multilog").empty(); }

std::string mixed_lines() {
  std::string text;
  for (int i = 0; i < 400; ++i) {
    text += "daemon[" + std::to_string(i * 37 % 100) + "]: ";
    text += i % 3 == 0 ? "info: all is well" : i % 3 == 1 ? "error: it is not" : "\tnote \x01\xe9";
    text += std::string(static_cast<size_t>(i * 13 % 90), '.') + "\n";
    if (i % 17 == 0) text += "\n";
  }
  return text + "no newline at the end";
}

// Where a file ends depends on how the lines came to theirs, so only all of them
// together are compared, and that each file is as large as it may be.
void check_same_lines(const Sandbox& box, const std::string& ours, const std::string& theirs) {
  const std::string our_text = logged(box, ours), their_text = logged(box, theirs);
  const size_t common = std::min(our_text.size(), their_text.size());
  CHECK(our_text.substr(our_text.size() - common) == their_text.substr(their_text.size() - common));
  CHECK(old_logs(box, ours).empty() == old_logs(box, theirs).empty());
  for (const std::string& name : old_logs(box, ours)) {
    CHECK(name.ends_with(".s"));
    CHECK(mode_of(box, ours + "/" + name) == 0744);
  }
  for (const std::string name : {"current", "state", "lock"})
    CHECK(mode_of(box, ours + "/" + name) == mode_of(box, theirs + "/" + name));
}

// Runs the script with both; all it names is relative, and made in a directory each.
void compare(const Argv& script, const std::string& input = mixed_lines()) {
  Sandbox box;
  box.write("in", input);
  std::string words;
  for (const std::string& word : script) words += " '" + word + "'";
  INFO(words);
  const auto run = [&](const std::string& program, const std::string& directory) {
    box.directory(directory);
    return box.run({"sh", "-c", "cat ../in | " + program + words}, {.directory = directory});
  };
  const Result ours = run("multilog", "ours"), theirs = run(genuine("multilog"), "theirs");
  CHECK(ours.code == theirs.code);
  CHECK(ours.err == theirs.err);
  CHECK(box.list("ours") == box.list("theirs"));
  for (const std::string& name : box.list("theirs")) {
    if (box.exists("theirs/" + name + "/lock"))
      check_same_lines(box, "ours/" + name, "theirs/" + name);
    else
      CHECK(box.read("ours/" + name) == box.read("theirs/" + name));
  }
}

}  // namespace

TEST_CASE("multilog's scripts make the same logs") {
  if (no_peer()) SKIP("needs daemontools");
  for (const Argv& script :
       {Argv{"./d"}, Argv{"s4096", "./d"}, Argv{"s5000", "n3", "./d"}, Argv{"n2", "s4096", "./d"},
        Argv{"-*error*", "./d"}, Argv{"-*", "+daemon[*]: error*", "./d", "+*", "./all"},
        Argv{"-*", "./none", "e", "+*]: *not*", "e", "./some"}, Argv{"=status", "./d"},
        Argv{"-*", "+daemon[3*", "=status"}, Argv{"e"}, Argv{}, Argv{"unknown", "x", "./d"},
        Argv{"./d", "s4096", "n5", "./e"}, Argv{"s1", "n1", "./d"}, Argv{"+", "-", "./d"},
        Argv{"-**", "./d"}, Argv{"-+d*", "./d"}})
    compare(script);
}

TEST_CASE("multilog's long lines are split in the same places") {
  if (no_peer()) SKIP("needs daemontools");
  std::string input;
  for (const size_t size : {199, 200, 201, 999, 1000, 1001, 1002, 5000, 0, 1, 12345})
    input += std::string(size, static_cast<char>('a' + size % 26)) + "\n";
  compare({"s4096", "n20", "./d"}, input);
  compare({"e", "=status", "./d"}, input);
  compare({"-*", "+aaaa*", "./d"}, input);
}

TEST_CASE("multilog's stamps are in the same place, and patterns see them alike") {
  if (no_peer()) SKIP("needs daemontools");
  Sandbox box;
  box.write("in", mixed_lines());
  for (const std::string& program : {std::string("multilog"), genuine("multilog")})
    CHECK(box.run({"sh", "-c",
                   "cat in | " + program + " t '-*' '+@4* daemon[*' ./" +
                       (program == "multilog" ? "ours" : "theirs")})
              .code == 0);
  const std::string ours = logged(box, "ours"), theirs = logged(box, "theirs");
  CHECK(without_stamps(ours, 26) == without_stamps(theirs, 26));
  CHECK(ours.substr(0, 13) == theirs.substr(0, 13));
}

TEST_CASE("multilog's processor makes the same logs") {
  if (no_peer()) SKIP("needs daemontools");
  compare({"s16000", "!cat; echo state >&5", "./d"});
}

TEST_CASE("all kinds of loggers take over from each other") {
  if (no_peer()) SKIP("needs daemontools");
  Sandbox box;
  const std::string s6 = genuine("s6-log"), runit = genuine("svlogd");
  const std::string loggers[] = {"multilog s4096 n99", genuine("multilog") + " s4096 n99", "svlogd",
                                 runit, s6.empty() ? "" : s6 + " s4096 n99"};
  box.write("logs/config", "s4096\nn99\n");
  int line = 1;
  // s6-log's clock counts leap seconds, so only a logger that examines the existing
  // names can follow it and keep them in order.
  for (const size_t turn : {0, 1, 2, 3, 1, 0, 3, 2, 1, 3, 4, 0, 4, 2, 4, 0}) {
    if (loggers[turn].empty()) continue;
    box.write("in", numbered(line, line + 99, 49));
    CHECK(box.run({"sh", "-c", "cat in | " + loggers[turn] + " ./logs"}).code == 0);
    line += 100;
  }
  CHECK(logged(box, "logs") == numbered(1, line - 1, 49));
}
