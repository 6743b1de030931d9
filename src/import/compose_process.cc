// SPDX-License-Identifier: ISC
#include <algorithm>

#include "base/parse.hh"
#include "import/compose.hh"
#include "import/shell.hh"

namespace stoker::importer {

namespace {

constexpr char dynamic_users[] = "/run/dynamic-users";  // where chpst claims their numbers

bool is_number(std::string_view text) { return parse_number<unsigned>(text).has_value(); }

bool is_root(const std::string& user) { return user.empty() || user == "root" || user == "0"; }

class Process {
 public:
  explicit Process(Draft& draft)
      : draft_(draft), facts_(draft.process), setup_(draft.definition.process) {}

  void finish() {
    set_user();
    set_directories();
    set_environment();
    set_place();
    set_streams();
    set_scheduling();
    set_devices();
    keep_capabilities();
    move_filters();
  }

 private:
  void restrict_dynamic_user() {
    setup_.jail.set({"--protect-system", "strict", true});
    if (!setup_.jail.has("--protect-home")) setup_.jail.set({"--protect-home", "read-only", true});
    setup_.jail.set({"--private-tmp", {}});
    setup_.jail.set({"--restrict-suid-sgid", {}});
    setup_.chpst.set({"--no-new-privileges", {}});
  }

  std::string group_of_user(const std::string& user) const {
    if (!facts_.group.empty()) return draft_.accounts->group_name(facts_.group);
    const User* const found = draft_.accounts->find(user);
    return found == nullptr ? user : draft_.accounts->group_name(found->group);
  }

  std::string user_text(const std::string& user) const {
    // Numbers without a name can have groups by number only.
    if (is_number(user)) {
      std::string text = ":" + user + ":" + (facts_.group.empty() ? user : facts_.group);
      for (const std::string& group : facts_.groups) text += ":" + group;
      return text;
    }
    std::string text = user;
    if (!facts_.group.empty() || !facts_.groups.empty()) text += ":" + group_of_user(user);
    for (const std::string& group : facts_.groups) text += ":" + draft_.accounts->group_name(group);
    return text;
  }

  void set_user() {
    if (facts_.dynamic_user) {
      restrict_dynamic_user();
      if (!facts_.groups.empty())
        change_finding(draft_, "SupplementaryGroups", Answer::reported,
                       "a dynamic user has no other groups; use User with an account");
      return setup_.chpst.set(
          {"--dynamic-user", is_root(facts_.user) ? draft_.name.stem() : facts_.user});
    }
    if (is_root(facts_.user) && facts_.group.empty() && facts_.groups.empty()) return;
    const std::string user =
        is_root(facts_.user) ? "root" : draft_.accounts->user_name(facts_.user);
    ChainOptions options;
    options.add({"-u", user_text(user)});
    if (!is_number(user) && !is_root(user) && facts_.groups.empty())
      options.add({"--init-groups", {}});
    for (const ChainOption& option : setup_.chpst.all()) options.add(option);
    setup_.chpst = options;
    set_login(user);
  }

  // Programs look into the home directory of their user, not into that of root.
  void set_login(const std::string& user) {
    const User* const found = draft_.accounts->find(user);
    if (found == nullptr || is_root(user)) return;
    if (!sets("HOME=")) setup_.chpst.add({"--set", "HOME=" + found->home});
    if (!sets("USER=")) setup_.chpst.add({"--set", "USER=" + user});
    if (!sets("LOGNAME=")) setup_.chpst.add({"--set", "LOGNAME=" + user});
  }

  bool sets(std::string_view start) const {
    const auto& all = facts_.environment;
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& one) { return one.starts_with(start); });
  }

  // Can what is below it not be made in the sandbox?
  bool is_read_only(std::string_view root) const {
    const std::string system = setup_.jail.value("--protect-system");
    return system == "strict" || setup_.jail.has("--read-only") ||
           (root == "/etc/" && system == "full");
  }

  // They run before chpst has made anything.
  bool has_root_commands() const {
    const Commands& before = draft_.definition.before;
    return std::any_of(before.begin(), before.end(),
                       [](const Command& command) { return command.as_root; });
  }

  void set_directories() {
    std::string made;
    for (const auto& own : facts_.directories)
      for (const std::string& name : own.names) {
        setup_.chpst.add({own.option, own.mode.empty() ? name : name + ":" + own.mode});
        if (is_read_only(own.root)) setup_.jail.add({"--read-write", own.root + name});
        if (is_read_only(own.root) || has_root_commands()) made += " " + quoted(own.root + name);
      }
    const bool credentials =
        setup_.chpst.has("--load-credential") || setup_.chpst.has("--set-credential");
    if (credentials && is_read_only("/run/")) {
      setup_.jail.add({"--temporary-fs", "/run/credentials"});
      made += " /run/credentials";
    }
    if (facts_.dynamic_user) {
      setup_.jail.add({"--read-write", dynamic_users});
      made += " " + std::string(dynamic_users);
    }
    // What jail makes read-only, chpst could not create.
    if (!made.empty()) setup_.prelude.push_back("mkdir -p" + made);
  }

  void set_environment() {
    for (const std::string& variable : facts_.environment) setup_.chpst.add({"--set", variable});
    for (const std::string& file : facts_.environment_files) setup_.chpst.add({"--env-file", file});
  }

  std::string home() const {
    const User* const found = draft_.accounts->find(facts_.user.empty() ? "root" : facts_.user);
    return found == nullptr ? "/" : found->home;
  }

  void set_place() {
    std::string directory = facts_.working_directory;
    if (directory == "~") directory = home();
    if (directory == "-~") directory = "-" + home();
    if (!directory.empty() && directory != "/") setup_.chpst.set({"--chdir", directory});
    setup_.stays = setup_.jail.empty() && setup_.chpst.has("--chdir");
    if (facts_.ignores_pipe) setup_.prelude.emplace_back("trap '' PIPE");
  }

  static bool is_logged(std::string_view stream) {
    return stream.empty() || stream.starts_with("journal") || stream.starts_with("syslog") ||
           stream.starts_with("kmsg");
  }

  // The value for --stdout and --stderr; empty: it goes nowhere else.
  static std::string file_of(const std::string& stream) {
    if (stream == "null") return "null";
    if (stream.starts_with("append:")) return stream.substr(7);
    if (stream.starts_with("file:") || stream.starts_with("truncate:")) return stream;
    return {};
  }

  void set_streams() {
    const bool terminal = facts_.input.starts_with("tty") || facts_.output.starts_with("tty");
    if (terminal)
      setup_.chpst.set({"--tty", facts_.terminal.empty() ? "/dev/console" : facts_.terminal});
    if (facts_.input.starts_with("file:")) setup_.chpst.set({"--stdin", facts_.input.substr(5)});
    if (facts_.input == "socket" && setup_.trigger.empty()) set_socket_streams();
    const std::string output = file_of(facts_.output);
    if (!output.empty()) setup_.chpst.set({"--stdout", output});
    const bool inherits = facts_.error.empty() || facts_.error == "inherit";
    std::string error = file_of(facts_.error);
    if (inherits && !output.empty()) error = "stdout";
    if (!error.empty()) setup_.chpst.set({"--stderr", error});
    draft_.definition.merges_stderr = error.empty() || error == "stdout";
  }

  void set_socket_streams() {
    setup_.redirections.emplace_back("<&3");
    if (!is_logged(facts_.output) || facts_.output.empty()) setup_.redirections.emplace_back(">&3");
  }

  void set_scheduling() {
    if (facts_.io_class.empty() && facts_.io_level.empty()) return;
    const std::string name = facts_.io_class.empty() ? "best-effort" : facts_.io_class;
    const bool level = !facts_.io_level.empty() && name != "idle";
    setup_.chpst.set({"--io-priority", level ? name + ":" + facts_.io_level : name});
  }

  void set_devices() {
    if (!facts_.limits_devices) return;
    setup_.jail.set({"--private-devices", {}});
    std::string patterns;
    for (const std::string& device : facts_.devices)
      if (device.find_first_of("*[") != std::string::npos)
        patterns += " " + device;
      else
        setup_.jail.add({"--bind", "-" + device});
    // The shell knows which nodes there are. One that is missing does no harm.
    if (!patterns.empty()) setup_.jail.add({"$(printf -- '--bind -%s '" + patterns + ")", {}});
  }

  // jail drops what could undo its mounts; a unit that asks for such a capability gets it.
  void keep_capabilities() {
    constexpr std::string_view dropped[] = {"SYS_ADMIN",  "SYS_MODULE", "SYS_RAWIO",
                                            "SYS_PTRACE", "MKNOD",      "DAC_READ_SEARCH"};
    if (setup_.jail.empty()) return;
    for (const ChainOption& option : setup_.chpst.all()) {
      if (option.name != "--capability-bounding-set" && option.name != "--ambient-capabilities")
        continue;
      if (option.value.starts_with("~")) continue;
      for (const std::string_view name : dropped)
        if (option.value.find(name) != std::string::npos)
          return setup_.jail.set({"--keep-capabilities", {}});
    }
  }

  // Capabilities must be dropped in the namespace, where there are more of them, so the user is
  // changed there, too. Limits can only be raised outside.
  void move_to_user_namespace() {
    if (!setup_.jail.has("--private-users")) return;
    setup_.jail.remove("--private-users");
    setup_.users.add({"--private-users", "identity", true});
    for (const char* const name :
         {"--limit", "--nice", "--oom-score-adjust", "--io-priority", "--cpu-affinity",
          "--cpu-scheduling-policy", "--cpu-scheduling-priority"})
      setup_.chpst.move_to(setup_.early, name);
  }

  // These would keep chpst from its work, and from being executed.
  void move_filters() {
    if (setup_.chpst.empty()) return;
    move_to_user_namespace();
    if (setup_.jail.has("--no-exec"))
      for (const char* const program : {"chpst", "jail"})
        setup_.jail.add({"--exec", "\"$(command -v " + std::string(program) + ")\"", false, true});
    for (const char* const name :
         {"--restrict-namespaces", "--restrict-address-families", "--restrict-realtime",
          "--restrict-suid-sgid", "--system-call-filter", "--system-call-error-number"})
      setup_.jail.move_to(setup_.filter, name);
  }

  Draft& draft_;
  ProcessFacts& facts_;
  ProcessSetup& setup_;
};

}  // namespace

void finish_process(Draft& draft) { Process(draft).finish(); }

}  // namespace stoker::importer
