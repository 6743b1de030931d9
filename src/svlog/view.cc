// SPDX-License-Identifier: ISC
#include "svlog/view.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/child.hh"
#include "base/report.hh"
#include "base/shared_directory.hh"

namespace stoker {

namespace {

// With a few logs there is room to uncompress two files of each ahead.
constexpr size_t few = 4;
constexpr size_t large_memory = 32 << 20;
constexpr size_t small_memory = 1 << 20;

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  limit_open_files(limit);
}

void LogView::open(const Selection& selection, bool may_come) {
  const size_t memory = logs_.size() <= few ? large_memory : small_memory;
  for (ViewedLog& log : logs_) {
    const char* const path = log.place->path.c_str();
    log.reader.prepare(path, selection, memory);
    if (log.reader.open()) continue;
    if (errno == EPERM) die({"unable to open ", path, link_reason});
    if (!may_come || errno != ENOENT) die_errno({"unable to open ", path});
    warn({path, " does not exist yet"});
  }
}

void LogView::seek(const ReadOptions& options) {
  if (options.cursor_count > 0) return seek_cursors(options.cursors());
  for (ViewedLog& log : logs_) log.reader.seek_time();
  if (options.lines) seek_last(*options.lines);
}

void LogView::seek_cursors(std::span<const Cursor> cursors) {
  // Of logs without a cursor of their own, everything before the line of the latest cursor
  // has been seen.
  const Cursor* latest = cursors.data();
  for (const Cursor& cursor : cursors)
    if (cursor.time > latest->time) latest = &cursor;
  latest_ = latest->time;
  for (ViewedLog& log : logs_) {
    const std::string_view name = log.place->name;
    const Cursor* own = nullptr;
    for (const Cursor& cursor : cursors)
      if (cursor.name == name) own = &cursor;
    if (own == nullptr)
      log.reader.seek_behind(latest->time, name > latest->name);
    else if (!log.reader.seek_cursor(*own))
      warn({"the line of the cursor is no longer in ", log.place->path,
            ", continuing with later lines"});
  }
}

void LogView::seek_last(uint64_t lines) {
  uint64_t all = 0;
  for (ViewedLog& log : logs_) all += log.reader.seek_last(lines);
  skipped_ = all > lines ? all - lines : 0;
}

// If the log has a line to show, it waits for its turn.
bool LogView::advance(ViewedLog& log, size_t number) {
  if (!log.waits && log.reader.next()) {
    log.waits = true;
    order_.add({log.reader.line().time, number});
  }
  return log.waits;
}

void LogView::show() {
  for (size_t number = 0; number < logs_.size(); ++number) advance(logs_[number], number);
  show_waiting();
}

void LogView::show_waiting() {
  while (!order_.empty()) {
    const WaitingLine next = order_.take();
    ViewedLog& log = logs_[next.log];
    latest_ = std::max(latest_, next.time);
    if (skipped_ > 0) {
      --skipped_;
    } else {
      Cursor cursor = log.reader.cursor();
      cursor.time = latest_;
      cursor.name = log.place->name;
      sink_.print(log.reader.line(), {next.log, log.place->name}, cursor);
    }
    log.waits = false;
    advance(log, next.log);
  }
}

void LogView::watch_all() {
  watch_.begin();
  for (ViewedLog& log : logs_) log.watched = watch_.add(log.place->path.c_str());
}

void LogView::follow() {
  watch_all();
  // All logs are read once, for lines from before the watch; from then on only those that change.
  note_change(LogWatch::any);
  do {
    show_waiting();
    check_directories();
    show_waiting();
    sink_.pause();
    output_.flush();
    if (!watch_.wait()) return;
    for (int change = watch_.next(); change != LogWatch::none; change = watch_.next())
      note_change(change);
  } while (true);
}

void LogView::note_change(int change) {
  for (size_t number = 0; number < logs_.size(); ++number) {
    ViewedLog& log = logs_[number];
    if (change != LogWatch::any && !log.watched.is(change)) continue;
    log.changed = true;
    advance(log, number);
  }
}

// Once everything is shown: a directory may have been replaced, so it is watched again.
void LogView::check_directories() {
  for (size_t number = 0; number < logs_.size(); ++number) {
    ViewedLog& log = logs_[number];
    if (!std::exchange(log.changed, false)) continue;
    log.watched = watch_.add(log.place->path.c_str());
    log.reader.check_directory();
    advance(log, number);
  }
}

}  // namespace stoker
