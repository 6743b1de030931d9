// SPDX-License-Identifier: ISC
#include "service/name_list.hh"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Names = std::vector<std::string>;

// As a file that is read in pieces of that size.
Names names_of(const std::string& text, size_t piece = 4096) {
  Names names;
  NameLines lines;
  std::string kept;
  for (size_t at = 0; at <= text.size(); at += piece) {
    kept += text.substr(at, piece);
    const bool is_end = at + piece > text.size();
    std::string_view rest = kept;
    while (const auto name = lines.next(rest, is_end)) names.emplace_back(*name);
    CHECK(rest.size() <= longest_line);
    kept = std::string(rest);
  }
  return names;
}

}  // namespace

TEST_CASE("a name stands on each line, without the white space around it") {
  CHECK(names_of("db\ncache\n") == Names{"db", "cache"});
  CHECK(names_of("db") == Names{"db"});
  CHECK(names_of("  db \t\r\n\n\n# cache\n   # mail\nweb 2\n") == Names{"db", "web 2"});
  CHECK(names_of("").empty());
  CHECK(names_of("\n").empty());
  CHECK(names_of("db#1\n") == Names{"db#1"});
}

TEST_CASE("in whatever pieces a file is read, its names are the same") {
  const std::string text = "db\n# cache\n\n" + std::string(longest_line, 'x') + "\n  mail\n" +
                           std::string(3 * longest_line, 'y') + "\nweb";
  const Names whole = names_of(text);
  REQUIRE(whole.size() == 5);
  CHECK(whole[1].size() == longest_line);
  CHECK(whole[3].size() == longest_line);
  CHECK(whole[4] == "web");
  for (const size_t piece : {1, 2, 3, 7, 100, 511, 512, 513, 1000, 2000}) {
    INFO(piece);
    CHECK(names_of(text, piece) == whole);
  }
}

TEST_CASE("a comment may be long") {
  CHECK(names_of("# " + std::string(10000, 'x') + "\ndb\n", 100) == Names{"db"});
}

TEST_CASE("what is no name of another service has a reason") {
  const auto fault = [](std::string_view name) { return fault_of_service_name(name, "web"); };
  CHECK(fault("db") == NameFault::none);
  CHECK(fault("web 2") == NameFault::none);
  CHECK(fault("web") == NameFault::itself);
  CHECK(fault(".") == NameFault::dot);
  CHECK(fault("..") == NameFault::dot);
  CHECK(fault(".svscan") == NameFault::dot);
  CHECK(fault("../db") == NameFault::dot);
  CHECK(fault("/db") == NameFault::slash);
  CHECK(fault("db/") == NameFault::slash);
  CHECK(fault("db/log") == NameFault::logger);
  CHECK(fault("/log") == NameFault::logger);
  CHECK(fault("d\001b") == NameFault::control);
  CHECK(fault(std::string_view("d\0b", 3)) == NameFault::control);
  CHECK(fault("d\xc3\xa4tenbank") == NameFault::none);
  CHECK(fault(std::string(255, 'x')) == NameFault::none);
  CHECK(fault(std::string(256, 'x')) == NameFault::too_long);
  for (const NameFault each :
       {NameFault::dot, NameFault::slash, NameFault::logger, NameFault::itself, NameFault::control,
        NameFault::too_long, NameFault::too_many})
    CHECK_FALSE(reason_of(each).empty());
}
