// SPDX-License-Identifier: ISC
// What a jail gets as arguments: paths and lists of system calls.
#include "fuzz.hh"
#include "jail/call_filter.hh"
#include "jail/rules.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"/usr\n/usr/local/lib\n/\n/etc",
          "/a/../b",
          "/a//b/",
          "@system-service",
          "~@mount,ptrace read",
          "@system-service ~@privileged",
          "@privileged\t@nosuch"};
}

namespace {

// A rule of some kind for each line.
void check_rules(std::string text) {
  PathRules rules;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '\n' && text[i] != '\0') continue;
    if (i < text.size()) text[i] = '\0';
    const char* const path = text.c_str() + begin;
    const auto kind = static_cast<PathRule::Kind>(begin % 10);
    if (is_clean_path(path) && !rules.add({kind, path, "/source"})) break;
    begin = i + 1;
  }
  const Mounts mounts = mounts_for(rules.items());
  expect(mounts.items().size() <= rules.items().size(), "rules are only put together");
  for (size_t i = 0; i < mounts.items().size(); ++i)
    for (size_t j = i + 1; j < mounts.items().size(); ++j) {
      const std::string_view one = mounts.items()[i].path, later = mounts.items()[j].path;
      expect(one != later, "each path comes once");
      expect(!is_within(one, later), "outer paths come first");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  check_rules(std::string(text));
  CallFilter filter;
  if (!filter.add_list(text) || !filter.any()) return 0;
  FilterStep steps[4096];
  const size_t count = compile_filter(filter, 1, verdict::kill, steps);
  expect(count > 4, "every filter has a program");
  for (size_t i = 0; i < count; ++i) {
    const bool jumps = (steps[i].code & 7) == 5;
    if (jumps) expect(i + 1 + steps[i].if_true < count, "no jump leads out of the program");
  }
  expect(steps[count - 1].code == 6, "a program ends with an answer");
  return 0;
}
