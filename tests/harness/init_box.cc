// SPDX-License-Identifier: ISC
#include "init_box.hh"

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

InitBox::InitBox() { box.directory("etc"); }

bool InitBox::can_run() const { return can_mount() && can_unshare() && console_; }

void InitBox::start(const Argv& init, const std::string& mounts) {
  const std::string path = init[0][0] == '/' ? init[0] : program_directory() + "/" + init[0];
  // Sanitizers read the memory map from /proc at startup.
  const std::string proc = is_sanitized() ? "mount -t proc none $ROOT/proc\n" : "";
  box.script("enter", enter + proc + mounts + "\nshift\nexec chroot \"$ROOT\" \"$@\"");
  Argv argv{"unshare",       "-pfm", "--kill-child", "--propagation", "private", box.path("enter"),
            console_.path(), path};
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

void InitBox::await(const std::string& text) {
  if (!console_.await(text))
    box.give_up("the console does not say: " + text + "\nbut:\n" + console_.text());
}

}  // namespace stoker::test
