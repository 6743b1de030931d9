// SPDX-License-Identifier: ISC
// sv events: see sv(8).
#include <unistd.h>

#include <cerrno>

#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/poll_set.hh"
#include "client/view.hh"
#include "service/control.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

struct WatchedService {
  ServiceHandle handle;
  // What was printed last, so that other changes do not repeat it.
  State state = State::down;
  Want want = Want::up;
  bool paused = false;
};

// One transition, ready to be printed.
struct Notice {
  std::string_view event;
  bool want_only = false;  // nothing but the want has changed
};

// The word for an event. The supervisor reports that the service is down and what follows in
// one letter; for smaller changes the letter does not say what has changed.
std::string_view event_word(char letter, State state) {
  switch (letter) {
  case event::supervised: return "supervised";
  case event::up: return "up";
  case event::ready: return "ready";
  case event::died: return "died";
  case event::down: return state == State::backoff ? word(state) : "down";
  case event::failed: return "failed";
  case event::held: return "held";
  case event::listening: return "listening";
  case event::left: return "left";
  case event::unhealthy: return "unhealthy";
  case event::healthy: return "healthy";
  default: return {};
  }
}

View view_of(const StatusFile& status) {
  return {.runit = status.main,
          .own = status.native ? &status.main_status : nullptr,
          .now = tai_now(),
          .health = &status.health};
}

// It may have been asked to stop since.
Cell illness(const View& view) {
  const Cell ailment = view.own->state == State::ready ? ailment_of(view) : reason_text(*view.own);
  constexpr std::string_view word = "unhealthy: ";
  if (!has_prefix(ailment, word)) return {};
  return Cell(std::string_view(ailment.c_str() + word.size()));
}

// What follows the word: why the run ended, and when the next one starts.
Cell detail(const Notice& notice, const View& view) {
  const bool known = view.own != nullptr;
  if (notice.want_only) return Cell("want ", want_of(view));
  if (notice.event == "up" && view.runit.pid != 0) return Cell("pid ", view.runit.pid);
  if (known && notice.event == word(State::backoff)) return reason_text(*view.own, view.now);
  if (known && notice.event == word(HealthState::unhealthy)) return illness(view);
  const bool ended = notice.event == "died" || notice.event == "down" || notice.event == "failed";
  return known && ended ? reason_text(*view.own) : Cell();
}

// "2026-11-22T09:10:45.123Z NAME died killed by SIGSEGV"
void append_line(Page& page, const char* name, const Notice& notice, const View& view) {
  page.append(time_text(view.now, true).view(), " ", harmless(name).view(), " ", notice.event);
  const Cell text = detail(notice, view);
  if (!text.empty()) page.append(" ", text.view());
  page.append("\n");
}

class Stream {
 public:
  Stream(const Places& places, size_t count, bool json, Printer& printer)
      : places_(places), json_(json), printer_(printer), services_(count), poll_set_(count) {
    if (!services_) die_errno({"unable to allocate memory"});
  }

  unsigned run(std::span<char* const> names);

 private:
  bool begin(WatchedService& service, const char* name);
  bool listen(WatchedService& service);
  void hear(WatchedService& service);
  Notice notice_from(WatchedService& service, char letter, const StatusFile& status);
  void print(const WatchedService& service, const Notice& notice, const StatusFile& status);

  const Places& places_;
  const bool json_;
  Printer& printer_;
  MappedArray<WatchedService> services_;
  PollSet poll_set_;
};

unsigned Stream::run(std::span<char* const> names) {
  if (poll_set_.poll_only())
    die({"too few file descriptors to listen to all services; see ulimit -n"}, 100);
  unsigned failures = 0;
  for (size_t at = 0; at < names.size(); ++at) failures += !begin(services_.all()[at], names[at]);
  // With nothing to listen to, no event can arrive.
  if (failures == names.size()) return failures;
  for (;;) {
    poll_set_.begin();
    for (WatchedService& service : services_.all())
      if (service.handle.listener) poll_set_.add(service.handle);
    poll_set_.add_output(STDOUT_FILENO);
    poll_set_.sleep(never);
    for (WatchedService& service : services_.all())
      if (service.handle.listener && poll_set_.has_changed(service.handle)) hear(service);
    // A reader that has gone is no failure.
    if (!printer_.flush() && errno != EPIPE) return failures;
    if (poll_set_.output_broken()) {
      printer_.forget();
      return failures;
    }
    if (poll_set_.interrupted() != 0) return failures;
  }
}

bool Stream::begin(WatchedService& service, const char* name) {
  service.handle.name = name;
  service.handle.next_probe = never;
  open_handle(service.handle, places_);
  if (service.handle.state && listen(service)) return true;
  if (errno != 0) warn_errno({"unable to listen to ", name});
  return false;
}

// False with errno, or 0 if a warning has been printed.
bool Stream::listen(WatchedService& service) {
  const auto status = read_own_status(service.handle.state.get());
  if (status && !status->native) {
    warn({"unable to listen to ", service.handle.name, ": its supervisor reports no events"});
    errno = 0;
    return false;
  }
  listen_to(service.handle);
  if (status) static_cast<void>(notice_from(service, event::changed, *status));
  return service.handle.listener.has_value();
}

void Stream::hear(WatchedService& service) {
  while (const char letter = next_letter(service.handle)) {
    const auto status = read_own_status(service.handle.state.get());
    if (!status) continue;
    const Notice notice = notice_from(service, letter, *status);
    if (!notice.event.empty()) print(service, notice, *status);
    printer_.make_room();
  }
}

Notice Stream::notice_from(WatchedService& service, char letter, const StatusFile& status) {
  const State state = status.main_status.state;
  const Want want = status.main_status.want;
  const bool paused = status.main.paused;
  const bool same_state = state == service.state && paused == service.paused;
  const bool same = same_state && want == service.want;
  service.state = state;
  service.want = want;
  service.paused = paused;
  const std::string_view known = event_word(letter, state);
  if (!known.empty() || same) return {known};
  return {paused ? "paused" : word(state), same_state};
}

void Stream::print(const WatchedService& service, const Notice& notice, const StatusFile& status) {
  const View view = view_of(status);
  if (json_) {
    append_json_event(printer_.page, service.handle.name, notice.event, view);
  } else {
    append_line(printer_.page, service.handle.name, notice, view);
  }
}

}  // namespace

int events(const Invocation& how, const Places& places, std::span<char* const> given,
           Printer& printer) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  Stream stream(places, names.size(), how.json, printer);
  return exit_code(stream.run(names));
}

}  // namespace stoker
