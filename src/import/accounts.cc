// SPDX-License-Identifier: ISC
#include "import/accounts.hh"

#include <vector>

#include "import/lines.hh"

namespace stoker::importer {

namespace {

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    const size_t colon = line.find(':');
    fields.emplace_back(line.substr(0, colon));
    if (colon == line.npos) return fields;
    line.remove_prefix(colon + 1);
  }
}

std::string look_up(const std::map<std::string, std::string>& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() ? id : found->second;
}

}  // namespace

void Accounts::read(std::string_view passwd, std::string_view group) {
  for_each_line(passwd, [this](std::string_view line, unsigned) {
    const auto fields = fields_of(line);
    if (fields.size() < 7) return;
    users_.emplace(fields[0], User{fields[2], fields[3], fields[5]});
    user_names_.emplace(fields[2], fields[0]);
  });
  for_each_line(group, [this](std::string_view line, unsigned) {
    const auto fields = fields_of(line);
    if (fields.size() >= 3) group_names_.emplace(fields[2], fields[0]);
  });
}

const User* Accounts::find(const std::string& name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

std::string Accounts::user_name(const std::string& id) const { return look_up(user_names_, id); }

std::string Accounts::group_name(const std::string& id) const { return look_up(group_names_, id); }

}  // namespace stoker::importer
