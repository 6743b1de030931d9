// SPDX-License-Identifier: ISC
#include "jail/rules.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;
using enum PathRule::Kind;

namespace {

// "PATH CONTENT[ ro][ nx][ ?]|…"
std::string mounts(const std::vector<PathRule>& rules) {
  static const char* const contents[] = {"same", "bind", "new", "devices", "nothing"};
  std::string all;
  const Mounts list = mounts_for(rules);
  for (const Mount& mount : list.items()) {
    all += std::string(mount.path) + " " + contents[static_cast<size_t>(mount.content)];
    if (mount.source != nullptr) all += std::string("<") + mount.source;
    if (mount.read_only) all += " ro";
    if (mount.no_exec) all += " nx";
    if (mount.may_miss) all += " ?";
    if (mount.options != nullptr) all += std::string(" ") + mount.options;
    all += "|";
  }
  return all;
}

}  // namespace

TEST_CASE("outer paths are mounted before inner ones") {
  CHECK(mounts({{read_write, "/a/b/c"}, {read_only, "/a"}, {read_only, "/"}}) ==
        "/ same ro|/a same ro|/a/b/c same|");
  CHECK(mounts({}) == "");
}

TEST_CASE("an inner path follows the outer one unless a rule says otherwise") {
  CHECK(mounts({{read_only, "/a"}, {no_exec, "/a/b"}}) == "/a same ro|/a/b same ro nx|");
  CHECK(mounts({{no_exec, "/"}, {read_only, "/a"}, {read_write, "/a/b"}}) ==
        "/ same nx|/a same ro nx|/a/b same nx|");
  CHECK(mounts({{read_only, "/a"}, {no_exec, "/ab"}}) == "/a same ro|/ab same nx|");
}

TEST_CASE("files may be executed in an inner path of one without execution") {
  CHECK(mounts({{no_exec, "/"}, {exec, "/usr"}, {no_exec, "/usr/local"}}) ==
        "/ same nx|/usr same|/usr/local same nx|");
  CHECK(mounts({{exec, "/a"}, {no_exec, "/a"}}) == "/a same nx|");
  CHECK(mounts({{read_only, "/"}, {no_exec, "/"}, {exec, "/usr"}}) == "/ same ro nx|/usr same ro|");
}

TEST_CASE("a new file system has the options of its rule") {
  CHECK(mounts({{temporary, "/a", nullptr, false, "mode=0700"}, {read_only, "/a"}}) ==
        "/a new ro mode=0700|");
}

TEST_CASE("a path is covered by the innermost mount that shows something else") {
  const Mounts list = mounts_for(std::vector<PathRule>{
      {read_only, "/"}, {temporary, "/tmp"}, {bind, "/tmp/x", "/y"}, {inaccessible, "/home"}});
  const auto cover = [&](const char* path) -> std::string {
    const Mount* const mount = covering(list.items(), path);
    return mount != nullptr ? mount->path : "none";
  };
  CHECK(cover("/usr") == "none");
  CHECK(cover("/tmp/a/b") == "/tmp");
  CHECK(cover("/tmp/x/b") == "/tmp/x");
  CHECK(cover("/home") == "/home");
  CHECK(cover("/tmpx") == "none");
}

TEST_CASE("new and bound paths are writable below read-only ones") {
  CHECK(mounts({{read_only, "/"}, {temporary, "/tmp"}, {bind, "/b", "/src"}}) ==
        "/ same ro|/b bind</src|/tmp new|");
  CHECK(mounts({{read_only_temporary, "/home"}, {read_only_bind, "/home/x", "/y"}}) ==
        "/home new ro|/home/x bind</y ro|");
}

TEST_CASE("rules for one path are merged, and the stricter one counts") {
  CHECK(mounts({{read_only, "/a"}, {no_exec, "/a"}}) == "/a same ro nx|");
  CHECK(mounts({{read_write, "/a"}, {read_only, "/a"}}) == "/a same ro|");
  CHECK(mounts({{temporary, "/a"}, {read_only, "/a"}}) == "/a new ro|");
  CHECK(mounts({{inaccessible, "/a"}, {temporary, "/a"}, {bind, "/a", "/b"}}) ==
        "/a nothing ro nx|");
  CHECK(mounts({{devices, "/dev"}, {read_write, "/dev"}}) == "/dev devices|");
}

TEST_CASE("a path may be missing only if every rule for it says so") {
  CHECK(mounts({{read_only, "/a", nullptr, true}}) == "/a same ro ?|");
  CHECK(mounts({{read_only, "/a", nullptr, true}, {no_exec, "/a"}}) == "/a same ro nx|");
}

TEST_CASE("the maximum number of rules is kept") {
  std::vector<std::string> paths;
  for (size_t i = 0; i < most_rules; ++i) paths.push_back("/p" + std::to_string(i));
  std::vector<PathRule> rules;
  for (const std::string& path : paths) rules.push_back({read_only, path.c_str()});
  const Mounts list = mounts_for(rules);
  CHECK(list.items().size() == most_rules);
}

TEST_CASE("a path is within itself and its parents") {
  CHECK(is_within("/a", "/a"));
  CHECK(is_within("/a/b", "/a"));
  CHECK(is_within("/a", "/"));
  CHECK_FALSE(is_within("/ab", "/a"));
  CHECK_FALSE(is_within("/a", "/a/b"));
}

TEST_CASE("paths of rules are absolute and without detours") {
  for (const char* good : {"/", "/a", "/a/b", "/..a", "/a.b", "/.a/b"}) CHECK(is_clean_path(good));
  for (const char* bad : {"", "a", "/a/", "//", "/a//b", "/..", "/a/../b", "/.", "/a/."}) {
    CAPTURE(bad);
    CHECK_FALSE(is_clean_path(bad));
  }
}
