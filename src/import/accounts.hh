// SPDX-License-Identifier: ISC
// The users of the machine for which units are imported, from its /etc/passwd.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace stoker::importer {

struct User {
  std::string id, group, home;  // IDs as numbers
};

class Accounts {
 public:
  // The text of /etc/passwd, and of /etc/group.
  void read(std::string_view passwd, std::string_view group);
  const User* find(const std::string& name) const;
  // The name of the user or group with that number, or the text itself.
  std::string user_name(const std::string& id) const;
  std::string group_name(const std::string& id) const;

 private:
  std::map<std::string, User> users_;
  std::map<std::string, std::string> user_names_, group_names_;  // by number
};

}  // namespace stoker::importer
