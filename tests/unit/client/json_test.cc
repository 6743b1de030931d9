// SPDX-License-Identifier: ISC
#include "client/json.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

namespace {

Page page;  // too large for the stack of a test

std::string quoted(std::string_view text) {
  page.clear();
  append_json_string(page, text);
  return std::string(page.view());
}

constexpr uint64_t noon = Tai64n::epoch + 1'795'348'800;  // 2026-11-22 12:00:00 UTC

View up(const ServiceStatus* own) {
  return {.runit = {.since = {noon - 3, 250'000'000}, .pid = 12, .want = 'u', .phase = Phase::run},
          .own = own,
          .now = {noon, 250'000'000}};
}

}  // namespace

TEST_CASE("plain text becomes a JSON string as it is") {
  CHECK(quoted("") == "\"\"");
  CHECK(quoted("web server/1") == "\"web server/1\"");
  CHECK(quoted("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8e") ==
        "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8e\"");
}

TEST_CASE("characters that would end a JSON string are escaped") {
  CHECK(quoted("a\"b\\c") == "\"a\\\"b\\\\c\"");
  CHECK(quoted("a\nb\tc\x01\x7f") == "\"a\\nb\\tc\\u0001\\u007f\"");
  CHECK(quoted(std::string_view("a\0b", 3)) == "\"a\\u0000b\"");
}

TEST_CASE("each byte that is not UTF-8 becomes the replacement character") {
  CHECK(quoted("a\xff") == "\"a\\ufffd\"");
  CHECK(quoted("\xc3") == "\"\\ufffd\"");
  CHECK(quoted("\xe2\x82z") == "\"\\ufffd\\ufffdz\"");
  CHECK(quoted("\x80\x80") == "\"\\ufffd\\ufffd\"");
}

TEST_CASE("forms that UTF-8 forbids are not passed on") {
  CHECK(quoted("\xc0\xaf") == "\"\\ufffd\\ufffd\"");                        // too long a form
  CHECK(quoted("\xe0\x80\xaf") == "\"\\ufffd\\ufffd\\ufffd\"");             // too long a form
  CHECK(quoted("\xed\xa0\x80") == "\"\\ufffd\\ufffd\\ufffd\"");             // a surrogate
  CHECK(quoted("\xf4\x90\x80\x80") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");  // beyond U+10FFFF
  CHECK(quoted("\xf0\x8f\xbf\xbf") == "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");  // too long a form
}

TEST_CASE("a service of our own is shown in full") {
  const ServiceStatus own{.state = State::ready,
                          .want = Want::up,
                          .reason = Reason::killed,
                          .signal = SIGSEGV,
                          .starts = 2,
                          .attempt = 1,
                          .ready_since = {noon - 2, 0}};
  page.clear();
  append_json_service(page, "x", up(&own), nullptr, 7);
  CHECK(page.view() ==
        "{\"name\":\"x\",\"state\":\"ready\",\"want\":\"up\",\"pid\":12,"
        "\"since\":\"2026-11-22T11:59:57.250Z\",\"uptime\":3,\"paused\":false,"
        "\"normally_up\":true,\"ready\":true,\"exit_code\":null,\"signal\":\"SIGSEGV\","
        "\"reason\":\"killed by SIGSEGV\",\"waiting_for\":null,\"starts\":2,\"attempt\":1,"
        "\"ready_since\":\"2026-11-22T11:59:58.000Z\",\"next_start\":null,\"oneshot\":false,"
        "\"log\":null,\"supervisor\":7,\"adopted\":0,\"masked\":false,\"health\":null,"
        "\"listening\":null,\"cgroup\":"
        "null,"
        "\"status_text\":null,\"reloading\":false,\"status_error\":null,"
        "\"watchdog\":null,\"ignored_messages\":0,\"error\":null}");
}

TEST_CASE("fields that another suite's supervisor does not provide are null") {
  page.clear();
  View view = up(nullptr);
  view.down_file = true;
  append_json_service(page, "x", view, nullptr, 0);
  CHECK(
      page.view() ==
      "{\"name\":\"x\",\"state\":\"up\",\"want\":\"up\",\"pid\":12,"
      "\"since\":\"2026-11-22T11:59:57.250Z\",\"uptime\":3,\"paused\":false,"
      "\"normally_up\":false,\"ready\":null,\"exit_code\":null,\"signal\":null,"
      "\"reason\":null,\"waiting_for\":null,\"starts\":null,\"attempt\":null,\"ready_since\":null,"
      "\"next_start\":null,\"oneshot\":null,\"log\":null,\"supervisor\":null,\"adopted\":null,"
      "\"masked\":false,\"health\":null,\"listening\":null,\"cgroup\":null,"
      "\"status_text\":null,\"reloading\":null,\"status_error\":null,\"watchdog\":null,"
      "\"ignored_messages\":null,\"error\":null}");
}

TEST_CASE("a service that is masked is shown so, whoever supervises it") {
  View view = up(nullptr);
  view.down_file = view.masked = true;
  page.clear();
  append_json_service(page, "x", view, nullptr, 0);
  CHECK(page.view().find(",\"normally_up\":false,") != std::string_view::npos);
  CHECK(page.view().find(",\"masked\":true,") != std::string_view::npos);
}

TEST_CASE("a logger is shown inside its service") {
  const ServiceStatus own{.state = State::ready};
  page.clear();
  const View log = up(&own);
  append_json_service(page, "x", up(&own), &log, 7);
  CHECK(page.view().find("\"log\":{\"name\":\"log\",\"state\":\"ready\",") !=
        std::string_view::npos);
}

TEST_CASE("a name without a supervisor has the same fields and a reason") {
  page.clear();
  append_json_absent(page, "a\"b", "unsupervised", "runsv not running");
  CHECK(page.view() ==
        "{\"name\":\"a\\\"b\",\"state\":\"unsupervised\",\"want\":null,\"pid\":null,"
        "\"since\":null,\"uptime\":null,\"paused\":null,\"normally_up\":null,\"ready\":null,"
        "\"exit_code\":null,\"signal\":null,\"reason\":null,\"waiting_for\":null,\"starts\":null,"
        "\"attempt\":null,"
        "\"ready_since\":null,\"next_start\":null,\"oneshot\":null,\"log\":null,"
        "\"supervisor\":null,\"adopted\":null,\"masked\":null,\"health\":null,\"listening\":null,"
        "\"cgroup\":null,"
        "\"status_text\":null,\"reloading\":null,"
        "\"status_error\":null,\"watchdog\":null,\"ignored_messages\":null,"
        "\"error\":\"runsv not running\"}");
}

TEST_CASE("JSON has the names that a service waits for, and the reason for people") {
  const ServiceStatus own{.state = State::held, .reason = Reason::exited, .exit_code = 3};
  View view = up(&own);
  view.hold = "waiting for db (starting), a\"b (held)";
  view.awaited = "db\na\"b";
  page.clear();
  append_json_service(page, "x", view, nullptr, 7);
  CHECK(page.view().find("\"reason\":\"waiting for db (starting), a\\\"b (held)\","
                         "\"waiting_for\":[\"db\",\"a\\\"b\"],") != std::string_view::npos);
}

TEST_CASE("an event is one line of JSON") {
  const ServiceStatus own{.state = State::backoff,
                          .reason = Reason::exited,
                          .exit_code = 3,
                          .next_start = {noon + 1, 0}};
  page.clear();
  append_json_event(page, "x", "backoff", up(&own));
  CHECK(page.view() ==
        "{\"time\":\"2026-11-22T12:00:00.250Z\",\"name\":\"x\",\"event\":\"backoff\","
        "\"want\":\"up\",\"pid\":null,\"exit_code\":3,\"signal\":null,\"reason\":\"exited 3\","
        "\"next_start\":\"2026-11-22T12:00:01.000Z\"}\n");
}
