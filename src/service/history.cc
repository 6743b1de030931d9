// SPDX-License-Identifier: ISC
#include "service/history.hh"

#include "service/bytes.hh"

namespace stoker {

namespace {

// Every released version's entries must remain readable.
constexpr uint8_t version = 1;
constexpr unsigned want_bits = 3, log_bit = 4, oneshot_bit = 8, began_bit = 16, took_over_bit = 32,
                   recovered_bit = 64;

uint8_t flags_of(const HistoryEntry& entry) {
  return static_cast<uint8_t>(static_cast<unsigned>(entry.want) | (entry.log ? log_bit : 0) |
                              (entry.oneshot ? oneshot_bit : 0) | (entry.began ? began_bit : 0) |
                              (entry.took_over ? took_over_bit : 0) |
                              (entry.recovered ? recovered_bit : 0));
}

std::optional<HistoryEntry> decode(std::span<const unsigned char> bytes) {
  ByteReader in(bytes);
  if (in.number<uint8_t>() != version) return {};
  const auto state = in.number<uint8_t>();
  const auto flags = in.number<uint8_t>();
  const auto reason = in.number<uint8_t>();
  if (state >= state_count) return {};
  HistoryEntry entry{.state = static_cast<State>(state),
                     .want = static_cast<Want>(flags & want_bits),
                     .reason = reason < reason_count ? static_cast<Reason>(reason) : Reason::none,
                     .log = (flags & log_bit) != 0,
                     .oneshot = (flags & oneshot_bit) != 0,
                     .began = (flags & began_bit) != 0,
                     .took_over = (flags & took_over_bit) != 0,
                     .recovered = (flags & recovered_bit) != 0};
  entry.boot = in.number<uint32_t>();
  entry.at = in.number<uint64_t>();
  entry.wall = in.number<uint32_t>();
  entry.pid = in.number<int32_t>();
  entry.error = in.number<int32_t>();
  entry.exit_code = in.number<int16_t>();
  entry.signal = in.number<int16_t>();
  return entry;
}

}  // namespace

uint32_t history_boot(uint64_t boot_mark) {
  return static_cast<uint32_t>(boot_mark ^ boot_mark >> 32);
}

std::array<unsigned char, history_entry_size> encode(const HistoryEntry& entry) {
  std::array<unsigned char, history_entry_size> bytes{};
  ByteWriter out(bytes);
  out.put(version);
  out.put(static_cast<uint8_t>(entry.state));
  out.put(flags_of(entry));
  out.put(static_cast<uint8_t>(entry.reason));
  out.put(entry.boot);
  out.put(entry.at);
  out.put(entry.wall);
  out.put(static_cast<int32_t>(entry.pid));
  out.put(static_cast<int32_t>(entry.error));
  out.put(static_cast<int16_t>(entry.exit_code));
  out.put(static_cast<int16_t>(entry.signal));
  return bytes;
}

size_t decode_history(std::span<const unsigned char> bytes, std::span<HistoryEntry> into) {
  size_t count = 0;
  for (; bytes.size() >= history_entry_size && count < into.size();
       bytes = bytes.subspan(history_entry_size))
    if (const auto entry = decode(bytes.first(history_entry_size))) into[count++] = *entry;
  return count;
}

}  // namespace stoker
