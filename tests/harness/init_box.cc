// SPDX-License-Identifier: ISC
#include "init_box.hh"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

namespace stoker::test {

namespace {

constexpr char enter[] = R"(set -e
ROOT=$BOX/root
mkdir -p "$ROOT" "$BOX/etc"
mount --rbind / "$ROOT"
for each in proc sys dev run; do umount -l -R "$ROOT/$each" 2>/dev/null || :; done
mount -t tmpfs none "$ROOT/dev"
touch "$ROOT/dev/null" "$ROOT/dev/console"
mount --bind /dev/null "$ROOT/dev/null"
mount --bind "$1" "$ROOT/dev/console"
ln -s null "$ROOT/dev/tty1"
for each in passwd group; do cp /etc/$each "$BOX/etc/"; done
mount --bind "$BOX/etc" "$ROOT/etc"
)";

}  // namespace

InitBox::InitBox() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
  char name[64];
  if (!master_ || grantpt(master_.get()) != 0 || unlockpt(master_.get()) != 0 ||
      ptsname_r(master_.get(), name, sizeof name) != 0)
    return;
  slave_ = name;
  box.directory("etc");
}

bool InitBox::can_run() const { return can_mount() && can_unshare() && !slave_.empty(); }

void InitBox::start(const Argv& init, const std::string& mounts) {
  const std::string path = init[0][0] == '/' ? init[0] : program_directory() + "/" + init[0];
  // Sanitizers read the memory map from /proc at startup.
  const std::string proc = is_sanitized() ? "mount -t proc none $ROOT/proc\n" : "";
  box.script("enter", enter + proc + mounts + "\nshift\nexec chroot \"$ROOT\" \"$@\"");
  Argv argv{"unshare", "-pfm", "--kill-child", "--propagation", "private", box.path("enter"),
            slave_,    path};
  argv.insert(argv.end(), init.begin() + 1, init.end());
  process_ = box.start(argv);
}

pid_t InitBox::init() const {
  const auto children = children_of(process_->pid());
  if (children.empty()) box.give_up("process 1 has ended");
  return children.front();
}

Result InitBox::run(const Argv& argv) {
  Argv whole{"nsenter", "-t", std::to_string(init()), "-a", "-r"};
  whole.insert(whole.end(), argv.begin(), argv.end());
  return box.run(whole);
}

std::string InitBox::inside(const std::string& path) const {
  return "/proc/" + std::to_string(init()) + "/root" + path;
}

std::string InitBox::console() {
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(master_.get(), buffer, sizeof buffer)) > 0)
    std::copy_if(buffer, buffer + got, std::back_inserter(seen_),
                 [](char byte) { return byte != '\r'; });
  return seen_;
}

void InitBox::await(const std::string& text) {
  const Moment deadline = now() + timeout;
  for (;;) {
    const size_t at = console().find(text, found_);
    if (at != std::string::npos) {
      found_ = at + text.size();
      return;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now());
    pollfd fd{master_.get(), POLLIN, 0};
    // While no process has the terminal open, poll reports that at once, each time.
    if (left.count() <= 0) break;
    poll(&fd, 1, static_cast<int>(left.count()));
    if ((fd.revents & (POLLIN | POLLHUP)) == POLLHUP) poll(nullptr, 0, 5);
  }
  box.give_up("the console does not say: " + text + "\nbut:\n" + seen_);
}

void InitBox::type(const std::string& text) const {
  static_cast<void>(write_all(master_.get(), text));
}

}  // namespace stoker::test
