// SPDX-License-Identifier: ISC
// Lines of any shape through the formatter, and heads cut out of any stream.
#include <memory>

#include "filter/line_prefix.hh"
#include "fuzz.hh"
#include "logger/format.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"\x00one\ntwo\n\nthree",
          "\x1f"
          "a\nb\nc",
          std::string("\x07") + std::string(3000, 'x') + "\ny", "\xff\n\n\n"};
}

namespace {

// The formatter's output for the text in pieces, as in a single file.
std::string formatted(std::string_view text, const LineStyle& style, const LogLimits& limits) {
  const auto output = std::make_unique<OutputBuffer>();
  Formatter formatter;
  formatter.set_style(style);
  Batch batch;
  batch.text = text;
  formatter.begin(batch);
  std::string all;
  uint64_t file = 0;
  for (size_t turns = 0; !formatter.finished(); ++turns) {
    expect(turns < 100000, "the formatter gets on");
    const Formatter::Stop stop = formatter.fill(*output, file, limits);
    all += output->pending();
    file += output->pending().size();
    if (limits.size != 0) expect(file <= limits.size, "no file is larger than it may be");
    output->begin = output->end = 0;
    if (stop == Formatter::Stop::file_full) file = 0;
  }
  return all;
}

void check_heads(std::string_view text, size_t head, size_t chunk) {
  LinePrefixSplitter splitter(head);
  LinePrefixSplitter::Piece piece;
  std::string all;
  size_t heads = 0;
  const auto take = [&] {
    all += piece.text;
    heads += piece.is_prefix;
    if (piece.is_prefix) expect(piece.text.size() <= head, "heads are not longer than asked for");
  };
  while (!text.empty()) {
    std::string_view input = text.substr(0, chunk);
    text.remove_prefix(input.size());
    while (splitter.next(input, piece)) take();
  }
  while (splitter.finish(piece)) take();
  size_t lines = static_cast<size_t>(std::count(all.begin(), all.end(), '\n'));
  lines += !all.empty() && all.back() != '\n';
  expect(heads == lines, "each line has a head");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t choice = data[0];
  const std::string text(text_of(data + 1, size - 1));
  LineStyle style;
  if (choice & 1) style.stamp = StampForm::tai64n;
  if (choice & 2) style.prefix = "prefix: ";
  LogLimits limits;
  limits.size = choice & 4 ? 64 : 0;
  limits.slack = choice & 8 ? 16 : 1000;
  const std::string all = formatted(text, style, limits);
  LogLimits unlimited;
  unlimited.size = 0;
  expect(all == formatted(text, style, unlimited), "limits change no byte");
  if ((choice & 3) == 0)
    expect(all == text + (text.empty() || text.back() == '\n' ? "" : "\n"), "plain lines stay");
  check_heads(text, 1 + choice % 25, 1 + choice / 16);
  return 0;
}
