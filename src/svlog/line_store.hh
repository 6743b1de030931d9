// SPDX-License-Identifier: ISC
#pragma once
#include <cstddef>
#include <string_view>

namespace stoker {

// Lines that are kept until all are known, in mapped pages that grow as they are needed.
class LineStore {
 public:
  LineStore() = default;
  ~LineStore();
  LineStore(const LineStore&) = delete;
  LineStore& operator=(const LineStore&) = delete;

  // Adds to the last line. Dies if there is no memory.
  void append(std::string_view text);
  void end_line();

  // All that was added.
  std::string_view text() const { return {text_.start, text_.used}; }
  size_t size() const { return ends_.used / sizeof(size_t); }
  std::string_view line(size_t at) const;

 private:
  // Pages that grow at their end.
  struct Pages {
    char* start = nullptr;
    size_t used = 0, size = 0;

    void append(std::string_view text);
    void free();
  };
  size_t end_of(size_t at) const;

  Pages text_, ends_;
};

}  // namespace stoker
