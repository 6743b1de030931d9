// SPDX-License-Identifier: ISC
// Names of units: PREFIX[@INSTANCE].TYPE, as systemd.unit(5) describes them. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker::systemd {

// 255 bytes are the most that systemd allows.
using UnitName = Text<255>;

enum class UnitType : uint8_t {
  service,
  mount,
  swap,
  socket,
  target,
  device,
  automount,
  timer,
  path,
  slice,
  scope,
};
constexpr size_t unit_type_count = 11;

// "service".
std::string_view word(UnitType type);
std::optional<UnitType> unit_type_from(std::string_view word);

// By what follows the last dot; empty if that is no type.
std::optional<UnitType> type_of(std::string_view unit);
// Without the dot and the type.
std::string_view stem_of(std::string_view unit);
UnitName with_type(std::string_view unit, UnitType type);

// The name that a user means: `web` is web.service; of a path, the last part. What would be no
// valid name of a unit stays as it is.
UnitName unit_meant_by(std::string_view given);
// Has it a type, only the characters that systemd allows, and at most 255 of them?
bool is_valid_unit(std::string_view unit);
bool has_wildcard(std::string_view text);

// a@.service; a@b.service.
bool is_template(std::string_view unit);
bool is_instance(std::string_view unit);
// `b` of a@b.service; empty if there is none.
std::string_view instance_of(std::string_view unit);
// `a` of a@b.service and of a.service.
std::string_view prefix_of(std::string_view unit);
// a@.service of a@b.service.
UnitName template_of(std::string_view unit);
// a@INSTANCE.service of a@.service.
UnitName instance_named(std::string_view unit, std::string_view instance);

// The words of a directive, one after the other, with the specifiers %i %I %j %n %N %p %% replaced
// by parts of the unit's name.
UnitName expand_name(std::string_view word, std::string_view unit);

}  // namespace stoker::systemd
