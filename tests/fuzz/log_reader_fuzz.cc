// SPDX-License-Identifier: ISC
// svlog's reader on log directories with anything in them, broken compressed files, too.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "fuzz.hh"
#include "svlog/log_reader.hh"

using namespace stoker;

namespace {

// A directory that goes with the process.
struct Box {
  std::string path;

  Box() {
    char fast[] = "/dev/shm/stoker-fuzz.XXXXXX", usual[] = "/tmp/stoker-fuzz.XXXXXX";
    const char* const made = mkdtemp(fast);
    path = made != nullptr ? made : mkdtemp(usual);
  }
  ~Box() {
    clear();
    rmdir(path.c_str());
  }
  void clear() const {
    for (const char* const name :
         {"/current", "/previous", "/@400000006b02af1e00000000.s", "/@400000006b02af2800000000.u"})
      unlink((path + name).c_str());
  }
  void write(const std::string& name, std::string_view text) const {
    const Fd file = open_truncate(AT_FDCWD, (path + "/" + name).c_str(), 0600);
    expect(write_all(file.get(), text), "files can be written");
  }
};

bool is_packed(std::string_view text) {
  return text.starts_with("\x1f\x8b") || text.starts_with("\xfd") || text.starts_with("\x28\xb5") ||
         text.starts_with("\x04\x22") || text.starts_with("BZ");
}

struct Seen {
  std::string raw;
  std::vector<Cursor> cursors;
  size_t lines = 0;
};

Seen read_all_of(LogReader& reader) {
  Seen seen;
  while (reader.next()) {
    const LogLine& line = reader.line();
    expect(line.stamp_size <= line.text.size(), "a stamp is part of its line");
    seen.raw += line.text;
    if (line.terminated) seen.raw += '\n';
    seen.cursors.push_back(reader.cursor());
    ++seen.lines;
  }
  return seen;
}

void open(LogReader& reader, const Box& box, const Selection& selection) {
  reader.prepare(box.path.c_str(), selection, 4096);
  expect(reader.open(), "the directory is there");
}

// Errors of files are reported, which is of no interest here; the output of expect() is.
struct Silence {
  int kept = dup(STDERR_FILENO);
  Silence() {
    static FILE* const aside = fdopen(dup(STDERR_FILENO), "w");
    stderr = aside;
    setbuf(stderr, nullptr);
    const int nothing = ::open("/dev/null", O_WRONLY);
    dup2(nothing, STDERR_FILENO);
    close(nothing);
  }
  ~Silence() {
    dup2(kept, STDERR_FILENO);
    close(kept);
  }
};

void try_seeking(const Box& box, const Seen& all, size_t choice) {
  const Selection everything;
  LogReader last;
  open(last, box, everything);
  const uint64_t wanted = choice % (all.lines + 2);
  expect(last.seek_last(wanted) == std::min<uint64_t>(wanted, all.lines),
         "the number of lines is right");
  const Seen tail = read_all_of(last);
  expect(tail.lines == std::min<uint64_t>(wanted, all.lines),
         "the wanted number of lines is shown");
  expect(all.raw.ends_with(tail.raw), "they are the last ones");

  Selection bounded;
  bounded.since = label_of(1795338020);
  bounded.until = label_of(1795338040);
  LogReader between;
  open(between, box, bounded);
  between.seek_time();
  while (between.next())
    expect(between.line().time >= *bounded.since && between.line().time <= *bounded.until,
           "only lines of that time are shown");
}

void try_cursor(const Box& box, const Seen& all, size_t choice) {
  if (all.lines == 0) return;
  const size_t at = choice % all.lines;
  const Selection everything;
  LogReader rest;
  open(rest, box, everything);
  expect(rest.seek_cursor(all.cursors[at]), "the line is still there");
  const Seen behind = read_all_of(rest);
  expect(behind.lines == all.lines - at - 1, "the rest of the lines is shown");
  expect(all.raw.ends_with(behind.raw), "they are those behind it");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {
      "0@400000006b02af1a00000000 one\n@400000006b02af1b00000000 two\n|"
      "@400000006b02af2000000000 three\n@400000006b02af21|@400000006b02af2900000000 four\nx\n",
      "1no stamps\nat all|\n\n\n|half",
      "22026-11-22_09:00:30.97618 a\n2026-11-22_09:00:10.00000 b\n|2026-11-22 09:00:30.5 c\n|x",
      std::string("3\x1f\x8b\x08\0\0\0\0\0\0\x03\x73\x30\x31\x80\0\xb3\x24\x03\xa3\xc4\x34\xc3\x44"
                  "\x28\xd7\x40\x21\x3f\x2f\x95\xcb\x01\x4d\x36\x09\x2e\x5b\x52\x9e\xcf\x05\0\x7b"
                  "\x50\xe6\x2a\x3c\0\0\0|@400000006b02af2000000000 three\n|x",
                  68)};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Box box;
  std::string_view text = text_of(data, size);
  if (text.empty()) return 0;
  const size_t choice = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  // Two old logs and the current one.
  const std::string_view first = text.substr(0, text.find('|'));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  const std::string_view second = text.substr(0, text.find('|'));
  text.remove_prefix(std::min(text.size(), second.size() + 1));
  // Starting programs is slow, so only some of these are tried.
  const bool packed = is_packed(first) || is_packed(second);
  if (packed && size > 80 && size % 8 != 0) return 0;
  box.clear();
  box.write("@400000006b02af1e00000000.s", first);
  box.write(choice % 5 == 4 ? "previous" : "@400000006b02af2800000000.u", second);
  box.write("current", text);

  const Silence silence;
  const Selection everything;
  LogReader reader;
  open(reader, box, everything);
  const Seen all = read_all_of(reader);
  if (!packed) {
    std::string whole(first);
    whole.append(second).append(text);
    expect(all.raw == whole, "every byte is shown");
  }
  if (choice % 2 == 0)
    try_seeking(box, all, choice / 2);
  else
    try_cursor(box, all, choice / 2);
  return 0;
}
