// SPDX-License-Identifier: ISC
#include "logger/backlog.hh"

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using enum OverflowPolicy;

struct Waiting {
  explicit Waiting(OverflowPolicy policy, size_t size, bool torn = false) : memory(size, '?') {
    backlog.begin(memory, policy, torn);
  }
  // Takes at most `most` waiting bytes, with "(N)" for a notice of N lines.
  std::string take(size_t most = SIZE_MAX) {
    std::string taken;
    for (;;) {
      if (backlog.wants_notice()) backlog.give_notice(Backlog::Notice('(', backlog.lost(), ")\n"));
      const std::string_view next = backlog.front();
      const size_t size = std::min(next.size(), most - taken.size());
      if (size == 0) return taken;
      taken += next.substr(0, size);
      backlog.took(size);
    }
  }
  std::vector<char> memory;
  Backlog backlog;
};

}  // namespace

TEST_CASE("lines that fit wait in order, without a notice") {
  for (const OverflowPolicy policy : {drop_new, drop_old}) {
    Waiting waiting(policy, 16);
    waiting.backlog.put("one\ntw");
    waiting.backlog.put("o\nthree\n");
    CHECK(waiting.backlog.lines() == 3);
    CHECK(waiting.take() == "one\ntwo\nthree\n");
    CHECK(waiting.backlog.over());
  }
}

TEST_CASE("drop-new keeps the first lines, followed by the notice") {
  Waiting waiting(drop_new, 8);
  waiting.backlog.put("one\ntwo\nthree\nfour\n");
  CHECK(waiting.take() == "one\ntwo\n(2)\n");
  CHECK(waiting.backlog.over());
  waiting.backlog.put("five\n");
  CHECK(waiting.take() == "five\n");
}

TEST_CASE("drop-old keeps the last lines, preceded by the notice") {
  Waiting waiting(drop_old, 10);
  waiting.backlog.put("one\ntwo\nthree\nfour\n");
  CHECK(waiting.take() == "(3)\nfour\n");
  waiting.backlog.put("a\nb\nc\n");
  CHECK(waiting.take() == "a\nb\nc\n");
  CHECK(waiting.backlog.over());
}

TEST_CASE("drop-new keeps nothing after a gap until the notice of that gap is out") {
  Waiting waiting(drop_new, 8);
  waiting.backlog.put("one\ntwo\nthree\n");
  CHECK(waiting.take(4) == "one\n");
  waiting.backlog.put("4\n");
  CHECK(waiting.take() == "two\n(2)\n");
}

TEST_CASE("a line that does not fit is dropped with all its pieces") {
  for (const OverflowPolicy policy : {drop_new, drop_old}) {
    Waiting waiting(policy, 8);
    waiting.backlog.put("123456");
    waiting.backlog.put("789");
    waiting.backlog.put("0123456789");
    CHECK_FALSE(waiting.backlog.over());
    CHECK(waiting.take() == "(1)\n");
    CHECK_FALSE(waiting.backlog.over());
    waiting.backlog.put("end\n");
    CHECK(waiting.backlog.over());
  }
}

TEST_CASE("an unfinished line in the file is completed or ended") {
  Waiting fits(drop_old, 8, true);
  fits.backlog.put("rest\n");
  CHECK(fits.take() == "rest\n");
  Waiting evicted(drop_old, 8, true);
  evicted.backlog.put("rest\nnew\nnew\n");
  CHECK(evicted.take() == "\n(1)\nnew\nnew\n");
  for (const OverflowPolicy policy : {drop_new, drop_old}) {
    Waiting too_long(policy, 8, true);
    too_long.backlog.put("longer than 8");
    too_long.backlog.put("\n");
    CHECK(too_long.take() == "\n(1)\n");
    CHECK(too_long.backlog.over());
  }
}

TEST_CASE("an unfinished line that was taken out is ended if its rest is lost") {
  Waiting waiting(drop_old, 8);
  waiting.backlog.put("one\n");
  CHECK(waiting.take(2) == "on");
  waiting.backlog.put("two\nnew\n");
  CHECK(waiting.take() == "\n(1)\ntwo\nnew\n");
}

TEST_CASE("a gap remembers the line next to those that were kept") {
  Waiting first(drop_new, 8);
  first.backlog.put("one\ntwo\nthree\nfour\n");
  CHECK(first.backlog.lost_head().view().starts_with("three"));
  Waiting last(drop_old, 10);
  last.backlog.put("one\ntwo\nthree\nfour\n");
  CHECK(last.backlog.lost_head().view().starts_with("three"));
  Waiting in_pieces(drop_new, 8);
  in_pieces.backlog.put("123456");
  in_pieces.backlog.put("7890\n");
  CHECK(in_pieces.backlog.lost_head().view() == "1234567890\n");
}

TEST_CASE("any sequence of input and output yields whole lines and counted gaps") {
  const OverflowPolicy policy = GENERATE(drop_new, drop_old);
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    Waiting waiting(policy, 20 + seed % 30);
    std::string out;
    constexpr int last = 60;
    for (int number = 0; number < last; ++number) {
      const std::string line = std::to_string(number) + std::string(random() % 24, '.') + "$\n";
      const size_t cut = random() % line.size();
      waiting.backlog.put(line.substr(0, cut));
      if (random() % 4 == 0) out += waiting.take(random() % 40);
      waiting.backlog.put(line.substr(cut));
      if (random() % 3 == 0) out += waiting.take(random() % 40);
    }
    out += waiting.take();
    CHECK(waiting.backlog.over());
    INFO(out);
    int expected = 0;
    bool torn = false;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("(")) {
        expected += std::stoi(line.substr(1));
        torn = false;
      } else {
        CHECK_FALSE(torn);  // half a line is counted at once
        torn = !line.ends_with("$");
        if (!torn) CHECK(std::stoi(line) == expected++);
      }
    }
    CHECK(expected == last);
  }
}
