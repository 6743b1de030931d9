// SPDX-License-Identifier: ISC
#include "import/relations.hh"

#include <algorithm>
#include <tuple>

#include "service/layout.hh"

namespace stoker::importer {

namespace {

bool needs(const std::string& directive) {
  return directive != "RequiredBy" &&
         (directive.starts_with("Requi") || directive.starts_with("Bind"));
}

// Does it also start the other one?
bool pulls(const std::string& directive) {
  return directive == "Wants" || directive == "Upholds" || needs(directive);
}

class Resolver {
 public:
  explicit Resolver(World& world) : world_(world) {}

  void resolve() {
    note_orders();
    for (Draft& draft : world_.drafts) index_[draft.definition.name] = &draft;
    find_members();
    make_groups();
    for (Draft& draft : world_.drafts)
      for (const Relation& relation : draft.relations) resolve(draft, relation);
    fill_groups();
  }

 private:
  struct Verdict {
    Answer answer = Answer::honoured;
    std::string text;
  };

  // --- What there is ----------------------------------------------------------

  // The service that a unit is part of, or the unit itself, if it is no service here.
  std::string name_of(const std::string& unit) const {
    const auto found = world_.names.find(unit);
    return found == world_.names.end() ? unit : found->second;
  }

  void note_orders() {
    for (const Draft& draft : world_.drafts)
      for (const Relation& one : draft.relations) {
        const std::string& own = draft.definition.name;
        const std::string other = name_of(one.other);
        if (one.directive == "After") after_.insert({own, other});
        if (one.directive == "Before") {
          before_.insert({own, one.other});
          after_.insert({other, own});
        }
        if (pulls(one.directive)) pulled_.insert({own, other});
      }
  }

  bool is_after(const Draft& draft, const std::string& other) const {
    return after_.count({draft.definition.name, name_of(other)}) > 0;
  }
  bool is_before(const Draft& draft, const std::string& other) const {
    return before_.count({draft.definition.name, other}) > 0;
  }
  bool is_pulled(const std::string& by, const std::string& name) const {
    return pulled_.count({by, name}) > 0;
  }

  static std::string target_name(const std::string& unit) {
    const auto name = parse_unit_name(unit);
    return name && name->type == "target" ? name->stem() : std::string();
  }

  // A service that starts a target, and comes before it, is one of its members.
  void find_members() {
    for (const Draft& draft : world_.drafts)
      for (const Relation& one : draft.relations) {
        const std::string target = target_name(one.other);
        const bool member = pulls(one.directive) && is_before(draft, one.other);
        if (target.empty() || !member || world_.targets.kind_of(target) != TargetKind::group)
          continue;
        world_.members[target].wanted.insert(draft.definition.name);
      }
    for (const auto& [name, other] : after_)
      if (const std::string target = target_name(other); !target.empty())
        waited_for_.insert(target);
  }

  void make_groups() {
    for (const auto& [target, members] : world_.members) {
      const bool wanted = world_.groups.count(target) > 0 || waited_for_.count(target) > 0;
      if (!wanted || index_.count(target) > 0) continue;
      groups_.insert(target);
    }
    for (const std::string& target : world_.groups) groups_.insert(target);
    std::erase_if(groups_, [this](const std::string& target) {
      return world_.targets.kind_of(target) != TargetKind::group;
    });
  }

  // --- One directive ----------------------------------------------------------

  // The service or group that a unit is here; empty: none.
  std::string place_of(const std::string& unit) const {
    if (const auto found = world_.names.find(unit); found != world_.names.end())
      return found->second;
    const auto name = parse_unit_name(unit);
    if (!name) return {};
    if (name->type == "target") return groups_.count(name->stem()) > 0 ? name->stem() : "";
    const bool startable = name->type == "service" || name->type == "socket";
    return startable && world_.existing.count(name->stem()) > 0 ? name->stem() : "";
  }

  static bool is_of_systemd(const std::string& unit) {
    return unit.starts_with("systemd-") || unit.starts_with("syslog.") ||
           unit.starts_with("plymouth") || unit.starts_with("-.");
  }

  Verdict absent(const Relation& relation) const {
    const auto name = parse_unit_name(relation.other);
    const std::string& what = relation.other;
    if (!name) return {Answer::reported, what + " is no name of a unit"};
    if (name->type == "target") return absent_target(*name);
    if (name->type != "service" && name->type != "socket" && name->type != "timer" &&
        name->type != "path")
      return {Answer::harmless, what + ": file systems and devices are there before services"};
    if (needs(relation.directive) && !is_of_systemd(what))
      return {Answer::reported, what + " is not imported; import it, too"};
    if (needs(relation.directive)) return {Answer::reported, what + " belongs to systemd"};
    return {Answer::harmless, what + ": no such service here"};
  }

  Verdict absent_target(const UnitName& name) const {
    switch (world_.targets.kind_of(name.stem())) {
    case TargetKind::boot:
      return {Answer::harmless, name.text() + " is reached before services start"};
    case TargetKind::never:
      return {Answer::harmless, name.text() + ": services are stopped anyway"};
    case TargetKind::triggers:
      return {Answer::harmless, name.text() + " only says that it is enabled"};
    case TargetKind::group: break;
    }
    return {Answer::harmless, name.text() + ": no service here belongs to it"};
  }

  void add(Draft& draft, const char* file, const std::string& other) {
    draft.definition.relations[file].insert(other);
  }

  Verdict pull(Draft& draft, const Relation& relation, const std::string& other) {
    if (is_before(draft, relation.other) && groups_.count(other) > 0)
      return {Answer::honoured, "wants of the group " + other};
    const char* file = "starts";
    if (is_after(draft, relation.other)) {
      file = "wants";
      if (needs(relation.directive)) file = "needs";
      if (relation.directive.starts_with("Bind")) file = "binds";
    } else if (relation.directive.starts_with("Bind")) {
      add(draft, "part-of", other);
    }
    add(draft, file, other);
    return {Answer::honoured, std::string(file) + ": " + other};
  }

  // Who is started with another one waits for it already.
  Verdict order(Draft& draft, const Relation& relation, const std::string& other) {
    if (is_pulled(draft.definition.name, name_of(relation.other)))
      return {Answer::honoured, "with what starts it"};
    add(draft, "after", other);
    return {Answer::honoured, "after: " + other};
  }

  Verdict order_other(Draft& draft, const std::string& other) {
    if (groups_.count(other) > 0) return {Answer::honoured, "in the group " + other};
    const auto found = index_.find(other);
    if (found == index_.end())
      return {Answer::reported, "write " + draft.definition.name + " into " + other + "/after"};
    if (is_pulled(other, draft.definition.name))
      return {Answer::honoured, "with what starts it, in " + other};
    add(*found->second, "after", draft.definition.name);
    return {Answer::honoured, other + "/after"};
  }

  Verdict link(Draft& draft, const Relation& relation) {
    const std::string target = target_name(relation.other);
    if (target.empty() || groups_.count(target) == 0)
      return {Answer::honoured, "it is started with the tree"};
    auto& members = world_.members[target];
    (relation.directive == "RequiredBy" ? members.needed : members.wanted)
        .insert(draft.definition.name);
    return {Answer::honoured, "in the group " + target};
  }

  Verdict verdict_of(Draft& draft, const Relation& relation) {
    const std::string& directive = relation.directive;
    if (directive == "Sockets") return {Answer::honoured, "listen"};
    if (directive == "WantedBy" || directive == "RequiredBy" || directive == "UpheldBy")
      return link(draft, relation);
    const std::string other = place_of(relation.other);
    if (other == draft.definition.name)
      return {Answer::harmless, relation.other + " is part of this service"};
    if (other.empty()) return absent(relation);
    if (pulls(directive)) return pull(draft, relation, other);
    if (directive == "After") return order(draft, relation, other);
    if (directive == "Before") return order_other(draft, other);
    return add_simple(draft, directive, other);
  }

  Verdict add_simple(Draft& draft, const std::string& directive, const std::string& other) {
    if (directive == "PropagatesStopTo") {
      const auto found = index_.find(other);
      if (found == index_.end()) return {Answer::reported, "write it into " + other + "/part-of"};
      add(*found->second, "part-of", draft.definition.name);
      return {Answer::honoured, other + "/part-of"};
    }
    const char* file = "part-of";
    if (directive == "Conflicts") file = "conflicts";
    if (directive == "OnFailure") file = layout::on_failure;
    if (directive == "OnSuccess") file = layout::on_success;
    add(draft, file, other);
    return {Answer::honoured, std::string(file) + ": " + other};
  }

  // A directive may name several units: what is worst about them counts.
  void resolve(Draft& draft, const Relation& relation) {
    const Verdict verdict = verdict_of(draft, relation);
    Finding& finding = draft.findings[relation.finding];
    const bool is_new = said_.insert({&draft, relation.finding, verdict.text}).second;
    const bool is_first = seen_.insert({&draft, relation.finding}).second;
    // What is reported already is a fault of the line itself.
    if (is_first && finding.answer != Answer::reported) {
      finding.answer = verdict.answer;
      finding.text = verdict.text;
      return;
    }
    finding.answer = std::max(finding.answer, verdict.answer, is_less_honoured);
    if (is_new) finding.text += "; " + verdict.text;
  }

  // One that is honoured in part is honoured; only a report is worse.
  static bool is_less_honoured(Answer one, Answer other) {
    const auto rank = [](Answer answer) {
      return answer == Answer::harmless ? 0 : answer == Answer::honoured ? 1 : 2;
    };
    return rank(one) < rank(other);
  }

  // --- Groups -----------------------------------------------------------------

  Draft& group_draft(const std::string& name) {
    if (const auto found = index_.find(name); found != index_.end()) return *found->second;
    made_.emplace_back();
    made_.back().definition.name = name;
    made_.back().definition.shape = Shape::group;
    return made_.back();
  }

  // By its name as a unit, or as a service.
  void add_member(std::map<std::string, std::set<std::string>>& relations, const std::string& group,
                  const std::string& member, const char* file) {
    const bool known = index_.count(member) + groups_.count(member) > 0;
    if (!known || member == group) return;
    relations[waits_for(member, group) ? "starts" : file].insert(member);
  }

  void fill_groups() {
    made_.reserve(groups_.size());
    for (const std::string& name : groups_) {
      Draft& draft = group_draft(name);
      draft.definition.shape = Shape::group;
      auto& relations = draft.definition.relations;
      relations["wants"];
      for (const std::string& member : world_.members[name].needed)
        add_member(relations, name, member, "needs");
      for (const std::string& member : world_.members[name].wanted)
        add_member(relations, name, member, "wants");
    }
    for (Draft& draft : made_) world_.drafts.push_back(std::move(draft));
  }

  // Does one service, or what it waits for, wait for the other?
  bool waits_for(const std::string& one, const std::string& other) const {
    std::set<std::string> seen;
    std::vector<std::string> open = {one};
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      if (name == other) return true;
      if (!seen.insert(name).second) continue;
      const auto found = index_.find(name);
      if (found == index_.end()) continue;
      for (const char* const file : {"after", "wants", "needs", "binds"}) {
        const auto& relations = found->second->definition.relations;
        if (const auto names = relations.find(file); names != relations.end())
          open.insert(open.end(), names->second.begin(), names->second.end());
      }
    }
    return false;
  }

  World& world_;
  std::map<std::string, Draft*> index_;
  std::set<std::pair<std::string, std::string>> after_, before_, pulled_;
  std::set<std::string> waited_for_, groups_;
  std::set<std::pair<const Draft*, size_t>> seen_;
  std::set<std::tuple<const Draft*, size_t, std::string>> said_;
  std::vector<Draft> made_;
};

}  // namespace

void resolve_relations(World& world) { Resolver(world).resolve(); }

}  // namespace stoker::importer
