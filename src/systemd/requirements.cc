// SPDX-License-Identifier: ISC
#include "systemd/requirements.hh"

#include "base/any.hh"
#include "systemd/unit_file.hh"
#include "systemd/unit_text.hh"

namespace stoker::systemd {

namespace {

// After= pulls in nothing.
constexpr std::string_view directives[] = {"Requires", "Requisite", "BindsTo", "Wants", "Upholds"};

bool can_be_service(std::string_view unit) {
  const auto type = type_of(unit);
  return type == UnitType::service || type == UnitType::socket || type == UnitType::timer ||
         type == UnitType::path;
}

class Gathering {
 public:
  Gathering(const Site& site, const UnitName& first, UnitNames& all)
      : site_(site), first_(first), all_(all) {}

  void add_those_of(const UnitFile& file);

 private:
  void add(const UnitName& unit);

  const Site& site_;
  const UnitName& first_;
  UnitNames& all_;
};

void Gathering::add(const UnitName& unit) {
  if (!can_be_service(unit) || !is_valid_unit(unit) || is_template(unit)) return;
  const UnitFile file = find_unit_file(site_, unit);
  if (!file.exists() || file.is_masked() || file.name.view() == first_.view()) return;
  const bool known =
      any(all_.items(), [&](const UnitName& one) { return one.view() == file.name.view(); });
  // A list that is full takes no more, and those in it can be imported.
  if (!known) static_cast<void>(all_.add(file.name));
}

void Gathering::add_those_of(const UnitFile& file) {
  static char buffer[unit_text_size];
  const std::string_view text = read_unit_text(site_, file, buffer);
  for (const std::string_view directive : directives)
    each_word(text, "Unit", directive,
              [&](std::string_view word) { add(expand_name(word, file.name)); });
}

}  // namespace

void add_requirements(const Site& site, std::string_view unit, UnitNames& all) {
  const UnitFile file = find_unit_file(site, unit);
  if (!file.exists()) return;
  Gathering gathering(site, file.name, all);
  gathering.add_those_of(file);
  for (size_t at = 0; at < all.items().size(); ++at)
    gathering.add_those_of(find_unit_file(site, all.items()[at]));
}

}  // namespace stoker::systemd
