// SPDX-License-Identifier: ISC
// The supervisor's side of a state directory: its lock, its FIFOs, and the files
// that tell how the service is.
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
  // and opens the control FIFO. Where it fails, errno and trouble() tell why, what was
  // open before is kept, and it can be tried again.
  [[nodiscard]] bool open(const Place& place);
  Text<300> trouble() const;

  // Have the directory or its FIFOs been removed or replaced by others? Never if the
  // supervisor is about to leave.
  bool is_lost() const;

  // The supervisor is about to leave, or not. Who removes its files then wants them gone,
  // as a package's scripts do, and so they are not made again.
  void depart(bool departs) { departs_ = departs; }

  // The service directory is open as `at` from now on.
  void follow(int at) { place_.at = at; }
  // It is another one: so is the state directory, unless that is found there, too.
  void look_again() {
    if (is_open() && is_lost()) published_ = {};
  }

  bool is_open() const { return static_cast<bool>(control_read_); }
  int directory() const { return directory_.get(); }
  int control() const { return control_read_.get(); }

  // What the files are to say, made ready once for everything that is asked about it.
  class Image {
   public:
    Image(const StatusFile& status, const SavedState* saved);

   private:
    friend class StateDirectory;
    std::string_view status() const;
    uint64_t status_digest_, saved_digest_;
    std::array<unsigned char, status_size + saved_state_size> bytes_;
    size_t size_;
    Text<64> stat_;
    pid_t pid_;
  };

  // Writes what a successor needs, but says nothing and opens nothing that stays open: for a
  // child that shares our saved but not our descriptors. The other files may wait until it
  // runs, unless it is to reveal() them.
  [[nodiscard]] bool record(const Image& image);

  // In a directory that nobody has used yet, `ok` can be made so that only reveal() shows it,
  // which such a child may call when it has written what is to be seen: that saves a status
  // that tells of nothing, and would cost a disk to replace. False elsewhere.
  bool hide();
  bool reveal();

  // Writes `status` (with the saved behind it, if there is one), `stat` and `pid`, each only when
  // it changed, and after the first time shows by `ok` that a supervisor is there. What was
  // removed or replaced by others, so that is_lost(), is made again. False when something
  // failed, which is said once: call again later.
  [[nodiscard]] bool publish(const Image& image, bool lost);

  // Is there anything to publish at all?
  bool awaits(const Image& image) const {
    return is_open() && !(ok_ && !hidden_ && is_written(image));
  }
  // … that clients can see?
  bool has_published(const Image& image) const {
    return ok_ && !hidden_ && published_.status == image.status_digest_;
  }

  // What the last supervisor left; empty if nothing, or nothing that can be read.
  std::optional<SavedState> read_saved_state() const;
  // Does a supervisor that works for the svscan with this control FIFO have it?
  static bool is_kept_for(const Place& place, uint64_t scanner);
  // Could this program read it?
  static bool can_take_over(const char* path);

  // For a supervisor that becomes another program: its descriptors, in an order that
  // the new program knows too; -1 for what is not open.
  static constexpr size_t descriptor_count = 5;
  std::array<int, descriptor_count> descriptors() const;
  // Takes them over in place of open().
  void resume(std::span<Fd, descriptor_count> descriptors, const Place& place);

  // Closes the FIFOs and the lock: clients see that no supervisor is there.
  void close();

 private:
  // What went wrong, to be completed by errno. What it points to is there for good.
  struct Trouble {
    std::string_view verb, name;
    bool fresh = false;  // the file that is to take the place of `name`
  };
  bool fail(std::string_view verb, std::string_view name, bool fresh = false);
  bool open_all();
  bool has_status(const Image& image) const;
  bool is_written(const Image& image) const;
  bool show();
  bool departs() const { return departs_ && ok_; }
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
  Trouble trouble_;
  int told_ = -1;  // errno of the trouble that was said last; -1: none
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
