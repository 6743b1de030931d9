// SPDX-License-Identifier: ISC
#include "service/settings.hh"

#include <set>
#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("every file of a service directory has one row, found by its name") {
  std::set<std::string> names;
  for (const FileRow& row : service_files) {
    const size_t at = index_of_service_file(row.name);
    REQUIRE(at < service_file_count);
    CHECK(&service_files[at] == &row);
    CHECK(service_file_names[at].kind == row.kind);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(std::string_view(row.meaning).empty());
  }
  CHECK(index_of_service_file("") == service_file_count);
  CHECK(index_of_service_file("timeout-kil") == service_file_count);
}

TEST_CASE("every default is a value that the file may hold") {
  for (const FileRow& row : service_files)
    for (const char* const fallback : {row.fallback, row.fallback_s6})
      if (fallback != nullptr) {
        CAPTURE(row.name, fallback);
        CHECK(is_valid(row.kind, fallback));
      }
}

TEST_CASE("only files that hold a value have a default, and no value of theirs is arbitrary") {
  for (const FileRow& row : service_files) {
    CAPTURE(row.name);
    const bool has_value = row.kind < FileKind::marker;
    CHECK(is_valid(row.kind, "bogus value") != has_value);
    CHECK(is_valid(row.kind, std::string(1 << 20, '7')) != has_value);
    CHECK((has_value || (row.fallback == nullptr && row.fallback_s6 == nullptr)));
  }
}

TEST_CASE("without a directory every setting has the default that service(5) names") {
  ServiceSettings settings(-1);
  CHECK(settings.timeout_ready() == never);
  CHECK(settings.timeout_kill() == never);
  CHECK(settings.timeout_finish() == never);
  CHECK(settings.timeout_control() == 60s);
  CHECK(settings.down_signal() == 15);
  CHECK(settings.reload_signal() == 1);
  CHECK(settings.notification_fd() == -1);
  CHECK(settings.restart() == Restart::always);
  CHECK(settings.restart_delay() == Delay{100ms, 10s});
  CHECK(settings.max_restarts() == Limit{});
  CHECK(settings.watchdog() == never);
  CHECK(settings.pid_file().empty());
  CHECK_FALSE(settings.is_of_s6());
  CHECK(settings.max_death_tally() == 0);
  CHECK(settings.success_exit() == ExitSet{});
  CHECK(settings.prevent_restart() == ExitSet{});
  CHECK(settings.runtime_max() == RunLimit{});
  CHECK(settings.timeout_start() == never);
  CHECK(settings.timeout_abort() == never);
  CHECK(settings.kill_mode() == KillMode::group);
  CHECK(settings.final_kill_signal() == 9);
  CHECK_FALSE(settings.has(ServiceFile::send_hup));
}

TEST_CASE("restart is one of seven words") {
  CHECK(parse_restart("on-success") == Restart::on_success);
  CHECK(parse_restart("on-abnormal") == Restart::on_abnormal);
  CHECK(parse_restart("on-abort") == Restart::on_abort);
  CHECK(parse_restart("on-watchdog") == Restart::on_watchdog);
  CHECK(parse_restart("always") == Restart::always);
  CHECK(parse_restart(" on-failure \n") == Restart::on_failure);
  CHECK(parse_restart("never\n") == Restart::not_again);
  for (const char* const bad : {"", "\n", "Always", "on failure", "never never", "no"})
    CHECK_FALSE(parse_restart(bad));
}

TEST_CASE("pid-file is one path") {
  for (const char* const good : {"pid", " /run/web.pid\n", "a/b"})
    CHECK(is_valid(FileKind::path, good));
  for (const std::string& bad :
       {std::string(), std::string("\n"), std::string("a b"), std::string(128, 'x')})
    CHECK_FALSE(is_valid(FileKind::path, bad));
}

TEST_CASE("type names a suite that a directory was written for") {
  const FileKind kind = service_file_names[index_of_service_file("type")].kind;
  for (const char* const known : {"longrun\n", " encore"}) CHECK(is_valid(kind, known));
  for (const char* const unknown : {"", "oneshot", "bundle", "longrun encore"})
    CHECK_FALSE(is_valid(kind, unknown));
}

TEST_CASE("restart-delay is one or two times, without a unit in milliseconds") {
  CHECK(parse_delay("100 10000\n") == Delay{100ms, 10s});
  CHECK(parse_delay("100ms 10s\n") == Delay{100ms, 10s});
  CHECK(parse_delay("1min30s 1h") == Delay{90s, 1h});
  CHECK(parse_delay("500 2s") == Delay{500ms, 2s});
  CHECK(parse_delay("5s") == Delay{5s, 5s});
  CHECK(parse_delay("5") == Delay{5ms, 5ms});
  CHECK(parse_delay("\t0   0\n") == Delay{0s, 0s});
  for (const char* const bad :
       {"", " \n", "x", "10 5", "-1", "1 2 3", "5s 1s", "1 min", "10,20", "infinity",
        "99999999999999999999", "1 99999999999999999999", "0x10"})
    CHECK_FALSE(parse_delay(bad));
}

TEST_CASE("restart-delay may have words behind the times, in any order") {
  CHECK(parse_delay("1s at-least") == Delay{1s, 1s, true, 0});
  CHECK(parse_delay("1s 5s jitter 10%\n") == Delay{1s, 5s, false, 10});
  CHECK(parse_delay("1s 5s jitter 100% at-least") == Delay{1s, 5s, true, 100});
  CHECK(parse_delay("1s\nat-least\njitter 0%") == Delay{1s, 1s, true, 0});
  for (const char* const bad :
       {"at-least", "1s at-least 5s", "1s jitter", "1s jitter 10", "1s jitter 101%",
        "1s jitter -1%", "1s jitter %", "1s jitter 10% jitter 10%", "1s at-least at-least",
        "1s 2s 3s", "1s atleast", "1s jitter 10 %"})
    CHECK_FALSE(parse_delay(bad));
}

TEST_CASE("runtime-max is a time, and its jitter") {
  CHECK(parse_run_limit("1h\n") == RunLimit{1h, 0});
  CHECK(parse_run_limit("1h 30min") == RunLimit{90min, 0});
  CHECK(parse_run_limit("1h 30min jitter 5%") == RunLimit{90min, 5});
  CHECK(parse_run_limit("0") == RunLimit{never, 0});
  CHECK(parse_run_limit("infinity jitter 7%") == RunLimit{never, 0});
  for (const char* const bad : {"", "jitter 5%", "1h jitter", "1h jitter 5", "1h at-least", "1h x",
                                "1h jitter 5% 1h", "1hjitter5%"})
    CHECK_FALSE(parse_run_limit(bad));
}

TEST_CASE("kill-mode is one of four words") {
  CHECK(parse_kill_mode("group\n") == KillMode::group);
  CHECK(parse_kill_mode("process") == KillMode::process);
  CHECK(parse_kill_mode(" mixed") == KillMode::mixed);
  CHECK(parse_kill_mode("control-group") == KillMode::control_group);
  for (const char* const bad : {"", "none", "Group", "group mixed"})
    CHECK_FALSE(parse_kill_mode(bad));
}

TEST_CASE("max-restarts is a number and a time, without a unit in seconds") {
  CHECK(parse_limit("5 10\n") == Limit{5, 10s});
  CHECK(parse_limit("5 10s") == Limit{5, 10s});
  CHECK(parse_limit("3 1h 30min") == Limit{3, 90min});
  for (const char* const bad : {"", "5", "0 10", "5 0", "5 x", "-5 10", "5 10 15", "4294967296 1",
                                "5s 10", "1 99999999999999999999"})
    CHECK_FALSE(parse_limit(bad));
}

TEST_CASE("a timeout is a time, without a unit in milliseconds, and 0 means none") {
  CHECK(parse_timeout("0") == never);
  CHECK(parse_timeout("infinity") == never);
  CHECK(parse_timeout("20s\n") == 20s);
  CHECK(parse_timeout("500ms") == 500ms);
  CHECK(parse_timeout("1min 30s") == 90s);
  CHECK(parse_timeout("250\n") == 250ms);
  CHECK(parse_timeout("315360000000") == std::chrono::hours(24 * 3650));
  for (const char* const bad :
       {"", "\n", "-1", "1 2", "ten", "315360000001", "1e3", "18446744073709551616", "+5"})
    CHECK_FALSE(parse_timeout(bad));
  CHECK_FALSE(parse_timeout(std::string(1 << 20, '9')));
  CHECK_FALSE(parse_timeout(std::string_view("5\0", 2)));
}

TEST_CASE("only times in milliseconds without a unit are noticed") {
  CHECK(has_bare_below_second(FileKind::timeout, "20\n"));
  CHECK_FALSE(has_bare_below_second(FileKind::timeout, "20s"));
  for (const char* const text : {"100 10000", "0 5", "5", "1s 5", "5 1s"})
    CHECK(has_bare_below_second(FileKind::delay, text));
  for (const char* const text : {"100ms 10s", "0", "0 0", "1000 2000"})
    CHECK_FALSE(has_bare_below_second(FileKind::delay, text));
  for (const FileKind kind : {FileKind::limit, FileKind::descriptor, FileKind::signal})
    CHECK_FALSE(has_bare_below_second(kind, "5"));
}
