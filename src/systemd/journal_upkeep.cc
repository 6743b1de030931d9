// SPDX-License-Identifier: ISC
#include "systemd/journal_upkeep.hh"

#include <ctime>

#include "client/service_handle.hh"
#include "service/control.hh"
#include "svlog/boot_time.hh"
#include "svlog/usage.hh"
#include "svlog/vacuum.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

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

int vacuum(const JournalRequest& request, std::span<const LogPlace> places) {
  int code = 0;
  for (const LogPlace& place : places) {
    const auto tell = [&path = place.path](std::string_view name, std::optional<uint64_t> freed) {
      if (!freed) return complain_errno({"Failed to delete ", path, "/", name});
      complain({"Deleted archived journal ", path, "/", name, " (", log_size_text(*freed), ")."});
    };
    if (const auto freed = vacuum_log(request.limits, place.path, tell)) {
      complain({vacuum_text(*freed, place.path)});
    } else {
      complain_errno({"Failed to open ", place.path});
      code = 1;
    }
  }
  return code;
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
