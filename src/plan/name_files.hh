// SPDX-License-Identifier: ISC
// Reads the files in which a service names others: the one part of this room that is not pure.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/directory.hh"
#include "base/function_ref.hh"
#include "plan/relation.hh"
#include "service/name_list.hh"

namespace stoker {

// Something in a file that is ignored, and why.
struct NameTrouble {
  Relation relation;        // which file
  std::string_view name;    // in it; empty: the whole file
  std::string_view reason;  // not empty, if `error` is 0
  int error = 0;            // errno, if the file could not be read
};

// Gives each name in the files of a service directory (a descriptor, borrowed), in the order of
// Relation and of each file; the name is valid only during the call. Of a directory in place of a
// file, the entries are the names, but for those that begin with a dot. What is wrong is given to
// `trouble`, each thing once, and is otherwise as if it were not there. `service` is its name.
void read_names(int directory, std::string_view service,
                FunctionRef<void(Relation, std::string_view)> name,
                FunctionRef<void(const NameTrouble&)> trouble);

// Those files of a service that exist, as a listing of its directory shows them: for the one that
// looks at thousands.
class NameFiles {
 public:
  // `path` is the service directory, seen from the directory `at`.
  NameFiles(int at, const char* path);

  // False if the directory cannot be listed; see errno.
  explicit operator bool() const { return is_listed_; }
  bool is_empty() const { return found_ == 0; }

  // Another number after each change of these files; 0 where a change could not be told from the
  // one before, since both are of this moment.
  uint64_t stamp() const;
  // As read_names().
  void read(std::string_view service, FunctionRef<void(Relation, std::string_view)> name,
            FunctionRef<void(const NameTrouble&)> trouble) const;

 private:
  bool has(Relation relation) const {
    return (found_ & 1U << static_cast<unsigned>(relation)) != 0;
  }

  Directory directory_;
  unsigned found_ = 0;  // a bit for each Relation
  bool is_listed_ = false;
};

}  // namespace stoker
