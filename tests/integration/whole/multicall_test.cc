// SPDX-License-Identifier: ISC
// All programs in one file: as `make multicall` links it, and once more without libraries.
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

namespace fs = std::filesystem;

std::string multicall(const std::string& name) {
  return fs::path(program_directory() + "/../multicall/" + name).lexically_normal().string();
}

// Some print the whole path that they were called by.
std::string without(std::string text, const std::string& part) {
  const size_t at = text.find(part);
  return at == std::string::npos ? text : text.erase(at, part.size());
}

std::vector<std::string> names_in(const std::string& lines) {
  std::vector<std::string> names;
  std::istringstream words(lines);
  for (std::string name; words >> name;) names.push_back(name);
  return names;
}

// A root directory with only /dev/null, the program and links to it.
bool make_root(Sandbox& box, const std::string& program) {
  box.directory("root/bin");
  fs::copy_file(program, box.path("root/bin/stoker"));
  for (const std::string& name : names_in(box.run({program}).out))
    box.link("stoker", "root/bin/" + name);
  box.directory("root/dev");
  return mknod(box.path("root/dev/null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0;
}

}  // namespace

TEST_CASE("under each name, the single program behaves as the separate program") {
  if (access(multicall("stoker").c_str(), X_OK) != 0) SKIP("needs `make multicall`");
  Sandbox box;
  const Result list = box.run({multicall("stoker")});
  CHECK(list.code == 0);
  const auto names = names_in(list.out);
  CHECK(names.size() > 25);
  for (const std::string& name : names)
    for (const std::string word : {"-?", "--no-such-option", "--help", "--version"}) {
      // To runsvdir, every argument but -P is a directory that may be created later.
      if (name == "runsvdir") continue;
      INFO(name << ' ' << word);
      const std::string halts = init_directory() + "/" + name;
      const bool is_halt = access(halts.c_str(), X_OK) == 0;
      const Result separate = box.run({is_halt ? halts : name, word});
      for (const Argv& argv : {Argv{multicall(name), word}, {multicall("stoker"), name, word}}) {
        const Result one = box.run(argv);
        CHECK(one.code == separate.code);
        CHECK(one.out == separate.out);
        CHECK(without(one.err, multicall("")) == without(separate.err, init_directory() + "/"));
      }
    }
}

TEST_CASE("under an unknown name, the single program takes its first argument as its name") {
  if (access(multicall("stoker").c_str(), X_OK) != 0) SKIP("needs `make multicall`");
  Sandbox box;
  box.link(multicall("stoker"), "other");
  CHECK(box.run({box.path("other"), "svok"}).err == "svok: usage: svok dir ...\n");
  const Result unknown = box.run({box.path("other"), "no-such-program"});
  CHECK(unknown.code == 100);
  CHECK(unknown.err == "stoker: fatal: unknown program 'no-such-program': see stoker --help\n");
  CHECK(box.run({multicall("stoker"), "--help"}).out.find("usage: stoker ") == 0);
  CHECK(box.run({multicall("stoker"), "--version"}).out.find("stoker (Stoker) ") == 0);
}

TEST_CASE("a tree of the single program is upgraded and stopped like any other") {
  if (access(multicall("stoker").c_str(), X_OK) != 0) SKIP("needs `make multicall`");
  Sandbox box;
  box.script("scan/a/run", obedient);
  const Process scanner = box.start({multicall("svscan"), "scan"});
  const std::string up = box.event();
  const std::string before = contents_of_memory(children_of(scanner.pid()).front());
  const Result upgrade = box.run({multicall("sv"), "-w", "300", "upgrade", box.path("scan/a")});
  CHECK(upgrade.out.starts_with("ok: run: "));
  CHECK(upgrade.code == 0);
  CHECK(contents_of_memory(children_of(scanner.pid()).front()) != before);
  scanner.signal(SIGTERM);
  CHECK(box.event() == "term");
  CHECK(scanner.wait() == 0);
}

TEST_CASE("a tree needs only one static program and the links to it") {
  const std::string program = multicall("stoker-static");
  if (access(program.c_str(), X_OK) != 0) SKIP("needs a static C library");
  Sandbox box;
  if (!make_root(box, program)) SKIP("needs root, and rights to make a device");
  box.link("/bin/stoker", "root/tree/a/run");  // lists the names, and ends
  box.write("root/tree/a/restart", "never\n");
  const std::string root = box.path("root");
  const auto inside = [&](Argv argv) {
    argv.insert(argv.begin(), {"chroot", root});
    return argv;
  };
  const Process scanner = box.start(inside({"/bin/svscan", "-L", "/bin/svlogd /log/%n", "/tree"}));
  box.wait_for(
      [&] { return box.exists("root/log/a/current") && !box.read("root/log/a/current").empty(); },
      "the log of the service");
  CHECK(names_in(box.read("root/log/a/current")) == names_in(box.run({program}).out));
  box.await(State::down, "root/tree/a");
  const Result status = box.run(inside({"/bin/sv", "status", "/tree/a"}));
  CHECK(status.out.starts_with("down: /tree/a: "));
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
}
