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
          std::string("\1end\0\0\0\0\0\0\0\0", 12)};
}

// Whatever is written to a control FIFO comes to an end, every command is a whole one,
// and no want leads the table out of its states.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes = text_of(data, size);
  State state = State::down;
  while (!bytes.empty()) {
    const size_t before = bytes.size();
    const Command command = next_command(bytes);
    expect(bytes.size() < before, "each command takes at least one byte");
    if (command.kind == Command::Kind::signal)
      expect(command.number > 0 && command.number < NSIG, "a signal has a number");
    if (command.kind == Command::Kind::want) state = step(state, Event::want, command.want).next;
    if (command.kind == Command::Kind::restart) state = step(state, Event::restart, Want::up).next;
    expect(static_cast<int>(state) < state_count, "the state is one");
  }
  return 0;
}
