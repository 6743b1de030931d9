// SPDX-License-Identifier: ISC
#include "accept/access_rules.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "accept/instruction.hh"
#include "base/directory.hh"
#include "base/file.hh"
#include "chain/env_directory.hh"

namespace stoker {

namespace {

constexpr const char* s6_directories[] = {"ip4", "ip6", "uid", "gid", "reversedns"};

RuleForm form_of(int rules) {
  struct stat facts {};
  for (const char* const name : s6_directories)
    if (fstatat(rules, name, &facts, 0) == 0 && S_ISDIR(facts.st_mode)) return RuleForm::s6;
  return RuleForm::ipsvd;
}

bool is_absent(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace

void AccessRules::decide(const ServedClient& client, ChildEnvironment& environment,
                         ClientVerdict& verdict) {
  environment_ = &environment;
  verdict_ = &verdict;
  used_ = 0;
  const Fd rules = open_search(AT_FDCWD, path_);
  if (!rules) return deny_errno({"unable to open ", path_});
  const RuleForm form = form_of(rules.get());
  RuleNames names(client, form);
  for (RuleName name = names.next(); !name.empty(); name = names.next())
    if (form == RuleForm::s6 ? follow_directory(rules.get(), name.c_str())
                             : follow_file(client, rules.get(), name.c_str()))
      return;
  // Without a rule, s6 denies.
  if (form == RuleForm::s6) deny();
}

void AccessRules::deny_errno(Words what) {
  complaint_.warn_errno(what);
  deny();
}

// At most what there is room for: a rule that is cut off would be another.
std::optional<std::string_view> AccessRules::read_contents(int directory, const char* name) {
  const Fd file = open_read(directory, name);
  struct stat facts {};
  const std::span<char> room(contents_.data() + used_, contents_.size() - used_);
  if (!file || fstat(file.get(), &facts) != 0) return {};
  const ssize_t size = S_ISREG(facts.st_mode) ? read_all(file.get(), room) : -1;
  if (!S_ISREG(facts.st_mode)) errno = EINVAL;
  if (size < 0) return {};
  if (static_cast<size_t>(size) == room.size()) {
    errno = EFBIG;
    return {};
  }
  used_ += static_cast<size_t>(size) + 1;
  room[static_cast<size_t>(size)] = '\0';
  return std::string_view(room.data(), static_cast<size_t>(size));
}

void AccessRules::execute(std::initializer_list<const char*> words) {
  std::copy(words.begin(), words.end(), verdict_->command.begin());
  verdict_->admission = Admission::executed;
}

// --- ipsvd: a file whose mode says what it is -------------------------------

bool AccessRules::follow_file(const ServedClient& client, int directory, const char* name) {
  struct stat facts {};
  if (fstatat(directory, name, &facts, 0) != 0) {
    if (is_absent(errno)) return false;
    deny_errno({"unable to examine ", path_, "/", name});
    return true;
  }
  const bool forwarded = !verdict_->rule.empty();
  verdict_->rule.append(forwarded ? "," : PathText(path_, "/").view(), name);
  if ((facts.st_mode & (S_IRUSR | S_IXUSR)) == 0) {
    deny();
    return true;
  }
  const auto contents = read_contents(directory, name);
  if (!contents) {
    deny_errno({"unable to read ", path_, "/", name});
    return true;
  }
  verdict_->instructions = *contents;
  if ((facts.st_mode & S_IXUSR) != 0)
    execute({"/bin/sh", "-c", contents->data()});
  else
    follow_instructions(client, directory, forwarded);
  return true;
}

// Where there are checks, one of them must succeed.
void AccessRules::follow_instructions(const ServedClient& client, int directory, bool forwarded) {
  using Kind = Instruction::Kind;
  bool checked = false;
  for (std::string_view rest = verdict_->instructions; !rest.empty();) {
    const std::string_view line(rest.data(), std::min(rest.find('\n'), rest.size()));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const Instruction instruction = parse_instruction(line, client.remote);
    switch (instruction.kind) {
    case Kind::none: break;
    case Kind::set: environment_->set(instruction.name, instruction.value); break;
    case Kind::unset: environment_->unset(instruction.name); break;
    case Kind::limit:
      verdict_->limit_of_client = instruction.limit;
      verdict_->message = instruction.message;
      break;
    case Kind::look_up:
      if (!forwarded)
        complaint_.warn({verdict_->rule, ": ", line, ": names of hosts are not looked up"});
      [[fallthrough]];
    case Kind::check:
      if (forwarded) break;
      checked = true;
      if (!instruction.matches) break;
      if (!instruction.value.empty()) forward(client, directory, instruction.value);
      return;
    case Kind::mistaken: complaint_.warn({verdict_->rule, ": bad instruction: ", line}); break;
    }
  }
  if (checked) deny();
}

void AccessRules::forward(const ServedClient& client, int directory, std::string_view file) {
  const RuleName name(file);
  const bool plain = !name.truncated() && file.find('/') == std::string_view::npos;
  if (plain && follow_file(client, directory, name.c_str())) return;
  complaint_.warn(
      {"there is no rule ", path_, "/", file, ", to which ", verdict_->rule, " refers"});
  deny();
}

// --- s6: a directory with `allow` or `deny` ---------------------------------

bool AccessRules::follow_directory(int rules, const char* name) {
  const Fd directory = open_search(rules, name);
  if (!directory && is_absent(errno)) return false;
  if (!directory) {
    deny_errno({"unable to open ", path_, "/", name});
    return true;
  }
  const bool allowed = exists(directory.get(), "allow");
  if (!allowed && !exists(directory.get(), "deny")) return false;
  verdict_->rule = PathText(path_, "/", name);
  if (!allowed)
    deny();
  else
    apply_environment(directory.get());
  return true;
}

// As envdir does it; then the program that is executed instead.
void AccessRules::apply_environment(int directory) {
  Directory variables(directory, "env");
  while (const char* const name = variables ? variables.next() : nullptr) {
    if (name[0] == '.' || !is_variable_name(name)) continue;
    const auto contents = read_contents(variables.fd(), name);
    if (!contents) return deny_errno({"unable to read ", verdict_->rule, "/env/", name});
    const auto value = variable_value(
        {contents_.data() + (contents->data() - contents_.data()), contents->size()});
    if (value)
      environment_->set(name, *value);
    else
      environment_->unset(name);
  }
  if (errno != 0 && !is_absent(errno))
    return deny_errno({"unable to read ", verdict_->rule, "/env"});
  const auto program = read_contents(directory, "exec");
  if (!program && !is_absent(errno))
    return deny_errno({"unable to read ", verdict_->rule, "/exec"});
  if (!program || program->empty()) return;
  verdict_->instructions = *program;
  execute({"execlineb", "-Pc", program->data()});
}

}  // namespace stoker
