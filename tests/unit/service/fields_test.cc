// SPDX-License-Identifier: ISC
#include "service/fields.hh"

#include <limits>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Bytes = std::vector<unsigned char>;
enum class Letter : uint8_t { a, b, c };

struct Sample {
  Letter letter = Letter::a;
  bool truth = false;
  uint8_t bits = 0;
  int small = 0;
  int32_t number = 0;
  uint64_t large = 0;
  Moment moment = 0s;
  Tai64n label;
  bool operator==(const Sample&) const = default;
};

constexpr FieldRow rows[] = {
    STOKER_FIELD(1, Sample, letter),
    STOKER_FIELD(2, Sample, truth),
    {3, FieldKind::flags, offsetof(Sample, bits)},
    {4, FieldKind::int16, offsetof(Sample, small)},
    STOKER_FIELD(5, Sample, number),
    STOKER_FIELD(6, Sample, large),
    STOKER_FIELD(7, Sample, moment),
    STOKER_FIELD(8, Sample, label),
};

Sample sample() { return {Letter::c, true, 0x81, -2, -3, 0x0102030405060708, -4ns, {5, 6}}; }

Bytes written(const Sample& from) {
  std::array<unsigned char, fields_size(rows) + 1> room{};
  FieldWriter out(room);
  out.fields(rows, &from);
  out.end();
  CHECK(out.size() == room.size());
  return {room.begin(), room.end()};
}

std::optional<Sample> read(const Bytes& bytes, FieldReader::Form form = FieldReader::Form::tagged) {
  FieldReader in(bytes, form);
  Sample into;
  in.fields(rows, &into);
  return in.complete() ? std::optional(into) : std::nullopt;
}

}  // namespace

TEST_CASE("a field is its tag, the length of its value, and its value") {
  CHECK(written(sample()) == Bytes{1,    1,    2,    2,    1,    1,    3,    1,    0x81, 4,    2,
                                   0xfe, 0xff, 5,    4,    0xfd, 0xff, 0xff, 0xff, 6,    8,    8,
                                   7,    6,    5,    4,    3,    2,    1,    7,    8,    0xfc, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 8,    12,   0,    0,    0,
                                   0,    0,    0,    0,    5,    0,    0,    0,    6,    0});
}

TEST_CASE("fields are read back as they were written, in any order") {
  const Bytes bytes = written(sample());
  CHECK(read(bytes) == sample());
  Bytes turned(bytes.begin() + 3, bytes.end() - 1);
  turned.insert(turned.end(), bytes.begin(), bytes.begin() + 3);
  CHECK(read(turned) == sample());
  Sample extreme{.small = -32768, .number = std::numeric_limits<int32_t>::min(), .moment = never};
  CHECK(read(written(extreme)) == extreme);
}

TEST_CASE("values without tags follow each other, and flags take a byte each") {
  const Bytes plain = {2,    1,    1, 0, 0, 0, 0, 0, 0, 9,    0xfe, 0xff, 0xfd, 0xff, 0xff,
                       0xff, 8,    7, 6, 5, 4, 3, 2, 1, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff,
                       0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 5,    0,    0,    0,    6};
  CHECK(read(plain, FieldReader::Form::plain) == sample());
  for (size_t size = 0; size < plain.size(); ++size)
    CHECK_FALSE(read({plain.begin(), plain.begin() + static_cast<ptrdiff_t>(size)},
                     FieldReader::Form::plain));
}

TEST_CASE("a truncated list is not complete, and has no end") {
  const Bytes bytes = written(sample());
  CHECK(field_list_size(bytes) == bytes.size());
  for (size_t size = 0; size + 1 < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    CHECK_FALSE(read(cut));
    CHECK(field_list_size(cut) == 0);
  }
}

TEST_CASE("fields of later versions need not be there") {
  const Bytes whole = written(sample());
  Bytes bytes(whole.begin() + 6, whole.end());
  const auto form = GENERATE(FieldReader::Form::tagged, FieldReader::Form::plain);
  FieldReader in(bytes, form);
  Sample into{.letter = Letter::b, .bits = 7};
  in.later_fields(std::span(rows).first(3), &into);
  CHECK(in.complete());
  CHECK(into.letter == Letter::b);
  CHECK_FALSE(into.truth);
  CHECK(into.bits == (form == FieldReader::Form::plain ? 7 : 0x81));
}

TEST_CASE("bytes after the end of a list are ignored") {
  Bytes bytes = written(sample());
  const size_t size = bytes.size();
  bytes.insert(bytes.end(), {1, 1, 1, 0});
  CHECK(field_list_size(bytes) == size);
  CHECK(read({0, 1, 1, 1, 0}) == std::nullopt);
}
