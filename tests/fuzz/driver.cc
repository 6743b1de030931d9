// SPDX-License-Identifier: ISC
// Runs one fuzz target without libFuzzer: its seeds, every seed cut short, and the
// same pseudo-random changes of them each time. With an argument, writes the seeds
// into that directory instead; $FUZZ_ROUNDS asks for more changes than usual.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>

#include "fuzz.hh"

namespace {

std::string input;  // the one being tried, for the report of a crash

void try_one(std::string text) {
  input = std::move(text);
  // A copy of its own, so that the sanitizers see a byte read too much.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void show_input(int) {
  std::fprintf(stderr, "with these %zu bytes:", input.size());
  for (const char byte : input) std::fprintf(stderr, " %02x", static_cast<unsigned char>(byte));
  std::fprintf(stderr, "\n");
  std::_Exit(1);
}

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    std::string text = one_of(seeds_);
    for (size_t changes = 1 + below(4); changes > 0; --changes) change(text);
    return text;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  const std::string& one_of(const std::vector<std::string>& list) {
    return list[below(list.size())];
  }
  char byte() {
    static constexpr char special[] = {0,   1,    '\n', ' ', '-', '0',  '9',
                                       '=', '\t', 'x',  127, -1,  -128, '/'};
    return below(2) != 0 ? special[below(sizeof special)] : static_cast<char>(below(256));
  }
  void change(std::string& text) {
    const size_t at = below(text.size() + 1);
    switch (below(6)) {
    case 0: text.insert(at, 1, byte()); break;
    case 1: text.insert(at, below(64), byte()); break;
    case 2: text.erase(at, 1 + below(8)); break;
    case 3: text.resize(at); break;
    case 4: text.insert(at, one_of(seeds_)); break;
    default:
      if (at < text.size()) text[at] = byte();
    }
  }

  std::vector<std::string> seeds_;
  std::mt19937 random_{20261122};
};

int write_seeds(const std::string& directory) {
  int count = 0;
  for (const std::string& seed : fuzz_seeds())
    std::ofstream(directory + "/seed" + std::to_string(++count), std::ios::binary) << seed;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) return write_seeds(argv[1]);
  alarm(600);
  std::signal(SIGABRT, show_input);
  std::vector<std::string> seeds = fuzz_seeds();
  seeds.emplace_back();
  for (const std::string& seed : seeds)
    for (size_t size = 0; size <= std::min<size_t>(seed.size(), 4096); ++size)
      try_one(seed.substr(0, size));
  const char* const asked = std::getenv("FUZZ_ROUNDS");
  Mutator mutator(std::move(seeds));
  for (long round = asked != nullptr ? std::atol(asked) : 20000; round > 0; --round)
    try_one(mutator.next());
  std::puts("1 passed, 0 failed");
}
