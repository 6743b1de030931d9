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

// Reads the file `config` in the log's directory, and applies it. Invalid lines are reported.
// A file that cannot be read is reported and changes nothing, except that a log without any
// configuration gets the default.
void configure(LogSink& sink, const SvlogdOptions& options);

}  // namespace stoker
