// SPDX-License-Identifier: ISC
#include "chain/capabilities.hh"

#include <algorithm>

#include "base/word.hh"

namespace stoker {

namespace {

// In the order of their numbers.
constexpr std::string_view names[] = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};

constexpr std::string_view secure_bit_names[] = {
    "noroot",    "noroot-locked",    "no-setuid-fixup", "no-setuid-fixup-locked",
    "keep-caps", "keep-caps-locked",
};

bool is_separator(char byte) { return byte == ' ' || byte == ',' || byte == '\t'; }

std::string_view cut_word(std::string_view& text) {
  while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  const auto end = std::find_if(text.begin(), text.end(), is_separator);
  const std::string_view word(text.data(), static_cast<size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

template <size_t N>
std::optional<unsigned> position(std::string_view word, const std::string_view (&list)[N]) {
  for (unsigned i = 0; i < N; ++i)
    if (same_word(word, list[i])) return i;
  return {};
}

std::optional<CapabilitySet> parse_one(std::string_view word) {
  if (same_word(word, "all")) return every_capability;
  if (same_word(word, "none")) return CapabilitySet{};
  if (word.size() > 4 && same_word({word.data(), 4}, "cap_")) word.remove_prefix(4);
  const auto number = position(word, names);
  if (!number) return {};
  return CapabilitySet{1} << *number;
}

// The sum of a list's words.
std::optional<CapabilitySet> parse_words(std::string_view text) {
  CapabilitySet set = 0;
  for (std::string_view word = cut_word(text); !word.empty(); word = cut_word(text)) {
    const auto more = parse_one(word);
    if (!more) return {};
    set |= *more;
  }
  return set;
}

bool cut_inversion(std::string_view& text) {
  const bool inverted = !text.empty() && text.front() == '~';
  if (inverted) text.remove_prefix(1);
  return inverted;
}

}  // namespace

std::optional<CapabilitySet> parse_capabilities(std::string_view text) {
  std::optional<CapabilitySet> set;
  if (!add_capabilities(set, text, 0)) return {};
  return set;
}

bool add_capabilities(std::optional<CapabilitySet>& set, std::string_view text,
                      CapabilitySet initial) {
  const bool inverted = cut_inversion(text);
  const auto named = parse_words(text);
  if (!named) return false;
  const CapabilitySet before = set.value_or(initial);
  if (*named == 0 || before == initial)
    set = inverted ? ~*named : *named;
  else
    set = inverted ? before & ~*named : before | *named;
  return true;
}

bool add_secure_bits(std::optional<unsigned>& bits, std::string_view text) {
  unsigned all = bits.value_or(0);
  bits = 0;
  for (std::string_view word = cut_word(text); !word.empty(); word = cut_word(text)) {
    const auto number = position(word, secure_bit_names);
    if (!number) return false;
    bits = all |= 1U << *number;
  }
  return true;
}

std::string_view capability_name(unsigned number) {
  return number < std::size(names) ? names[number] : std::string_view();
}

}  // namespace stoker
