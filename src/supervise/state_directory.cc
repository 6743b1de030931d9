// SPDX-License-Identifier: ISC
#include "supervise/state_directory.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/parse.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// Makes the directory, or the target of a dangling symlink.
bool make_directory(int at, const PathText& path) {
  if (mkdirat(at, path.c_str(), layout::directory_mode) == 0) return true;
  if (errno != EEXIST) return false;
  std::array<char, 4096> target;
  const ssize_t length = readlinkat(at, path.c_str(), target.data(), target.size() - 1);
  if (length < 0) return true;
  target[static_cast<size_t>(length)] = '\0';
  // A relative target is relative to where the link is.
  PathText made;
  const size_t slash = path.view().rfind('/');
  if (target[0] != '/' && slash != std::string_view::npos) made.append({path.c_str(), slash + 1});
  made.append({target.data(), static_cast<size_t>(length)});
  return mkdirat(at, made.c_str(), layout::directory_mode) == 0 || errno == EEXIST;
}

bool same_file(int at, const char* path, int fd) {
  struct stat named {
  }, open{};
  return fstatat(at, path, &named, 0) == 0 && fstat(fd, &open) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

}  // namespace

bool StateDirectory::fail(Words what) {
  trouble_.clear();
  for (const std::string_view word : what) trouble_.append(word);
  return false;
}

Fd StateDirectory::open_fifo(int directory, const char* name) {
  if (mkfifoat(directory, name, layout::fifo_mode) != 0 && errno != EEXIST) {
    fail({"unable to create ", path_, "/", name});
    return Fd();
  }
  Fd fifo = open_read(directory, name);
  struct stat facts {};
  if (!fifo || fstat(fifo.get(), &facts) != 0) {
    fail({"unable to open ", path_, "/", name});
    return Fd();
  }
  if (!S_ISFIFO(facts.st_mode)) {
    fail({path_, "/", name, " exists but is not a fifo"});
    errno = 0;
    return Fd();
  }
  return fifo;
}

bool StateDirectory::open(int at, std::string_view path, std::string_view lock_verb) {
  path_ = path;
  const PathText name(path);
  make_directory(at, name);
  Fd directory = open_directory(at, name.c_str());
  if (!directory) return fail({"unable to open ", path, "/", layout::lock});
  Fd lock = open_append(directory.get(), layout::lock, 0600);
  if (!lock) return fail({"unable to open ", path, "/", layout::lock});
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail({"unable to ", lock_verb, " ", path, "/", layout::lock});
  Fd control = open_fifo(directory.get(), layout::control);
  if (!control) return false;
  Fd writer = open_write(directory.get(), layout::control);
  if (!writer) return fail({"unable to open ", path, "/", layout::control});
  directory_ = std::move(directory);
  lock_ = std::move(lock);
  control_read_ = std::move(control);
  control_write_ = std::move(writer);
  ok_.reset();
  published_.reset();
  return true;
}

void StateDirectory::close() {
  ok_.reset();
  control_read_.reset();
  control_write_.reset();
  lock_.reset();
}

bool StateDirectory::is_lost() const {
  return !same_file(directory_.get(), layout::control, control_read_.get());
}

bool StateDirectory::write_file(const char* name, std::string_view content) {
  const Text<32> fresh(name, ".new");
  {
    const Fd file = open_truncate(directory_.get(), fresh.c_str(), layout::file_mode);
    if (!file) {
      complaint_.warn_errno({"unable to open ", path_, "/", fresh});
      return false;
    }
    if (!write_all(file.get(), content)) {
      complaint_.warn_errno({"unable to write ", path_, "/", fresh});
      return false;
    }
  }
  if (renameat(directory_.get(), fresh.c_str(), directory_.get(), name) == 0) return true;
  complaint_.warn_errno({"unable to rename ", fresh, " to ", path_, "/", name});
  return false;
}

bool StateDirectory::write_files(const Status& status) {
  const auto stat_of = [](const Status& some) {
    return stat_line(some.main, some.main_record.wish == Wish::leave);
  };
  if (!published_ || published_->main.pid != status.main.pid) {
    Text<24> pid;
    if (status.main.pid != 0) pid.append(status.main.pid, '\n');
    if (!write_file(layout::pid, pid)) return false;
  }
  const auto stat = stat_of(status);
  if (!published_ || stat_of(*published_).view() != stat.view())
    if (!write_file(layout::stat, stat)) return false;
  const auto bytes = encode(status);
  return write_file(layout::status, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool StateDirectory::publish(const Status& status) {
  if (!is_open() || has_published(status)) return true;
  const bool written = published_ == status || write_files(status);
  if (written) published_ = status;
  if (!ok_) ok_ = open_fifo(directory_.get(), layout::ok);
  if (!ok_) complaint_.warn_errno({trouble_});
  if (!written || !ok_) return false;
  complaint_.clear();
  return true;
}

Text<64> stat_line(const Tenure& tenure, bool leaving) {
  constexpr std::string_view words[] = {"down", "run", "finish"};
  Text<64> line(words[static_cast<size_t>(tenure.phase)]);
  if (tenure.paused) line.append(", paused");
  if (tenure.got_term) line.append(", got TERM");
  if (tenure.phase != Phase::down && leaving) line.append(", want exit");
  if (tenure.phase != Phase::down && !leaving && tenure.want == 'd') line.append(", want down");
  line.append('\n');
  return line;
}

}  // namespace stoker
