// SPDX-License-Identifier: ISC
// envini: run a program with an environment kept in an INI file. See envini(8).
#include <cstdlib>

#include "base/ini_file.hh"
#include "base/options.hh"
#include "base/origin.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "base/text_file.hh"
#include "chain/run_next.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

// Sets PREFIX SECTION_NAME for each variable; names outside of sections have no SECTION_.
void apply_ini_file(const char* file, std::string_view prefix) {
  TextFile lines(file);
  Text<256> section;
  std::string_view text;
  while (lines.next(text)) {
    const IniLine line = parse_ini_line(text);
    if (line.kind == IniLine::Kind::section) section = Text<256>(line.name, "_");
    if (line.kind != IniLine::Kind::variable) continue;
    const Text<512> name(prefix, section.view(), line.name);
    if (name.truncated() || section.truncated()) lines.die_of_line("name too long");
    set_variable(name.c_str(), line.value);
  }
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"envini [-p prefix] file child",
                        "Run a program with environment variables from an INI file.\n"
                        "  -p prefix  put this in front of each name\n"};
  set_tool("envini");

  const char* const path = getenv("PATH");
  const char* prefix = "";
  Options options(argc, argv, &about);
  while (const char letter = options.next()) {
    if (letter != 'p') options.refuse(letter);
    prefix = options.required_value(letter);
  }
  if (options.count() < 2) usage(about.synopsis);

  apply_ini_file(options.arguments()[0], prefix);
  run_next(options.arguments() + 1, path, daemontools_wording);
}
