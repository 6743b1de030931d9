// SPDX-License-Identifier: ISC
#include "sv/top_table.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

Page page;  // too large for the stack of a test

std::vector<TopRow> some_rows() {
  return {{"db", "ready", State::ready, 70, true, {5, 2 << 20, 4, 0, 3 << 10}},
          {"web", "ready", State::ready, 7, false, {1234, 1 << 20, 12, {}, {}}},
          {"off", "down", State::down, 0, false, {0, 0, 0, 0, 0}},
          {"lost", "unsupervised", {}, 0, false, {}}};
}

std::string table(std::span<const TopRow> rows, const TopLook& look = {}) {
  page.clear();
  append_top(page, rows, look, [] {});
  return std::string(page.view());
}

std::string order(TopKey key, bool reversed = false) {
  std::vector<TopRow> rows = some_rows();
  sort_rows(rows, {key, reversed});
  std::string names;
  for (const TopRow& row : rows) names += std::string(row.name) + " ";
  return names;
}

}  // namespace

TEST_CASE("the table of usage has a row for each service and their sum") {
  CHECK(table(some_rows()) ==
        "NAME   STATE         PID   CPU%  MEMORY  TASKS  READ/S  WRITE/S\n"
        "db     ready          70    0.5      2M      4       0       3K\n"
        "web    ready           7  123.4      1M     12       -        -\n"
        "off    down            -      -       -      -       -        -\n"
        "lost   unsupervised    -      -       -      -       -        -\n"
        "TOTAL                     123.9      3M     16       0       3K\n");
}

TEST_CASE("what uses most comes first, and what is unknown last") {
  CHECK(order(TopKey::cpu) == "web db off lost ");
  CHECK(order(TopKey::memory) == "db web off lost ");
  CHECK(order(TopKey::tasks) == "web db off lost ");
  CHECK(order(TopKey::io) == "db off lost web ");
  CHECK(order(TopKey::name) == "db lost off web ");
  CHECK(order(TopKey::cpu, true) == "lost off db web ");
  CHECK(order(TopKey::name, true) == "web off lost db ");
}

TEST_CASE("names are cut so that figures fit on the screen") {
  std::vector<TopRow> rows = some_rows();
  const std::string name = "a-service-with-a-long-name";
  rows[0].name = name;
  const std::string text = table(rows, {{70, false}});
  CHECK(text.find("\na-service-wi  ready  ") != std::string::npos);
  CHECK(table(rows, {{30, false}}).find("\na-servic  ready  ") != std::string::npos);
  CHECK(table(rows).find("\n" + name + "  ready") != std::string::npos);
}

TEST_CASE("a screen that is too small shows the first rows and the sum") {
  const std::string text = table(some_rows(), {{}, 4, "> "});
  CHECK(text ==
        "> NAME   STATE         PID   CPU%  MEMORY  TASKS  READ/S  WRITE/S\n"
        "> db     ready          70    0.5      2M      4       0       3K\n"
        "> web    ready           7  123.4      1M     12       -        -\n"
        "> TOTAL                     123.9      3M     16       0       3K\n");
}

TEST_CASE("no control character of a name reaches the terminal") {
  std::vector<TopRow> rows = some_rows();
  rows[0].name =
      "a\x1b[2Jb\xc2\x9b"
      "c\x9b"
      "d\n";
  const std::string text = table(rows);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\na?[2Jb?c?d?  ready") != std::string::npos);
}

TEST_CASE("the title counts services and names the order") {
  page.clear();
  append_top_title(page, some_rows(), {TopKey::io, true}, 2500ms, {});
  CHECK(page.view() == "4 services, 2 running, by io reversed, every 2.5 s\n");
  page.clear();
  append_top_title(page, std::span<const TopRow>(), {}, 2s, {{11, false}, 5, "> "});
  CHECK(page.view() == "> 0 services,\n");
}

TEST_CASE("usage as JSON has numbers, or null where they are unknown") {
  const std::vector<TopRow> rows = some_rows();
  page.clear();
  append_top_json(page, rows[1]);
  CHECK(page.view() ==
        "{\"name\":\"web\",\"state\":\"ready\",\"pid\":7,\"cgroup\":false,\"cpu\":123.4,"
        "\"memory\":1048576,\"tasks\":12,\"read\":null,\"written\":null}");
  page.clear();
  append_top_json(page, rows[3]);
  CHECK(page.view() ==
        "{\"name\":\"lost\",\"state\":\"unsupervised\",\"pid\":null,\"cgroup\":false,\"cpu\":null,"
        "\"memory\":null,\"tasks\":null,\"read\":null,\"written\":null}");
}

TEST_CASE("orders have words") {
  CHECK(parse_top_key("io") == TopKey::io);
  CHECK(parse_top_key("name") == TopKey::name);
  CHECK(parse_top_key("") == std::nullopt);
  CHECK(parse_top_key("CPU") == std::nullopt);
}
