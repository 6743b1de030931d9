// SPDX-License-Identifier: ISC
// The supervisor's side of a state directory: its lock, its FIFOs, and the files
// that show the state of the service.
#pragma once
#include <array>
#include <optional>
#include <span>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "service/status.hh"
#include "supervise/saved_state.hh"

namespace stoker {

class StateDirectory {
 public:
  // Where it is; all of it is lent for good.
  struct Place {
    int at = -1;                 // the service directory
    std::string_view label;      // before the path in messages: "" or "log/"
    std::string_view lock_verb;  // "unable to … supervise/lock"
    const char* root = nullptr;  // $SVSTATE or null
    std::string_view service;    // its path; of the logger's: empty
    std::string_view name;       // the service's
    // From there. Kept, this would cost each supervisor a page.
    PathText path() const;
  };

  // Makes what is missing (also the target of a dangling symlink), takes the lock
  // and opens the control FIFO. If that fails, errno and trouble() give the reason, what was
  // open before is kept, and it can be tried again.
  [[nodiscard]] bool open(const Place& place);
  Text<300> trouble() const;

  // Have the directory or its FIFOs been removed or replaced? Never if the supervisor is
  // about to exit.
  bool is_lost() const;

  // The supervisor is about to exit, or not. Files that are removed then, as a package's scripts
  // do, are not made again.
  void depart(bool departs) { departs_ = departs; }
  bool departs() const { return departs_ && ok_; }

  // The service directory is open as `at` from now on.
  void follow(int at) { place_.at = at; }
  // It is another one, and so is the state directory, unless that is found there, too.
  void look_again() {
    if (is_open() && is_lost()) published_ = {};
  }
  // For one who asks for that: each file is made again if it is lost, or not what it should be.
  void look_after();
  // What was lost is made again, or found where it is now.
  [[nodiscard]] bool reopen() { return open(place_); }

  Home home() const { return home_; }

  bool is_open() const { return static_cast<bool>(control_read_); }
  int directory() const { return directory_.get(); }
  int control() const { return control_read_.get(); }

  // The content of the files, prepared once for all questions about it. With a saved state that of
  // `status` always has the same size, so that it can be written over on a full disk.
  class Image {
   public:
    Image(const StatusFile& status, const SavedState* saved);

   private:
    friend class StateDirectory;
    std::string_view status() const;
    uint64_t status_digest_, saved_digest_;
    std::array<unsigned char, max_status_size + occasional_size + max_saved_state_size> bytes_;
    size_t size_;
    Text<64> stat_;
    pid_t pid_;
  };

  // Writes what a successor needs, but prints nothing and opens nothing that stays open: for a
  // child that shares our memory but not our descriptors. The other files may wait until it
  // runs, unless it must reveal() them.
  [[nodiscard]] bool record(const Image& image);

  // The same where that is still to be published to clients.
  bool record_early(const Image& image);

  // In a directory that is new, `ok` can be made so that only reveal() shows it. Such a child may
  // call that when it has written the files, which saves a first status without content, and
  // the cost of replacing it on a disk. False elsewhere.
  bool hide();
  bool reveal();

  // Writes `status` (with the saved state behind it, if any), `stat` and `pid`, each only when it
  // changed, and after the first time shows by `ok` that a supervisor is running. If it was
  // removed or replaced (is_lost), it is made again. False when something failed, which is
  // reported once: call again later.
  [[nodiscard]] bool publish(const Image& image, bool lost);

  // Is there anything to publish?
  bool awaits(const Image& image) const {
    return is_open() && !(ok_ && !hidden_ && is_written(image));
  }
  // … that clients can see?
  bool has_published(const Image& image) const {
    return ok_ && !hidden_ && published_.status == image.status_digest_;
  }

  // Is it in use by a supervisor of the svscan with this control FIFO?
  static bool is_kept_for(const Place& place, uint64_t scanner);

  // For a supervisor that becomes another program: its descriptors, in an order that
  // the new program knows too; -1 for what is not open.
  static constexpr size_t descriptor_count = 5;
  std::array<int, descriptor_count> descriptors() const;
  // Takes them over in place of open().
  void resume(std::span<Fd, descriptor_count> descriptors, const Place& place);

  // Closes the FIFOs and the lock: clients see that no supervisor is running.
  void close();

 private:
  // What failed, to be completed by errno. What it points to is lent for good.
  struct Trouble {
    std::string_view verb, name;
    bool fresh = false;  // the new file that replaces `name`
  };
  bool fail(std::string_view verb, std::string_view name, bool fresh = false);
  bool open_all();
  bool has_status(const Image& image) const;
  bool is_written(const Image& image) const;
  bool show();
  bool was_removed(const char* name) const;
  bool take_lock(int directory, Fd& lock);
  Fd open_fifo(int directory, const char* name);
  bool holds(const char* name, std::string_view content) const;
  bool write(const Image& image);
  bool write_status(const Image& image);
  bool write_pid(const Image& image);
  bool write_stat(const Image& image);
  bool overwrite_status(std::string_view content);
  bool write_file(const char* name, std::string_view content);

  Fd directory_, lock_, ok_;
  // The write end is never used: it keeps the read end from seeing end of file.
  Fd control_read_, control_write_;
  Place place_;
  Home home_;
  Trouble trouble_;
  int reported_error_ = -1;  // errno of the last message; -1: none
  bool departs_ = false;
  bool hidden_ = false;  // `ok` has not got its name yet
  // What is in the files; zeros, and -1, where that is not known.
  struct Published {
    uint64_t status = 0, saved = 0, stat = 0;
    pid_t pid = -1;
  };
  Published published_;
};

// The content of the file `stat`: runit's words.
Text<64> stat_line(const RunitStatus& runit, bool leaving);

}  // namespace stoker
