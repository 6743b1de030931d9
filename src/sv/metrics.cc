// SPDX-License-Identifier: ISC
#include "sv/metrics.hh"

#include "base/json.hh"

namespace stoker {

namespace {

using Number = Text<40>;  // empty: the service has no such line
using Sink = FunctionRef<void(std::string_view)>;

constexpr uint64_t microseconds = 1'000'000;

Number flag(bool value) { return Number(value ? "1" : "0"); }

Number whole(const std::optional<uint64_t>& value) { return value ? Number(*value) : Number(); }

Number seconds(const std::optional<uint64_t>& value) {
  if (!value) return {};
  Number number(*value / microseconds, ".");
  const uint64_t part = *value % microseconds;
  for (uint64_t unit = microseconds / 10; unit > part && unit > 1; unit /= 10) number.append('0');
  number.append(part);
  return number;
}

bool is_wanted(const Measured& one) { return one.want == Want::up || one.want == Want::once; }

Number restarts(const Measured& one) {
  return one.native ? Number(one.starts > 0 ? one.starts - 1 : 0) : Number();
}

Number changed(const Measured& one) {
  const uint64_t since = one.runit.since.seconds;
  return since >= Tai64n::epoch ? Number(since - Tai64n::epoch) : Number();
}

struct Metric {
  std::string_view name, type, help;
  Number (*value)(const Measured& one);
  std::string_view more_labels{};
};

constexpr std::string_view of_runit = ",supervisor=\"runit\"";

// clang-format off
constexpr Metric metrics[] = {
    {"stoker_service_wanted", "gauge", "Is the service wanted up or once?",
     [](const Measured& one) { return flag(is_wanted(one)); }},
    {"stoker_service_ready", "gauge", "Does the service serve?",
     [](const Measured& one) { return flag(one.ready); }},
    {"stoker_service_healthy", "gauge", "Has the script health found the service well?",
     [](const Measured& one) { return one.healthy ? flag(*one.healthy) : Number(); }},
    {"stoker_service_restarts_total", "counter",
     "Starts since the supervisor began, without the first.", restarts},
    {"stoker_service_uptime_seconds", "gauge", "How long the service has been running.",
     [](const Measured& one) { return whole(one.uptime); }},
    {"stoker_service_memory_bytes", "gauge", "Memory of the control group.",
     [](const Measured& one) { return whole(one.memory); }},
    {"stoker_service_cpu_seconds_total", "counter", "CPU time of the control group.",
     [](const Measured& one) { return seconds(one.cpu); }},
    {"stoker_service_log_bytes", "gauge", "Size of the files in log/main.",
     [](const Measured& one) { return whole(one.log); }},
    {"node_service_state", "gauge", "State of runit service: 0 down, 1 up, 2 finish.",
     [](const Measured& one) { return Number(static_cast<unsigned>(one.runit.phase)); }, of_runit},
    {"node_service_desired_state", "gauge", "Desired state of runit service: 0 down, 1 up.",
     [](const Measured& one) { return flag(is_wanted(one)); }, of_runit},
    {"node_service_normal_state", "gauge", "Normal state of runit service: 0 down, 1 up.",
     [](const Measured& one) { return flag(one.normally_up); }, of_runit},
    {"node_service_state_last_change_timestamp_seconds", "gauge",
     "When the service was started or went down, since 1970.", changed, of_runit},
};
// clang-format on

void print_head(const Metric& metric, Sink sink) {
  for (const std::string_view part :
       {std::string_view("# HELP "), metric.name, std::string_view(" "), metric.help,
        std::string_view("\n# TYPE "), metric.name, std::string_view(" "), metric.type,
        std::string_view("\n")})
    sink(part);
}

void print_line(std::string_view metric, std::string_view service, std::string_view labels,
                std::string_view value, Sink sink) {
  sink(metric);
  sink("{service=\"");
  escape_label(service, sink);
  sink("\"");
  sink(labels);
  sink("} ");
  sink(value);
  sink("\n");
}

void print_metric(const Metric& metric, std::span<const Measured> services, Sink sink) {
  bool begun = false;
  for (const Measured& one : services) {
    const Number value = one.supervised ? metric.value(one) : Number();
    if (value.empty()) continue;
    if (!begun) print_head(metric, sink);
    begun = true;
    print_line(metric.name, one.name, metric.more_labels, value, sink);
  }
}

void print_supervised(std::span<const Measured> services, Sink sink) {
  constexpr Metric metric{"stoker_service_supervised", "gauge", "Does a supervisor run?", nullptr};
  if (!services.empty()) print_head(metric, sink);
  for (const Measured& one : services)
    print_line(metric.name, one.name, {}, one.supervised ? "1" : "0", sink);
}

void print_states(std::span<const Measured> services, Sink sink) {
  constexpr Metric metric{"stoker_service_state", "gauge", "1 for the state that it is in.",
                          nullptr};
  bool begun = false;
  for (const Measured& one : services) {
    if (!one.supervised) continue;
    if (!begun) print_head(metric, sink);
    begun = true;
    for (int at = 0; at < state_count; ++at) {
      const auto state = static_cast<State>(at);
      const Text<40> label(",state=\"", word(state), "\"");
      print_line(metric.name, one.name, label, one.state == state ? "1" : "0", sink);
    }
  }
}

}  // namespace

void escape_label(std::string_view value, FunctionRef<void(std::string_view)> sink) {
  while (!value.empty()) {
    const size_t size = character_size(value);
    const char first = value.front();
    if (size == 0)
      sink("\xef\xbf\xbd");
    else if (first == '\n')
      sink("\\n");
    else if (first == '"' || first == '\\')
      sink(first == '"' ? "\\\"" : "\\\\");
    else
      sink({value.data(), size});
    value.remove_prefix(size == 0 ? 1 : size);
  }
}

void print_metrics(std::span<const Measured> services, FunctionRef<void(std::string_view)> sink) {
  print_supervised(services, sink);
  print_states(services, sink);
  for (const Metric& metric : metrics) print_metric(metric, services, sink);
}

}  // namespace stoker
