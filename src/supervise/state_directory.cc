// SPDX-License-Identifier: ISC
#include "supervise/state_directory.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

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

std::array<int, StateDirectory::descriptor_count> StateDirectory::descriptors() const {
  return {directory_.get(), lock_.get(), control_read_.get(), control_write_.get(), ok_.get()};
}

void StateDirectory::resume(std::span<Fd, descriptor_count> descriptors, std::string_view path) {
  path_ = path;
  Fd* const places[] = {&directory_, &lock_, &control_read_, &control_write_, &ok_};
  for (size_t i = 0; i < descriptor_count; ++i) *places[i] = std::move(descriptors[i]);
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

bool StateDirectory::write_files(const Status& status, const Memory* memory) {
  const auto stat_of = [](const Status& some) {
    return stat_line(some.main, some.main_record.wish == Wish::leave);
  };
  if (!write_status(status, memory)) return false;
  if (!published_ || published_->main.pid != status.main.pid) {
    Text<24> pid;
    if (status.main.pid != 0) pid.append(status.main.pid, '\n');
    if (!write_file(layout::pid, pid)) return false;
  }
  const auto stat = stat_of(status);
  return (published_ && stat_of(*published_).view() == stat.view()) ||
         write_file(layout::stat, stat);
}

bool StateDirectory::write_status(const Status& status, const Memory* memory) {
  std::array<unsigned char, status_size + memory_size> bytes;
  const auto shown = encode(status);
  const auto kept = encode(memory != nullptr ? *memory : Memory{});
  std::copy(kept.begin(), kept.end(), std::copy(shown.begin(), shown.end(), bytes.begin()));
  const std::string_view content(reinterpret_cast<const char*>(bytes.data()),
                                 memory != nullptr ? bytes.size() : shown.size());
  return write_file(layout::status, content) || overwrite_status(content);
}

// On a full disk there is no room for a second file, but there is for the first.
bool StateDirectory::overwrite_status(std::string_view content) {
  if (errno != ENOSPC && errno != EDQUOT) return false;
  const Fd file = open_write(directory_.get(), layout::status);
  struct stat facts {};
  return file && fstat(file.get(), &facts) == 0 &&
         facts.st_size == static_cast<off_t>(content.size()) && write_all(file.get(), content);
}

bool StateDirectory::write(const Status& status, const Memory* memory) {
  const bool same = published_ == status && (memory == nullptr || remembered_ == *memory);
  if (!is_open() || same) return true;
  if (!write_files(status, memory)) return false;
  published_ = status;
  if (memory != nullptr) remembered_ = *memory;
  return true;
}

bool StateDirectory::publish(const Status& status, const Memory* memory) {
  if (!is_open()) return true;
  const bool written = write(status, memory);
  if (!ok_) ok_ = open_fifo(directory_.get(), layout::ok);
  if (!ok_) complaint_.warn_errno({trouble_});
  if (!written || !ok_) return false;
  complaint_.clear();
  return true;
}

bool StateDirectory::can_take_over(const char* path) {
  StateDirectory state;
  state.directory_ = open_directory(AT_FDCWD, path);
  return state.directory_ && state.read_memory();
}

std::optional<Memory> StateDirectory::read_memory() const {
  const Fd file = open_read(directory_.get(), layout::status);
  if (!file) return {};
  std::array<unsigned char, status_size + memory_size> bytes;
  const ssize_t got = read_all(file.get(), {reinterpret_cast<char*>(bytes.data()), bytes.size()});
  if (got != static_cast<ssize_t>(bytes.size())) return {};
  return decode_memory(std::span<const unsigned char>(bytes).subspan(status_size));
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
