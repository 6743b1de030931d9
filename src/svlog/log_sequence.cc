// SPDX-License-Identifier: ISC
#include "svlog/log_sequence.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/report.hh"
#include "base/shared_directory.hh"
#include "logdir/names.hh"
#include "svlog/stamp.hh"

namespace stoker {

namespace {

Tai64n changed_at(const struct stat& facts) {
  return label_of(facts.st_mtim.tv_sec, static_cast<uint32_t>(facts.st_mtim.tv_nsec));
}

}  // namespace

void LogSequence::prepare(const char* path, const Selection& selection, size_t memory) {
  path_ = path;
  selection_ = &selection;
  window_.set_capacity(memory);
  ahead_.set_capacity(memory);
}

bool LogSequence::open() {
  directory_ = open_directory_safely(path_);
  return directory_ && old_.read(directory_.get());
}

bool LogSequence::is_replaced() const {
  struct stat now {
  }, open{};
  if (stat(path_, &now) != 0) return false;
  return !directory_ || fstat(directory_.get(), &open) != 0 || !is_same_file(open, now);
}

void LogSequence::reopen() {
  window_.close();
  ahead_.close();
  at_ = {};
  if (open()) return;
  if (errno == EPERM) complaint_.warn({"unable to open ", path_, link_reason});
  directory_.reset();
}

void LogSequence::go_to(const LogPosition& position) {
  window_.close();
  ahead_.close();
  at_ = position;
  done_ = false;
}

void LogSequence::complain(std::string_view what, std::string_view name) {
  if (errno == EPERM)
    complaint_.warn({"not following ", path_, "/", name, shared_reason});
  else
    warn_errno({what, path_, "/", name});
}

bool LogSequence::is_wanted_after(const Tai64n& label) const {
  if (!selection_->until || label == Tai64n()) return true;
  return label <= later_by(*selection_->until, slack);
}

bool LogSequence::open_next() {
  bool looked = false;
  while (!done_) {
    const OldLog* const old = old_.after(at_.label);
    if (old == nullptr) {
      // `current` is opened before the directory is listed: a file that was rotated before is
      // in the list, and one that is rotated later is open.
      Fd live = open_read_safely(directory_.get(), store::current);
      const int error = errno;
      if (old_.read(directory_.get()) && old_.after(at_.label) != nullptr) continue;
      if (open_middle()) return true;
      errno = error;
      return open_live(std::move(live));
    }
    const Tai64n before = at_.label;
    at_.label = old->label;
    if (at_.ahead > 0) {
      --at_.ahead;
      continue;
    }
    if (!is_wanted_after(before)) {
      done_ = true;
    } else if (open_archive(*old)) {
      return true;
    } else if (window_.program() != nullptr) {
      warn_errno({"unable to read ", path_, "/", old->name, ": ", window_.program()});
    } else if (errno == ENOENT && !looked) {
      // A processor has replaced it, or it has been deleted.
      at_.label = before;
      looked = old_.read(directory_.get());
    } else if (errno != ENOENT) {
      complain("unable to read ", old->name);
    }
  }
  return false;
}

bool LogSequence::open_window(LogWindow& window, const OldLog& old) const {
  Fd file = open_read_safely(directory_.get(), old.name.c_str());
  return file && window.take_over(std::move(file), true);
}

bool LogSequence::open_archive(const OldLog& old) {
  if (ahead_.is_open() && ahead_label_ == old.label) {
    std::swap(window_, ahead_);
    ahead_.close();
  } else if (!open_window(window_, old)) {
    return false;
  }
  begin_file(Kind::archive, old.name, old.label);
  if (window_.is_packed()) read_ahead(old);
  return true;
}

// Its program runs while we read the file before it.
void LogSequence::read_ahead(const OldLog& old) {
  const OldLog* const next = old_.after(old.label);
  if (next == nullptr || !is_wanted_after(old.label)) return;
  if (!open_window(ahead_, *next)) return;
  ahead_label_ = next->label;
  if (!ahead_.is_packed()) ahead_.close();
}

// A file that multilog or s6-log is turning into an old log.
bool LogSequence::open_middle() {
  // If files behind the last old log have been read, it is the first of them.
  if (at_.ahead > 0 || !is_wanted_after(at_.label)) return false;
  struct stat facts {};
  for (const char* const name : {store::previous, store::processed}) {
    Fd file = open_read_safely(directory_.get(), name);
    if (!file && errno == EPERM) complain({}, name);
    if (!file || fstat(file.get(), &facts) != 0) continue;
    const bool whole = (facts.st_mode & S_IXUSR) != 0;
    // While there is a `previous`, a `processed` is being made of it.
    if (name == store::processed && !whole) return false;
    if (!window_.take_over(std::move(file), true)) return false;
    begin_file(Kind::middle, name, changed_at(facts));
    return true;
  }
  return false;
}

bool LogSequence::open_live(Fd file) {
  if (!file) {
    if (errno != ENOENT) complain("unable to open ", store::current);
    done_ = !selection_->follow;
    return false;
  }
  struct stat facts {};
  if (fstat(file.get(), &facts) != 0) return false;
  if (!is_wanted_after(at_.label) && !selection_->follow) return false;
  if (!window_.take_over(std::move(file), false)) return false;
  begin_file(Kind::live, store::current, changed_at(facts));
  return true;
}

void LogSequence::begin_file(Kind kind, std::string_view name, const Tai64n& time) {
  struct stat facts {};
  kind_ = kind;
  name_ = ArchiveName(name);
  inode_ = fstat(window_.file(), &facts) == 0 ? facts.st_ino : 0;
  file_time_ = time;
}

void LogSequence::end_file() {
  if (window_.has_failed() && window_.is_packed())
    warn({"unable to read all of ", path_, "/", name_, ": ", window_.program(), " failed"});
  else if (window_.has_failed())
    complain("unable to read all of ", name_);
  if (kind_ != Kind::archive) ++at_.ahead;
  done_ = done_ || (kind_ == Kind::live && !selection_->follow);
  window_.close();
}

bool LogSequence::became_old(bool& cut_short) {
  struct stat facts {};
  if (fstat(window_.file(), &facts) == 0 &&
      static_cast<uint64_t>(facts.st_size) < window_.offset()) {
    window_.seek(0);
    cut_short = true;
    return facts.st_size > 0;
  }
  if (fstatat(directory_.get(), store::current, &facts, 0) != 0 || facts.st_ino == inode_)
    return false;
  kind_ = Kind::middle;
  return true;
}

}  // namespace stoker
