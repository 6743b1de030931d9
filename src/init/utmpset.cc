// SPDX-License-Identifier: ISC
// utmpset: record in utmp that a user has logged out. See utmpset(8).
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/fd.hh"
#include "base/options.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr char present[] = "/var/run/utmp", history[] = "/var/log/wtmp";
constexpr About about{"utmpset [-w] line",
                      "Record in utmp that the user of a line has logged out.\n"
                      "  -w  also in wtmp\n"};

template <size_t N>
void put(char (&field)[N], std::string_view text) {
  std::fill(field, field + N, '\0');
  std::copy_n(text.data(), std::min(N, text.size()), field);
}

// A full field has no terminating NUL.
template <size_t N>
std::string_view text_of(const char (&field)[N]) {
  return {field, static_cast<size_t>(std::find(field, field + N, '\0') - field)};
}

void set_time(utmp& entry) {
  entry.ut_tv.tv_sec = static_cast<decltype(entry.ut_tv.tv_sec)>(time(nullptr));
  entry.ut_tv.tv_usec = 0;
}

std::string_view bytes_of(const utmp& entry) {
  return {reinterpret_cast<const char*>(&entry), sizeof entry};
}

// True if a user was logged in on that line.
bool log_out(std::string_view line) {
  const Fd file(open(present, O_RDWR | O_CLOEXEC));
  if (!file) die_errno({"unable to open ", present});
  if (flock(file.get(), LOCK_EX) != 0) die_errno({"unable to lock: ", present});
  utmp entry{};
  const std::span into(reinterpret_cast<char*>(&entry), sizeof entry);
  for (off_t at = 0;; at += static_cast<off_t>(sizeof entry)) {
    const ssize_t got = read_all(file.get(), into);
    if (got < 0) die_errno({"unable to read ", present});
    if (static_cast<size_t>(got) < sizeof entry) return false;
    if (entry.ut_name[0] == '\0' || text_of(entry.ut_line) != line) continue;
    put(entry.ut_name, "");
    put(entry.ut_host, "");
    set_time(entry);
    entry.ut_type = DEAD_PROCESS;
    if (lseek(file.get(), at, SEEK_SET) < 0 || !write_all(file.get(), bytes_of(entry)))
      die_errno({"unable to write ", present});
    return true;
  }
}

// A partial record would misalign all later ones.
void note_in_history(std::string_view line) {
  const Fd file = open_append(AT_FDCWD, history, 0600);
  struct stat before {};
  if (!file || flock(file.get(), LOCK_EX) != 0 || fstat(file.get(), &before) != 0)
    die_errno({"unable to open ", history});
  utmp entry{};
  put(entry.ut_line, line);
  set_time(entry);
  entry.ut_type = DEAD_PROCESS;
  if (write_all(file.get(), bytes_of(entry))) return;
  const int error = errno;
  static_cast<void>(ftruncate(file.get(), before.st_size));
  errno = error;
  die_errno({"unable to write ", history});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"utmpset"});
  bool with_history = false;
  Options options(argc, argv, &about);
  while (const char option = options.next()) {
    if (option != 'w') {
      report_bad_option("utmpset", options, option);
      usage_runit(about.synopsis, 1);
    }
    with_history = true;
  }
  if (options.count() < 1) usage_runit(about.synopsis, 1);
  const char* const line = options.arguments()[0];
  if (std::string_view(line).size() > sizeof utmp{}.ut_line) die({"line is too long: ", line});
  if (!log_out(line)) {
    warn({"unable to logout line ", line, " in utmp: no such entry"});
    return exit_trouble;
  }
  if (with_history) note_in_history(line);
}
