// SPDX-License-Identifier: ISC
// What keeps the descriptors of a service open when its supervisor is killed: all of them, with
// their lines, and the socket on which it reports, are one message in the queue of a pair of
// sockets, of which svscan has a copy. A successor looks at the message without taking it, so that
// it may be killed as well. Elsewhere than on Linux nothing is kept.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "base/function_ref.hh"
#include "supervise/held_descriptors.hh"

namespace stoker {

class Keeper {
 public:
  enum class Kind : uint8_t { socket, stored, notification };

  // Takes over the pair that svscan or an earlier program has kept, "READ WRITE"; null: none.
  void inherit(const char* text);

  bool is_open() const { return read_ && write_; }
  int read_end() const { return read_.get(); }  // -1: none
  int write_end() const { return write_.get(); }

  // Shows what the newest message has.
  void recover(FunctionRef<void(Fd&, Kind, std::string_view line)> take);
  // Puts what is held there, and the notification socket (-1: none), in place of what was before;
  // makes the pair if there is none. False with errno if that failed: what was there before is
  // left.
  [[nodiscard]] bool replace(const HeldDescriptors& held, int notification);
  // Gives svscan a copy of the pair, by its socket at that path, from the directory `at`. False
  // with errno; EAGAIN: it is busy.
  [[nodiscard]] bool offer(int at, std::string_view path) const;

 private:
  Fd read_, write_;
  unsigned messages_ = 0;  // in the queue
};

}  // namespace stoker
