// SPDX-License-Identifier: ISC
#include "base/environment.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/rare_memory.hh"

namespace stoker {

bool Environment::adopt_process() {
  entries_ = environ;
  while (entries_ != nullptr && entries_[count_] != nullptr) ++count_;
  larger_ = static_cast<char**>(reserve_rare_memory((count_ + room + 1) * sizeof(char*)));
  if (larger_ == nullptr) return false;
  if (entries_ == nullptr) entries_ = larger_;
  size_ = entries_ == larger_ ? room : count_;
  return true;
}

char** Environment::find(std::string_view name) const {
  for (char** entry = entries_; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (has_prefix(text, name) && text.size() > name.size() && text[name.size()] == '=')
      return entry;
  }
  return nullptr;
}

char* Environment::set(char* entry) {
  const std::string_view text(entry);
  char** const old = find({text.data(), std::min(text.find('='), text.size())});
  if (old != nullptr) return std::exchange(*old, entry);
  if (count_ == size_ && entries_ != larger_) {
    size_ += room;
    entries_ = std::copy_n(entries_, count_, larger_) - count_;
  }
  entries_[count_++] = entry;
  entries_[count_] = nullptr;
  return nullptr;
}

void Environment::unset(std::string_view name) {
  while (char** const entry = find(name)) {
    entries_[entry - entries_] = entries_[--count_];
    entries_[count_] = nullptr;
  }
}

const char* Environment::get(std::string_view name) const {
  char** const entry = find(name);
  return entry != nullptr ? *entry + name.size() + 1 : nullptr;
}

TemporaryVariables::~TemporaryVariables() {
  while (count_ > 0) {
    const auto [entry, before] = changed_[--count_];
    const std::string_view text(entry);
    if (before != nullptr)
      environment_.set(before);
    else
      environment_.unset({text.data(), text.find('=')});
  }
}

void TemporaryVariables::set(char* entry) {
  if (count_ < most) changed_[count_++] = {entry, environment_.set(entry)};
}

PathText logical_directory(const char* pwd) {
  struct stat named {
  }, here{};
  if (pwd != nullptr && pwd[0] == '/' && stat(pwd, &named) == 0 && stat(".", &here) == 0 &&
      is_same_file(named, here))
    return PathText(std::string_view(pwd));
  char buffer[4096];
  return getcwd(buffer, sizeof buffer) != nullptr ? PathText(std::string_view(buffer)) : PathText();
}

}  // namespace stoker
