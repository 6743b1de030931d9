// SPDX-License-Identifier: ISC
// sv metrics prints what Prometheus reads: every line is of the grammar of its text format.
#include <map>
#include <set>
#include <sstream>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Reads the text format strictly: a HELP and a TYPE before the samples of each metric, which stand
// together, no sample twice, values that are numbers, and labels that are escaped.
std::map<std::string, double> parse(const std::string& text) {
  static const std::regex help("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) [^\n]+");
  static const std::regex type("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (gauge|counter)");
  static const std::regex sample(
      "([a-zA-Z_:][a-zA-Z0-9_:]*)"
      "(\\{[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\"(,[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\")*\\})"
      " ([0-9]+(\\.[0-9]+)?)");
  std::map<std::string, double> samples;
  std::set<std::string> seen;
  std::string helped, typed;
  std::istringstream lines(text);
  REQUIRE((text.empty() || text.back() == '\n'));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    std::smatch found;
    if (std::regex_match(line, found, help)) {
      helped = found[1];
      CHECK(seen.insert(helped).second);
    } else if (std::regex_match(line, found, type)) {
      typed = found[1];
      CHECK(typed == helped);
      CHECK((found[2] == "counter") == std::regex_match(typed, std::regex(".*_total")));
    } else {
      REQUIRE(std::regex_match(line, found, sample));
      CHECK(found[1] == typed);
      CHECK(samples.emplace(found[1].str() + found[2].str(), std::stod(found[6])).second);
    }
  }
  return samples;
}

}  // namespace

TEST_CASE("sv metrics prints the figures of all services, in the format of Prometheus") {
  Tree box;
  box.script("sv/web/run", "echo line; exec sleep 1000");
  box.script("sv/web/log/run", "exec svlogd ./main");
  box.at_rest("db");
  box.plain("quo\"te");
  box.begin_and_await({"web", "db", "quo\"te"});
  box.await(State::ready, "sv/web");
  box.await(State::ready, "sv/quo\"te");
  box.wait_for(
      [&] {
        return box.exists("sv/web/log/main/current") &&
               !box.read("sv/web/log/main/current").empty();
      },
      "nothing is logged");
  box.plain("new");
  box.directory("other");
  const Result result = box.sv({"metrics"});
  CHECK(result.code == 0);
  auto samples = parse(result.out);
  CHECK(samples.at("stoker_service_supervised{service=\"web\"}") == 1);
  CHECK(samples.at("stoker_service_state{service=\"web\",state=\"ready\"}") == 1);
  CHECK(samples.at("stoker_service_state{service=\"db\",state=\"down\"}") == 1);
  CHECK(samples.at("stoker_service_wanted{service=\"db\"}") == 0);
  CHECK(samples.at("stoker_service_ready{service=\"quo\\\"te\"}") == 1);
  CHECK(samples.at("stoker_service_restarts_total{service=\"web\"}") == 0);
  CHECK(samples.at("stoker_service_log_bytes{service=\"web\"}") >= 5);
  CHECK(samples.count("stoker_service_uptime_seconds{service=\"web\"}") == 1);
  CHECK(samples.count("stoker_service_uptime_seconds{service=\"db\"}") == 0);
  CHECK(samples.at("node_service_state{service=\"web\",supervisor=\"runit\"}") == 1);
  CHECK(samples.at("node_service_state{service=\"db\",supervisor=\"runit\"}") == 0);
  CHECK(samples.at("node_service_normal_state{service=\"db\",supervisor=\"runit\"}") == 0);
  CHECK(samples.at("node_service_desired_state{service=\"web\",supervisor=\"runit\"}") == 1);
  CHECK(samples.at("node_service_state_last_change_timestamp_seconds"
                   "{service=\"web\",supervisor=\"runit\"}") > 1.6e9);

  box.sv({"restart", "web"});
  const Result one = box.sv({"metrics", "web", "none"});
  CHECK(one.code == 1);
  CHECK(contains(one.err, "sv: warning: none: "));
  samples = parse(one.out);
  CHECK(samples.at("stoker_service_restarts_total{service=\"web\"}") == 1);
  CHECK(samples.count("stoker_service_supervised{service=\"db\"}") == 0);
}

TEST_CASE("a service without a supervisor has only that line") {
  Services box;
  box.plain("web");
  CHECK(box.sv({"metrics"}).out ==
        "# HELP stoker_service_supervised Does a supervisor run?\n"
        "# TYPE stoker_service_supervised gauge\n"
        "stoker_service_supervised{service=\"web\"} 0\n");
}
