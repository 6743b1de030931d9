// SPDX-License-Identifier: ISC
// sv edit: what an editor makes of a file counts only if it is good.
#include <sys/stat.h>

#include "console.hh"
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Edited : Services {
  Edited() {
    setup.environment["TMPDIR"] = path("tmp");
    setup.environment["VISUAL"] = path("editor") + " --quick";
    directory("tmp");
  }
  // The editor, which gets --quick and the file.
  void editor(const std::string& body) { script("editor", body); }
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

}  // namespace

TEST_CASE("what the editor has made replaces the file, with its mode") {
  Edited box;
  box.plain("web");
  box.mode("sv/web/run", 0710);
  box.editor("[ \"$1\" = --quick ] && printf '#!/bin/sh\\nexec sleep 2000\\n' >$2; chmod 600 $2");
  const Result result = box.sv({"edit", "web"});
  CHECK(result.out == "ok: web: run is changed\n");
  CHECK(result.code == 0);
  CHECK(box.read("sv/web/run") == "#!/bin/sh\nexec sleep 2000\n");
  CHECK(mode_of(box.path("sv/web/run")) == 0710);
  CHECK(box.list("sv/web") == std::vector<std::string>{"run"});
  CHECK(box.list("tmp").empty());
}

TEST_CASE("faults are printed, nothing is changed, and the copy is kept") {
  Edited box;
  box.plain("web");
  const std::string before = box.read("sv/web/run");
  box.editor("echo 'exec sleep' >$2");
  const Result result = box.sv({"edit", "web"});
  CHECK(contains(result.out, "fail: web: run does not begin with a line like #!/bin/sh\n"));
  CHECK(result.code == 1);
  CHECK(box.read("sv/web/run") == before);
  const auto kept = box.list("tmp");
  REQUIRE(kept.size() == 1);
  CHECK(box.list("tmp/" + kept[0]) == std::vector<std::string>{"run"});
  CHECK(contains(result.out, "fail: web: nothing is changed; your copy is " +
                                 box.path("tmp/" + kept[0] + "/run") + "\n"));
  CHECK(box.read("tmp/" + kept[0] + "/run") == "exec sleep\n");
}

TEST_CASE("a setting is checked, and a new file is made") {
  Edited box;
  box.plain("web");
  box.editor("echo soon >$2");
  CHECK(contains(box.sv({"edit", "web", "timeout-kill"}).out,
                 "fail: web: invalid value in timeout-kill"));
  CHECK_FALSE(box.exists("sv/web/timeout-kill"));
  box.editor("echo 5s >$2");
  CHECK(box.sv({"edit", "web", "timeout-kill"}).out == "ok: web: timeout-kill is changed\n");
  CHECK(box.read("sv/web/timeout-kill") == "5s\n");
  CHECK(mode_of(box.path("sv/web/timeout-kill")) == 0644);
  box.editor("printf '#!/bin/sh\\n' >$2");
  CHECK(box.sv({"edit", "web", "finish"}).code == 0);
  CHECK(mode_of(box.path("sv/web/finish")) == 0755);
}

TEST_CASE("an editor that changes nothing, or fails, changes nothing") {
  Edited box;
  box.plain("web");
  box.editor("exit 0");
  CHECK(box.sv({"edit", "web"}).out == "ok: web: run is as it was\n");
  CHECK(box.sv({"edit", "web"}).code == 0);
  box.editor("exit 1");
  const Result result = box.sv({"edit", "web"});
  CHECK(result.out == "fail: web: the editor has failed\n");
  CHECK(result.code == 1);
  CHECK(box.list("tmp").empty());
  // Others may have been quicker.
  box.editor("echo '# mine' >>$2; echo '# theirs' >>$BOX/sv/web/run");
  CHECK(contains(box.sv({"edit", "web"}).out,
                 "fail: web: run has been changed by others meanwhile\n"));
  CHECK(contains(box.read("sv/web/run"), "# theirs"));
}

TEST_CASE("only files of the service directory are edited, and links are followed") {
  Edited box;
  box.plain("web");
  box.editor("echo '# more' >>$2");
  for (const char* const file : {"../web/run", "/etc/passwd", "a/b/c", ".hidden", "log/", ""})
    CHECK(contains(box.sv({"edit", "web", file}).out, "is no file of the service directory"));
  CHECK(contains(box.sv({"edit", "web", "log/run"}).out, "fail: web: unable to open log: "));
  CHECK(contains(box.sv({"edit", "none"}).out, "fail: none: unable to change to service"));
  box.script("shared/run", "exec cat");
  box.directory("sv/web/log");
  box.link(box.path("shared/run"), "sv/web/log/run");
  CHECK(box.sv({"edit", "web", "log/run"}).out == "ok: web: log/run is changed\n");
  CHECK(contains(box.read("shared/run"), "# more"));
}

TEST_CASE("a change that needs a restart is named") {
  Edited box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  box.editor("echo '# more' >>$2");
  CHECK(box.sv({"edit", "web"}).out ==
        "ok: web: run is changed, which counts from the next start on: sv restart web\n");
  CHECK(box.sv({"edit", "web", "finish"}).code == 1);  // it lacks a first line
}

TEST_CASE("on a terminal, faults lead back to the editor, and a restart is offered") {
  Edited box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web");
  const pid_t before = box.await(State::ready, "sv/web").main.pid;
  box.editor(
      "if [ -e $BOX/second ]; then printf '#!/bin/sh\\nexec sleep 3000\\n' >$2; "
      "else : >$BOX/second; echo bad >$2; fi");
  Console console;
  box.setup.in_child = [&console] { console.adopt(true); };
  const Process editing = box.begin_sv({"edit", "web"});
  CHECK(console.await("fail: web: run does not begin with a line like #!/bin/sh\n"));
  CHECK(console.await("Edit it again, discard it, or keep the copy? [e/d/k] "));
  console.type("e\r");
  CHECK(console.await("Restart web now? [y/N] "));
  console.type("y\r");
  CHECK(console.await("ok: run: web: "));
  CHECK(editing.wait() == 0);
  CHECK(box.status("sv/web").main.pid != before);
  CHECK(contains(box.read("sv/web/run"), "sleep 3000"));
}

TEST_CASE("on a terminal, a copy with faults can be discarded") {
  Edited box;
  box.plain("web");
  box.editor("echo bad >$2");
  Console console;
  box.setup.in_child = [&console] { console.adopt(true); };
  const Process editing = box.begin_sv({"edit", "web"});
  CHECK(console.await("[e/d/k] "));
  console.type("d\r");
  CHECK(console.await("fail: web: nothing is changed\n"));
  CHECK(editing.wait() == 1);
  CHECK(box.list("tmp").empty());
}
