// SPDX-License-Identifier: ISC
#include "systemd/journal_format.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "base/fd.hh"
#include "base/json.hh"
#include "base/parse.hh"
#include "svlog/format.hh"

namespace stoker::systemd {

namespace {

struct NamedForm {
  std::string_view word;
  JournalForm form;
};
constexpr NamedForm forms[] = {
    {"short", JournalForm::brief},
    {"short-full", JournalForm::brief_full},
    {"short-iso", JournalForm::brief_iso},
    {"short-iso-precise", JournalForm::brief_iso_precise},
    {"short-precise", JournalForm::brief_precise},
    {"short-unix", JournalForm::brief_unix},
    {"with-unit", JournalForm::with_unit},
    {"verbose", JournalForm::verbose},
    {"export", JournalForm::exported},
    {"json", JournalForm::json},
    {"json-pretty", JournalForm::json_pretty},
    {"cat", JournalForm::cat},
};

struct tm parts_of(const Tai64n& time, bool utc) {
  const auto seconds = static_cast<time_t>(time.unix_seconds());
  struct tm parts {};
  utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts);
  return parts;
}

// "123456"
Text<8> microseconds(const Tai64n& time) {
  Text<8> text;
  const Digits digits(time.nanoseconds / 1000);
  for (size_t at = digits.size(); at < 6; ++at) text.append('0');
  text.append(digits);
  return text;
}

Text<24> realtime(const Tai64n& time) {
  return Text<24>(time.unix_seconds() * 1'000'000 + time.nanoseconds / 1000);
}

bool has_control(std::string_view text) {
  for (const char byte : text)
    if (static_cast<unsigned char>(byte) < ' ' && byte != '\t') return true;
  return false;
}

// A value with control characters, as systemd's export format has it: its size in eight bytes,
// little-endian, and the bytes.
void put_binary(std::string_view name, std::string_view value, Put put) {
  std::array<char, 8> size;
  for (size_t at = 0; at < size.size(); ++at)
    size[at] = static_cast<char>(value.size() >> 8 * at & 0xff);
  put(name);
  put("\n");
  put({size.data(), size.size()});
  put(value);
  put("\n");
}

}  // namespace

std::optional<JournalForm> journal_form_from(std::string_view word) {
  for (const NamedForm& named : forms)
    if (named.word == word) return named.form;
  return {};
}

std::string_view journal_forms() {
  return "short\nshort-full\nshort-iso\nshort-iso-precise\nshort-precise\nshort-unix\nwith-unit\n"
         "verbose\nexport\njson\njson-pretty\ncat\n";
}

Text<40> boot_id() {
  Text<40> id;
  char bytes[40];
  const Fd file = open_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id");
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  for (ssize_t at = 0; at < got; ++at)
    if (bytes[at] != '-' && bytes[at] != '\n') id.append(bytes[at]);
  return id;
}

JournalFormatter::JournalFormatter(const JournalStyle& style) : style_(style), boot_(boot_id()) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  host_ = Text<256>(host);
}

Text<80> JournalFormatter::time_text(const Tai64n& time) const {
  const struct tm parts = parts_of(time, style_.utc);
  const auto formatted = [&parts](const char* format) {
    char bytes[80];
    return Text<80>(std::string_view(bytes, strftime(bytes, sizeof bytes, format, &parts)));
  };
  switch (style_.form) {
  case JournalForm::brief_precise:
    return Text<80>(formatted("%b %d %H:%M:%S"), ".", microseconds(time));
  case JournalForm::brief_full:
  case JournalForm::with_unit: return formatted("%a %Y-%m-%d %H:%M:%S %Z");
  case JournalForm::verbose:
    return Text<80>(formatted("%a %Y-%m-%d %H:%M:%S"), ".", microseconds(time), formatted(" %Z"));
  case JournalForm::brief_iso: return formatted("%Y-%m-%dT%H:%M:%S%z");
  case JournalForm::brief_iso_precise:
    return Text<80>(formatted("%Y-%m-%dT%H:%M:%S"), ".", microseconds(time), formatted("%z"));
  case JournalForm::brief_unix: return Text<80>(time.unix_seconds(), ".", microseconds(time));
  case JournalForm::brief:
  case JournalForm::exported:
  case JournalForm::json:
  case JournalForm::json_pretty:
  case JournalForm::cat: break;
  }
  return formatted("%b %d %H:%M:%S");
}

void JournalFormatter::put_message(std::string_view message, Put put) const {
  if (style_.shows_all) return put(message);
  tame(message, put);
}

void JournalFormatter::print_brief(const JournalLine& line, Put put) const {
  put(time_text(line.time));
  put(" ");
  if (style_.shows_host) put(host_);
  if (style_.shows_host) put(" ");
  if (style_.form == JournalForm::with_unit) {
    put(line.service);
    put(".service");
  } else {
    put(line.entry.identifier);
  }
  if (!line.entry.pid.empty()) put(Text<40>("[", line.entry.pid, "]"));
  put(": ");
  put_message(line.entry.message, put);
  put("\n");
}

void JournalFormatter::each_field(const JournalLine& line,
                                  FunctionRef<void(std::string_view, std::string_view)> use) const {
  use("__CURSOR", line.cursor);
  use("__REALTIME_TIMESTAMP", realtime(line.time));
  if (!boot_.empty()) use("_BOOT_ID", boot_);
  use("_HOSTNAME", host_);
  use("_TRANSPORT", "stdout");
  use("_SYSTEMD_UNIT", Text<300>(line.service, ".service"));
  use("SYSLOG_IDENTIFIER", line.entry.identifier);
  if (!line.entry.pid.empty()) use("_PID", line.entry.pid);
  use("PRIORITY", Digits(line.entry.priority));
  use("MESSAGE", line.entry.message);
}

void JournalFormatter::print_json(const JournalLine& line, Put put) const {
  const bool pretty = style_.form == JournalForm::json_pretty;
  const auto quote = [&put](std::string_view text) {
    put("\"");
    escape_json(text, put);
    put("\"");
  };
  put("{");
  bool first = true;
  each_field(line, [&](std::string_view name, std::string_view value) {
    if (!first) put(",");
    first = false;
    if (pretty) put("\n\t");
    quote(name);
    put(pretty ? " : " : ":");
    quote(value);
  });
  put(pretty ? "\n}\n" : "}\n");
}

void JournalFormatter::print_fields(const JournalLine& line, Put put) const {
  const bool is_export = style_.form == JournalForm::exported;
  if (!is_export) put(Text<600>(time_text(line.time), " [", line.cursor, "]\n"));
  each_field(line, [&](std::string_view name, std::string_view value) {
    if (!is_export && has_prefix(name, "__")) return;
    if (is_export && has_control(value)) return put_binary(name, value, put);
    if (!is_export) put("    ");
    put(name);
    put("=");
    is_export ? put(value) : put_message(value, put);
    put("\n");
  });
  if (is_export) put("\n");
}

void JournalFormatter::print(const JournalLine& line, Put put) const {
  switch (style_.form) {
  case JournalForm::json:
  case JournalForm::json_pretty: return print_json(line, put);
  case JournalForm::exported:
  case JournalForm::verbose: return print_fields(line, put);
  case JournalForm::cat: put_message(line.entry.message, put); return put("\n");
  case JournalForm::brief:
  case JournalForm::brief_precise:
  case JournalForm::brief_full:
  case JournalForm::brief_iso:
  case JournalForm::brief_iso_precise:
  case JournalForm::brief_unix:
  case JournalForm::with_unit: return print_brief(line, put);
  }
}

}  // namespace stoker::systemd
