// SPDX-License-Identifier: ISC
// The examples in the loggers' manuals work as the manuals describe.
#include <filesystem>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// The literal displays after the heading EXAMPLES, as a reader sees them.
std::vector<std::string> examples_of(const std::string& page) {
  std::vector<std::string> found;
  bool there = false, inside = false;
  for (std::string line : lines_of(contents_of("man/" + page))) {
    if (line.starts_with(".Sh ")) there = line == ".Sh EXAMPLES";
    if (there && line.starts_with(".Bd -literal")) {
      found.emplace_back();
      inside = true;
    } else if (line == ".Ed") {
      inside = false;
    } else if (there && inside) {
      for (size_t at; (at = line.find("\\e")) != std::string::npos;) line.replace(at, 2, "\\");
      if (line.starts_with("\\&")) line.erase(0, 2);
      found.back() += line + "\n";
    }
  }
  return found;
}

// The one example that has this in it.
std::string example(const std::string& page, const std::string& part) {
  std::string found;
  for (const std::string& one : examples_of(page))
    if (contains(one, part)) found += one;
  INFO(part);
  REQUIRE_FALSE(found.empty());
  return found;
}

// In the sandbox instead of the system.
std::string moved(const Sandbox& box, std::string text) {
  for (size_t at = 0; (at = text.find("/var/log", at)) != std::string::npos; at += 5)
    text.replace(at, 8, box.path("var"));
  return text;
}

Result run_example(Sandbox& box, const std::string& text, const std::string& input) {
  box.write("example", moved(box, text));
  return box.run({"sh", "example"}, {.input = input});
}

}  // namespace

TEST_CASE("svlogd's examples of run files work") {
  Sandbox box;
  const Result simple = run_example(box, example("svlogd.8", "-tt /var/log/web\n"), "x\n");
  CHECK(simple.code == 0);
  CHECK(without_stamps(logged(box, "var/web"), 26) == "x\n");
  box.write("var/web/errors/config", example("svlogd.8", "+*: error: *"));
  const Result two = run_example(box, example("svlogd.8", "/var/log/web/errors"),
                                 "a: error: b\nc: info: d\ne: fatal: f\n");
  CHECK(two.err.empty());
  CHECK(without_stamps(logged(box, "var/web/all"), 26) == "a: error: b\nc: info: d\ne: fatal: f\n");
  CHECK(without_stamps(logged(box, "var/web/errors"), 26) == "a: error: b\ne: fatal: f\n");
}

TEST_CASE("svlogd's examples of configurations work") {
  Sandbox box;
  box.write("web/config", example("svlogd.8", "!gzip"));
  const Result compressed = box.run({"svlogd", "web"}, {.input = "web: error: x\ny\n"});
  CHECK(compressed.err == "web: error: x\n");
  CHECK(logged(box, "web") == "web: error: x\ny\n");

  box.write("bounded/config", example("svlogd.8", "on-full drop-old"));
  const Result bounded = box.run({"svlogd", "bounded"}, {.input = "x\n"});
  CHECK(bounded.err.empty());
  CHECK(bounded.out == "[web] x\n");

  box.write("requests/config", example("svlogd.8", "match regex"));
  std::string many;
  for (int i = 0; i < 500; ++i) many += "\"GET /x\" 500\n";
  const Result failed =
      box.run({"svlogd", "requests"}, {.input = "\"GET /\" 200\n1 \"PUT /a\" 503 x\n" + many});
  CHECK(failed.err.empty());
  CHECK(logged(box, "requests").starts_with("1 \"PUT /a\" 503 x\n\"GET /x\" 500\n"));
  CHECK(contains(logged(box, "requests"), "suppressed "));
}

TEST_CASE("multilog's examples work") {
  Sandbox box;
  const std::string input = "a\nfatal: c\nerror: e\n";
  CHECK(run_example(box, example("multilog.8", "./trouble"), input).code == 0);
  CHECK(without_stamps(logged(box, "main"), 26) == input);
  CHECK(without_stamps(logged(box, "trouble"), 26) == "fatal: c\nerror: e\n");
  for (const std::string other : {"!gzip", "keep-total"}) {
    box.remove("main");
    const Result result = run_example(box, example("multilog.8", other), input);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(without_stamps(logged(box, "main"), 26) == input);
  }
}

TEST_CASE("the filters' examples work") {
  Sandbox box;
  std::string stamps = example("tai64n.8", "tai64n");
  stamps.replace(0, stamps.find(" | "), "echo x");
  box.directory("var");
  CHECK(run_example(box, stamps, "").code == 0);
  std::string reads = example("tai64nlocal.8", "tai64nlocal");
  reads.replace(0, reads.find(" | "), "cat var/mydaemon");
  const Result shown = run_example(box, reads, "");
  CHECK(shown.code == 0);
  CHECK(shown.out.size() == 32);
  CHECK(shown.out.ends_with(" x\n"));
}

TEST_CASE("syslogtap's examples of configurations select what they describe") {
  Sandbox box;
  const std::vector<std::string> examples = examples_of("syslogtap.8");
  const auto has = [](const std::string& part) {
    return [part](const std::string& text) { return contains(text, part); };
  };
  const auto mail = std::find_if(examples.begin(), examples.end(), has("+mail"));
  const auto urgent = std::find_if(examples.begin(), examples.end(), has("match regex"));
  REQUIRE(mail != examples.end());
  REQUIRE(urgent != examples.end());
  box.write("var/mail/config", *mail);
  box.write("var/urgent/config", *urgent);
  const Result result = run_example(box, example("syslogtap.8", "svlogd -tt"),
                                    "mail.info: a\ndaemon.crit: b\nuser.notice: alert: c\n");
  CHECK(result.err.empty());
  CHECK(without_stamps(logged(box, "var/mail"), 26) == "mail.info: a\n");
  CHECK(without_stamps(logged(box, "var/urgent"), 26) == "daemon.crit: b\n");
  CHECK(lines_of(logged(box, "var/all")).size() == 3);
}
