// SPDX-License-Identifier: ISC
#include "service/event.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.hh"
#include "base/directory.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// True unless the FIFO has no reader. Other users may be allowed to create files here, so only
// FIFOs are written to, and links are not followed.
bool deliver(int events, const char* name, std::string_view letters) {
  const Fd listener(openat(events, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (!listener) return errno != ENXIO;
  struct stat facts {};
  if (fstat(listener.get(), &facts) != 0 || !S_ISFIFO(facts.st_mode)) return true;
  return write(listener.get(), letters.data(), letters.size()) >= 0 || errno != EPIPE;
}

enum class Audience : uint8_t {
  no_directory,
  empty,
  listens,
};

// Writes the letters to every FIFO in the directory, and removes those without a reader.
Audience write_to_all(int at, const char* directory, std::string_view letters) {
  Directory events(at, directory);
  if (!events) return Audience::no_directory;
  Audience audience = Audience::empty;
  while (const char* const name = events.next()) {
    // A listener creates its FIFO under a hidden name, and renames it once it is open.
    if (name[0] == '.' || deliver(events.fd(), name, letters))
      audience = Audience::listens;
    else
      unlinkat(events.fd(), name, 0);
  }
  return audience;
}

PathText fifo_path(std::string_view name) { return PathText(layout::event, "/", name); }

}  // namespace

void announce(int state_directory, std::string_view letters) {
  if (letters.empty()) return;
  if (write_to_all(state_directory, layout::event, letters) == Audience::empty)
    unlinkat(state_directory, layout::event, AT_REMOVEDIR);
}

// In s6, `O` before `D` means that the service will not be restarted.
Text<64> letters_of_s6(std::string_view letters) {
  Text<64> all;
  for (size_t at = 0; at < letters.size(); ++at) {
    const bool fails =
        letters[at] == event::down && at + 1 < letters.size() && letters[at + 1] == event::failed;
    if (letters[at] == event::failed)
      all.append("OD");
    else if (letters[at] != event::changed && !fails)
      all.append(letters[at]);
  }
  return all;
}

void announce_to_s6(int service_directory, std::string_view letters) {
  const Text<64> theirs = letters_of_s6(letters);
  if (!theirs.empty()) write_to_all(service_directory, layout::event_s6, theirs);
}

std::optional<Listener> Listener::subscribe(int state_directory) {
  Listener listener;
  const auto stamp = now().count();
  const PathText shown = fifo_path(Text<64>(getpid(), "-", stamp));
  const PathText hidden = fifo_path(Text<64>(".", getpid(), "-", stamp));
  // The supervisor may remove the empty `event/` at any time, so try again.
  for (int tries = 0; tries < 100; ++tries) {
    if (mkdirat(state_directory, layout::event, layout::directory_mode) != 0 && errno != EEXIST)
      return {};
    if (mkfifoat(state_directory, hidden.c_str(), layout::fifo_mode) == 0) break;
    if (errno != ENOENT) return {};
  }
  listener.read_ = open_read_plain(state_directory, hidden.c_str());
  if (listener.read_) listener.write_ = open_fifo_write(state_directory, hidden.c_str());
  if (!listener.write_ ||
      renameat(state_directory, hidden.c_str(), state_directory, shown.c_str()) != 0) {
    const int kept = errno;
    unlinkat(state_directory, hidden.c_str(), 0);
    errno = kept;
    return {};
  }
  listener.directory_ = state_directory;
  listener.name_.append(shown.view());
  return listener;
}

Listener::~Listener() {
  if (!read_) return;
  unlinkat(directory_, name_.c_str(), 0);
  unlinkat(directory_, layout::event, AT_REMOVEDIR);
}

char Listener::next() {
  char letter = 0;
  return read(read_.get(), &letter, 1) == 1 ? letter : '\0';
}

}  // namespace stoker
