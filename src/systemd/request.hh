// SPDX-License-Identifier: ISC
// How systemctl was called.
#pragma once
#include <optional>
#include <span>

#include "base/list.hh"
#include "systemd/site.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

// Options without a value; also the ids of those with one.
enum class Option : uint8_t {
  now,
  quiet,
  no_block,
  plain,
  full,
  all,
  runtime,
  force,
  no_legend,
  failed,
  only_value,
  wait,
  dry_run,
  reverse,
  before,
  after,
  user,
  read_only,  // has no effect here: there is nothing that it would change
  // With a value.
  type,
  state,
  property,
  property_value,
  signal,
  kill_whom,
  lines,
  output,
  root,
  preset_mode,
  job_mode,
  legend,
  value_unused,
  // What cannot be done here.
  elsewhere,
  help,
  version,
};

using ListedWords = List<std::string_view, 64>;

struct Request {
  Site site;
  const char* root = nullptr;
  const char* signal = "TERM";
  const char* kill_whom = "all";
  const char* lines = "10";
  const char* output = "";
  const char* preset_mode = "full";
  const char* job_mode = "";
  ListedWords types, states, properties;
  unsigned forces = 0;       // how often --force was given
  bool wants_types = false;  // --type=help
  bool wants_states = false;

  bool has(Option option) const { return (flags >> static_cast<unsigned>(option) & 1U) != 0; }
  void set(Option option) { flags |= uint64_t{1} << static_cast<unsigned>(option); }
  uint64_t flags = 0;
};

// Takes the options out of the words of the command line. Exits 1 with a message if one is wrong,
// and 0 for --help and --version.
std::span<char*> read_request(std::span<char*> argv, Request& request);

// Is a unit of that type wanted, by --type?
bool is_type_wanted(const Request& request, UnitType type);

}  // namespace stoker::systemd
