// SPDX-License-Identifier: ISC
#include "logger/settle.hh"

#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "base/any.hh"
#include "base/report.hh"

namespace stoker {

namespace {

bool report(const SyncResult& result, const StoreName& name) {
  if (result.is_safe()) return true;
  Complaint complaint;
  errno = result.error;
  const bool synced = result.failed == SyncResult::Step::mark;
  name.complain(complaint, synced ? name.words->set_mode : name.words->sync);
  return false;
}

}  // namespace

bool make_safe(int file, mode_t mode, const StoreName& name) {
  return report(sync_and_mark(file, mode | Settler::safe_mark), name);
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

void Settler::start() {
  if (count_ == 0 || child_ > 0 || result_) return;
  const Item& oldest = items_[0];
  if (is_in_memory(oldest.file.get())) return settle_oldest();
  child_stamp_ = oldest.stamp;
  child_ = process_.start(oldest.file.get(), oldest.mode | safe_mark);
  // Where no process can be made, we do it ourselves.
  if (child_ < 0) settle_oldest();
}

bool Settler::ended(const Death& death) {
  if (child_ <= 0 || death.pid != child_) return false;
  child_ = 0;
  if (count_ == 0 || result_ || items_[0].stamp != child_stamp_) return true;
  if (WIFEXITED(death.status))
    result_ = report(sync_result(WEXITSTATUS(death.status)), name_);
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
