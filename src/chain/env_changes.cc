// SPDX-License-Identifier: ISC
#include "chain/env_changes.hh"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/report.hh"
#include "base/text.hh"
#include "chain/env_file.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

constexpr size_t most_kept = 128;
constinit char* kept[most_kept + 1];

void set_from(const char* assignment) {
  const char* const equals = strchr(assignment, '=');
  const Text<512> name(std::string_view(assignment, static_cast<size_t>(equals - assignment)));
  set_variable(name.c_str(), equals + 1);
}

}  // namespace

void clear_environment(std::span<const EnvChange> changes) {
  size_t count = 0;
  for (const EnvChange& change : changes) {
    if (change.kind != EnvChange::Kind::keep || count == most_kept) continue;
    char* const value = getenv(change.text);
    if (value != nullptr) kept[count++] = value - strlen(change.text) - 1;
  }
  kept[count] = nullptr;
  environ = kept;
}

void apply_env_changes(std::span<const EnvChange> changes) {
  for (const EnvChange& change : changes) switch (change.kind) {
    case EnvChange::Kind::keep: break;
    case EnvChange::Kind::file: apply_env_file(change.text); break;
    case EnvChange::Kind::set: set_from(change.text); break;
    case EnvChange::Kind::unset: unset_variable(change.text); break;
    }
}

}  // namespace stoker
