// SPDX-License-Identifier: ISC
#include "import/place.hh"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/digest.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "import/disk.hh"
#include "import/lines.hh"

namespace stoker::importer {

namespace {

constexpr char first_line[] = "# What stoker-import has written here: digests of the files.";

constexpr std::string_view from = "\n# from ";

std::string digest_of(std::string_view text) {
  Digest digest;
  for (const char byte : text) digest.mix(static_cast<unsigned char>(byte));
  char digits[17];
  const int size =
      snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(digest.value()));
  return std::string(digits, static_cast<size_t>(size));
}

// Is it below the service directory? Whoever writes there must not choose another place.
bool is_inside(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  for (size_t start = 0; start <= path.size();) {
    const size_t slash = std::min(path.find('/', start), path.size());
    if (path.substr(start, slash - start) == "..") return false;
    start = slash + 1;
  }
  return true;
}

std::map<std::string, std::string> read_record(const std::string& text) {
  std::map<std::string, std::string> digests;
  for_each_line(text, [&](std::string_view line, unsigned) {
    const std::string_view digest = next_word(line);
    const std::string_view path = trim(line);
    if (digest.size() == 16 && is_inside(path)) digests.emplace(path, digest);
  });
  return digests;
}

// Empty if it does not say.
std::string source_in(const std::string& record) {
  const size_t start = record.find(from);
  if (start == record.npos) return {};
  const size_t end = record.find('\n', start + from.size());
  return record.substr(start + from.size(), end - start - from.size());
}

// With what was kept as it was recorded, so that it stays what people have changed.
std::string record_text(const Definition& definition, const std::vector<File>& files,
                        const std::map<std::string, std::string>& old,
                        const std::vector<Changed>& changes) {
  std::string text = std::string(first_line) + std::string(from) + definition.source + "\n";
  const std::string start = definition.name + "/";
  for (const File& file : files) {
    const auto kept = std::find_if(changes.begin(), changes.end(), [&](const Changed& one) {
      const bool by_hand = one.change == Change::kept || one.change == Change::left_out;
      return by_hand && one.path == start + file.path;
    });
    const auto recorded = old.find(file.path);
    const bool as_before = kept != changes.end() && recorded != old.end();
    text += (as_before ? recorded->second : digest_of(file.content)) + " " + file.path + "\n";
  }
  return text;
}

bool is_directory_name(const std::string& path) { return !path.empty() && path.back() == '/'; }

void make_directory(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) die_errno({"unable to create ", path});
}

void make_parent(const std::string& directory, const std::string& path) {
  for (size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
    make_directory(directory + "/" + path.substr(0, slash));
}

// The umask is that of main().
mode_t mode_of(const File& file) { return file.executable ? 0755 : 0644; }

void fill(const Fd& open, const std::string& path, const File& file) {
  if (!open || !write_all(open.get(), file.content)) die_errno({"unable to write ", path});
}

// Into a directory that nobody uses yet.
void write_new(const std::string& directory, const File& file) {
  make_parent(directory, file.path);
  if (is_directory_name(file.path)) return;
  const std::string path = path_in(directory, file.path);
  fill(open_truncate(AT_FDCWD, path.c_str(), mode_of(file)), path, file);
}

void write_into(const std::string& directory, const File& file) {
  make_parent(directory, file.path);
  if (is_directory_name(file.path)) return;
  const std::string path = path_in(directory, file.path);
  const std::string fresh = path + ".new." + std::to_string(getpid());
  fill(open_fresh(AT_FDCWD, fresh.c_str(), mode_of(file)), path, file);
  if (rename(fresh.c_str(), path.c_str()) != 0) die_errno({"unable to write ", path});
}

void remove_tree(const std::string& path) {
  if (is_directory(path) && link_target(path).empty()) {
    for (const std::string& name : list_names(path)) remove_tree(path_in(path, name));
    if (rmdir(path.c_str()) != 0) die_errno({"unable to remove ", path});
  } else if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    die_errno({"unable to remove ", path});
  }
}

class Planner {
 public:
  Planner(const std::string& directory, const Definition& definition)
      : name_(definition.name),
        base_(directory + "/" + definition.name + "/"),
        source_(definition.source),
        files_(files_of(definition)) {}

  PlacePlan plan() {
    if (!is_name_taken(AT_FDCWD, base_.substr(0, base_.size() - 1).c_str())) {
      plan_.is_new = true;
      for (const File& file : files_) add(file.path, Change::created, {}, file.content);
      return std::move(plan_);
    }
    const auto record = read_text(base_ + record_name);
    if (!record) {
      plan_.fault = base_ + " exists, but was not made by stoker-import; rename or remove it";
      return std::move(plan_);
    }
    digests_ = read_record(*record);
    if (const std::string source = source_in(*record); !source.empty() && source != source_)
      plan_.caution = base_ + " was made from " + source + ", and now from " + source_;
    for (const File& file : files_) compare(file);
    for (const auto& [path, digest] : digests_) retire(path, digest);
    return std::move(plan_);
  }

 private:
  void add(const std::string& path, Change change, std::string before, std::string after) {
    plan_.changes.push_back({name_ + "/" + path, change, std::move(before), std::move(after)});
  }

  void compare(const File& file) {
    if (is_directory_name(file.path)) return;
    const auto now = read_text(base_ + file.path);
    const auto recorded = digests_.find(file.path);
    if (now && *now == file.content) return;
    if (!now && recorded == digests_.end())
      return add(file.path, Change::created, {}, file.content);
    // One that was removed stays so, like one that was changed.
    const bool ours = now && recorded != digests_.end() && digest_of(*now) == recorded->second;
    if (ours) return add(file.path, Change::replaced, *now, file.content);
    const bool unchanged_source =
        recorded != digests_.end() && recorded->second == digest_of(file.content);
    if (now) return add(file.path, Change::kept, *now, file.content);
    if (!unchanged_source) add(file.path, Change::left_out, {}, file.content);
  }

  void retire(const std::string& path, const std::string& digest) {
    const bool wanted = std::any_of(files_.begin(), files_.end(),
                                    [&](const File& file) { return file.path == path; });
    const auto now = read_text(base_ + path);
    if (wanted || !now || is_directory_name(path)) return;
    add(path, digest_of(*now) == digest ? Change::removed : Change::kept, *now, {});
  }

  std::string name_, base_, source_;
  std::vector<File> files_;
  std::map<std::string, std::string> digests_;
  PlacePlan plan_;
};

bool is_written(const PlacePlan& plan, const std::string& path) {
  return std::any_of(plan.changes.begin(), plan.changes.end(), [&](const Changed& one) {
    return one.path == path && (one.change == Change::created || one.change == Change::replaced);
  });
}

constexpr std::string_view fresh_ending = ".new.XXXXXX";

bool is_fresh_name(std::string_view name) {
  if (name.size() <= fresh_ending.size() + 1 || name.front() != '.') return false;
  const std::string_view ending = name.substr(name.size() - fresh_ending.size());
  return ending.starts_with(fresh_ending.substr(0, fresh_ending.rfind('.') + 1));
}

// A directory with a lock, which ends with the process: so it is known which ones are left over.
struct FreshDirectory {
  std::string path;
  Fd lock;

  explicit FreshDirectory(std::string at) : path(std::move(at)) {}
  bool take_lock() {
    lock = open_directory(AT_FDCWD, path.c_str());
    return lock && flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
  }
};

// Others may import the same service at this moment, or remove what is left over.
FreshDirectory make_fresh(const std::string& directory, const std::string& name) {
  for (;;) {
    FreshDirectory fresh(std::string(directory).append("/.").append(name).append(fresh_ending));
    if (mkdtemp(fresh.path.data()) == nullptr) die_errno({"unable to create ", fresh.path});
    const bool ours = fresh.take_lock() && is_directory(fresh.path);
    if (!ours) continue;
    if (chmod(fresh.path.c_str(), 0755) != 0)
      die_errno({"unable to change the mode of ", fresh.path});
    return fresh;
  }
}

bool place_new(const std::string& directory, const Definition& definition) {
  const std::string path = directory + "/" + definition.name;
  const FreshDirectory fresh = make_fresh(directory, definition.name);
  const auto files = files_of(definition);
  for (const File& file : files) write_new(fresh.path, file);
  write_new(fresh.path, {record_name, record_text(definition, files, {}, {}), false});
  if (rename(fresh.path.c_str(), path.c_str()) == 0) return true;
  const int why = errno;
  remove_tree(fresh.path);
  if (why == EEXIST || why == ENOTEMPTY) return false;
  errno = why;
  die_errno({"unable to create ", path});
}

}  // namespace

void remove_leftovers(const std::string& directory) {
  for (const std::string& name : list_names(directory)) {
    FreshDirectory left(path_in(directory, name));
    struct stat facts {};
    if (!is_fresh_name(name) || lstat(left.path.c_str(), &facts) != 0) continue;
    if (S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() && left.take_lock())
      remove_tree(left.path);
  }
}

PlacePlan plan_placing(const std::string& directory, const Definition& definition) {
  return Planner(directory, definition).plan();
}

bool place(const std::string& directory, const Definition& definition, const PlacePlan& plan) {
  if (plan.is_new) return place_new(directory, definition);
  const std::string base = directory + "/" + definition.name;
  const auto files = files_of(definition);
  for (const File& file : files)
    if (is_directory_name(file.path) || is_written(plan, definition.name + "/" + file.path))
      write_into(base, file);
  for (const Changed& one : plan.changes)
    if (one.change == Change::removed) remove_tree(directory + "/" + one.path);
  const auto old = read_text(base + "/" + record_name).value_or("");
  const std::string record = record_text(definition, files, read_record(old), plan.changes);
  if (record != old) write_into(base, {record_name, record, false});
  return true;
}

bool place_alias(const std::string& directory, const std::string& alias, const std::string& name) {
  const std::string path = directory + "/" + alias;
  if (symlink(name.c_str(), path.c_str()) == 0) return true;
  if (errno == EEXIST && link_target(path) == name) return false;
  warn_errno({"unable to link ", path, " to ", name});
  return false;
}

}  // namespace stoker::importer
