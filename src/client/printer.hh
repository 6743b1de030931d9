// SPDX-License-Identifier: ISC
// Standard output, without stdio: collected in a large buffer and written in few calls.
#pragma once
#include "base/text.hh"

namespace stoker {

using Page = Text<64 * 1024>;

// Opens something that cannot be written on those of 0, 1 and 2 that are closed, so that no FIFO
// opened later becomes a standard stream, and output to a closed one still fails.
void block_standard_descriptors();

// Large: keep it static.
class Printer {
 public:
  // Not written yet. Lines are appended to it.
  Page page;

  // Writes all of it. Once this has failed, it returns false, with the first errno.
  bool flush();
  // Writes the rest, or dies with a message and code 111 if not all could be written.
  void finish();
  // Drops what could not be written, because nobody wants it any more.
  void forget();
  // Must be called after each line, so that there is always room for one.
  void make_room() {
    if (page.size() > 32 * 1024) flush();
  }

 private:
  int error_ = 0;
};

}  // namespace stoker
