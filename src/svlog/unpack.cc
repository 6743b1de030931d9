// SPDX-License-Identifier: ISC
#include "svlog/unpack.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "base/child.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

struct Magic {
  std::string_view bytes;
  const char* program;
};

constexpr Magic known[] = {
    {"\x1f\x8b", "gzip"},
    {std::string_view("\xfd"
                      "7zXZ\0",
                      6),
     "xz"},
    {"\x28\xb5\x2f\xfd", "zstd"},
    {"\x04\x22\x4d\x18", "lz4"},
    {"BZh", "bzip2"},
};

constexpr int large_pipe = 1 << 20;

}  // namespace

const char* unpacker_for(std::string_view beginning) {
  for (const auto& [bytes, program] : known)
    if (has_prefix(beginning, bytes)) return program;
  return nullptr;
}

Unpacking start_unpacking(const char* program, int file) {
  Unpacking unpacking;
  Pipe pipe = make_pipe();
  // We report its failure ourselves, with the name of the file.
  const Fd silence = open_write(AT_FDCWD, "/dev/null");
  if (!pipe) return unpacking;
#ifdef F_SETPIPE_SZ
  fcntl(pipe.write.get(), F_SETPIPE_SZ, large_pipe);
#endif
  const char* const argv[] = {program, "-dc", nullptr};
  const Placed placed[] = {{silence.get(), STDERR_FILENO}};
  const Spawned spawned = spawn({.argv = argv,
                                 .environment = environ,
                                 .standard_input = file,
                                 .standard_output = pipe.write.get(),
                                 .placed = std::span(placed, silence ? 1 : 0)});
  if (spawned.error != 0) {
    end_unpacking(spawned.pid);
    errno = spawned.error;
  }
  if (spawned.pid < 0 || spawned.error != 0) return unpacking;
  unpacking.pid = spawned.pid;
  unpacking.output = std::move(pipe.read);
  return unpacking;
}

bool end_unpacking(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return true;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace stoker
