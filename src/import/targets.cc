// SPDX-License-Identifier: ISC
#include "import/targets.hh"

#include <algorithm>
#include <optional>

#include "base/parse.hh"
#include "import/lines.hh"

namespace stoker::importer {

namespace {

// What is not here is a group: network, network-online, nss-lookup, time-sync, multi-user, …
struct Known {
  std::string_view name;
  TargetKind kind;
};
constexpr Known known[] = {
    {"basic", TargetKind::boot},
    {"sysinit", TargetKind::boot},
    {"local-fs", TargetKind::boot},
    {"local-fs-pre", TargetKind::boot},
    {"swap", TargetKind::boot},
    {"slices", TargetKind::boot},
    {"cryptsetup", TargetKind::boot},
    {"cryptsetup-pre", TargetKind::boot},
    {"veritysetup", TargetKind::boot},
    {"veritysetup-pre", TargetKind::boot},
    {"integritysetup", TargetKind::boot},
    {"integritysetup-pre", TargetKind::boot},
    {"first-boot-complete", TargetKind::boot},
    {"getty-pre", TargetKind::boot},
    {"shutdown", TargetKind::never},
    {"umount", TargetKind::never},
    {"final", TargetKind::never},
    {"reboot", TargetKind::never},
    {"poweroff", TargetKind::never},
    {"halt", TargetKind::never},
    {"kexec", TargetKind::never},
    {"exit", TargetKind::never},
    {"soft-reboot", TargetKind::never},
    {"ctrl-alt-del", TargetKind::never},
    {"sleep", TargetKind::never},
    {"suspend", TargetKind::never},
    {"hibernate", TargetKind::never},
    {"hybrid-sleep", TargetKind::never},
    {"suspend-then-hibernate", TargetKind::never},
    {"rescue", TargetKind::never},
    {"emergency", TargetKind::never},
    {"factory-reset", TargetKind::never},
    {"storage-target-mode", TargetKind::never},
    {"system-update", TargetKind::never},
    {"system-update-pre", TargetKind::never},
    {"sockets", TargetKind::triggers},
    {"timers", TargetKind::triggers},
    {"paths", TargetKind::triggers},
};

std::optional<TargetKind> kind_from(std::string_view word) {
  if (word == "boot") return TargetKind::boot;
  if (word == "never") return TargetKind::never;
  if (word == "triggers") return TargetKind::triggers;
  if (word == "group") return TargetKind::group;
  return {};
}

}  // namespace

unsigned Targets::read(std::string_view text) {
  unsigned wrong = 0;
  for_each_line(text, [&](std::string_view line, unsigned number) {
    if (!read_line(line.substr(0, line.find('#'))) && wrong == 0) wrong = number;
  });
  return wrong;
}

bool Targets::read_line(std::string_view line) {
  std::string name(next_word(line));
  if (name.empty()) return true;
  if (name.ends_with(".target")) name.resize(name.size() - 7);
  const auto kind = kind_from(next_word(line));
  if (!kind || !trim(line).empty()) return false;
  chosen_[name] = *kind;
  return true;
}

TargetKind Targets::kind_of(const std::string& name) const {
  if (const auto found = chosen_.find(name); found != chosen_.end()) return found->second;
  if (name.starts_with("initrd") || name.starts_with("blockdev@")) return TargetKind::boot;
  for (const Known& one : known)
    if (one.name == name) return one.kind;
  return TargetKind::group;
}

}  // namespace stoker::importer
