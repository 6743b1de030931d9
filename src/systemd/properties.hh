// SPDX-License-Identifier: ISC
// What `systemctl show` prints: names and values as org.freedesktop.systemd1(5) describes them.
#pragma once
#include <span>

#include "systemd/unit_view.hh"

namespace stoker::systemd {

// A unit, and the text of its file.
struct Shown {
  const Site& site;
  const UnitView& view;
  std::string_view asked;  // the name that was given
  UnitFile file;
  std::string_view text;
};

using Value = Text<4096>;

struct Property {
  std::string_view name;
  bool only_service;  // targets and the like do not have it
  void (*write)(const Shown& shown, Value& value);
};

// In the order in which systemctl prints them.
std::span<const Property> unit_properties();

}  // namespace stoker::systemd
