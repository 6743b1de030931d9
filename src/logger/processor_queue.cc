// SPDX-License-Identifier: ISC
#include "logger/processor_queue.hh"

#include "base/directory.hh"

namespace stoker {

bool ProcessorQueue::is_full() const {
  const size_t most = settings_.limits.keep;
  return settings_.processor != nullptr && most != 0 && waiting_ >= most;
}

ArchiveName ProcessorQueue::oldest() const {
  ArchiveName oldest;
  Directory list(directory_.fd(), ".");
  while (const char* const name = list ? list.next() : nullptr) {
    if (!archive_stamp(name) || archive_code(name) != archive::unfinished) continue;
    const bool older = oldest.empty() || std::string_view(name) < oldest.view();
    if (older && directory_.is_complete(name)) oldest = ArchiveName(name);
  }
  return oldest;
}

void ProcessorQueue::start() {
  if (waiting_ == 0 || settings_.processor == nullptr || !processor_.may_start()) return;
  const ArchiveName name = oldest();
  if (name.empty()) {
    // Those that wait are still on their way to disk.
    if (settler_.idle()) waiting_ = 0;
    return;
  }
  if (processor_.start(directory_.fd(), name, settings_.processor, settings_.file_mode()))
    settings_.info("processing: ", directory_.path(), name);
}

// While files are on their way to disk, the end of that wakes us.
Moment ProcessorQueue::deadline() const {
  return waiting_ != 0 && !running() && settler_.idle() ? processor_.again() : never;
}

std::optional<ArchiveName> ProcessorQueue::ended(const Death& death) {
  if (processor_.ended(death, directory_.fd(), settings_.code) != Processor::Outcome::done)
    return {};
  if (waiting_ != 0) --waiting_;
  return archive_name(*archive_stamp(processor_.source()), settings_.code);
}

}  // namespace stoker
