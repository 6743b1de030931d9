// SPDX-License-Identifier: ISC
// enable, disable, mask and the like: what changes unit files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "client/poll_set.hh"
#include "client/service_handle.hh"
#include "service/control.hh"
#include "systemd/message.hh"
#include "systemd/preset.hh"
#include "systemd/service_link.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

enum class FileJob : uint8_t { enable, disable, reenable, preset, mask, unmask };

FileJob job_of(std::string_view verb) {
  constexpr std::string_view words[] = {"enable", "disable", "reenable",
                                        "preset", "mask",    "unmask"};
  size_t at = 0;
  while (words[at] != verb) ++at;
  return static_cast<FileJob>(at);
}

// The links are the first thing, and the service follows. What of that fails has been said, and
// shows again when the unit is started; the links are as they should be.
void follow(const Site& site, std::string_view unit) {
  static_cast<void>(follow_enablement(site, unit));
}

InstallOptions options_of(const Call& call) {
  return {.runtime = call.request.has(Option::runtime),
          .force = call.request.has(Option::force),
          .quiet = call.request.has(Option::quiet)};
}

void explain_no_section(const Call& call) {
  if (call.request.has(Option::quiet)) return;
  complain(
      {"The unit files have no installation config (WantedBy=, RequiredBy=, Also=,\n"
       "Alias= settings in the [Install] section, and DefaultInstance= for template\n"
       "units), so that there is nothing to enable or disable. Such units are started by\n"
       "others that name them, by their socket or timer, or by command."});
}

class FileChange {
 public:
  FileChange(const Call& call, FileJob job)
      : call_(call), site_(call.request.site), job_(job), options_(options_of(call)) {
    options_.touched = touched_;
    if (job == FileJob::preset) options_.what = "preset unit";
  }

  bool change(const char* given);
  // Once they have been stopped, their links are not needed any more.
  void finish_disabling();
  // All that were changed lack a section [Install].
  bool has_no_section() const { return no_sections_ > 0 && no_sections_ == changes_; }

 private:
  Outcome carry_out(const UnitName& unit);
  Outcome enable_again(const UnitName& unit);
  Outcome change_service(const UnitName& unit);
  Outcome change_mask(const UnitName& unit);
  Outcome refuse_masked(const UnitName& unit) const;
  Outcome carry_out_preset(const UnitName& unit);

  // A member, so that it lives as long as the reference to it.
  struct Touched {
    const Site& site;
    void operator()(std::string_view unit) const { follow(site, unit); }
  };

  const Call& call_;
  const Site& site_;
  const FileJob job_;
  const Touched touched_{call_.request.site};
  InstallOptions options_;
  UnitView view_;
  unsigned changes_ = 0, no_sections_ = 0;
};

bool is_on(FileJob job) { return job == FileJob::enable || job == FileJob::reenable; }

// A service without a unit file.
Outcome FileChange::change_service(const UnitName& unit) {
  look_at(site_, unit, view_);
  const bool on = is_on(job_);
  const PathText link(site_.services(), "/", view_.service);
  const bool was = exists(AT_FDCWD, link.c_str());
  const PathText definition = view_.directory;
  if (!set_enabled(site_, view_, on)) return Outcome::failed;
  const bool is = exists(AT_FDCWD, link.c_str());
  if (!options_.quiet && is && !was)
    complain({"Created symlink ", link, " ", arrow(), " ", definition, "."});
  if (!options_.quiet && was && !is) complain({"Removed \"", link, "\"."});
  return Outcome::done;
}

Outcome FileChange::refuse_masked(const UnitName& unit) const {
  complain({"Failed to ", call_.verb, " unit: Unit file ", unit, " is masked."});
  return Outcome::failed;
}

Outcome FileChange::enable_again(const UnitName& unit) {
  const Outcome outcome = disable(site_, unit, options_);
  return outcome == Outcome::failed ? outcome : enable(site_, unit, options_);
}

Outcome FileChange::change_mask(const UnitName& unit) {
  if (job_ == FileJob::mask && !site_.is_offline()) {
    look_at(site_, unit, view_);
    if (!view_.is_found()) complain({"Unit ", unit, " does not exist, proceeding anyway."});
  }
  const Outcome outcome =
      job_ == FileJob::mask ? mask(site_, unit, options_) : unmask(site_, unit, options_);
  if (outcome != Outcome::done) return outcome;
  if (job_ == FileJob::unmask && !lift_mask(site_, unit)) return Outcome::failed;
  follow(site_, unit);
  return outcome;
}

Outcome FileChange::carry_out(const UnitName& unit) {
  if (job_ == FileJob::mask || job_ == FileJob::unmask) return change_mask(unit);
  if (!find_unit_file(site_, unit).exists()) {
    look_at(site_, unit, view_);
    if (view_.load == UnitView::Load::masked && is_on(job_)) return refuse_masked(unit);
    if (view_.is_defined) return change_service(unit);
  }
  if (job_ == FileJob::reenable) return enable_again(unit);
  if (job_ == FileJob::preset) return carry_out_preset(unit);
  return job_ == FileJob::disable ? disable(site_, unit, options_) : enable(site_, unit, options_);
}

// A unit without a section [Install] is as good.
Outcome FileChange::carry_out_preset(const UnitName& unit) {
  const std::string_view mode = call_.request.preset_mode;
  const bool on = is_enabled_by_preset(site_, unit);
  if (mode == (on ? "disable-only" : "enable-only")) return Outcome::done;
  const Outcome outcome = on ? enable(site_, unit, options_) : disable(site_, unit, options_);
  return outcome == Outcome::failed ? outcome : Outcome::done;
}

bool FileChange::change(const char* given) {
  const bool is_path = given[0] == '/';
  if (is_path && is_on(job_) && link_file(site_, given, options_) == Outcome::failed) return false;
  const UnitName unit = unit_meant_by(given);
  if (!is_valid_unit(unit)) {
    complain({"Failed to ", call_.verb, " unit: \"", given, "\" is not a valid unit name."});
    return false;
  }
  const Outcome outcome = carry_out(unit);
  ++changes_;
  no_sections_ += outcome == Outcome::no_section;
  return outcome != Outcome::failed;
}

// A supervisor ends some moments after its link. Who enables the unit next must not meet it.
void await_end(ServiceHandle& handle) {
  constexpr Moment look = 10ms, longest = 2s;
  PollSet poll_set(1);
  const Moment limit = now() + longest;
  while (handle.state && presence(handle.state.get()) == Presence::running && now() < limit) {
    handle.next_probe = now() + look;
    poll_set.begin();
    poll_set.add(handle);
    poll_set.sleep(limit);
    if (const int signal = poll_set.interrupted()) die_by(signal);
  }
}

void FileChange::finish_disabling() {
  each_unit(call_, call_.words, [this](const UnitName& unit) {
    look_at(site_, unit, view_);
    const bool stays = !view_.is_linked || view_.is_boot || starts_at_boot(site_, view_);
    if (stays) return;
    const PathText service(view_.service);
    ServiceHandle handle;
    handle.name = service.c_str();
    handle.poll_only = true;
    open_handle(handle, site_.places());
    if (set_enabled(site_, view_, false)) await_end(handle);
  });
}

// Named so that --now does what the command says.
std::string_view verb_of_now(FileJob job) {
  if (job == FileJob::reenable) return "try-restart";
  return is_on(job) ? "start" : "stop";
}

}  // namespace

int change_files(const Call& call) {
  const FileJob job = job_of(call.verb);
  FileChange change(call, job);
  for (const char* const word : call.words)
    if (!change.change(word)) return exit_failed;
  if (change.has_no_section()) explain_no_section(call);
  const bool now = call.request.has(Option::now) && job != FileJob::unmask;
  if (!now || call.request.site.is_offline()) return 0;
  const int code = act_on(call, verb_of_now(job), call.words);
  if (job == FileJob::disable) change.finish_disabling();
  return code;
}

int preset_all(const Call& call) {
  FileChange change(call, FileJob::preset);
  for (const UnitPlace& place : call.request.site.unit_places()) {
    if (place.kind != PlaceKind::vendor) continue;
    Directory names(AT_FDCWD, call.request.site.at_root(place.path).c_str());
    while (const char* const name = names ? names.next() : nullptr)
      if (is_valid_unit(name) && file_state(call.request.site, name) == FileState::disabled &&
          !change.change(name))
        return exit_failed;
  }
  return 0;
}

int add_dependencies(const Call& call) {
  const Site& site = call.request.site;
  const UnitName target = unit_meant_by(call.words.front());
  const std::string_view folder = call.verb == "add-wants" ? "wants" : "requires";
  for (const char* const word : call.words.subspan(1)) {
    const UnitName unit = unit_meant_by(word);
    if (add_dependency(site, target, folder, unit, options_of(call)) == Outcome::failed)
      return exit_failed;
    follow(site, unit);
  }
  return 0;
}

int link_units(const Call& call) {
  for (const char* const word : call.words)
    if (link_file(call.request.site, word, options_of(call)) == Outcome::failed) return exit_failed;
  return 0;
}

int get_default(const Call& call) {
  const Site& site = call.request.site;
  const UnitFile file = find_unit_file(site, "default.target");
  if (!file.exists() && site.is_offline()) {
    complain({"Failed to get default target: No such file or directory"});
    return exit_failed;
  }
  call.out.page.append(file.exists() ? file.name.view() : "multi-user.target", "\n");
  return 0;
}

int set_default_target(const Call& call) {
  const UnitName target = unit_meant_by(call.words.front());
  const UnitName full = target.view() == Text<300>(call.words.front(), ".service").view()
                            ? UnitName(call.words.front(), ".target")
                            : target;
  return set_default(call.request.site, full, options_of(call)) == Outcome::failed ? exit_failed
                                                                                   : 0;
}

}  // namespace stoker::systemd
