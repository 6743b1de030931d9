// SPDX-License-Identifier: ISC
// Source directories of s6-rc: https://skarnet.org/software/s6-rc/s6-rc-compile.html. Scripts
// stay as they are; a consumer becomes the logger of its producer.
#include <sys/stat.h>

#include <algorithm>

#include "base/parse.hh"
#include "import/disk.hh"
#include "import/foreign.hh"
#include "import/lines.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

std::string type_of(const std::string& path) {
  return std::string(trim(read_text(path + "/type").value_or("")));
}

bool is_executable_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & 0111) != 0;
}

class Reader {
 public:
  Reader(Foreign& foreign, const std::string& path) : foreign_(foreign), path_(path) {}

  void read() {
    const std::string own = type_of(path_);
    if (!own.empty()) return read_one(path_, std::string(base_name(path_)), own);
    size_t count = 0;
    for (const std::string& name : list_names(path_)) {
      const std::string type = type_of(path_ + "/" + name);
      if (type.empty()) continue;
      ++count;
      read_one(path_ + "/" + name, name, type);
    }
    if (count == 0) foreign_.problems.push_back({path_, "it holds no services of s6-rc"});
  }

 private:
  void read_one(const std::string& path, const std::string& name, const std::string& type) {
    // It is part of what it consumes.
    if (is_logger(path, type)) return;
    Draft& draft = foreign_.add(name, path);
    draft.definition.log_directory.clear();
    add_dependencies(draft, path);
    if (type == "bundle") return read_bundle(draft, path);
    if (type == "oneshot") return read_oneshot(draft, path);
    if (type == "longrun") return read_longrun(draft, path);
    draft.definition.refusals.push_back(path + "/type: there is no type " + type);
    foreign_.problems.push_back({path, "there is no type " + type});
  }

  std::string producers(const std::string& path) const {
    std::string text = read_text(path + "/producer-for").value_or("");
    return std::string(trim(text));
  }

  // With one producer, and no consumer of its own.
  bool is_logger(const std::string& path, const std::string& type) const {
    std::string list = read_text(path + "/consumer-for").value_or("");
    std::string_view rest = list;
    const bool one = !next_word(rest).empty() && next_word(rest).empty();
    return type == "longrun" && one && producers(path).empty();
  }

  static Assignment given(const std::string& path, const char* file, const std::string& value) {
    return {"s6-rc", file, value, {path + "/" + file, 1}};
  }

  static std::vector<std::string> names_in(const std::string& path) {
    if (is_directory(path + ".d")) return list_names(path + ".d");
    std::vector<std::string> names;
    const std::string text = read_text(path).value_or("");
    for_each_line(text, [&](std::string_view line, unsigned) {
      const std::string_view name = trim(line);
      if (!name.empty() && name.front() != '#') names.emplace_back(name);
    });
    return names;
  }

  // `base` is the bundle of what s6-overlay itself does.
  static void add_names(Draft& draft, const std::string& path, const char* file,
                        const char* relation) {
    for (const std::string& name : names_in(path + "/" + file)) {
      if (name == "base") continue;
      draft.definition.relations[relation].insert(name);
      record(draft, given(path, file, name), Answer::honoured, relation);
    }
  }

  static void add_dependencies(Draft& draft, const std::string& path) {
    add_names(draft, path, "dependencies", "needs");
  }

  static void read_bundle(Draft& draft, const std::string& path) {
    draft.definition.shape = Shape::group;
    draft.definition.relations["needs"];
    add_names(draft, path, "contents", "needs");
  }

  static void add_time(Draft& draft, const std::string& path, const char* file,
                       const char* setting) {
    const std::string value(trim(read_text(path + "/" + file).value_or("")));
    if (value.empty()) return;
    if (value != "0") draft.definition.settings[setting] = value + "ms";
    record(draft, given(path, file, value), Answer::honoured, setting);
  }

  // The words of a command line of execline, not a script.
  static void add_line(Draft& draft, const std::string& path, const char* file,
                       const char* script) {
    const auto text = read_text(path + "/" + file);
    if (!text) return;
    draft.definition.others.push_back({script, "#!/bin/execlineb -P\n" + *text, true});
    record(draft, given(path, file, ""), Answer::honoured, script);
  }

  static void read_oneshot(Draft& draft, const std::string& path) {
    draft.definition.shape = Shape::oneshot;
    add_line(draft, path, "up", layout::start);
    add_line(draft, path, "down", layout::stop);
    add_time(draft, path, "timeout-up", layout::timeout_start);
    add_time(draft, path, "timeout-down", layout::timeout_finish);
    if (is_executable_file(path + "/flag-essential"))
      record(draft, given(path, "flag-essential", ""), Answer::reported, "stop it by name only");
  }

  // All files but those of s6-rc alone; scripts of s6 get its arguments.
  static void copy(Draft& draft, const std::string& path, const std::string& prefix) {
    constexpr std::string_view of_s6_rc[] = {"type",         "dependencies",  "producer-for",
                                             "consumer-for", "pipeline-name", "timeout-up",
                                             "timeout-down"};
    for (const std::string& name : list_names(path)) {
      const bool is_ours =
          std::find(std::begin(of_s6_rc), std::end(of_s6_rc), name) != std::end(of_s6_rc);
      if (is_ours || name.ends_with(".d") || is_directory(path_in(path, name))) continue;
      const bool runs =
          name == "run" || name == "finish" || is_executable_file(path_in(path, name));
      std::string own = prefix;
      own += name;
      draft.definition.others.push_back({own, read_text(path_in(path, name)).value_or(""), runs});
      record(draft, given(path, name.c_str(), ""), Answer::honoured, own);
    }
    if (prefix.empty()) draft.definition.others.push_back({"type", "longrun\n", false});
  }

  void read_longrun(Draft& draft, const std::string& path) {
    copy(draft, path, "");
    add_time(draft, path, "timeout-up", layout::timeout_ready);
    const std::string consumer = producers(path);
    if (consumer.empty()) return;
    const std::string other = path.substr(0, path.rfind('/') + 1) + consumer;
    if (is_logger(other, type_of(other))) {
      copy(draft, other, "log/");
      record(draft, given(path, "producer-for", consumer), Answer::honoured, "log");
    } else {
      record(draft, given(path, "producer-for", consumer), Answer::reported,
             "join the two by a FIFO that both open");
    }
  }

  Foreign& foreign_;
  const std::string& path_;
};

}  // namespace

void read_s6_rc(Foreign& foreign, const std::string& path) { Reader(foreign, path).read(); }

}  // namespace stoker::importer
