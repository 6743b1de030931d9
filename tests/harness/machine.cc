// SPDX-License-Identifier: ISC
#include "machine.hh"

#include <poll.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace stoker::test {

namespace fs = std::filesystem;

namespace {

// A layer for what is written comes over those of the packages and of this machine. The
// packages are copied first: no layer may lie inside another.
constexpr char set_up[] = R"(
set -e
packages=$1 programs=$2 place=$3 prepare=$4 init=$5
mount -t tmpfs none "$place"
cd "$place"
mkdir written work root
if [ -n "$packages" ]; then cp -a "$packages" packages; else mkdir packages; fi
if [ -n "$programs" ]; then cp -P --remove-destination "$programs"/* packages/usr/bin; fi
layers=lowerdir=$place/packages:/,upperdir=$place/written,workdir=$place/work
mount -t overlay overlay -o "$layers" root
cd root
mount -t proc proc proc
mount -t tmpfs -o mode=755 none run
mount -t tmpfs none tmp
mount -t tmpfs -o mode=755 none dev
for name in null zero full random urandom; do
  touch dev/$name
  mount --bind /dev/$name dev/$name
done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mkdir dev/pts dev/shm run/lock run/written run/runit run/runit/supervise
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount --bind "$place/written" run/written
mkdir -p var/log/runit
ip link set lo up
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
chroot . sh -ec "$prepare"
exec env -i PATH="$PATH" chroot . $init
)";

std::string packages(bool apart) {
  const char* const given = getenv("STOKER_DEBIAN");
  return fs::absolute(given != nullptr ? given : "build/debian").string() +
         (apart ? "/apart" : "/root");
}

}  // namespace

std::string Machine::why_not() {
  if (std::string why = why_not_bare(); !why.empty()) return why;
  return fs::exists(packages(false) + "/../done") ? "" : "needs what tests/harness/debian fetches";
}

std::string Machine::why_not_bare() {
  if (!can_unshare() || !can_mount()) return "needs namespaces and mounts";
  for (const char* const program : {"nsenter", "ip", "perl", "ps"})
    if (genuine(program).empty()) return std::string("needs ") + program;
  Sandbox box;
  box.directory("m");
  const Result overlay =
      box.run({"unshare", "-m", "sh", "-ec",
               "mount -t tmpfs none m; cd m; mkdir u w r; mount -t overlay overlay -o "
               "lowerdir=/,upperdir=$PWD/u,workdir=$PWD/w r"});
  return overlay.code == 0 ? "" : "needs overlays of the root directory";
}

namespace {

Process set_out(Sandbox& box, const Machine::Kind& kind) {
  const std::string place = "machine-" + kind.suite;
  box.directory(place);
  box.script("set-up", set_up);
  const std::string programs = kind.suite == "ours" ? program_directory() : "";
  const std::string unpacked = kind.suite == "bare" ? "" : packages(kind.apart);
  return box.start({"unshare", "-mpfnui", "--kill-child", box.path("set-up"), unpacked, programs,
                    box.path(place), kind.prepare + "\ntouch /run/begun", kind.init});
}

}  // namespace

Machine::Machine(Sandbox& box, const Kind& kind) : box_(box), outer_(set_out(box, kind)) {}

void Machine::wait_for(const std::function<bool()>& predicate, const std::string& what) const {
  const Moment deadline = now() + timeout;
  while (!predicate()) {
    if (now() > deadline) box_.give_up(what);
    poll(nullptr, 0, 30);  // no event from in there arrives out here
  }
}

const std::string& Machine::first() const {
  if (!first_.empty()) return first_;
  std::string found;
  const auto has_begun = [&] {
    if (outer_.ended()) box_.give_up("a machine: " + outer_.err());
    const auto children = children_of(outer_.pid());
    if (children.empty()) return false;
    found = std::to_string(children.front());
    std::error_code error;
    return fs::exists("/proc/" + found + "/root/run/begun", error);
  };
  wait_for(has_begun, "a machine that begins");
  return first_ = found;
}

Process Machine::begin(const std::string& script) {
  return box_.start({"nsenter", "-t", first(), "-m", "-u", "-i", "-n", "-p", "-r", "env", "-i",
                     "-C", "/", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                     "HOME=/root", "sh", "-c", script});
}

Result Machine::sh(const std::string& script) {
  const Process process = begin(script);
  Result result;
  result.code = process.wait();
  result.out = process.out();
  result.err = process.err();
  return result;
}

std::string Machine::ask(const std::string& script) {
  Result result = sh(script);
  INFO(script << "\n" << result.out << result.err);
  REQUIRE(result.code == 0);
  while (!result.out.empty() && result.out.back() == '\n') result.out.pop_back();
  return result.out;
}

std::string Machine::outside(const std::string& file) const {
  return "/proc/" + first() + "/root" + file;
}

std::string Machine::read(const std::string& file) const {
  std::ifstream stream(outside(file));
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool Machine::exists(const std::string& file) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(outside(file), error));
}

void Machine::bring(const std::string& file, const std::string& to) const {
  fs::copy_file(file, outside(to));
}

void Machine::await_words(const std::string& file, const std::string& words) {
  wait_for([&] { return contains(read(file), words); }, words + " in " + file);
}

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

std::vector<std::string> Machine::processes() {
  return lines_of(
      ask("ps -e -o pid=,ppid=,args= | while read -r pid parent args; do "
          "[ $pid = 1 ] || [ $pid = $$ ] || [ $parent = $$ ] || echo \"$args\"; done"));
}

std::vector<std::string> Machine::written() {
  return lines_of(ask("cd /run/written && find . ! -type d | sed 's/^\\.//'"));
}

}  // namespace stoker::test
