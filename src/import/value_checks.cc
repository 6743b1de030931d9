// SPDX-License-Identifier: ISC
#include "import/value_checks.hh"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/duration.hh"
#include "base/parse.hh"
#include "chain/octal.hh"
#include "import/values.hh"

namespace stoker::importer {

namespace {

struct Range {
  std::string_view key;
  int least, most;
};
constexpr Range ranges[] = {{"Nice", -20, 19},
                            {"OOMScoreAdjust", -1000, 1000},
                            {"CPUSchedulingPriority", 1, 99},
                            {"IOSchedulingPriority", 0, 7}};

struct Words {
  std::string_view key, list;
};
constexpr Words words_of[] = {
    {"CPUSchedulingPolicy", "other batch idle fifo rr ext"},
    {"IOSchedulingClass", "none realtime best-effort idle 0 1 2 3"},
    {"KeyringMode", "inherit private shared"},
    {"ProtectProc", "default noaccess invisible ptraceable"},
    {"ProcSubset", "all pid"},
    {"DevicePolicy", "auto closed strict"},
};

// The umask may clear permissions only; others are modes of files.
constexpr std::string_view modes[] = {
    "RuntimeDirectoryMode",       "StateDirectoryMode", "CacheDirectoryMode", "LogsDirectoryMode",
    "ConfigurationDirectoryMode", "SocketMode",         "DirectoryMode"};

template <size_t N>
bool is_among(const std::string_view (&keys)[N], std::string_view key) {
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

bool has_word(std::string_view list, std::string_view word) {
  for (std::string_view one = next_word(list); !one.empty(); one = next_word(list))
    if (one == word) return true;
  return false;
}

std::string fault_of_number(const Range& range, std::string_view value) {
  if (value.size() > 1 && value.starts_with("+")) value.remove_prefix(1);
  const auto number = parse_number<int>(value);
  if (number && *number >= range.least && *number <= range.most) return {};
  return "it is no number from " + std::to_string(range.least) + " to " +
         std::to_string(range.most);
}

std::string fault_of_mode(std::string_view value, unsigned most) {
  return parse_octal(value, most) ? std::string() : "it is no mode in octal digits";
}

// They have no unit.
constexpr std::string_view counts[] = {"LimitNOFILE", "LimitNPROC",      "LimitLOCKS",
                                       "LimitRTPRIO", "LimitSIGPENDING", "LimitNICE"};

constexpr uint64_t no_limit = UINT64_MAX;

std::optional<uint64_t> limit_of(std::string_view key, std::string_view value) {
  if (value == "infinity") return no_limit;
  if (key == "LimitNICE" && (value.starts_with("+") || value.starts_with("-"))) {
    const auto nice = parse_number<int>(value.starts_with("+") ? value.substr(1) : value);
    if (!nice || *nice < -20 || *nice > 19) return {};
    return static_cast<uint64_t>(20 - *nice);
  }
  if (is_among(counts, key)) return parse_number<uint64_t>(value);
  if (const auto size = size_of(value)) return parse_number<uint64_t>(*size);
  if (key != "LimitCPU" && key != "LimitRTTIME") return {};
  const auto time = parse_duration(value);
  if (!time) return {};
  return static_cast<uint64_t>(time->count());
}

// Where one value is a time and the other a bare number, they are not compared.
std::string fault_of_limit(std::string_view key, std::string_view value) {
  const size_t colon = std::min(value.find(':'), value.size());
  const auto soft = limit_of(key, value.substr(0, colon));
  const auto hard = colon == value.size() ? soft : limit_of(key, value.substr(colon + 1));
  if (!soft || !hard) return "it is no limit";
  const bool compares = key != "LimitCPU" && key != "LimitRTTIME";
  return compares && *soft > *hard ? "the soft limit is above the hard one" : std::string();
}

bool is_limit(std::string_view key) {
  return key.starts_with("Limit") && key.size() > 5 && key[5] >= 'A' && key[5] <= 'Z';
}

}  // namespace

std::string fault_of_value(std::string_view key, std::string_view value) {
  if (is_limit(key)) return fault_of_limit(key, value);
  if (key == "UMask") return fault_of_mode(value, 0777);
  if (is_among(modes, key)) return fault_of_mode(value, 07777);
  for (const Range& range : ranges)
    if (range.key == key) return fault_of_number(range, value);
  for (const Words& words : words_of)
    if (words.key == key && !has_word(words.list, value))
      return "it is none of " + std::string(words.list);
  return {};
}

}  // namespace stoker::importer
