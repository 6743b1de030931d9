// SPDX-License-Identifier: ISC
#include "catch.hh"
#include "systemd/journal_format.hh"
#include "systemd/journal_request.hh"
#include "systemd/journal_upkeep.hh"

using namespace stoker;
using namespace stoker::systemd;

namespace {

std::string formatted(JournalForm form, std::string_view message, bool all = false) {
  const JournalFormatter formatter(
      {.form = form, .utc = true, .shows_all = all, .shows_host = false});
  std::string text;
  const Tai64n time{Tai64n::epoch + 1764443488, 123456789};
  formatter.print({entry_of(message, "web"), "web", time, "CURSOR"},
                  [&](std::string_view part) { text += part; });
  return text;
}

}  // namespace

TEST_CASE("the forms of lines are those of journalctl") {
  CHECK(formatted(JournalForm::brief, "hi") == "Nov 29 19:11:28 web: hi\n");
  CHECK(formatted(JournalForm::brief_precise, "hi") == "Nov 29 19:11:28.123456 web: hi\n");
  CHECK(formatted(JournalForm::brief_iso, "hi") == "2025-11-29T19:11:28+0000 web: hi\n");
  CHECK(formatted(JournalForm::brief_iso_precise, "hi") ==
        "2025-11-29T19:11:28.123456+0000 web: hi\n");
  CHECK(formatted(JournalForm::brief_unix, "hi") == "1764443488.123456 web: hi\n");
  CHECK(formatted(JournalForm::brief_full, "hi").starts_with("Sat 2025-11-29 19:11:28 "));
  CHECK(formatted(JournalForm::with_unit, "hi").ends_with(" web.service: hi\n"));
  CHECK(formatted(JournalForm::cat, "<3>hi") == "hi\n");
  CHECK(formatted(JournalForm::brief, "daemon.err: cron[12]: hi") ==
        "Nov 29 19:11:28 cron[12]: hi\n");
}

TEST_CASE("control characters are shown as ? unless all is asked for") {
  CHECK(formatted(JournalForm::cat, "a\x1b[31m\tb") == "a?[31m\tb\n");
  CHECK(formatted(JournalForm::cat, "a\x1b[31m", true) == "a\x1b[31m\n");
}

TEST_CASE("an entry as fields: JSON, export and verbose") {
  const std::string json = formatted(JournalForm::json, "a \"b\"");
  CHECK(
      json.starts_with("{\"__CURSOR\":\"CURSOR\",\"__REALTIME_TIMESTAMP\":\"1764443488123456\","));
  CHECK(
      json.ends_with("\"_SYSTEMD_UNIT\":\"web.service\",\"SYSLOG_IDENTIFIER\":\"web\","
                     "\"PRIORITY\":\"6\",\"MESSAGE\":\"a \\\"b\\\"\"}\n"));
  const std::string fields = formatted(JournalForm::exported, "hi");
  CHECK(fields.starts_with("__CURSOR=CURSOR\n__REALTIME_TIMESTAMP=1764443488123456\n"));
  CHECK(fields.ends_with("PRIORITY=6\nMESSAGE=hi\n\n"));
  const std::string binary(
      "MESSAGE\n\x03\0\0\0\0\0\0\0a\x01"
      "b\n\n",
      21);
  CHECK(formatted(JournalForm::exported,
                  "a\x01"
                  "b")
            .ends_with(binary));
  const std::string verbose = formatted(JournalForm::verbose, "hi");
  CHECK(verbose.starts_with("Sat 2025-11-29 19:11:28.123456 "));
  CHECK(verbose.ends_with("    PRIORITY=6\n    MESSAGE=hi\n"));
}

TEST_CASE("every form has a name, and is listed") {
  CHECK(journal_form_from("short") == JournalForm::brief);
  CHECK(journal_form_from("json-pretty") == JournalForm::json_pretty);
  CHECK_FALSE(journal_form_from("long"));
  std::string_view rest = journal_forms();
  while (!rest.empty()) {
    const std::string_view word(rest.data(), rest.find('\n'));
    CHECK(journal_form_from(word));
    rest.remove_prefix(word.size() + 1);
  }
}

TEST_CASE("numbers of lines are read as journalctl does") {
  CHECK(parse_lines("all") == all_lines);
  CHECK(parse_lines("0") == 0);
  CHECK_FALSE(parse_lines("x"));
}
