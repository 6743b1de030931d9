// SPDX-License-Identifier: ISC
#include "logger/script.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

Script after(const std::vector<const char*>& arguments) {
  Script script;
  for (const char* const argument : arguments) script.take(argument);
  return script;
}

uint64_t size_of(const char* argument) { return after({argument}).settings().limits.size; }
uint32_t kept(const char* argument) { return after({argument}).settings().limits.keep; }
std::string code(const char* argument) { return std::string(after({argument}).settings().code); }

}  // namespace

TEST_CASE("a script lists actions on lines, in order") {
  Script script;
  CHECK(script.take("-*") == ScriptStep::rule);
  CHECK(script.value() == "*");
  CHECK(script.take("+*bad*") == ScriptStep::rule);
  CHECK(script.value() == "*bad*");
  CHECK(script.take("e") == ScriptStep::alert);
  CHECK(script.take("=state/last") == ScriptStep::status);
  CHECK(script.value() == "state/last");
  CHECK(script.take("./main") == ScriptStep::directory);
  CHECK(script.value() == "./main");
  CHECK(script.take("/var/log/x") == ScriptStep::directory);
  CHECK(script.take("main") == ScriptStep::none);
  CHECK(script.take("") == ScriptStep::none);
}

TEST_CASE("without a word, logs are small and there are ten of them with current") {
  const Script script;
  CHECK(script.settings().limits.size == 99999);
  CHECK(script.settings().limits.slack == 2000);
  CHECK(script.settings().limits.keep == 9);
  CHECK(script.stamp() == StampForm::none);
  CHECK(script.settings().code == "s");
  CHECK(script.processor() == nullptr);
}

TEST_CASE("time stamps are requested by the first argument only") {
  CHECK(after({"t"}).stamp() == StampForm::tai64n);
  CHECK(after({"T"}).stamp() == StampForm::seconds);
  CHECK(after({"./x", "t"}).stamp() == StampForm::none);
  CHECK(after({"", "t"}).stamp() == StampForm::none);
}

TEST_CASE("sizes stay within bounds, whatever is requested") {
  CHECK(size_of("s5000") == 5000);
  CHECK(size_of("s1") == 4096);
  CHECK(size_of("s") == 4096);
  CHECK(size_of("sfoo") == 4096);
  CHECK(size_of("s16777216") == 16777216);
  CHECK(size_of("s99999999999999999999999999") == 2147483647);
  CHECK(size_of("s5000x") == 5000);
}

TEST_CASE("at least one old log is kept beside current") {
  CHECK(kept("n3") == 2);
  CHECK(kept("n2") == 1);
  CHECK(kept("n1") == 1);
  CHECK(kept("n") == 1);
  CHECK(kept("n99999999999999999999") == UINT32_MAX - 2);
}

TEST_CASE("settings are for the directories that follow") {
  Script script;
  script.take("!gzip");
  script.take("wlog");
  CHECK(std::string(script.processor()) == "gzip");
  CHECK(script.settings().code == "log");
  script.take("!");
  script.take("w");
  CHECK(script.processor() == nullptr);
  CHECK(script.settings().code == "s");
}

TEST_CASE("codes with another meaning, or with slashes, are refused") {
  CHECK(code("wgz") == "gz");
  CHECK(code("wu") == "s");
  CHECK(code("wt") == "s");
  CHECK(code("wa/b") == "s");
  CHECK(code(("w" + std::string(37, 'x')).c_str()) == std::string(37, 'x'));
  CHECK(code(("w" + std::string(38, 'x')).c_str()) == "s");
}

TEST_CASE("F and S change what patterns mean from there on") {
  CHECK(after({}).patterns() == PatternKind::stars);
  CHECK(after({"F"}).patterns() == PatternKind::shell);
  CHECK(after({"F", "S"}).patterns() == PatternKind::stars);
}
