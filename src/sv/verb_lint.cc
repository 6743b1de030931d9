// SPDX-License-Identifier: ISC
// sv lint: see sv(8).
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/report.hh"
#include "client/json.hh"
#include "client/view.hh"
#include "service/layout.hh"
#include "sv/lint.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr int exit_faulty = 1;

struct LintReport {
  Printer& printer;
  bool json;
  unsigned faults = 0;

  void add(std::string_view name, std::string_view file, std::string_view fault);
};

void LintReport::add(std::string_view name, std::string_view file, std::string_view fault) {
  Page& page = printer.page;
  if (json) {
    page.append(faults == 0 ? "{\"name\":" : ",\n{\"name\":");
    append_json_string(page, name);
    page.append(",\"file\":");
    file.empty() ? page.append("null") : append_json_string(page, file);
    page.append(",\"fault\":");
    append_json_string(page, fault);
    page.append('}');
  } else {
    Text<400> line(fault);
    std::replace_if(
        line.data(), line.data() + line.size(), [](char byte) { return byte >= 0 && byte < ' '; },
        '?');
    page.append(harmless(name).view(), ": ", line.view(), "\n");
  }
  ++faults;
  printer.make_room();
}

// Instead of a service, a directory of services may be given: it has nothing to run, but
// something in it has.
bool is_tree(int directory, const ServiceNames& names) {
  if (is_definition(directory)) return false;
  for (const char* const name : names.all()) {
    const Fd service = open_directory(directory, name);
    if (service && std::string_view(name) != layout::log && is_definition(service.get()))
      return true;
  }
  return false;
}

void look_at(LintReport& report, std::string_view name, const Fd& service) {
  if (!service) return report.add(name, {}, Text<80>("unable to open: ", error_text(errno)));
  lint_service(service.get(), [&](std::string_view file, std::string_view fault) {
    report.add(name, file, fault);
  });
}

bool read_names(ServiceNames& names, int directory) {
  const Fd here = open_search(AT_FDCWD, ".");
  if (!here || fchdir(directory) != 0) return false;
  const bool good = names.read(".");
  if (fchdir(here.get()) != 0) die_errno({"unable to change back to the current directory"});
  return good;
}

void look_at_given(LintReport& report, const Places& places, const char* given) {
  const Fd directory = open_service(places, given);
  ServiceNames names;
  if (!directory || !read_names(names, directory.get()) || !is_tree(directory.get(), names))
    return look_at(report, given, directory);
  for (const char* const name : names.all())
    look_at(report, PathText(given, "/", name), open_directory(directory.get(), name));
}

}  // namespace

int lint(const Invocation& how, const Places& places, std::span<char* const> given,
         Printer& printer) {
  ServiceNames all;
  LintReport report{printer, how.json};
  if (how.json) printer.page.append('[');
  for (const char* const name : names_or_all(given, places, all))
    look_at_given(report, places, name);
  if (how.json) printer.page.append("]\n");
  printer.flush();
  return report.faults == 0 ? 0 : exit_faulty;
}

}  // namespace stoker
