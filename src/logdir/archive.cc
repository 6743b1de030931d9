// SPDX-License-Identifier: ISC
#include "logdir/archive.hh"

#include <algorithm>

namespace stoker {

ArchiveName archive_name(const Tai64n& stamp, std::string_view code) {
  const auto digits = stamp.hex();
  return ArchiveName('@', std::string_view(digits.data(), digits.size()), '.', code);
}

std::optional<Tai64n> archive_stamp(std::string_view name) {
  if (name.size() < archive::label_size || name.size() > archive::longest_name) return {};
  if (name.front() != '@') return {};
  if (name.size() > archive::label_size && name[archive::label_size] != '.') return {};
  return Tai64n::from_hex({name.data() + 1, archive::label_size - 1});
}

std::string_view archive_code(std::string_view name) {
  name.remove_prefix(std::min(name.size(), archive::label_size + 1));
  return name;
}

Tai64n next_archive_stamp(const Tai64n& newest, const Tai64n& time) {
  if (newest < time) return time;
  constexpr uint32_t last_nanosecond = 999999999;
  if (newest.nanoseconds < last_nanosecond) return {newest.seconds, newest.nanoseconds + 1};
  const Tai64n next{newest.seconds + 1, 0};
  // There is no label after the last possible one; then the time is better than the first.
  return next.seconds != 0 ? next : time;
}

void Census::add(std::string_view name, bool deletable, uint64_t bytes) {
  const auto stamp = archive_stamp(name);
  if (!stamp) return;
  newest_ = std::max(newest_, *stamp);
  if (counted_ == Counted::one_letter && archive_code(name).size() != 1) return;
  ++count_;
  bytes_ += bytes;
  if (!deletable) return;

  size_t place = kept_;
  while (place > 0 && name < oldest_[place - 1].view()) --place;
  if (place == room) return;
  if (kept_ < room) ++kept_;
  std::move_backward(&oldest_[place], &oldest_[kept_ - 1], oldest_.data() + kept_);
  oldest_[place] = ArchiveName(name);
}

}  // namespace stoker
