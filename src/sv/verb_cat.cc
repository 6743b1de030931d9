// SPDX-License-Identifier: ISC
// sv cat: see sv(8).
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/trouble.hh"
#include "service/layout.hh"
#include "service/settings.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

using FileNameText = Text<255>;

// The next one in alphabetical order, so that no memory is needed for a list; empty at the end.
FileNameText name_after(int directory, std::string_view last) {
  FileNameText found;
  Directory entries(directory, ".");
  while (const char* const name = entries ? entries.next() : nullptr) {
    const std::string_view text(name);
    if (text.front() != '.' && text > last && (found.empty() || text < found.view()))
      found = FileNameText(text);
  }
  return found;
}

class Cat {
 public:
  explicit Cat(Printer& printer) : printer_(printer) {}

  // A service or its logger. `path`: as its files are named.
  void show(int directory, const PathText& path);
  unsigned failures() const { return failures_; }

 private:
  void show_files(int directory, const PathText& path, bool scripts);
  void show_entry(int directory, const PathText& path, const FileName& entry);
  void show_directory(int directory, const PathText& path, bool names);
  void show_file(int directory, const PathText& path, const char* name);
  void show_logger(int directory, const PathText& path);
  void show_head(const PathText& path);
  void show_text(std::string_view text);

  Printer& printer_;
  const bool terminal_ = isatty(STDOUT_FILENO) == 1;
  bool first_ = true;
  unsigned failures_ = 0;
};

void Cat::show_head(const PathText& path) {
  printer_.page.append(first_ ? "# " : "\n# ", path, "\n");
  first_ = false;
  printer_.make_room();
}

// What a terminal would execute is not shown as it is.
void Cat::show_text(std::string_view text) {
  for (const char byte : text) {
    const bool control = (byte >= 0 && byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f;
    printer_.page.append(terminal_ && control ? '?' : byte);
    printer_.make_room();
  }
}

void Cat::show_file(int directory, const PathText& path, const char* name) {
  static constinit char buffer[16 * 1024];
  constexpr std::string_view elf = "\177ELF";
  show_head(path);
  const Fd file = open_read(directory, name);
  ssize_t got = 0;
  char last = '\n';
  for (bool begins = true; file && (got = read_all(file.get(), buffer)) > 0; begins = false) {
    const std::string_view text(buffer, static_cast<size_t>(got));
    if (begins && has_prefix(text, elf)) return printer_.page.append("# a compiled program\n");
    show_text(text);
    last = text.back();
  }
  if (!file || got < 0) {
    warn_errno({"unable to read ", path});
    ++failures_;
  }
  if (last != '\n') printer_.page.append('\n');
}

// Of a directory such as `needs`, the names of the files count; of others, what is in them.
void Cat::show_directory(int directory, const PathText& path, bool names) {
  if (names) show_head(path);
  for (auto name = name_after(directory, {}); !name.empty(); name = name_after(directory, name)) {
    if (names)
      printer_.page.append(name, "\n");
    else
      show_file(directory, PathText(path, "/", name), name.c_str());
    printer_.make_room();
  }
}

void Cat::show_entry(int directory, const PathText& path, const FileName& entry) {
  struct stat facts {};
  if (fstatat(directory, entry.name, &facts, 0) != 0) return;
  const PathText here(path, "/", entry.name);
  if (!S_ISDIR(facts.st_mode)) return show_file(directory, here, entry.name);
  const Fd inner = open_directory(directory, entry.name);
  if (inner) return show_directory(inner.get(), here, entry.kind != FileKind::directory);
  warn_errno({"unable to open ", here});
  ++failures_;
}

void Cat::show_files(int directory, const PathText& path, bool scripts) {
  for (const FileName& entry : service_file_names) {
    const std::string_view name(entry.name);
    const bool is_script = entry.kind == FileKind::script || entry.kind == FileKind::aftermath;
    if (name != layout::log && name != layout::event_s6 && is_script == scripts)
      show_entry(directory, path, entry);
  }
}

void Cat::show_logger(int directory, const PathText& path) {
  struct stat facts {};
  if (fstatat(directory, layout::log, &facts, 0) != 0) return;
  const PathText here(path, "/", layout::log);
  if (!S_ISDIR(facts.st_mode)) return show_file(directory, here, layout::log);
  const Fd logger = open_directory(directory, layout::log);
  if (logger) show(logger.get(), here);
}

void Cat::show(int directory, const PathText& path) {
  show_files(directory, path, true);
  show_files(directory, path, false);
  show_logger(directory, path);
}

}  // namespace

int cat(const Places& places, std::span<char* const> names, Printer& printer) {
  Cat cat(printer);
  unsigned missing = 0;
  for (const char* const name : names) {
    const Fd service = open_service(places, name);
    const Fd directory = service ? open_directory(service.get(), ".") : Fd();
    if (directory)
      cat.show(directory.get(), path_of(directory.get()));
    else
      warn({name, ": ", reason_for_missing(places, name)});
    missing += !directory;
  }
  printer.flush();
  return exit_code(missing + cat.failures());
}

}  // namespace stoker
