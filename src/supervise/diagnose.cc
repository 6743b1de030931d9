// SPDX-License-Identifier: ISC
#include "supervise/diagnose.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

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

Text<256> interpreter_hint(std::string_view interpreter, std::string_view trouble) {
  if (interpreter.ends_with('\r'))
    return Text<256>(" (its lines end with CR LF; save it with LF alone)");
  Text<256> text(" (its interpreter ");
  text.append({interpreter.data(), std::min<size_t>(interpreter.size(), 150)});
  text.append(" ", trouble, ")");
  return text;
}

}  // namespace

Text<256> hint(const ProgramFacts& facts) {
  const std::string_view interpreter = interpreter_of(facts.first_line);
  if (facts.error == ENOENT && facts.exists) {
    if (interpreter.empty()) return Text<256>(" (the program's own loader is missing)");
    return interpreter_hint(interpreter, "does not exist");
  }
  if (facts.error == EACCES && facts.exists) {
    if (facts.directory) return Text<256>(" (it is a directory)");
    if (!facts.executable) return Text<256>(" (it is not executable: chmod +x)");
    if (facts.noexec_mount) return Text<256>(" (its file system is mounted noexec)");
    if (!interpreter.empty()) return interpreter_hint(interpreter, "cannot be executed");
  }
  if (facts.error == ENOEXEC) {
    if (facts.empty) return Text<256>(" (the file is empty)");
    if (interpreter.empty()) return Text<256>(" (a script must begin with a line like #!/bin/sh)");
    return interpreter_hint(interpreter, "is no program");
  }
  return {};
}

Text<256> diagnose(int at, const char* file, int error) {
  ProgramFacts facts{.error = error};
  struct stat status {};
  char line[256];
  if (fstatat(at, file, &status, 0) == 0) {
    facts.exists = true;
    facts.directory = S_ISDIR(status.st_mode);
    facts.empty = status.st_size == 0;
    facts.executable = (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    const Fd content = open_read(at, file);
    struct statvfs mount {};
    facts.noexec_mount =
        content && fstatvfs(content.get(), &mount) == 0 && (mount.f_flag & ST_NOEXEC) != 0;
    const ssize_t got = content ? read_all(content.get(), line) : -1;
    if (got > 0) facts.first_line = {line, static_cast<size_t>(got)};
    facts.first_line = {facts.first_line.data(),
                        std::min(facts.first_line.size(), facts.first_line.find('\n'))};
  }
  return hint(facts);
}

}  // namespace stoker
