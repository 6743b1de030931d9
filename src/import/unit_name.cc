// SPDX-License-Identifier: ISC
#include "import/unit_name.hh"

#include <algorithm>
#include <charconv>

namespace stoker::importer {

namespace {

constexpr std::string_view types[] = {"service", "socket", "timer",     "path",  "target", "mount",
                                      "swap",    "slice",  "automount", "scope", "device"};

bool is_name_byte(char byte) {
  constexpr std::string_view others = ":-_.\\@";
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || others.find(byte) != others.npos;
}

}  // namespace

std::string UnitName::stem() const { return has_at ? prefix + "@" + instance : prefix; }

std::string UnitName::text() const { return stem() + "." + type; }

std::string UnitName::template_text() const { return prefix + "@." + type; }

UnitName UnitName::with_type(std::string_view other) const {
  UnitName name = *this;
  name.type = other;
  return name;
}

std::optional<UnitName> parse_unit_name(std::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot == text.npos || dot == 0 || text.size() > 255) return {};
  if (!std::all_of(text.begin(), text.end(), is_name_byte)) return {};
  UnitName name;
  name.type = text.substr(dot + 1);
  if (std::find(std::begin(types), std::end(types), name.type) == std::end(types)) return {};
  const std::string_view stem = text.substr(0, dot);
  const size_t at = stem.find('@');
  name.prefix = stem.substr(0, at);
  if (name.prefix.empty()) return {};
  name.has_at = at != stem.npos;
  if (name.has_at) name.instance = stem.substr(at + 1);
  return name;
}

std::string unescape_name(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    const char* const digits = text.data() + at + 2;
    if (text[at] == '\\' && at + 3 < text.size() && text[at + 1] == 'x' &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      result += static_cast<char>(byte);
      at += 3;
    } else {
      result += text[at] == '-' ? '/' : text[at];
    }
  }
  return result;
}

std::string unescape_path(std::string_view text) {
  return text == "-" ? "/" : "/" + unescape_name(text);
}

}  // namespace stoker::importer
