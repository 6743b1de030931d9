// SPDX-License-Identifier: ISC
#include "import/values.hh"

#include <cstdint>

#include "base/duration.hh"
#include "base/parse.hh"

namespace stoker::importer {

namespace {

// Exit codes with names in systemd.exec(7); the second part of sysexits.h.
struct ExitName {
  std::string_view name;
  unsigned code;
};
constexpr ExitName exit_names[] = {
    {"SUCCESS", 0},      {"FAILURE", 1},      {"INVALIDARGUMENT", 2}, {"NOTIMPLEMENTED", 3},
    {"NOPERMISSION", 4}, {"NOTINSTALLED", 5}, {"NOTCONFIGURED", 6},   {"NOTRUNNING", 7},
    {"USAGE", 64},       {"DATAERR", 65},     {"NOINPUT", 66},        {"NOUSER", 67},
    {"NOHOST", 68},      {"UNAVAILABLE", 69}, {"SOFTWARE", 70},       {"OSERR", 71},
    {"OSFILE", 72},      {"CANTCREAT", 73},   {"IOERR", 74},          {"TEMPFAIL", 75},
    {"PROTOCOL", 76},    {"NOPERM", 77},      {"CONFIG", 78},         {"EXEC", 203},
};

}  // namespace

std::optional<std::string> time_of(std::string_view value) {
  value = trim(value);
  if (value == "infinity") return "infinity";
  if (!value.empty() && value.find_first_not_of("0123456789.") == value.npos &&
      parse_duration(value))
    return std::string(value) + "s";
  if (!parse_duration(value)) return {};
  return std::string(value);
}

bool is_unlimited(std::string_view time) {
  if (time.empty() || time == "infinity") return true;
  const auto duration = parse_duration(time);
  return duration && *duration == Moment(0);
}

std::optional<std::string> size_of(std::string_view value) {
  value = trim(value);
  if (value == "infinity") return "max";
  constexpr std::string_view units = "BKMGTPE";
  const size_t unit = value.empty() ? units.npos : units.find(value.back());
  const std::string_view digits = value.substr(0, value.size() - (unit == units.npos ? 0 : 1));
  const auto number = parse_number<uint64_t>(digits);
  const size_t shift = unit == units.npos ? 0 : unit * 10;
  if (!number || *number > UINT64_MAX >> shift) return {};
  return std::to_string(*number << shift);
}

std::optional<std::string> decimal_size_of(std::string_view value) {
  value = trim(value);
  if (value == "infinity") return "max";
  constexpr std::string_view units = "KMGTP";
  uint64_t factor = 1;
  if (const size_t unit = value.empty() ? units.npos : units.find(value.back());
      unit != units.npos) {
    for (size_t at = 0; at <= unit; ++at) factor *= 1000;
    value.remove_suffix(1);
  }
  const auto number = parse_number<uint64_t>(value);
  if (!number || *number > UINT64_MAX / factor) return {};
  return std::to_string(*number * factor);
}

std::string signal_of(std::string_view value) {
  const auto number = parse_signal(trim(value));
  if (!number) return {};
  const std::string_view name = signal_name(*number);
  return name.empty() ? std::to_string(*number) : std::string(name);
}

std::string exit_status_of(std::string_view word) {
  const auto number = parse_number<unsigned>(word);
  if (number) return *number < 256 ? std::to_string(*number) : std::string();
  for (const ExitName& name : exit_names)
    if (name.name == word) return std::to_string(name.code);
  return signal_of(word);
}

OptionTarget target_of(std::string_view text) {
  const std::string_view program = next_word(text);
  return {std::string(program), std::string(next_word(text))};
}

}  // namespace stoker::importer
