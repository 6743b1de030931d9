// SPDX-License-Identifier: ISC
#include "service/emitted.hh"

#include <algorithm>

namespace stoker {

namespace {

constexpr char separator = '\x1f';

bool is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_variable_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char byte) { return is_letter(byte) || is_digit(byte) || byte == '_'; });
}

}  // namespace

bool is_event_name(std::string_view name) {
  constexpr size_t longest = 64;
  return !name.empty() && name.size() <= longest && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char byte) {
           return is_letter(byte) || is_digit(byte) ||
                  std::string_view("-_.:@").find(byte) != std::string_view::npos;
         });
}

bool is_event_variable(std::string_view variable) {
  const size_t equals = variable.find('=');
  return equals != variable.npos && is_variable_name({variable.data(), equals}) &&
         variable.find(separator) == variable.npos && variable.find(emitted_end) == variable.npos;
}

EmittedRecord compose_event(std::string_view name, std::span<char* const> variables) {
  EmittedRecord record(name);
  for (const char* const variable : variables) record.append(separator, variable);
  record.append(emitted_end);
  return record;
}

std::string_view take_part(std::string_view& record) {
  const size_t end = std::min(record.find(separator), record.size());
  const std::string_view part(record.data(), end);
  record.remove_prefix(std::min(end + 1, record.size()));
  return part;
}

}  // namespace stoker
