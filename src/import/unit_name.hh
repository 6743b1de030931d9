// SPDX-License-Identifier: ISC
// Names of units: PREFIX[@INSTANCE].TYPE, and the escapes of paths in them. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace stoker::importer {

struct UnitName {
  std::string prefix, instance, type;  // the type without the dot
  bool has_at = false;                 // a template, if there is no instance

  bool is_template() const { return has_at && instance.empty(); }
  std::string text() const;
  std::string stem() const;           // without the type: the name of the service
  std::string template_text() const;  // foo@.service
  UnitName with_type(std::string_view other) const;
};

// Empty if it is no name of a unit of a type that systemd knows.
std::optional<UnitName> parse_unit_name(std::string_view text);

// `15-main` is 15/main, `\x2d` a dash; a path has a slash in front.
std::string unescape_name(std::string_view text);
std::string unescape_path(std::string_view text);

}  // namespace stoker::importer
