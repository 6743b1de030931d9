// SPDX-License-Identifier: ISC
// What examples/container, examples/kubernetes and examples/migrate describe, done with the
// programs themselves: the trees run, and the numbers belong together.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream stream("examples/" + file);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void copy(Sandbox& box, const std::string& from, const std::string& to) {
  std::filesystem::copy("examples/" + from, box.path(to), std::filesystem::copy_options::recursive);
}

int number_after(const std::string& text, const std::string& words) {
  std::smatch match;
  const std::regex pattern(words + "[^0-9]*([0-9]+)");
  REQUIRE(std::regex_search(text, match, pattern));
  return std::stoi(match[1]);
}

// A program that the services of the example call.
void program(Sandbox& box, const std::string& name, const std::string& body) {
  box.script("bin/" + name, body);
}

Setup with_programs(const Sandbox& box) {
  Setup setup;
  setup.environment["PATH"] = box.path("bin") + ":" + program_directory() + ":/usr/bin:/bin";
  return setup;
}

}  // namespace

TEST_CASE("the tree of the container example is healthy, and drains when it is asked to stop") {
  Sandbox box;
  copy(box, "container/services", "services");
  box.state_root(box.path("state"));
  const Process scanner = box.start({"svscan", "-S", "state", "--output", "prefix", "services"});
  const Setup probe{
      .environment = {{"SVDIR", box.path("services")}, {"SVSTATE", box.path("state")}}};
  box.wait_for(
      [&] {
        return box.run({"sv", "health", "--ready"}, probe).code == 0;
      },
      "not healthy");
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  for (const char* const line : {"[web] serving\n", "[web] draining\n", "[worker] working\n"})
    CHECK(contains(scanner.out(), line));
}

TEST_CASE("the times in the examples for containers are consistent") {
  const std::string compose = text_of("container/compose.yaml");
  constexpr int usual_grace = 9;
  CHECK(number_after(compose, "stop_grace_period:") > usual_grace);
  const std::string deployment = text_of("kubernetes/deployment.yaml");
  CHECK(number_after(deployment, "terminationGracePeriodSeconds:") >
        number_after(deployment, "--pre-stop-delay, ") + number_after(deployment, " -g, "));
}

TEST_CASE("the commands in the examples for containers are valid") {
  Sandbox box;
  box.directory("empty");
  for (const char* const file :
       {"container/Dockerfile", "container/Dockerfile.scratch", "kubernetes/deployment.yaml"}) {
    const std::string text = text_of(file);
    std::smatch match;
    REQUIRE(std::regex_search(text, match, std::regex("\\[\"?(/bin/)?svscan\"?, (.*)\\]")));
    std::string list = match[2];
    Argv argv{"svscan"};
    const std::regex word("[^\", ]+");
    for (std::sregex_iterator at(list.begin(), list.end(), word), end; at != end; ++at)
      argv.push_back(at->str() == "/run/service"   ? box.path("state")
                     : at->str() == "/etc/service" ? box.path("empty")
                                                   : at->str());
    argv.insert(argv.end(), {"--", "true"});
    const Result result = box.run(argv);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
  }
}

TEST_CASE("from s6-overlay: the oneshot completes, and the exit of web stops the container") {
  Sandbox box;
  copy(box, "migrate/s6-overlay/after", "services");
  program(box, "migrate", "echo migrated >$EVENTS");
  program(box, "web-server", "read order <$ORDERS; exit 4");
  const Process scanner = box.start({"svscan", "services"}, with_programs(box));
  CHECK(box.event() == "migrated");
  box.order();
  CHECK(scanner.wait() == 4);
}

TEST_CASE("from supervisord: directory, environment, retries and stop signal are kept") {
  Sandbox box;
  copy(box, "migrate/supervisord/after", "services");
  program(box, "web-server", "exec $SERVE \"$PWD $MODE\" QUIT=QUIT!0");
  const Process scanner = box.start({"svscan", "services"}, with_programs(box));
  CHECK(box.event() == "/tmp production");
  scanner.signal(SIGTERM);
  CHECK(box.event() == "QUIT");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("from tini and a script: the server starts when the worker answers") {
  Sandbox box;
  copy(box, "migrate/tini/after", "services");
  program(box, "worker",
          "echo worker >$EVENTS; read order <$ORDERS; : >$BOX/answers; exec sleep 1000");
  program(box, "worker-ping", "test -e $BOX/answers");
  program(box, "web-server", "echo web >$EVENTS; exit 6");
  const Process scanner = box.start({"svscan", "services", "--", "web-server"}, with_programs(box));
  CHECK(box.event() == "worker");
  box.order();
  CHECK(box.event() == "web");
  CHECK(scanner.wait() == 6);
}
