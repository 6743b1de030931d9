// SPDX-License-Identifier: ISC
// svlog: which lines are shown, and in which order.
#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Lines with and without priorities.
struct Urgent : Sandbox {
  Urgent() {
    write("web/current", said(1, "<3>broken") + said(2, "usual") +
                             said(3, "daemon.warning: cron[12]: late") + said(4, "<7>detail"));
  }
};

}  // namespace

TEST_CASE("-p shows lines of a priority, and more urgent ones") {
  Urgent box;
  CHECK(messages(svlog(box, {"-p", "err", "./web"})) == "<3>broken\n");
  CHECK(messages(svlog(box, {"--priority=4", "./web"})) ==
        "<3>broken\ndaemon.warning: cron[12]: late\n");
  CHECK(messages(svlog(box, {"-p", "info..notice", "./web"})) == "usual\n");
  CHECK(messages(svlog(box, {"-p", "debug", "-n", "1", "./web"})) == "<7>detail\n");
}

TEST_CASE("-p and -n count only the lines of that priority") {
  Urgent box;
  CHECK(messages(svlog(box, {"-n1", "-p", "warning", "./web"})) ==
        "daemon.warning: cron[12]: late\n");
  CHECK(messages(svlog(box, {"-n1", "-p", "err", "./web"})) == "<3>broken\n");
}

TEST_CASE("a line that rotation has split has one priority") {
  Sandbox box;
  box.write("web/" + label_at(2) + ".s", said(1, "<7>detail").substr(0, 32));
  box.write("web/current", "il goes on\n" + said(3, "<3>bad"));
  CHECK(messages(svlog(box, {"-p", "info", "./web"})) == "<3>bad\n");
}

TEST_CASE("-n all shows all lines") {
  Sandbox box;
  box.write("web/current", said_from_to(1, 20));
  CHECK(svlog(box, {"-n", "all", "-oraw", "./web"}) == said_from_to(1, 20));
  const Process reader = box.start({"svlog", "-f", "-n", "all", "-oraw", "./web"});
  await_shown(box, reader, said_from_to(1, 20));
}

TEST_CASE("-b shows nothing older than this boot") {
  Sandbox box;
  box.write("web/current", "2001-01-01_00:00:00 before\n2199-01-01_00:00:00 after\n");
  CHECK(messages(svlog(box, {"-b", "./web"})) == "after\n");
  CHECK(messages(svlog(box, {"--boot", "--since", "2000-01-01", "./web"})) == "after\n");
  CHECK(svlog(box, {"-b", "--since", "2200-01-01", "./web"}).empty());
}

TEST_CASE("--unit names a service, as its name alone does") {
  Sandbox box;
  box.write("web/current", said(1, "one"));
  box.write("db/current", said(2, "two"));
  CHECK(svlog(box, {"--unit", "./web", "-oraw"}) == said(1, "one"));
  CHECK(svlog(box, {"--unit=./web", "./db", "-oraw"}) == said(1, "one") + said(2, "two"));
}

TEST_CASE("-r shows the newest line first, of all logs together") {
  Sandbox box;
  box.write("web/current", said(1, "one") + said(3, "three") + label_at(5) + " half");
  box.write("db/current", said(2, "two") + said(4, "four"));
  const std::string out = svlog(box, {"-r", "-oraw", "./web", "./db"});
  CHECK(out ==
        said(5, "half") + said(4, "four") + said(3, "three") + said(2, "two") + said(1, "one"));
  CHECK(svlog(box, {"--reverse", "-n2", "-oraw", "./web", "./db"}) ==
        said(5, "half") + said(4, "four"));
  CHECK(svlog(box, {"-r", "-g", "none", "./web"}).empty());
}

TEST_CASE("-r puts together what rotation has split") {
  Sandbox box;
  box.write("web/" + label_at(2) + ".s", said(1, "one") + label_at(2) + " spl");
  box.write("web/current", "it\n" + said(3, "three"));
  CHECK(messages(svlog(box, {"-r", "./web"})) == "three\nsplit\none\n");
}

TEST_CASE("-r shows more lines than its buffer has room for") {
  Sandbox box;
  box.write("web/current", said_from_to(1, 20000));
  const std::string out = svlog(box, {"-r", "-oraw", "./web"});
  CHECK(out.size() == said_from_to(1, 20000).size());
  CHECK(out.starts_with(said_from_to(20000, 20000) + said_from_to(19999, 19999)));
  CHECK(out.ends_with(said_from_to(1, 1)));
}

TEST_CASE("what -g matches is coloured where names are, in short and full") {
  Sandbox box;
  box.write("web/current", said(1, "one more one"));
  const std::string found = "\x1b[1;31mone\x1b[0m more \x1b[1;31mone\x1b[0m\n";
  CHECK(messages(svlog(box, {"--color", "-g", "o.e", "./web"})) ==
        "\x1b[1;31mone\x1b[0m m\x1b[1;31more\x1b[0m \x1b[1;31mone\x1b[0m\n");
  CHECK(messages(svlog(box, {"--color", "-g", "one", "./web"})) == found);
  CHECK(svlog(box, {"--color", "-g", "one", "-ofull", "./web"}).ends_with(found));
  CHECK(svlog(box, {"--color", "-g", "one", "-oraw", "./web"}) == said(1, "one more one"));
  CHECK(messages(svlog(box, {"-g", "one", "./web"})) == "one more one\n");
  CHECK(messages(svlog(box, {"--terminal", "--no-color", "-g", "one", "./web"})) ==
        "one more one\n");
}

TEST_CASE("a match with control characters is harmless on a terminal") {
  Sandbox box;
  box.write("web/current", said(1, "a\x1b[2Jb \xc2\x9bx"));
  CHECK(messages(svlog(box, {"--terminal", "-g", "a.*b", "./web"})) ==
        "\x1b[1;31ma?[2Jb\x1b[0m ?x\n");
}

TEST_CASE("--disk-usage shows how much space logs take") {
  Sandbox box;
  box.write("db/current", "");
  box.write("web/current", said(1, "one"));
  box.write("web/" + label_at(0) + ".s", std::string(100000, 'x'));
  CHECK(svlog(box, {"--disk-usage", "./db"}).ends_with(" ./db\n"));
  const std::string both = svlog(box, {"./web", "./db", "--disk-usage"});
  CHECK(contains(both, " ./db\n"));
  CHECK(contains(both, "K ./web\n"));
  CHECK(both.ends_with("K total\n"));
}
