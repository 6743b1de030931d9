// SPDX-License-Identifier: ISC
#include "import/tmpfiles.hh"

#include <algorithm>

#include "import/disk.hh"
#include "import/lines.hh"
#include "import/shell.hh"

namespace stoker::importer {

namespace {

std::string field(const std::vector<std::string>& fields, size_t at, const char* usual) {
  return fields.size() > at && fields[at] != "-" ? fields[at] : usual;
}

// The places in which chpst makes directories, and follows no link.
struct Place {
  std::string_view root, option;
};
constexpr Place places[] = {{"/run/", "--runtime-directory"},
                            {"/var/run/", "--runtime-directory"},
                            {"/var/lib/", "--state-directory"},
                            {"/var/cache/", "--cache-directory"},
                            {"/var/log/", "--logs-directory"}};

// Only root can change what is in these.
constexpr std::string_view roots_of_root[] = {"/",     "/etc/",     "/opt/",      "/srv/",
                                              "/var/", "/var/opt/", "/var/spool/"};

bool is_clean(std::string_view path) {
  return !path.empty() && path.back() != '/' && path.find("//") == path.npos &&
         !(std::string(path) + "/").starts_with("../") &&
         (std::string(path) + "/").find("/../") == std::string::npos &&
         ("/" + std::string(path) + "/").find("/./") == std::string::npos;
}

bool is_octal(std::string_view text) {
  return !text.empty() && text.size() <= 4 && text.find_first_not_of("01234567") == text.npos;
}

struct Owner {
  std::string user, group, mode;
};

// Modes may have a `~` or `:` in front, which count for directories that exist.
Owner owner_of(const std::vector<std::string>& fields) {
  std::string mode = field(fields, 2, "0755");
  while (mode.starts_with("~") || mode.starts_with(":")) mode.erase(0, 1);
  return {field(fields, 3, "root"), field(fields, 4, "root"), mode};
}

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; }

// For chpst -u: numbers have a colon in front, and go with numbers only.
std::string user_text(const Owner& owner, const Accounts& accounts) {
  const std::string user = accounts.user_name(owner.user);
  if (!is_number(user)) return user + ":" + accounts.group_name(owner.group);
  return is_number(owner.group) ? ":" + user + ":" + owner.group : std::string();
}

std::string chpst_line(const Place& place, const std::string& path, const Owner& owner,
                       const std::string& user) {
  return "chpst -u " + quoted(user) + " " + std::string(place.option) + " " +
         quoted(path.substr(place.root.size()) + ":" + owner.mode) + " true";
}

std::string install_line(const std::string& path, const Owner& owner) {
  return "install -d -m " + quoted(owner.mode) + " -o " + quoted(owner.user) + " -g " +
         quoted(owner.group) + " " + quoted(path);
}

// The directory must be there before the program that needs it, and keep its contents. A user who
// owns the one above could put a link to any other in its place, so where that is possible, there
// is no line. Empty: none.
std::string making_line(const std::vector<std::string>& fields, const Accounts& accounts) {
  std::string path = fields[1];
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const Owner owner = owner_of(fields);
  if (!path.starts_with("/") || !is_clean(path.substr(1)) || !is_octal(owner.mode)) return {};
  for (const Place& place : places)
    if (path.starts_with(place.root) && path.find(':') == path.npos) {
      const std::string user = user_text(owner, accounts);
      return user.empty() ? std::string() : chpst_line(place, path, owner, user);
    }
  const std::string_view above = std::string_view(path).substr(0, path.rfind('/') + 1);
  const auto found = std::find(std::begin(roots_of_root), std::end(roots_of_root), above);
  return found == std::end(roots_of_root) ? std::string() : install_line(path, owner);
}

}  // namespace

void take_tmpfiles(Draft& draft, std::string_view text, const std::string& path) {
  for_each_line(text, [&](std::string_view line, unsigned number) {
    std::vector<std::string> fields;
    for_each_word(line, [&](std::string_view word) { fields.push_back(draft.expanded(word)); });
    if (fields.size() < 2 || fields[0].front() == '#') return;
    const Assignment given{"tmpfiles.d", fields[0], fields[1], {path, number}};
    const bool is_directory = fields[0].front() == 'd' || fields[0].front() == 'D';
    const std::string made = is_directory ? making_line(fields, *draft.accounts) : std::string();
    if (!made.empty()) draft.definition.process.prelude.push_back(made);
    const bool makes = !made.empty();
    draft.findings.push_back({given, makes ? Answer::honoured : Answer::reported,
                              makes          ? made.substr(0, made.find(' ')) + " in run"
                              : is_directory ? "make it in run, and follow no link"
                                             : "do what the line says in run"});
  });
}

void add_own_directories(Draft& draft, const std::string& root) {
  for (const char* const directory : {"/etc/tmpfiles.d/", "/usr/lib/tmpfiles.d/"}) {
    const std::string path = directory + draft.name.prefix + ".conf";
    const auto text = read_text_below(root, path);
    if (!text) continue;
    take_tmpfiles(draft, *text, root + path);
    return;
  }
}

}  // namespace stoker::importer
