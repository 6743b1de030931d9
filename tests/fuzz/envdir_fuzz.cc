// SPDX-License-Identifier: ISC
// What a chain loader reads from files and words that others write.
#include "base/ini_file.hh"
#include "chain/env_directory.hh"
#include "chain/identity.hh"
#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"value\nmore",
          "blanks \t ",
          std::string("nul\0inside\n", 11),
          "",
          "\n",
          "1234:55:66:77",
          "[section]\n",
          "name = value ; x",
          "; comment",
          "4294967295:0:1:2",
          " [ blank ] "};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  std::string file(text);
  if (const auto value = variable_value(file)) {
    expect(size > 0, "an empty file is no value");
    expect(value->find('\0') == std::string_view::npos, "a value has no NUL");
    expect(value->size() <= size, "a value is no longer than its file");
    expect(value->empty() || (value->back() != ' ' && value->back() != '\t'),
           "a value ends without blanks");
  } else {
    expect(size == 0, "only an empty file is no value");
  }
  if (const auto ids = parse_ids(text)) {
    expect(ids->group_count > 0, "a user has a group");
    std::string again = std::to_string(ids->user);
    for (size_t i = 0; i < ids->group_count; ++i) again += ":" + std::to_string(ids->groups[i]);
    const auto same = parse_ids(again);
    expect(same && same->groups == ids->groups, "ids are read as they are written");
  }
  const IniLine line = parse_ini_line(text);
  expect(line.name.size() + line.value.size() <= size, "a line's parts are in it");
  if (line.kind == IniLine::Kind::variable) expect(!line.name.empty(), "a variable has a name");
  return 0;
}
