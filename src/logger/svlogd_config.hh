// SPDX-License-Identifier: ISC
#pragma once
#include "logger/sink.hh"

namespace stoker {

// What svlogd's options say about all logs.
struct SvlogdOptions {
  StampForm stamp = StampForm::none;
  size_t line_length = 1000;
  bool verbose = false;
};

// Reads the file `config` in the log's directory, and makes the log go by it from now
// on. What cannot be read or is wrong is told; a file that cannot be read changes
// nothing, except that a log without any configuration gets the usual one.
void configure(LogSink& sink, const SvlogdOptions& options);

}  // namespace stoker
