// SPDX-License-Identifier: ISC
// The settings by name, which svlogd's config and multilog's script share.
#include <csignal>
#include <ctime>
#include <filesystem>
#include <regex>

#include "base/tai64n.hh"
#include "logdir/archive.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

uint64_t bytes_in(const Sandbox& box, const std::string& directory) {
  uint64_t bytes = 0;
  for (const std::string& name : box.list(directory))
    if (name.starts_with("@") || name == "current")
      bytes += box.read(directory + "/" + name).size();
  return bytes;
}

// An old log that was rotated `seconds` seconds ago.
std::string rotated_ago(Sandbox& box, uint64_t seconds) {
  Tai64n label = tai_now();
  label.seconds -= seconds;
  const std::string name(archive_name(label, "s").view());
  box.write("logs/" + name, "old\n");
  box.mode("logs/" + name, 0744);
  return name;
}

// A zone in which it is now `seconds` seconds before noon.
std::string zone_before_noon(int seconds) {
  const time_t here = time(nullptr);
  const int wanted = 12 * 3600 - seconds;
  const int ahead = wanted - static_cast<int>(here % 86400);
  const int size = std::abs(ahead);
  return std::string("XXX") + (ahead > 0 ? "-" : "+") + std::to_string(size / 3600) + ":" +
         std::to_string(size / 60 % 60) + ":" + std::to_string(size % 60);
}

bool is_all(const std::string& text, const std::string& form) {
  const std::regex expected(form);
  for (const std::string& line : lines_of(text))
    if (!std::regex_match(line, expected)) return false;
  return !text.empty();
}

}  // namespace

TEST_CASE("a directory stays within its total, including current") {
  Sandbox box;
  box.write("logs/config", "s2000\nn0\nkeep-total 8000\n");
  const std::string input = numbered(1, 1000, 49);
  CHECK(box.run({"svlogd", "logs"}, {.input = input}).code == 0);
  CHECK(bytes_in(box, "logs") <= 8000);
  CHECK(bytes_in(box, "logs") > 5000);
  CHECK(input.ends_with(logged(box, "logs")));
  CHECK(box.run({"multilog", "s4096", "n100", "keep-total=16k", "./two"}, {.input = input}).code ==
        0);
  CHECK(bytes_in(box, "two") <= 16384);
  CHECK(bytes_in(box, "two") > 10000);
  CHECK(input.ends_with(logged(box, "two")));
}

TEST_CASE("old logs are deleted when they are too old, even if no line comes") {
  Sandbox box;
  const std::string yesterday = rotated_ago(box, 100000), today = rotated_ago(box, 80000);
  const std::string soon = rotated_ago(box, 86399);
  box.write("logs/config", "n0\nkeep-for 1d\n");
  const Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  box.wait_for([&] { return !box.exists("logs/" + yesterday); }, "it is not deleted");
  box.wait_for([&] { return !box.exists("logs/" + soon); }, "it does not become too old");
  CHECK(box.exists("logs/" + today));
  CHECK(logger.err() == "");
}

TEST_CASE("a label from before the clock was set has no age, and one ahead is kept") {
  Sandbox box;
  const std::string in_1970 = std::string(archive_name({Tai64n::epoch + 50, 0}, "s").view());
  const std::string in_2038 =
      std::string(archive_name({Tai64n::epoch + 2147483647, 0}, "s").view());
  box.write("logs/" + in_1970, "old\n");
  box.write("logs/" + in_2038, "new\n");
  const std::string yesterday = rotated_ago(box, 100000);
  CHECK(box.run({"multilog", "n9", "keep-for 1d", "./logs"}, {.input = "x\n"}).code == 0);
  CHECK_FALSE(box.exists("logs/" + yesterday));
  CHECK(logged(box, "logs") == "old\nnew\nx\n");
}

TEST_CASE("a log is rotated at its time of day") {
  // A machine under load may need longer until the line is there; then it is too late.
  for (int seconds = 2; seconds <= 8; seconds *= 2) {
    Sandbox box;
    box.write("logs/config", "rotate-at 12:00\n");
    const time_t noon = time(nullptr) + seconds;
    Process logger = box.start({"svlogd", "logs"},
                               {.environment = {{"TZ", zone_before_noon(seconds)}}, .fed = true});
    logger.feed("before\n");
    await_logged(box, "logs", "before\n");
    if (time(nullptr) >= noon - 1) continue;
    await_old_logs(box, "logs", 1);
    logger.feed("after\n");
    await_logged(box, "logs", "before\nafter\n");
    CHECK(box.read("logs/current") == "after\n");
    return;
  }
  FAIL("it is too slow to be in time");
}

TEST_CASE("a log that missed its time of day is rotated at startup") {
  for (const Argv& logger :
       {Argv{"svlogd", "logs"}, Argv{"multilog", "rotate-at=12:00Z", "./logs"}}) {
    Sandbox box;
    box.write("logs/config", "rotate-at 12:00Z\n");
    box.write("logs/current", "old\n");
    box.mode("logs/current", 0744);
    CHECK(box.run({"touch", "-d", "2026-01-01 12:00", "logs/current"}).code == 0);
    CHECK(box.run(logger, {.input = "new\n"}).code == 0);
    CHECK(old_logs(box, "logs").size() == 1);
    CHECK(box.read("logs/current") == "new\n");
  }
}

TEST_CASE("more lines a second than allowed are suppressed and counted, in one line") {
  Sandbox box;
  box.write("logs/config", "s0\nlimit-rate 10\np> \n-drop*\n");
  Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  std::string burst;
  for (int i = 0; i < 1000; ++i) burst += "line\ndrop\n";
  logger.feed(burst);
  // It is reported without any further input.
  box.wait_for([&] { return contains(logged(box, "logs"), "suppressed "); }, "it does not say so");
  size_t shown = 0, suppressed = 0;
  for (const std::string& line : lines_of(logged(box, "logs"))) {
    if (line == "> line") ++shown;
    if (line.starts_with("> suppressed ")) suppressed += std::stoul(line.substr(13));
  }
  CHECK(shown + suppressed == 1000);
  CHECK(shown >= 10);
  CHECK(shown <= 100);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("the last suppressed lines are reported at exit") {
  Sandbox box;
  const Result result =
      box.run({"multilog", "t", "s99999999", "limit-rate=5", "./logs", "limit-rate=0", "./all"},
              {.input = numbered(1, 500)});
  CHECK(result.code == 0);
  CHECK(without_stamps(logged(box, "all"), 26) == numbered(1, 500));
  size_t reported = 0;
  for (const std::string& line : lines_of(without_stamps(logged(box, "logs"), 26)))
    reported += line.starts_with("suppressed ") ? std::stoul(line.substr(11)) : 1;
  CHECK(reported == 500);
  CHECK(contains(lines_of(logged(box, "logs")).back(), " suppressed "));
}

TEST_CASE("selected lines are mirrored with a name before each") {
  Sandbox box;
  box.write("web/config", "mirror stdout\n-*\n+a*\n");
  box.write("all/config", "mirror stderr some thing\np: \n");
  const Result result = box.run({"svlogd", "-t", "web", "all"}, {.input = "ab\nb\nac"});
  CHECK(result.code == 0);
  CHECK(result.out == "[web] ab\n[web] ac\n");
  CHECK(result.err == "[some thing] ab\n[some thing] b\n[some thing] ac\n");
  const Result script = box.run({"multilog", "t", "mirror stdout", "./one", "mirror=none", "./two"},
                                {.input = "x\n"});
  CHECK(script.out == "[one] x\n");
}

TEST_CASE("a mirror without a reader does not stop the log, and reports what it lost") {
  Sandbox box;
  box.write("logs/config", "mirror stdout\ns0\n");
  box.write("in", numbered(1, 20000, 49));
  Channel shown = box.channel("shown");  // open, and not read yet
  box.script("service", "cat in; read order <$ORDERS; echo more");
  const Process logger = box.start({"sh", "-c", "./service | svlogd logs >shown"});
  await_logged(box, "logs", numbered(1, 20000, 49));
  CHECK(shown.line() == "[logs] " + lines_of(numbered(1, 1, 49))[0]);
  box.order();
  size_t seen = 1, lost = 0;
  for (std::string line; line != "[logs] more"; line = shown.line()) {
    if (line.starts_with("[log] dropped ")) lost += std::stoul(line.substr(14));
    if (line.starts_with("[logs] ") && line.size() > 20) ++seen;
  }
  CHECK(lost > 0);
  CHECK(seen + lost == 20000);
  CHECK(logger.wait() == 0);
}

TEST_CASE("a mirror whose reader has gone does no harm") {
  Sandbox box;
  box.write("logs/config", "mirror stdout\n");
  CHECK(box.run({"sh", "-c", "(seq 1 5000 | svlogd logs; echo $? >code) | true"}).code == 0);
  CHECK(box.read("code") == "0\n");
  CHECK(logged(box, "logs") == numbered(1, 5000));
}

TEST_CASE("patterns may be regular expressions") {
  Sandbox box;
  box.write("logs/config", "-*\nmatch regex\n+^(GET|PUT) /[0-9]+$\nmatch simple\n+x+y\n");
  const std::string input = "GET /1\nPUT /x\nPUT /22\n POST /1\nxyy\nGET /a\n";
  CHECK(box.run({"svlogd", "logs"}, {.input = input}).code == 0);
  CHECK(logged(box, "logs") == "GET /1\nPUT /22\nxyy\n");
  CHECK(box.run({"multilog", "match=regex", "-.", "+(GET|PUT) /[0-9]", "./two", "S", "+P*", "e"},
                {.input = input})
            .err == "GET /1\nPUT /x\nPUT /22\n");
  CHECK(logged(box, "two") == "GET /1\nPUT /22\n");
}

TEST_CASE("an invalid regular expression is reported") {
  Sandbox box;
  box.write("logs/config", "match regex\n-a(b\n-x\n");
  const Result result = box.run({"svlogd", "logs"}, {.input = "a(b\nx\n"});
  CHECK(result.code == 0);
  CHECK(std::regex_match(result.err,
                         std::regex("svlogd: warning: invalid line in logs/config: -a\\(b: .+\n")));
  CHECK(logged(box, "logs") == "a(b\n");
  const Result script = box.run({"multilog", "match regex", "+[", "./two"});
  CHECK(script.code == 111);
  CHECK(
      std::regex_match(script.err, std::regex("multilog: fatal: invalid argument: \\+\\[: .+\n")));
}

TEST_CASE("HUP recompiles the expressions") {
  Sandbox box;
  box.write("logs/config", "match regex\n-^b\n");
  Process logger = box.start({"svlogd", "-v", "logs"}, {.fed = true});
  for (int round = 1; round <= 5; ++round) {
    logger.feed("a\nb\n");
    std::string expected;
    for (int i = 0; i < round; ++i) expected += i % 2 == 0 ? "a\n" : "b\n";
    await_logged(box, "logs", expected);
    box.write("logs/config", round % 2 == 0 ? "match regex\n-^b\n" : "match regex\n-^a\n");
    logger.signal(SIGHUP);
    box.wait_for(
        [&] {
          size_t found = 0, at = 0;
          while ((at = logger.err().find("read: ", at)) != std::string::npos) ++found, ++at;
          return found == static_cast<size_t>(round) + 1;
        },
        "it does not read again");
  }
}

TEST_CASE("an invalid word is fatal in a script, a warning in a config") {
  Sandbox box;
  const Result script = box.run({"multilog", "keep-for=1x", "./logs"});
  CHECK(script.code == 111);
  CHECK(script.err == "multilog: fatal: invalid argument: keep-for=1x\n");
  box.write("logs/config", "on-full never\n");
  const Result config = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(config.code == 0);
  CHECK(config.err == "svlogd: warning: invalid line in logs/config: on-full never\n");
}

TEST_CASE("logs have the requested mode, and the mark of a clean exit") {
  Sandbox box;
  box.write("logs/config", "mode 640\ns2000\n!cat\n");
  Process logger = box.start({"sh", "-c", "umask 077; exec svlogd logs"}, {.fed = true});
  logger.feed(numbered(1, 20, 49) + "x\n");
  await_old_logs(box, "logs", 1);
  box.wait_for([&] { return mode_of(box, "logs/" + old_logs(box, "logs")[0]) == 0640; },
               "the mode stays");
  CHECK(mode_of(box, "logs/current") == 0640);
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(mode_of(box, "logs/current") == 0740);
  CHECK(box.run({"multilog", "mode=600", "./two"}, {.input = "x\n"}).code == 0);
  CHECK(mode_of(box, "two/current") == 0700);
  CHECK(box.run({"multilog", "mode=600", "./two"}, {.input = "y\n"}).code == 0);
  CHECK(logged(box, "two") == "x\ny\n");
}

TEST_CASE("each directory may have time stamps of its own") {
  Sandbox box;
  const std::string clock = "[0-2][0-9]:[0-5][0-9]:[0-6][0-9]";
  const std::map<std::string, std::string> forms = {
      {"none", "x"},
      {"tai64n", "@4[0-9a-f]{23} x"},
      {"seconds", "[0-9]{10}\\.[0-9]{6} x"},
      {"utc", "[0-9]{4}-[0-9]{2}-[0-9]{2}_" + clock + "\\.[0-9]{5} x"},
      {"utc-t", "[0-9]{4}-[0-9]{2}-[0-9]{2}T" + clock + "\\.[0-9]{5} x"},
      {"local", "[0-9]{4}-[0-9]{2}-[0-9]{2}_" + clock + "\\.[0-9]{5} x"},
      {"local-t", "[0-9]{4}-[0-9]{2}-[0-9]{2}T" + clock + "\\.[0-9]{5} x"},
      {"iso", "[0-9]{4}-[0-9]{2}-[0-9]{2}T" + clock + "\\.[0-9]{6}Z x"},
      {"iso-local", "[0-9]{4}-[0-9]{2}-[0-9]{2}T" + clock + "\\.[0-9]{6}\\+05:30 x"},
  };
  for (const auto& [name, form] : forms) {
    INFO(name);
    box.remove("logs");
    box.write("logs/config", "date " + name + "\n");
    CHECK(
        box.run({"svlogd", "-t", "logs"}, {.environment = {{"TZ", "XXX-5:30"}}, .input = "x\nx\n"})
            .code == 0);
    CHECK(is_all(logged(box, "logs"), form));
  }
  const Result script = box.run({"multilog", "date=iso-local", "e"},
                                {.environment = {{"TZ", "XXX-5:30"}}, .input = "x\n"});
  CHECK(is_all(script.err, forms.at("iso-local")));
}

TEST_CASE("runit and daemontools ignore words, and letters mean the same to them") {
  for (const std::string program : {"svlogd", "multilog"}) {
    const std::string path = genuine(program);
    if (path.empty()) SKIP("needs " + program);
    Sandbox box;
    const std::vector<std::string> words = {
        "keep-total 1",  "keep-for 1", "rotate-at 12:00", "limit-rate 1", "on-full drop-new",
        "mirror stderr", "date utc",   "mode 600",        "match regex",  "forward udp:127.0.0.1"};
    std::string config;
    Argv script = {path};
    for (const std::string& word : words) {
      config += word + "\n";
      script.push_back(word);
    }
    box.write("logs/config", config);
    script.emplace_back("./logs");
    const Argv argv = program == "svlogd" ? Argv{path, "logs"} : script;
    const Result result = box.run(argv, {.input = "a\nb\n"});
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(logged(box, "logs") == "a\nb\n");
    CHECK((mode_of(box, "logs/current") & 0777) == 0744);
  }
}
