// SPDX-License-Identifier: ISC
// svscan's own directory, .svscan: its lock, its control FIFO, and the mark of a tree that
// stops.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "base/function_ref.hh"
#include "service/scanner.hh"

namespace stoker {

class ScanState {
 public:
  // Inside the scan directory, or inside `state_root` if that is not null.
  [[nodiscard]] bool open_directory(int scan_directory, const char* state_root);
  // Takes the lock and opens the FIFO. Dies, with that exit code, where another svscan has
  // the lock.
  void open_control(int trouble);
  // The same from the program that this process was before: the next words of `text` are
  // the numbers of handed_down().
  void resume(std::string_view& text);
  // A pipe that only supervisors know, where there is no place for the FIFO.
  void use_pipe(int trouble);

  // If the directory or the FIFO was removed: makes another, for clients. Supervisors go on with
  // the one that they know.
  void look_after(int scan_directory, const char* state_root);

  bool has_control() const { return control_read_ && control_write_; }
  int directory() const { return directory_.get(); }
  int control_read() const { return control_read_.get(); }
  int shown_read() const { return shown_read_.get(); }        // -1: it is control_read()
  int control_write() const { return control_write_.get(); }  // for supervisors
  // Supervisors that an earlier svscan of this tree started name it in their status file.
  uint64_t control_inode() const { return inode_; }
  // For a program that takes our place.
  std::array<int, 3> handed_down() const;

  static void read_commands(int fd, FunctionRef<void(const ScanCommand&)> obey);

  // For programs that ask whether the tree is ready, see sv(8).
  void mark_stopping() const;
  void unmark_stopping() const;
  // … and whether some service of it names others.
  void mark_ordered() const;
  void unmark_ordered() const;

 private:
  bool take_lock();
  [[noreturn]] void refuse(int trouble) const;
  void make_fifo(int trouble);
  void note_inode();

  Fd directory_, lock_, control_read_, control_write_;
  Fd shown_read_, shown_write_;
  uint64_t inode_ = 0;  // of the FIFO
};

}  // namespace stoker
