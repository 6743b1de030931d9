// SPDX-License-Identifier: ISC
#include "jail/rules.hh"

#include <algorithm>
#include <array>

#include "base/parse.hh"

namespace stoker {

namespace {

using Kind = PathRule::Kind;
using Content = Mount::Content;

enum class Answer : uint8_t { unsaid, no, yes };

// What all rules for one path say.
struct Combined {
  const char* path = nullptr;
  const char* source = nullptr;
  const char* options = nullptr;
  Content content = Content::same;
  Answer read_only = Answer::unsaid, no_exec = Answer::unsaid;
  bool may_miss = true;
};

Content content_of(Kind kind) {
  switch (kind) {
  case Kind::bind:
  case Kind::read_only_bind: return Content::bind;
  case Kind::temporary:
  case Kind::read_only_temporary: return Content::temporary;
  case Kind::devices: return Content::devices;
  case Kind::inaccessible: return Content::nothing;
  case Kind::read_only:
  case Kind::read_write:
  case Kind::no_exec:
  case Kind::exec: return Content::same;
  }
  return Content::same;
}

// Whether it says that the path is read-only.
Answer read_only_by(Kind kind) {
  switch (kind) {
  case Kind::read_only:
  case Kind::read_only_bind:
  case Kind::read_only_temporary:
  case Kind::inaccessible: return Answer::yes;
  case Kind::read_write:
  case Kind::temporary:
  case Kind::bind:
  case Kind::devices: return Answer::no;
  case Kind::no_exec:
  case Kind::exec: return Answer::unsaid;
  }
  return Answer::unsaid;
}

Answer no_exec_by(Kind kind) {
  if (kind == Kind::exec) return Answer::no;
  return kind == Kind::no_exec || kind == Kind::inaccessible ? Answer::yes : Answer::unsaid;
}

void combine(Combined& all, const PathRule& rule) {
  all.path = rule.path;
  all.may_miss = all.may_miss && rule.may_miss;
  const Content content = content_of(rule.kind);
  if (content >= all.content) {
    all.content = content;
    if (rule.source != nullptr) all.source = rule.source;
    if (rule.options != nullptr) all.options = rule.options;
  }
  all.read_only = std::max(all.read_only, read_only_by(rule.kind));
  all.no_exec = std::max(all.no_exec, no_exec_by(rule.kind));
}

using Table = std::array<Combined, most_rules>;

size_t gather(std::span<const PathRule> rules, Table& table) {
  size_t count = 0;
  for (const PathRule& rule : rules) {
    const auto end = table.begin() + count;
    const auto at = std::find_if(table.begin(), end, [&](const Combined& known) {
      return std::string_view(known.path) == rule.path;
    });
    if (at == end) ++count;
    combine(*at, rule);
  }
  return count;
}

// The answer of the nearest path around this one that says anything.
Answer inherited(std::span<const Combined> outer, const char* path, Answer Combined::*what) {
  for (size_t i = outer.size(); i > 0; --i) {
    const Combined& each = outer[i - 1];
    if (each.*what != Answer::unsaid && is_within(path, each.path)) return each.*what;
  }
  return Answer::no;
}

bool shorter(const Combined& one, const Combined& other) {
  const std::string_view left = one.path, right = other.path;
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

}  // namespace

const Mount* covering(std::span<const Mount> mounts, std::string_view path) {
  const Mount* last = nullptr;
  for (const Mount& mount : mounts)
    if (mount.content != Content::same && is_within(path, mount.path)) last = &mount;
  return last;
}

bool is_within(std::string_view path, std::string_view outer) {
  if (outer == "/") return true;
  return has_prefix(path, outer) && (path.size() == outer.size() || path[outer.size()] == '/');
}

bool is_clean_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  if (path == "/") return true;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view part(path.data(), std::min(path.find('/'), path.size()));
    if (part.empty() || part == "." || part == "..") return false;
    path.remove_prefix(part.size());
  }
  return true;
}

Mounts mounts_for(std::span<const PathRule> rules) {
  Table table;
  const size_t count = gather(rules, table);
  std::sort(table.begin(), table.begin() + count, shorter);

  Mounts mounts;
  for (size_t i = 0; i < count; ++i) {
    const Combined& each = table[i];
    const std::span<const Combined> up_to_it(table.data(), i + 1);
    const Answer read_only = inherited(up_to_it, each.path, &Combined::read_only);
    const Answer no_exec = inherited(up_to_it, each.path, &Combined::no_exec);
    // The table is no longer than the list, so there is room.
    static_cast<void>(mounts.add({each.content, each.path, each.source, read_only == Answer::yes,
                                  no_exec == Answer::yes, each.may_miss, each.options}));
  }
  return mounts;
}

}  // namespace stoker
