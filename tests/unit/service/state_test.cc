// SPDX-License-Identifier: ISC
#include "service/state.hh"

#include <set>

#include "catch.hh"

using namespace stoker;

TEST_CASE("every state has one word, which maps back to it") {
  const auto state = static_cast<State>(GENERATE(range(0, state_count)));
  CHECK(state_from(word(state)) == state);
}

TEST_CASE("the words are the operator's") {
  CHECK(word(State::down) == "down");
  CHECK(word(State::starting) == "starting");
  CHECK(word(State::waiting) == "waiting");
  CHECK(word(State::up) == "up");
  CHECK(word(State::ready) == "ready");
  CHECK(word(State::stopping) == "stopping");
  CHECK(word(State::finishing) == "finishing");
  CHECK(word(State::backoff) == "backoff");
  CHECK(word(State::failed) == "failed");
  CHECK(word(Want::up) == "up");
  CHECK(word(Want::once) == "once");
  CHECK(word(Want::down) == "down");
  CHECK(word(Want::exit) == "exit");
  CHECK(word(Reason::none) == "none");
  CHECK(word(Reason::dumped_core) == "dumped-core");
  CHECK(word(Reason::too_many_deaths) == "too-many-deaths");
  CHECK(word(Reason::finished) == "finished");
}

TEST_CASE("no two reasons share a word") {
  std::set<std::string_view> words;
  for (int i = 0; i < reason_count; ++i) words.insert(word(static_cast<Reason>(i)));
  CHECK(words.size() == static_cast<size_t>(reason_count));
}

TEST_CASE("an unknown word is not a state") {
  const auto* const text = GENERATE("", "Up", "up ", "run", "downs", "exit");
  CHECK_FALSE(state_from(text));
}

TEST_CASE("a service is up when it runs, ready or not") {
  const auto state = static_cast<State>(GENERATE(range(0, state_count)));
  CHECK(is_up(state) == (state == State::up || state == State::ready));
}
