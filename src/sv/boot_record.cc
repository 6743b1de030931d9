// SPDX-License-Identifier: ISC
#include "sv/boot_record.hh"

#include <algorithm>
#include <array>

#include "base/process.hh"
#include "base/report.hh"
#include "client/view.hh"
#include "sv/history.hh"

namespace stoker {

BootRecord::BootRecord(const Places& places, std::span<char* const> names)
    : places_(places),
      courses_(names.size()),
      entries_(names.size() * most_history * sizeof(HistoryEntry)) {
  if (!courses_ || !entries_) die_errno({"unable to allocate memory"});
  std::span<HistoryEntry> room(entries_.room_for<HistoryEntry>(names.size() * most_history),
                               names.size() * most_history);
  uint64_t zero = no_time;
  for (size_t at = 0; at < names.size(); ++at) {
    Course& course = courses_.all()[at];
    course.name = names[at];
    read(course, room);
    zero = std::min(zero, last_begin(course.main));
  }
  if (zero == no_time) die({"no service has a history that reaches back to its start"}, 1);
  for (Course& course : courses_.all()) follow(course, zero);
  boot_ = find_boot(courses_.all(), zero, now_);
}

// What is of this boot, the logger's entries behind those of the service.
void BootRecord::read(Course& course, std::span<HistoryEntry>& room) {
  std::array<HistoryEntry, most_history> found;
  const size_t count = read_history(places_, course.name, found);
  const uint32_t boot = history_boot(boot_mark());
  for (auto* const entries : {&course.main, &course.log}) {
    size_t kept = 0;
    for (const HistoryEntry& entry : std::span(found).first(count))
      if (entry.boot == boot && entry.log == (entries == &course.log)) room[kept++] = entry;
    *entries = room.first(kept);
    room = room.subspan(kept);
  }
}

size_t BootRecord::find(std::string_view name) const {
  const auto courses = courses_.all();
  const auto found = std::find_if(courses.begin(), courses.end(), [name](const Course& course) {
    return course.known() && name == course.name;
  });
  return static_cast<size_t>(found - courses.begin());
}

void BootRecord::find_links() {
  Survey survey(places_, places_.services);
  if (!survey.look_at_all()) return;
  const Graph& graph = survey.graph();
  const MappedArray<uint32_t> nodes(courses_.all().size());
  const MappedArray<uint32_t> places(graph.end());
  if (!nodes || !places) return;
  // From 1 on: 0 is a service without a course.
  for (uint32_t at = 0; at < courses_.all().size(); ++at)
    if (const NodeId node = graph.find(courses_.all()[at].name)) places.all()[node] = at + 1;
  const auto each = [&](auto take) {
    for (NodeId node = 1; node < graph.end(); ++node)
      for (EdgeId id = graph.first_out(node); id != 0; id = graph.edge(id).next_out) {
        const Edge& edge = graph.edge(id);
        const uint32_t from = places.all()[edge.from], to = places.all()[edge.to];
        if (row_of(edge.relation).awaits != Awaits::nothing && from != 0 && to != 0)
          take(ChainLink{from - 1, to - 1});
      }
  };
  each([this](const ChainLink&) { ++link_count_; });
  links_.emplace(link_count_);
  size_t at = 0;
  each([&](const ChainLink& link) { links_->all()[at++] = link; });
}

std::span<const uint32_t> BootRecord::chain_of(size_t last) {
  find_links();
  chain_.emplace(courses_.all().size());
  if (!links_ || !*links_ || !*chain_) return {};
  return chain_->all().first(mark_chain(courses_.all(), links_->all(), last, chain_->all()));
}

void BootRecord::explain() {
  Explainer explainer(places_);
  for (Course& course : courses_.all()) {
    if (course.failed == no_time && !course.stuck) continue;
    const char* const why = course.stuck ? reasons_.keep(explainer.explain(course.name).reason)
                                         : reasons_.keep(remark(course.main.back()));
    if (why != nullptr) course.why = why;
  }
}

}  // namespace stoker
