// SPDX-License-Identifier: ISC
#include "service/fields.hh"

#include <algorithm>
#include <cstring>

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

template <typename Number>
void store(unsigned char* member, uint64_t bits) {
  const auto number = static_cast<Number>(bits);
  std::memcpy(member, &number, sizeof number);
}

// The value as the member has it. `size` is that of the value in its form.
void take(FieldKind kind, const unsigned char* value, size_t size, unsigned char* member) {
  const uint64_t bits = number_from(value, std::min(size, sizeof bits));
  switch (kind) {
  case FieldKind::byte: *member = static_cast<unsigned char>(bits); return;
  case FieldKind::truth: *member = bits != 0 ? 1 : 0; return;
  case FieldKind::flags:
    if (size == 1) *member = value[0];
    for (size_t i = 0; size == 8 && i < size; ++i)
      *member = static_cast<unsigned char>(*member | (value[i] != 0 ? 1 << i : 0));
    return;
  case FieldKind::int16:
    store<int>(member, static_cast<uint64_t>(static_cast<int16_t>(bits)));
    return;
  case FieldKind::number32: store<uint32_t>(member, bits); return;
  case FieldKind::number64: store<uint64_t>(member, bits); return;
  case FieldKind::label: {
    const Tai64n label =
        Tai64n::unpack(std::span<const unsigned char, Tai64n::size>(value, Tai64n::size));
    std::memcpy(member, &label, sizeof label);
    return;
  }
  }
}

uint64_t number_of(FieldKind kind, const unsigned char* member) {
  uint32_t number32;
  uint64_t number64;
  switch (value_size(kind)) {
  case 1: return *member;
  case 8: std::memcpy(&number64, member, sizeof number64); return number64;
  default: std::memcpy(&number32, member, sizeof number32); return number32;
  }
}

}  // namespace

void FieldWriter::raw(std::span<const unsigned char> bytes) {
  std::copy(bytes.begin(), bytes.end(), room_.begin() + static_cast<ptrdiff_t>(at_));
  at_ += bytes.size();
}

void FieldWriter::value(FieldKind kind, const unsigned char* from) {
  if (kind == FieldKind::label) {
    Tai64n label;
    std::memcpy(&label, from, sizeof label);
    return raw(label.pack());
  }
  uint64_t bits = number_of(kind, from);
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

// The value of the field and its size. In the plain form that is what comes next, so fields
// must be taken in their order there.
const unsigned char* FieldReader::find(FieldTag tag, size_t least, size_t& size) {
  if (is_plain() && bytes_.size() >= least) {
    const unsigned char* const value = bytes_.data();
    bytes_ = bytes_.subspan(size = least);
    return value;
  }
  if (!is_plain())
    for (Bytes rest = bytes_; has_field(rest); rest = without_field(rest))
      if (rest[0] == tag && rest[1] >= least) {
        size = rest[1];
        return rest.data() + field_head;
      }
  complete_ = false;
  return nullptr;
}

void FieldReader::fields(std::span<const FieldRow> rows, void* object) {
  for (const FieldRow& row : rows) {
    const bool spread = is_plain() && row.kind == FieldKind::flags;
    const size_t size = spread ? 8 : value_size(row.kind);
    size_t found;
    if (const unsigned char* const value = find(row.tag, size, found))
      take(row.kind, value, size, static_cast<unsigned char*>(object) + row.offset);
  }
}

void FieldReader::group(FieldTag tag, std::span<const FieldRow> rows, void* object) {
  if (is_plain()) return fields(rows, object);
  size_t size;
  const unsigned char* const value = find(tag, 0, size);
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
