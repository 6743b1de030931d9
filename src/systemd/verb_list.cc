// SPDX-License-Identifier: ISC
// list-units: all units that are loaded, as a table or JSON.
#include <fnmatch.h>

#include "base/any.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/sort.hh"
#include "client/json.hh"
#include "service/names.hh"
#include "systemd/message.hh"
#include "systemd/table.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

struct UnitRow {
  UnitName unit;
  std::string_view load;
  UnitState state;
  Text<200> description;
};

bool matches_words(const Call& call, const UnitName& unit) {
  return call.words.empty() || any(call.words, [&](const char* word) {
           return fnmatch(unit_meant_by(word).c_str(), unit.c_str(), 0) == 0;
         });
}

bool is_state_wanted(const Call& call, const UnitView& view) {
  const auto& states = call.request.states;
  const auto is_one = [&](std::string_view text) {
    return any(states.items(), [=](std::string_view one) { return one == text; });
  };
  if (call.request.has(Option::failed)) return view.state.active == Active::failed;
  if (!states.empty())
    return is_one(word(view.load)) || is_one(word(view.state.active)) || is_one(view.state.sub);
  return call.request.has(Option::all) || view.state.active != Active::inactive;
}

// The units that are loaded: a service for each directory, and what triggers it.
class UnitRows {
 public:
  UnitRows(const Call& call, size_t services) : call_(call), rows_(3 * services + 1) {
    if (!rows_) die_errno({"unable to allocate memory"});
  }

  void add_service(const char* name);
  std::span<UnitRow> sorted();

 private:
  void add(const UnitName& unit);

  const Call& call_;
  MappedArray<UnitRow> rows_;
  UnitView view_;
  size_t count_ = 0;
};

void UnitRows::add(const UnitName& unit) {
  const Site& site = call_.request.site;
  if (!is_type_wanted(call_.request, *type_of(unit)) || !matches_words(call_, unit)) return;
  look_at(site, unit, view_);
  if (!is_state_wanted(call_, view_)) return;
  rows_.all()[count_++] = {unit, word(view_.load), view_.state, description_of(site, view_)};
}

void UnitRows::add_service(const char* name) {
  const Site& site = call_.request.site;
  const UnitName unit = unit_of_service(site, name);
  add(unit);
  if (type_of(unit) != UnitType::service) return;
  look_at(site, unit, view_);
  if (view_.trigger == Trigger::timer) add(with_type(unit, UnitType::timer));
  if (view_.trigger == Trigger::socket) add(with_type(unit, UnitType::socket));
}

std::span<UnitRow> UnitRows::sorted() {
  const std::span<UnitRow> rows = rows_.all().first(count_);
  sort(rows, [](const UnitRow& one, const UnitRow& other) {
    return is_listed_before(one.unit, other.unit);
  });
  return rows;
}

void print_json(const Call& call, std::span<const UnitRow> rows) {
  Page& page = call.out.page;
  page.append("[");
  for (const UnitRow& row : rows) {
    if (&row != rows.data()) page.append(",");
    page.append("{\"unit\":");
    append_json_string(page, row.unit);
    page.append(",\"load\":\"", row.load, "\",\"active\":\"", word(row.state.active),
                "\",\"sub\":\"", row.state.sub, "\",\"description\":");
    append_json_string(page, row.description);
    page.append("}");
    call.out.make_room();
  }
  page.append("]\n");
}

void print_legend(const Call& call, size_t count) {
  Page& page = call.out.page;
  if (count > 0)
    page.append(
        "\nLOAD   = whether the unit has a definition\n"
        "ACTIVE = its state, in the same words for all types\n"
        "SUB    = its state in words of its type\n\n");
  page.append(count, " loaded units listed.");
  if (!call.request.has(Option::all) && call.request.states.empty())
    page.append(
        " Pass --all to see loaded but inactive units, too.\n"
        "To show all installed unit files use 'systemctl list-unit-files'.");
  page.append("\n");
}

void print_table(const Call& call, std::span<const UnitRow> rows) {
  Table table(call.out);
  const bool legend = !call.request.has(Option::no_legend) && !call.request.has(Option::quiet);
  const bool plain = call.request.has(Option::plain);
  const auto cells = [](const UnitRow& row) {
    return std::array<std::string_view, 5>{row.unit, row.load, word(row.state.active),
                                           row.state.sub, row.description};
  };
  constexpr std::array<std::string_view, 5> head{"UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"};
  if (legend && !rows.empty()) table.measure(head);
  for (const UnitRow& row : rows) table.measure(cells(row));
  if (legend && !rows.empty()) table.append(plain ? "" : "  ", head);
  for (const UnitRow& row : rows) {
    const bool bad = row.state.active == Active::failed || row.load != "loaded";
    table.append(plain ? "" : bad ? Text<8>(dot(), " ").view() : "  ", cells(row));
  }
  if (legend) print_legend(call, rows.size());
}

void print_states(const Call& call) {
  for (const std::string_view word : {"loaded", "not-found", "masked", "active", "reloading",
                                      "inactive", "failed", "activating", "deactivating"})
    call.out.page.append(word, "\n");
}

}  // namespace

bool is_listed_before(std::string_view one, std::string_view other) {
  const std::string_view types[] = {word(*type_of(one)), word(*type_of(other))};
  return types[0] != types[1] ? types[0] < types[1] : one < other;
}

int list_units(const Call& call) {
  if (call.request.wants_states) {
    print_states(call);
    return 0;
  }
  ServiceNames names;
  const Site& site = call.request.site;
  if (!names.read(site.services(), ServiceNames::Dangling::skipped)) {
    complain_errno({"Failed to list units: unable to read ", site.services()});
    return exit_failed;
  }
  UnitRows units(call, names.all().size());
  for (const char* const name : names.all()) units.add_service(name);
  const std::span<const UnitRow> rows = units.sorted();
  has_prefix(call.request.output, "json") ? print_json(call, rows) : print_table(call, rows);
  return 0;
}

int list_jobs(const Call& call) {
  if (!call.request.has(Option::no_legend)) call.out.page.append("No jobs running.\n");
  return 0;
}

}  // namespace stoker::systemd
