// SPDX-License-Identifier: ISC
// Standard output: collected in one large buffer, written in few calls, no stdio.
#pragma once
#include "base/text.hh"

namespace stoker {

using Page = Text<64 * 1024>;

// Large: keep it static.
class Printer {
 public:
  // What is not written yet. Lines are appended to it.
  Page page;

  // Writes all of it. False from then on when that failed; see errno.
  bool flush();
  // To be called after each line, so that any number of them fits.
  void make_room() {
    if (page.size() > 32 * 1024) flush();
  }

 private:
  bool broken_ = false;
};

}  // namespace stoker
