// SPDX-License-Identifier: ISC
// A service, whatever it was described by: what all importers make, and the writer writes.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stoker::importer {

// A command, with the words as the program gets them.
struct Command {
  std::vector<std::string> words;  // the first is the program
  std::string name;                // argument 0, if it is not the program
  std::string shell;               // instead of words: a line of shell
  bool may_fail = false;
  bool as_root = false;     // without the user, and what goes with it
  bool unconfined = false;  // without the sandbox, too
  bool expands = false;     // $NAME and ${NAME} in the words are variables
};

using Commands = std::vector<Command>;

// An option of a chain loader: --name=value if it is joined, else two words.
struct ChainOption {
  std::string name, value;
  bool joined = false;
  bool in_shell = false;  // the value is text of the shell, with its quotes
};

class ChainOptions {
 public:
  // The last value counts.
  void set(const ChainOption& option);
  // Values add up.
  void add(const ChainOption& option) { all_.push_back(option); }
  void remove(std::string_view name);
  bool has(std::string_view name) const;
  // The first value; empty if there is none.
  std::string value(std::string_view name) const;
  // Moves those of that name to the end of the other.
  void move_to(ChainOptions& other, std::string_view name);
  bool empty() const { return all_.empty(); }
  const std::vector<ChainOption>& all() const { return all_; }

 private:
  std::vector<ChainOption> all_;
};

// How a program is run: the loaders that prepare its process, from the outside.
struct ProcessSetup {
  std::vector<std::string> trigger;         // timer, await or accept with its words
  std::vector<std::string> before_trigger;  // lines of shell
  bool stays = false;                       // in the service directory; else in the root directory
  ChainOptions early;                       // chpst, for what is not permitted in a user namespace
  ChainOptions jail;                        // files and namespaces: before the user is changed
  ChainOptions users;  // jail again: the user namespace, in which chpst drops capabilities
  ChainOptions chpst;
  ChainOptions filter;                    // jail again: what chpst itself could not do any more
  std::vector<std::string> prelude;       // lines of shell before all commands
  std::vector<std::string> redirections;  // of the main program: `<&3`
};

struct File {
  std::string path;  // from the service directory
  std::string content;
  bool executable = false;
};

enum class Shape {
  longrun,  // run
  oneshot,  // start and stop, and no process in between
  group,    // needs and wants
};

struct Definition {
  std::string name;
  std::string source;                 // the file that it is made from, as its machine names it
  std::vector<std::string> comments;  // what it is
  std::vector<std::string> notes;     // what differs from the source
  Shape shape = Shape::longrun;
  ProcessSetup process;
  Commands before, main, stop_oneshot;
  std::vector<std::string> conditions;  // lines of shell for `condition`
  Commands condition, ready, started, reload, stop, finish;
  std::vector<std::string> refusals;                       // why it must not start
  std::map<std::string, std::string> settings;             // files with one value, or empty
  std::map<std::string, std::set<std::string>> relations;  // needs, after and the like
  std::vector<std::string> listen;
  std::map<std::string, std::string> cgroup;
  bool has_cgroup = false;
  std::string log_directory;  // empty: no logger
  bool merges_stderr = true;
  std::vector<std::string> aliases;
  std::vector<File> others;  // scripts that are taken as they are
};

}  // namespace stoker::importer
