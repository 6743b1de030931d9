// SPDX-License-Identifier: ISC
#include "client/trouble.hh"

#include <cerrno>

#include "base/near.hh"
#include "base/report.hh"
#include "service/names.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

// "does svscan watch /service?"; empty if one does. A path may be linked to from anywhere.
TroubleText question(const Places& places, std::string_view name) {
  const PathText directory = scan_directory_of(places, name);
  if (has_scanner(places, directory.c_str())) return {};
  if (places.services == nullptr || is_path(name))
    return TroubleText("is it in a directory that svscan watches?");
  return TroubleText("does svscan watch ", directory.view(), "?");
}

// ", is it nginx?"
Text<300> suggestion(const char* directory, std::string_view name) {
  ServiceNames names;
  if (!names.read(directory)) return {};
  for (const char* const known : names.all())
    if (is_slip(known, name)) return Text<300>(", is it ", known, "?");
  return {};
}

}  // namespace

Text<300> trouble_text(const Probe& probe) {
  if (probe.found == Found::left) return Text<300>("runsv not running");
  Text<300> text(probe.trouble);
  if (probe.error != 0) text.append(": ", error_text(probe.error));
  return text;
}

TroubleText reason_for(const Places& places, std::string_view name, const Probe& probe) {
  if (probe.silent) {
    TroubleText text("its supervisor has not written supervise/status");
    if (probe.disk_full) text.append(": ", error_text(ENOSPC));
    return text;
  }
  if (!is_unsupervised(probe)) return TroubleText(trouble_text(probe).view());
  const TroubleText asks = question(places, name);
  return TroubleText("no supervisor", asks.empty() ? "" : ": ", asks.view());
}

TroubleText reason_for_missing(const Places& places, std::string_view name) {
  const int error = errno;
  TroubleText text("unable to change to service directory: ", error_text(error));
  if (error != ENOENT || places.services == nullptr || is_path(name)) return text;
  text.append(" (", places.services, "/", name, suggestion(places.services, name).view(), ")");
  return text;
}

void append_trouble(Page& page, const Places& places, std::string_view name, const Probe& probe) {
  const bool left = probe.found == Found::left;
  page.append(left ? "fail: " : "warning: ", name, ": ");
  const bool hints = is_unsupervised(probe) && (probe.silent || !question(places, name).empty());
  if (hints && left) page.append(reason_for(places, name, probe).view(), " ");
  page.append(trouble_text(probe).view());
  if (hints && !left) page.append(" (", reason_for(places, name, probe).view(), ")");
  page.append("\n");
}

void append_no_service(Page& page, const Places& places, std::string_view name) {
  page.append("fail: ", name, ": ", reason_for_missing(places, name).view(), "\n");
}

void append_masked(Page& page, std::string_view name) {
  page.append("fail: ", name, ": it is masked; sv unmask lets it be started\n");
}

}  // namespace stoker
