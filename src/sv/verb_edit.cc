// SPDX-License-Identifier: ISC
// sv edit: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/digest.hh"
#include "base/file.hh"
#include "base/list.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/editor.hh"
#include "client/survey.hh"
#include "client/trouble.hh"
#include "service/layout.hh"
#include "sv/edit_copy.hh"
#include "sv/edit_effect.hh"
#include "sv/lint.hh"
#include "sv/lint_order.hh"
#include "sv/sv.hh"
#include "sv/tree_plan.hh"

namespace stoker {

namespace {

constexpr mode_t script_mode = 0755, plain_mode = 0644;

uint64_t digest_of_text(std::string_view text) {
  Digest digest;
  digest.mix(text);
  return digest.value();
}

class Editing {
 public:
  Editing(const Invocation& how, const Places& places, const char* service, Printer& printer)
      : how_(how), places_(places), service_name_(service), printer_(printer) {}

  // False after a message.
  bool run(const char* file);

 private:
  enum class Choice : uint8_t { again, discard, keep };
  enum class Edited : uint8_t { changed, unchanged, failed };

  bool fail(Words what);
  bool fail_errno(Words what);
  bool find(const char* file);
  bool open_file();
  bool copy();
  Edited edit();
  bool edit_once();
  bool is_changed();
  bool is_good();
  Choice choose();
  bool keep(Words why);
  bool replace();
  bool write_new(const char* fresh);
  bool report_effect();
  bool restart(const char* name);
  void note_old_faults();

  const Invocation& how_;
  const Places& places_;
  const char* const service_name_;
  Printer& printer_;
  Fd service_, place_, original_;  // the file's directory, and the file, if there is one
  PathText file_, folder_, name_;
  struct stat facts_ {};
  EditCopy copy_;
  List<uint64_t, 64> old_faults_;  // digests
};

bool Editing::fail(Words what) {
  printer_.page.append("fail: ", service_name_, ": ");
  for (const std::string_view word : what) printer_.page.append(word);
  printer_.page.append("\n");
  return false;
}

bool Editing::fail_errno(Words what) {
  const int error = errno;
  fail(what);
  printer_.page.cut(printer_.page.size() - 1);
  printer_.page.append(": ", error_text(error), "\n");
  return false;
}

// --- The file ---------------------------------------------------------------

// Without a name, what the service runs.
bool Editing::find(const char* file) {
  service_ = open_service(places_, service_name_);
  if (service_) service_ = open_directory(service_.get(), ".");
  if (!service_) {
    append_no_service(printer_.page, places_, service_name_);
    return false;
  }
  if (file == nullptr) file = exists(service_.get(), layout::run) ? layout::run : layout::start;
  file_ = PathText(file);
  const std::string_view text = file_.view();
  const size_t slash = text.find('/');
  if (slash != text.npos) folder_ = PathText(std::string_view(text.data(), slash));
  name_ = PathText(base_name(text));
  const bool deep = slash != text.rfind('/') || (slash != text.npos && folder_.empty());
  if (deep || text.empty() || text.front() == '.' || name_.view().front() == '.' ||
      text.back() == '/')
    return fail({file_, " is no file of the service directory, or of a directory in it"});
  return open_file();
}

// Behind a link, such as log/run of a shared logger, the file itself is replaced.
bool Editing::open_file() {
  const Fd folder = folder_.empty() ? Fd() : open_directory(service_.get(), folder_.c_str());
  if (!folder_.empty() && !folder) return fail_errno({"unable to open ", folder_});
  const int there = folder ? folder.get() : service_.get();
  char resolved[4096];
  const PathText path(path_of(there), "/", name_);
  const bool is_link = is_name_taken(there, name_.c_str());
  if (is_link && realpath(path.c_str(), resolved) == nullptr)
    return fail_errno({"unable to open ", file_});
  const PathText real(is_link ? std::string_view(resolved) : path.view());
  PathText parent = real;
  parent.cut(real.view().rfind('/') + 1);
  place_ = open_directory(AT_FDCWD, parent.c_str());
  if (!place_ || faccessat(place_.get(), ".", W_OK, AT_EACCESS) != 0)
    return fail_errno({"unable to write in ", parent});
  if (!is_link) return true;
  name_ = PathText(base_name(real));
  original_ = open_read(place_.get(), name_.c_str());
  if (!original_ || fstat(original_.get(), &facts_) != 0)
    return fail_errno({"unable to read ", file_});
  return S_ISREG(facts_.st_mode) || fail({file_, " is not a regular file"});
}

// --- Editing ----------------------------------------------------------------

void Editing::note_old_faults() {
  lint_service(service_.get(), [this](std::string_view, std::string_view fault) {
    static_cast<void>(old_faults_.add(digest_of_text(fault)));
  });
}

bool Editing::copy() {
  const PathText name(base_name(file_));
  if (copy_.make(service_.get(), folder_, name, original_ ? original_.get() : -1)) return true;
  return fail_errno({"unable to make a copy of ", file_});
}

// Whatever the editor has made of it, it keeps its mode.
bool Editing::edit_once() {
  const bool edited = run_editor(editor_from({"VISUAL", "EDITOR"}), copy_.path().c_str());
  const mode_t fresh = is_script_name(file_) ? script_mode : plain_mode;
  const mode_t mode = original_ ? facts_.st_mode & 07777 : fresh;
  if (exists(AT_FDCWD, copy_.path().c_str()) && chmod(copy_.path().c_str(), mode) != 0)
    return fail_errno({"unable to change the mode of ", copy_.path()});
  if (edited) return true;
  return is_changed() ? keep({"the editor has failed"}) : fail({"the editor has failed"});
}

bool Editing::is_changed() {
  const Fd copy = open_read(AT_FDCWD, copy_.path().c_str());
  if (!copy || !original_) return static_cast<bool>(copy);
  return lseek(original_.get(), 0, SEEK_SET) != 0 ||
         digest_of(copy.get()) != digest_of(original_.get());
}

// What was wrong elsewhere before is not the fault of this file.
bool Editing::is_good() {
  bool good = true;
  const auto report = [&](std::string_view file, std::string_view fault) {
    const auto old = old_faults_.items();
    if (file != file_.view() &&
        std::find(old.begin(), old.end(), digest_of_text(fault)) != old.end())
      return;
    good = fail({fault});
  };
  lint_service(copy_.directory(), report);
  const Address address = address_of(places_, service_name_);
  if (!address.name.empty()) lint_name_files(copy_.directory(), address.name, report);
  return good;
}

Editing::Choice Editing::choose() {
  printer_.flush();
  for (;;) {
    const Text<80> answer = ask("Edit it again, discard it, or keep the copy? [e/d/k] ");
    const char first = answer.empty() ? '\0' : answer.view().front();
    if (first == 'e') return Choice::again;
    if (first == 'd') return Choice::discard;
    if (first == 'k' || first == '\0') return Choice::keep;
  }
}

bool Editing::keep(Words why) {
  fail(why);
  copy_.leave();
  return fail({"nothing is changed; your copy is ", copy_.path()});
}

Editing::Edited Editing::edit() {
  for (;;) {
    if (!edit_once()) return Edited::failed;
    if (!is_changed()) {
      printer_.page.append("ok: ", service_name_, ": ", file_, " is as it was\n");
      return Edited::unchanged;
    }
    if (is_good()) return Edited::changed;
    const Choice choice = is_interactive() ? choose() : Choice::keep;
    if (choice == Choice::again) continue;
    choice == Choice::keep ? keep({"it has faults"}) : fail({"nothing is changed"});
    return Edited::failed;
  }
}

// --- Taking effect ----------------------------------------------------------

bool Editing::write_new(const char* fresh) {
  const Fd copy = open_read(AT_FDCWD, copy_.path().c_str());
  struct stat edited {};
  if (!copy || fstat(copy.get(), &edited) != 0) return false;
  const Fd file = open_fresh(place_.get(), fresh, 0600);
  if (!file || !copy_contents(copy.get(), file.get())) return false;
  const bool owned = !original_ || fchown(file.get(), facts_.st_uid, facts_.st_gid) == 0;
  return owned && fchmod(file.get(), edited.st_mode & 07777) == 0 && fsync(file.get()) == 0 &&
         renameat(place_.get(), fresh, place_.get(), name_.c_str()) == 0;
}

bool Editing::replace() {
  struct stat now {};
  const bool there = fstatat(place_.get(), name_.c_str(), &now, 0) == 0;
  const bool same = original_ ? there && is_same_file(now, facts_) &&
                                    now.st_mtim.tv_sec == facts_.st_mtim.tv_sec &&
                                    now.st_mtim.tv_nsec == facts_.st_mtim.tv_nsec
                              : !there;
  if (!same) return keep({file_, " has been changed by others meanwhile"});
  const PathText fresh(".", name_, ".", getpid());
  if (write_new(fresh.c_str())) return report_effect();
  const int error = errno;
  unlinkat(place_.get(), fresh.c_str(), 0);
  return keep({"unable to write ", file_, ": ", error_text(error)});
}

bool Editing::restart(const char* name) {
  const Verb* const verb = find_verb("restart", false);
  ServiceCommand commands[] = {{name, verb}};
  arrange(places_, commands);
  return act({places_, true, deadline_of(how_)}, commands, printer_) == 0;
}

bool Editing::report_effect() {
  const Effect effect = effect_of(file_);
  const bool of_logger = effect == Effect::logger_start;
  const PathText name(service_name_, of_logger ? "/" : "", of_logger ? layout::log : "");
  const Probe probe = probe_service(places_, service_name_, service_.get());
  const StatusFile& status = probe.status;
  const pid_t pid = of_logger ? status.log.pid : status.main.pid;
  const bool runs = probe.found == Probe::Found::supervised && pid != 0;
  printer_.page.append("ok: ", service_name_, ": ", file_, " is changed");
  if (!runs || effect == Effect::next_use) {
    printer_.page.append("\n");
    return true;
  }
  printer_.page.append(", which counts from the next start on: sv restart ", name, "\n");
  printer_.flush();
  if (!is_interactive()) return true;
  const Text<80> answer = ask(Text<400>("Restart ", name, " now? [y/N] "));
  return answer.view() == "y" || answer.view() == "yes" ? restart(name.c_str()) : true;
}

bool Editing::run(const char* file) {
  if (!find(file) || !copy()) return false;
  note_old_faults();
  printer_.flush();
  const Edited edited = edit();
  return edited == Edited::changed ? replace() : edited == Edited::unchanged;
}

}  // namespace

int edit(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer) {
  if (words.size() > 2) die({"edit takes a service, and a file of its directory"}, exit_fatal);
  Editing editing(how, places, words[0], printer);
  const bool done = editing.run(words.size() > 1 ? words[1] : nullptr);
  printer.flush();
  return exit_code(done ? 0 : 1);
}

}  // namespace stoker
