// SPDX-License-Identifier: ISC
// status: a block for each unit, with the last lines of its log.
#include <fcntl.h>
#include <unistd.h>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "client/explainer.hh"
#include "client/view.hh"
#include "service/names.hh"
#include "systemd/log_tail.hh"
#include "systemd/manager.hh"
#include "systemd/message.hh"
#include "systemd/preset.hh"
#include "systemd/times.hh"
#include "systemd/unit_text.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

// The name of a process; empty if it is not known.
Text<32> process_name(pid_t pid) {
  char name[32];
  const Fd file = open_read(AT_FDCWD, Text<40>("/proc/", pid, "/comm").c_str());
  const ssize_t got = file ? read_all(file.get(), name) : 0;
  return got > 0 ? Text<32>(trim({name, static_cast<size_t>(got)})) : Text<32>();
}

std::string_view mark_of(const UnitView& view) {
  if (!has_utf8()) return dot();
  if (view.state.active == Active::failed) return "×";
  return view.state.active == Active::inactive ? "○" : dot();
}

void append_title(const Call& call, const UnitView& view) {
  const auto description = description_of(call.request.site, view);
  call.out.page.append(mark_of(view), " ", view.name);
  if (description.view() != view.name.view()) call.out.page.append(" - ", description);
  call.out.page.append("\n");
}

void append_loaded(const Call& call, const UnitView& view, const UnitFile& file) {
  Page& page = call.out.page;
  const Site& site = call.request.site;
  page.append("     Loaded: ", word(view.load));
  const std::string_view state = enabled_word(site, view, view.name);
  if (view.load == UnitView::Load::masked)
    page.append(" (Reason: Unit ", view.name, " is masked.)");
  if (view.load == UnitView::Load::loaded) {
    page.append(" (", file.exists() ? site.at_root(file.path).view() : view.directory.view());
    if (!state.empty()) page.append("; ", state);
    if (file.exists() && (state == "enabled" || state == "disabled" || state == "indirect"))
      page.append("; preset: ", is_enabled_by_preset(site, view.name) ? "enabled" : "disabled");
    page.append(")");
  }
  page.append("\n");
}

void append_active(const Call& call, const UnitView& view) {
  Page& page = call.out.page;
  const UnitState& state = view.state;
  page.append("     Active: ", word(state.active));
  const bool failed = state.active == Active::failed;
  if (failed)
    page.append(" (Result: ", result_of(view.status()), ")");
  else
    page.append(" (", state.sub, ")");
  const Tai64n& since = view.status().main.since;
  if (view.is_supervised() && since.unix_seconds() > 0)
    page.append(" since ", stamp_text(since), "; ", ago_text(seconds_between(since, tai_now())));
  page.append("\n");
}

// Our own words for it say more.
void append_reason(const Call& call, const UnitView& view) {
  const StatusFile& status = view.status();
  if (!view.is_supervised() || !status.native) return;
  const Places places = call.request.site.places();
  const View shown{.runit = status.main, .own = &status.main_status, .now = tai_now()};
  Text<400> reason = reason_of(shown);
  if (Explainer::has_to_explain(status)) {
    Explainer explainer(places);
    reason = explainer.explain(view.service.c_str()).reason;
  }
  if (!reason.empty()) call.out.page.append("     Reason: ", reason, "\n");
}

void append_process(const Call& call, const UnitView& view) {
  Page& page = call.out.page;
  const StatusFile& status = view.status();
  if (!view.is_supervised()) return;
  const ServiceStatus& own = status.main_status;
  if (status.main.pid > 0 && status.main.phase == Phase::run) {
    page.append("   Main PID: ", status.main.pid);
    const auto name = process_name(status.main.pid);
    if (!name.empty()) page.append(" (", name, ")");
    page.append("\n");
  } else if (own.signal != 0) {
    page.append("   Main PID: (code=", own.reason == Reason::dumped_core ? "dumped" : "killed",
                ", signal=", signal_name(own.signal), ")\n");
  } else if (own.exit_code >= 0) {
    page.append("   Main PID: (code=exited, status=", own.exit_code,
                own.exit_code == 0 ? "/SUCCESS" : "", ")\n");
  }
  if (!status.said.text.empty()) page.append("     Status: \"", status.said.text, "\"\n");
}

void append_documentation(const Call& call, const UnitFile& file) {
  static char buffer[unit_text_size];
  const std::string_view text = read_unit_text(call.request.site, file, buffer);
  bool first = true;
  each_word(text, "Unit", "Documentation", [&](std::string_view word) {
    call.out.page.append(first ? "       Docs: " : "             ", word, "\n");
    first = false;
  });
}

void append_log(const Call& call, const UnitView& view) {
  const auto lines = parse_number<uint64_t>(call.request.lines);
  if (!lines || *lines == 0 || !view.is_linked) return;
  call.out.flush();
  show_log_tail(view.service.c_str(), *lines);
}

void show_unit(const Call& call, const UnitView& view) {
  const UnitFile file = find_unit_file(call.request.site, view.name);
  append_title(call, view);
  append_loaded(call, view, file);
  append_active(call, view);
  append_reason(call, view);
  append_documentation(call, file);
  append_process(call, view);
  append_log(call, view);
  call.out.make_room();
}

int show_tree(const Call& call) {
  const Site& site = call.request.site;
  const ManagerFacts facts = manager_facts(site);
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  Page& page = call.out.page;
  page.append(dot(), " ", host, "\n    State: ", system_state(site),
              "\n    Units: ", facts.services,
              " loaded\n     Jobs: 0 queued\n   Failed: ", facts.failed, " units\n");
  page.append("   svscan: ", site.services(), "\n");
  return 0;
}

}  // namespace

int status(const Call& call) {
  if (call.words.empty() && !call.request.has(Option::all) && call.request.states.empty())
    return show_tree(call);
  static UnitView view;
  int code = 0;
  bool first = true;
  const auto worst = [&](int other) { code = code == exit_unknown ? code : other; };
  each_unit(call, call.words, [&](const UnitName& unit) {
    look_at(call.request.site, unit, view);
    if (!view.is_found()) {
      call.out.flush();
      complain({"Unit ", unit, " could not be found."});
      return worst(exit_unknown);
    }
    if (!first) call.out.page.append("\n");
    first = false;
    show_unit(call, view);
    const bool runs = is_running(view.state.active) || view.state.active == Active::activating;
    if (!runs) worst(exit_not_active);
  });
  return code;
}

}  // namespace stoker::systemd
