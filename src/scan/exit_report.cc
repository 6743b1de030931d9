// SPDX-License-Identifier: ISC
#include "scan/exit_report.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/civil_date.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/control.hh"
#include "service/group_tree.hh"

namespace stoker {

namespace {

constexpr int most_lines = 20;

std::string_view word_of(Cause cause) {
  switch (cause) {
  case Cause::none:
  case Cause::asked: return "stopped";
  case Cause::main_ended: return "command-ended";
  case Cause::cannot_run: return "command-not-run";
  case Cause::essential: return "essential-service-ended";
  case Cause::start_failed: return "service-failed-to-start";
  }
  return "";
}

// Service names may have any byte.
void append_quoted(Text<900>& text, std::string_view word) {
  text.append('"');
  for (const char byte : word) {
    if (byte == '"' || byte == '\\') text.append('\\');
    text.append(byte >= ' ' && byte < 127 ? byte : '?');
  }
  text.append('"');
}

Fd open_memory_file() {
  constexpr std::string_view root = "/sys/fs/cgroup";
  char text[4096];
  const Fd groups = open_read(AT_FDCWD, "/proc/self/cgroup");
  const ssize_t got = groups ? read_all(groups.get(), text) : 0;
  std::string_view lines(text, got > 0 ? static_cast<size_t>(got) : 0);
  while (!lines.empty()) {
    const std::string_view line = next_word(lines);
    const size_t slash = line.find(":/");
    if (slash == std::string_view::npos) continue;
    std::string_view path(line.data() + slash + 1, line.size() - slash - 1);
    // That of the tree counts for the services, too.
    if (base_name(path) == group_of_supervisors) path = {path.data(), path.rfind('/')};
    const bool old = line.find(":memory") != std::string_view::npos;
    const PathText file(root, old ? "/memory" : "", path,
                        old ? "/memory.oom_control" : "/memory.events");
    if (Fd found = open_read(AT_FDCWD, file.c_str())) return found;
  }
  return open_read(AT_FDCWD, "/sys/fs/cgroup/memory.events");
}

uint64_t read_memory_kills() {
  char text[1024];
  const Fd file = open_memory_file();
  const ssize_t got = file ? read_all(file.get(), text) : 0;
  return got > 0 ? parse_memory_kills({text, static_cast<size_t>(got)}) : 0;
}

// A line with its end.
std::string_view take_line(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
  const std::string_view line(rest.data(), end);
  rest.remove_prefix(end);
  return line;
}

constexpr size_t to_second = 19;

// "2026-11-28T21:31:30.123456789"
Text<40> utc_text(const Tai64n& time) {
  const Civil civil = civil_from_seconds(static_cast<int64_t>(time.unix_seconds()));
  Text<40> text(civil.year);
  constexpr std::string_view marks = "--T::";
  size_t at = 0;
  for (const int part : {civil.month, civil.day, civil.hour, civil.minute, civil.second})
    text.append(marks[at++], part < 10 ? "0" : "", part);
  // With nine digits behind the point, which a number without its first one has.
  const Digits digits(1'000'000'000 + time.nanoseconds);
  text.append(".", std::string_view(digits.c_str() + 1, 9));
  return text;
}

enum class Age : uint8_t { unknown, old, fresh };

// By its stamp, as svlogd and multilog write it. `limit` is the text of `since`.
Age age_of(std::string_view line, const Tai64n& since, std::string_view limit) {
  constexpr size_t date = 10, fraction = 25;
  if (line.starts_with('@')) {
    const auto stamp = Tai64n::from_hex({line.data() + 1, line.size() - 1});
    if (stamp) return *stamp < since ? Age::old : Age::fresh;
  }
  if (line.size() < fraction || line[4] != '-' || line[7] != '-' || line[13] != ':')
    return Age::unknown;
  const auto compare = [&](size_t from, size_t to) {
    return std::string_view(line.data() + from, to - from)
        .compare(std::string_view(limit.data() + from, to - from));
  };
  const int days = compare(0, date);
  return (days != 0 ? days : compare(date + 1, line[to_second] == '.' ? fraction : to_second)) < 0
             ? Age::old
             : Age::fresh;
}

}  // namespace

Text<64> how_it_ended(const FailedService& failed) {
  const int status = failed.wait_status;
  if (status == -1) return Text<64>("exit status unknown");
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  Text<64> text(ending_text(WEXITSTATUS(status), signal));
  if (signal == SIGKILL && failed.out_of_memory) text.append(" (out of memory)");
  return text;
}

Text<80> sentence_of(const FailedService& failed) {
  const int status = failed.wait_status;
  if (status == -1) return Text<80>("ended, ", how_it_ended(failed));
  if (WIFSIGNALED(status)) return Text<80>("was ", how_it_ended(failed));
  return Text<80>("exited with code ", WEXITSTATUS(status));
}

Text<900> exit_report_of(const Shutdown& shutdown, const FailedService& failed) {
  Text<900> text("{\"reason\":\"", word_of(shutdown.cause()), "\",\"exitCode\":", shutdown.code());
  if (!failed.name.empty()) {
    text.append(",\"name\":");
    append_quoted(text, Text<255>(failed.name.view()));
    text.append(",\"end\":");
    append_quoted(text, how_it_ended(failed));
  }
  if (failed.out_of_memory) text.append(",\"outOfMemory\":true");
  text.append("}\n");
  return text;
}

void write_exit_report(const char* file, const Shutdown& shutdown, const FailedService& failed) {
  const Fd log = open_write(AT_FDCWD, file);
  if (!log) return;
  const auto text = exit_report_of(shutdown, failed);
  if (ftruncate(log.get(), 0) != 0 && errno != EINVAL) return;
  if (!write_all(log.get(), text)) warn_errno({"unable to write ", file});
}

uint64_t parse_memory_kills(std::string_view text) {
  while (!text.empty())
    if (next_word(text) == "oom_kill") return parse_number<uint64_t>(next_word(text)).value_or(0);
  return 0;
}

void MemoryKills::note() { before_ = read_memory_kills(); }

bool MemoryKills::has_grown() const { return read_memory_kills() > before_; }

Fd open_log_of(int state) {
  const auto status = state >= 0 ? read_status(state) : std::nullopt;
  if (!status || !status->native || !status->has_log || status->log.pid <= 0) return Fd();
  const Text<64> path("/proc/", status->log.pid, "/fd");
  Directory open(AT_FDCWD, path.c_str());
  if (!open) return Fd();
  while (const char* const name = open.next()) {
    char target[4096];
    const ssize_t length = readlinkat(open.fd(), name, target, sizeof target);
    if (length <= 0 || !std::string_view(target, static_cast<size_t>(length)).ends_with("/current"))
      continue;
    if (Fd file = open_read(open.fd(), name)) return file;
  }
  return Fd();
}

Fd open_usual_log(int directory, std::string_view name) {
  for (const char* const place : {"/log/main/current", "/log/current"})
    if (Fd file = open_read_plain(directory, PathText(name, place).c_str())) return file;
  return Fd();
}

std::string_view last_lines(std::string_view text, const Tai64n& since) {
  size_t at = text.size();
  for (int lines = 0; at > 0; --at)
    if (text[at - 1] == '\n' && at < text.size() && ++lines == most_lines) break;
  text.remove_prefix(at);
  const Text<40> limit = utc_text(since);
  bool old = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = take_line(rest);
    const Age age = age_of(line, since, limit);
    if (age == Age::fresh) break;
    old = old || age == Age::old;
    if (old) text = rest;
  }
  return text;
}

void show_last_lines(int log, std::string_view name, const Tai64n& since) {
  struct stat facts {};
  if (log < 0 || fstat(log, &facts) != 0 || !S_ISREG(facts.st_mode)) return;
  if (facts.st_mtime < static_cast<time_t>(since.unix_seconds())) return;
  char buffer[8192];
  constexpr auto room = static_cast<off_t>(sizeof buffer);
  const off_t begin = facts.st_size > room ? facts.st_size - room : 0;
  const ssize_t got = pread(log, buffer, sizeof buffer, begin);
  if (got <= 0) return;
  std::string_view rest(buffer, static_cast<size_t>(got));
  if (begin > 0) take_line(rest);
  rest = last_lines(rest, since);
  if (rest.empty()) return;
  Text<40> time = utc_text(since);
  time.cut(since == Tai64n() ? 0 : to_second);
  say("info", {"last lines in the log of ", name, time.empty() ? "" : " since ", time,
               time.empty() ? ":" : "Z:"});
  const Text<300> prefix("[", name, "] ");
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    static_cast<void>(write_all(STDERR_FILENO, prefix) && write_all(STDERR_FILENO, line) &&
                      (line.ends_with('\n') || write_all(STDERR_FILENO, "\n")));
  }
}

}  // namespace stoker
