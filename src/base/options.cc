// SPDX-License-Identifier: ISC
#include "base/options.hh"

#include <unistd.h>

#include <cstring>
#include <utility>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

void report_option(std::string_view program, std::string_view what, const Options& options,
                   char letter) {
  Text<600> line(program, ": ", what, " -- ");
  if (!options.name().empty())
    line.append("--", options.name());
  else
    line.append(letter);
  line.append('\n');
  // If this fails, so does the usage that follows.
  static_cast<void>(write_all(STDERR_FILENO, line));
}

std::string_view name_of(const About& about) {
  std::string_view rest = about.synopsis;
  return next_word(rest);
}

}  // namespace

char Options::next() {
  if (rest_ != nullptr) {
    if (bundle_) return letter();
    rest_ = nullptr;
    return mistake;
  }
  if (index_ >= argc_) return 0;

  const char* const word = argv_[index_];
  if (word[0] != '-' || word[1] == '\0') return 0;
  ++index_;
  bundle_ = word[1] != '-';
  name_ = {};
  if (bundle_) {
    rest_ = word + 1;
    return letter();
  }
  if (word[2] == '\0') return 0;
  if (about_ != nullptr) answer_word(*about_, word);
  const char* const equals = strchr(word + 2, '=');
  name_ = equals != nullptr ? std::string_view(word + 2, static_cast<size_t>(equals - word - 2))
                            : std::string_view(word + 2);
  rest_ = equals != nullptr ? equals + 1 : nullptr;
  return long_option;
}

char Options::letter() {
  const char found = *rest_++;
  if (*rest_ == '\0') rest_ = nullptr;
  return found == long_option ? mistake : found;
}

const char* Options::joined_value() { return std::exchange(rest_, nullptr); }

const char* Options::value() {
  if (const char* const joined = joined_value()) return joined;
  return index_ < argc_ ? argv_[index_++] : nullptr;
}

const char* Options::required_value(char letter) {
  const char* const found = value();
  if (found == nullptr) refuse_without_value(letter);
  return found;
}

void Options::refuse(char letter) const {
  report_bad_option(name_of(*about_), *this, letter);
  usage(about_->synopsis);
}

void Options::refuse_without_value(char letter) const {
  report_missing_value(name_of(*about_), *this, letter);
  usage(about_->synopsis);
}

void report_bad_option(std::string_view program, const Options& options, char letter) {
  report_option(program, "illegal option", options, letter);
}

void report_missing_value(std::string_view program, const Options& options, char letter) {
  report_option(program, "option requires an argument", options, letter);
}

void report_stray_option(const About& about, int argc, char** argv) {
  Options options(argc, argv);
  if (const char letter = options.next()) report_bad_option(name_of(about), options, letter);
}

}  // namespace stoker
