// SPDX-License-Identifier: ISC
// What the tests of the log programs need from log directories.
#pragma once
#include <string>
#include <vector>

#include "sandbox.hh"

namespace stoker::test {

// The permission bits of a file in the sandbox.
unsigned mode_of(const Sandbox& box, const std::string& name);

// The names of old logs in the directory, oldest first; without what a processor is
// still writing.
std::vector<std::string> old_logs(const Sandbox& box, const std::string& directory);

// All that has been logged there: the old logs in their order, then `current`.
std::string logged(const Sandbox& box, const std::string& directory);

// The content of a log directory, without what differs between runs: one line for each
// file with its mode, its name with LABEL for the label, and its size or contents.
std::vector<std::string> picture(const Sandbox& box, const std::string& directory);

// "1\n2\n…": numbered lines, each of at least `width` bytes.
std::string numbered(int from, int to, size_t width = 0);

// Any file, by its whole path.
std::string contents_of(const std::string& path);

std::vector<std::string> lines_of(const std::string& text);

// The text with the first `size` bytes of each line cut off.
std::string without_stamps(const std::string& text, size_t size);

// A logger that reads from a pipe which the test writes to.
Process fed_logger(Sandbox& box, const Argv& argv);

// Does the logger leave lines in the pipe until they are in a file? Where the
// system has no such call it reads ahead, and loses what it has read when killed.
bool leaves_lines_in_pipe(const std::string& program);

// Waits until that is all that has been logged in the directory.
void await_logged(Sandbox& box, const std::string& directory, const std::string& text);

// Waits for this number of old logs, all finished.
void await_old_logs(Sandbox& box, const std::string& directory, size_t count);

}  // namespace stoker::test
