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

namespace stoker {

enum class FileKind : uint8_t {
  timeout,     // milliseconds; 0: none
  signal,      // a name or a number
  descriptor,  // a number
  policy,      // always, on-failure or never
  delay,       // MIN and MAX in milliseconds, or one value for both
  limit,       // N and SECONDS
  type,        // longrun or encore
  count,       // a number of exits, at most 4096
  marker,      // an empty file: only its existence counts
  script,      // an executable file
  directory,   // of scripts, of a logger or of FIFOs
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
  down,
  keep_group,
  essential,
  no_setsid,
  run,
  finish,
  check,
  start,
  stop,
  notify,
  control,
  log,
  event,
  needs,
  listen,
  cgroup,
  every,
};
constexpr size_t setting_count = 12;
constexpr size_t service_file_count = 29;

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

// The row of a name in a service directory, or null.
const FileRow* find_service_file(std::string_view name);
// Is that a value that the file may hold? True for files without a value.
bool is_valid(const FileRow& row, std::string_view text);

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
class ServiceSettings {
 public:
  // `directory` is the service directory, lent; it may be changed later. -1: there is none, and
  // everything has its default.
  explicit ServiceSettings(int directory) : directory_(directory) {}
  void move_to(int directory) { directory_ = directory; }

  // Does the file exist?
  bool marked(const char* name) const;

  // `never` if there is none.
  Moment timeout_ready();
  Moment timeout_kill();
  Moment timeout_finish();
  Moment timeout_control();

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

 private:
  // What reading a setting needs of its row.
  struct Wanted {
    ServiceFile file;
    const char* name;
    std::string_view fallback;
  };
  static consteval Wanted wanted(ServiceFile file, bool of_s6 = false);

  // False if there is no file, or with a warning if it cannot be read.
  bool fetch(const Wanted& wanted, std::string_view& text, std::span<char> buffer);
  // What `parse` makes of the file or of its default; `none` if it has no default.
  template <typename Value, typename Parse>
  Value read(const Wanted& wanted, Parse parse, Value none);
  Moment timeout(const Wanted& wanted);
  int signal(const Wanted& wanted);

  int directory_;
  std::array<Complaint, setting_count> complaints_;
};

}  // namespace stoker
