// SPDX-License-Identifier: ISC
// The command line of the logger for services that have none, as svscan handed it down.
#pragma once
#include <string_view>

#include "base/string_arena.hh"

namespace stoker {

class LoggerCommand {
 public:
  // Splits it into words at blanks; a %n in it is `name`, the service's. Behind a first word `2>&1`
  // is the command for standard error, too. All is lent. Null: there is none.
  void set_up(const char* text, std::string_view name, StringArena& texts);

  std::string_view text() const { return text_ != nullptr ? text_ : ""; }
  const char* const* argv() const { return argv_; }  // null: none, or too long
  bool takes_errors() const { return takes_errors_; }

 private:
  void split(std::string_view command, std::string_view name, StringArena& texts);

  const char* text_ = nullptr;
  bool takes_errors_ = false;
  const char* const* argv_ = nullptr;
};

}  // namespace stoker
