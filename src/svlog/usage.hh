// SPDX-License-Identifier: ISC
// How much space logs take.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.hh"

namespace stoker {

// In bytes, of a file in an open directory; 0 if it does not exist. No link is followed.
uint64_t size_on_disk(int directory, const char* name);
// In bytes, of all files in a directory, as du(1) counts them; 0 if it cannot be read.
// … The path may not lead there over a link that others can change.
uint64_t size_of_log(int directory);
uint64_t size_of_log(const PathText& path);

// "16.0M", as systemd prints sizes: bytes without a fraction. Pure.
Text<24> log_size_text(uint64_t bytes);

// "100M": digits, and K, M, G or T, as systemd has them, or k, m, g or t, as loggers do, for powers
// of 1024. A B may follow. Pure.
std::optional<uint64_t> parse_bytes(std::string_view text);

}  // namespace stoker
