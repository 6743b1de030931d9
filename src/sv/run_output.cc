// SPDX-License-Identifier: ISC
#include "sv/run_output.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

// The arguments of finish: an exit code, -1 after a signal, and that.
int code_from(std::string_view text) {
  constexpr int unknown = 111;
  const auto code = parse_number<int>(next_word(text));
  const auto signal = parse_number<int>(next_word(text));
  if (!code || !signal) return unknown;
  return *code >= 0 ? *code : 128 + *signal;
}

}  // namespace

Text<200> finish_script_of(const RunMark& mark) {
  return Text<200>("#!/bin/sh\necho \"", mark, " $1 $2\"\n");
}

void RunOutput::take(std::string_view bytes, FunctionRef<void(std::string_view)> print) {
  for (const char byte : bytes) {
    if (part_ == Part::end)
      take_end(byte);
    else if (part_ == Part::message)
      take_message(byte, print);
    else if (byte == ' ' || byte == '\n')
      part_ = Part::message;
  }
}

// A message without an end of line may be before the mark.
void RunOutput::take_message(char byte, FunctionRef<void(std::string_view)> print) {
  const std::string_view mark = mark_.view();
  if (byte != mark[matched_]) {
    if (matched_ > 0) print({mark.data(), matched_});
    matched_ = 0;
  }
  if (byte == mark[matched_]) {
    if (++matched_ == mark.size()) part_ = Part::end;
    return;
  }
  print({&byte, 1});
  if (byte == '\n') part_ = Part::stamp;
}

void RunOutput::take_end(char byte) {
  if (code_) return;
  if (byte == '\n')
    code_ = code_from(end_);
  else
    end_.append(byte);
}

}  // namespace stoker
