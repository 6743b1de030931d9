// SPDX-License-Identifier: ISC
// tai64nlocal: make precise time stamps readable. See tai64nlocal(8).
#include "base/options.hh"
#include "base/report.hh"
#include "filter/line_prefix.hh"
#include "filter/stdout_buffer.hh"
#include "logdir/readable.hh"

namespace stoker {

namespace {

constexpr About about{"tai64nlocal [-iru]",
                      "Make the TAI64N time stamps at the start of lines readable.\n"
                      "  -i  in the form of ISO 8601\n"
                      "  -r  as the time that has passed since\n"
                      "  -u  in UTC\n"};
constexpr size_t label_size = 1 + 2 * Tai64n::size;

struct Form {
  bool iso = false, relative = false, utc = false;
};

Form parse(Options& words) {
  Form form;
  while (const char letter = words.next()) {
    switch (letter) {
    case 'i': form.iso = true; break;
    case 'r': form.relative = true; break;
    case 'u': form.utc = true; break;
    default: words.refuse(letter);
    }
  }
  if (words.count() != 0) usage(about.synopsis);
  return form;
}

// The time that a line begins with, if it does.
std::optional<Tai64n> label_at(std::string_view prefix) {
  if (prefix.size() < label_size || prefix.front() != '@') return {};
  const auto label = Tai64n::from_hex({prefix.data() + 1, prefix.size() - 1});
  if (!label || label->nanoseconds > 999999999) return {};
  return label;
}

// What replaces the label; empty if it cannot be shown.
TimeText readable(const Tai64n& label, const Form& form) {
  if (form.relative) return relative_time(label, tai_now());
  const int64_t seconds = seconds_since_1970(label);
  const auto time = form.utc ? utc_time(seconds) : local_time(seconds);
  if (!time) return {};
  return form.iso ? iso_time(*time, label.nanoseconds) : plain_time(*time, label.nanoseconds);
}

void put_head(std::string_view prefix, const Form& form) {
  const auto label = label_at(prefix);
  const TimeText time = label ? readable(*label, form) : TimeText();
  put_out(time.empty() ? prefix : time.view());
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"tai64nlocal"});
  Options words(argc, argv, &about);
  const Form form = parse(words);

  LinePrefixSplitter lines(label_size);
  LinePrefixSplitter::Piece piece;
  for (;;) {
    std::string_view input = read_in();
    if (input.empty()) break;
    while (lines.next(input, piece)) {
      if (piece.is_prefix)
        put_head(piece.text, form);
      else
        put_out(piece.text);
    }
  }
  if (lines.finish(piece)) put_head(piece.text, form);
  flush_out();
  return 0;
}
