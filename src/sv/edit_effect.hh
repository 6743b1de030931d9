// SPDX-License-Identifier: ISC
// When a changed file of a service directory takes effect. Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace stoker {

enum class Effect : uint8_t {
  next_use,      // it is read, or executed, each time that it counts
  next_start,    // of the service
  logger_start,  // of its logger
};
// `file` is relative to the service directory. What service(5) does not know is for the service.
Effect effect_of(std::string_view file);

// Is a new file of that name executable?
bool is_script_name(std::string_view file);

}  // namespace stoker
