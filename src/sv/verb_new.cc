// SPDX-License-Identifier: ISC
// sv new: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/fd.hh"
#include "base/file.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/layout.hh"
#include "sv/definition.hh"
#include "sv/lint.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr mode_t program_mode = 0755;
constexpr About about{"sv new [-u user] service command ...", "", "8"};

// A definition that has a hidden name until it is whole.
class Draft {
 public:
  Draft(const char* given, Page& page);
  ~Draft() { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  bool begin();
  bool write(const NewService& service);
  bool check();
  bool finish();

 private:
  bool fail(Words what);
  bool fail_errno(Words what);
  bool write_script(int directory, const char* name, std::string_view text);
  void remove();

  const char* const given_;
  Page& page_;
  const PathText path_;
  PathText parent_path_, name_, draft_;
  Fd parent_, directory_, log_;
};

PathText path_of_new(const char* given) {
  std::string_view text(given);
  while (text.size() > 1 && text.back() == '/') text.remove_suffix(1);
  return has_slash(text) ? PathText(text) : PathText(definitions, "/", text);
}

Draft::Draft(const char* given, Page& page)
    : given_(given), page_(page), path_(path_of_new(given)) {
  const size_t slash = path_.view().rfind('/');
  parent_path_ = PathText(path_.view());
  parent_path_.cut(slash == 0 ? 1 : slash);
  name_ = PathText(base_name(path_));
  draft_ = PathText(".", name_, ".", getpid());
}

bool Draft::fail(Words what) {
  page_.append("fail: ", given_, ": ");
  for (const std::string_view word : what) page_.append(word);
  page_.append("\n");
  return false;
}

bool Draft::fail_errno(Words what) {
  const int error = errno;
  fail(what);
  page_.cut(page_.size() - 1);
  page_.append(": ", error_text(error), "\n");
  return false;
}

bool Draft::begin() {
  if (name_.empty() || name_.view().front() == '.')
    return fail({"the name of a service must not be empty or begin with a dot"});
  parent_ = open_search(AT_FDCWD, parent_path_.c_str());
  if (!parent_) return fail_errno({"unable to open ", parent_path_});
  if (is_name_taken(parent_.get(), name_.c_str())) return fail({path_, " exists already"});
  if (mkdirat(parent_.get(), draft_.c_str(), program_mode) != 0)
    return fail_errno({"unable to create a directory in ", parent_path_});
  directory_ = open_directory(parent_.get(), draft_.c_str());
  return directory_ ? true : fail_errno({"unable to open ", path_});
}

bool Draft::write_script(int directory, const char* name, std::string_view text) {
  const Fd file = open_fresh(directory, name, program_mode);
  return file && write_all(file.get(), text) && fchmod(file.get(), program_mode) == 0;
}

bool Draft::write(const NewService& service) {
  const ScriptText run = run_script_of(service);
  if (run.truncated()) return fail({"the command is too long"});
  bool good = write_script(directory_.get(), layout::run, run) &&
              mkdirat(directory_.get(), layout::log, program_mode) == 0;
  if (good) log_ = open_directory(directory_.get(), layout::log);
  good = good && log_ && write_script(log_.get(), layout::run, new_log_script);
  return good || fail_errno({"unable to write ", path_});
}

// What sv lint would find, such as a user who does not exist.
bool Draft::check() {
  bool good = true;
  lint_service(directory_.get(),
               [&](std::string_view, std::string_view fault) { good = fail({fault}); });
  return good;
}

bool Draft::finish() {
  if (renameat(parent_.get(), draft_.c_str(), parent_.get(), name_.c_str()) != 0)
    return fail_errno({"unable to create ", path_});
  directory_.reset();
  page_.append("ok: ", given_, ": written to ", path_, "\n");
  return true;
}

void Draft::remove() {
  if (!directory_) return;
  if (log_) unlinkat(log_.get(), layout::run, 0);
  unlinkat(directory_.get(), layout::log, AT_REMOVEDIR);
  unlinkat(directory_.get(), layout::run, 0);
  unlinkat(parent_.get(), draft_.c_str(), AT_REMOVEDIR);
}

}  // namespace

int new_service(std::span<char* const> words, Printer& printer) {
  NewService service;
  Options options(static_cast<int>(words.size()), const_cast<char**>(words.data()));
  while (const char option = options.next()) {
    const char* const value = option == 'u' ? options.value() : nullptr;
    if (value == nullptr) usage(about.synopsis);
    service.user = value;
  }
  if (options.count() < 2) usage(about.synopsis);
  const std::span<char* const> rest = words.last(static_cast<size_t>(options.count()));
  service.command = rest.subspan(1);
  bool good = false;
  {
    Draft draft(rest.front(), printer.page);
    good = draft.begin() && draft.write(service) && draft.check() && draft.finish();
  }
  printer.flush();
  return exit_code(good ? 0 : 1);
}

}  // namespace stoker
