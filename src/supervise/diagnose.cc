// SPDX-License-Identifier: ISC
#include "supervise/diagnose.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::string_view shebang = "#!";

// The interpreter as the kernel reads it, a carriage return included.
std::string_view interpreter_of(std::string_view line) {
  if (!has_prefix(line, shebang)) return {};
  line.remove_prefix(shebang.size());
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  return {line.data(), std::min({line.size(), line.find(' '), line.find('\t')})};
}

}  // namespace

Hint hint_for(const ProgramFacts& facts) {
  const std::string_view interpreter = interpreter_of(facts.first_line);
  if (facts.error == ENOENT && facts.exists) {
    if (interpreter.empty()) return Hint::no_loader;
    return interpreter.ends_with('\r') ? Hint::carriage_return : Hint::no_interpreter;
  }
  if (facts.error == EACCES && facts.exists) {
    if (facts.directory) return Hint::directory;
    if (!facts.executable) return Hint::not_executable;
    if (facts.noexec_mount) return Hint::noexec_mount;
    if (!facts.permitted) return Hint::not_permitted;
    if (!interpreter.empty()) return Hint::bad_interpreter;
  }
  if (facts.error == ENOEXEC) {
    if (facts.empty) return Hint::empty;
    return interpreter.empty() ? Hint::no_shebang : Hint::wrong_interpreter;
  }
  return Hint::none;
}

Diagnosis diagnose(int at, const char* file, int error) {
  ProgramFacts facts{.error = error};
  struct stat status {};
  char line[256];
  if (fstatat(at, file, &status, 0) == 0) {
    facts.exists = true;
    facts.directory = S_ISDIR(status.st_mode);
    facts.empty = status.st_size == 0;
    facts.executable = (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    facts.permitted = faccessat(at, file, X_OK, 0) == 0;
    const Fd content = open_read(at, file);
    struct statvfs mount {};
    facts.noexec_mount =
        content && fstatvfs(content.get(), &mount) == 0 && (mount.f_flag & ST_NOEXEC) != 0;
    const ssize_t got = content ? read_all(content.get(), line) : -1;
    if (got > 0) facts.first_line = {line, static_cast<size_t>(got)};
    facts.first_line = {facts.first_line.data(),
                        std::min(facts.first_line.size(), facts.first_line.find('\n'))};
  }
  const Hint hint = hint_for(facts);
  return {hint, text_of(hint, interpreter_of(facts.first_line))};
}

}  // namespace stoker
