// SPDX-License-Identifier: ISC
// A Procfile, as foreman and Heroku read it: `name: line of shell`.
#include <algorithm>

#include "base/parse.hh"
#include "import/disk.hh"
#include "import/foreign.hh"
#include "import/lines.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

constexpr unsigned first_port = 5000, ports_for_each = 100;

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         byte == '-' || (byte >= '0' && byte <= '9');
}

class Reader {
 public:
  Reader(Foreign& foreign, const std::string& path) : foreign_(foreign), path_(path) {
    const size_t slash = path.rfind('/');
    directory_ = slash == path.npos ? "." : path.substr(0, slash);
    has_variables_ = read_text(directory_ + "/.env").has_value();
  }

  void read(std::string_view text) {
    has_release_ = text.starts_with("release:") || text.find("\nrelease:") != text.npos;
    for_each_line(text,
                  [this](std::string_view line, unsigned number) { read_line(line, number); });
  }

 private:
  void read_line(std::string_view line, unsigned number) {
    line = trim(line);
    const size_t colon = line.find(':');
    if (line.empty() || line.front() == '#') return;
    const std::string_view name = line.substr(0, colon);
    if (colon == line.npos || name.empty() ||
        !std::all_of(name.begin(), name.end(), is_name_byte)) {
      foreign_.problems.push_back({Place{path_, number}.text(), "it is no NAME: COMMAND", false});
      return;
    }
    add(std::string(name), std::string(trim(line.substr(colon + 1))), number);
  }

  void add(const std::string& name, const std::string& line, unsigned number) {
    Draft& draft = foreign_.add(name, path_);
    Definition& definition = draft.definition;
    ChainOptions& options = definition.process.chpst;
    definition.process.stays = true;
    options.set({"--chdir", directory_});
    if (has_variables_) options.set({"--env-file", directory_ + "/.env"});
    const bool release = name == "release";
    if (!release)
      options.set({"--set", "PORT=" + std::to_string(first_port + ports_for_each * count_++)});
    Command command;
    command.words = {"sh", "-c",
                     line.find_first_of("&|;<>()`") == line.npos ? "exec " + line : line};
    definition.main = {command};
    if (release) definition.shape = Shape::oneshot;
    if (!release) definition.settings[layout::timeout_kill] = "10s";
    if (!release && has_release_) definition.relations["needs"].insert("release");
    record(draft, {"", name, line, {path_, number}}, Answer::honoured, release ? "start" : "run");
  }

  Foreign& foreign_;
  const std::string& path_;
  std::string directory_;
  bool has_variables_ = false, has_release_ = false;
  unsigned count_ = 0;
};

}  // namespace

void read_procfile(Foreign& foreign, std::string_view text, const std::string& path) {
  Reader(foreign, path).read(text);
}

}  // namespace stoker::importer
