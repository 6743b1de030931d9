// SPDX-License-Identifier: ISC
// systemctl's commands on unit files, beside systemd's own systemctl.
#include <algorithm>

#include "units.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// What one of both programs prints and leaves behind.
struct Played {
  std::string out, files;
};

std::string without(std::string text, const std::string& part, const std::string& by) {
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
    text.replace(at, part.size(), by);
  return text;
}

std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  // systemctl has no usage message.
  for (const std::string& line : lines)
    if (!line.starts_with("usage:")) all += line + "\n";
  return all;
}

constexpr char web[] =
    "[Unit]\nDescription=Web\n[Service]\nExecStart=/bin/sleep 100\n"
    "[Install]\nWantedBy=multi-user.target\nAlias=www.service\nAlso=web.socket\n";

void lay_out(Sandbox& box, const std::string& root) {
  const std::string units = root + "/usr/lib/systemd/system/";
  const auto write = [&](const std::string& name, const std::string& text) {
    box.write(units + name, text);
  };
  box.directory(root + "/etc/systemd/system");
  write("multi-user.target", "[Unit]\nDescription=All\n");
  write("sockets.target", "[Unit]\nDescription=Sockets\n");
  write("web.service", web);
  write("web.socket", "[Socket]\nListenStream=80\n[Install]\nWantedBy=sockets.target\n");
  write("stat.service", "[Service]\nExecStart=/bin/true\n");
  write("ind.service", "[Service]\nExecStart=/bin/true\n[Install]\nAlso=web.socket\n");
  write("t@.service", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n");
  write("d@.service",
        "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        "DefaultInstance=one\n");
  write("off.service",
        "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        "RequiredBy=web.service\n");
  box.write(root + "/usr/lib/systemd/system-preset/90-x.preset",
            "disable d@*\nenable web.*\ndisable st*\n");
  box.write(root + "/usr/lib/systemd/system-preset/10-off.preset", "disable off.service\n");
}

std::string links_below(Sandbox& box, const std::string& root) {
  return box
      .run({"sh", "-c", "cd " + box.path(root) + " && find . -type l -printf '%p %l\\n' | sort"})
      .out;
}

// Where stoker-import is not: the links are all that changes.
constexpr char without_importer[] = "/usr/sbin:/usr/bin:/sbin:/bin";

// The commands, one after the other, each with its output, errors and exit code.
std::string play(Sandbox& box, const std::string& program, const std::string& root,
                 const std::vector<Argv>& commands) {
  lay_out(box, root);
  Setup setup;
  setup.environment["LC_ALL"] = "C.UTF-8";
  setup.environment["PATH"] = without_importer;
  std::string text;
  for (const Argv& command : commands) {
    Argv argv{program, "--root=" + box.path(root)};
    argv.insert(argv.end(), command.begin(), command.end());
    const Result result = box.run(argv, setup);
    for (const std::string& word : command) text += word + " ";
    text += "\n" + result.out + sorted_lines(result.err) + std::to_string(result.code) + "\n";
  }
  return without(without(text, box.path(root), "ROOT"), program, "systemctl") +
         links_below(box, root);
}

void compare(const std::vector<Argv>& commands) {
  const std::string peer = genuine("systemctl");
  if (peer.empty()) SKIP("systemd's systemctl is not installed");
  Sandbox box;
  const std::string theirs = play(box, peer, "theirs", commands);
  CHECK(play(box, init_directory() + "/systemctl", "ours", commands) == theirs);
}

}  // namespace

TEST_CASE("is-enabled and list-unit-files say what systemd's systemctl says") {
  compare({{"is-enabled", "web"},
           {"is-enabled", "none"},
           {"is-enabled", "stat", "ind"},
           {"is-enabled", "t@.service", "t@x"},
           {"is-enabled", "none", "web"},
           {"is-enabled", "foo@bar"},
           {"is-enabled", "-l", "web"},
           {"--quiet", "is-enabled", "--", "stat"},
           {"list-unit-files"},
           {"list-unit-files", "--no-legend", "--type=socket"},
           {"list-unit-files", "--type", "service", "--full", "--all", "--no-pager"},
           {"list-unit-files", "w*", "-q", "--full"},
           {"list-unit-files", "--state=static"},
           {"is-system-running"}});
}

TEST_CASE("enable and disable make and remove the links that systemd's systemctl does") {
  compare({{"enable", "web"},
           {"is-enabled", "web", "www.service", "web.socket"},
           {"list-unit-files"},
           {"enable", "web"},
           {"enable", "none"},
           {"enable", "t@"},
           {"enable", "t@a"},
           {"enable", "d@"},
           {"enable", "d@two"},
           {"is-enabled", "d@", "d@one", "t@", "t@a", "t@b"},
           {"enable", "ind"},
           {"enable", "www"},
           {"disable", "d@"},
           {"disable", "web"},
           {"disable", "web"},
           {"disable", "none"},
           {"enable", "off", "web"},
           {"reenable", "web"},
           {"--runtime", "enable", "web"},
           {"-q", "disable", "off"},
           {"is-enabled", "web"}});
}

TEST_CASE("mask and unmask do what systemd's systemctl does") {
  compare({{"mask", "web"},
           {"is-enabled", "web"},
           {"enable", "web"},
           {"disable", "web"},
           {"mask", "web"},
           {"mask", "none"},
           {"is-enabled", "none"},
           {"unmask", "web", "none"},
           {"unmask", "web"},
           {"mask", "--runtime", "web"},
           {"is-enabled", "web"},
           {"unmask", "web"},
           {"is-enabled", "web"},
           {"unmask", "--runtime", "web"},
           {"is-enabled", "web"}});
}

TEST_CASE("presets are those of systemd's systemctl") {
  compare({{"preset", "web"},
           {"preset", "off"},
           {"enable", "off"},
           {"preset", "--preset-mode=enable-only", "off"},
           {"is-enabled", "off"},
           {"preset", "off"},
           {"is-enabled", "off"},
           {"disable", "web"},
           {"--system", "--preset-mode=disable-only", "preset", "web"},
           {"is-enabled", "web"},
           {"--system", "--preset-mode=enable-only", "preset", "web.service"},
           {"is-enabled", "web"},
           {"preset", "d@.service"},
           {"preset", "none"}});
}

TEST_CASE("default.target and dependencies are linked as by systemd's systemctl") {
  compare({{"get-default"},
           {"set-default", "none.target"},
           {"set-default", "multi-user.target"},
           {"get-default"},
           {"add-wants", "multi-user.target", "stat"},
           {"is-enabled", "stat"},
           {"add-requires", "multi-user.target", "none"},
           {"add-requires", "--runtime", "multi-user.target", "off"},
           {"is-enabled", "off"},
           {"revert", "web"}});
}

TEST_CASE("what systemd's systemctl refuses is refused in the same words") {
  compare({{"frob"},
           {"--frob"},
           {"-x"},
           {"--lin"},
           {"-t"},
           {"enable"},
           {"start", "web"},
           {"is-active", "web"},
           {"show", "web"},
           {"status", "web"},
           {"cat", "web"},
           {"daemon-reload"},
           {"--type=help"}});
}

TEST_CASE("drop-ins count for [Install], and cat shows them") {
  UnitTree box;
  box.unit("web.service", "[Unit]\nDescription=A\n[Service]\nExecStart=/bin/true\n");
  CHECK(box.ask({"is-enabled", "web"}) == "static\n0");
  box.write("units/web.service.d/20-b.conf", "[Install]\nWantedBy=x.target\n");
  box.write("etc/web.service.d/10-a.conf", "[Unit]\nDescription=B\n");
  CHECK(box.ask({"is-enabled", "web"}) == "disabled\n1");
  CHECK(box.ask({"show", "-P", "Description", "web"}) == "B\n0");
  CHECK(box.ask({"cat", "web"}) ==
        "# " + box.path("units/web.service") +
            "\n[Unit]\nDescription=A\n[Service]\n"
            "ExecStart=/bin/true\n\n# " +
            box.path("etc/web.service.d/10-a.conf") + "\n[Unit]\nDescription=B\n\n# " +
            box.path("units/web.service.d/20-b.conf") + "\n[Install]\nWantedBy=x.target\n0");
  CHECK(box.ask({"show", "-P", "DropInPaths", "web"}) ==
        box.path("etc/web.service.d/10-a.conf") + " " + box.path("units/web.service.d/20-b.conf") +
            "\n0");
}

TEST_CASE("edit makes a drop-in, or with --full a copy, and revert removes it") {
  UnitTree box;
  box.unit("web.service", "[Service]\nExecStart=/bin/true\n");
  box.script("editor", "printf '[Unit]\\nDescription=E\\n' >$1");
  box.setup.environment["SYSTEMD_EDITOR"] = box.path("editor");
  box.setup.environment["PATH"] = without_importer;
  CHECK(box.systemctl({"edit", "web"}).code == 0);
  CHECK(box.read("etc/web.service.d/override.conf") == "[Unit]\nDescription=E\n");
  CHECK(box.complaint({"revert", "web"}) ==
        "Removed \"" + box.path("etc/web.service.d/override.conf") + "\".\n0");
  CHECK_FALSE(box.exists("etc/web.service.d"));
  CHECK(box.systemctl({"edit", "--full", "web"}).code == 0);
  CHECK(box.read("etc/web.service") == "[Unit]\nDescription=E\n");
  CHECK(box.systemctl({"revert", "web"}).code == 0);
  CHECK_FALSE(box.exists("etc/web.service"));
  // What no package has is no copy of anything.
  box.write("etc/own.service", "[Service]\nExecStart=/bin/true\n");
  CHECK(box.complaint({"revert", "own"}) == "0");
  CHECK(box.exists("etc/own.service"));
}

TEST_CASE("enable warns of a target that does not exist, unless it is one of every machine") {
  UnitTree box;
  box.unit("a.service", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n");
  box.unit("b.service", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=stage.target\n");
  box.setup.environment["PATH"] = without_importer;
  const auto link = [&](const std::string& target, const std::string& unit) {
    return "Created symlink " + box.path("etc/" + target + ".wants/" + unit) + " → " +
           box.path("units/" + unit) + ".\n";
  };
  CHECK(box.complaint({"enable", "a"}) == link("multi-user.target", "a.service") + "0");
  CHECK(box.complaint({"enable", "b"}) ==
        link("stage.target", "b.service") + "Unit " + box.path("units/b.service") +
            " is added as a dependency to a non-existent unit stage.target.\n0");
}
