// SPDX-License-Identifier: ISC
// The same services, in every state, given every command, in several trees at once: one
// made of another suite's own programs, and others in which some of them are ours. What
// the first tree shows is how it shall be; what differs on purpose stands in the table of
// tests/integration/peers/differences.md, and nothing else may.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox.hh"

namespace stoker::test {

// Whose programs a tree is made of.
struct Crew {
  std::string name;
  bool our_scanner = false, our_supervisor = false, our_clients = false;
  bool everything = true;  // all trials, or those with one letter only
};

// A service in a state, and what is done to it then.
struct Trial {
  std::string state, verb;
  std::string name() const { return state + "-" + verb; }
};

struct Suite {
  std::string scanner, supervisor, control;  // programs
  std::vector<Trial> trials;
  // The words behind `control` for a verb.
  std::function<Argv(const std::string& verb)> words;
  bool of_starts = false;  // no tree: how the program alone begins
};

// What was seen, by "state/verb/when/what".
using Cells = std::map<std::string, std::string>;

// A row of the table.
struct Difference {
  std::vector<std::string> programs;  // all of them must be ours
  std::vector<std::string> cells;     // patterns
  bool explains(const Suite& suite, const Crew& crew, const std::string& cell) const;
};
// Those of the suite with this scanner; without one, those of clients alone.
std::vector<Difference> listed_differences(const Suite& suite);

// Cells that are not as in the pattern, without those that a row explains; `seen` gets the
// numbers of the rows that do.
std::vector<std::string> unexplained_differences(const Suite& suite, const Crew& crew,
                                                 const Cells& pattern, const Cells& cells,
                                                 const std::vector<Difference>& rows,
                                                 std::set<size_t>& seen);
// A row that explains nothing is a mistake.
// Can what is done as another user be played?
inline bool can_play_nobody() { return can_be_root() && nobody_can_run(); }

void check_all_are_seen(const std::vector<Difference>& rows, const std::set<size_t>& seen);

// One tree, with a service for each trial.
class Stage {
 public:
  Stage(Sandbox& box, const Suite& suite, const Crew& crew);

  void begin();
  bool has_begun() const;
  void bring_into_states();
  void begin_commands();
  void end_commands();
  void release_finish();

  // What files tell, and what the clients say.
  void look_at_files(const std::string& when);
  void ask_clients(const std::string& when);
  // Changes whenever anything does.
  std::string fingerprint() const;

  const Crew& crew() const { return crew_; }
  const Cells& cells() const { return cells_; }

 private:
  void make_service(const Trial& trial);
  void look_at(const Trial& trial, const std::string& when, const std::string& part);
  void note_lines(const std::string& when, const std::string& what, const Result& result);
  Process start_client(const std::string& program, Argv words);
  Result finish_client(const Process& process) const;
  std::string file(const std::string& name) const { return directory_ + "/sv/" + name; }

  Sandbox& box_;
  const Suite& suite_;
  Crew crew_;
  std::string directory_;  // below the sandbox
  std::vector<Trial> trials_;
  std::optional<Process> scanner_;
  std::map<std::string, Process> commands_;
  Cells cells_;
};

// Plays all trials with all crews, the first of which is the pattern for the others.
void play_matrix(const Suite& suite, std::vector<Crew> crews);

}  // namespace stoker::test
