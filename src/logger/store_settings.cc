// SPDX-License-Identifier: ISC
#include "logger/store_settings.hh"

#include "base/report.hh"

namespace stoker {

void StoreSettings::info(std::string_view what, const char* path, std::string_view name) const {
  if (verbose) say("info", {what, path, "/", name});
}

}  // namespace stoker
