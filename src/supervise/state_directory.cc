// SPDX-License-Identifier: ISC
#include "supervise/state_directory.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/digest.hh"
#include "base/shared_directory.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/state_place.hh"

namespace stoker {

namespace {

constexpr std::string_view no_fifo = "is no fifo", rename_verb = "rename", fresh_suffix = ".new",
                           planted = "is planted";
constexpr char hidden_ok[] = "ok.new";

template <typename Bytes>
uint64_t digest_of(const Bytes& bytes) {
  Digest digest;
  for (const auto byte : bytes) digest.mix(static_cast<unsigned char>(byte));
  return digest.value();
}

// s6 looks for another kind of lock. False if its supervisor has one.
bool lock_as_s6(int fd) {
#ifdef F_OFD_SETLK
  constexpr int command = F_OFD_SETLK;  // belongs to the open file, like flock(2)
#else
  constexpr int command = F_SETLK;
#endif
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (fcntl(fd, command, &whole) == 0) return true;
  if (errno == EACCES) errno = EAGAIN;
  return errno != EAGAIN;
}

// Does the name, from `at`, lead to what is open as `fd`?
bool same_file(int at, const char* path, int fd) {
  struct stat named {
  }, open{};
  return fstatat(at, path, &named, 0) == 0 && fstat(fd, &open) == 0 && is_same_file(named, open);
}

}  // namespace

Text<300> StateDirectory::trouble() const {
  const auto& [verb, name, fresh] = trouble_;
  if (verb == planted)
    return Text<300>(place_.label, place_.path(),
                     " is a symbolic link in a directory that others can write to");
  Text<300> file(place_.label, place_.path(), "/", name, fresh ? fresh_suffix : "");
  if (verb == no_fifo) return Text<300>(file.view(), " exists but is not a fifo");
  if (verb == rename_verb)
    return Text<300>("unable to rename ", name, fresh_suffix, " to ", file.view());
  return Text<300>("unable to ", verb, " ", file.view());
}

StateDirectory::Image::Image(const StatusFile& status, const SavedState* saved)
    : stat_(stat_line(status.main, status.main_status.want == Want::exit)), pid_(status.main.pid) {
  const auto shown = encode(status);
  auto* const behind = std::copy(shown.begin(), shown.end(), bytes_.begin());
  status_digest_ = digest_of(shown);
  size_ = shown.size();
  saved_digest_ = 0;
  if (saved == nullptr) return;
  const auto kept = encode(*saved);
  std::fill(std::copy(kept.begin(), kept.end(), behind), bytes_.end(), 0);
  size_ = bytes_.size();
  saved_digest_ = digest_of(kept);
}

std::string_view StateDirectory::Image::status() const {
  return {reinterpret_cast<const char*>(bytes_.data()), size_};
}

PathText StateDirectory::Place::path() const {
  if (!service.empty()) return layout::state_directory(root, service, name);
  return layout::state_directory(root, Text<300>(name, "/", layout::log), name);
}

bool StateDirectory::fail(std::string_view verb, std::string_view name, bool fresh) {
  trouble_ = {verb, name, fresh};
  return false;
}

Fd StateDirectory::open_fifo(int directory, const char* name) {
  if (mkfifoat(directory, name, layout::fifo_mode) != 0 && errno != EEXIST) {
    fail("create", name);
    return Fd();
  }
  Fd fifo = open_read_plain(directory, name);
  struct stat facts {};
  const bool known = fifo && fstat(fifo.get(), &facts) == 0;
  if (!known && errno != ELOOP) {
    fail("open", name);
    return Fd();
  }
  if (!known || !S_ISFIFO(facts.st_mode)) {
    fail(no_fifo, name);
    errno = 0;
    return Fd();
  }
  return fifo;
}

// Our own lock would keep us out just as another's.
bool StateDirectory::take_lock(int directory, Fd& lock) {
  if (lock_ && same_file(directory, layout::lock, lock_.get())) return true;
  lock = open_append_plain(directory, layout::lock, 0600);
  if (!lock) return fail("open", layout::lock);
  const bool taken = flock(lock.get(), LOCK_EX | LOCK_NB) == 0 && lock_as_s6(lock.get());
  return taken || fail(place_.lock_verb, layout::lock);
}

bool StateDirectory::open(const Place& place) {
  const Place before = std::exchange(place_, place);
  if (open_all()) return true;
  if (is_open()) place_ = before;
  return false;
}

bool StateDirectory::open_all() {
  const PathText path = place_.path();
  if (is_planted_link(place_.at, path)) {
    fail(planted, "");
    errno = 0;
    return false;
  }
  const int refusal = make_state_directory(place_.at, path) ? ENOENT : errno;
  Fd directory = open_directory(place_.at, path.c_str());
  if (!directory) {
    if (errno == ENOENT) errno = refusal;
    return fail("open", layout::lock);
  }
  Fd lock;
  if (!take_lock(directory.get(), lock)) return false;
  Fd control = open_fifo(directory.get(), layout::control);
  if (!control) return false;
  Fd writer = open_fifo_write(directory.get(), layout::control);
  if (!writer) return fail("open", layout::control);
  directory_ = std::move(directory);
  home_ = home_of(directory_.get());
  if (lock) lock_ = std::move(lock);
  control_read_ = std::move(control);
  control_write_ = std::move(writer);
  ok_.reset();
  hidden_ = false;
  published_ = {};
  return true;
}

std::array<int, StateDirectory::descriptor_count> StateDirectory::descriptors() const {
  return {directory_.get(), lock_.get(), control_read_.get(), control_write_.get(), ok_.get()};
}

void StateDirectory::resume(std::span<Fd, descriptor_count> descriptors, const Place& place) {
  place_ = place;
  Fd* const places[] = {&directory_, &lock_, &control_read_, &control_write_, &ok_};
  for (size_t i = 0; i < descriptor_count; ++i) *places[i] = std::move(descriptors[i]);
  home_ = home_of(directory_.get());
}

void StateDirectory::close() {
  ok_.reset();
  control_read_.reset();
  control_write_.reset();
  lock_.reset();
}

bool StateDirectory::is_lost() const {
  if (departs()) return false;
  return !same_file(place_.at, place_.path().c_str(), directory_.get()) ||
         !same_file(directory_.get(), layout::control, control_read_.get()) ||
         (ok_ && !hidden_ && !same_file(directory_.get(), layout::ok, ok_.get()));
}

bool StateDirectory::was_removed(const char* name) const {
  struct stat facts {};
  return fstatat(directory_.get(), name, &facts, 0) != 0 && errno == ENOENT;
}

bool StateDirectory::write_file(const char* name, std::string_view content) {
  if (departs() && was_removed(name)) return true;
  const Text<32> fresh(name, fresh_suffix);
  {
    const Fd file = open_fresh(directory_.get(), fresh.c_str(), layout::file_mode);
    if (!file) return fail("open", name, true);
    if (!write_all(file.get(), content)) return fail("write", name, true);
  }
  if (renameat(directory_.get(), fresh.c_str(), directory_.get(), name) == 0) return true;
  return fail(rename_verb, name);
}

bool StateDirectory::holds(const char* name, std::string_view content) const {
  char bytes[64];
  const Fd file = open_read_plain(directory_.get(), name);
  return file && read_all(file.get(), bytes) == static_cast<ssize_t>(content.size()) &&
         std::equal(content.begin(), content.end(), bytes);
}

bool StateDirectory::write_status(const Image& image) {
  if (has_status(image)) return true;
  if (!write_file(layout::status, image.status())) {
    const int error = errno;
    const bool written = overwrite_status(image.status());
    errno = error;
    if (!written) return false;
  }
  published_.status = image.status_digest_;
  published_.saved = image.saved_digest_;
  return true;
}

// What a predecessor wrote and is still so is not written again: a thousand that become
// their new program at once feel it.
bool StateDirectory::write_pid(const Image& image) {
  if (published_.pid == image.pid_) return true;
  Text<24> pid;
  if (image.pid_ != 0) pid.append(image.pid_, '\n');
  const bool there = published_.pid < 0 && holds(layout::pid, pid);
  if (!there && !write_file(layout::pid, pid)) return false;
  published_.pid = image.pid_;
  return true;
}

bool StateDirectory::write_stat(const Image& image) {
  const uint64_t digest = digest_of(image.stat_.view());
  if (published_.stat == digest) return true;
  const bool there = published_.stat == 0 && holds(layout::stat, image.stat_);
  if (!there && !write_file(layout::stat, image.stat_)) return false;
  published_.stat = digest;
  return true;
}

// On a full disk there is no room for a second file, but there is for the first. That of 0.1.0 was
// shorter, but has its room in blocks.
bool StateDirectory::overwrite_status(std::string_view content) {
  if (errno != ENOSPC && errno != EDQUOT) return false;
  const Fd file = open_write_plain(directory_.get(), layout::status);
  struct stat facts {};
  const auto size = static_cast<off_t>(content.size());
  constexpr off_t block = 512;
  return file && fstat(file.get(), &facts) == 0 && is_plain_file(facts) &&
         !others_can_write(facts) && facts.st_size <= size && facts.st_blocks * block >= size &&
         write_all(file.get(), content);
}

bool StateDirectory::has_status(const Image& image) const {
  return published_.status == image.status_digest_ && published_.saved == image.saved_digest_;
}

bool StateDirectory::is_written(const Image& image) const {
  return has_status(image) && published_.pid == image.pid_ &&
         published_.stat == digest_of(image.stat_.view());
}

// The status comes last: who sees it finds the others as new. On a full disk it may be the
// only one that can be written.
bool StateDirectory::write(const Image& image) {
  const bool others = write_pid(image) && write_stat(image);
  const int error = errno;
  const Trouble trouble = trouble_;
  const bool status = write_status(image);
  if (status && !others) {
    errno = error;
    trouble_ = trouble;
  }
  if (!status || !others) published_ = {};  // some of it may be there
  return status && others;
}

bool StateDirectory::record(const Image& image) {
  if (!is_open()) return true;
  if (hidden_) return write(image);
  const bool done = write_status(image);
  if (!done) published_ = {};
  return done;
}

bool StateDirectory::record_early(const Image& image) {
  if (!is_open() || has_status(image)) return true;
  const bool done = record(image);
  published_.status = 0;
  return done;
}

bool StateDirectory::hide() {
  if (ok_ || !was_removed(layout::ok) || !was_removed(layout::status)) return false;
  unlinkat(directory_.get(), hidden_ok, 0);
  ok_ = open_fifo(directory_.get(), hidden_ok);
  hidden_ = static_cast<bool>(ok_);
  return hidden_;
}

// A child may have done it in a copy of our memory.
bool StateDirectory::reveal() {
  return !std::exchange(hidden_, false) ||
         renameat(directory_.get(), hidden_ok, directory_.get(), layout::ok) == 0 ||
         same_file(directory_.get(), layout::ok, ok_.get());
}

bool StateDirectory::show() {
  if (!ok_) ok_ = open_fifo(directory_.get(), layout::ok);
  return ok_ && reveal();
}

bool StateDirectory::publish(const Image& image, bool lost) {
  if (!awaits(image)) return true;
  const bool done = (!lost || open(place_)) && write(image) && show();
  // One message for all files: they suffer from the same thing.
  if (!done && std::exchange(reported_error_, errno) != errno) warn_errno({trouble()});
  if (done) reported_error_ = -1;
  return done;
}

bool StateDirectory::is_kept_for(const Place& place, uint64_t scanner) {
  const Fd directory = open_directory(place.at, place.path().c_str());
  if (!directory || presence(directory.get()) != Presence::running) return false;
  const auto status = read_status(directory.get());
  return status && status->native && scanner != 0 && status->scanner == scanner &&
         is_at_home(*status, directory.get());
}

void StateDirectory::look_after() {
  if (!is_open() || departs()) return;
  Fd lock;
  if (!is_lost() && take_lock(directory_.get(), lock) && lock) lock_ = std::move(lock);
  published_ = {};
}

Text<64> stat_line(const RunitStatus& runit, bool leaving) {
  constexpr std::string_view words[] = {"down", "run", "finish"};
  Text<64> line(words[static_cast<size_t>(runit.phase)]);
  if (runit.paused) line.append(", paused");
  if (runit.got_term) line.append(", got TERM");
  if (runit.phase != Phase::down && leaving) line.append(", want exit");
  if (runit.phase != Phase::down && !leaving && runit.want == 'd') line.append(", want down");
  line.append('\n');
  return line;
}

}  // namespace stoker
