// SPDX-License-Identifier: ISC
#include "logger/settle.hh"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "base/any.hh"
#include "base/become.hh"
#include "base/report.hh"

namespace stoker {

namespace {

// Descriptors are given out from the lowest, so there are no large gaps between them.
constexpr int enough_unused = 100;

}  // namespace

bool make_safe(int file, mode_t mode, const StoreName& name) {
  Complaint complaint;
  // What cannot be synchronised at all is as safe as it gets.
  if (fsync(file) != 0 && errno != EINVAL && errno != EROFS) {
    name.complain(complaint, name.words->sync);
    return false;
  }
  if (fchmod(file, mode | Settler::safe_mark) == 0) return true;
  name.complain(complaint, name.words->set_mode);
  return false;
}

void Settler::add(const Tai64n& stamp, Fd file, mode_t mode) {
  items_[count_].stamp = stamp;
  items_[count_].mode = mode;
  items_[count_].file = std::move(file);
  ++count_;
}

bool Settler::has(const Tai64n& stamp) const {
  return any(std::span(items_.data(), count_),
             [&stamp](const Item& item) { return item.stamp == stamp; });
}

void Settler::remove(Item* item) {
  item->file.reset();
  std::move(item + 1, items_.data() + count_, item);
  --count_;
}

void Settler::drop(const Tai64n& stamp) {
  const bool oldest_is_begun = child_ > 0 || result_;
  for (size_t i = oldest_is_begun ? 1 : 0; i < count_; ++i)
    if (items_[i].stamp == stamp) return remove(&items_[i]);
}

void Settler::work_in_child() {
  // The child must hold nothing that its parent's successor may wait for: locks most
  // of all, nor the pipe.
  const int file = items_[0].file.get();
  int unused = 0;
  for (int fd = 0; unused < enough_unused; ++fd)
    if (fd != STDERR_FILENO && fd != file) unused = close(fd) == 0 ? 0 : unused + 1;
  _exit(make_safe(file, items_[0].mode, name_) ? 0 : exit_trouble);
}

void Settler::start() {
  if (count_ == 0 || child_ > 0 || result_) return;
  const SignalsBlocked blocked;
  child_stamp_ = items_[0].stamp;
  child_ = fork();
  if (child_ == 0) work_in_child();
  // Where no process can be made, we do it ourselves.
  if (child_ < 0) settle_oldest();
}

bool Settler::ended(const Death& death) {
  if (child_ <= 0 || death.pid != child_) return false;
  child_ = 0;
  if (count_ == 0 || result_ || items_[0].stamp != child_stamp_) return true;
  if (WIFEXITED(death.status))
    result_ = WEXITSTATUS(death.status) == 0;
  else
    settle_oldest();  // the child was killed before it was done
  return true;
}

std::optional<Settler::Settled> Settler::next() {
  if (!result_) return {};
  const Settled settled{items_[0].stamp, *result_};
  result_.reset();
  remove(&items_[0]);
  return settled;
}

void Settler::await_child() {
  if (child_ <= 0) return;
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  child_ = 0;
}

void Settler::settle_oldest() {
  if (count_ != 0 && !result_) result_ = make_safe(items_[0].file.get(), items_[0].mode, name_);
}

}  // namespace stoker
