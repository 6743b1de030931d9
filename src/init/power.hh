// SPDX-License-Identifier: ISC
// Ways to shut a machine down, and how PID 1 is asked to do it. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

enum class Power : uint8_t { off, reboot, halt };

// "poweroff", "reboot", "halt": the commands, and the argument of the shutdown hook.
std::string_view power_name(Power power);
std::optional<Power> power_called(std::string_view name);

// The letter that requests it in the control FIFO of stoker-init.
char power_letter(Power power);
std::optional<Power> power_by_letter(char letter);

// What a signal to PID 1 requests, as containers, busybox and other inits use them.
std::optional<Power> power_by_signal(int number);

// The control FIFO and its directory.
constexpr char init_directory[] = "/run/stoker";
constexpr char init_control[] = "/run/stoker/init";

}  // namespace stoker
