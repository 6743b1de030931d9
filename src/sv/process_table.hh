// SPDX-License-Identifier: ISC
// The processes of the system at one moment, from one pass over /proc. Where the system shows none,
// there are none.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>

#include "base/mapped_array.hh"
#include "base/text.hh"

namespace stoker {

struct ProcessRow {
  static constexpr uint32_t nobody = UINT32_MAX, unclaimed = UINT32_MAX - 1;

  pid_t pid = 0, parent = 0, group = 0, session = 0;
  uint32_t owner = unclaimed;  // the number of a service
  uint64_t start_time = 0;     // with the pid, it identifies the process
  uint64_t cpu = 0;            // used since then, in microseconds
  uint64_t memory = 0;         // resident, in bytes
  uint64_t threads = 0;
  // Bytes from and to storage, see read_io().
  std::optional<uint64_t> read, written;
};

class ProcessTable {
 public:
  // Replaces what it holds. False with errno if there is no memory.
  [[nodiscard]] bool scan();
  // Running ones, sorted by pid.
  std::span<ProcessRow> all() const;

 private:
  std::optional<MappedArray<ProcessRow>> rows_;
  size_t count_ = 0;
};

// Why there are none, if there are none: at least this one runs.
extern const std::string_view why_no_processes;

// Null if it is not among them; they are sorted by pid.
ProcessRow* find_process(std::span<ProcessRow> processes, pid_t pid);

// Adds what it has read and written; nothing where that may not be looked at.
void read_io(ProcessRow& process);

// The words of its command line with blanks between them, or its name in brackets; empty if it has
// exited. Control characters may be in it.
Text<1000> command_line(pid_t pid);

}  // namespace stoker
