// SPDX-License-Identifier: ISC
#include "import/compose.hh"

#include <algorithm>

#include "base/parse.hh"
#include "import/exec_line.hh"
#include "import/shell.hh"
#include "import/values.hh"
#include "net/listen_line.hh"
#include "service/layout.hh"

namespace stoker::importer {

namespace {

constexpr char stamps[] = "/var/lib/stoker";  // where timers keep the time of their last run
constexpr char usual_timeout[] = "90s";       // of systemd, for starting and stopping

constexpr char notify_reload[] = "notify-reload";

std::string base_of(const std::string& path) { return std::string(base_name(path)); }

class Life {
 public:
  Life(Draft& draft, const std::string& logs)
      : draft_(draft), definition_(draft.definition), facts_(draft.service), logs_(logs) {}

  void finish() {
    settle_type();
    settle_triggers();
    set_commands();
    finish_process(draft_);
    set_shape();
    set_readiness();
    set_restart();
    set_timeouts();
    set_kill_mode();
    set_reload();
    set_stop();
    set_conditions();
    definition_.log_directory = logs_ + "/" + definition_.name;
  }

 private:
  std::map<std::string, std::string>& files() { return definition_.settings; }
  bool is_oneshot() const { return facts_.type == "oneshot"; }
  bool has_trigger() const {
    return draft_.timer.present || !draft_.path_words.empty() ||
           !definition_.process.trigger.empty();
  }

  // As systemd.service(5) permits it.
  bool is_meant_without_start() const {
    const auto& all = draft_.findings;
    const bool acts = std::any_of(all.begin(), all.end(), [](const Finding& one) {
      return one.assignment.key == "SuccessAction" && one.assignment.value != "none";
    });
    return is_oneshot() && (acts || (facts_.remains && !definition_.stop.empty()));
  }

  void settle_type() {
    if (facts_.type.empty()) {
      facts_.type = definition_.main.empty() ? "oneshot" : "simple";
      if (!facts_.bus_name.empty()) facts_.type = "dbus";
    }
    if (definition_.main.empty() && !is_meant_without_start())
      draft_.fault = "there is no usable ExecStart; systemd would not start it, either";
    if (facts_.root_starts)
      for (Commands* const commands : {&definition_.before, &definition_.started,
                                       &definition_.reload, &definition_.stop, &definition_.finish})
        for (Command& command : *commands) command.as_root = true;
  }

  void settle_first_run() {
    auto& words = draft_.timer.words;
    if (draft_.timer.first_run.empty()) return;
    const bool repeats = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word.starts_with("--interval=");
    });
    if (repeats)
      change_finding(draft_, "OnActiveSec", Answer::harmless,
                     "the first run, too, comes after --interval");
    else
      words.push_back("--interval=" + draft_.timer.first_run);
  }

  void settle_timer() {
    settle_first_run();
    auto& words = draft_.timer.words;
    if (words.empty())
      definition_.refusals.push_back(draft_.name.text() + ": it is not known when it is to run");
    definition_.process.trigger = {"timer"};
    for (const std::string& word : words) definition_.process.trigger.push_back(word);
    if (draft_.timer.persistent || draft_.timer.needs_stamp) keep_stamp(definition_.name);
  }

  void keep_stamp(const std::string& name) {
    definition_.process.before_trigger.push_back(std::string("mkdir -p ") + stamps);
    definition_.process.trigger.push_back("--stamp=" + std::string(stamps) + "/" + name);
  }

  // Changes that come while the program runs must not be missed.
  bool watches_changes() const {
    const auto& words = draft_.path_words;
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "path-changed" || word == "path-modified";
    });
  }

  // Making what it waits for would start it at once, for ever.
  void make_watched() {
    const auto& words = draft_.path_words;
    for (size_t at = 0; at + 1 < words.size(); at += 2)
      if (!words[at].starts_with("path-exists"))
        definition_.process.prelude.push_back("mkdir -p " + quoted(words[at + 1]));
  }

  void settle_triggers() {
    auto& trigger = definition_.process.trigger;
    if (draft_.timer.present) settle_timer();
    if (draft_.path_words.empty()) return;
    trigger = {"await"};
    if (draft_.makes_directories) make_watched();
    if (watches_changes()) keep_stamp(definition_.name + ".path");
    trigger.insert(trigger.end(), draft_.path_words.begin(), draft_.path_words.end());
    trigger.emplace_back("--");
  }

  // Of a program that ends, it is the next command.
  void set_commands() {
    if (!is_oneshot()) return;
    definition_.main.insert(definition_.main.end(), definition_.started.begin(),
                            definition_.started.end());
    definition_.started.clear();
  }

  void set_shape() {
    if (!facts_.remains) return;
    if (is_oneshot() && !has_trigger()) {
      definition_.shape = Shape::oneshot;
    } else {
      change_finding(draft_, "RemainAfterExit", Answer::reported,
                     "the service is down when its program has ended");
    }
  }

  void set_readiness() {
    if (!facts_.pid_file.empty() && facts_.type != "forking")
      change_finding(draft_, "PIDFile", Answer::harmless,
                     "the process that is started is the service");
    if (facts_.type == "forking") set_background();
    if (facts_.type == "notify" || facts_.type == "notify-reload") set_notification();
    if (facts_.type == "dbus" && !facts_.bus_name.empty()) set_bus();
    if (facts_.type != "dbus")
      change_finding(draft_, "BusName", Answer::harmless, "it counts with Type=dbus only");
  }

  void set_background() {
    if (!facts_.pid_file.empty())
      files()[layout::pid_file] = facts_.pid_file;
    else
      files()[layout::guess_main].clear();
  }

  void set_notification() {
    files()[layout::notification_socket].clear();
    if (facts_.type == "notify-reload") files()[notify_reload].clear();
  }

  void set_bus() {
    Command command;
    command.shell =
        "dbus-send --system --print-reply --dest=org.freedesktop.DBus / \\\n"
        "    org.freedesktop.DBus.NameHasOwner string:" +
        quoted(facts_.bus_name) + " | grep -q 'boolean true'";
    definition_.ready.insert(definition_.ready.begin(), command);
    for (size_t at = 0; at < draft_.findings.size(); ++at)
      if (draft_.findings[at].assignment.key == "BusName") {
        draft_.relations.push_back({"Requires", "dbus.service", at});
        draft_.relations.push_back({"After", "dbus.service", at});
        return;
      }
  }

  void set_restart() {
    if (definition_.process.trigger.size() > 0 && definition_.process.trigger[0] == "accept" &&
        !definition_.main.empty())
      definition_.main.back().may_fail = false;
    if (definition_.shape != Shape::longrun || has_trigger()) return;
    std::string word = facts_.restart.empty() || facts_.restart == "no" ? "never" : facts_.restart;
    // An exit code that is ignored is no failure.
    const bool ignores = !definition_.main.empty() && definition_.main.back().may_fail;
    if (ignores && word == "on-failure") word = "on-abnormal";
    if (ignores && !is_oneshot()) definition_.main.back().may_fail = false;
    if (word != "always") files()[layout::restart] = word;
    if (word == "never") return;
    set_restart_delay();
    set_start_limit();
  }

  void set_restart_delay() {
    if (facts_.restart_delay.empty()) return;
    const std::string longest = facts_.longest_delay.empty() ? "" : " " + facts_.longest_delay;
    files()[layout::restart_delay] = facts_.restart_delay + longest + " at-least";
  }

  bool has_end_script() const {
    const auto& all = draft_.relations;
    return std::any_of(all.begin(), all.end(),
                       [](const Relation& one) { return one.directive == "OnFailure"; });
  }

  // Without a limit in the unit, pauses grow instead, unless something waits for the failure.
  void set_start_limit() {
    if (facts_.burst.empty() && facts_.interval.empty() && !has_end_script()) return;
    const std::string interval = facts_.interval.empty() ? "10s" : facts_.interval;
    const std::string burst = facts_.burst.empty() ? "5" : facts_.burst;
    if (is_unlimited(interval) || burst == "0") return;
    files()[layout::max_restarts] = burst + " " + interval;
  }

  void set_timeouts() {
    const bool waits = facts_.type == "notify" || facts_.type == "notify-reload" ||
                       facts_.type == "forking" || facts_.type == "dbus";
    std::string start = facts_.start_timeout;
    if (start.empty() && waits) start = usual_timeout;
    if (!start.empty() && start != "infinity") files()[layout::timeout_start] = start;
    std::string stop = facts_.stop_timeout.empty() ? usual_timeout : facts_.stop_timeout;
    if (stop == "infinity") return;
    if (definition_.shape == Shape::oneshot) {
      if (!definition_.stop.empty() || !definition_.finish.empty())
        files()[layout::timeout_finish] = stop;
      return;
    }
    if (facts_.kills) files()[layout::timeout_kill] = stop;
    if (!definition_.stop.empty()) files()[layout::timeout_control] = stop;
  }

  void set_kill_mode() {
    if (definition_.shape != Shape::longrun) return;
    const std::string& mode = facts_.kill_mode;
    if (mode == "mixed") files()[layout::kill_mode] = "mixed";
    if (mode == "process" || mode == "none") files()[layout::kill_mode] = "process";
  }

  void set_reload() {
    if (definition_.reload.size() != 1) return;
    const std::string signal = signal_of_kill(definition_.reload.front());
    if (signal.empty()) return;
    definition_.reload.clear();
    // HUP, too, so that it can be seen that the service reloads.
    files()[layout::reload_signal] = signal;
  }

  void set_stop() {
    if (definition_.shape != Shape::oneshot) return;
    definition_.stop_oneshot = definition_.stop;
    for (Command& command : definition_.stop_oneshot) command.may_fail = true;
    definition_.stop_oneshot.insert(definition_.stop_oneshot.end(), definition_.finish.begin(),
                                    definition_.finish.end());
    definition_.stop.clear();
    definition_.finish.clear();
  }

  void add_conditions(const ConditionFacts& facts, const char* code) {
    auto& lines = definition_.conditions;
    for (const std::string& test : facts.all) {
      const bool compound = test.find(" && ") != test.npos && test.front() != '{';
      lines.push_back((compound ? "{ " + test + "; }" : test) + " || exit " + code);
    }
    if (facts.any.empty()) return;
    std::string line;
    for (const std::string& test : facts.any) line += (line.empty() ? "" : " || ") + test;
    lines.push_back((facts.any.size() > 1 ? "{ " + line + "; }" : line) + " || exit " + code);
  }

  void set_conditions() {
    add_conditions(draft_.conditions, "1");
    add_conditions(draft_.assertions, "255");
  }

  Draft& draft_;
  Definition& definition_;
  ServiceFacts& facts_;
  const std::string& logs_;
};

std::string owner_of(const SocketFacts& facts) {
  if (facts.user.empty() && facts.group.empty()) return {};
  const std::string user = facts.user.empty() ? "root" : facts.user;
  return " owner=" + user + (facts.group.empty() ? "" : ":" + facts.group);
}

// Options that the kind of the socket does not have are left out: systemd does so, too.
std::string line_of(const SocketFacts& facts, const std::string& name, const std::string& kind,
                    const std::string& address) {
  std::string line = name + " " + kind + " " + address;
  if (kind.starts_with("unix") || kind == "fifo") line += owner_of(facts);
  std::vector<std::string> options = facts.options;
  if (!facts.v6only.empty() && address.starts_with("[")) options.push_back(facts.v6only);
  for (const std::string& option : options)
    if (std::string longer = line;
        parse_listen_line(longer.append(" ").append(option)).fault.empty())
      line = longer;
  return line;
}

}  // namespace

void finish_socket(Draft& draft, const UnitName& socket) {
  SocketFacts& facts = draft.socket;
  const std::string name = facts.name.empty() ? socket.text() : facts.name;
  size_t number = 0;
  for (const auto& [kind, address] : facts.addresses) {
    const std::string own = ++number == 1 ? name : name + "." + std::to_string(number);
    const std::string line = line_of(facts, own, kind, address);
    const auto parsed = parse_listen_line(line);
    if (parsed.fault.empty())
      draft.definition.listen.push_back(line);
    else
      draft.definition.refusals.push_back(socket.text() + ": " + std::string(parsed.fault));
  }
  if (facts.accepts) {
    draft.definition.process.trigger = {"accept"};
    const std::string most = facts.most_connections.empty() ? "64" : facts.most_connections;
    draft.definition.process.trigger.insert(draft.definition.process.trigger.end(), {"-c", most});
    if (!facts.most_per_source.empty())
      draft.definition.process.trigger.insert(draft.definition.process.trigger.end(),
                                              {"-C", facts.most_per_source});
  }
  facts = {};
}

void finish_service(Draft& draft, const std::string& logs) { Life(draft, logs).finish(); }

void change_finding(Draft& draft, std::string_view key, Answer answer, const std::string& text) {
  for (Finding& finding : draft.findings)
    if (finding.assignment.key == key) {
      finding.answer = answer;
      finding.text = text;
    }
}

void add_notes(Draft& draft) {
  for (const Finding& finding : draft.findings) {
    const Assignment& given = finding.assignment;
    const std::string what = base_of(given.place.text()) + ": " + given.key + "=" + given.value;
    if (finding.answer == Answer::reported)
      draft.definition.notes.push_back(what + " is not honoured: " + finding.text);
    if (finding.answer == Answer::refused)
      draft.definition.refusals.push_back(what + " cannot be honoured: " + finding.text);
  }
}

}  // namespace stoker::importer
