// SPDX-License-Identifier: ISC
#include "chain/credentials.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/directory.hh"
#include "base/fd.hh"
#include "base/list.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/identity.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

constexpr const char* stores[] = {"/etc/credstore", "/run/credstore", "/usr/local/lib/credstore",
                                  "/usr/lib/credstore"};
constexpr size_t most_credentials = 64, most_bytes = 1024 * 1024;
constexpr char variable[] = "CREDENTIALS_DIRECTORY";

struct Loaded {
  std::string_view id, content;
};
constinit List<Loaded, most_credentials> loaded;
constinit char room[most_bytes + 1];
constinit size_t used = 0;

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 255 && id != "." && id != ".." && id.find('/') == id.npos;
}

void keep(std::string_view id, std::string_view content) {
  if (!loaded.add({id, content})) die({"too many credentials"});
}

bool is_loaded(std::string_view id) {
  const auto list = loaded.items();
  return std::any_of(list.begin(), list.end(), [&](const Loaded& each) { return each.id == id; });
}

void read_file(std::string_view id, const Fd& fd, const char* path) {
  const ssize_t size = read_all(fd.get(), {room + used, sizeof room - used});
  if (size < 0) die_errno({"unable to read ", path});
  if (static_cast<size_t>(size) + used > most_bytes)
    die({"unable to use ", path, ": credentials are longer than 1 MiB"});
  keep(id, {room + used, static_cast<size_t>(size)});
  used += static_cast<size_t>(size);
}

void load_file(const Credential& credential) {
  const Fd fd = open_read(AT_FDCWD, credential.content);
  if (!fd) die_errno({"unable to read ", credential.content});
  read_file(credential.id, fd, credential.content);
}

bool load_from(const char* store, std::string_view id) {
  const PathText path(store, "/", id);
  const Fd fd = open_read(AT_FDCWD, path.c_str());
  if (!fd && errno != ENOENT && errno != ENOTDIR) die_errno({"unable to read ", path});
  if (fd) read_file(id, fd, path.c_str());
  return static_cast<bool>(fd);
}

void load_stored(std::string_view id) {
  const char* const ours = getenv(variable);
  if (ours != nullptr && load_from(ours, id)) return;
  for (const char* const store : stores)
    if (load_from(store, id)) return;
}

void load(const Credential& credential) {
  switch (credential.source) {
  case Credential::Source::file: return load_file(credential);
  case Credential::Source::stored: return load_stored(credential.id);
  case Credential::Source::text: return keep(credential.id, credential.content);
  }
}

PathText outer_directory() {
  if (geteuid() == 0) return PathText("/run/credentials");
  const char* const runtime = getenv("XDG_RUNTIME_DIR");
  if (runtime == nullptr) die({"unable to store credentials: $XDG_RUNTIME_DIR is not set"});
  return PathText(runtime, "/credentials");
}

void remove_old(const char* path) {
  Directory directory(AT_FDCWD, path);
  while (directory)
    if (const char* const name = directory.next())
      static_cast<void>(unlinkat(directory.fd(), name, 0));
    else
      break;
}

void write_one(int directory, const Loaded& each, const Identity* owner) {
  const Text<255> name(each.id);
  const Fd fd = open_with(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0400);
  const bool done = fd && write_all(fd.get(), each.content) &&
                    (owner == nullptr || fchown(fd.get(), owner->user, owner->group()) == 0);
  if (!done) die_errno({"unable to store the credential ", name});
}

// Nobody else may look into it before the files have their owner.
void fill(const PathText& path, const Identity* owner) {
  const Fd directory = open_with(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!directory || fchown(directory.get(), geteuid(), getegid()) != 0 ||
      fchmod(directory.get(), 0700) != 0)
    die_errno({"unable to use ", path});
  remove_old(path.c_str());
  for (const Loaded& each : loaded.items()) write_one(directory.get(), each, owner);
  if ((owner != nullptr && fchown(directory.get(), owner->user, owner->group()) != 0) ||
      fchmod(directory.get(), 0500) != 0)
    die_errno({"unable to change the owner of ", path});
}

// Whatever the umask is.
bool make_directory(const PathText& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) != 0) return errno == EEXIST;
  return chmod(path.c_str(), mode) == 0;
}

// The name of a directory as one of a file.
Text<255> file_name(std::string_view directory) {
  Text<255> name;
  for (const char byte : directory)
    if (byte != '/' || !name.empty()) name.append(byte == '/' ? ':' : byte);
  if (name.empty()) name.append("root");
  if (name.truncated()) die({"unable to store credentials for ", directory, ": name too long"});
  return name;
}

bool split(const char* text, Credential& credential) {
  const char* const colon = strchr(text, ':');
  const size_t size = colon != nullptr ? static_cast<size_t>(colon - text) : strlen(text);
  credential.id = {text, size};
  credential.content = colon != nullptr ? colon + 1 : nullptr;
  return is_id(credential.id);
}

}  // namespace

std::optional<Credential> parse_loaded_credential(const char* text) {
  Credential credential;
  if (!split(text, credential)) return {};
  credential.source =
      credential.content != nullptr ? Credential::Source::file : Credential::Source::stored;
  if (credential.content != nullptr && *credential.content == '\0') return {};
  return credential;
}

std::optional<Credential> parse_set_credential(const char* text) {
  Credential credential;
  if (!split(text, credential) || credential.content == nullptr) return {};
  return credential;
}

void load_credentials(std::span<const Credential> credentials) {
  for (const bool texts : {false, true})
    for (const Credential& each : credentials)
      if ((each.source == Credential::Source::text) == texts && !is_loaded(each.id)) load(each);
}

void store_credentials(std::string_view name, const Identity* owner) {
  PathText path = outer_directory();
  if (!make_directory(path, 0755)) die_errno({"unable to create ", path});
  const bool hidden = geteuid() == 0 && mount_for_us_only(path.c_str());
  if (!hidden) {
    path.append("/", file_name(name).view());
    if (!make_directory(path, 0700)) die_errno({"unable to create ", path});
  }
  fill(path, owner);
  if (hidden && !seal_mount(path.c_str())) die_errno({"unable to protect ", path});
  set_variable(variable, path.c_str());
}

}  // namespace stoker
