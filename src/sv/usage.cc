// SPDX-License-Identifier: ISC
#include "sv/usage.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

using Value = std::optional<uint64_t>;

Value per_second(const Value& value, Moment elapsed) {
  const auto milliseconds = static_cast<uint64_t>(std::max<int64_t>(elapsed / 1ms, 1));
  return value ? Value(*value * 1000 / milliseconds) : std::nullopt;
}

void add(Value& sum, const Value& more) {
  if (more) sum = sum.value_or(0) + *more;
}

// A service is known as far as each of its processes is.
void add_strictly(Value& sum, const Value& more) {
  sum = sum && more ? Value(*sum + *more) : std::nullopt;
}

template <typename Figures>
void add_each(Figures& sum, const Figures& more, void (*add_one)(Value&, const Value&)) {
  add_one(sum.cpu, more.cpu);
  add_one(sum.memory, more.memory);
  add_one(sum.tasks, more.tasks);
  add_one(sum.read, more.read);
  add_one(sum.written, more.written);
}

}  // namespace

std::optional<uint64_t> growth(const Value& before, const Value& after) {
  if (!before || !after) return {};
  return *after >= *before ? *after - *before : *after;
}

Counters grown_by(const ProcessRow& process, std::span<ProcessRow> before) {
  const ProcessRow* const earlier = find_process(before, process.pid);
  Counters grown{process.cpu, process.memory, process.threads, process.read, process.written};
  if (earlier == nullptr || earlier->start_time != process.start_time) return grown;
  grown.cpu = growth(earlier->cpu, grown.cpu);
  // It may have come to its service only now.
  const auto since = [](const Value& then, const Value& now) {
    return now ? growth(then.value_or(*now), now) : std::nullopt;
  };
  grown.read = since(earlier->read, grown.read);
  grown.written = since(earlier->written, grown.written);
  return grown;
}

void add_process(Counters& sum, const Counters& process) { add_each(sum, process, add_strictly); }

Usage usage_of(const Counters& grown, Moment elapsed) {
  const Value cpu = per_second(grown.cpu, elapsed);
  return {cpu ? Value(*cpu / 1000) : std::nullopt, grown.memory, grown.tasks,
          per_second(grown.read, elapsed), per_second(grown.written, elapsed)};
}

void add_known(Usage& sum, const Usage& more) { add_each(sum, more, add); }

std::optional<uint64_t> sum_of_devices(std::string_view lines, std::string_view key) {
  Value sum;
  for (std::string_view word = next_word(lines); !word.empty(); word = next_word(lines)) {
    const size_t sign = word.find('=');
    if (sign == std::string_view::npos || std::string_view(word.data(), sign) != key) continue;
    word.remove_prefix(sign + 1);
    add(sum, parse_number<uint64_t>(word));
  }
  return sum;
}

}  // namespace stoker
