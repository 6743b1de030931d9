// SPDX-License-Identifier: ISC
#include "chain/system_limits.hh"

#include <algorithm>

#include "base/duration.hh"
#include "base/parse.hh"
#include "base/text.hh"
#include "chain/attempt.hh"
#include "chain/resource_limit.hh"

namespace stoker {

namespace {

enum class Unit { count, bytes, seconds, microseconds };

struct Kind {
  std::string_view name;
  Resource resource;
  Unit unit;
};

constexpr Kind kinds[] = {
    {"as", RLIMIT_AS, Unit::bytes},
    {"core", RLIMIT_CORE, Unit::bytes},
    {"cpu", RLIMIT_CPU, Unit::seconds},
    {"data", RLIMIT_DATA, Unit::bytes},
    {"fsize", RLIMIT_FSIZE, Unit::bytes},
    {"memlock", RLIMIT_MEMLOCK, Unit::bytes},
    {"nofile", RLIMIT_NOFILE, Unit::count},
    {"nproc", RLIMIT_NPROC, Unit::count},
    {"rss", RLIMIT_RSS, Unit::bytes},
    {"stack", RLIMIT_STACK, Unit::bytes},
#ifdef RLIMIT_LOCKS
    {"locks", RLIMIT_LOCKS, Unit::count},
#endif
#ifdef RLIMIT_MSGQUEUE
    {"msgqueue", RLIMIT_MSGQUEUE, Unit::bytes},
#endif
#ifdef RLIMIT_NICE
    {"nice", RLIMIT_NICE, Unit::count},
#endif
#ifdef RLIMIT_RTPRIO
    {"rtprio", RLIMIT_RTPRIO, Unit::count},
#endif
#ifdef RLIMIT_RTTIME
    {"rttime", RLIMIT_RTTIME, Unit::microseconds},
#endif
#ifdef RLIMIT_SIGPENDING
    {"sigpending", RLIMIT_SIGPENDING, Unit::count},
#endif
};
static_assert(std::size(kinds) <= SystemLimits::most);

struct Suffix {
  std::string_view name;
  uint64_t factor;
};
constexpr Suffix byte_suffixes[] = {
    {"", 1},           {"K", 1ULL << 10}, {"M", 1ULL << 20}, {"G", 1ULL << 30},
    {"T", 1ULL << 40}, {"P", 1ULL << 50}, {"E", 1ULL << 60},
};

struct Quantity {
  uint64_t number = 0;
  std::string_view suffix;
};
std::optional<Quantity> split(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<uint64_t>({text.data(), digits});
  if (!number) return {};
  text.remove_prefix(digits);
  return Quantity{*number, text};
}

std::optional<uint64_t> in_bytes(const Quantity& quantity) {
  for (const auto& [name, factor] : byte_suffixes) {
    if (name != quantity.suffix) continue;
    uint64_t product = 0;
    if (__builtin_mul_overflow(quantity.number, factor, &product)) return {};
    return product;
  }
  return {};
}

std::optional<rlim_t> parse_value(std::string_view text, Unit unit) {
  if (is_infinite(text)) return RLIM_INFINITY;
  const auto quantity = split(text);
  if (!quantity) return {};
  if (unit == Unit::bytes) return in_bytes(*quantity);
  if (quantity->suffix.empty()) return quantity->number;
  const auto time = unit == Unit::count ? std::nullopt : parse_duration(text);
  if (!time) return {};
  const Moment step = unit == Unit::microseconds ? Moment(1us) : Moment(1s);
  return static_cast<rlim_t>(*time / step + (*time % step != 0s));
}

// Cuts off the part before the mark, and the mark. Empty if there is no mark.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view part(text.data(), at);
  text.remove_prefix(at + 1);
  return part;
}

// A number that was asked for, not the infinity that stands for whatever is possible.
bool is_below(rlim_t given, rlim_t wanted) { return given < wanted && wanted != RLIM_INFINITY; }

}  // namespace

std::optional<SystemLimit> parse_system_limit(std::string_view text) {
  const auto name = cut(text, '=');
  if (!name) return {};
  const Kind* const kind = std::find_if(std::begin(kinds), std::end(kinds),
                                        [&](const Kind& each) { return each.name == *name; });
  if (kind == std::end(kinds)) return {};
  const auto first = cut(text, ':');
  const auto hard = parse_value(text, kind->unit);
  const auto soft = first ? parse_value(*first, kind->unit) : hard;
  if (!soft || !hard || *soft > *hard) return {};
  return SystemLimit{static_cast<size_t>(kind - kinds), *soft, *hard};
}

void SystemLimits::apply(bool try_only) const {
  for (size_t i = 0; i < std::size(kinds); ++i) {
    if (!wanted_[i]) continue;
    struct rlimit limit {
      wanted_[i]->soft, wanted_[i]->hard
    };
    if (!set_resource_limit(kinds[i].resource, limit, try_only))
      die_or_warn(try_only, {"unable to set limit ", kinds[i].name});
    else if (is_below(limit.rlim_max, wanted_[i]->hard))
      warn({"unable to set limit ", kinds[i].name, " above ", Digits(limit.rlim_max)});
  }
}

}  // namespace stoker
