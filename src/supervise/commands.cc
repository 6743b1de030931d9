// SPDX-License-Identifier: ISC
#include "supervise/commands.hh"

#include <csignal>

#include "base/parse.hh"
#include "service/control.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

using Kind = Command::Kind;
using Mark = Command::Mark;

// clang-format off
constexpr Command table[] = {
    {Kind::want,         letter::up,                    Want::up},
    {Kind::want,         letter::down,                  Want::down},
    {Kind::want,         letter::once,                  Want::once},
    {Kind::want,         letter::up_for_good,           Want::up,   Mark::remove_down},
    {Kind::want,         letter::down_for_good,         Want::down, Mark::make_down},
    {Kind::at_most_once, letter::at_most_once,          Want::once},
    {Kind::at_most_once, letter::at_most_once_for_good, Want::once, Mark::make_down},
    {Kind::exit,        letter::exit,                 Want::exit},
    {Kind::restart,      letter::restart},
    {Kind::signal,       letter::terminate,    Want::up, Mark::leave_alone, SIGTERM},
    {Kind::signal,       letter::kill,         Want::up, Mark::leave_alone, SIGKILL},
    {Kind::signal,       letter::pause,        Want::up, Mark::leave_alone, SIGSTOP},
    {Kind::signal,       letter::resume,       Want::up, Mark::leave_alone, SIGCONT},
    {Kind::signal,       letter::alarm,        Want::up, Mark::leave_alone, SIGALRM},
    {Kind::signal,       letter::hangup,       Want::up, Mark::leave_alone, SIGHUP},
    {Kind::signal,       letter::interrupt,    Want::up, Mark::leave_alone, SIGINT},
    {Kind::signal,       letter::quit,         Want::up, Mark::leave_alone, SIGQUIT},
    {Kind::signal,       letter::user1,        Want::up, Mark::leave_alone, SIGUSR1},
    {Kind::signal,       letter::user2,        Want::up, Mark::leave_alone, SIGUSR2},
    {Kind::signal,       letter::abort,        Want::up, Mark::leave_alone, SIGABRT},
#ifdef SIGWINCH
    {Kind::signal,       letter::window,       Want::up, Mark::leave_alone, SIGWINCH},
    {Kind::signal,       letter::window_s6,    Want::up, Mark::leave_alone, SIGWINCH},
#endif
    {Kind::signal,       letter::pause_group,  Want::up, Mark::leave_alone, SIGSTOP, true},
    {Kind::signal,       letter::resume_group, Want::up, Mark::leave_alone, SIGCONT, true},
    {Kind::signal,       letter::kill_group,   Want::up, Mark::leave_alone, SIGKILL, true},
    {Kind::reload,       letter::reload},
    {Kind::reset,        letter::reset},
    {Kind::upgrade,      letter::upgrade},
};
// clang-format on

Command meaning_of(char byte) {
  for (const Command& command : table)
    if (command.letter == byte) return command;
  return {};
}

// `l` is s6's reload where it is doubled or stands at the end; elsewhere it is the
// prefix that encore's svc puts before every command.
bool is_reload(std::string_view rest) { return rest.empty() || rest.front() == letter::reload; }

bool is_prefix(char byte) {
  return byte == letter::to_group || byte == letter::to_log || byte == letter::reload ||
         byte == letter::in_order || byte == letter::alone;
}

Command::Manner manner_of(char prefix) {
  return prefix == letter::in_order ? Command::Manner::in_order : Command::Manner::alone;
}

// What svscan writes; such a message is no letters.
std::optional<Command> next_message(std::string_view& bytes) {
  Command command;
  if (const auto report = next_end_message(bytes)) {
    command.kind = Kind::exit_report;
    command.number = report->wait_status;
    command.pid = report->pid;
    return command;
  }
  if (const auto number = next_echo_message(bytes)) {
    command.kind = Kind::echo;
    command.number = *number;
    return command;
  }
  const auto word = next_order_message(bytes);
  if (!word) return {};
  command.kind = Kind::order;
  command.word = *word;
  return command;
}

bool is_part_of(std::string_view bytes, std::string_view mark, size_t message_size) {
  return bytes.size() < message_size &&
         (bytes.size() < mark.size() ? has_prefix(mark, bytes) : has_prefix(bytes, mark));
}

}  // namespace

bool is_unfinished(std::string_view bytes) {
  while (!bytes.empty() && is_prefix(bytes.front())) bytes.remove_prefix(1);
  return bytes.empty() || is_part_of(bytes, end_mark, end_message_size) ||
         is_part_of(bytes, order_mark, order_message_size) ||
         is_part_of(bytes, echo_mark, echo_message_size);
}

char letter_for(int signal) {
  for (const Command& command : table)
    if (command.kind == Kind::signal && command.number == signal) return command.letter;
  return 0;
}

Command next_command(std::string_view& bytes) {
  bool group = false, to_log = false;
  auto manner = Command::Manner::plain;
  while (!bytes.empty()) {
    if (const auto message = next_message(bytes)) return *message;
    const char byte = bytes.front();
    bytes.remove_prefix(1);
    if (byte == letter::to_group) {
      group = true;
    } else if (byte == letter::to_log) {
      to_log = true;
    } else if (byte == letter::in_order || byte == letter::alone) {
      manner = manner_of(byte);
    } else if (byte == letter::reload && !is_reload(bytes)) {
      to_log = false;
    } else {
      if (byte == letter::reload && !bytes.empty()) bytes.remove_prefix(1);
      Command command = meaning_of(byte);
      command.group = command.group || group;
      command.to_log = to_log;
      command.manner = manner;
      return command;
    }
  }
  return {};
}

}  // namespace stoker
