// SPDX-License-Identifier: ISC
// runit's programs and ours in each other's company: see matrix.hh.
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Letters are sent with -w9, so that sv waits and answers; words are as they are.
Argv words_for(const std::string& verb) {
  const std::set<std::string> waiting = {
      "start",       "stop",       "restart",      "reload",        "shutdown",      "check",
      "try-restart", "force-stop", "force-reload", "force-restart", "force-shutdown"};
  if (verb.size() == 1 || waiting.contains(verb)) return {"-w9", verb};
  return {verb};
}

std::vector<Trial> all_trials() {
  const std::vector<std::string> everywhere = {"u",
                                               "d",
                                               "o",
                                               "p",
                                               "c",
                                               "h",
                                               "t",
                                               "k",
                                               "x",
                                               "start",
                                               "stop",
                                               "restart",
                                               "reload",
                                               "check",
                                               "try-restart",
                                               "force-stop",
                                               "force-reload",
                                               "force-restart",
                                               "shutdown",
                                               "force-shutdown"};
  const std::vector<std::string> here = {"a",    "i",    "q", "1", "2", "up",
                                         "down", "term", "D", "T", "E", "e"};
  const std::vector<std::string> with_logger = {"u", "d", "t", "k",       "p",
                                                "h", "x", "o", "restart", "shutdown"};
  std::vector<Trial> trials;
  for (const char* const state : {"up", "down", "finish", "paused", "wanted", "once"})
    for (const std::string& verb : everywhere) trials.push_back({state, verb});
  for (const char* const state : {"up", "down"})
    for (const std::string& verb : here) trials.push_back({state, verb});
  for (const char* const state : {"passing", "refusing"})
    for (const char* const verb : {"u", "t", "start", "restart", "check", "stop", "reload"})
      trials.push_back({state, verb});
  for (const char* const state : {"custom", "taken"})
    for (const char* const verb : {"u", "d", "t", "k", "x", "p", "c", "h", "a"})
      trials.push_back({state, verb});
  for (const char* const state : {"piped", "log"})
    for (const std::string& verb : with_logger) trials.push_back({state, verb});
  return trials;
}

}  // namespace

TEST_CASE("runit's programs and ours replace each other, in every state and for every command") {
  if (genuine("runsvdir").empty() || genuine("svstat").empty())
    SKIP("runit and daemontools are not installed");
  const Suite suite = {"runsvdir", "runsv", "sv", all_trials(), words_for};
  play_matrix(
      suite,
      {
          {.name = "genuine"},
          {.name = "ours", .our_scanner = true, .our_supervisor = true, .our_clients = true},
          {.name = "our-clients", .our_clients = true},
          {.name = "our-tree", .our_scanner = true, .our_supervisor = true},
          {.name = "our-runsv", .our_supervisor = true, .everything = false},
          {.name = "our-runsvdir", .our_scanner = true, .our_clients = true, .everything = false},
      });
}
