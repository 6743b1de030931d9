// SPDX-License-Identifier: ISC
#include "logger/recovery.hh"

#include "base/directory.hh"
#include "logdir/names.hh"

namespace stoker {

void Recovery::run() {
  recover_rotation();
  Directory list(directory_.fd(), ".");
  while (const char* const name = list ? list.next() : nullptr) recover_archive(name);
}

// Of multilog or s6-log.
void Recovery::recover_rotation() {
  bool fine = true;
  if (directory_.is_complete(store::processed)) {
    // The processor had succeeded, so what it had read is no longer needed.
    if (directory_.exists(store::previous)) fine &= directory_.remove(store::previous);
    fine &= directory_.set_aside(store::processed, settings_.code);
  } else if (directory_.exists(store::processed)) {
    fine &= directory_.remove(store::processed);
  }
  fine &= directory_.set_aside(store::previous, archive::unfinished);
  if (!fine) directory_.warn_errno("unable to recover previous: ");
}

void Recovery::recover_archive(const char* name) {
  const auto stamp = archive_stamp(name);
  if (!stamp) return;
  const std::string_view code = archive_code(name);
  if (code == archive::in_progress && !directory_.remove(name))
    directory_.warn_errno("unable to unlink processor leftover: ", name);
  if (code != archive::unfinished || !directory_.is_complete(name)) return;

  const ArchiveName finished = archive_name(*stamp, settings_.code);
  bool fine = true;
  if (directory_.exists(finished.c_str()))
    fine = replace_by_result(directory_.fd(), *stamp, directory_.path());
  else if (settings_.processor == nullptr)
    fine = directory_.rename(name, finished.c_str());
  if (!fine) directory_.warn_errno("unable to recover ", name);
}

void Recovery::release(const ProcessorQueue& queue) {
  Directory list(directory_.fd(), ".");
  while (const char* const name = list ? list.next() : nullptr)
    if (!queue.has_in_hand(name) && archive_code(name) != archive::in_progress)
      recover_archive(name);
}

}  // namespace stoker
