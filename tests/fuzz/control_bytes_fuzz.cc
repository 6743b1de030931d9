// SPDX-License-Identifier: ISC
#include <csignal>

#include "fuzz.hh"
#include "supervise/commands.hh"
#include "supervise/machine.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"u",
          "dx",
          "tcu",
          "lu",
          "ll",
          "L+k",
          "UDOQrRPCKybw12",
          ">d>x<uL<+r",
          "\1ordh\1ordru",
          std::string("\1end\0\0\0\0\0\0\0\0", 12)};
}

// Any input of a control FIFO is consumed, every command is complete,
// and no want leads out of the table.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes = text_of(data, size);
  Position position = Position::down;
  while (!bytes.empty()) {
    const size_t before = bytes.size();
    const bool unfinished = is_unfinished(bytes);
    const Command command = next_command(bytes);
    expect(bytes.size() < before, "each command takes at least one byte");
    expect(!unfinished || command.kind != Command::Kind::order, "a message is whole");
    if (command.kind == Command::Kind::order) position = step(position, Event::hold, Want::up).next;
    if (command.kind == Command::Kind::signal)
      expect(command.number > 0 && command.number < NSIG, "a signal has a number");
    if (command.kind == Command::Kind::want)
      position = step(position, Event::want, command.want).next;
    if (command.kind == Command::Kind::restart)
      position = step(position, Event::restart, Want::up).next;
    expect(static_cast<int>(position) < position_count, "the position is one");
  }
  return 0;
}
