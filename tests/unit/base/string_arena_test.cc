// SPDX-License-Identifier: ISC
#include "base/string_arena.hh"

#include <cstdint>
#include <string>

#include "base/digest.hh"
#include "catch.hh"

using namespace stoker;

TEST_CASE("stored texts stay unchanged, however long") {
  StringArena arena;
  const std::string sizes[] = {
      "short", std::string(5000, 'l'), "", std::string(150, 'm'), std::string(150, 'n'), "last"};
  const char* kept[6] = {};
  for (size_t i = 0; i < 6; ++i) kept[i] = arena.keep(sizes[i]);
  for (size_t i = 0; i < 6; ++i) CHECK(std::string(kept[i]) == sizes[i]);
}

TEST_CASE("reserved memory is aligned for pointers, and not shared") {
  StringArena arena;
  char* const first = arena.keep("odd");
  auto** const pointers = static_cast<const char**>(arena.reserve(10 * sizeof(char*)));
  char* const second = arena.keep("even");
  CHECK(reinterpret_cast<uintptr_t>(pointers) % alignof(char*) == 0);
  for (size_t i = 0; i < 10; ++i) pointers[i] = first;
  CHECK(std::string(first) == "odd");
  CHECK(std::string(second) == "even");
}

TEST_CASE("digests differ for different contents, and none is 0") {
  const auto digest_of = [](const std::string& text) {
    Digest digest;
    for (const char byte : text) digest.mix(static_cast<unsigned char>(byte));
    return digest.value();
  };
  CHECK(digest_of("") != 0);
  CHECK(digest_of("a") == digest_of("a"));
  CHECK(digest_of("a") != digest_of("b"));
  CHECK(digest_of("ab") != digest_of("ba"));
}
