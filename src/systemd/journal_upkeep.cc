// SPDX-License-Identifier: ISC
#include "systemd/journal_upkeep.hh"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>

#include "base/shared_directory.hh"
#include "client/service_handle.hh"
#include "service/control.hh"
#include "svlog/boot_time.hh"
#include "svlog/files.hh"
#include "svlog/usage.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

// What is left of a directory while old logs are removed.
struct Left {
  uint64_t bytes = 0, files = 0;
};

bool is_too_much(const JournalRequest& request, const Left& left, const Tai64n& ended) {
  if (request.most_bytes && left.bytes > *request.most_bytes) return true;
  if (request.most_files && left.files > *request.most_files) return true;
  const auto age = std::chrono::seconds(seconds_between(ended, tai_now()));
  return request.longest && age > *request.longest;
}

// The label of an old log is the time at which it ended. Returns how many bytes it has freed.
uint64_t vacuum_directory(const JournalRequest& request, const PathText& path) {
  const Fd directory = open_directory_safely(path.c_str());
  OldLogs old;
  if (!directory || !old.read(directory.get())) {
    complain_errno({"Failed to open ", path});
    return 0;
  }
  Left left{size_of_log(path), old.all().size() + 1};
  uint64_t freed = 0;
  for (const OldLog& log : old.all()) {
    if (!is_too_much(request, left, log.label)) break;
    const uint64_t bytes = size_on_disk(directory.get(), log.name.c_str());
    if (unlinkat(directory.get(), log.name.c_str(), 0) != 0) {
      complain_errno({"Failed to delete ", path, "/", log.name});
      continue;
    }
    complain({"Deleted archived journal ", path, "/", log.name, " (", log_size_text(bytes), ")."});
    freed += bytes;
    left.bytes -= bytes;
    --left.files;
  }
  return freed;
}

Text<64> boot_stamp(const Tai64n& time, bool utc) {
  const auto seconds = static_cast<time_t>(time.unix_seconds());
  struct tm parts {};
  utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts);
  char bytes[64];
  return Text<64>(
      std::string_view(bytes, strftime(bytes, sizeof bytes, "%a %Y-%m-%d %H:%M:%S %Z", &parts)));
}

}  // namespace

int print_disk_usage(std::span<const LogPlace> places, Printer& out) {
  uint64_t bytes = 0;
  for (const LogPlace& place : places) bytes += size_of_log(place.path);
  out.page.append("Archived and active journals take up ", log_size_text(bytes),
                  " in the file system.\n");
  return 0;
}

int vacuum(const JournalRequest& request, std::span<const LogPlace> places, Printer&) {
  for (const LogPlace& place : places) {
    const uint64_t freed = vacuum_directory(request, place.path);
    complain({"Vacuuming done, freed ", log_size_text(freed), " of archived journals from ",
              place.path, "."});
  }
  return 0;
}

int rotate_logs(std::span<const LogPlace> places) {
  int code = 0;
  const Places services = Places::of_names();
  for (const LogPlace& place : places) {
    const Fd service = open_service(services, place.name.c_str());
    const Fd state = open_state(services, place.name.c_str(), service.get());
    const char letters[] = {letter::to_log, letter::alarm};
    if (state && send_letters(state.get(), {letters, sizeof letters})) continue;
    complain_errno({"Failed to rotate the log of ", place.name});
    code = 1;
  }
  return code;
}

int print_boots(const JournalRequest& request, Printer& out) {
  const auto id = boot_id();
  const auto first = boot_stamp(boot_time(), request.style.utc);
  const auto last = boot_stamp(tai_now(), request.style.utc);
  out.page.append("IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY\n");
  out.page.append("  0 ", id, " ", first, " ", last, "\n");
  return 0;
}

}  // namespace stoker::systemd
