// SPDX-License-Identifier: ISC
// Values in a file as tagged fields: a byte that names the field, a byte with the length of
// the value, the value. Numbers are little-endian, TAI64N labels big-endian as everywhere. A
// zero byte ends a list. Readers skip the tags that they do not know, so a later version adds
// a field behind the others without a new version of the file.
//
// A struct has one table with a row per field, for writing and for reading. The rows stand in
// the order in which Stoker 0.1.0 wrote the values without tags.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/clock.hh"
#include "base/tai64n.hh"

namespace stoker {

using FieldTag = uint8_t;

enum class FieldKind : uint8_t {
  byte,   // an enumerator, or bits
  truth,  // a bool
  flags,  // eight bits; a byte each in the plain form
  int16,  // an int in two bytes
  number32,
  number64,
  label,
};

struct FieldRow {
  FieldTag tag;  // never given to another field
  FieldKind kind;
  uint16_t offset;  // in the struct
};

// The kind of most members follows from their type.
template <typename Member>
consteval FieldKind field_kind() {
  if (std::is_same_v<Member, bool>) return FieldKind::truth;
  if (std::is_same_v<Member, Tai64n>) return FieldKind::label;
  if (std::is_same_v<Member, Moment>) return FieldKind::number64;
  return sizeof(Member) == 1   ? FieldKind::byte
         : sizeof(Member) == 4 ? FieldKind::number32
                               : FieldKind::number64;
}
// NOLINTBEGIN(bugprone-macro-parentheses): a type and a member take none.
#define STOKER_FIELD(tag, Struct, member) \
  FieldRow { tag, field_kind<decltype(Struct{}.member)>(), offsetof(Struct, member) }
// NOLINTEND(bugprone-macro-parentheses)

constexpr size_t field_head = 2;

constexpr size_t value_size(FieldKind kind) {
  switch (kind) {
  case FieldKind::byte:
  case FieldKind::truth:
  case FieldKind::flags: return 1;
  case FieldKind::int16: return 2;
  case FieldKind::number32: return 4;
  case FieldKind::number64: return 8;
  case FieldKind::label: return Tai64n::size;
  }
  return 0;
}

// The bytes that a struct takes, so that buffers are sized at compile time.
constexpr size_t fields_size(std::span<const FieldRow> rows) {
  size_t size = 0;
  for (const FieldRow& row : rows) size += field_head + value_size(row.kind);
  return size;
}

// What was encoded: at most so many bytes.
template <size_t most>
class FieldBytes {
 public:
  std::span<unsigned char> room() { return bytes_; }
  void set_size(size_t size) { size_ = size; }

  const unsigned char* data() const { return bytes_.data(); }
  size_t size() const { return size_; }
  const unsigned char* begin() const { return bytes_.data(); }
  const unsigned char* end() const { return bytes_.data() + size_; }

 private:
  std::array<unsigned char, most> bytes_{};
  size_t size_ = 0;
};

// The room must be large enough: fields_size() proves it.
class FieldWriter {
 public:
  explicit FieldWriter(std::span<unsigned char> room) : room_(room) {}

  // `object` is the struct that the rows are of.
  void fields(std::span<const FieldRow> rows, const void* object);
  // The same inside a field.
  void group(FieldTag tag, std::span<const FieldRow> rows, const void* object);
  // At most 255 bytes.
  void text(FieldTag tag, std::string_view text);
  void raw(std::span<const unsigned char> bytes);
  void end() { room_[at_++] = 0; }
  size_t size() const { return at_; }

 private:
  void value(FieldKind kind, const unsigned char* from);

  std::span<unsigned char> room_;
  size_t at_ = 0;
};

// Takes a field of each tag; a value that is longer than expected counts as far as it is known.
// A field that is missing or too short leaves its member alone. Fields are looked for behind the
// last one first: they are read in the order in which they were written.
class FieldReader {
 public:
  enum class Form : uint8_t {
    tagged,
    plain,  // of 0.1.0: values without tags, one behind the other
  };
  FieldReader(std::span<const unsigned char> bytes, Form form) : bytes_(bytes), form_(form) {}

  void fields(std::span<const FieldRow> rows, void* object);
  void group(FieldTag tag, std::span<const FieldRow> rows, void* object);

  // The same for fields that an earlier version did not write: none need be there.
  void later_fields(std::span<const FieldRow> rows, void* object);
  // Is there such a group?
  bool later_group(FieldTag tag, std::span<const FieldRow> rows, void* object);
  std::string_view later_text(FieldTag tag);  // empty if there is none

  bool is_plain() const { return form_ == Form::plain; }
  // Has every field been there that was asked for?
  bool complete() const { return complete_; }

 private:
  const unsigned char* find(FieldTag tag, size_t& size);

  std::span<const unsigned char> bytes_;
  std::span<const unsigned char> next_;  // behind the last field that was taken
  Form form_;
  bool complete_ = true;
};

// The length of the list of fields that the bytes begin with, its end included; 0 where it
// has none.
size_t field_list_size(std::span<const unsigned char> bytes);

}  // namespace stoker
