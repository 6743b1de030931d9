// SPDX-License-Identifier: ISC
// The example examples/systemd-image: Debian packages as they are, with svscan as process 1.
#include <poll.h>

#include <filesystem>

#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

namespace fs = std::filesystem;

// As tests/harness/image has made it.
std::string image() {
  const char* const given = getenv("STOKER_DEBIAN");
  return fs::absolute(given != nullptr ? given : "build/debian").string() + "/image";
}

std::string multicall() { return program_directory() + "/../multicall/stoker"; }

std::string example(const std::string& file) {
  return fs::absolute("examples/systemd-image/" + file).string();
}

// The image with a layer for what is written and a network of its own. What an earlier build has
// imported is removed: the example is to do it with the programs under test. A package may also
// have a service directory for Debian's runit.
constexpr char set_up[] = R"(
set -e
image=$1 build=$2 stoker=$3 importer=$4
mount -t tmpfs none place
mkdir place/written place/work place/root
mount -t overlay overlay \
  -o "lowerdir=$image,upperdir=$PWD/place/written,workdir=$PWD/place/work" place/root
ip link set lo up
rm -rf place/root/etc/sv place/root/etc/service
mkdir -p place/root/etc/sv/nginx
echo '#!/usr/bin/env /lib/runit/invoke-run' >place/root/etc/sv/nginx/run
"$build" "$stoker" "$importer" place/root
echo '@reboot root echo ran >/run/cron-ran' >place/root/etc/cron.d/test
echo ready >$EVENTS
exec sleep 1000000
)";

class Image {
 public:
  explicit Image(Sandbox& box) : box_(box) {
    box_.directory("place");
    box_.script("set-up", set_up);
    outer_.emplace(
        box_.start({"unshare", "-mn", "--propagation", "private", box_.path("set-up"), image(),
                    example("build"), multicall(), program_directory() + "/stoker-import"}));
    INFO(outer_->err());
    REQUIRE(box_.event() == "ready");
  }
  std::string said() const { return outer_->out(); }

  // Waits until process 1 is svscan. On a busy machine, the time of docker may not do to stop all.
  void boot() {
    boot_.emplace(box_.start({"nsenter", "-t", std::to_string(outer_->pid()), "-m", "-n", "env",
                              "GRACE=5min", example("boot"), box_.path("place/root")}));
    await([&] { return find_first(); }, "process 1");
  }
  // Its exit code.
  int end(int signal) {
    kill(first_, signal);
    return boot_->wait();
  }

  Result sh(const std::string& script) {
    return box_.run({"nsenter", "-t", std::to_string(first_), "-m", "-u", "-i", "-n", "-p", "-r",
                     "env", "-i", "-C", "/",
                     "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "sh",
                     "-c", script});
  }
  std::string ask(const std::string& script) {
    const Result result = sh(script);
    INFO(script << "\n" << result.out << result.err);
    CHECK(result.code == 0);
    return result.out;
  }
  void await_success(const std::string& script) {
    await([&] { return sh(script).code == 0; }, script);
  }

 private:
  void await(const std::function<bool()>& predicate, const std::string& what) {
    const Moment deadline = now() + timeout;
    while (!predicate()) {
      if (boot_->ended() || now() > deadline) box_.give_up(what + ": " + boot_->err());
      poll(nullptr, 0, 30);  // no event from in there arrives out here
    }
  }
  bool find_first() {
    const auto children = children_of(boot_->pid());
    if (children.empty()) return false;
    first_ = children.front();
    std::error_code error;
    return fs::exists("/proc/" + std::to_string(first_) + "/root/run/systemd/system", error) &&
           contains(fs::read_symlink("/proc/" + std::to_string(first_) + "/exe", error).string(),
                    "stoker");
  }

  Sandbox& box_;
  std::optional<Process> outer_, boot_;
  pid_t first_ = 0;
};

// What clients see of nginx, which forks, redis, which notifies, cron, and uuidd behind a socket.
void check_services(Image& image) {
  image.await_success("[ -p /etc/service/cron/supervise/ok ]");
  image.await_success("sv -w 60 check nginx redis-server cron uuidd");
  image.await_success("probe -t 30s http://127.0.0.1/");
  CHECK(image.ask("redis-cli ping") == "PONG\n");
  image.await_success("[ -s /run/cron-ran ]");
  CHECK(image.ask("uuidd -r | grep -c ^........-....-....-....-............$") == "1\n");
  CHECK(image.ask("systemctl is-active nginx redis redis-server cron uuidd.socket") ==
        "active\nactive\nactive\nactive\nactive\n");
}

std::string why_not() {
  if (is_sanitized() || is_portable_twin()) return "needs programs as they are packaged";
  if (const std::string why = Machine::why_not_bare(); !why.empty()) return why;
  if (access(multicall().c_str(), X_OK) != 0) return "needs make multicall";
  return fs::exists(image() + "-done") ? "" : "needs what tests/harness/image makes";
}

}  // namespace

TEST_CASE("Debian packages run as they are with svscan as process 1, and systemctl rules them") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Image image(box);
  CHECK(contains(image.said(), "created nginx\n"));
  CHECK(contains(image.said(), "linked redis to redis-server\n"));
  image.boot();
  check_services(image);
  CHECK(image.ask("cat /proc/1/comm") == "svscan\n");

  CHECK(image.ask("systemctl stop nginx; systemctl is-active nginx || :") == "inactive\n");
  CHECK(image.sh("probe -t 1s http://127.0.0.1/").code != 0);
  image.ask("systemctl start nginx && probe -t 30s http://127.0.0.1/");
  const auto main_pid = [&](const std::string& unit) {
    return image.ask("systemctl show -P MainPID " + unit);
  };
  const std::string nginx = main_pid("nginx"), redis = main_pid("redis-server");
  image.ask("invoke-rc.d nginx restart && service redis-server restart");
  image.ask("probe -t 30s http://127.0.0.1/ && redis-cli ping");
  CHECK(main_pid("nginx") != nginx);
  CHECK(main_pid("redis-server") != redis);

  image.ask("systemctl disable --now cron");
  CHECK_FALSE(contains(image.ask("ls /etc/service"), "cron"));
  image.ask("systemctl enable --now cron && systemctl is-active cron");
  CHECK(image.sh("systemctl daemon-reload").err == "");
  CHECK(image.ask("find /etc/sv -name down; sv health --ready >&2") == "");
  CHECK(image.end(SIGTERM) == 0);
}

TEST_CASE("an image of Debian packages starts again after its process 1 was killed") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Image image(box);
  image.boot();
  check_services(image);
  CHECK(image.end(SIGKILL) != 0);
  image.boot();
  check_services(image);
  CHECK(image.end(SIGTERM) == 0);
}
