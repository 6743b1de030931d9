// SPDX-License-Identifier: ISC
#include "sv/process_tree.hh"

#include <algorithm>
#include <tuple>

#include "base/sort.hh"
#include "client/json.hh"
#include "client/view.hh"

namespace stoker {

namespace {

auto place_of(const Twig& twig) { return std::tuple(twig.owner, twig.parent, twig.pid); }

}  // namespace

ProcessTree::ProcessTree(std::span<ProcessRow> processes, std::span<Twig> room, Command command,
                         FunctionRef<void()> make_room)
    : command_(command), make_room_(make_room) {
  size_t count = 0;
  for (const ProcessRow& process : processes) {
    const ProcessRow* const parent = find_process(processes, process.parent);
    const bool hangs = parent != nullptr && parent->owner == process.owner;
    room[count++] = {process.owner, hangs ? process.parent : 0, process.pid};
  }
  const std::span<Twig> twigs = room.first(count);
  sort(twigs, [](const Twig& one, const Twig& other) { return place_of(one) < place_of(other); });
  twigs_ = twigs;
}

std::span<const Twig> ProcessTree::below(uint32_t owner, pid_t parent) const {
  const auto begin = std::partition_point(twigs_.begin(), twigs_.end(), [=](const Twig& twig) {
    return std::tuple(twig.owner, twig.parent) < std::tuple(owner, parent);
  });
  const auto end = std::find_if(begin, twigs_.end(), [=](const Twig& twig) {
    return twig.owner != owner || twig.parent != parent;
  });
  return {begin, end};
}

void ProcessTree::show_line(Page& page, const Twig& twig, std::string_view branch,
                            const Screen& screen) {
  const Text<1000> command = command_(twig.pid);
  Text<1200> line(indent_.view(), branch, twig.pid, command.empty() ? "" : " ");
  append_harmless(line, command);
  append_line_cut(page, screen, line);
  make_room_();
}

void ProcessTree::show_branches(Page& page, std::span<const Twig> twigs, const Screen& screen) {
  for (const Twig& twig : twigs) {
    const bool last = &twig == &twigs.back();
    show_line(page, twig, last ? branches_.last : branches_.branch, screen);
    const std::span<const Twig> more = below(twig.owner, twig.pid);
    if (more.empty()) continue;
    const size_t size = indent_.size();
    indent_.append(last ? branches_.blank : branches_.bar);
    if (depth_ == deepest) {
      append_line_cut(page, screen, Text<1000>(indent_.view(), branches_.last, "and more below"));
    } else {
      ++depth_;
      show_branches(page, more, screen);
      --depth_;
    }
    indent_.cut(size);
  }
}

void ProcessTree::show(Page& page, uint32_t owner, const Screen& screen, bool boxes) {
  branches_ = boxes ? drawn_branches : typed_branches;
  show_branches(page, below(owner, 0), screen);
}

void ProcessTree::show_json(Page& page, uint32_t owner) const {
  page.append('[');
  std::string_view separator;
  const auto begin = std::partition_point(twigs_.begin(), twigs_.end(),
                                          [=](const Twig& twig) { return twig.owner < owner; });
  for (auto twig = begin; twig != twigs_.end() && twig->owner == owner; ++twig) {
    page.append(separator, "{\"pid\":", twig->pid, ",\"parent\":");
    if (twig->parent != 0)
      page.append(twig->parent);
    else
      page.append("null");
    page.append(",\"command\":");
    append_json_string(page, command_(twig->pid));
    page.append('}');
    separator = ",";
    make_room_();
  }
  page.append(']');
}

}  // namespace stoker
