// SPDX-License-Identifier: ISC
// The descriptors that a supervisor holds for its service: sockets, in the order of `listen`, and
// what the service has left with it. Each has a line, whose first word is its name.
#pragma once
#include <span>
#include <string_view>
#include <utility>

#include "base/fd.hh"
#include "base/function_ref.hh"
#include "base/mapped_object.hh"
#include "net/listen_line.hh"
#include "service/settings.hh"
#include "supervise/wait_list.hh"

namespace stoker {

class HeldDescriptors {
 public:
  static constexpr size_t most = most_sockets + most_stored;

  struct Item {
    int fd;
    uint16_t size;
    char text[longest_listen_line];

    std::string_view line() const { return {text, size}; }
    std::string_view name() const;
  };

  bool empty() const { return sockets().empty() && stored().empty(); }
  std::span<const Item> sockets() const;
  std::span<const Item> stored() const;

  // False with errno if there is no room for it.
  [[nodiscard]] bool add_socket(Fd fd, std::string_view line);
  [[nodiscard]] bool add_stored(Fd fd, std::string_view line);
  // Gives those away for which that is not true.
  void keep_sockets(FunctionRef<bool(const Item&)> keep);
  void keep_stored(FunctionRef<bool(const Item&)> keep);
  // The sockets in the order of the lines of that file.
  void sort_sockets(std::string_view file);

  std::span<pollfd> poll_slots() const {
    return table_ ? std::span(table_->slots) : std::span<pollfd>();
  }

  // Has something changed since the last call?
  bool take_change() { return std::exchange(changed_, false); }
  void note_change() { changed_ = true; }

 private:
  // Some of the items, and how many there are.
  struct List {
    std::span<Item> room;
    size_t& count;

    std::span<Item> items() const { return room.first(count); }
  };
  // Is not written to before it is needed: what a service with few sockets needs is in one page.
  struct Table {
    size_t socket_count, stored_count;
    // For who waits for any socket, beside what else is waited for.
    pollfd slots[most_sockets + WaitList::most];
    Item sockets[most_sockets];
    Item stored[most_stored];
    Table() : socket_count(0), stored_count(0) {}  // NOLINT(*-member-init)
  };
  List socket_list() { return {table_->sockets, table_->socket_count}; }
  List stored_list() { return {table_->stored, table_->stored_count}; }
  bool add(const List& list, Fd fd, std::string_view line);
  void keep(const List& list, FunctionRef<bool(const Item&)> keep);

  MappedObject<Table> table_;
  bool changed_ = false;
};

}  // namespace stoker
