// SPDX-License-Identifier: ISC
// A service that misses no signal: a shell looks for signals between its commands only,
// and then waits for ever for the one that came just before a read.
//
//     exec $SERVE WORD [ready] [orders] [SIGNAL=WORD[!CODE | ?CODE]] ...
//
// It prints WORD, and then the WORD of each signal that arrives, if it has one. With `ready`
// it notifies its supervisor, on descriptor 3, once it catches signals. With `!` it then exits
// with CODE; with `?` it does so after an order. With `orders` it reads orders from the start,
// and exits with the number in one.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/signals.hh"
#include "process.hh"

namespace stoker::test {

namespace {

struct Reaction {
  std::string word;
  char end = 0;  // 0, or `!` or `?`
  int code = 0;
};

Reaction reaction_in(const std::string& text) {
  const size_t end = text.find_first_of("!?");
  if (end == std::string::npos) return {text};
  return {text.substr(0, end), text[end], std::stoi(text.substr(end + 1))};
}

void say(const std::string& path, const std::string& word) {
  if (word.empty()) return;
  const Fd events(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  static_cast<void>(write_all(events.get(), word + "\n"));
}

// A line, and nothing that is for others. Empty if they were faster.
std::string take_order(int orders) {
  std::string line;
  for (char byte = 0; read(orders, &byte, 1) == 1 && byte != '\n';) line += byte;
  return line;
}

void catch_all(const std::map<int, Reaction>& reactions) {
  const auto has = [&](int number) { return reactions.contains(number) ? number : SIGCHLD; };
  catch_signals({has(SIGTERM), has(SIGALRM), has(SIGHUP), has(SIGINT), has(SIGQUIT), has(SIGUSR1),
                 has(SIGUSR2), has(SIGWINCH), has(SIGABRT), has(SIGCONT)});
}

int serve(const std::vector<std::string>& arguments) {
  std::map<int, Reaction> reactions;
  bool takes_orders = false, is_ready = false;
  int code = -1;
  for (size_t i = 3; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const size_t equals = argument.find('=');
    takes_orders = takes_orders || argument == "orders";
    is_ready = is_ready || argument == "ready";
    if (equals != std::string::npos)
      reactions[parse_signal(argument.substr(0, equals)).value()] =
          reaction_in(argument.substr(equals + 1));
  }
  catch_all(reactions);
  const Fd orders(open(arguments.at(1).c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  say(arguments[0], arguments.at(2));
  constexpr int supervisor = 3;
  if (is_ready) static_cast<void>(write_all(supervisor, "\n"));
  for (;;) {
    pollfd fd{takes_orders ? orders.get() : -1, POLLIN, 0};
    wait_until({&fd, 1}, never);
    while (const int number = next_signal()) {
      if (!reactions.contains(number)) continue;
      const Reaction& reaction = reactions[number];
      say(arguments[0], reaction.word);
      if (reaction.end == '!') return reaction.code;
      if (reaction.end != '?') continue;
      takes_orders = true;
      code = reaction.code;
    }
    if (fd.revents == 0) continue;
    const std::string order = take_order(orders.get());
    if (!order.empty()) return code < 0 ? std::atoi(order.c_str()) : code;
  }
}
const Part service("service", serve);

void print(const std::string& line) { static_cast<void>(write_all(STDOUT_FILENO, line + "\n")); }

// Prints `first`, each order, prefixed with `said`, and `last` when it is asked to stop.
int talk(const std::vector<std::string>& arguments) {
  catch_signals({SIGTERM});
  const Fd orders(open(arguments.at(1).c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  print("first");
  say(arguments[0], "up");
  for (pollfd fd{orders.get(), POLLIN, 0}; next_signal() == 0; wait_until({&fd, 1}, never)) {
    const std::string order = take_order(orders.get());
    if (order.empty()) continue;
    print(order);
    say(arguments[0], "said");
  }
  print("last");
  return 0;
}
const Part talker("talker", talk);

}  // namespace

}  // namespace stoker::test
