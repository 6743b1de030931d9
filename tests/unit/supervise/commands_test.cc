// SPDX-License-Identifier: ISC
#include "supervise/commands.hh"

#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "catch.hh"
#include "service/scanner.hh"

using namespace stoker;

namespace {

using Kind = Command::Kind;
using Mark = Command::Mark;

std::vector<Command> commands(std::string_view bytes) {
  std::vector<Command> all;
  while (!bytes.empty()) all.push_back(next_command(bytes));
  return all;
}

Command command(std::string_view bytes) {
  const auto all = commands(bytes);
  REQUIRE(all.size() == 1);
  return all.front();
}

const std::map<char, int> signals = {
    {'t', SIGTERM}, {'k', SIGKILL},  {'p', SIGSTOP}, {'c', SIGCONT}, {'a', SIGALRM},
    {'h', SIGHUP},  {'i', SIGINT},   {'q', SIGQUIT}, {'1', SIGUSR1}, {'2', SIGUSR2},
    {'b', SIGABRT}, {'w', SIGWINCH}, {'y', SIGWINCH}};

}  // namespace

TEST_CASE("letters set what is wanted") {
  CHECK(command("u").want == Want::up);
  CHECK(command("d").want == Want::down);
  CHECK(command("o").want == Want::once);
  for (const char* const letter : {"u", "d", "o", "U", "D"})
    CHECK(command(letter).kind == Kind::want);
  CHECK(command("x").kind == Kind::exit);
  CHECK(command("r").kind == Kind::restart);
  CHECK(command("O").kind == Kind::at_most_once);
  CHECK(command("Q").kind == Kind::at_most_once);
}

TEST_CASE("some letters also make or remove the file down") {
  CHECK(command("U").mark == Mark::remove_down);
  CHECK(command("D").mark == Mark::make_down);
  CHECK(command("Q").mark == Mark::make_down);
  for (const char* const letter : {"u", "d", "o", "O", "x", "r"})
    CHECK(command(letter).mark == Mark::leave_alone);
}

TEST_CASE("letters send signals, to the process alone") {
  for (const auto& [letter, number] : signals) {
    const Command sent = command({&letter, 1});
    CHECK(sent.kind == Kind::signal);
    CHECK(sent.letter == letter);
    CHECK(sent.number == number);
    CHECK_FALSE(sent.group);
    CHECK_FALSE(sent.to_log);
  }
}

TEST_CASE("P, C, K and the prefix + mean the whole group") {
  CHECK(command("P").number == SIGSTOP);
  CHECK(command("C").number == SIGCONT);
  CHECK(command("K").number == SIGKILL);
  for (const char* const letters : {"P", "C", "K", "+t", "+k"}) CHECK(command(letters).group);
  const auto both = commands("+tt");
  CHECK(both.at(0).group);
  CHECK_FALSE(both.at(1).group);
}

TEST_CASE("the prefix L is for the next letter only") {
  const auto all = commands("LtLdu+Lk");
  CHECK(all.at(0).to_log);
  CHECK(all.at(1).to_log);
  CHECK_FALSE(all.at(2).to_log);
  CHECK((all.at(3).to_log && all.at(3).group));
}

TEST_CASE("the prefix l is sent first by every encore client") {
  CHECK(command("lt") == command("t"));
  CHECK(command("Llt") == command("t"));
  const auto all = commands("ludlx");
  CHECK(all.at(0) == command("u"));
  CHECK(all.at(1) == command("d"));
  CHECK(all.at(2) == command("x"));
}

TEST_CASE("the prefixes > and < say what becomes of other services, for the next letter only") {
  using Manner = Command::Manner;
  const auto all = commands(">d>x<udL<+r");
  REQUIRE(all.size() == 5);
  CHECK(all.at(0).manner == Manner::in_order);
  CHECK(all.at(0).want == Want::down);
  CHECK((all.at(1).kind == Kind::exit && all.at(1).manner == Manner::in_order));
  CHECK((all.at(2).want == Want::up && all.at(2).manner == Manner::alone));
  CHECK(all.at(3).manner == Manner::plain);
  CHECK((all.at(4).to_log && all.at(4).group && all.at(4).manner == Manner::alone));
  CHECK(command("><d").manner == Manner::alone);
  CHECK(command("<").kind == Kind::nothing);
}

TEST_CASE("a word of svscan is one command, whatever letters it is made of") {
  for (const OrderWord word :
       {OrderWord::go, OrderWord::release, OrderWord::hold, OrderWord::revoke, OrderWord::cycle,
        OrderWord::blocked, OrderWord::waiting}) {
    const auto message = order_message(word);
    const Command order = command({message.data(), message.size()});
    CHECK(order.kind == Kind::order);
    CHECK(order.word == word);
  }
  const auto hold = order_message(OrderWord::hold);
  const auto all = commands("d" + std::string(hold.data(), hold.size()) + "u");
  REQUIRE(all.size() == 3);
  CHECK(all.at(1).word == OrderWord::hold);
}

TEST_CASE("a request for an echo is one command, with its number") {
  const auto message = echo_message(0x7564);  // letters, too
  const auto all = commands("d" + std::string(message.data(), message.size()) + "u");
  REQUIRE(all.size() == 3);
  CHECK(all.at(1).kind == Kind::echo);
  CHECK(all.at(1).number == 0x7564);
}

TEST_CASE("where the bytes that were read end, a command may go on") {
  const auto order = order_message(OrderWord::release);
  const auto end = end_message(7, 9);
  const auto echo = echo_message(7);
  for (const std::string_view whole :
       {std::string_view(order.data(), order.size()), std::string_view(end.data(), end.size()),
        std::string_view(echo.data(), echo.size())}) {
    for (size_t size = 1; size < whole.size(); ++size) CHECK(is_unfinished(whole.substr(0, size)));
    CHECK_FALSE(is_unfinished(whole));
  }
  for (const char* const bytes : {"+", "L", "l", ">", "<", "L+>", "+\1or"})
    CHECK(is_unfinished(bytes));
  for (const char* const bytes : {"u", "+t", ">d", "\1ox", "o\1"})
    CHECK_FALSE(is_unfinished(bytes));
}

TEST_CASE("l alone or doubled is the reload signal") {
  CHECK(command("l").kind == Kind::reload);
  CHECK(command("ll").kind == Kind::reload);
  CHECK(command("Lll").to_log);
  const auto all = commands("llu");
  CHECK(all.at(0).kind == Kind::reload);
  CHECK(all.at(1).kind == Kind::want);
}

TEST_CASE("prefixes that nothing follows do nothing") {
  for (const char* const bytes : {"+", "L", "+L", "L+", "++++"})
    CHECK(command(bytes).kind == Kind::nothing);
  std::string_view none;
  CHECK(next_command(none).kind == Kind::nothing);
}

TEST_CASE("bytes without a meaning are ignored, one by one") {
  int known = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const char letter = static_cast<char>(byte);
    std::string_view bytes(&letter, 1);
    const Command one = next_command(bytes);
    CHECK(bytes.empty());
    known += one.kind != Kind::nothing;
    const std::string followed = {letter, 'u'};
    if (one.kind == Kind::nothing && std::string_view("+L><").find(letter) == std::string::npos)
      CHECK(commands(followed).at(1) == command("u"));
  }
  CHECK(known == 10 + static_cast<int>(signals.size()) + 3 + 2);
}

TEST_CASE("a signal has the letter that sends it to the process alone") {
  CHECK(letter_for(SIGHUP) == 'h');
  CHECK(letter_for(SIGUSR1) == '1');
  CHECK(letter_for(SIGTERM) == 't');
  CHECK(letter_for(SIGKILL) == 'k');
  CHECK(letter_for(SIGWINCH) == 'w');
  CHECK(letter_for(SIGCHLD) == 0);
}
