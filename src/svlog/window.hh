// SPDX-License-Identifier: ISC
// A file of a log, plain or compressed, and the part of it that is in memory.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "base/mapped_memory.hh"

namespace stoker {

class LogWindow {
 public:
  // How much of a file may be in memory at once. To be called first.
  void set_capacity(size_t capacity) { capacity_ = capacity; }

  // Takes an open file. One that is compressed (if it may be) is read through its program.
  // False with errno.
  [[nodiscard]] bool take_over(Fd file, bool may_be_packed);
  void close();

  bool is_open() const { return static_cast<bool>(file_); }
  bool is_packed() const { return program_ != nullptr; }
  const char* program() const { return program_; }
  int file() const { return file_.get(); }
  // A program that has not got to its end could be waited for, and has failed.
  bool has_failed() const { return failed_; }

  // What has been read and not taken yet. Valid until the next fill.
  std::string_view unread() const { return {pages_.bytes().data() + begin_, end_ - begin_}; }
  // What has been taken and is still there.
  std::string_view taken() const { return {pages_.bytes().data(), begin_}; }
  void take(size_t size);
  // Where unread() begins, in the uncompressed file.
  uint64_t offset() const { return offset_; }

  // Goes to this place of a plain file.
  void seek(uint64_t offset);

  enum class Fill : uint8_t {
    some,  // there is more now
    end,   // of the file, as it is now
    full   // the memory is: something has to be taken first
  };
  // Reads more. Waits for the program where there is one, and reads from `ahead` (may be
  // null) while it waits.
  Fill fill(LogWindow* ahead);

 private:
  bool make_room();
  Fill read_some();
  bool wants_reading() const;

  size_t capacity_ = 0;
  MappedMemory pages_;
  Fd file_, pipe_;
  const char* program_ = nullptr;
  pid_t pid_ = -1;
  bool ended_ = false, failed_ = false;
  size_t begin_ = 0, end_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace stoker
