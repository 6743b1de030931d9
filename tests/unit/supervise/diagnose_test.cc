// SPDX-License-Identifier: ISC
#include "supervise/diagnose.hh"

#include <cerrno>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string hint_for(const ProgramFacts& facts) { return std::string(hint(facts).view()); }

}  // namespace

TEST_CASE("a missing file needs no hint") {
  CHECK(hint_for({.error = ENOENT}).empty());
  CHECK(hint_for({.error = ENOMEM, .exists = true}).empty());
}

TEST_CASE("a file that exists and yet is not found lacks its interpreter") {
  CHECK(hint_for({.error = ENOENT,
                  .exists = true,
                  .executable = true,
                  .first_line = "#!/no/such/shell -e"}) ==
        " (its interpreter /no/such/shell does not exist)");
  CHECK(
      hint_for(
          {.error = ENOENT, .exists = true, .executable = true, .first_line = "#! \t/bin/sh\r"}) ==
      " (its lines end with CR LF; save it with LF alone)");
  CHECK(hint_for({.error = ENOENT, .exists = true, .executable = true, .first_line = "\177ELF"}) ==
        " (the program's own loader is missing)");
}

TEST_CASE("a hint says why a file may not be executed") {
  CHECK(hint_for({.error = EACCES, .exists = true, .directory = true, .executable = true}) ==
        " (it is a directory)");
  CHECK(hint_for({.error = EACCES, .exists = true, .first_line = "#!/bin/sh"}) ==
        " (it is not executable: chmod +x)");
  CHECK(hint_for({.error = EACCES, .exists = true, .executable = true, .noexec_mount = true}) ==
        " (its file system is mounted noexec)");
  CHECK(hint_for(
            {.error = EACCES, .exists = true, .executable = true, .first_line = "#!/etc/passwd"}) ==
        " (its interpreter /etc/passwd cannot be executed)");
  CHECK(hint_for({.error = EACCES}).empty());
}

TEST_CASE("a hint says why a file is not a program") {
  CHECK(hint_for({.error = ENOEXEC, .exists = true, .empty = true, .executable = true}) ==
        " (the file is empty)");
  CHECK(hint_for(
            {.error = ENOEXEC, .exists = true, .executable = true, .first_line = "echo hello"}) ==
        " (a script must begin with a line like #!/bin/sh)");
  CHECK(hint_for(
            {.error = ENOEXEC, .exists = true, .executable = true, .first_line = "#!/tmp/text"}) ==
        " (its interpreter /tmp/text is no program)");
  CHECK(hint_for({.error = ENOEXEC, .exists = true, .executable = true, .first_line = "#!"}) ==
        " (a script must begin with a line like #!/bin/sh)");
}

TEST_CASE("a hint about a very long interpreter is cut, not broken") {
  const std::string line = "#!/" + std::string(250, 'x');
  const std::string text =
      hint_for({.error = ENOENT, .exists = true, .executable = true, .first_line = line});
  CHECK(text.ends_with(" does not exist)"));
  CHECK(text.size() < 256);
}
