// SPDX-License-Identifier: ISC
// list-unit-files: all unit files that are installed, and services without one.
#include <fcntl.h>
#include <fnmatch.h>

#include "base/any.hh"
#include "base/directory.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/sort.hh"
#include "client/json.hh"
#include "systemd/preset.hh"
#include "systemd/table.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

struct FileRow {
  UnitName unit;
  std::string_view state, preset;
};

// What no preset file decides about.
bool has_preset(FileState state) {
  return state != FileState::static_file && state != FileState::alias &&
         state != FileState::generated && state != FileState::transient &&
         state != FileState::absent;
}

// Reads directories twice: to count, and to collect.
class FileRows {
 public:
  explicit FileRows(const Call& call) : call_(call), rows_(count()) {
    if (!rows_) die_errno({"unable to allocate memory"});
    each_name([this](const UnitName& unit) { add(unit); });
  }

  std::span<const FileRow> sorted();

 private:
  size_t count();
  void each_name(FunctionRef<void(const UnitName&)> use);
  void each_in(const char* path, bool services, FunctionRef<void(const UnitName&)> use);
  void add(const UnitName& unit);
  bool is_wanted(const FileRow& row) const;

  const Call& call_;
  MappedArray<FileRow> rows_;
  UnitView view_;
  size_t used_ = 0;
};

// Of unit files, or of directories of services.
void FileRows::each_in(const char* path, bool services, FunctionRef<void(const UnitName&)> use) {
  Directory directory(AT_FDCWD, path);
  while (const char* const name = directory ? directory.next() : nullptr) {
    if (name[0] == '.') continue;
    const UnitName unit = services ? UnitName(name, ".service") : UnitName(name);
    if (is_valid_unit(unit) && !unit.truncated()) use(unit);
  }
}

void FileRows::each_name(FunctionRef<void(const UnitName&)> use) {
  const Site& site = call_.request.site;
  for (const UnitPlace& place : site.unit_places())
    each_in(site.at_root(place.path).c_str(), false, use);
  each_in(site.definitions(), true, use);
  each_in(site.services(), true, use);
}

size_t FileRows::count() {
  size_t count = 0;
  each_name([&count](const UnitName&) { ++count; });
  return count;
}

bool FileRows::is_wanted(const FileRow& row) const {
  const auto& states = call_.request.states;
  if (!states.empty() &&
      !any(states.items(), [&](std::string_view one) { return one == row.state; }))
    return false;
  return call_.words.empty() || any(call_.words, [&](const char* word) {
           return fnmatch(has_wildcard(word) ? word : unit_meant_by(word).c_str(), row.unit.c_str(),
                          0) == 0;
         });
}

void FileRows::add(const UnitName& unit) {
  const Site& site = call_.request.site;
  if (!is_type_wanted(call_.request, *type_of(unit))) return;
  const auto rows = rows_.all().first(used_);
  if (any(rows, [&](const FileRow& row) { return row.unit.view() == unit.view(); })) return;
  FileRow row{unit, {}, "-"};
  const FileState state = file_state(site, unit);
  if (state == FileState::absent) {
    // A directory that is that of a group, a socket or an instance is known by its file.
    look_at(site, unit, view_);
    if (!view_.is_defined) return;
    row.state = enabled_word(site, view_, unit);
  } else {
    row.state = word(state);
  }
  if (has_preset(state)) row.preset = is_enabled_by_preset(site, unit) ? "enabled" : "disabled";
  if (is_wanted(row) && used_ < rows_.all().size()) rows_.all()[used_++] = row;
}

std::span<const FileRow> FileRows::sorted() {
  const std::span<FileRow> rows = rows_.all().first(used_);
  sort(rows, [](const FileRow& one, const FileRow& other) {
    return is_listed_before(one.unit, other.unit);
  });
  return rows;
}

void print_json(const Call& call, std::span<const FileRow> rows) {
  Page& page = call.out.page;
  page.append("[");
  for (const FileRow& row : rows) {
    page.append(&row == rows.data() ? "" : ",", "{\"unit_file\":");
    append_json_string(page, row.unit);
    page.append(",\"state\":\"", row.state, "\",\"preset\":");
    row.preset == "-" ? page.append("null}") : page.append("\"", row.preset, "\"}");
    call.out.make_room();
  }
  page.append("]\n");
}

void print_table(const Call& call, std::span<const FileRow> rows) {
  Table table(call.out);
  const bool legend = !call.request.has(Option::no_legend) && !call.request.has(Option::quiet);
  const auto cells = [](const FileRow& row) {
    return std::array<std::string_view, 3>{row.unit, row.state, row.preset};
  };
  constexpr std::array<std::string_view, 3> head{"UNIT FILE", "STATE", "PRESET"};
  if (legend) table.measure(head);
  for (const FileRow& row : rows) table.measure(cells(row));
  if (legend) table.append("", head);
  for (const FileRow& row : rows) table.append("", cells(row));
  if (legend) call.out.page.append("\n", rows.size(), " unit files listed.\n");
}

}  // namespace

int list_unit_files(const Call& call) {
  FileRows files(call);
  const auto rows = files.sorted();
  has_prefix(call.request.output, "json") ? print_json(call, rows) : print_table(call, rows);
  return 0;
}

}  // namespace stoker::systemd
