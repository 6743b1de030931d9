// SPDX-License-Identifier: ISC
#include "logger/overflow_buffer.hh"

#include <algorithm>

namespace stoker {

bool OverflowBuffer::keep(OutputBuffer& output) {
  if (!active()) {
    if (overflow_.policy == OverflowPolicy::block) return false;
    memory_ = MappedMemory(overflow_.size);
    if (!active()) return false;
    backlog_.begin(memory_.bytes(), overflow_.policy, store_.mid_line());
  }
  for (;;) {
    backlog_.put(output.pending());
    output.begin = output.end = 0;
    if (formatter_.finished()) return true;
    formatter_.fill(output, 0, {.size = 0});
  }
}

bool OverflowBuffer::drain() {
  if (now() < store_.retry() || !write() || !backlog_.over()) return false;
  memory_ = MappedMemory();
  return true;
}

bool OverflowBuffer::write() {
  for (;;) {
    if (backlog_.wants_notice()) note_gap();
    std::string_view next = backlog_.front();
    if (next.empty()) return true;
    if (store_.rotation_due() && !store_.rotate()) return false;
    // To the end of the line at which the file has enough.
    const uint64_t left = left_in(store_.limits(), store_.size());
    const size_t enough =
        next.find('\n', static_cast<size_t>(std::min<uint64_t>(left, next.size())));
    if (enough != std::string_view::npos) next = {next.data(), enough + 1};
    std::string_view rest = next;
    const bool written = store_.write(rest);
    backlog_.took(next.size() - rest.size());
    if (!written) return false;
    if (left_in(store_.limits(), store_.size()) == 0) store_.want_rotation();
  }
}

// The notice has the stamp of a dropped line, so that stamps stay in order.
void OverflowBuffer::note_gap() {
  const uint64_t lost = backlog_.lost();
  const Text<128> said("dropped ", lost,
                       lost == 1 ? " line: " : " lines: ", error_text(store_.trouble()));
  Backlog::Notice notice;
  formatter_.decorate(notice, said, backlog_.lost_head());
  backlog_.give_notice(notice);
}

void OverflowBuffer::attend() {
  if (waits()) static_cast<void>(drain());
}

bool OverflowBuffer::finish() { return !active() || (write() && backlog_.empty()); }

}  // namespace stoker
