// SPDX-License-Identifier: ISC
// How a machine can end, and how PID 1 is asked for it. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

enum class Power : uint8_t { off, reboot, halt };

// "poweroff", "reboot", "halt": the commands, and what the shutdown hook is told.
std::string_view power_name(Power power);
std::optional<Power> power_called(std::string_view name);

// The letter that asks for it in the control FIFO of stoker-init.
char power_letter(Power power);
std::optional<Power> power_by_letter(char letter);

// What a signal to PID 1 asks for, in the dialects that containers, busybox and other inits
// have settled on.
std::optional<Power> power_by_signal(int number);

// The control FIFO, and the directory that it is in.
constexpr char init_directory[] = "/run/stoker";
constexpr char init_control[] = "/run/stoker/init";

}  // namespace stoker
