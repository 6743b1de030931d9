// SPDX-License-Identifier: ISC
#include "sv/definition.hh"

#include "catch.hh"

using namespace stoker;

namespace {

std::string quoted(std::string_view word) {
  ScriptText text;
  append_shell_word(text, word);
  return std::string(text.view());
}

}  // namespace

TEST_CASE("words of a script are quoted only where the shell would change them") {
  CHECK(quoted("/usr/sbin/httpd-2.4") == "/usr/sbin/httpd-2.4");
  CHECK(quoted("--user=a,b:c@d%1+2") == "--user=a,b:c@d%1+2");
  CHECK(quoted("") == "''");
  CHECK(quoted("daemon off;") == "'daemon off;'");
  CHECK(quoted("$HOME") == "'$HOME'");
  CHECK(quoted("it's") == "'it'\\''s'");
  CHECK(quoted("~") == "'~'");
}

TEST_CASE("a command that does not fit is known to be too long") {
  std::string word(20'000, 'a');
  char* const command[] = {word.data()};
  CHECK(run_script_of({{}, command}).truncated());
}
