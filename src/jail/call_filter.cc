// SPDX-License-Identifier: ISC
#include "jail/call_filter.hh"

#include <algorithm>
#include <cerrno>

#include "base/parse.hh"

namespace stoker {

namespace {

// The codes of classic BPF that are used here.
constexpr uint16_t load_word = 0x20;
constexpr uint16_t jump_if_equal = 0x15;
constexpr uint16_t jump_if_greater = 0x25;
constexpr uint16_t give_back = 0x06;

// Offsets in struct seccomp_data.
constexpr uint32_t call_offset = 0, machine_offset = 4;

bool is_separator(char byte) { return byte == ' ' || byte == ',' || byte == '\t'; }

bool cut_inversion(std::string_view& text) {
  const bool inverted = !text.empty() && text.front() == '~';
  if (inverted) text.remove_prefix(1);
  return inverted;
}

// Those with a `~` of their own go into the second set.
bool add_names(CallSet& plain, CallSet& inverted, std::string_view list) {
  while (!list.empty()) {
    if (is_separator(list.front())) {
      list.remove_prefix(1);
      continue;
    }
    const auto end = std::find_if(list.begin(), list.end(), is_separator);
    std::string_view name(list.data(), static_cast<size_t>(end - list.begin()));
    list.remove_prefix(name.size());
    CallSet& set = cut_inversion(name) ? inverted : plain;
    if (!add_named_calls(set, name)) return false;
  }
  return true;
}

class Writer {
 public:
  explicit Writer(std::span<FilterStep> into) : into_(into) {}
  void step(uint16_t code, uint32_t value, uint8_t if_true = 0, uint8_t if_false = 0) {
    if (count_ < into_.size()) into_[count_] = {code, if_true, if_false, value};
    ++count_;
  }
  size_t count() const { return count_ <= into_.size() ? count_ : 0; }

 private:
  std::span<FilterStep> into_;
  size_t count_ = 0;
};

}  // namespace

void CallFilter::add(const CallSet& named, bool refused) {
  if (refused == (kind_ == Kind::refuse))
    listed_.add(named);
  else
    listed_.remove(named);
}

bool CallFilter::add_list(std::string_view list) {
  if (list.empty()) {
    *this = {};
    return true;
  }
  const bool inverted = cut_inversion(list);
  CallSet plain, refused;
  if (!add_names(plain, refused, list)) return false;
  if (kind_ == Kind::none) {
    kind_ = inverted ? Kind::refuse : Kind::allow;
    // Without these not even the program itself could be executed.
    if (!inverted) static_cast<void>(add_named_calls(listed_, "@default"));
  }
  add(plain, inverted);
  add(refused, true);
  return true;
}

bool CallFilter::allows(unsigned call) const {
  switch (kind_) {
  case Kind::none: return true;
  case Kind::allow: return listed_.has(call);
  case Kind::refuse: return call < CallSet::most && !listed_.has(call);
  }
  return false;
}

size_t compile_filter(const CallFilter& filter, uint32_t machine, uint32_t refusal,
                      std::span<FilterStep> into) {
  Writer writer(into);
  writer.step(load_word, machine_offset);
  writer.step(jump_if_equal, machine, 1, 0);
  writer.step(give_back, verdict::kill);
  writer.step(load_word, call_offset);
  // From the lowest to the highest, each range of numbers with the same result.
  for (unsigned call = 0; call < CallSet::most;) {
    const bool allowed = filter.allows(call);
    unsigned last = call;
    while (last + 1 < CallSet::most && filter.allows(last + 1) == allowed) ++last;
    writer.step(jump_if_greater, last, 1, 0);
    writer.step(give_back, allowed ? verdict::allow : refusal);
    call = last + 1;
  }
  // An unknown number may be another number for a known call.
  writer.step(give_back, refusal);
  return writer.count();
}

}  // namespace stoker
