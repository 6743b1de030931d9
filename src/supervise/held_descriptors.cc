// SPDX-License-Identifier: ISC
#include "supervise/held_descriptors.hh"

#include <algorithm>
#include <cerrno>

#include "base/parse.hh"

namespace stoker {

std::string_view HeldDescriptors::Item::name() const {
  std::string_view rest = line();
  return next_word(rest);
}

std::span<const HeldDescriptors::Item> HeldDescriptors::sockets() const {
  if (!table_) return {};
  return {table_->sockets, table_->socket_count};
}

std::span<const HeldDescriptors::Item> HeldDescriptors::stored() const {
  if (!table_) return {};
  return {table_->stored, table_->stored_count};
}

bool HeldDescriptors::add(const List& list, Fd fd, std::string_view line) {
  errno = EMFILE;
  if (list.count == list.room.size() || line.size() > longest_listen_line) return false;
  Item& item = list.room[list.count++];
  item.fd = fd.release();
  item.size = static_cast<uint16_t>(line.size());
  std::copy(line.begin(), line.end(), item.text);
  changed_ = true;
  return true;
}

void HeldDescriptors::keep(const List& list, FunctionRef<bool(const Item&)> keep) {
  size_t kept = 0;
  for (Item& item : list.items())
    if (keep(item))
      list.room[kept++] = item;
    else
      Fd(item.fd).reset();
  changed_ = changed_ || kept < list.count;
  list.count = kept;
}

bool HeldDescriptors::add_socket(Fd fd, std::string_view line) {
  return table_.make() != nullptr && add(socket_list(), std::move(fd), line);
}

bool HeldDescriptors::add_stored(Fd fd, std::string_view line) {
  return table_.make() != nullptr && add(stored_list(), std::move(fd), line);
}

void HeldDescriptors::keep_sockets(FunctionRef<bool(const Item&)> keep) {
  if (table_) this->keep(socket_list(), keep);
}

void HeldDescriptors::keep_stored(FunctionRef<bool(const Item&)> keep) {
  if (table_) this->keep(stored_list(), keep);
}

void HeldDescriptors::sort_sockets(std::string_view file) {
  if (!table_) return;
  size_t next = 0;
  const std::span<Item> items = socket_list().items();
  for (ListenFile lines(file); lines.next();)
    for (Item& item : items.subspan(next))
      if (item.line() == lines.line()) {
        if (&item != &items[next]) std::swap(item, items[next]);
        ++next;
        break;
      }
}

}  // namespace stoker
