// SPDX-License-Identifier: ISC
// daemontools' programs and ours in each other's company: see matrix.hh.
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Argv words_for(const std::string& verb) { return {"-" + verb}; }

std::vector<Trial> all_trials() {
  std::vector<Trial> trials;
  for (const char* const state : {"up", "down", "paused", "wanted", "once"})
    for (const char* const verb : {"u", "d", "o", "p", "c", "h", "t", "k", "x", "dx", "du"})
      trials.push_back({state, verb});
  for (const char* const verb : {"a", "i", "tc", "ud", "ot", "pc"}) trials.push_back({"up", verb});
  for (const char* const verb : {"a", "i", "tc", "pc"}) trials.push_back({"down", verb});
  for (const char* const state : {"piped", "log"})
    for (const char* const verb : {"u", "d", "o", "t", "k", "p", "h", "x", "dx"})
      trials.push_back({state, verb});
  return trials;
}

}  // namespace

TEST_CASE("daemontools' programs and ours replace each other in every state, for any command") {
  if (genuine("svscan").empty()) SKIP("daemontools is not installed");
  const Suite suite = {"svscan", "supervise", "svc", all_trials(), words_for};
  std::vector<Crew> crews = {
      {.name = "genuine"},
      {.name = "ours", .our_scanner = true, .our_supervisor = true, .our_clients = true},
      {.name = "our-clients", .our_clients = true},
      {.name = "our-tree", .our_scanner = true, .our_supervisor = true},
      {.name = "our-svscan", .our_scanner = true, .our_clients = true},
  };
  // Elsewhere it cannot know which svscan has started it.
  if (!is_portable_twin()) crews.push_back({.name = "our-supervise", .our_supervisor = true});
  play_matrix(suite, crews);
}
