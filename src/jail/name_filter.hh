// SPDX-License-Identifier: ISC
// Lists of names of what is permitted or refused, as systemd reads them.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace stoker {

// A set of numbers below `size`.
template <unsigned size>
class NumberSet {
 public:
  static constexpr unsigned most = size;
  void add(unsigned number) {
    if (number < most) words_[number / 64] |= uint64_t{1} << number % 64;
  }
  void remove(const NumberSet& others) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~others.words_[i];
  }
  void add(const NumberSet& others) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
  }
  bool has(unsigned number) const {
    return number < most && (words_[number / 64] >> number % 64 & 1) != 0;
  }

 private:
  std::array<uint64_t, (most + 63) / 64> words_ = {};
};

// Calls `each` with the names, which have blanks or commas between them, until it returns false.
template <typename Each>
bool for_each_name(std::string_view list, Each each) {
  const auto is_separator = [](char byte) { return byte == ' ' || byte == ',' || byte == '\t'; };
  while (!list.empty()) {
    const auto begin = std::find_if_not(list.begin(), list.end(), is_separator);
    const auto end = std::find_if(begin, list.end(), is_separator);
    if (begin != end && !each(std::string_view(&*begin, static_cast<size_t>(end - begin))))
      return false;
    list.remove_prefix(static_cast<size_t>(end - list.begin()));
  }
  return true;
}

// Removes a `~` from the beginning; false if there is none.
inline bool cut_inversion(std::string_view& text) {
  const bool inverted = !text.empty() && text.front() == '~';
  if (inverted) text.remove_prefix(1);
  return inverted;
}

// A list of what is permitted, or, if the first list begins with `~`, of what is refused. Further
// lists add to it, or with `~` remove from it. An empty list starts again.
//
// `Names` has a Set of numbers, `static bool add(Set&, std::string_view name)`, which is false for
// an unknown name, and `static void add_always(Set&)`, which adds what every list permits.
template <typename Names>
class NameFilter {
 public:
  using Set = typename Names::Set;

  // One with a `~` of its own is refused. False if a name is unknown.
  bool add_list(std::string_view list) {
    if (list.empty()) {
      *this = {};
      return true;
    }
    const bool inverted = cut_inversion(list);
    Set plain, refused;
    if (!add_names(plain, refused, list)) return false;
    if (kind_ == Kind::none) begin(inverted);
    add(plain, inverted);
    add(refused, true);
    return true;
  }

  // Permits nothing but what every list does.
  void refuse_all() {
    *this = {};
    begin(false);
  }

  bool any() const { return kind_ != Kind::none; }
  bool allows(unsigned number) const {
    switch (kind_) {
    case Kind::none: return true;
    case Kind::allow: return listed_.has(number);
    case Kind::refuse: return number < Set::most && !listed_.has(number);
    }
    return false;
  }

 private:
  enum class Kind { none, allow, refuse };

  static bool add_names(Set& plain, Set& inverted, std::string_view list) {
    return for_each_name(list, [&](std::string_view name) {
      Set& set = cut_inversion(name) ? inverted : plain;
      return Names::add(set, name);
    });
  }

  void begin(bool inverted) {
    kind_ = inverted ? Kind::refuse : Kind::allow;
    if (!inverted) Names::add_always(listed_);
  }

  void add(const Set& named, bool refused) {
    if (refused == (kind_ == Kind::refuse))
      listed_.add(named);
    else
      listed_.remove(named);
  }

  Kind kind_ = Kind::none;
  Set listed_;
};

}  // namespace stoker
