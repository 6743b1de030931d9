// SPDX-License-Identifier: ISC
#include "base/parse.hh"

#include <csignal>

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"15",
          "SIGTERM",
          "usr1",
          "-9223372036854775808",
          "18446744073709551615",
          " 100\t10000\n",
          "/etc/sv/web/"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  if (const auto number = parse_number<int64_t>(text))
    expect(std::stoll(std::string(text)) == *number, "numbers are read as libc reads them");
  if (const auto number = parse_signal(text)) {
    expect(*number > 0 && *number < NSIG, "a signal is one");
    const std::string_view name = signal_name(*number);
    if (!name.empty()) expect(parse_signal(name) == number, "a name leads back");
  }
  size_t letters = 0, words = 0;
  for (std::string_view rest = text;;) {
    const std::string_view word = next_word(rest);
    if (word.empty()) break;
    expect(trim(word) == word, "a word has no blanks around it");
    letters += word.size();
    expect(++words <= size, "words come to an end");
  }
  expect(letters <= size, "words are parts of the text");
  expect(has_prefix(text, {text.data(), size / 2}), "half a text is its prefix");
  expect(size == 0 || !base_name(text).empty(), "every path has a base name");
  return 0;
}
