// SPDX-License-Identifier: ISC
// What svscan makes of each signal it gets, where there is a main process: --forward and
// --rewrite. Pure.
#pragma once
#include <array>
#include <csignal>
#include <cstdint>
#include <string_view>

namespace stoker {

class SignalSet {
 public:
  bool has(int number) const { return number > 0 && (bits_ >> (number - 1) & 1) != 0; }
  void add(int number) { bits_ |= uint64_t{1} << (number - 1); }
  void clear() { bits_ = 0; }

 private:
  static_assert(NSIG <= 65);
  uint64_t bits_ = 0;
};

class SignalMap {
 public:
  SignalMap();

  // "HUP,USR1": these in place of the usual ones; "" for none. False if one is no signal, or one
  // that cannot be caught.
  [[nodiscard]] bool forward(std::string_view list);
  // "TERM:QUIT", names or numbers: taken for that; "TERM:0" is not taken at all.
  [[nodiscard]] bool rewrite(std::string_view pair);

  // Those that must be caught so that something can be made of them.
  const SignalSet& heard() const { return heard_; }

  struct Meaning {
    int deliver = 0;     // to the main process; 0: nothing
    bool stops = false;  // everything is to be stopped
    int own = 0;         // what it is for svscan itself; 0: nothing
  };
  Meaning meaning_of(int number, bool has_main) const;

 private:
  SignalSet forwarded_, heard_;
  std::array<unsigned char, NSIG> rewritten_{};  // 0: not at all
};

}  // namespace stoker
