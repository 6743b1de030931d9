// SPDX-License-Identifier: ISC
// start, stop, restart, reload and the like.
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/any.hh"
#include "base/file.hh"
#include "base/list.hh"
#include "service/layout.hh"
#include "service/settings.hh"
#include "systemd/job_texts.hh"
#include "systemd/jobs.hh"
#include "systemd/message.hh"
#include "systemd/service_link.hh"
#include "systemd/unit_file.hh"
#include "systemd/unit_text.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

// What a verb asks for, before it is known in which state the unit is.
struct Wish {
  std::string_view verb;
  JobKind kind;
  bool only_running = false;    // leaves alone what does not run
  bool prefers_reload = false;  // … of what can reload
  std::string_view shown;       // in messages
};

constexpr Wish wishes[] = {
    {"start", JobKind::start, false, false, "start"},
    {"stop", JobKind::stop, false, false, "stop"},
    {"condstop", JobKind::stop, false, false, "stop"},
    {"restart", JobKind::restart, false, false, "restart"},
    {"try-restart", JobKind::restart, true, false, "try-restart"},
    {"condrestart", JobKind::restart, true, false, "try-restart"},
    {"reload", JobKind::reload, false, false, "reload"},
    {"condreload", JobKind::reload, true, false, "reload"},
    {"reload-or-restart", JobKind::restart, false, true, "reload-or-restart"},
    {"reload-or-try-restart", JobKind::restart, true, true, "try-reload-or-restart"},
    {"try-reload-or-restart", JobKind::restart, true, true, "try-reload-or-restart"},
    {"force-reload", JobKind::restart, true, true, "try-reload-or-restart"},
};

const Wish& wish_for(std::string_view verb) {
  return *std::find_if(std::begin(wishes), std::end(wishes),
                       [=](const Wish& wish) { return wish.verb == verb; });
}

bool is_up(const UnitView& view) {
  return view.state.active != Active::inactive && view.state.active != Active::failed;
}

class Acting {
 public:
  Acting(const Call& call, const Wish& wish, size_t most)
      : call_(call), site_(call.request.site), wish_(wish), jobs_(most) {
    if (!jobs_) die_errno({"unable to allocate memory"});
  }

  void add(const UnitName& unit);
  int run();

 private:
  bool is_refused(const UnitName& unit);
  bool prepare(const UnitName& unit);
  JobKind kind_of() const;
  bool is_oneshot() const;
  void fail(int code) { code_ = code_ == 0 ? code : code_; }
  bool is_known(std::string_view service) const;
  void report(const Job& job);

  const Call& call_;
  const Site& site_;
  const Wish& wish_;
  MappedArray<Job> jobs_;
  UnitView view_;
  size_t count_ = 0;
  int code_ = 0;
};

bool Acting::is_refused(const UnitName& unit) {
  if (view_.load == UnitView::Load::masked && wish_.kind != JobKind::stop) {
    complain({"Failed to ", wish_.shown, " ", unit, ": Unit ", unit, " is masked."});
    fail(exit_failed);
    return true;
  }
  const bool is_good = is_valid_unit(unit) && !is_template(unit);
  if (!is_good) {
    complain({"Failed to ", wish_.shown, " ", unit, ": Unit name ", unit,
              is_template(unit) ? " is missing the instance name." : " is not valid."});
    fail(exit_failed);
    return true;
  }
  if (view_.is_found()) return false;
  const bool starts = wish_.kind == JobKind::start || wish_.kind == JobKind::restart;
  complain({"Failed to ", wish_.shown, " ", unit, ": Unit ", unit,
            starts && !wish_.only_running ? " not found." : " not loaded."});
  fail(exit_not_installed);
  return true;
}

// There must be something to send the command to.
bool Acting::prepare(const UnitName& unit) {
  const bool starts =
      !wish_.only_running && (wish_.kind == JobKind::start || wish_.kind == JobKind::restart);
  if (!starts) return true;
  if (define(site_, view_) && link_service(site_, view_)) return true;
  complain({"Failed to ", wish_.shown, " ", unit, "."});
  fail(exit_failed);
  return false;
}

// What that means to the unit in its state.
JobKind Acting::kind_of() const {
  const bool up = is_up(view_);
  if (wish_.only_running && !up) return JobKind::nothing;
  const bool is_timed = view_.trigger == Trigger::timer && view_.type == UnitType::service;
  if (is_timed && wish_.kind == JobKind::start) return JobKind::trigger;
  if (is_timed && !up) return JobKind::nothing;
  if (is_timed && wish_.kind == JobKind::stop) return JobKind::end;
  if (wish_.kind == JobKind::stop && is_unsupervised(view_.probe)) return JobKind::nothing;
  if (wish_.prefers_reload && up) {
    const Fd service = open_service(site_.places(), view_.service.c_str());
    if (can_reload(service.get())) return JobKind::reload;
  }
  return wish_.kind;
}

// A oneshot that does not remain runs as any other program; what it is, only its unit file says.
// That counts if the service was made of it.
bool Acting::is_oneshot() const {
  if (view_.type != UnitType::service || view_.trigger != Trigger::none) return false;
  if (!exists(AT_FDCWD, PathText(view_.directory, "/.stoker-import").c_str())) return false;
  static char buffer[unit_text_size];
  const std::string_view text = read_unit_text(site_, find_unit_file(site_, view_.name), buffer);
  return value_of(text, "Service", "Type") == "oneshot";
}

bool Acting::is_known(std::string_view service) const {
  return any(jobs_.all().first(count_),
             [=](const Job& job) { return job.service.view() == service; });
}

void Acting::add(const UnitName& unit) {
  look_at(site_, unit, view_);
  if (is_refused(unit) || !prepare(unit)) return;
  if (!view_.is_linked || is_known(view_.service) || count_ == jobs_.all().size()) return;
  if (wish_.kind == JobKind::reload && !is_up(view_)) {
    if (wish_.only_running) return;
    complain({unit, " is not active, cannot reload."});
    return fail(exit_failed);
  }
  const Fd service = open_service(site_.places(), view_.service.c_str());
  if (wish_.kind == JobKind::reload && !can_reload(service.get())) {
    complain(
        {"Failed to reload ", unit, ": Job type reload is not applicable for unit ", unit, "."});
    return fail(3);
  }
  Job& job = jobs_.all()[count_++];
  job.unit = unit;
  job.service = view_.service;
  job.kind = kind_of();
  const bool starts = job.kind == JobKind::start || job.kind == JobKind::restart;
  job.awaits_end = starts && is_oneshot();
}

void Acting::report(const Job& job) {
  if (job.result == Job::Result::done) return;
  const bool refused = job.result == Job::Result::refused;
  fail(refused ? exit_not_permitted : exit_failed);
  // What is not supervised does not run.
  const Text<1000> text = failure_text(job, wish_.shown, site_.services());
  if (!call_.request.has(Option::quiet) || refused) complain({text});
}

int Acting::run() {
  const std::span<Job> jobs = jobs_.all().first(count_);
  run_jobs({site_, !call_.request.has(Option::no_block)}, jobs);
  for (const Job& job : jobs) report(job);
  return code_;
}

}  // namespace

int act_on(const Call& call, std::string_view verb, VerbWords units) {
  size_t count = 0;
  each_unit(call, units, [&](const UnitName&) { ++count; });
  Acting acting(call, wish_for(verb), count);
  each_unit(call, units, [&](const UnitName& unit) { acting.add(unit); });
  return acting.run();
}

int act(const Call& call) { return act_on(call, call.verb, call.words); }

}  // namespace stoker::systemd
