// SPDX-License-Identifier: ISC
// sv lint: see sv(8).
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/report.hh"
#include "client/cycle.hh"
#include "client/json.hh"
#include "client/survey.hh"
#include "client/view.hh"
#include "service/layout.hh"
#include "sv/lint.hh"
#include "sv/lint_order.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr int exit_faulty = 1;

struct LintReport {
  Printer& printer;
  bool json;
  unsigned faults = 0;

  void add(std::string_view name, std::string_view file, std::string_view fault);
};

void LintReport::add(std::string_view name, std::string_view file, std::string_view fault) {
  Page& page = printer.page;
  if (json) {
    page.append(faults == 0 ? "{\"name\":" : ",\n{\"name\":");
    append_json_string(page, name);
    page.append(",\"file\":");
    file.empty() ? page.append("null") : append_json_string(page, file);
    page.append(",\"fault\":");
    append_json_string(page, fault);
    page.append('}');
  } else {
    Text<700> line(fault);
    std::replace_if(
        line.data(), line.data() + line.size(), [](char byte) { return byte >= 0 && byte < ' '; },
        '?');
    page.append(harmless(name).view(), ": ", line.view(), "\n");
  }
  ++faults;
  printer.make_room();
}

// Instead of a service, a directory of services may be given: it has nothing to run, but
// something in it has.
bool is_tree(int directory, const ServiceNames& names) {
  if (is_definition(directory)) return false;
  for (const char* const name : names.all()) {
    const Fd service = open_directory(directory, name);
    if (service && std::string_view(name) != layout::log && is_definition(service.get()))
      return true;
  }
  return false;
}

// The services of one directory, among which each has its place.
class TreeLint {
 public:
  TreeLint(const Places& places, std::string_view directory);

  std::string_view directory() const { return survey_.directory(); }
  void look_at(std::string_view name, LintSink report);

 private:
  void look_at_cycle(NodeId node, LintSink report);

  Survey survey_;
  MappedArray<Visit> room_;
  MappedArray<uint32_t> tangles_;
  std::optional<Cycles> cycles_;
};

TreeLint::TreeLint(const Places& places, std::string_view directory)
    : survey_(places, directory), room_(Survey::most_nodes), tangles_(Survey::most_nodes) {
  if (!room_ || !tangles_) die_errno({"unable to allocate memory"});
  // If it cannot be listed, what the service itself names is looked at all the same.
  static_cast<void>(survey_.look_at_all());
}

void TreeLint::look_at(std::string_view name, LintSink report) {
  const NodeId node = survey_.add(name);
  if (node == 0) return;
  const auto look = [this](NodeId other) -> const Member& { return survey_.look(other); };
  look(node);
  lint_names({survey_.graph(), look}, node, report);
  look_at_cycle(node, report);
}

// Each cycle is named once.
void TreeLint::look_at_cycle(NodeId node, LintSink report) {
  if (!cycles_) cycles_.emplace(survey_.graph(), room_.all(), tangles_.all());
  const uint32_t tangle = cycles_->tangle_of(node);
  if (tangle == 0) return;
  const std::string_view file = row_of(cycles_->relation(node)).file;
  report(file, Text<500>(file, " forms a cycle: ", cycles_->path(node).view()));
  for (uint32_t& other : tangles_.all())
    if (other == tangle) other = 0;
}

// `label` is how it was named, `name` what it is called in its directory.
void look_at(LintReport& report, std::string_view label, std::string_view name, const Fd& service) {
  if (!service) return report.add(label, {}, Text<80>("unable to open: ", error_text(errno)));
  const auto sink = [&](std::string_view file, std::string_view fault) {
    report.add(label, file, fault);
  };
  lint_service(service.get(), sink);
  if (!name.empty()) lint_name_files(service.get(), name, sink);
}

class TreesLint {
 public:
  TreesLint(const Places& places, LintReport& report) : places_(places), report_(report) {}

  void look_at_given(const char* given);

 private:
  TreeLint& tree_of(std::string_view directory);
  void look_at_tree(const char* given, int directory, const ServiceNames& names);

  const Places& places_;
  LintReport& report_;
  std::optional<TreeLint> tree_;
};

TreeLint& TreesLint::tree_of(std::string_view directory) {
  if (!tree_ || tree_->directory() != directory) tree_.emplace(places_, directory);
  return *tree_;
}

bool read_names(ServiceNames& names, int directory) {
  const Fd here = open_search(AT_FDCWD, ".");
  if (!here || fchdir(directory) != 0) return false;
  const bool good = names.read(".");
  if (fchdir(here.get()) != 0) die_errno({"unable to change back to the current directory"});
  return good;
}

void TreesLint::look_at_given(const char* given) {
  const Fd directory = open_service(places_, given);
  ServiceNames names;
  if (directory && read_names(names, directory.get()) && is_tree(directory.get(), names))
    return look_at_tree(given, directory.get(), names);
  const int error = errno;
  const Address address = address_of(places_, given);
  errno = error;
  look_at(report_, given, address.name, directory);
  if (!directory || address.name.empty()) return;
  tree_of(address.directory)
      .look_at(address.name, [&](std::string_view file, std::string_view fault) {
        report_.add(given, file, fault);
      });
}

void TreesLint::look_at_tree(const char* given, int directory, const ServiceNames& names) {
  const PathText path = path_of(directory);
  for (const char* const name : names.all()) {
    const PathText label(given, "/", name);
    look_at(report_, label, name, open_directory(directory, name));
    tree_of(path).look_at(name, [&](std::string_view file, std::string_view fault) {
      report_.add(label, file, fault);
    });
  }
}

}  // namespace

int lint(const Invocation& how, const Places& places, std::span<char* const> given,
         Printer& printer) {
  ServiceNames all;
  LintReport report{printer, how.json};
  if (how.json) printer.page.append('[');
  TreesLint trees(places, report);
  for (const char* const name : names_or_all(given, places, all)) trees.look_at_given(name);
  if (how.json) printer.page.append("]\n");
  printer.flush();
  return report.faults == 0 ? 0 : exit_faulty;
}

}  // namespace stoker
