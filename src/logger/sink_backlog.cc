// SPDX-License-Identifier: ISC
// LogSink when the disk does not take lines and they are not to be waited for.
#include <algorithm>

#include "logger/sink.hh"

namespace stoker {

// Takes what is left of the batch into memory. False where lines are to be waited for,
// or there is no memory.
bool LogSink::keep_back(OutputBuffer& output) {
  if (!keeps_back_) {
    if (overflow_.policy == OverflowPolicy::block) return false;
    kept_ = MappedMemory(overflow_.size);
    if (!kept_) return false;
    keeps_back_ = true;
    backlog_.begin(kept_.bytes(), overflow_.policy, store.mid_line());
  }
  for (;;) {
    backlog_.put(output.pending());
    output.begin = output.end = 0;
    if (formatter_.finished()) return true;
    formatter_.fill(output, 0, {.size = 0});
  }
}

// True when lines may go to the disk directly again.
bool LogSink::drain() {
  if (now() < store.retry() || !write_backlog() || !backlog_.over()) return false;
  keeps_back_ = false;
  kept_ = MappedMemory();
  return true;
}

bool LogSink::write_backlog() {
  for (;;) {
    if (backlog_.wants_notice()) note_gap();
    std::string_view next = backlog_.front();
    if (next.empty()) return true;
    if (store.rotation_due() && !store.rotate()) return false;
    // To the end of the line at which the file has enough.
    const uint64_t left = left_in(store.limits(), store.size());
    const size_t enough =
        next.find('\n', static_cast<size_t>(std::min<uint64_t>(left, next.size())));
    if (enough != std::string_view::npos) next = {next.data(), enough + 1};
    std::string_view rest = next;
    const bool written = store.write(rest);
    backlog_.took(next.size() - rest.size());
    if (!written) return false;
    if (left_in(store.limits(), store.size()) == 0) store.want_rotation();
  }
}

// It has the stamp of a line that was dropped, so that stamps stay in order.
void LogSink::note_gap() {
  const uint64_t lost = backlog_.lost();
  const Text<128> said("dropped ", lost,
                       lost == 1 ? " line: " : " lines: ", error_text(store.trouble()));
  Backlog::Notice notice;
  formatter_.decorate(notice, said, backlog_.lost_head());
  backlog_.give_notice(notice);
}

Moment LogSink::deadline() const {
  return keeps_back_ && !backlog_.empty() ? store.retry() : never;
}

void LogSink::attend() {
  if (keeps_back_ && !backlog_.empty()) static_cast<void>(drain());
}

bool LogSink::finish() { return !keeps_back_ || (write_backlog() && backlog_.empty()); }

}  // namespace stoker
