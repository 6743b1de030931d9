// SPDX-License-Identifier: ISC
#include "sv/top_table.hh"

#include <algorithm>
#include <array>

#include "base/duration.hh"
#include "base/sort.hh"
#include "base/width.hh"
#include "client/group_figures.hh"
#include "client/json.hh"
#include "client/view.hh"

namespace stoker {

namespace {

using Value = std::optional<uint64_t>;

constexpr std::string_view key_words[] = {"cpu", "memory", "tasks", "io", "name"};

enum Column : size_t { name, state, pid, cpu, memory, tasks, read, written, columns };
using Cells = std::array<std::string_view, columns>;
constexpr Cells headings = {"NAME", "STATE", "PID", "CPU%", "MEMORY", "TASKS", "READ/S", "WRITE/S"};
constexpr unsigned figures_to_the_right = 0b11111100;

constexpr std::string_view unknown = "-";

struct TopCells {
  Cell name;
  std::string_view state;
  Text<16> pid{unknown}, cpu{unknown}, memory{unknown}, tasks{unknown}, read{unknown},
      written{unknown};

  Cells all() const { return {name.view(), state, pid, cpu, memory, tasks, read, written}; }
};

Text<16> tenths_text(uint64_t tenths) { return Text<16>(tenths / 10, ".", tenths % 10); }

Text<16> bytes_text(const Value& bytes) {
  if (bytes == 0U) return Text<16>("0");
  return bytes ? size_text(*bytes) : Text<16>(unknown);
}

// What does not run uses nothing.
bool is_idle(const Usage& usage) { return usage.tasks == 0U; }

void fill(TopCells& cells, const Usage& usage) {
  if (is_idle(usage)) return;
  if (usage.cpu) cells.cpu = tenths_text(*usage.cpu);
  cells.memory = bytes_text(usage.memory);
  if (usage.tasks) cells.tasks = Text<16>(*usage.tasks);
  cells.read = bytes_text(usage.read);
  cells.written = bytes_text(usage.written);
}

TopCells cells_of(const TopRow& row, size_t name_width) {
  TopCells cells;
  cells.name = Cell(cut_to_width(harmless(row.name), name_width));
  cells.state = row.state;
  if (row.pid > 0) cells.pid = Text<16>(row.pid);
  fill(cells, row.usage);
  return cells;
}

TopCells sum_of(std::span<const TopRow> rows) {
  TopCells cells;
  cells.name = Cell("TOTAL");
  cells.pid.clear();
  Usage sum;
  for (const TopRow& row : rows) add_known(sum, row.usage);
  fill(cells, sum);
  return cells;
}

Color color_of(const TopRow& row) {
  if (!row.known) return Color::none;
  if (serves(*row.known)) return Color::good;
  if (*row.known == State::up) return Color::odd;
  const bool bad = *row.known == State::failed || *row.known == State::backoff;
  return bad ? Color::bad : Color::none;
}

// What is left for names when all other columns are as wide as they must be.
size_t width_for_names(std::span<const TopRow> rows, const Screen& screen) {
  constexpr size_t least = 8, gap = 2;
  if (screen.columns == SIZE_MAX) return SIZE_MAX;
  std::array<size_t, columns> widths{};
  const auto measure = [&widths](const Cells& cells) {
    for (size_t column = state; column < columns; ++column)
      widths[column] = std::max(widths[column], width(cells[column]) + gap);
  };
  measure(headings);
  for (const TopRow& row : rows) measure(cells_of(row, 0).all());
  measure(sum_of(rows).all());
  size_t others = 0;
  for (const size_t one : widths) others += one;
  return screen.columns > others + least ? screen.columns - others : least;
}

// 0: unknown, so that it is less than a known 0.
uint64_t weight_of(const Usage& usage, TopKey key) {
  const auto weight = [](const Value& value) { return value ? *value + 1 : 0; };
  switch (key) {
  case TopKey::cpu: return weight(usage.cpu);
  case TopKey::memory: return weight(usage.memory);
  case TopKey::tasks: return weight(usage.tasks);
  case TopKey::io: return weight(usage.read) + weight(usage.written);
  case TopKey::name: break;
  }
  return 0;
}

void append_number(Page& page, std::string_view key, const Value& value) {
  page.append(",\"", key, "\":");
  if (value)
    page.append(*value);
  else
    page.append("null");
}

}  // namespace

std::string_view word(TopKey key) { return key_words[static_cast<size_t>(key)]; }

std::optional<TopKey> parse_top_key(std::string_view given) {
  for (const TopKey key : {TopKey::cpu, TopKey::memory, TopKey::tasks, TopKey::io, TopKey::name})
    if (word(key) == given) return key;
  return {};
}

void sort_rows(std::span<TopRow> rows, const TopOrder& order) {
  sort(rows, [&order](const TopRow& one, const TopRow& other) {
    const uint64_t weight = weight_of(one.usage, order.key);
    const uint64_t rival = weight_of(other.usage, order.key);
    if (weight != rival) return order.reversed ? weight < rival : weight > rival;
    const bool falls = order.reversed && order.key == TopKey::name;
    return falls ? one.name > other.name : one.name < other.name;
  });
}

void append_top(Page& page, std::span<const TopRow> rows, const TopLook& look,
                FunctionRef<void()> make_room) {
  constexpr size_t others = 2;  // headings and sum
  const size_t name_width = width_for_names(rows, look.screen);
  Columns table(page, {.tinted = state, .right = figures_to_the_right}, look.screen);
  const TopCells sum = sum_of(rows);
  table.measure(headings);
  for (const TopRow& row : rows) table.measure(cells_of(row, name_width).all());
  table.measure(sum.all());
  const auto append = [&](const Cells& cells, Color color) {
    page.append(look.begin);
    table.append(cells, color);
    make_room();
  };
  append(headings, Color::none);
  const size_t room = look.lines > others ? look.lines - others : 0;
  for (const TopRow& row : rows.first(std::min(rows.size(), room)))
    append(cells_of(row, name_width).all(), color_of(row));
  append(sum.all(), Color::none);
}

void append_top_title(Page& page, std::span<const TopRow> rows, const TopOrder& order,
                      Moment interval, const TopLook& look) {
  const auto running =
      std::count_if(rows.begin(), rows.end(), [](const TopRow& row) { return row.pid > 0; });
  Text<200> title(rows.size(), rows.size() == 1 ? " service, " : " services, ", running,
                  " running, by ", word(order.key));
  title.append(order.reversed ? " reversed" : "", ", every ", seconds_text(interval).view());
  page.append(look.begin);
  append_line_cut(page, look.screen, title);
}

void append_top_json(Page& page, const TopRow& row) {
  page.append("{\"name\":");
  append_json_string(page, row.name);
  page.append(",\"state\":\"", row.state, "\"");
  append_number(page, "pid", row.pid > 0 ? Value(row.pid) : std::nullopt);
  page.append(",\"cgroup\":", row.grouped ? "true" : "false", ",\"cpu\":");
  page.append(row.usage.cpu ? tenths_text(*row.usage.cpu).view() : "null");
  append_number(page, "memory", row.usage.memory);
  append_number(page, "tasks", row.usage.tasks);
  append_number(page, "read", row.usage.read);
  append_number(page, "written", row.usage.written);
  page.append("}");
}

}  // namespace stoker
