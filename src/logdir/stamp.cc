// SPDX-License-Identifier: ISC
#include "logdir/stamp.hh"

#include <algorithm>
#include <cstdlib>

#include "logdir/readable.hh"

namespace stoker {

namespace {

constexpr uint32_t second_in_nanoseconds = 1000000000;
constexpr size_t tai64n_size = 1 + 2 * Tai64n::size;
constexpr size_t date_size = sizeof "2026-11-22_09:13:50" - 1;
constexpr size_t shown_digits = 5;
constexpr uint32_t nanoseconds_shown = 10000;  // five digits of a fraction
constexpr size_t microsecond_digits = 6;

// Digits of a number, with zeros in front, so that stamps stay of one size.
void put_digits(char* at, size_t count, uint32_t number) {
  while (count-- > 0) {
    at[count] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

void put_hex(char* at, uint32_t number) {
  for (size_t digit = 8; digit-- > 0; number >>= 4) at[digit] = "0123456789abcdef"[number & 15];
}

// Increments the number that stands there.
void increment_hex(char* at) {
  for (size_t digit = 8; digit-- > 0;) {
    char& shown = at[digit];
    if (shown != 'f') {
      shown = shown == '9' ? 'a' : static_cast<char>(shown + 1);
      return;
    }
    shown = '0';
  }
}

// A year of more digits would change the size of stamps; no useful clock gets there.
uint32_t shown_year(int64_t year) {
  return static_cast<uint32_t>(std::clamp<int64_t>(year, 0, 9999));
}

void put_date(char* at, const Civil& date, char between) {
  std::copy_n("0000-00-00 00:00:00", date_size, at);
  at[10] = between;
  put_digits(at, 4, shown_year(date.year));
  put_digits(at + 5, 2, static_cast<uint32_t>(date.month));
  put_digits(at + 8, 2, static_cast<uint32_t>(date.day));
  put_digits(at + 11, 2, static_cast<uint32_t>(date.hour));
  put_digits(at + 14, 2, static_cast<uint32_t>(date.minute));
  put_digits(at + 17, 2, static_cast<uint32_t>(date.second));
}

}  // namespace

Tai64n later_by(Tai64n time, uint64_t nanoseconds) {
  nanoseconds += time.nanoseconds;
  time.seconds += nanoseconds / second_in_nanoseconds;
  time.nanoseconds = static_cast<uint32_t>(nanoseconds % second_in_nanoseconds);
  return time;
}

void Stamper::write_second(const Tai64n& time) {
  second_ = time.seconds;
  const auto since_1970 = static_cast<int64_t>(time.seconds - Tai64n::epoch);
  if (form_ == StampForm::tai64n) {
    text_[0] = '@';
    put_hex(&text_[1], static_cast<uint32_t>(time.seconds >> 32));
    put_hex(&text_[9], static_cast<uint32_t>(time.seconds));
    fraction_at_ = tai64n_size - 8;
    size_ = tai64n_size;
  } else if (form_ == StampForm::seconds) {
    const Digits seconds(since_1970);
    std::copy_n(seconds.c_str(), seconds.size(), text_.data());
    text_[seconds.size()] = '.';
    fraction_at_ = seconds.size() + 1;
    fraction_digits_ = microsecond_digits;
    size_ = fraction_at_ + microsecond_digits;
  } else {
    write_date(since_1970);
  }
  text_[size_++] = ' ';
}

void Stamper::write_date(int64_t since_1970) {
  const bool iso = form_ == StampForm::iso || form_ == StampForm::iso_local;
  const bool blank = form_ == StampForm::utc || form_ == StampForm::local;
  const bool utc =
      form_ == StampForm::utc || form_ == StampForm::utc_with_t || form_ == StampForm::iso;
  const ZonedTime time =
      utc ? utc_time(since_1970) : local_time(since_1970).value_or(utc_time(since_1970));
  put_date(text_.data(), time.civil, blank ? '_' : 'T');
  text_[date_size] = '.';
  fraction_at_ = date_size + 1;
  fraction_digits_ = iso ? microsecond_digits : shown_digits;
  size_ = fraction_at_ + fraction_digits_;
  if (form_ == StampForm::iso) text_[size_++] = 'Z';
  if (form_ != StampForm::iso_local) return;
  const auto minutes = static_cast<uint32_t>(std::abs(time.offset) / 60);
  text_[size_++] = time.offset < 0 ? '-' : '+';
  put_digits(&text_[size_], 2, minutes / 60);
  text_[size_ + 2] = ':';
  put_digits(&text_[size_ + 3], 2, minutes % 60);
  size_ += 5;
}

// What the form shows of the nanoseconds.
uint32_t Stamper::fraction_of(uint32_t nanoseconds) const {
  if (form_ == StampForm::tai64n) return nanoseconds;
  return nanoseconds / (fraction_digits_ == microsecond_digits ? 1000 : nanoseconds_shown);
}

void Stamper::write_fraction(bool same_second, uint32_t fraction) {
  const bool next = same_second && fraction == fraction_ + 1;
  fraction_ = fraction;
  if (form_ != StampForm::tai64n)
    put_digits(&text_[fraction_at_], fraction_digits_, fraction);
  else if (next)
    increment_hex(&text_[fraction_at_]);  // as most are, in a batch
  else
    put_hex(&text_[fraction_at_], fraction);
}

std::string_view Stamper::stamp(const Tai64n& time) {
  if (form_ == StampForm::none) return {};
  const bool same_second = time.seconds == second_ && size_ != 0;
  if (!same_second) write_second(time);
  const uint32_t fraction = fraction_of(time.nanoseconds);
  if (!same_second || fraction != fraction_) write_fraction(same_second, fraction);
  return {text_.data(), size_};
}

}  // namespace stoker
