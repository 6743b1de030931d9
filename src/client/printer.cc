// SPDX-License-Identifier: ISC
#include "client/printer.hh"

#include <unistd.h>

#include "base/fd.hh"

namespace stoker {

bool Printer::flush() {
  broken_ = broken_ || !write_all(STDOUT_FILENO, page);
  page.clear();
  return !broken_;
}

}  // namespace stoker
