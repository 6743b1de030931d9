// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/control_group.hh"
#include "base/directory.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/process_facts.hh"
#include "base/sort.hh"
#include "sv/process_table.hh"

namespace stoker {

namespace {

Text<64> file_of(pid_t pid, std::string_view name) { return Text<64>("/proc/", pid, "/", name); }

std::string_view read_file(pid_t pid, std::string_view name, std::span<char> buffer) {
  const Fd file = open_read(AT_FDCWD, file_of(pid, name).c_str());
  const ssize_t got = file ? read(file.get(), buffer.data(), buffer.size()) : 0;
  return {buffer.data(), static_cast<size_t>(got > 0 ? got : 0)};
}

ProcessFacts facts_of(pid_t pid) {
  char buffer[512];
  return parse_process_facts(read_file(pid, "stat", buffer));
}

std::optional<pid_t> next_pid(Directory& processes) {
  while (const char* const entry = processes.next())
    if (const auto pid = parse_number<pid_t>(entry)) return pid;
  return {};
}

size_t count_processes() {
  size_t count = 0;
  for (Directory processes(AT_FDCWD, "/proc"); processes && next_pid(processes);) ++count;
  return count;
}

ProcessRow row_of(pid_t pid, const ProcessFacts& facts) {
  constexpr uint64_t tick = 1'000'000 / process_ticks_per_second;
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  ProcessRow row;
  row.pid = pid;
  row.parent = facts.parent;
  row.group = facts.group;
  row.session = facts.session;
  row.start_time = facts.start_time;
  row.cpu = facts.cpu * tick;
  row.memory = facts.resident * page;
  row.threads = facts.threads;
  return row;
}

}  // namespace

const std::string_view why_no_processes = "is /proc mounted?";

// Those that are started between the count and the pass have some room; the rest is seen next time.
bool ProcessTable::scan() {
  const size_t room = count_processes() * 5 / 4 + 64;
  count_ = 0;
  if (!rows_ || rows_->all().size() < room) rows_.emplace(room);
  if (!*rows_) return false;
  const std::span<ProcessRow> rows = rows_->all();
  Directory processes(AT_FDCWD, "/proc");
  while (count_ < rows.size()) {
    const auto pid = processes ? next_pid(processes) : std::nullopt;
    if (!pid) break;
    const ProcessFacts facts = facts_of(*pid);
    if (facts.runs() && !facts.is_of_kernel) rows[count_++] = row_of(*pid, facts);
  }
  sort(all(), [](const ProcessRow& one, const ProcessRow& other) { return one.pid < other.pid; });
  return true;
}

void read_io(ProcessRow& process) {
  char buffer[512];
  const std::string_view text = read_file(process.pid, "io", buffer);
  process.read = group_value(text, "read_bytes:");
  process.written = group_value(text, "write_bytes:");
}

Text<1000> command_line(pid_t pid) {
  char buffer[1000];
  std::string_view words = read_file(pid, "cmdline", buffer);
  while (words.ends_with('\0')) words.remove_suffix(1);
  Text<1000> line(words);
  std::replace(line.data(), line.data() + line.size(), '\0', ' ');
  if (!line.empty()) return line;
  const ProcessFacts facts = facts_of(pid);
  return facts.state == 0 ? line : Text<1000>("[", facts.name, "]");
}

}  // namespace stoker
