// SPDX-License-Identifier: ISC
#include "scan/exit_report.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/directory.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/control.hh"

namespace stoker {

namespace {

constexpr int last_lines = 20;

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
    const std::string_view path(line.data() + slash + 1, line.size() - slash - 1);
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

void copy_last_lines(int log) {
  struct stat facts {};
  if (log < 0 || fstat(log, &facts) != 0 || !S_ISREG(facts.st_mode)) return;
  char text[8192];
  constexpr auto room = static_cast<off_t>(sizeof text);
  const off_t begin = facts.st_size > room ? facts.st_size - room : 0;
  const ssize_t got = pread(log, text, sizeof text, begin);
  if (got <= 0) return;
  std::string_view all(text, static_cast<size_t>(got));
  size_t at = all.size();
  for (int lines = 0; at > 0 && lines <= last_lines; --at)
    if (all[at - 1] == '\n' && at < all.size() && ++lines == last_lines) break;
  all.remove_prefix(at);
  static_cast<void>(write_all(STDERR_FILENO, all));
}

}  // namespace stoker
