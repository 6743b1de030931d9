// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <sys/prctl.h>

#include "base/directory.hh"
#include "base/parse.hh"
#include "base/process.hh"

namespace stoker {

namespace {

// The fields of /proc/PID/stat that matter here, see proc(5).
struct ProcessFacts {
  Text<32> name;
  pid_t group = 0;
  uint64_t birth = 0;
};

ProcessFacts facts_of(std::string_view pid) {
  ProcessFacts facts;
  char buffer[512];
  const Fd file = open_read(AT_FDCWD, Text<64>("/proc/", pid, "/stat").c_str());
  if (!file) return facts;
  const ssize_t got = read_all(file.get(), buffer);
  if (got <= 0) return facts;
  std::string_view line(buffer, static_cast<size_t>(got));
  // The name stands in parentheses and may itself contain anything.
  const size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos) return facts;
  facts.name.append({line.data() + open + 1, close - open - 1});
  line.remove_prefix(close + 1);
  constexpr int group_field = 3, birth_field = 20;  // counted from behind the name
  for (int field = 1; field <= birth_field; ++field) {
    const std::string_view word = next_word(line);
    if (field == group_field) facts.group = parse_number<pid_t>(word).value_or(0);
    if (field == birth_field) facts.birth = parse_number<uint64_t>(word).value_or(0);
  }
  return facts;
}

}  // namespace

bool adopt_orphans() { return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

Moment group_look_interval() { return never; }

uint64_t birth_of(pid_t pid) { return facts_of(Digits(pid)).birth; }

Text<400> members_of(pid_t group) {
  Text<400> members;
  Directory processes(AT_FDCWD, "/proc");
  if (!processes) return members;
  while (const char* const entry = processes.next()) {
    if (!parse_number<pid_t>(entry)) continue;
    const ProcessFacts facts = facts_of(entry);
    if (facts.group != group || members.size() > 340) continue;
    if (!members.empty()) members.append(", ");
    members.append(facts.name, " (", entry, ")");
  }
  return members;
}

}  // namespace stoker
