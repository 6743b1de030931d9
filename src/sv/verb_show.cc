// SPDX-License-Identifier: ISC
// sv show: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/json.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/layout.hh"
#include "service/settings.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// What a file of the directory says, or what counts without it.
struct Shown {
  enum class Source : uint8_t { fallback, file, invalid };
  Source source = Source::fallback;
  Text<256> value;
  std::string_view fallback;
};

bool is_for_s6(int directory) {
  char buffer[64];
  const Fd file = open_read(directory, layout::type);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  return got > 0 && trim({buffer, static_cast<size_t>(got)}) == "longrun";
}

// Only of those that hold a value, and of markers.
Shown look_at(int directory, const FileRow& row, bool of_s6) {
  Shown shown;
  const char* const text = of_s6 && row.fallback_s6 != nullptr ? row.fallback_s6 : row.fallback;
  if (row.kind == FileKind::marker)
    shown.fallback = "no";
  else if (text != nullptr)
    shown.fallback = text;
  shown.value = Text<256>(shown.fallback);
  if (!is_name_taken(directory, row.name)) return shown;
  shown.source = Shown::Source::file;
  if (row.kind == FileKind::marker) {
    shown.value = Text<256>("yes");
    return shown;
  }
  char buffer[256];
  const Fd file = open_read(directory, row.name);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  const std::string_view found(buffer, got > 0 ? static_cast<size_t>(got) : 0);
  if (got >= 0 && is_valid(row.kind, found))
    shown.value = Text<256>(trim(found));
  else
    shown.source = Shown::Source::invalid;
  return shown;
}

class SettingsView {
 public:
  SettingsView(Printer& printer, bool json) : printer_(printer), json_(json) {}

  void show(const char* name, int directory);

 private:
  void show_line(const PathText& path, const FileRow& row, const Shown& shown);
  void show_object(const char* name, const PathText& path, const FileRow& row, const Shown& shown);
  void append_member(std::string_view key, std::string_view value);

  Printer& printer_;
  const bool json_;
  bool first_ = true;
};

void append_padded(Page& page, std::string_view text, size_t width) {
  page.append(text);
  for (size_t at = text.size(); at < width; ++at) page.append(' ');
  page.append("  ");
}

void SettingsView::show_line(const PathText& path, const FileRow& row, const Shown& shown) {
  constexpr size_t name_width = 19, value_width = 12;
  Page& page = printer_.page;
  append_padded(page, row.name, name_width);
  append_padded(page, shown.value.empty() ? "-" : harmless(shown.value).view(), value_width);
  switch (shown.source) {
  case Shown::Source::fallback: page.append("default\n"); return;
  case Shown::Source::invalid: page.append("default, since ", path, " is invalid\n"); return;
  case Shown::Source::file: break;
  }
  page.append(path);
  if (!shown.fallback.empty()) page.append(" (default ", shown.fallback, ")");
  page.append("\n");
}

void SettingsView::append_member(std::string_view key, std::string_view value) {
  printer_.page.append(",\"", key, "\":");
  value.empty() ? printer_.page.append("null") : append_json_string(printer_.page, value);
}

void SettingsView::show_object(const char* name, const PathText& path, const FileRow& row,
                               const Shown& shown) {
  Page& page = printer_.page;
  page.append(first_ ? "{\"name\":" : ",\n{\"name\":");
  append_json_string(page, name);
  append_member("setting", row.name);
  append_member("value", shown.value);
  append_member("file", shown.source == Shown::Source::fallback ? std::string_view() : path.view());
  append_member("default", shown.fallback);
  page.append(",\"valid\":", shown.source == Shown::Source::invalid ? "false" : "true");
  append_member("meaning", row.meaning);
  page.append('}');
}

void SettingsView::show(const char* name, int directory) {
  const PathText place = path_of(directory);
  const bool of_s6 = is_for_s6(directory);
  if (!json_) printer_.page.append(first_ ? "" : "\n", "# ", place, "\n");
  for (const FileRow& row : service_files) {
    if (row.kind > FileKind::marker) continue;
    const PathText path(place, "/", row.name);
    const Shown shown = look_at(directory, row, of_s6);
    json_ ? show_object(name, path, row, shown) : show_line(path, row, shown);
    first_ = false;
    printer_.make_room();
  }
}

}  // namespace

int show(const Invocation& how, const Places& places, std::span<char* const> names,
         Printer& printer) {
  SettingsView view(printer, how.json);
  unsigned missing = 0;
  if (how.json) printer.page.append('[');
  for (const char* const name : names) {
    const Fd service = open_service(places, name);
    if (service)
      view.show(name, service.get());
    else
      warn({name, ": ", reason_for_missing(places, name)});
    missing += !service;
  }
  if (how.json) printer.page.append("]\n");
  printer.flush();
  return exit_code(missing);
}

}  // namespace stoker
