// SPDX-License-Identifier: ISC
// sv wait: see sv(8).
#include <cerrno>

#include "client/trouble.hh"
#include "client/view.hh"
#include "client/waiting.hh"
#include "service/mask.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// Reads the status again: the state may be known from an event only.
void append_line(Page& page, std::string_view outcome, const Awaited& awaited,
                 const Places& places) {
  const Fd service = open_service(places, awaited.handle.name);
  const Probe fresh = probe_service(places, awaited.handle.name, service.get());
  const Probe& probe = fresh.found == Probe::Found::supervised ? fresh : awaited.probe;
  page.append(outcome);
  append_sv(page, awaited.handle.name,
            {.runit = probe.status.main,
             .own = probe.status.native ? &probe.status.main_status : nullptr,
             .down_file = has_down_file(service.get()),
             .now = tai_now(),
             .masked = is_masked(service.get())});
  page.append("\n");
}

// True if it was reached.
bool report(Page& page, const Awaited& awaited, const Places& places) {
  using Trouble = Awaited::Trouble;
  const char* const name = awaited.handle.name;
  switch (awaited.trouble) {
  case Trouble::none: break;
  case Trouble::no_service:
    errno = awaited.error;
    append_no_service(page, places, name);
    return false;
  case Trouble::no_supervisor: append_trouble(page, places, name, awaited.probe); return false;
  case Trouble::failed:
    page.append("fail: ", name, ": failed: ", reason_text(awaited.probe.status.main_status).view(),
                "\n");
    return false;
  }
  if (awaited.stage == Awaited::Stage::requested)
    append_trouble(page, places, name, awaited.probe);
  else
    append_line(page, awaited.reached ? "ok: " : "timeout: ", awaited, places);
  return awaited.reached;
}

std::optional<Await> await_from(std::string_view word) {
  if (word == "up") return Await::up;
  if (word == "ready") return Await::ready;
  if (word == "down") return Await::really_down;
  if (word == "finished") return Await::finished;
  return {};
}

}  // namespace

int wait(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer) {
  const auto await = words.empty() ? std::nullopt : await_from(words.front());
  if (!await && !words.empty()) refuse_word(how, "state", words.front());
  if (words.size() < 2) misuse(how);
  const Moment deadline = deadline_of(how);
  WaitRun waiting({.await = *await,
                   .keep_going = true,
                   .requests_supervisor = true,
                   .deadline = deadline,
                   .patience = patience_of(how, deadline)},
                  places, words.subspan(1));
  static_cast<void>(waiting.run());
  unsigned failures = 0;
  for (const Awaited& awaited : waiting.all()) {
    failures += !report(printer.page, awaited, places);
    printer.make_room();
  }
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
