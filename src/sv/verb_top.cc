// SPDX-License-Identifier: ISC
// sv top: see sv(8).
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/report.hh"
#include "base/signals.hh"
#include "client/duration.hh"
#include "sv/full_screen.hh"
#include "sv/sample.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

class Top {
 public:
  Top(const Invocation& how, const Places& places, std::span<char* const> names, Printer& printer)
      : how_(how), places_(places), names_(names), printer_(printer) {
    if (how.top.key) order_.key = *how.top.key;
  }

  void show_screen();
  void print_tables();
  // Has some look found processes?
  bool sees_processes() const { return !samples_[newest_].processes().empty(); }

 private:
  void look();
  void draw();
  void print(bool first);
  bool obey_signals();
  bool obey_keys();
  void sort_by(TopKey key) { order_ = {key, false}; }
  std::span<TopRow> rows() const { return rows_->all(); }
  [[noreturn]] void give_up(std::string_view what);

  const Invocation& how_;
  const Places& places_;
  const std::span<char* const> names_;
  Printer& printer_;
  FullScreen screen_;
  TopOrder order_;
  Sample samples_[2];
  size_t newest_ = 0;
  std::optional<MappedArray<TopRow>> rows_;
};

// Exits without destructors.
void Top::give_up(std::string_view what) {
  const int error = errno;
  screen_.leave();
  errno = error;
  die_errno({"unable to ", what});
}

void Top::look() {
  newest_ = 1 - newest_;
  Sample& sample = samples_[newest_];
  const Sample& before = samples_[1 - newest_];
  if (!sample.take(places_, names_, before)) give_up("allocate memory");
  const std::span<const SampledService> services = sample.services();
  rows_.emplace(services.size());
  if (!*rows_) give_up("allocate memory");
  for (size_t at = 0; at < services.size(); ++at) {
    const SampledService& service = services[at];
    rows()[at] = {service.name, service.state,   service.known,
                  service.pid,  service.grouped, sample.usage(at, before)};
  }
}

void Top::draw() {
  const ScreenSize size = FullScreen::size();
  const bool colors = find_screen().colors;
  // The last line stays empty, so that nothing scrolls, and the first is the title.
  const TopLook look{
      {size.columns, colors}, std::max<size_t>(size.rows, 2) - 2, FullScreen::clear_line};
  sort_rows(rows(), order_);
  printer_.page.append(FullScreen::home);
  append_top_title(printer_.page, rows(), order_, how_.top.interval, look);
  append_top(printer_.page, rows(), look, [this] { printer_.make_room(); });
  printer_.page.append(FullScreen::clear_rest);
}

// False if one asks it to exit.
bool Top::obey_signals() {
  while (const int signal = next_signal()) {
    const bool resumed = signal == SIGCONT;
    if (signal == SIGTSTP && !screen_.suspend(signal)) give_up("use the terminal");
    if (signal == SIGTSTP || signal == SIGWINCH) continue;
    if (!resumed) return false;
    // The shell has its own modes in the meantime.
    screen_.leave();
    if (!screen_.enter()) give_up("use the terminal");
  }
  return true;
}

// False if one asks it to exit.
bool Top::obey_keys() {
  while (const int key = FullScreen::next_key()) {
    switch (key) {
    case 'c': sort_by(TopKey::cpu); break;
    case 'm': sort_by(TopKey::memory); break;
    case 't': sort_by(TopKey::tasks); break;
    case 'i': sort_by(TopKey::io); break;
    case 'n': sort_by(TopKey::name); break;
    case 'r': order_.reversed = !order_.reversed; break;
    case 'q':
    case FullScreen::gone: return false;
    default: break;
    }
  }
  return true;
}

// What a service does can be seen only at the second look, which is therefore taken early.
void Top::show_screen() {
  constexpr Moment first_interval = 500ms;
  catch_signals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGTTOU, SIGPIPE});
  if (!screen_.enter()) give_up("use the terminal");
  look();
  Moment next = deadline_after(std::min(how_.top.interval, first_interval));
  pollfd input{STDIN_FILENO, POLLIN, 0};
  for (;;) {
    draw();
    if (!printer_.flush()) break;
    wait_until({&input, 1}, next);
    if (!obey_signals() || !obey_keys()) break;
    if (now() < next) continue;
    look();
    next = deadline_after(how_.top.interval);
  }
  screen_.leave();
}

void Top::print(bool first) {
  Page& page = printer_.page;
  sort_rows(rows(), order_);
  if (!how_.json) {
    page.append(first ? "" : "\n");
    return append_top(page, rows(), {find_screen()}, [this] { printer_.make_room(); });
  }
  std::string_view separator = "[\n";
  for (const TopRow& row : rows()) {
    page.append(separator);
    append_top_json(page, row);
    printer_.make_room();
    separator = ",\n";
  }
  page.append(rows().empty() ? "[]\n" : "\n]\n");
}

void Top::print_tables() {
  const uint64_t tables = how_.top.tables.value_or(1);
  look();
  for (uint64_t table = 0; table < tables; ++table) {
    const Moment next = deadline_after(how_.top.interval);
    while (now() < next) wait_until({}, next);
    look();
    print(table == 0);
    if (!printer_.flush()) return;
  }
}

}  // namespace

int top(const Invocation& how, const Places& places, std::span<char* const> given,
        Printer& printer) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  Top top(how, places, given.empty() ? given : names, printer);
  const bool plain = how.json || how.top.tables || !FullScreen::is_possible();
  if (plain)
    top.print_tables();
  else
    top.show_screen();
  if (!top.sees_processes()) warn({"unable to list processes: ", why_no_processes});
  return 0;
}

}  // namespace stoker
