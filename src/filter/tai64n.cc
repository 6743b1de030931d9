// SPDX-License-Identifier: ISC
// tai64n: put a precise time stamp in front of each line. See tai64n(8).
#include "base/about.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "filter/line_prefix.hh"
#include "filter/stdout_buffer.hh"
#include "logdir/stamp.hh"

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"tai64n", "Put a TAI64N time stamp in front of each line.\n"};
  set_program({"tai64n"});
  answer_alone(about, argc, argv);
  if (argc != 1) {
    report_stray_option(about, argc, argv);
    usage(about.synopsis);
  }

  Stamper stamper(StampForm::tai64n);
  // The prefix of a line is its first byte; the stamp goes in front of it.
  LinePrefixSplitter lines(1);
  for (;;) {
    std::string_view input = read_in();
    if (input.empty()) break;
    Tai64n time = tai_now();
    LinePrefixSplitter::Piece piece;
    while (lines.next(input, piece)) {
      if (piece.is_prefix) {
        put_out(stamper.stamp(time));
        time = later_by(time, 1);
      }
      put_out(piece.text);
    }
  }
  flush_out();
  return 0;
}
