// SPDX-License-Identifier: ISC
// Each number that was ever claimed has a file with the name of its user, and is claimed while that
// file is locked. Numbers are given to another name only when none is left that is fresh, because
// files of the former user may have remained.
#include "chain/dynamic_user.hh"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr char place[] = "/run/dynamic-users";
constexpr unsigned most_numbers = last_dynamic_user - first_dynamic_user + 1;
using Name = Text<31>;

bool lock(int fd, int how) {
  while (flock(fd, how) != 0)
    if (errno != EINTR) return false;
  return true;
}

bool is_account(uid_t number) {
  return getpwuid(number) != nullptr || getgrgid(static_cast<gid_t>(number)) != nullptr;
}

Fd open_claim(int directory, uid_t number) {
  return open_with(directory, Digits(number).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
}

Name user_of(int claim) {
  char bytes[31];
  const ssize_t size = pread(claim, bytes, sizeof bytes, 0);
  return Name(std::string_view(bytes, static_cast<size_t>(std::max<ssize_t>(size, 0))));
}

// The lock stays with a descriptor that the program inherits, and cannot write to.
void keep(int directory, uid_t number, std::string_view name) {
  const Fd claim = open_claim(directory, number);
  Fd kept = open_read(directory, Digits(number).c_str());
  if (!claim || !kept || ftruncate(claim.get(), 0) != 0 || !write_all(claim.get(), name) ||
      !lock(kept.get(), LOCK_SH) || fcntl(kept.release(), F_SETFD, 0) != 0)
    die_errno({"unable to claim a user in ", place});
}

// 0 if it belongs to another name. One that is not in use is returned in `spare`, once.
bool try_claim(int directory, uid_t number, std::string_view name, uid_t& spare) {
  if (is_account(number)) return false;
  const Fd claim = open_claim(directory, number);
  if (!claim) die_errno({"unable to open ", place, "/", Digits(number)});
  const Name user = user_of(claim.get());
  if (user.empty() || user.view() == name) {
    keep(directory, number, name);
    return true;
  }
  if (spare == 0 && lock(claim.get(), LOCK_EX | LOCK_NB)) spare = number;
  return false;
}

uid_t claim_number(int directory, std::string_view name) {
  uid_t spare = 0;
  for (unsigned attempt = 0; attempt < most_numbers; ++attempt) {
    const uid_t number = dynamic_user_candidate(name, attempt);
    if (try_claim(directory, number, name, spare)) return number;
  }
  if (spare == 0) die({"unable to claim a user: all are in use"});
  keep(directory, spare, name);
  return spare;
}

}  // namespace

bool is_dynamic_user_name(std::string_view name) {
  constexpr std::string_view digits = "0123456789-";
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  const auto is_letter = [&](char byte) { return letters.find(byte) != letters.npos; };
  return !name.empty() && name.size() <= 31 && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char byte) {
           return is_letter(byte) || digits.find(byte) != digits.npos;
         });
}

uid_t dynamic_user_candidate(std::string_view name, unsigned attempt) {
  Digest digest;
  for (const char byte : name) digest.mix(static_cast<unsigned char>(byte));
  // The upper half is mixed best.
  return first_dynamic_user + static_cast<uid_t>(((digest.value() >> 32) + attempt) % most_numbers);
}

const char* claim_dynamic_user(const char* name) {
  static constinit Text<40> numbers;
  if (getpwnam(name) != nullptr) return name;
  if (mkdir(place, 0755) != 0 && errno != EEXIST) die_errno({"unable to create ", place});
  const Fd directory = open_directory(AT_FDCWD, place);
  // One at a time, so that processes with the same name get the same number.
  const Fd turn = open_with(directory.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!directory || !turn || !lock(turn.get(), LOCK_EX))
    die_errno({"unable to claim a user in ", place});
  const uid_t number = claim_number(directory.get(), name);
  numbers.append(":", number, ":", number);
  return numbers.c_str();
}

}  // namespace stoker
