// SPDX-License-Identifier: ISC
// journalctl over the logs of Stoker's services. See stoker-journalctl(8).
#include <csignal>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "svlog/view.hh"
#include "systemd/journal_run.hh"
#include "systemd/journal_upkeep.hh"
#include "systemd/journal_values.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

char buffer[65536];
constinit ReaderOutput output(buffer, write_out);
constinit Printer printer;

int show(const JournalRequest& request, std::span<LogPlace> places) {
  if (request.wants_kernel) {
    if (!request.quiet) complain({"journalctl: the kernel's log is not kept here; see dmesg(1)"});
    places = {};
  }
  const bool waits = request.follows && !places.empty();
  const uint64_t count = waits || !places.empty() ? run_journal(request, places, output) : 0;
  const bool shows_lines = !request.follows && request.field == nullptr;
  if (count == 0 && !request.quiet && shows_lines) output.put("-- No entries --\n");
  output.flush();
  return 0;
}

int carry_out(const JournalRequest& request, std::span<LogPlace> places) {
  switch (request.job) {
  case JournalJob::show: return show(request, places);
  case JournalJob::disk_usage: return print_disk_usage(places, printer);
  case JournalJob::vacuum: return vacuum(request, places);
  case JournalJob::rotate: return rotate_logs(places);
  case JournalJob::list_boots: return print_boots(request, printer);
  case JournalJob::fields: printer.page.append(journal_fields()); return 0;
  case JournalJob::nothing: return 0;
  }
  return 0;
}

int run(std::span<char*> argv) {
  static JournalRequest request;
  read_journal_request(argv, request);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  choose_tree(request);
  const MappedArray<LogPlace> places(count_journals(request));
  if (!places) die_errno({"unable to get memory"});
  const size_t count = find_journals(request, places.all());
  return carry_out(request, places.all().first(count));
}

}  // namespace

}  // namespace stoker::systemd

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"journalctl"});
  block_standard_descriptors();
  const int code = systemd::run({argv, static_cast<size_t>(argc)});
  systemd::printer.finish();
  return code;
}
