// SPDX-License-Identifier: ISC
// sv show names the source of each setting.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv show prints each setting with its source and default") {
  Services box;
  box.plain("web");
  box.write("sv/web/timeout-kill", "5s\n");
  box.write("sv/web/restart", "sometimes\n");
  box.write("sv/web/down", "");
  const std::string web = box.path("sv/web");
  const Result result = box.sv({"show", "web"});
  CHECK(result.code == 0);
  CHECK(result.out.starts_with("# " + web + "\n"));
  CHECK(contains(result.out,
                 "\ntimeout-kill         5s            " + web + "/timeout-kill (default 0)\n"));
  CHECK(contains(result.out, "\nrestart              always        default, since " + web +
                                 "/restart is invalid\n"));
  CHECK(contains(result.out, "\ndown-signal          TERM          default\n"));
  CHECK(contains(result.out, "\nnotification-fd      -             default\n"));
  CHECK(
      contains(result.out, "\ndown                 yes           " + web + "/down (default no)\n"));
  CHECK(contains(result.out, "\nessential            no            default\n"));
}

TEST_CASE("sv show --json has an object for each setting") {
  Services box;
  box.plain("web");
  box.write("sv/web/timeout-kill", "5s\n");
  const std::string file = box.path("sv/web/timeout-kill");
  const Result result = box.sv({"--json", "show", "web"});
  CHECK(contains(result.out,
                 "\n{\"name\":\"web\",\"setting\":\"timeout-kill\",\"value\":\"5s\","
                 "\"file\":\"" +
                     file +
                     "\",\"default\":\"0\",\"valid\":true,"
                     "\"meaning\":\"time to stop before it is killed\"},\n"));
  CHECK(contains(result.out,
                 "\"setting\":\"notification-fd\",\"value\":null,\"file\":null,"
                 "\"default\":null,\"valid\":true,"));
  CHECK(result.out.starts_with("[{"));
  CHECK(result.out.ends_with("}]\n"));
  const Result none = box.sv({"show", "none"});
  CHECK(none.code == 1);
  CHECK(contains(none.err, "sv: warning: none: "));
}

TEST_CASE("sv show knows the defaults of s6") {
  Services box;
  box.plain("web");
  box.write("sv/web/type", "longrun\n");
  CHECK(contains(box.sv({"show", "web"}).out, "\ntimeout-finish       5000          default\n"));
}
