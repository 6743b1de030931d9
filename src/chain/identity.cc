// SPDX-License-Identifier: ISC
#include "chain/identity.hh"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/parse.hh"
#include "base/report.hh"
#include "chain/privileges.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

// Cuts off the part before the next colon, and the colon.
std::string_view cut_field(std::string_view& text) {
  const std::string_view field(text.data(), std::min(text.find(':'), text.size()));
  text.remove_prefix(std::min(field.size() + 1, text.size()));
  return field;
}

// The highest number is invalid: system calls take it for "unchanged".
template <typename Id>
std::optional<Id> parse_id(std::string_view text) {
  const auto id = parse_number<uint32_t>(text);
  if (!id || *id == UINT32_MAX) return {};
  return static_cast<Id>(*id);
}

// Does the error mean that there is no such entry? Systems report that in all these ways.
bool just_unknown(int error) {
  return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

[[noreturn]] void die_unknown(Words what, Words where) {
  if (just_unknown(errno)) die(what);
  die_errno(where);
}

const passwd* find_user(const char* name) {
  errno = 0;
  return getpwnam(name);
}

bool add_named_groups(Identity& identity, std::string_view names) {
  while (!names.empty()) {
    const Text<256> name(cut_field(names));
    errno = 0;
    const group* const entry = name.truncated() ? nullptr : getgrnam(name.c_str());
    if (entry == nullptr || !identity.add_group(entry->gr_gid)) return false;
  }
  return true;
}

std::optional<Identity> find_identity(std::string_view text) {
  Identity identity;
  const bool groups_given = text.find(':') != std::string_view::npos;
  identity.name.append(cut_field(text));
  const passwd* const entry =
      identity.name.truncated() ? nullptr : find_user(identity.name.c_str());
  if (entry == nullptr) return {};
  identity.user = entry->pw_uid;
  if (!groups_given) {
    identity.add_group(entry->pw_gid);
    return identity;
  }
  errno = 0;
  if (!add_named_groups(identity, text) || identity.group_count == 0) return {};
  return identity;
}

}  // namespace

bool Identity::add_group(gid_t group) {
  if (group_count == most_groups) return false;
  groups[group_count++] = group;
  return true;
}

std::optional<Identity> parse_ids(std::string_view text) {
  Identity identity;
  if (!text.empty() && text.back() == ':') return {};
  const auto user = parse_id<uid_t>(cut_field(text));
  if (!user) return {};
  identity.user = *user;
  while (!text.empty()) {
    const auto group = parse_id<gid_t>(cut_field(text));
    if (!group || !identity.add_group(*group)) return {};
  }
  if (identity.group_count == 0) return {};
  return identity;
}

Identity look_up_identity(const char* text) {
  if (*text == ':') {
    const auto identity = parse_ids(text + 1);
    if (!identity) die({"invalid uid/gids: ", text + 1});
    return *identity;
  }
  const auto identity = find_identity(text);
  if (!identity)
    die_unknown({"unknown user/group: ", text},
                {"unable to get password/group file entry: ", text});
  return *identity;
}

Account look_up_account(const char* name, const LoaderWording& wording) {
  const passwd* const entry = find_user(name);
  if (entry == nullptr)
    die_unknown({"unknown account", wording.before_object, name},
                {"unable to get password file entry: ", name});
  Account account;
  account.user = entry->pw_uid;
  account.add_group(entry->pw_gid);
  account.name.append(name);
  account.home.append(entry->pw_dir);
  account.shell.append(entry->pw_shell);
  return account;
}

void become_user(const Identity& identity, bool all_groups, const LoaderWording& wording) {
  permit_reopening();
  // In this order: after setuid the groups cannot be changed.
  const bool grouped = all_groups && !identity.name.empty()
                           ? initgroups(identity.name.c_str(), identity.group()) == 0
                           : setgroups(identity.group_count, identity.groups.data()) == 0;
  if (!grouped) die_errno({wording.no_groups});
  if (setgid(identity.group()) != 0) die_errno({"unable to setgid"});
  if (setuid(identity.user) != 0) die_errno({"unable to setuid"});
  // Never continue with more rights than requested.
  if (getuid() != identity.user || geteuid() != identity.user || getgid() != identity.group() ||
      getegid() != identity.group())
    die({"unable to setuid: the user did not change"});
}

void set_id_variables(const Identity& identity) {
  set_variable("GID", Digits(identity.group()).c_str());
  set_variable("UID", Digits(identity.user).c_str());
}

}  // namespace stoker
