// SPDX-License-Identifier: ISC
#pragma once
#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace stoker {

// Up to N bytes of text, always NUL-terminated, no heap. Longer text is truncated; check
// truncated() once, at the end.
template <size_t N>
class Text {
 public:
  // Does not clear the array, so that unused pages take no memory.
  constexpr Text() {
    if (std::is_constant_evaluated()) std::fill(data_, data_ + N + 1, '\0');
    data_[0] = '\0';
  }
  template <typename... Parts>
  explicit Text(const Parts&... parts) : Text() {
    append(parts...);
  }
  Text(const Text& from) : Text() { *this = from; }
  Text& operator=(const Text& from) {
    if (this == &from) return *this;
    size_ = from.size_;
    truncated_ = from.truncated_;
    std::copy_n(from.data_, size_ + 1, data_);
    return *this;
  }

  void append(std::string_view part) {
    const size_t fits = std::min(part.size(), N - size_);
    std::copy_n(part.data(), fits, data_ + size_);
    size_ += fits;
    data_[size_] = '\0';
    truncated_ |= fits < part.size();
  }
  void append(const char* part) { append(std::string_view(part)); }
  void append(char byte) { append(std::string_view(&byte, 1)); }
  template <std::integral Number>
  void append(Number number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    append(std::string_view(digits, static_cast<size_t>(end - digits)));
  }
  template <typename First, typename Second, typename... Rest>
  void append(const First& first, const Second& second, const Rest&... rest) {
    append(first);
    append(second, rest...);
  }

  void clear() {
    size_ = 0;
    truncated_ = false;
    data_[0] = '\0';
  }
  // Shortens the text to at most `size` bytes.
  void cut(size_t size) {
    size_ = std::min(size, size_);
    data_[size_] = '\0';
  }

  bool truncated() const { return truncated_; }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  char* data() { return data_; }
  const char* c_str() const { return data_; }
  std::string_view view() const { return {data_, size_}; }
  operator std::string_view() const { return view(); }

 private:
  size_t size_ = 0;
  bool truncated_ = false;
  char data_[N + 1];
};

// PATH_MAX on Linux.
using PathText = Text<4096>;

// Decimal digits of a number, for messages: die({"fd ", Digits(fd)}).
struct Digits : Text<24> {
  template <std::integral Number>
  explicit Digits(Number number) {
    append(number);
  }
};

}  // namespace stoker
