// SPDX-License-Identifier: ISC
#include "chain/env_file.hh"

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"A=1\nB=two words\n",  "# comment \\\nA='x\ny' \"z\\n\\\"\"\n",
          "A=one\\\ntwo\\",      "export A=1\n=2\n3C=4\n",
          " ; x\n\r\nA= \"open", "A=b\"c'd\\"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  std::vector<char> room(size);
  EnvFileReader reader(text, room);
  EnvFileReader::Entry entry;
  unsigned line = 0;
  size_t letters = 0;
  while (reader.next(entry)) {
    expect(entry.line >= line, "lines are counted up");
    line = entry.line;
    if (entry.good) expect(is_shell_name(entry.name), "a good line has a good name");
    letters += entry.name.size() + entry.value.size();
    expect(letters <= size, "values are no longer than the file");
  }
  return 0;
}
