// SPDX-License-Identifier: ISC
#include "base/process_facts.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

template <typename Number>
void assign(Number& number, std::string_view word) {
  number = parse_number<Number>(word).value_or(0);
}

void take_field(ProcessFacts& facts, int field, std::string_view word) {
  constexpr uint32_t kernel_flag = 0x200000;
  // Counted from the field after the name, which is the third.
  switch (field) {
  case 1: facts.state = word.empty() ? '\0' : word.front(); break;
  case 2: assign(facts.parent, word); break;
  case 3: assign(facts.group, word); break;
  case 4: assign(facts.session, word); break;
  case 5: assign(facts.terminal, word); break;
  case 7: facts.is_of_kernel = (parse_number<uint32_t>(word).value_or(0) & kernel_flag) != 0; break;
  case 12:  // for itself, and in the kernel
  case 13: facts.cpu += parse_number<uint64_t>(word).value_or(0); break;
  case 18: assign(facts.threads, word); break;
  case 20: assign(facts.start_time, word); break;
  case 22: assign(facts.resident, word); break;
  default: break;
  }
}

}  // namespace

ProcessFacts parse_process_facts(std::string_view line) {
  constexpr int last_field = 22;
  ProcessFacts facts;
  // The name is in parentheses and may contain any byte.
  const size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return facts;
  facts.name.append({line.data() + open + 1, close - open - 1});
  line.remove_prefix(close + 1);
  for (int field = 1; field <= last_field; ++field) take_field(facts, field, next_word(line));
  return facts;
}

}  // namespace stoker
