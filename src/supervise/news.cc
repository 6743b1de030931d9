// SPDX-License-Identifier: ISC
#include "supervise/news.hh"

#include "service/scanner.hh"

namespace stoker {

namespace {

bool ended_for_good(const Life& life) {
  return life.state == State::failed ||
         (life.state == State::down && life.reason == Reason::finished);
}

// One that cannot even be executed is not worth waiting for.
bool cannot_start(const Life& life) {
  return life.reason == Reason::cannot_execute && !is_up(life.state);
}

}  // namespace

char news_of(const Life& life, const Concern& concern) {
  const bool never_came = concern.awaited && !concern.was_ready;
  if (ended_for_good(life) && (concern.essential || never_came)) return scan_letter::ended;
  if (never_came && cannot_start(life)) return scan_letter::ended;
  const bool unwanted = life.state == State::down && life.wish == Wish::down;
  const bool settled = concern.was_ready || life.state == State::ready || unwanted;
  return concern.awaited && settled ? scan_letter::settled : '\0';
}

}  // namespace stoker
