// SPDX-License-Identifier: ISC
// Reads what the services of a tree name in their files, and their states: each service once, when
// it is first asked for.
#pragma once
#include <optional>

#include "base/mapped_memory.hh"
#include "client/member.hh"
#include "client/service_handle.hh"
#include "plan/name_files.hh"

namespace stoker {

// A service of a tree: its name, and the directory where svscan finds it. The name is empty for a
// logger, which stands in no order.
struct Address {
  PathText directory;
  Text<255> name;
};
Address address_of(const Places& places, const char* given);

class Survey {
 public:
  // The most services and names of services, and the most lines that name them. What is beyond
  // that is left out.
  static constexpr size_t most_nodes = 32768, most_edges = 262'144;

  // Of the services in that directory. Dies if there is no memory.
  Survey(const Places& places, std::string_view directory);
  Survey(const Survey&) = delete;
  Survey& operator=(const Survey&) = delete;

  std::string_view directory() const { return directory_; }
  const Graph& graph() const { return graph_; }
  // 0 if there is no room. It need not exist.
  NodeId add(std::string_view name) { return graph_.add(name); }
  const Member& look(NodeId node);
  // At everything in the directory, and at all that is named there, so that it is known who names
  // whom. False with errno if the directory cannot be read.
  [[nodiscard]] bool look_at_all();
  bool has_scanner() const { return stoker::has_scanner(places_, directory_.c_str()); }
  const Places& places() const { return places_; }

 private:
  Member& member(NodeId node) const { return members_[node]; }
  void read(NodeId node, Member& member);

  PathText directory_;
  const Places places_;
  MappedMemory memory_;
  Graph graph_;
  Member* members_ = nullptr;
};

}  // namespace stoker
