// SPDX-License-Identifier: ISC
#include "scan/kept_sockets.hh"

#include <array>
#include <cstring>
#include <utility>

#include "base/reexec.hh"
#include "net/passing.hh"
#include "service/layout.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

constexpr size_t ends = 2;  // of a pair

void set_kept(Entry& entry, Fd read, Fd write) {
  close_kept(entry);
  entry.kept_read = read.release();
  entry.kept_write = write.release();
}

}  // namespace

bool has_kept(const Entry& entry) { return entry.kept_read >= 0 && entry.kept_write >= 0; }

void close_kept(Entry& entry) {
  Fd(std::exchange(entry.kept_read, -1)).reset();
  Fd(std::exchange(entry.kept_write, -1)).reset();
}

void inherit_kept(Entry& entry, Entry& other) {
  if (!has_kept(entry) && has_kept(other))
    set_kept(entry, Fd(std::exchange(other.kept_read, -1)),
             Fd(std::exchange(other.kept_write, -1)));
  close_kept(other);
}

void KeptSockets::open(int state_directory) {
  socket_ = open_message_socket(state_directory, layout::keeper);
}

void KeptSockets::receive(Roster& roster) const {
  for (;;) {
    std::array<int, ends> fds{};
    char text[scan_message_size];
    const Passed got = receive_descriptors(socket_.get(), fds, text, false);
    if (!got.good && errno != 0) return;
    Fd read(got.count > 0 ? fds[0] : -1), write(got.count > 1 ? fds[1] : -1);
    std::string_view bytes(text, got.size);
    const auto command = next_scan_command(bytes);
    if (!got.good || got.count < ends || !command || command->letter != scan_letter::keep) continue;
    Entry* const entry = roster.find(command->supervisor);
    if (entry != nullptr) set_kept(*entry, std::move(read), std::move(write));
  }
}

// --- Over a re-exec ---------------------------------------------------------

Pipe KeptSockets::pack(const Roster& roster) {
  Pipe all;
  for (const Entry& entry : roster.entries()) {
    if (!entry.is_used() || !has_kept(entry)) continue;
    if (!all.read && !make_message_pair(all.read, all.write)) return {};
    const int fds[] = {entry.kept_read, entry.kept_write};
    char text[sizeof entry.identity];
    memcpy(text, &entry.identity, sizeof text);
    // What does not fit, its supervisor sends again.
    if (!send_descriptors(all.write.get(), fds, {text, sizeof text})) break;
  }
  return all;
}

void KeptSockets::unpack(const char* text, Roster& roster) {
  if (text == nullptr) return;
  std::string_view words(text);
  const Fd all = inherit_descriptor(words);
  const Fd unused = inherit_descriptor(words);
  for (;;) {
    std::array<int, ends> fds{};
    DirectoryId identity;
    char bytes[sizeof identity];
    const Passed got = receive_descriptors(all.get(), fds, bytes, false);
    if (!all || (!got.good && errno != 0)) return;
    Fd read(got.count > 0 ? fds[0] : -1), write(got.count > 1 ? fds[1] : -1);
    if (!got.good || got.count < ends || got.size != sizeof bytes) continue;
    memcpy(&identity, bytes, sizeof bytes);
    Entry* const entry = roster.find(identity);
    if (entry != nullptr && !has_kept(*entry)) set_kept(*entry, std::move(read), std::move(write));
  }
}

}  // namespace stoker
