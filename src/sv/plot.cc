// SPDX-License-Identifier: ISC
#include "sv/plot.hh"

#include <algorithm>
#include <array>

#include "base/parse.hh"
#include "base/width.hh"
#include "client/view.hh"
#include "sv/elapsed.hh"
#include "sv/svg.hh"

namespace stoker {

namespace {

constexpr uint64_t total_width = 1200 * px, margin = 20 * px, head = 122 * px, foot = 44 * px;
// Behind the chart, for the last labels.
constexpr uint64_t label_room = 84 * px;
constexpr uint64_t letter = 7 * px;  // the width of one
constexpr size_t longest_name = 36;  // in columns; what is longer is cut

constexpr std::string_view style =
    "<style>"
    "text{font:12px 'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#2b3137}"
    ".title{font-size:20px;font-weight:bold}"
    ".sub,.axis{fill:#6a737d}"
    ".axis{font-size:11px;text-anchor:middle}"
    ".grid{stroke:#dfe3e8}"
    ".even{fill:#f6f8fa}"
    ".chain{font-weight:bold;fill:#a52a1a}"
    ".took{fill:#2f6b3a}.took,.why{font-size:10px}"
    ".why{fill:#8a1a0f}.stuck{stroke:#fff;stroke-width:4;paint-order:stroke}"
    ".held{fill:url(#held)}"
    ".starting{fill:#f2a93b}"
    ".up{fill:#4f8fd0}"
    ".ready{fill:#c3e6c5}"
    ".stopping,.finishing,.waiting{fill:#97a3b0}"
    ".backoff{fill:#f6cfc8}"
    ".failed{fill:#ee9d92}"
    ".log{fill:#8f7cc0}"
    ".death{fill:#7d1109}"
    ".critical{fill:none;stroke:#a52a1a;stroke-width:1.5}"
    "</style>"
    "<defs><pattern id=\"held\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#e9edf1\"/>"
    "<rect width=\"2\" height=\"5\" fill=\"#b4bdc7\"/></pattern>"
    "<marker id=\"to\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" markerWidth=\"6\" "
    "markerHeight=\"6\" orient=\"auto\"><path d=\"M0 0L6 3L0 6z\" fill=\"#a52a1a\"/></marker>"
    "</defs>\n";

struct Legend {
  std::string_view look, meaning;
  uint64_t width;
};
constexpr Legend legends[] = {
    {"held", "held", 66 * px},         {"starting", "start script", 106 * px},
    {"up", "not ready yet", 116 * px}, {"ready", "ready", 70 * px},
    {"backoff", "backoff", 84 * px},   {"failed", "failed", 72 * px},
    {"stopping", "stopping", 90 * px}, {"death", "death", 70 * px},
    {"log", "logger", 74 * px},        {"critical", "critical chain", 110 * px},
};

// Rows are lower if there are many.
struct Rows {
  uint64_t height, bar;
};
constexpr Rows rows_for(size_t count) {
  if (count <= 40) return {26 * px, 12 * px};
  if (count <= 120) return {20 * px, 9 * px};
  return {16 * px, 7 * px};
}

// "0", "500 ms", "1.5 s"
Text<32> axis_text(uint64_t time) {
  constexpr uint64_t second = 1'000'000, minute = 60 * second;
  if (time == 0) return Text<32>("0");
  const Text<32> text = elapsed_text(time);
  if (time < second || time >= minute) return text;
  // Without the zeros of the thousandths.
  std::string_view number(text.c_str(), text.view().find(' '));
  while (number.back() == '0') number.remove_suffix(1);
  if (number.back() == '.') number.remove_suffix(1);
  return Text<32>(number, " s");
}

class Drawing {
 public:
  Drawing(Page& page, const Plot& plot, FunctionRef<void()> make_room);
  void draw();

 private:
  void draw_head();
  void draw_legends();
  void draw_axis();
  void draw_row(size_t row);
  void draw_name(const Course& course, uint64_t y);
  void draw_life(std::span<const HistoryEntry> entries, uint64_t y);
  void draw_log(std::span<const HistoryEntry> entries, uint64_t y);
  void draw_outline(const Course& course, uint64_t y);
  void draw_label(const Course& course, uint64_t y);
  void draw_link(size_t needed, size_t dependent);

  uint64_t x_of(uint64_t time) const;
  uint64_t x_after(std::span<const HistoryEntry> entries, size_t at) const;
  uint64_t y_of(size_t row) const { return head + row * rows_.height; }
  uint64_t bar_of(size_t row) const { return y_of(row) + (rows_.height - rows_.bar) / 2 - px; }
  uint64_t bottom() const { return y_of(plot_.courses.size()); }

  Svg svg_;
  const Plot& plot_;
  const FunctionRef<void()> make_room_;
  const Rows rows_;
  const uint64_t end_;                                    // a little behind the end of the boot
  uint64_t left_ = 0, right_ = total_width - label_room;  // of the chart
};

Drawing::Drawing(Page& page, const Plot& plot, FunctionRef<void()> make_room)
    : svg_(page),
      plot_(plot),
      make_room_(make_room),
      rows_(rows_for(plot.courses.size())),
      end_(plot.boot.end + (plot.boot.end - plot.boot.zero) / 25) {
  size_t widest = 8;
  for (const Course& course : plot.courses)
    widest = std::max(widest, std::min(width(course.name), longest_name));
  left_ = margin + widest * letter + 14 * px;
}

uint64_t Drawing::x_of(uint64_t time) const {
  const uint64_t span = std::max<uint64_t>(end_ - plot_.boot.zero, 1);
  const uint64_t since = std::min(time - std::min(time, plot_.boot.zero), span);
  return left_ + since * (right_ - left_) / span;
}

void Drawing::draw() {
  draw_head();
  draw_legends();
  for (size_t row = 0; row < plot_.courses.size(); row += 2)
    svg_.rectangle("even", {0, y_of(row), total_width, rows_.height});
  draw_axis();
  for (size_t row = 0; row < plot_.courses.size(); ++row) draw_row(row);
  for (size_t at = 1; at < plot_.chain.size(); ++at)
    draw_link(plot_.chain[at], plot_.chain[at - 1]);
  svg_.raw("</svg>\n");
}

void Drawing::draw_head() {
  svg_.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
  svg_.number(total_width);
  svg_.raw("\" height=\"");
  svg_.number(bottom() + foot);
  svg_.raw("\">\n");
  svg_.raw(style);
  svg_.raw("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  svg_.text("title", margin, 36 * px, plot_.title);
  svg_.text("sub", margin, 56 * px, plot_.subtitle);
}

void Drawing::draw_legends() {
  uint64_t x = margin;
  constexpr uint64_t y = 70 * px;
  for (const Legend& legend : legends) {
    const bool narrow = legend.look == "death", low = legend.look == "log";
    svg_.rectangle(legend.look, {narrow ? x + 5 * px : x, low ? y + 4 * px : y,
                                 (narrow ? 2 : 14) * px, (low ? 3 : 11) * px});
    svg_.text("sub", x + 20 * px, y + 10 * px, legend.meaning);
    x += legend.width;
  }
}

void Drawing::draw_axis() {
  const uint64_t tick = tick_of(end_ - plot_.boot.zero);
  for (uint64_t time = plot_.boot.zero; time <= end_; time += tick) {
    const uint64_t x = x_of(time);
    svg_.vertical("grid", x, head - 6 * px, bottom() + 6 * px);
    const auto label = axis_text(time - plot_.boot.zero);
    svg_.text("axis", x, head - 12 * px, label);
    svg_.text("axis", x, bottom() + 20 * px, label);
    make_room_();
  }
}

void Drawing::draw_row(size_t row) {
  const Course& course = plot_.courses[row];
  const uint64_t y = bar_of(row);
  Text<300> hint(course.name, ": held ", elapsed_text(course.held_for()).view());
  if (course.settled != no_time)
    hint.append(", took ", elapsed_text(course.took()).view(),
                course.ready ? ", ready at " : ", over at ",
                elapsed_text(course.settled - plot_.boot.zero).view());
  svg_.begin_group(hint);
  draw_name(course, y + rows_.bar - px);
  draw_life(course.main, y);
  draw_log(course.log, y + rows_.bar + px);
  draw_outline(course, y);
  draw_label(course, y + rows_.bar - 2 * px);
  svg_.end_group();
  make_room_();
}

void Drawing::draw_name(const Course& course, uint64_t y) {
  Text<200> name(cut_to_width(course.name, longest_name));
  if (name.size() < std::string_view(course.name).size()) name.append("…");
  svg_.text(course.critical ? "chain" : "", margin, y, name);
}

// A bar for each state, from its beginning to the next one.
void Drawing::draw_life(std::span<const HistoryEntry> entries, uint64_t y) {
  for (size_t at = 0; at < entries.size() && entries[at].at <= end_; ++at) {
    const State state = entries[at].state;
    const uint64_t x = x_of(entries[at].at), wide = x_after(entries, at) - x;
    const bool thin = state == State::held || state == State::backoff || state == State::listening;
    const uint64_t inset = thin ? rows_.bar / 4 : 0;
    if (state != State::down && wide > 0)
      svg_.rectangle(word(state), {x, y + inset, wide, rows_.bar - 2 * inset});
    const bool died = at > 0 && is_up(entries[at - 1].state) && !is_up(state);
    if (died && state != State::stopping)
      svg_.rectangle("death", {x - px, y - 2 * px, 2 * px, rows_.bar + 4 * px});
    make_room_();
  }
}

void Drawing::draw_log(std::span<const HistoryEntry> entries, uint64_t y) {
  for (size_t at = 0; at < entries.size() && entries[at].at <= end_; ++at) {
    const uint64_t x = x_of(entries[at].at);
    if (is_up(entries[at].state)) svg_.rectangle("log", {x, y, x_after(entries, at) - x, 3 * px});
    make_room_();
  }
}

uint64_t Drawing::x_after(std::span<const HistoryEntry> entries, size_t at) const {
  return x_of(at + 1 == entries.size() ? end_ : entries[at + 1].at);
}

// How long it took, where it was ready, or why it was not.
void Drawing::draw_label(const Course& course, uint64_t y) {
  constexpr uint64_t gap = 5 * px;
  if (course.stuck) return svg_.text("why stuck", x_of(course.begun) + gap, y, course.why);
  if (course.failed <= end_) svg_.text("why", x_of(course.failed) + gap, y, course.why);
  if (course.ready && course.took() > 0)
    svg_.text("took", x_of(course.settled) + gap, y, elapsed_text(course.took()));
}

void Drawing::draw_outline(const Course& course, uint64_t y) {
  if (!course.critical || course.released == no_time) return;
  const uint64_t x = x_of(course.released);
  const uint64_t end = course.settled == no_time ? right_ : x_of(course.settled);
  svg_.rectangle("critical", {x, y, std::max(end - x, px), rows_.bar});
}

// From where one was ready down, or up, to where the other began.
void Drawing::draw_link(size_t needed, size_t dependent) {
  const bool down = needed < dependent;
  const uint64_t from = bar_of(needed) + (down ? rows_.bar : 0);
  const uint64_t to = bar_of(dependent) + (down ? 0 : rows_.bar);
  svg_.raw("<path class=\"critical\" marker-end=\"url(#to)\" d=\"M");
  svg_.number(x_of(plot_.courses[needed].settled));
  svg_.raw(" ");
  svg_.number(from);
  svg_.raw("H");
  svg_.number(x_of(plot_.courses[dependent].released));
  svg_.raw("V");
  svg_.number(to);
  svg_.raw("\"/>\n");
}

}  // namespace

uint64_t tick_of(uint64_t span) {
  constexpr uint64_t most = 12;
  for (uint64_t power = 1;; power *= 10)
    for (const uint64_t step : {1, 2, 5})
      if (span / (step * power) <= most) return step * power;
}

void append_plot(Page& page, const Plot& plot, FunctionRef<void()> make_room) {
  Drawing(page, plot, make_room).draw();
}

}  // namespace stoker
