// SPDX-License-Identifier: ISC
#include "sv/process_tree.hh"

#include <map>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

Page page;  // too large for the stack of a test

class Commands {
 public:
  // In the order of their pids.
  Commands& add(pid_t pid, pid_t parent, uint32_t owner, const std::string& command) {
    rows_.emplace_back();
    rows_.back().pid = pid;
    rows_.back().parent = parent;
    rows_.back().owner = owner;
    commands_[pid] = command;
    return *this;
  }
  std::string text(uint32_t owner, const Screen& screen = {}, bool boxes = true) {
    return shown([&](ProcessTree& tree) { tree.show(page, owner, screen, boxes); });
  }
  std::string json(uint32_t owner) {
    return shown([&](const ProcessTree& tree) { tree.show_json(page, owner); });
  }

 private:
  template <typename Show>
  std::string shown(Show show) {
    std::vector<Twig> room(rows_.size());
    const auto command = [this](pid_t pid) { return Text<1000>(std::string_view(commands_[pid])); };
    const auto stay = [] {};
    ProcessTree tree(rows_, room, command, stay);
    page.clear();
    show(tree);
    return std::string(page.view());
  }
  std::vector<ProcessRow> rows_;
  std::map<pid_t, std::string> commands_;
};

Commands some_commands() {
  Commands commands;
  commands.add(1, 0, ProcessRow::nobody, "init").add(5, 1, 0, "web: master").add(6, 1, 1, "db");
  commands.add(7, 5, 0, "web: worker").add(8, 7, 0, "sh -c convert").add(9, 5, 0, "web: worker");
  return commands.add(12, 6, 0, "adopted");
}

}  // namespace

TEST_CASE("processes are shown below their parents, and those without one in the service first") {
  Commands commands = some_commands();
  CHECK(commands.text(0) ==
        "├─ 5 web: master\n"
        "│  ├─ 7 web: worker\n"
        "│  │  └─ 8 sh -c convert\n"
        "│  └─ 9 web: worker\n"
        "└─ 12 adopted\n");
  CHECK(commands.text(1, {}, false) == "`- 6 db\n");
  CHECK(commands.text(2).empty());
}

TEST_CASE("lines of processes are cut to the screen, and have no control characters") {
  Commands commands;
  commands.add(5, 1, 0, "a\x1b[2J\nb").add(6, 1, 0, "").add(7, 1, 0, std::string(30, 'x'));
  CHECK(commands.text(0, {12, false}) == "├─ 5 a?[2J?b\n├─ 6\n└─ 7 xxxxxxx\n");
}

TEST_CASE("a tree of processes that is too deep ends with a word about it") {
  Commands commands;
  for (pid_t pid = 10; pid < 200; ++pid) commands.add(pid, pid - 1, 0, "sh");
  const std::string text = commands.text(0);
  CHECK(text.find("└─ 74 sh\n") != std::string::npos);
  CHECK(text.find("└─ 75 sh\n") == std::string::npos);
  CHECK(text.ends_with("└─ and more below\n"));
}

TEST_CASE("processes as JSON have their parents in the service") {
  Commands commands = some_commands();
  CHECK(commands.json(0) ==
        "[{\"pid\":5,\"parent\":null,\"command\":\"web: master\"},"
        "{\"pid\":12,\"parent\":null,\"command\":\"adopted\"},"
        "{\"pid\":7,\"parent\":5,\"command\":\"web: worker\"},"
        "{\"pid\":9,\"parent\":5,\"command\":\"web: worker\"},"
        "{\"pid\":8,\"parent\":7,\"command\":\"sh -c convert\"}]");
  CHECK(commands.json(7) == "[]");
}
