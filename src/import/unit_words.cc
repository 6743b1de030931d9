// SPDX-License-Identifier: ISC
#include "import/unit_words.hh"

#include "base/word.hh"

namespace stoker::importer {

namespace {

constexpr std::string_view blanks = " \t\n\r";

bool is_blank(char byte) { return blanks.find(byte) != blanks.npos; }

void append_utf8(std::string& word, unsigned code) {
  const auto add = [&word](unsigned byte) { word += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

std::optional<unsigned> digit_of(char byte, unsigned base) {
  unsigned value = 99;
  if (byte >= '0' && byte <= '9') value = static_cast<unsigned>(byte - '0');
  if (lower(byte) >= 'a' && lower(byte) <= 'f')
    value = static_cast<unsigned>(lower(byte) - 'a') + 10;
  return value < base ? std::optional(value) : std::nullopt;
}

// Exactly `count` digits; empty if there are not as many.
std::optional<unsigned> take_number(std::string_view& text, size_t count, unsigned base) {
  unsigned number = 0;
  if (text.size() < count) return {};
  for (size_t i = 0; i < count; ++i) {
    const auto digit = digit_of(text[i], base);
    if (!digit) return {};
    number = number * base + *digit;
  }
  text.remove_prefix(count);
  return number;
}

// The byte that \n and the like stand for; 0: it is none of these.
char simple_escape(char letter) {
  constexpr std::string_view letters = "abfnrtvs\\\"'", bytes = "\a\b\f\n\r\t\v \\\"'";
  const size_t at = letters.find(letter);
  return at == letters.npos ? '\0' : bytes[at];
}

}  // namespace

bool WordReader::take_escape(std::string& word) {
  if (rest_.empty()) return false;
  const char letter = rest_.front();
  if (const char byte = simple_escape(letter); byte != '\0') {
    rest_.remove_prefix(1);
    word += byte;
    return true;
  }
  std::optional<unsigned> code;
  if (digit_of(letter, 8)) {
    code = take_number(rest_, 3, 8);
    if (code && *code > 255) return false;
  } else {
    rest_.remove_prefix(1);
    if (letter == 'x') code = take_number(rest_, 2, 16);
    if (letter == 'u') code = take_number(rest_, 4, 16);
    if (letter == 'U') code = take_number(rest_, 8, 16);
  }
  if (!code || *code == 0 || *code > 0x10FFFF) return false;
  if (letter == 'u' || letter == 'U')
    append_utf8(word, *code);
  else
    word += static_cast<char>(*code);
  return true;
}

bool WordReader::next(std::string& word) {
  word.clear();
  while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  if (rest_.empty() || !good_) return false;
  char quote = '\0';
  while (!rest_.empty() && (quote != '\0' || !is_blank(rest_.front()))) {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    if (byte == '\\') {
      if (!take_escape(word)) return good_ = false;
    } else if (quote == '\0' && (byte == '"' || byte == '\'')) {
      quote = byte;
    } else if (byte == quote && quote != '\0') {
      quote = '\0';
    } else {
      word += byte;
    }
  }
  return good_ = quote == '\0';
}

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  WordReader reader(text);
  for (std::string word; reader.next(word);) words.push_back(word);
  return reader.good() ? std::optional(words) : std::nullopt;
}

std::optional<bool> parse_switch(std::string_view text) {
  for (const std::string_view word : {"1", "yes", "y", "true", "t", "on"})
    if (text.size() == word.size() && same_word(text, word)) return true;
  for (const std::string_view word : {"0", "no", "n", "false", "f", "off"})
    if (text.size() == word.size() && same_word(text, word)) return false;
  return {};
}

}  // namespace stoker::importer
