// SPDX-License-Identifier: ISC
// All services of the directory with what they name, for commands that show that.
#pragma once
#include <optional>

#include "base/mapped_array.hh"
#include "client/hold.hh"
#include "client/printer.hh"
#include "client/survey.hh"

namespace stoker {

class ServiceMap {
 public:
  // Looks at everything. Dies if the directory cannot be read.
  explicit ServiceMap(const Places& places);

  const Graph& graph() const { return survey_.graph(); }
  Members members() { return {survey_.graph(), look_}; }
  // Why it waits for others; empty if it does not.
  Text<400> hold(NodeId node) { return hold_of(members(), node, has_scanner_).reason; }

  // 0, with a warning, if it does not exist.
  NodeId find(const char* name);
  // Marks these, with all that they name and all that names them, and so on; without a name,
  // everything. Returns how many do not exist.
  unsigned mark(std::span<char* const> names);
  bool is_marked(NodeId node) const { return marks_.all()[node] != 0; }

  // An array of objects, one a line, of what has been marked.
  void show_json(Printer& printer);

 private:
  struct Look {
    Survey& survey;
    const Member& operator()(NodeId node) const { return survey.look(node); }
  };
  void spread(NodeId node, uint8_t way);
  void append_names(Page& page, NodeId node, const RelationRow& row) const;
  void append_json(Page& page, NodeId node);

  const Places& places_;
  Survey survey_;
  const Look look_{survey_};
  MappedArray<uint8_t> marks_;
  bool has_scanner_ = false;
};

}  // namespace stoker
