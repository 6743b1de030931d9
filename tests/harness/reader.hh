// SPDX-License-Identifier: ISC
// What the tests of svlog have in common: logs with lines of known times.
#pragma once
#include <string>
#include <vector>

#include "logs.hh"

namespace stoker::test {

// 2026-11-22 09:00:00 UTC, where the logs of these tests start.
constexpr int64_t morning = 1795338000;

// The TAI64N label, with its `@`, of `second` seconds after that.
std::string label_at(int64_t second);
// "LABEL TEXT\n", written `second` seconds after that.
std::string said(int64_t second, const std::string& text);
// A line for each of these seconds, which contains its number.
std::string said_from_to(int64_t from, int64_t to);

// The output of svlog. It must exit 0 and print nothing on standard error.
std::string svlog(Sandbox& box, const Argv& arguments);

// Waits until the reader has printed exactly that.
void await_shown(Sandbox& box, const Process& reader, const std::string& text);

// Without the dates: what follows the first two words of each line.
std::string messages(const std::string& text);

// The values of a field, of JSON objects one a line.
std::vector<std::string> values(const std::string& json, const std::string& field);

}  // namespace stoker::test
