// SPDX-License-Identifier: ISC
#include "client/letters.hh"

#include "service/control.hh"

namespace stoker {

namespace {

constexpr std::string_view commands(letter::commands, sizeof letter::commands);
constexpr std::string_view prefixes(letter::prefixes, sizeof letter::prefixes);

bool contains(std::string_view letters, char letter) {
  return letters.find(letter) != std::string_view::npos;
}

}  // namespace

Letters::Added Letters::add(char option) {
  if (!contains(commands, option) && !contains(prefixes, option)) return Added::unknown;
  if (!is_new(option)) return Added::fine;
  if (++count_ > most) return Added::too_many;
  if (option == letter::to_log || option == letter::reload) {
    to_log_ = option == letter::to_log;
    was_to_log_ = was_to_log_ || to_log_;
    section_.clear();
    return Added::fine;
  }
  if (option == letter::to_group || option == letter::to_process) {
    group_ = option == letter::to_group;
    // encore's supervise applies `+` to all that follows; this ends it.
    if (!group_) text_.append(option);
    return Added::fine;
  }
  if (to_log_)
    text_.append(letter::to_log);
  else if (was_to_log_)
    text_.append(letter::reload);
  if (group_) text_.append(letter::to_group);
  text_.append(option);
  return Added::fine;
}

bool Letters::is_new(char option) {
  if (contains(prefixes, option)) return true;
  if (contains(section_, option)) return false;
  section_.append(option);
  return true;
}

}  // namespace stoker
