// SPDX-License-Identifier: ISC
#include "systemd/journal_run.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/any.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/sort.hh"
#include "svlog/boot_time.hh"
#include "svlog/line_store.hh"
#include "svlog/view.hh"
#include "systemd/journal_values.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

constinit LineMatcher matcher;

Selection selection_of(const JournalRequest& request) {
  const Tai64n now = tai_now();
  const Clocks& clocks = request.style.utc ? utc_clocks : local_clocks;
  Selection selection;
  selection.follow = request.follows;
  if (request.since) selection.since = resolve(*request.since, now, clocks);
  if (request.until) selection.until = resolve(*request.until, now, clocks);
  const Tai64n boot = request.this_boot ? boot_time() : Tai64n();
  if (request.this_boot && (!selection.since || *selection.since < boot)) selection.since = boot;
  selection.priorities = request.priorities;
  if (request.expression != nullptr) {
    matcher.set(request.expression, 1);
    selection.matcher = &matcher;
  }
  return selection;
}

bool is_named(const JournalRequest& request, std::string_view identifier) {
  return request.identifiers.empty() ||
         any(request.identifiers.items(), [=](const char* word) { return identifier == word; });
}

// Takes lines as they are read, leaves out what is not wanted, and prints or keeps the rest.
class JournalSink {
 public:
  JournalSink(const JournalRequest& request, ReaderOutput& output)
      : request_(request), output_(output), formatter_(request.style), values_(request.field) {}

  void take(const LogLine& line, std::string_view service, const Cursor& cursor);
  // What was kept, in its order.
  void finish();
  uint64_t count() const { return count_; }
  // Lines are kept until all are known.
  bool keeps() const { return request_.reverses || is_filtered(); }
  bool is_filtered() const { return !request_.identifiers.empty() && request_.lines; }

 private:
  void put(std::string_view text) { keeps_now_ ? store_.append(text) : output_.put(text); }
  void print_kept(size_t at);

  const JournalRequest& request_;
  ReaderOutput& output_;
  const JournalFormatter formatter_;
  LineStore store_;
  JournalValues values_;
  CursorText last_;
  uint64_t count_ = 0;
  bool keeps_now_ = keeps();
};

void JournalSink::take(const LogLine& line, std::string_view service, const Cursor& cursor) {
  const LogEntry entry = entry_of(line.message(), service);
  if (!is_named(request_, entry.identifier)) return;
  last_ = cursor_text(cursor);
  ++count_;
  const JournalLine shown{entry, service, line.time, last_};
  if (request_.field != nullptr) return values_.take(shown, formatter_);
  formatter_.print(shown, [this](std::string_view text) { put(text); });
  if (keeps_now_) store_.end_line();
}

void JournalSink::print_kept(size_t at) { output_.put(store_.line(at)); }

void JournalSink::finish() {
  values_.print([this](std::string_view text) { output_.put(text); });
  if (keeps_now_) {
    const size_t all = store_.size();
    const size_t wanted =
        request_.lines ? std::min<size_t>(all, static_cast<size_t>(*request_.lines)) : all;
    for (size_t at = 0; at < wanted; ++at)
      print_kept(request_.reverses ? all - 1 - at : all - wanted + at);
    count_ = wanted;
    keeps_now_ = false;
  }
  if (request_.shows_cursor && !last_.empty()) {
    output_.put("-- cursor: ");
    output_.put(last_);
    output_.put("\n");
  }
  output_.flush();
  if (request_.cursor_file == nullptr || last_.empty()) return;
  const Fd file = open_truncate(AT_FDCWD, request_.cursor_file, 0644);
  if (!file || !write_all(file.get(), Text<401>(last_, "\n")))
    complain_errno({"Failed to write new cursor to ", request_.cursor_file});
}

// The text of a cursor, from an option or a file.
void add_cursor(ReadOptions& options, std::string_view text) {
  const auto cursor = parse_cursor(text);
  if (!cursor) {
    complain({"Failed to seek to cursor: ", text, " is none."});
    _exit(1);
  }
  options.cursor_room[options.cursor_count++] = *cursor;
}

void read_cursors(const JournalRequest& request, ReadOptions& options) {
  static char bytes[400];
  if (request.cursor != nullptr) add_cursor(options, request.cursor);
  if (request.cursor_file == nullptr) return;
  const Fd file = open_read(AT_FDCWD, request.cursor_file);
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  if (got > 1) add_cursor(options, trim({bytes, static_cast<size_t>(got)}));
}

}  // namespace

uint64_t run_journal(const JournalRequest& request, std::span<LogPlace> places,
                     ReaderOutput& output) {
  static ReadOptions options;
  sort(places, [](const LogPlace& one, const LogPlace& other) {
    return one.name.view() < other.name.view();
  });
  const MappedArray<ViewedLog> logs(places.size());
  const MappedArray<WaitingLine> room(places.size());
  if (!logs || !room) die_errno({"unable to get memory"});
  for (size_t at = 0; at < places.size(); ++at) logs.all()[at].place = &places[at];

  JournalSink sink(request, output);
  const auto print = [&sink](const LogLine& line, const Speaker& speaker, const Cursor& cursor) {
    sink.take(line, speaker.name, cursor);
  };
  const auto pause = [] {};
  const Selection selection = selection_of(request);
  LogView view(logs.all(), room.all(), {print, pause}, output);
  view.open(selection, request.follows);
  options.cursor_count = 0;
  if (!sink.is_filtered()) options.lines = request.lines;
  read_cursors(request, options);
  view.seek(options);
  view.show();
  sink.finish();
  if (request.follows) view.follow();
  return sink.count();
}

}  // namespace stoker::systemd
