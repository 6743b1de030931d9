// SPDX-License-Identifier: ISC
#include "init/init_settings.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/duration.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/lint.hh"

namespace stoker {

namespace {

constexpr std::string_view usual_words = "-S /run/service /etc/service";

// Empty if the file cannot be read; warns unless it does not exist.
std::string_view read_file(const char* path, std::span<char> into) {
  const Fd file = open_read(AT_FDCWD, path);
  const ssize_t size = file ? read_all(file.get(), into) : -1;
  if (size < 0 && errno != ENOENT && errno != ENOTDIR) warn_errno({"unable to read ", path});
  if (size <= 0) return {};
  return trim({into.data(), static_cast<size_t>(size)});
}

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

}  // namespace

Moment read_limit(const char* path, Moment usual) {
  char buffer[64];
  const std::string_view text = read_file(path, buffer);
  if (text.empty()) return usual;
  // svscan, which gets it as an option, takes no more than a year.
  constexpr Moment longest = std::chrono::milliseconds(UINT32_MAX);
  const auto limit = parse_time_limit(text, 1ms, Moment::max());
  const Fault fault = fault_of_value({}, path, FileKind::timeout, text);
  if (!fault.empty()) warn({fault});
  return !limit || *limit == never ? limit.value_or(usual) : std::min(*limit, longest);
}

void ServicesCommand::read(const char* program, Moment limit, int ready) {
  char buffer[2048];
  std::string_view words = read_file(services_words, buffer);
  if (words.size() > 2000) {
    warn({services_words, " is too long, using the default"});
    words = {};
  }
  take(program, words, limit, ready);
}

void ServicesCommand::add(const char* word) {
  if (count_ == most) return;
  argv_[count_++] = word;
  argv_[count_] = nullptr;
}

void ServicesCommand::take(const char* program, std::string_view words, Moment limit, int ready) {
  count_ = 0;
  words_ = Text<2000>(words.empty() ? usual_words : words);
  // svscan's limit is shorter than ours, so that it can kill services itself.
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
  limit_ = Text<24>(limit == never ? 0 : std::max<int64_t>(seconds - 1, 1));
  ready_ = Text<24>(ready);
  for (const char* const word : {program, "-d", ready_.c_str(), "-g", limit_.c_str()}) add(word);
  for (char* at = words_.data(); *at != '\0';) {
    if (is_blank(*at)) *at = '\0';
    const bool begins = at == words_.data() || at[-1] == '\0';
    if (*at != '\0' && begins) add(at);
    ++at;
    while (is_blank(*at)) *at++ = '\0';
  }
}

}  // namespace stoker
