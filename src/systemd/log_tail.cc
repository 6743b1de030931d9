// SPDX-License-Identifier: ISC
#include "systemd/log_tail.hh"

#include "systemd/journal_run.hh"

namespace stoker::systemd {

namespace {

char buffer[16 * 1024];
constinit ReaderOutput output(buffer, write_out);

}  // namespace

void show_log_tail(const char* service, uint64_t lines) {
  static LogPlace place;
  if (!find_service_log(service, place)) return;
  JournalRequest request;
  request.lines = lines;
  output.put("\n");
  run_journal(request, {&place, 1}, output);
}

}  // namespace stoker::systemd
