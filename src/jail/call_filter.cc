// SPDX-License-Identifier: ISC
#include "jail/call_filter.hh"

namespace stoker {

size_t compile_filter(const CallFilter& filter, uint32_t machine, uint32_t refusal,
                      std::span<FilterStep> into) {
  FilterWriter writer(into);
  writer.step(step_code::load_word, machine_offset);
  writer.step(step_code::jump_if_equal, machine, 1, 0);
  writer.step(step_code::give_back, verdict::kill);
  writer.step(step_code::load_word, call_offset);
  // An unknown number may be another number for a known call.
  write_ranges(
      writer, CallSet::most, [&](unsigned call) { return filter.allows(call); }, refusal);
  return writer.count();
}

}  // namespace stoker
