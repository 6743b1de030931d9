// SPDX-License-Identifier: ISC
// systemd itself tells which directives there are, and how names are escaped.
#include <unistd.h>

#include <sstream>

#include "import/directive.hh"
#include "import/unit_name.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char program[] = "/usr/lib/systemd/systemd";

bool is_asked(const std::string& section) {
  for (const char* const known : {"Unit", "Install", "Service", "Socket", "Timer", "Path"})
    if (section == known) return true;
  return false;
}

}  // namespace

TEST_CASE("there is an answer to every directive that systemd knows") {
  Sandbox box;
  if (access(program, X_OK) != 0) SKIP("systemd is not installed");
  const Result result = box.run({program, "--dump-configuration-items"});
  std::istringstream lines(result.out);
  std::string line, section, missing;
  size_t count = 0;
  while (std::getline(lines, line)) {
    if (!line.empty() && line.front() == '[') section = line.substr(1, line.find(']') - 1);
    const size_t sign = line.find('=');
    if (sign == std::string::npos || !is_asked(section)) continue;
    const std::string key = line.substr(0, sign);
    ++count;
    if (importer::find_directive(section, key) == nullptr) missing += section + "." + key + " ";
  }
  CHECK(missing == "");
  CHECK(count > 500);
}

TEST_CASE("names are unescaped as by systemd-escape") {
  Sandbox box;
  if (access("/usr/bin/systemd-escape", X_OK) != 0) SKIP("systemd-escape is not installed");
  for (const std::string name : {"a-b", "15-main", "a\\x2db", "dev-disk-by\\x2duuid-1"}) {
    CHECK(box.run({"systemd-escape", "--unescape", "--", name}).out ==
          importer::unescape_name(name) + "\n");
    CHECK(box.run({"systemd-escape", "--unescape", "--path", "--", name}).out ==
          importer::unescape_path(name) + "\n");
  }
}
