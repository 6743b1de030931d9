// SPDX-License-Identifier: ISC
#include "client/printer.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/report.hh"

namespace stoker {

void block_standard_descriptors() {
  int fd;
  do fd = open("/", O_RDONLY | O_DIRECTORY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) close(fd);
}

bool Printer::flush() {
  if (error_ == 0 && !write_all(STDOUT_FILENO, page)) error_ = errno;
  page.clear();
  errno = error_;
  return error_ == 0;
}

void Printer::forget() {
  page.clear();
  error_ = 0;
}

void Printer::finish() {
  if (!flush()) die_errno({"unable to write to standard output"});
}

}  // namespace stoker
