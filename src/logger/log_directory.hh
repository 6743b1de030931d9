// SPDX-License-Identifier: ISC
#pragma once
#include <sys/stat.h>

#include <optional>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/shared_directory.hh"
#include "logdir/archive.hh"
#include "logger/store_words.hh"

namespace stoker {

// Is a file marked as complete and safely on disk? See Settler.
bool is_marked_safe(const struct stat& file);

// A log directory, open and locked, and the files in it by their names.
class LogDirectory {
 public:
  struct Handles {
    Fd directory, lock;
    bool shared = false;  // others can write to it
  };

  explicit LogDirectory(const StoreName& name) : name_(name) {}

  const StoreName& name() const { return name_; }
  const char* path() const { return name_.path; }
  const StoreWords& words() const { return *name_.words; }
  int fd() const { return held_.directory.get(); }

  // Opens the directory, which is created if it is missing, and locks it.
  [[nodiscard]] bool lock();
  // Can others write to it? Then no name in it can be trusted.
  bool is_shared() const { return held_.shared; }
  // Has it been removed, or never been locked?
  bool is_gone() const;
  // Does the path lead to another directory by now?
  bool moved();
  // Locks that one, and stays here. Empty, with a message, if that fails.
  std::optional<Handles> lock_moved();
  void go_to(Handles handles) { held_ = std::move(handles); }
  void close();

  bool exists(const char* name) const;
  // Does it exist, and has it the mark?
  bool is_complete(const char* name) const;
  bool remove(const char* name) const;
  bool rename(const char* from, const char* to) const;

  // Makes an old log of a file, unless it is one already under a second name, or no file.
  [[nodiscard]] bool set_aside(const char* name, std::string_view code);

  // The label for the next old log, which is later than all others.
  Tai64n take_stamp();
  void set_newest(const Tai64n& label) { newest_ = label; }

  // Messages, each only once until the trouble is over.
  void complain(const TroubleWords& what) { name_.complain(complaint_, what); }
  void warn(std::string_view what) { complaint_.warn({what, path()}); }
  void warn_errno(std::string_view what) { complaint_.warn_errno({what, path()}); }
  void warn_errno(std::string_view what, std::string_view name);
  void trouble_is_over() { complaint_.clear(); }
  // That this name was refused, in a shared directory.
  void warn_refused(const char* name) const;

 private:
  void complain_of_opening();
  bool open_lock();

  StoreName name_;
  Handles held_;
  Tai64n newest_;  // label of the last old log
  Complaint complaint_;
};

}  // namespace stoker
