// SPDX-License-Identifier: ISC
#include "scan/kept_sockets.hh"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/reexec.hh"
#include "net/passing.hh"
#include "service/layout.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

constexpr size_t ends = 2;  // of a pair

void set_kept(Entry& entry, Pipe pair) {
  close_kept(entry);
  entry.kept_read = pair.read.release();
  entry.kept_write = pair.write.release();
}

using PassedEnds = std::array<int, ends>;

// Owned from now on, whatever the message was. Empty unless it was whole.
Pipe take_pair(const Passed& got, const PassedEnds& fds) {
  Pipe pair{Fd(got.count > 0 ? fds[0] : -1), Fd(got.count > 1 ? fds[1] : -1)};
  return got.good && got.count == ends ? std::move(pair) : Pipe();
}

// A pair on its way to the next program; empty: there is no more.
struct Packed {
  DirectoryId identity;
  Pipe pair;
};

bool send_packed(int to, const DirectoryId& identity, int read, int write) {
  const int fds[] = {read, write};
  char text[sizeof identity];
  memcpy(text, &identity, sizeof text);
  return send_descriptors(to, fds, {text, sizeof text});
}

// The next one that is whole.
Packed receive_packed(int from) {
  for (;;) {
    PassedEnds fds{};
    char text[sizeof(DirectoryId)];
    const Passed got = receive_descriptors(from, fds, text, false);
    if (!got.good && errno != 0) return {};
    Packed next{.identity = {}, .pair = take_pair(got, fds)};
    if (!next.pair || got.size != sizeof text) continue;
    memcpy(&next.identity, text, sizeof text);
    return next;
  }
}

}  // namespace

bool has_kept(const Entry& entry) { return entry.kept_read >= 0 && entry.kept_write >= 0; }

void close_kept(Entry& entry) {
  Fd(std::exchange(entry.kept_read, -1)).reset();
  Fd(std::exchange(entry.kept_write, -1)).reset();
}

void inherit_kept(Entry& entry, Entry& other) {
  if (!has_kept(entry) && has_kept(other))
    set_kept(entry,
             {Fd(std::exchange(other.kept_read, -1)), Fd(std::exchange(other.kept_write, -1))});
  close_kept(other);
}

void KeptSockets::open(int state_directory) {
  socket_ = open_message_socket(state_directory, layout::keeper);
}

void KeptSockets::receive(Roster& roster) const {
  for (;;) {
    PassedEnds fds{};
    char text[scan_message_size];
    const Passed got = receive_descriptors(socket_.get(), fds, text, false);
    if (!got.good && errno != 0) return;
    Pipe pair = take_pair(got, fds);
    std::string_view bytes(text, got.size);
    const auto command = next_scan_command(bytes);
    if (!pair || !command || command->letter != scan_letter::keep) continue;
    Entry* const entry = roster.find(command->supervisor);
    if (entry != nullptr) set_kept(*entry, std::move(pair));
  }
}

// --- Over a re-exec ---------------------------------------------------------

Pipe KeptSockets::pack(const Roster& roster) {
  Pipe all;
  for (const Entry& entry : roster.entries()) {
    if (!entry.is_used() || !has_kept(entry)) continue;
    if (!all.read && !make_message_pair(all.read, all.write)) return {};
    // What does not fit, its supervisor sends again.
    if (!send_packed(all.write.get(), entry.identity, entry.kept_read, entry.kept_write)) break;
  }
  return all;
}

void KeptSockets::inherit(const char* text) {
  if (text == nullptr) return;
  std::string_view words(text);
  packed_.read = inherit_descriptor(words);
  packed_.write = inherit_descriptor(words);
}

// What is for others goes to the end of the queue, until the one that was its end comes again.
void KeptSockets::claim(Entry& entry) const {
  if (!packed_ || has_kept(entry)) return;
  DirectoryId first{};
  for (bool is_first = true;; is_first = false) {
    Packed next = receive_packed(packed_.read.get());
    if (!next.pair) return;
    if (next.identity == entry.identity) return set_kept(entry, std::move(next.pair));
    if (!send_packed(packed_.write.get(), next.identity, next.pair.read.get(),
                     next.pair.write.get()))
      return;
    if (!is_first && next.identity == first) return;
    if (is_first) first = next.identity;
  }
}

void KeptSockets::unpack(Roster& roster) {
  while (packed_) {
    Packed next = receive_packed(packed_.read.get());
    if (!next.pair) break;
    Entry* const entry = roster.find(next.identity);
    if (entry != nullptr && !has_kept(*entry)) set_kept(*entry, std::move(next.pair));
  }
  packed_ = {};
}

}  // namespace stoker
