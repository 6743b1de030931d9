// SPDX-License-Identifier: ISC
// What the tests of svlog have in common: logs whose lines were written at known times.
#pragma once
#include <string>
#include <vector>

#include "logs.hh"

namespace stoker::test {

// 2026-11-22 09:00:00 UTC, where the logs of these tests begin.
constexpr int64_t morning = 1795338000;

// The TAI64N label, with its `@`, of so many seconds after that.
std::string label_at(int64_t second);
// "LABEL TEXT\n", said so many seconds after that.
std::string said(int64_t second, const std::string& text);
// Lines said in each of these seconds, which say what second it is.
std::string said_from_to(int64_t from, int64_t to);

// What svlog says. It must end with code 0 and be silent on standard error.
std::string svlog(Sandbox& box, const Argv& arguments);

// Waits until the reader has put out just that.
void await_shown(Sandbox& box, const Process& reader, const std::string& text);

// Without the dates: what stands behind the first two words of each line.
std::string messages(const std::string& text);

// The values of a field, of JSON objects one a line.
std::vector<std::string> values(const std::string& json, const std::string& field);

}  // namespace stoker::test
