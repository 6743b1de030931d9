// SPDX-License-Identifier: ISC
// A service while its unit files are read: the definition so far, what is only decided when all
// has been read, and the answer to each directive.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "import/accounts.hh"
#include "import/definition.hh"
#include "import/specifiers.hh"
#include "import/unit_text.hh"

namespace stoker::importer {

enum class Answer {
  honoured,
  harmless,  // without effect here, for the reason given
  reported,  // not honoured: what to do instead
  refused,   // a restriction that is not honoured: the service must not start
};

// What a handler says to a directive.
struct Reply {
  Answer answer = Answer::honoured;
  std::string text;  // in place of the table's, if it is not empty
};

struct Finding {
  Assignment assignment;
  Answer answer = Answer::honoured;
  std::string text;  // where it went, why it is harmless, or what to do
};

// A unit that is named by a directive such as After=.
struct Relation {
  std::string directive, other;
  size_t finding = 0;  // the directive's
};

// What is decided by several directives together.
struct ServiceFacts {
  std::string type, restart, restart_delay, longest_delay;
  std::string start_timeout, stop_timeout, burst, interval;
  std::string pid_file, bus_name, kill_mode;
  bool remains = false, guesses_main = true, kills = true, root_starts = false;
};

struct ProcessFacts {
  std::string user, group, working_directory, root_directory;
  std::vector<std::string> groups;
  std::vector<std::string> environment, environment_files;
  std::string input, output, error, terminal;
  std::string io_class, io_level;
  bool dynamic_user = false, ignores_pipe = false;
  // RuntimeDirectory and the like: /run, names, mode.
  struct OwnDirectories {
    std::string option, root, mode;
    std::vector<std::string> names;
  };
  std::vector<OwnDirectories> directories;
  bool limits_devices = false;
  std::vector<std::string> devices;
};

// Conditions: all without `|`, and one of those with it.
struct ConditionFacts {
  std::vector<std::string> all, any;
};

struct SocketFacts {
  std::vector<std::pair<std::string, std::string>> addresses;  // kind and address
  std::vector<std::string> options;
  std::string name, user, group, v6only;
  bool accepts = false;
  std::string most_connections, most_per_source;
};

struct TimerFacts {
  std::vector<std::string> words;
  std::string first_run;  // of OnActiveSec
  bool persistent = false, needs_stamp = false, present = false;
};

struct Draft {
  UnitName name;
  Definition definition;
  SpecifierSource specifiers;
  const Accounts* accounts = nullptr;
  const std::set<std::string>* allowed = nullptr;  // --allow

  ServiceFacts service;
  ProcessFacts process;
  ConditionFacts conditions, assertions;
  SocketFacts socket;  // of the socket unit that is being read
  TimerFacts timer;
  std::vector<std::string> path_words;
  bool makes_directories = false;  // of the path
  bool is_trigger = false;         // a socket, timer or path is being read

  std::vector<Relation> relations;
  std::vector<Finding> findings;

  std::string fault;  // why systemd would not start the unit, if it would not

  // The value with its specifiers replaced.
  std::string expanded(std::string_view value);
  std::string unknown_specifiers;  // of the last assignment
};

}  // namespace stoker::importer
