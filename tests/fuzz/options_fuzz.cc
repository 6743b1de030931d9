// SPDX-License-Identifier: ISC
#include "base/options.hh"

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  using namespace std::string_literals;
  return {"-a\0-bc\0word"s, "-w\0007\0--json\0--\0rest"s, "--wait=7\0-\0x"s, "-w\0\0--=\0-"s};
}

// The input is the words of a command line, each ended by a NUL. Letters in upper
// case take a value, digits take one only if joined.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> words = {"program"};
  for (std::string_view rest = text_of(data, size); !rest.empty();) {
    const size_t end = std::min(rest.find('\0'), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const int argc = static_cast<int>(words.size());
  Options options(argc, argv.data());
  size_t steps = 0, length = 0;
  while (const char letter = options.next()) {
    expect(++steps <= size, "options come to an end");
    if (letter >= 'A' && letter <= 'Z') {
      if (const char* const value = options.value()) length += std::string_view(value).size();
    } else if (letter >= '0' && letter <= '9') {
      if (const char* const value = options.joined_value())
        length += std::string_view(value).size();
    } else if (letter == Options::long_option) {
      length += options.name().size();
    }
  }
  expect(length <= size, "values are parts of the line");
  expect(options.count() >= 0 && options.count() < argc, "what is left is a part of the line");
  expect(options.arguments()[options.count()] == nullptr, "what is left ends as argv does");
  return 0;
}
