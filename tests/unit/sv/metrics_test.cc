// SPDX-License-Identifier: ISC
#include "sv/metrics.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string label(std::string_view value) {
  std::string text;
  escape_label(value, [&](std::string_view part) { text += part; });
  return text;
}

std::string print(std::initializer_list<Measured> services) {
  std::string text;
  print_metrics({services.begin(), services.size()}, [&](std::string_view part) { text += part; });
  return text;
}

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

Measured running() {
  Measured one{.name = "web", .supervised = true, .native = true, .ready = true};
  one.state = State::ready;
  one.runit = {.since = {.seconds = Tai64n::epoch + 1000}, .pid = 7, .phase = Phase::run};
  return one;
}

}  // namespace

TEST_CASE("in a label, quotation marks, backslashes and newlines are escaped") {
  CHECK(label("web") == "web");
  CHECK(label("a\"b\\c\nd") == "a\\\"b\\\\c\\nd");
  CHECK(label("\xc3\xa4\xff") == "\xc3\xa4\xef\xbf\xbd");
}

TEST_CASE("a service without a supervisor has one line") {
  CHECK(print({{.name = "web"}}) ==
        "# HELP stoker_service_supervised Does a supervisor run?\n"
        "# TYPE stoker_service_supervised gauge\n"
        "stoker_service_supervised{service=\"web\"} 0\n");
  CHECK(print({}).empty());
}

TEST_CASE("what is known of a service has a line each, and what is not has none") {
  Measured one = running();
  one.starts = 3;
  one.uptime = 12;
  one.memory = 4096;
  one.cpu = 1'000'050;
  one.healthy = false;
  const std::string text = print({one});
  for (const char* const line :
       {"stoker_service_supervised{service=\"web\"} 1", "stoker_service_wanted{service=\"web\"} 1",
        "stoker_service_ready{service=\"web\"} 1", "stoker_service_healthy{service=\"web\"} 0",
        "stoker_service_restarts_total{service=\"web\"} 2",
        "stoker_service_uptime_seconds{service=\"web\"} 12",
        "stoker_service_memory_bytes{service=\"web\"} 4096",
        "stoker_service_cpu_seconds_total{service=\"web\"} 1.000050",
        "stoker_service_state{service=\"web\",state=\"ready\"} 1",
        "stoker_service_state{service=\"web\",state=\"failed\"} 0",
        "node_service_state{service=\"web\",supervisor=\"runit\"} 1",
        "node_service_desired_state{service=\"web\",supervisor=\"runit\"} 1",
        "node_service_normal_state{service=\"web\",supervisor=\"runit\"} 1",
        "node_service_state_last_change_timestamp_seconds{service=\"web\",supervisor=\"runit\"} "
        "1000"}) {
    CAPTURE(line);
    CHECK(has(text, line));
  }
  CHECK(text.find("log_bytes") == std::string::npos);
}

TEST_CASE("fractions of seconds have six digits") {
  Measured one = running();
  const auto [cpu, text] = GENERATE(std::pair<uint64_t, const char*>{0, "0.000000"},
                                    std::pair<uint64_t, const char*>{1, "0.000001"},
                                    std::pair<uint64_t, const char*>{999'999, "0.999999"},
                                    std::pair<uint64_t, const char*>{10'100'000, "10.100000"});
  one.cpu = cpu;
  CHECK(
      has(print({one}), std::string("stoker_service_cpu_seconds_total{service=\"web\"} ") + text));
}

TEST_CASE("the lines of each metric stand together behind their head") {
  Measured other = running();
  other.name = "db";
  const std::string text = print({running(), other});
  CHECK(text.find("# TYPE stoker_service_ready gauge\nstoker_service_ready{service=\"web\"} 1\n"
                  "stoker_service_ready{service=\"db\"} 1\n# HELP ") != std::string::npos);
}
