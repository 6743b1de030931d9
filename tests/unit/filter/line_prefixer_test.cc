// SPDX-License-Identifier: ISC
#include "filter/line_prefixer.hh"

#include <algorithm>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

// Writes the text in pieces of that size, and returns all blocks of the output.
std::string through(LinePrefixer& outline, std::string_view text, size_t piece) {
  std::string all;
  const auto collect = [&](bool ends) {
    for (auto block = outline.next(ends); !block.empty(); block = outline.next(ends)) {
      CHECK(block.size() <= LinePrefixer::block_size);
      CHECK(block.back() == '\n');
      all += block;
    }
  };
  while (!text.empty()) {
    REQUIRE_FALSE(outline.room().empty());
    const size_t count = std::min({piece, text.size(), outline.room().size()});
    std::copy_n(text.begin(), count, outline.room().begin());
    outline.took(count);
    text.remove_prefix(count);
    collect(false);
  }
  collect(true);
  return all;
}

}  // namespace

TEST_CASE("each line begins with the name, however it arrives") {
  const size_t piece = GENERATE(1, 2, 3, 100);
  LinePrefixer outline;
  outline.begin("web", false);
  CHECK(through(outline, "one\n\ntwo\nno end", piece) ==
        "[web] one\n[web] \n[web] two\n[web] no end\n");
}

TEST_CASE("each line is a JSON object") {
  const size_t piece = GENERATE(1, 100);
  LinePrefixer outline;
  outline.begin("a\"b", true);
  CHECK(through(outline, "say \"hi\"\\\t\xc3\xa4\xff\n", piece) ==
        "{\"service\":\"a\\\"b\",\"message\":\"say \\\"hi\\\"\\\\\\u0009\xc3\xa4\xef\xbf\xbd\"}\n");
}

TEST_CASE("a line longer than a block is split, and loses nothing") {
  const size_t piece = GENERATE(1000, 4096, 16384);
  const size_t length = GENERATE(4095, 4096, 4097, 20000);
  LinePrefixer outline;
  outline.begin("web", false);
  std::string all = through(outline, std::string(length, 'y') + "\nnext\n", piece);
  CHECK(all.substr(all.size() - 12) == "\n[web] next\n");
  CHECK(static_cast<size_t>(std::count(all.begin(), all.end(), 'y')) == length);
  LinePrefixer json;
  json.begin("web", true);
  all = through(json, std::string(length, '\1') + "\n", piece);
  CHECK(all.find("\",\"partial\":true}\n") != std::string::npos);
  CHECK(all.substr(all.size() - 7) == "0001\"}\n");
}

TEST_CASE("lost lines are counted in the next block") {
  LinePrefixer outline;
  outline.begin("web", false);
  outline.note_lost("[web] one\n[web] two\n");
  CHECK(through(outline, "three\n", 100) == "[web] dropped 2 lines\n[web] three\n");
  CHECK(through(outline, "four\n", 100) == "[web] four\n");
}
