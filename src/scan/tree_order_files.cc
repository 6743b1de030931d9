// SPDX-License-Identifier: ISC
// TreeOrder: what services name.
#include <utility>

#include "base/digest.hh"
#include "plan/name_files.hh"
#include "scan/scan_tree.hh"
#include "scan/tree_order.hh"

namespace stoker {

namespace {

// So many faults are named each time that the files of a service are read.
constexpr size_t most_warnings = 10;

}  // namespace

void TreeOrder::look_at_files() {
  looks_ = false;
  if (tree_.directory.fd() < 0) return;
  for (Entry& entry : tree_.roster.entries())
    if (entry.is_present()) read_files(entry);
}

// Before anything is decided. Not at once: what a service names leads to others.
void TreeOrder::read_later(NodeId node) {
  Note& note = notes_[node];
  if (std::exchange(note.is_unread, true)) return;
  note.next_unread = std::exchange(unread_, node);
}

void TreeOrder::read_unread() {
  while (const NodeId node = unread_) {
    unread_ = notes_[node].next_unread;
    notes_[node].is_unread = false;
    if (Entry* const entry = entry_of(node)) read_files(*entry);
  }
}

// Many may be asked to stop one after the other, and a look takes its time in a large tree.
void TreeOrder::look_at_some(Moment began) {
  constexpr int share = 50;
  look_at_files();
  const Moment ended = now();
  look_after_ = ended + share * (ended - began);
}

void TreeOrder::read_files(Entry& entry) {
  const NameFiles files(tree_.directory.fd(), entry.name.c_str());
  if (!files) return;
  if (entry.node == 0 && !files.is_empty() && begin()) node_named(entry.name);
  if (entry.node == 0) return;
  const uint64_t stamp = files.stamp();
  if (std::exchange(notes_[entry.node].stamp, stamp) != stamp || stamp == 0)
    read_files(entry.node, files);
}

// The same faults are reported once.
void TreeOrder::read_files(NodeId node, const NameFiles& files) {
  Digest faults;
  const auto note_fault = [&](std::string_view name, int error) {
    for (const char byte : name) faults.mix(static_cast<unsigned char>(byte));
    faults.mix(static_cast<unsigned char>(error));
  };
  size_t left_out = 0;
  order_.begin_names(node);
  files.read(
      order_.graph().name(node),
      [&](Relation relation, std::string_view name) {
        const NodeId other = node_named(name);
        if (other != 0 && order_.name(node, relation, other)) return;
        ++left_out;
        note_fault(name, 0);
      },
      [&](const NameTrouble& trouble) { note_fault(trouble.name, trouble.error); });
  order_.end_names(node);
  const uint64_t found = faults.value() == Digest().value() ? 0 : faults.value();
  if (std::exchange(notes_[node].faults, found) == found || found == 0) return;
  if (left_out > 0)
    warn({"ignoring ", Digits(left_out), " of the names in ", order_.graph().name(node),
          ": there is no room for more"});
  size_t warnings = 0;
  files.read(
      order_.graph().name(node), [](Relation, std::string_view) {},
      [&](const NameTrouble& trouble) {
        if (warnings++ < most_warnings) warn_of(node, trouble);
      });
  if (warnings > most_warnings)
    warn({"… and ", Digits(warnings - most_warnings), " more in ", order_.graph().name(node)});
}

void TreeOrder::warn_of(NodeId node, const NameTrouble& trouble) {
  const std::string_view service = order_.graph().name(node), file = row_of(trouble.relation).file;
  const std::string_view reason = trouble.error != 0 ? error_text(trouble.error) : trouble.reason;
  if (trouble.name.empty()) return warn({"unable to read ", service, "/", file, ": ", reason});
  warn({"ignoring ", trouble.name, " in ", service, "/", file, ": ", reason});
}

}  // namespace stoker
