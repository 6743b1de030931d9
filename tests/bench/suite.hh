// SPDX-License-Identifier: ISC
// The suites that are compared, and the commands of each.
#pragma once
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace stoker::bench {

namespace fs = std::filesystem;
using Command = std::vector<std::string>;

[[noreturn]] inline void die(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}
// One figure cannot be had; the others can.
[[noreturn]] inline void fail(const std::string& what) { throw std::runtime_error(what); }

inline int number_from(const char* variable, int fallback) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::atoi(text) : fallback;
}

enum class Verb { scan, restart, up, down, status, json };

// All work in the scan directory. An empty command is one that a family does not have.
inline const std::map<std::string, std::array<Command, 6>>& command_table() {
  using Words = std::array<Command, 6>;
  const Command restart{"sv", "-w", "60", "restart"}, up{"sv", "-w", "60", "start"},
      down{"sv", "-w", "60", "stop"}, status{"sv", "status"};
  const auto supervisorctl = [](const char* word) {
    return Command{"supervisorctl", "-c", "../supervisord.conf", word};
  };
  static const std::map<std::string, Words> all{
      {"stoker", {{{"svscan", "."}, restart, up, down, status, {"sv", "--json", "status"}}}},
      {"runit", {{{"runsvdir", "."}, restart, up, down, status, {}}}},
      {"daemontools",
       {{{"svscan", "."}, {"svc", "-t"}, {"svc", "-u"}, {"svc", "-d"}, {"svstat"}, {}}}},
      // Its default limit is 500 services.
      {"s6",
       {{{"s6-svscan", "-c", "20000", "."},
         {"s6-svc", "-wr", "-r"},
         {"s6-svc", "-wu", "-u"},
         {"s6-svc", "-wd", "-d"},
         {"s6-svstat"},
         {}}}},
      {"supervisor",
       {{{"supervisord", "-n", "-c", "../supervisord.conf"},
         supervisorctl("restart"),
         supervisorctl("start"),
         supervisorctl("stop"),
         supervisorctl("status"),
         {}}}}};
  return all;
}

struct Suite {
  std::string name, family, directory;  // where its programs are

  bool is(const char* one) const { return family == one; }
  std::string program(const std::string& called) const { return directory + "/" + called; }
  Command command(Verb verb) const {
    Command words = command_table().at(family)[static_cast<size_t>(verb)];
    if (!words.empty()) words[0] = program(words[0]);
    return words;
  }
  std::string scanner() const { return command(Verb::scan)[0]; }
  bool takes_many() const { return !is("s6"); }
  bool has_loggers() const { return !is("supervisor"); }
  // The number that fits into its tables; supervisor is too slow for more.
  int most() const {
    return is("supervisor") ? 100 : is("runit") || is("daemontools") ? 1000 : 1'000'000;
  }
};

// The directory in PATH that has our programs.
inline std::string own_directory() {
  const std::string path = std::getenv("PATH");
  return path.substr(0, path.find(':'));
}

inline Suite suite_from(const std::string& word) {
  const size_t equals = word.find('='), colon = word.find(':');
  if (equals > colon || colon == std::string::npos) die("BENCH_MORE: " + word);
  const std::string family = word.substr(equals + 1, colon - equals - 1);
  if (!command_table().contains(family)) die("BENCH_MORE: no such family: " + family);
  return {word.substr(0, equals), family, fs::absolute(word.substr(colon + 1))};
}

// The programs in PATH and the peers that are installed. BENCH_MORE="NAME=FAMILY:DIRECTORY ..."
// adds more, for example static builds; a family is one of those named here.
inline const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = [] {
    std::vector<Suite> found{{"stoker", "stoker", own_directory()}};
    for (const char* const peer : {"runit", "daemontools", "s6", "supervisor"}) {
      const Suite suite{peer, peer, "/usr/bin"};
      if (access(suite.scanner().c_str(), X_OK) == 0) found.push_back(suite);
    }
    const char* const more = std::getenv("BENCH_MORE");
    std::istringstream words(more != nullptr ? more : "");
    for (std::string word; words >> word;) found.push_back(suite_from(word));
    return found;
  }();
  return all;
}

// Does it need no other file to be loaded?
inline bool is_static(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  ElfW(Ehdr) head{};
  file.read(reinterpret_cast<char*>(&head), sizeof head);
  file.seekg(static_cast<std::streamoff>(head.e_phoff));
  ElfW(Phdr) part{};
  for (int left = head.e_phnum; left > 0 && file; --left) {
    file.read(reinterpret_cast<char*>(&part), sizeof part);
    if (part.p_type == PT_INTERP) return false;
  }
  // A script needs its interpreter.
  return head.e_ident[EI_MAG1] == ELFMAG1;
}

}  // namespace stoker::bench
