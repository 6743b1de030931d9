// SPDX-License-Identifier: ISC
#include <algorithm>

#include "fuzz.hh"
#include "service/name_list.hh"

using namespace stoker;

namespace {

std::vector<std::string> names_of(std::string_view text, size_t piece) {
  std::vector<std::string> names;
  NameLines lines;
  std::string kept;
  for (size_t at = 0; at <= text.size(); at += piece) {
    kept += text.substr(at, piece);
    std::string_view rest = kept;
    while (const auto name = lines.next(rest, at + piece > text.size())) {
      expect(!name->empty() && name->size() <= longest_line, "a name that fits");
      expect(name->front() != '#', "no comment");
      names.emplace_back(*name);
    }
    expect(rest.size() <= longest_line, "no more is left than a line");
    kept = std::string(rest);
  }
  expect(kept.empty() || piece > text.size(), "nothing is left at the end");
  return names;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"db\ncache\n", "# all\n\n  db \r\n..\n/db\ndb/log\nweb\n", std::string(1500, 'x') + "\ny",
          std::string("d\0b\n\x7f\n", 6)};
}

// In whatever pieces a file is read, its names are the same, and each is good or has a reason.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  const auto names = names_of(text, 1 + size);
  for (const size_t piece : {1, 3, 512, 513})
    expect(names_of(text, piece) == names, "the same names");
  for (const std::string& name : names) {
    const NameFault fault = fault_of_service_name(name, "web");
    expect((fault == NameFault::none) == reason_of(fault).empty(), "a reason for each fault");
    if (fault != NameFault::none) continue;
    expect(name.size() <= longest_name && name != "web" && name.find('/') == name.npos, "a name");
    expect(
        std::none_of(name.begin(), name.end(), [](char byte) { return byte >= 0 && byte < ' '; }),
        "no control byte");
  }
  return 0;
}
