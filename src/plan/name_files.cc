// SPDX-License-Identifier: ISC
#include "plan/name_files.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <span>

#include "base/digest.hh"
#include "base/directory.hh"
#include "base/fd.hh"

namespace stoker {

namespace {

// The names of one file, on their way.
class Names {
 public:
  Names(Relation relation, std::string_view service,
        FunctionRef<void(Relation, std::string_view)> take,
        FunctionRef<void(const NameTrouble&)> trouble)
      : relation_(relation), service_(service), take_(take), trouble_(trouble) {}

  void read(int directory);

 private:
  bool take(std::string_view name);
  void read_lines(int file);
  void list(int directory);
  void fail(std::string_view reason, int error = 0) const {
    trouble_({.relation = relation_, .name = {}, .reason = reason, .error = error});
  }

  Relation relation_;
  std::string_view service_;
  FunctionRef<void(Relation, std::string_view)> take_;
  FunctionRef<void(const NameTrouble&)> trouble_;
  size_t count_ = 0;
};

// False: no more are wanted.
bool Names::take(std::string_view name) {
  const NameFault fault =
      count_++ < most_names ? fault_of_service_name(name, service_) : NameFault::too_many;
  if (fault == NameFault::none)
    take_(relation_, name);
  else
    trouble_({.relation = relation_, .name = name, .reason = reason_of(fault)});
  return fault != NameFault::too_many;
}

void Names::read_lines(int file) {
  char buffer[4096];
  size_t kept = 0;
  NameLines lines;
  for (bool is_end = false; !is_end;) {
    const ssize_t got = read_all(file, std::span(buffer).subspan(kept));
    if (got < 0) return fail({}, errno);
    const size_t size = kept + static_cast<size_t>(got);
    is_end = size < sizeof buffer;
    std::string_view rest(buffer, size);
    while (const auto name = lines.next(rest, is_end))
      if (!take(*name)) return;
    std::copy(rest.begin(), rest.end(), buffer);
    kept = rest.size();
  }
}

void Names::list(int directory) {
  Directory listing(directory, row_of(relation_).file);
  while (const char* const name = listing ? listing.next() : nullptr)
    if (name[0] != '.' && !take(name)) return;
  if (errno != 0) fail({}, errno);
}

void Names::read(int directory) {
  const Fd file = open_read(directory, row_of(relation_).file);
  if (!file && errno == ENOENT) return;
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0) return fail({}, errno);
  if (S_ISDIR(facts.st_mode)) return list(directory);
  if (!S_ISREG(facts.st_mode)) return fail("it is neither a file nor a directory");
  read_lines(file.get());
}

// How long the clock of the file system may stand still.
constexpr time_t coarse = 1;

void mix(Digest& digest, uint64_t number) {
  for (size_t i = 0; i < sizeof number; ++i)
    digest.mix(static_cast<unsigned char>(number >> 8 * i));
}

}  // namespace

void read_names(int directory, std::string_view service,
                FunctionRef<void(Relation, std::string_view)> name,
                FunctionRef<void(const NameTrouble&)> trouble) {
  for (const RelationRow& row : relations)
    Names(row.relation, service, name, trouble).read(directory);
}

NameFiles::NameFiles(int at, const char* path) : directory_(at, path) {
  if (!directory_) return;
  while (const char* const name = directory_.next())
    if (const auto relation = relation_of_file(name))
      found_ |= 1U << static_cast<unsigned>(*relation);
  is_listed_ = errno == 0;
}

uint64_t NameFiles::stamp() const {
  Digest digest;
  for (const RelationRow& row : relations) {
    if (!has(row.relation)) continue;
    struct stat facts {};
    const bool exists = fstatat(directory_.fd(), row.file, &facts, 0) == 0;
    if (exists && time(nullptr) - facts.st_ctim.tv_sec <= coarse) return 0;
    for (const uint64_t number :
         {static_cast<uint64_t>(row.relation), static_cast<uint64_t>(facts.st_dev),
          static_cast<uint64_t>(facts.st_ino), static_cast<uint64_t>(facts.st_size),
          static_cast<uint64_t>(facts.st_ctim.tv_sec),
          static_cast<uint64_t>(facts.st_ctim.tv_nsec)})
      mix(digest, number);
  }
  return digest.value();
}

void NameFiles::read(std::string_view service, FunctionRef<void(Relation, std::string_view)> name,
                     FunctionRef<void(const NameTrouble&)> trouble) const {
  for (const RelationRow& row : relations)
    if (has(row.relation)) Names(row.relation, service, name, trouble).read(directory_.fd());
}

}  // namespace stoker
