// SPDX-License-Identifier: ISC
// Standard output, without stdio: collected in a large buffer and written in few calls.
#pragma once
#include "base/text.hh"

namespace stoker {

using Page = Text<64 * 1024>;

// Large: keep it static.
class Printer {
 public:
  // Not written yet. Lines are appended to it.
  Page page;

  // Writes all of it. Once this has failed, it returns false; see errno.
  bool flush();
  // Must be called after each line, so that there is always room for one.
  void make_room() {
    if (page.size() > 32 * 1024) flush();
  }

 private:
  bool broken_ = false;
};

}  // namespace stoker
