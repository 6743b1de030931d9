// SPDX-License-Identifier: ISC
// The files of a service directory: one table, a row per file, and the values of those that
// hold one. service(5) describes each.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

enum class FileKind : uint8_t {
  timeout,     // a time, without a unit milliseconds; 0: none
  signal,      // a name or a number
  descriptor,  // a number
  policy,      // always, on-failure or never
  delay,       // MIN and MAX, without a unit milliseconds, or one value for both
  limit,       // N and a time, without a unit seconds
  type,        // longrun or encore
  count,       // a number of exits, at most 4096
  marker,      // an empty file: only its existence counts
  script,      // an executable file
  directory,   // of scripts, of a logger or of FIFOs
  names,       // of services, one a line, or a directory with an entry for each
  reserved,    // a name that a later version may give a meaning
};

// Files with a value come first: each has a message of its own that is printed once.
enum class ServiceFile : uint8_t {
  timeout_ready,
  timeout_kill,
  timeout_finish,
  timeout_control,
  down_signal,
  reload_signal,
  notification_fd,
  restart,
  restart_delay,
  max_restarts,
  type,
  max_death_tally,
  minimum_uptime,
  down,
  keep_group,
  essential,
  no_setsid,
  keep,
  run,
  finish,
  check,
  start,
  stop,
  notify,
  condition,
  control,
  log,
  event,
  needs,
  binds,
  wants,
  after,
  starts,
  part_of,
  conflicts,
  listen,
  cgroup,
  every,
};
constexpr size_t setting_count = 13;
constexpr size_t service_file_count = 38;

struct FileRow {
  ServiceFile file;
  const char* name;
  FileKind kind;
  const char* fallback;     // as it would stand in the file; null: none
  const char* fallback_s6;  // the same in a directory of s6, where it differs
  const char* meaning;      // as service(5) says it
};

// In the order of ServiceFile.
extern const std::array<FileRow, service_file_count> service_files;

// What of a row tells which names and values are good. In the same order.
struct FileName {
  const char* name;
  FileKind kind;
};
extern const std::array<FileName, service_file_count> service_file_names;
// service_file_count if it is none of them.
size_t index_of_service_file(std::string_view name);

// Is that a value that such a file may hold? True for files without a value.
bool is_valid(FileKind kind, std::string_view text);
// Does it hold a time without a unit that, being milliseconds, is shorter than a second?
bool has_bare_below_second(FileKind kind, std::string_view text);
// Does s6 define this setting, and so what its numbers mean?
constexpr bool is_time_of_s6(ServiceFile file) {
  return file == ServiceFile::timeout_kill || file == ServiceFile::timeout_finish;
}

enum class Restart : uint8_t { always, on_failure, not_again };
// For which the directory was written, where that makes a difference.
enum class Suite : uint8_t { any, s6, encore };

struct Delay {
  Moment least = 100ms;
  Moment most = 10s;
  bool operator==(const Delay&) const = default;
};

// If the service exits more than `deaths` times within `period`, it has failed. 0: no limit.
struct Limit {
  uint32_t deaths = 0;
  Moment period = 0s;
  bool operator==(const Limit&) const = default;
};

// Empty for invalid values. A timeout of 0 is returned as `never`.
std::optional<Restart> parse_restart(std::string_view text);
std::optional<Delay> parse_delay(std::string_view text);
std::optional<Limit> parse_limit(std::string_view text);
std::optional<Moment> parse_timeout(std::string_view text);

// The values of one service directory. A file is read again each time its value is needed. An
// invalid value causes a warning that names the file and is printed once, and the default is used.
// A suspicious one causes a warning, too.
class ServiceSettings {
 public:
  // `directory` is the service directory, lent; it may be changed later. -1: there is none, and
  // everything has its default.
  explicit ServiceSettings(int directory) : directory_(directory) {}
  // `is_log`: it is that of a logger, as messages say.
  void move_to(int directory, bool is_log) {
    directory_ = directory;
    is_log_ = is_log;
  }

  // Does the file exist?
  bool marked(const char* name) const;

  // `never` if there is none.
  Moment timeout_ready();
  Moment timeout_kill();
  Moment timeout_finish();
  Moment timeout_control();
  // `otherwise` where the file does not say it.
  Moment timeout_kill(Moment otherwise);
  Moment timeout_finish(Moment otherwise);

  int down_signal();
  int reload_signal();
  // The descriptor on which the service reports that it is ready; -1: none.
  int notification_fd();
  Restart restart();
  Delay restart_delay();
  Limit max_restarts();
  Suite suite();
  bool is_of_s6() { return suite() == Suite::s6; }
  // How many exits are recorded for s6's programs.
  unsigned max_death_tally();
  // How long a run must last so that a client calls it started; 0: no matter how long.
  Moment minimum_uptime();

  // If it was asked for, if the directory's stamp is another one than the last time, or if a file
  // with a value was written: looks at all files, whether they are needed or not, and warns of each
  // fault once.
  void inspect(uint32_t stamp, bool asked);
  // Of the last inspection, without another look: does the directory name other services? Has it a
  // condition? Is it a group: other services, and nothing of its own to run?
  bool is_ordered() const { return (seen_ & names_bits) != 0; }
  bool is_conditional() const { return seen(ServiceFile::condition); }
  bool is_group() const {
    return (seen(ServiceFile::needs) || seen(ServiceFile::wants)) && !seen(ServiceFile::run) &&
           !seen(ServiceFile::start);
  }
  // The files that name other services, as words of a message.
  Text<64> names_files() const;

 private:
  // What reading a setting needs of its row.
  struct Wanted {
    ServiceFile file;
    const char* name;
    std::string_view fallback;
    FileKind kind = FileKind::timeout;
  };
  static consteval Wanted wanted(ServiceFile file, bool of_s6 = false);

  // Whether the file holds a value that can be used. Warns if it does not.
  bool fetch(const Wanted& wanted, std::string_view& text, std::span<char> buffer);
  bool judge(const Wanted& wanted, std::string_view text);
  void check(size_t at);
  std::string_view label() const { return is_log_ ? "log/" : ""; }
  // What `parse` makes of the file or of its default; `none` if it has no default.
  template <typename Value, typename Parse>
  Value read(const Wanted& wanted, Parse parse, Value none);
  Moment timeout(const Wanted& wanted);
  Moment timeout(const Wanted& wanted, Moment otherwise);
  int signal(const Wanted& wanted);

  // A bit for each file that only an inspection looks for.
  static constexpr unsigned bit_of(ServiceFile file) {
    if (file == ServiceFile::run) return run_bit;
    if (file == ServiceFile::start) return start_bit;
    if (file == ServiceFile::condition) return condition_bit;
    if (file < ServiceFile::needs || file > ServiceFile::conflicts) return 0;
    return needs_bit << (static_cast<unsigned>(file) - static_cast<unsigned>(ServiceFile::needs));
  }
  static constexpr unsigned run_bit = 1, start_bit = 2, condition_bit = 4, needs_bit = 8,
                            names_bits = 0x7f * needs_bit;
  bool seen(ServiceFile file) const { return (seen_ & bit_of(file)) != 0; }

  int directory_;
  uint32_t inspected_ = 0;  // the stamp at the last inspection
  // Digests of the faults of names that there were then. If there were more, some are repeated.
  using Reported = std::array<uint32_t, 6>;
  Reported reported_{};
  uint16_t seen_ = 0;  // see bit_of()
  bool is_log_ = false;
  std::array<Complaint, setting_count> complaints_;
};

}  // namespace stoker
