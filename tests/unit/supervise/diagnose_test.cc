// SPDX-License-Identifier: ISC
#include "supervise/diagnose.hh"

#include <cerrno>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

// What is said where the interpreter is not known.
std::string brief_hint(const ProgramFacts& facts) {
  return std::string(text_of(hint_for(facts)).view());
}

std::string hint_text(const ProgramFacts& facts, std::string_view interpreter) {
  return std::string(text_of(hint_for(facts), interpreter).view());
}

}  // namespace

TEST_CASE("a missing file needs no hint") {
  CHECK(hint_for({.error = ENOENT}) == Hint::none);
  CHECK(hint_for({.error = ENOMEM, .exists = true}) == Hint::none);
  CHECK(text_of(Hint::none).empty());
}

TEST_CASE("a file that exists and yet is not found lacks its interpreter") {
  const ProgramFacts lost{.error = ENOENT,
                          .exists = true,
                          .executable = true,
                          .permitted = true,
                          .first_line = "#!/no/such/shell -e"};
  CHECK(brief_hint(lost) == " (its interpreter does not exist)");
  CHECK(hint_text(lost, "/no/such/shell") == " (its interpreter /no/such/shell does not exist)");
  CHECK(brief_hint({.error = ENOENT, .exists = true, .first_line = "#! \t/bin/sh\r"}) ==
        " (its lines end with CR LF; save it with LF alone)");
  CHECK(brief_hint({.error = ENOENT, .exists = true, .first_line = "\177ELF"}) ==
        " (the program's own loader is missing)");
}

TEST_CASE("a hint says why a file may not be executed") {
  ProgramFacts facts{.error = EACCES, .exists = true, .first_line = "#!/etc/passwd"};
  CHECK(brief_hint(facts) == " (it is not executable: chmod +x)");
  facts.executable = true;
  CHECK(brief_hint(facts) == " (its mode does not permit this user to execute it)");
  facts.permitted = true;
  CHECK(hint_text(facts, "/etc/passwd") == " (its interpreter /etc/passwd cannot be executed)");
  facts.noexec_mount = true;
  CHECK(brief_hint(facts) == " (its file system is mounted noexec)");
  facts.directory = true;
  CHECK(brief_hint(facts) == " (it is a directory)");
  CHECK(hint_for({.error = EACCES}) == Hint::none);
}

TEST_CASE("a hint says why a file is not a program") {
  ProgramFacts facts{.error = ENOEXEC, .exists = true, .executable = true, .permitted = true};
  facts.first_line = "#!/tmp/text";
  CHECK(hint_text(facts, "/tmp/text") == " (its interpreter /tmp/text is no program)");
  for (const std::string_view line : {"echo hello", "#!"}) {
    facts.first_line = line;
    CHECK(brief_hint(facts) == " (a script must begin with a line like #!/bin/sh)");
  }
  facts.empty = true;
  CHECK(brief_hint(facts) == " (the file is empty)");
}

TEST_CASE("a hint about a very long interpreter is cut, not broken") {
  const std::string text =
      std::string(text_of(Hint::no_interpreter, "/" + std::string(250, 'x')).view());
  CHECK(text.ends_with(" does not exist)"));
  CHECK(text.size() < 256);
}
