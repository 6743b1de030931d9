// SPDX-License-Identifier: ISC
#include "accept/child_environment.hh"

#include <algorithm>

namespace stoker {

bool ChildEnvironment::reserve(char* const* entries) {
  size_t given = 0;
  while (entries[given] != nullptr) ++given;
  memory_ = MappedMemory((most_changes + 2 * (given + 1)) * sizeof(char*));
  if (!memory_) return false;
  entries_ = memory_.room_for<char*>(most_changes);
  original_ = entries_ + most_changes + given + 1;
  return true;
}

std::string_view ChildEnvironment::name_of(const char* entry) {
  const std::string_view text(entry);
  return {text.data(), std::min(text.find('='), text.size())};
}

void ChildEnvironment::restore() {
  std::copy_n(original_, count_ + 1, entries_ + most_changes);
  changed_ = false;
}

void ChildEnvironment::begin() {
  if (changed_) restore();
  added_ = 0;
  used_ = 0;
  overflowed_ = false;
}

bool ChildEnvironment::append(std::string_view part) {
  if (part.size() > text_.size() - used_) return false;
  std::copy_n(part.data(), part.size(), text_.data() + used_);
  used_ += part.size();
  return true;
}

void ChildEnvironment::add(std::string_view name, std::string_view value) {
  char* const start = text_.data() + used_;
  static constexpr char end_of_entry[] = {'\0'};
  const std::string_view end(end_of_entry, sizeof end_of_entry);
  overflowed_ |=
      added_ == most_changes || !append(name) || !append("=") || !append(value) || !append(end);
  if (overflowed_) return;
  ++added_;
  entries_[first()] = start;
}

void ChildEnvironment::set(std::string_view name, std::string_view value) {
  unset(name);
  add(name, value);
}

void ChildEnvironment::unset(std::string_view name) {
  const auto has_name = [name](const char* entry) { return name_of(entry) == name; };
  char** const start = entries_ + first();
  char** end = start;
  while (*end != nullptr) ++end;
  char** const kept = std::remove_if(start, end, has_name);
  if (kept == end) return;
  *kept = nullptr;
  // What stood before may now be where the others were.
  changed_ = true;
}

}  // namespace stoker
