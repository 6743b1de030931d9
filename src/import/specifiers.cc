// SPDX-License-Identifier: ISC
#include "import/specifiers.hh"

#include <optional>

#include "base/parse.hh"

namespace stoker::importer {

namespace {

using Value = std::optional<std::string>;

// Of the name of the unit.
Value name_value(char letter, const SpecifierSource& source) {
  const UnitName& name = source.name;
  const size_t dash = name.prefix.rfind('-');
  const std::string last = dash == std::string::npos ? name.prefix : name.prefix.substr(dash + 1);
  switch (letter) {
  case 'n': return name.text();
  case 'N': return name.stem();
  case 'p': return name.prefix;
  case 'P': return unescape_name(name.prefix);
  case 'i': return name.instance;
  case 'I': return unescape_name(name.instance);
  case 'j': return last;
  case 'J': return unescape_name(last);
  case 'f': return unescape_path(name.has_at ? name.instance : name.prefix);
  case 'y': return source.fragment;
  case 'Y': return source.fragment.substr(0, source.fragment.rfind('/'));
  default: return {};
  }
}

// Of the manager of the system, which runs as root.
Value fixed_value(char letter) {
  switch (letter) {
  case '%': return "%";
  case 't': return "/run";
  case 'S': return "/var/lib";
  case 'C': return "/var/cache";
  case 'L': return "/var/log";
  case 'E': return "/etc";
  case 'T': return "/tmp";
  case 'V': return "/var/tmp";
  case 'h': return "/root";
  case 's': return "/bin/sh";
  case 'u':
  case 'g': return "root";
  case 'U':
  case 'G': return "0";
  default: return {};
  }
}

Value machine_value(char letter, const Machine& machine) {
  const auto known = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  switch (letter) {
  case 'm': return known(machine.id);
  case 'H': return known(machine.host_name);
  case 'l': return known(machine.host_name.substr(0, machine.host_name.find('.')));
  case 'v': return known(machine.kernel);
  case 'a': return known(machine.architecture);
  case 'o': return known(machine.os_id);
  case 'w': return known(machine.os_version);
  default: return {};
  }
}

Value value_of(char letter, const SpecifierSource& source) {
  Value value = name_value(letter, source);
  if (!value) value = fixed_value(letter);
  if (!value && source.machine != nullptr) value = machine_value(letter, *source.machine);
  return value;
}

}  // namespace

std::string expand_specifiers(std::string_view text, const SpecifierSource& source,
                              std::string& left) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    const char letter = text[++at];
    if (const Value value = value_of(letter, source)) {
      result += *value;
    } else {
      result += {'%', letter};
      left += {'%', letter};
    }
  }
  return result;
}

}  // namespace stoker::importer
