// SPDX-License-Identifier: ISC
#include "systemd/unit_name.hh"

#include <algorithm>
#include <array>

#include "base/any.hh"

namespace stoker::systemd {

namespace {

// In the order of UnitType, which is that in which systemctl lists types.
constexpr std::array<std::string_view, unit_type_count> types = {
    "service",   "mount", "swap", "socket", "target", "device",
    "automount", "timer", "path", "slice",  "scope"};

constexpr std::string_view signs = ":-_.\\@";

bool is_allowed(char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  return letter || (byte >= '0' && byte <= '9') || signs.find(byte) != std::string_view::npos;
}

}  // namespace

std::string_view word(UnitType type) { return types[static_cast<size_t>(type)]; }

std::optional<UnitType> unit_type_from(std::string_view word) {
  for (size_t at = 0; at < types.size(); ++at)
    if (types[at] == word) return static_cast<UnitType>(at);
  return {};
}

std::optional<UnitType> type_of(std::string_view unit) {
  const size_t dot = unit.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  unit.remove_prefix(dot + 1);
  return unit_type_from(unit);
}

std::string_view stem_of(std::string_view unit) {
  return type_of(unit) ? std::string_view(unit.data(), unit.rfind('.')) : unit;
}

UnitName with_type(std::string_view unit, UnitType type) {
  return UnitName(stem_of(unit), ".", word(type));
}

UnitName unit_meant_by(std::string_view given) {
  if (!given.empty() && given.front() == '/') given.remove_prefix(given.rfind('/') + 1);
  return type_of(given) ? UnitName(given) : UnitName(given, ".service");
}

bool is_valid_unit(std::string_view unit) {
  if (!type_of(unit) || unit.size() > 255 || unit.front() == '@') return false;
  return std::all_of(unit.begin(), unit.end(), is_allowed);
}

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool is_template(std::string_view unit) {
  const std::string_view stem = stem_of(unit);
  return stem.find('@') + 1 == stem.size();
}

bool is_instance(std::string_view unit) {
  return stem_of(unit).find('@') != std::string_view::npos && !is_template(unit);
}

std::string_view instance_of(std::string_view unit) {
  std::string_view stem = stem_of(unit);
  const size_t at = stem.find('@');
  if (at == std::string_view::npos) return {};
  stem.remove_prefix(at + 1);
  return stem;
}

std::string_view prefix_of(std::string_view unit) {
  const std::string_view stem = stem_of(unit);
  return {stem.data(), std::min(stem.find('@'), stem.size())};
}

UnitName template_of(std::string_view unit) { return instance_named(unit, ""); }

UnitName instance_named(std::string_view unit, std::string_view instance) {
  return UnitName(prefix_of(unit), "@", instance, ".", word(type_of(unit).value_or(UnitType{})));
}

namespace {

// `-` in a name stands for a slash. What is escaped otherwise is left as it is.
void append_unescaped(UnitName& into, std::string_view text) {
  for (const char byte : text) into.append(byte == '-' ? '/' : byte);
}

void append_specifier(UnitName& into, char letter, std::string_view unit) {
  const std::string_view prefix = prefix_of(unit);
  switch (letter) {
  case 'i': return into.append(instance_of(unit));
  case 'I': return append_unescaped(into, instance_of(unit));
  case 'n': return into.append(unit);
  case 'N': return into.append(stem_of(unit));
  case 'p': return into.append(prefix);
  case 'j': {
    const size_t dash = prefix.rfind('-');
    return into.append(dash == std::string_view::npos
                           ? prefix
                           : std::string_view(prefix.data() + dash + 1, prefix.size() - dash - 1));
  }
  case '%': return into.append('%');
  default: into.append('%', letter);
  }
}

}  // namespace

UnitName expand_name(std::string_view word, std::string_view unit) {
  UnitName name;
  for (size_t at = 0; at < word.size(); ++at) {
    if (word[at] == '%' && at + 1 < word.size())
      append_specifier(name, word[++at], unit);
    else
      name.append(word[at]);
  }
  return name;
}

}  // namespace stoker::systemd
