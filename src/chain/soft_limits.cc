// SPDX-License-Identifier: ISC
#include "chain/soft_limits.hh"

#include <algorithm>
#include <cstdlib>

#include "base/duration.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/resource_limit.hh"

namespace stoker {

namespace {

struct Kind {
  char letter;
  Resource resource;
  const char* variable;
};

constexpr char memory_letters[] = "dsla";  // what -m sets

// In the order in which they are applied.
constexpr Kind kind_table[] = {
    {'d', RLIMIT_DATA, "SOFTLIMIT_DATABYTES"},      {'s', RLIMIT_STACK, "SOFTLIMIT_STACKBYTES"},
    {'l', RLIMIT_MEMLOCK, "SOFTLIMIT_LOCKEDBYTES"}, {'a', RLIMIT_AS, "SOFTLIMIT_ALLBYTES"},
    {'o', RLIMIT_NOFILE, "SOFTLIMIT_OPENFILES"},    {'p', RLIMIT_NPROC, "SOFTLIMIT_PROCS"},
    {'f', RLIMIT_FSIZE, "SOFTLIMIT_FILEBYTES"},     {'c', RLIMIT_CORE, "SOFTLIMIT_COREBYTES"},
    {'r', RLIMIT_RSS, "SOFTLIMIT_RSSBYTES"},        {'t', RLIMIT_CPU, "SOFTLIMIT_CPUSECS"},
};

void apply_one(const Kind& kind, const SoftLimit& wanted, const LoaderWording& wording) {
  struct rlimit limit {};
  // Where the hard limit cannot be lifted, it is what is left.
  if (wanted.lift_hard) {
    limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(kind.resource, &limit) == 0) return;
  }
  if (getrlimit(kind.resource, &limit) != 0) die_errno({wording.get_limit});
  limit.rlim_cur = std::min(wanted.soft, limit.rlim_max);
  if (setrlimit(kind.resource, &limit) != 0) die_errno({wording.set_limit});
}

void set_from_variable(SoftLimits& limits, const char* variable, char letter) {
  const char* const value = getenv(variable);
  if (value == nullptr) return;
  const auto limit = parse_soft_limit(value, true, letter);
  if (!limit) die({"unable to use $", variable, ": invalid limit: ", value}, exit_misuse);
  static_cast<void>(limits.set(letter, *limit));
}

}  // namespace

std::optional<SoftLimit> parse_plain_limit(std::string_view text, char letter) {
  if (text.empty()) return SoftLimit{};
  if (is_infinite(text)) return SoftLimit{RLIM_INFINITY};
  if (const auto number = parse_number<uint64_t>(text))
    return SoftLimit{static_cast<rlim_t>(*number)};
  if (letter != 't') return {};
  const auto time = parse_duration(text);
  if (!time) return {};
  return SoftLimit{static_cast<rlim_t>(*time / 1s + (*time % 1s != 0s))};
}

std::optional<SoftLimit> parse_soft_limit(std::string_view text, bool dash, char letter) {
  if (text == "=") return SoftLimit{RLIM_INFINITY};
  if (dash && text == "-") return SoftLimit{RLIM_INFINITY, true};
  return parse_plain_limit(text, letter);
}

bool SoftLimits::set(char letter, SoftLimit limit) {
  static_assert(std::size(kind_table) == kinds);
  if (letter == 'm') {
    for (const char each : std::string_view(memory_letters)) set(each, limit);
    return true;
  }
  for (size_t i = 0; i < kinds; ++i)
    if (kind_table[i].letter == letter) {
      wanted_[i] = limit;
      return true;
    }
  return false;
}

void SoftLimits::apply(const LoaderWording& wording) const {
  for (size_t i = 0; i < kinds; ++i)
    if (wanted_[i]) apply_one(kind_table[i], *wanted_[i], wording);
}

void set_limits_from_environment(SoftLimits& limits) {
  set_from_variable(limits, "SOFTLIMIT_MEMBYTES", 'm');
  for (const Kind& kind : kind_table) set_from_variable(limits, kind.variable, kind.letter);
}

}  // namespace stoker
