// SPDX-License-Identifier: ISC
#include "service/fields.hh"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace stoker {

namespace {

using Bytes = std::span<const unsigned char>;

// Does a whole field come next? Not at the end of the list.
bool has_field(Bytes bytes) {
  return bytes.size() >= field_head && bytes[0] != 0 && bytes.size() - field_head >= bytes[1];
}

Bytes without_field(Bytes bytes) { return bytes.subspan(field_head + bytes[1]); }

uint64_t number_from(const unsigned char* bytes, size_t size) {
  uint64_t bits = 0;
  while (size > 0) bits = bits << 8 | bytes[--size];
  return bits;
}

// In the member of a number; only an int may be stored in less than it has.
constexpr size_t member_size(FieldKind kind) {
  return kind == FieldKind::int16 ? sizeof(int) : std::min(value_size(kind), sizeof(uint64_t));
}

// Where the member's bytes are in a number.
constexpr int shift_of(size_t size) {
  return std::endian::native == std::endian::little ? 0 : static_cast<int>(8 * (8 - size));
}

uint64_t load(FieldKind kind, const unsigned char* member) {
  uint64_t bits = 0;
  std::memcpy(&bits, member, member_size(kind));
  return bits >> shift_of(member_size(kind));
}

void store(FieldKind kind, uint64_t bits, unsigned char* member) {
  if (kind == FieldKind::truth) bits = bits != 0 ? 1 : 0;
  if (kind == FieldKind::int16) bits = static_cast<uint64_t>(static_cast<int16_t>(bits));
  bits <<= shift_of(member_size(kind));
  std::memcpy(member, &bits, member_size(kind));
}

// The plain form has a byte for each.
unsigned char gather_flags(const unsigned char* bytes) {
  unsigned flags = 0;
  for (unsigned bit = 0; bit < 8; ++bit) flags |= (bytes[bit] != 0 ? 1U : 0U) << bit;
  return static_cast<unsigned char>(flags);
}

void take(FieldKind kind, const unsigned char* value, unsigned char* member) {
  if (kind != FieldKind::label) return store(kind, number_from(value, value_size(kind)), member);
  const auto label =
      Tai64n::unpack(std::span<const unsigned char, Tai64n::size>(value, Tai64n::size));
  std::memcpy(member, &label, sizeof label);
}

}  // namespace

void FieldWriter::raw(std::span<const unsigned char> bytes) {
  std::copy(bytes.begin(), bytes.end(), room_.begin() + static_cast<ptrdiff_t>(at_));
  at_ += bytes.size();
}

void FieldWriter::text(FieldTag tag, std::string_view text) {
  room_[at_++] = tag;
  room_[at_++] = static_cast<unsigned char>(text.size());
  raw({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

void FieldWriter::value(FieldKind kind, const unsigned char* from) {
  if (kind == FieldKind::label) {
    Tai64n label;
    std::memcpy(&label, from, sizeof label);
    return raw(label.pack());
  }
  uint64_t bits = load(kind, from);
  for (size_t left = value_size(kind); left > 0; --left, bits >>= 8)
    room_[at_++] = static_cast<unsigned char>(bits);
}

void FieldWriter::fields(std::span<const FieldRow> rows, const void* object) {
  for (const FieldRow& row : rows) {
    room_[at_++] = row.tag;
    room_[at_++] = static_cast<unsigned char>(value_size(row.kind));
    value(row.kind, static_cast<const unsigned char*>(object) + row.offset);
  }
}

void FieldWriter::group(FieldTag tag, std::span<const FieldRow> rows, const void* object) {
  room_[at_] = tag;
  at_ += field_head;
  const size_t begin = at_;
  fields(rows, object);
  room_[begin - 1] = static_cast<unsigned char>(at_ - begin);
}

// The value of the field, which has at least `size` bytes, and its true size. In the plain form
// that is what comes next, so fields must be taken in their order there.
const unsigned char* FieldReader::find(FieldTag tag, size_t& size) {
  if (is_plain() && bytes_.size() >= size) {
    const unsigned char* const value = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return value;
  }
  if (!is_plain())
    for (const Bytes from : {next_, bytes_})
      for (Bytes rest = from; has_field(rest); rest = without_field(rest)) {
        if (rest[0] == tag && rest[1] >= size) {
          size = rest[1];
          next_ = without_field(rest);
          return rest.data() + field_head;
        }
      }
  complete_ = false;
  return nullptr;
}

void FieldReader::fields(std::span<const FieldRow> rows, void* object) {
  for (const FieldRow& row : rows) {
    auto* const member = static_cast<unsigned char*>(object) + row.offset;
    const bool gathers = is_plain() && row.kind == FieldKind::flags;
    size_t size = gathers ? 8 : value_size(row.kind);
    const unsigned char* const value = find(row.tag, size);
    if (value == nullptr) continue;
    if (gathers)
      *member = gather_flags(value);
    else
      take(row.kind, value, member);
  }
}

void FieldReader::later_fields(std::span<const FieldRow> rows, void* object) {
  if (is_plain()) return;
  const bool complete = complete_;
  fields(rows, object);
  complete_ = complete;
}

bool FieldReader::later_group(FieldTag tag, std::span<const FieldRow> rows, void* object) {
  if (is_plain()) return false;
  const bool complete = std::exchange(complete_, true);
  group(tag, rows, object);
  return std::exchange(complete_, complete);
}

std::string_view FieldReader::later_text(FieldTag tag) {
  if (is_plain()) return {};
  const bool complete = complete_;
  size_t size = 0;
  const unsigned char* const value = find(tag, size);
  complete_ = complete;
  return value != nullptr ? std::string_view(reinterpret_cast<const char*>(value), size)
                          : std::string_view();
}

void FieldReader::group(FieldTag tag, std::span<const FieldRow> rows, void* object) {
  if (is_plain()) return fields(rows, object);
  size_t size = 0;
  const unsigned char* const value = find(tag, size);
  if (value == nullptr) return;
  FieldReader inner({value, size}, Form::tagged);
  inner.fields(rows, object);
  complete_ = complete_ && inner.complete_;
}

size_t field_list_size(std::span<const unsigned char> bytes) {
  auto rest = bytes;
  while (has_field(rest)) rest = without_field(rest);
  if (rest.empty() || rest[0] != 0) return 0;
  return bytes.size() - rest.size() + 1;
}

}  // namespace stoker
