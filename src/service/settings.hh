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
#include "service/control_group.hh"
#include "service/exit_set.hh"

namespace stoker {

enum class FileKind : uint8_t {
  timeout,     // a time, without a unit milliseconds; 0: none
  signal,      // a name or a number
  descriptor,  // a number
  policy,      // always, never, or on- and what
  delay,       // MIN and MAX, without a unit milliseconds, or one value for both; and words
  limit,       // N and a time, without a unit seconds
  type,        // longrun or encore
  count,       // a number of exits, at most 4096
  exits,       // exit codes, and signals by name
  run_limit,   // a time, without a unit milliseconds, and its jitter
  kill_mode,   // group, process, mixed or control-group
  tries,       // a number from 1 to 4096
  action,      // restart, mark or stop
  store,       // a number of descriptors, at most most_stored
  path,        // of a file
  oom_policy,  // continue, stop or kill
  marker,      // an empty file: only its existence counts
  script,      // an executable file
  aftermath,   // an executable file, or names of services, one a line
  directory,   // of scripts, of a logger or of FIFOs
  names,       // of services, one a line, or a directory with an entry for each
  sockets,     // one a line, see net/listen_line.hh
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
  success_exit,
  prevent_restart,
  runtime_max,
  timeout_start,
  timeout_abort,
  kill_mode,
  final_kill_signal,
  health_period,
  health_timeout,
  health_failures,
  health_delay,
  health_action,
  fd_store,
  watchdog,
  pid_file,
  oom_policy,
  down,
  keep_group,
  essential,
  no_setsid,
  keep,
  send_hup,
  on_demand,
  notification_socket,
  guess_main,
  notify_reload,
  run,
  finish,
  check,
  start,
  stop,
  notify,
  condition,
  on_failure,
  on_success,
  health,
  after_start,
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
constexpr size_t setting_count = 29;
constexpr size_t service_file_count = 63;  // at most 64

constexpr uint64_t bit_of(ServiceFile file) { return uint64_t{1} << static_cast<unsigned>(file); }

// The most descriptors that a service may leave with its supervisor.
constexpr unsigned most_stored = 128;

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

enum class Restart : uint8_t {
  always,
  on_failure,
  not_again,
  on_success,
  on_abnormal,
  on_abort,
  on_watchdog,
};
// What of a run is asked to stop, and killed in the end.
enum class KillMode : uint8_t {
  group,          // run is asked; its group is killed, and what is left of that asked, then killed
  process,        // run alone
  mixed,          // run is asked, and all else killed at once when it has ended
  control_group,  // as `group`
};
// What happens to a service that is unhealthy.
enum class HealthAction : uint8_t { restart, mark, stop };
// For which the directory was written, where that makes a difference.
enum class Suite : uint8_t { any, s6, encore };

struct Delay {
  Moment least = 100ms;
  Moment most = 10s;
  bool at_least = false;  // the first restart waits, too
  uint8_t jitter = 0;     // in percent
  bool operator==(const Delay&) const = default;
};

struct RunLimit {
  Moment time = never;
  uint8_t jitter = 0;  // in percent
  bool operator==(const RunLimit&) const = default;
};

// If the service exits more than `deaths` times within `period`, it has failed. 0: no limit.
struct Limit {
  uint32_t deaths = 0;
  Moment period = 0s;
  bool operator==(const Limit&) const = default;
};

// Empty for invalid values. A timeout of 0 is returned as `never`.
std::optional<Restart> parse_restart(std::string_view text);
std::optional<HealthAction> parse_health_action(std::string_view text);
std::optional<Delay> parse_delay(std::string_view text);
std::optional<Limit> parse_limit(std::string_view text);
std::optional<Moment> parse_timeout(std::string_view text);
std::optional<RunLimit> parse_run_limit(std::string_view text);
std::optional<KillMode> parse_kill_mode(std::string_view text);

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
  bool marked(const char* name);
  // … if only as a dangling symbolic link?
  bool has(ServiceFile file) { return directory_ >= 0 && may_exist(file) && is_listed(file); }
  // False only if it does not exist for certain, so that it need not be looked for.
  bool may_exist(ServiceFile file);

  // `never` if there is none.
  Moment timeout_ready();
  Moment timeout_kill();
  Moment timeout_finish();
  Moment timeout_control();
  Moment timeout_start();
  Moment timeout_abort();  // by default as timeout_kill()
  // `otherwise` where the file does not say it.
  Moment timeout_kill(Moment otherwise);
  Moment timeout_finish(Moment otherwise);

  int down_signal();
  int reload_signal();
  int final_kill_signal();
  KillMode kill_mode();
  // The descriptor on which the service reports that it is ready; -1: none.
  int notification_fd();
  Restart restart();
  Delay restart_delay();
  Limit max_restarts();
  ExitSet success_exit();
  ExitSet prevent_restart();
  RunLimit runtime_max();
  Suite suite();
  bool is_of_s6() { return suite() == Suite::s6; }
  // How long it may be silent once it is ready; `never` if there is no limit.
  Moment watchdog();
  // Where the daemon leaves its pid; empty if it does not say.
  Text<127> pid_file();
  // How many exits are recorded for s6's programs.
  unsigned max_death_tally();
  // How long a run must last so that a client calls it started; 0: no matter how long.
  Moment minimum_uptime();

  Moment health_period();   // never: it is not run
  Moment health_timeout();  // never: no limit
  Moment health_delay();
  unsigned health_failures();
  HealthAction health_action();
  // How many descriptors it may leave with its supervisor.
  unsigned fd_store();
  OomPolicy oom_policy();

  // If it was asked for, if the directory's stamp is another one than the last time, or if a file
  // with a value was written: looks at all files, whether they are needed or not, and warns of each
  // fault once.
  void inspect(uint32_t stamp, bool asked);
  // Files may be added or removed from now on: before one is looked for the next time, the
  // directory is, once for all. Only after an inspection; before, each file is looked for.
  void expire() const { fresh_ = false; }
  // Of the last inspection, without another look: does the directory name other services? Has it a
  // condition? A control group? Sockets, and does it wait for what comes? Is it a group: other
  // services, and nothing of its own to run?
  bool is_ordered() const {
    constexpr uint64_t first = bit_of(ServiceFile::needs), last = bit_of(ServiceFile::conflicts);
    return (seen_ & (2 * last - first)) != 0;
  }
  bool is_conditional() const { return seen(ServiceFile::condition); }
  bool has_group() const { return seen(ServiceFile::cgroup); }
  bool has_health() const { return seen(ServiceFile::health); }
  bool has_sockets() const { return seen(ServiceFile::listen); }
  bool is_on_demand() const { return has_sockets() && seen(ServiceFile::on_demand); }
  // … or that it is alive?
  bool is_watched() const { return seen(ServiceFile::watchdog); }
  // … does run put itself into the background?
  bool is_detaching() const { return seen(ServiceFile::pid_file) || seen(ServiceFile::guess_main); }
  // … does it report on a socket when it is ready?
  bool is_notified() const { return seen(ServiceFile::notification_socket); }
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

  // Digests of the faults of names that there were. If there were more, some are repeated.
  using Reported = std::array<uint32_t, 6>;

  bool is_listed(ServiceFile file) const;
  bool look(bool warns);
  void list(bool warns);
  void look_one_by_one();
  void report(std::string_view name, Reported& now, size_t& count);

  bool seen(ServiceFile file) const { return (seen_ & bit_of(file)) != 0; }

  int directory_;
  uint32_t inspected_ = 0;  // the stamp at the last inspection
  uint32_t listed_ = 0;     // the directory's stamp at the last listing; 0: there was none
  Reported reported_{};
  uint64_t seen_ = 0;  // a bit for each file that there was then
  bool is_log_ = false;
  bool settled_ = false;  // the listing was so long after the change that no other can be missing
  mutable bool fresh_ = false;  // … and what it says still holds
  std::array<Complaint, setting_count> complaints_;
};

}  // namespace stoker
