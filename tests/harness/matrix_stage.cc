// SPDX-License-Identifier: ISC
// One tree of the matrix: its services, the commands to them, and the observations.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "control.hh"
#include "matrix.hh"

namespace stoker::test {

namespace {

namespace fs = std::filesystem;

// Writes down which signals it gets, and ends on TERM unless it is stubborn.
constexpr char service[] = R"(
for s in HUP INT QUIT ALRM USR1 USR2; do trap "echo $s >>said" $s; done
case $PWD in
*/wanted-*) trap 'echo TERM >>said' TERM ;;
*) trap 'echo TERM >>said; exit 0' TERM ;;
esac
exec 3<>hold
echo start >>said
while :; do read line <&3; done)";
constexpr char logger[] = "echo start >>said\nexec cat >/dev/null";
constexpr char control_script[] =
    "echo ${0##*/} >>scripts\ncase $PWD in */taken-*) exit 0 ;; esac\nexit 1";
constexpr char check_script[] = "case $PWD in */refusing-*) exit 1 ;; esac";
constexpr char finish[] = "echo \"finish $1 $2\" >>said; exec 3<>release; read line <&3";

bool is_down_at_first(const std::string& state) { return state == "down" || state == "once"; }
bool has_logger(const std::string& state) { return state == "log" || state == "piped"; }

std::string contents(const std::string& path) {
  const Fd file = open_read(AT_FDCWD, path.c_str());
  char bytes[4096];
  const ssize_t size = file ? read_all(file.get(), bytes) : -1;
  return size < 0 ? "(none)" : std::string(bytes, static_cast<size_t>(size));
}

bool has_supervisor(const std::string& directory) {
  return static_cast<bool>(open_write(AT_FDCWD, (directory + "/supervise/ok").c_str()));
}

void send(const std::string& directory, std::string_view letters) {
  const Fd control = open_write(AT_FDCWD, (directory + "/supervise/control").c_str());
  if (control) static_cast<void>(write_all(control.get(), letters));
}

// Names, kinds and modes of what is in a state directory. What runit has in it and
// daemontools has not, for monitors, is left out where it would be in the way, and so is what only
// we have.
std::string listing(const std::string& directory, bool runit) {
  std::vector<std::string> lines;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    struct stat facts {};
    const std::string name = entry.path().filename();
    if (lstat(entry.path().c_str(), &facts) != 0) continue;
    if (!runit && (name == "pid" || name == "stat")) continue;
    if (name == "history" || name == "history.old") continue;
    std::ostringstream line;
    line << name << (S_ISFIFO(facts.st_mode) ? ":p" : ":") << (S_ISDIR(facts.st_mode) ? "d" : "")
         << std::oct << (facts.st_mode & 07777);
    lines.push_back(line.str());
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : " ") + line;
  return all;
}

std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// The part of a status that does not change between runs.
std::string gist(const std::string& status, size_t size) {
  if (status.size() < size) return "short";
  const bool pid = status.substr(12, 4) != std::string(4, '\0');
  std::ostringstream text;
  text << (pid ? "pid" : "none");
  for (size_t at = 16; at < size; ++at) text << ' ' << std::hex << (status[at] & 0xff);
  return text.str();
}

std::string pid_of(const std::string& status) {
  unsigned pid = 0;
  for (size_t at = 15; at >= 12 && status.size() > 15; --at)
    pid = pid << 8 | static_cast<unsigned char>(status[at]);
  return pid == 0 ? "" : std::to_string(pid) + "\n";
}

}  // namespace

Stage::Stage(Sandbox& box, const Suite& suite, const Crew& crew)
    : box_(box), suite_(suite), crew_(crew), directory_(crew.name) {
  for (const Trial& trial : suite.trials)
    if (crew.everything || trial.verb.size() == 1) trials_.push_back(trial);
  const auto whose = [](bool ours, const std::string& program) {
    return ours ? program_directory() + "/" + program : genuine(program);
  };
  box_.link(whose(crew.our_scanner, suite.scanner), directory_ + "/bin/" + suite.scanner);
  box_.link(whose(crew.our_supervisor, suite.supervisor), directory_ + "/bin/" + suite.supervisor);
  box_.script(directory_ + "/service", std::string("#!/bin/sh") + service + "\n");
  box_.script(directory_ + "/logger", std::string("#!/bin/sh\n") + logger + "\n");
  box_.script(directory_ + "/finish", std::string("#!/bin/sh\n") + finish + "\n");
  box_.script(directory_ + "/control", std::string("#!/bin/sh\n") + control_script + "\n");
  box_.script(directory_ + "/check", std::string("#!/bin/sh\n") + check_script + "\n");
  box_.directory(directory_ + "/sv");
  for (const Trial& trial : trials_) make_service(trial);
}

void Stage::make_service(const Trial& trial) {
  const std::string place = file(trial.name());
  box_.link("../../service", place + "/run");
  // On a busy machine a test may take longer than the time that ours gives on `x`.
  for (const char* const limit : {"/timeout-kill", "/timeout-finish"})
    box_.write(place + limit, "0\n");
  for (const char* const fifo : {"/hold", "/release"})
    REQUIRE(mkfifo(box_.path(place + fifo).c_str(), 0600) == 0);
  if (is_down_at_first(trial.state)) box_.write(place + "/down", "");
  if (trial.state == "passing" || trial.state == "refusing")
    box_.link("../../check", place + "/check");
  if (trial.state == "custom" || trial.state == "taken")
    for (const char letter : std::string("utdkxpchao"))
      box_.link("../../../control", place + "/control/" + letter);
  if (trial.state == "finish") box_.link("../../finish", place + "/finish");
  if (has_logger(trial.state)) box_.link("../../../logger", place + "/log/run");
}

void Stage::begin() {
  scanner_ =
      box_.start({suite_.scanner, "sv"},
                 {.directory = directory_,
                  .environment = {{"PATH", box_.path(directory_ + "/bin") + ":/usr/bin:/bin"}}});
}

bool Stage::has_begun() const {
  return std::all_of(trials_.begin(), trials_.end(), [this](const Trial& trial) {
    const std::string place = box_.path(file(trial.name()));
    const auto runs = [](const std::string& directory) {
      return has_supervisor(directory) && contains(contents(directory + "/said"), "start");
    };
    if (is_down_at_first(trial.state)) return has_supervisor(place);
    return runs(place) && (!has_logger(trial.state) || runs(place + "/log"));
  });
}

void Stage::bring_into_states() {
  const std::map<std::string, std::string_view> letters = {
      {"paused", "p"}, {"wanted", "d"}, {"finish", "t"}, {"once", "o"}};
  for (const Trial& trial : trials_) {
    const auto found = letters.find(trial.state);
    if (found != letters.end()) send(box_.path(file(trial.name())), found->second);
  }
}

void Stage::release_finish() {
  for (const Trial& trial : trials_) {
    if (trial.state != "finish") continue;
    const Fd fifo(open(box_.path(file(trial.name()) + "/release").c_str(), O_RDWR | O_NONBLOCK));
    REQUIRE(write_all(fifo.get(), "\n"));
  }
}

std::string Stage::fingerprint() const {
  std::string all;
  for (const Trial& trial : trials_) {
    const std::string place = box_.path(file(trial.name()));
    all += contents(place + "/said") + contents(place + "/scripts") +
           contents(place + "/supervise/status").substr(0, 20);
    if (has_logger(trial.state))
      all +=
          contents(place + "/log/said") + contents(place + "/log/supervise/status").substr(0, 20);
  }
  return all;
}

// --- Clients ------------------------------------------------------------------

Process Stage::start_client(const std::string& program, Argv words) {
  const bool ours = crew_.our_clients;
  words.insert(words.begin(), ours ? program_directory() + "/" + program : genuine(program));
  return box_.start(words, {.directory = directory_ + "/sv",
                            .environment = {{"SVDIR", box_.path(directory_ + "/sv")}}});
}

Result Stage::finish_client(const Process& process) const {
  const int code = process.wait();
  return {code, process.out(), process.err()};
}

// One call for each verb, with the services in all states.
void Stage::begin_commands() {
  // Debian's runsvdir looks for dead supervisors now, and then not for five seconds, so that
  // sv sees which supervisors exit.
  if (suite_.scanner == "runsvdir") scanner_->signal(SIGALRM);
  std::map<std::string, Argv> names;
  for (const Trial& trial : trials_)
    names[trial.verb].push_back(trial.name() + (trial.state == "log" ? "/log" : ""));
  for (const auto& [verb, targets] : names) {
    Argv words = suite_.words(verb);
    words.insert(words.end(), targets.begin(), targets.end());
    commands_.emplace(verb, start_client(suite_.control, words));
  }
}

void Stage::end_commands() {
  for (const Trial& trial : trials_) cells_[trial.state + "/" + trial.verb + "/answer/said"] = "";
  for (const auto& [verb, process] : commands_) {
    const Result result = finish_client(process);
    cells_["all/" + verb + "/answer/code"] = std::to_string(result.code);
    cells_["all/" + verb + "/answer/err"] = result.err;
    note_lines("answer", "said", result);
  }
  commands_.clear();
}

// The line of each service goes into its cell. The rest of the status
// in the answer to a command depends on which was quicker, the supervisor or the client.
void Stage::note_lines(const std::string& when, const std::string& what, const Result& result) {
  std::istringstream lines(without_additions(steady(result.out)));
  for (std::string line; std::getline(lines, line);) {
    if (when == "answer") line = line.substr(0, line.find(" Ns"));
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      const size_t dash = word.find('-');
      if (dash == std::string::npos || word.back() != ':') continue;
      const bool of_log = word.ends_with("/log:");
      word.resize(word.size() - (of_log ? 5 : 1));
      std::string cell = word.substr(0, dash) + "/" + word.substr(dash + 1) + "/" + when + "/";
      if (of_log && !word.starts_with("log-")) cell += "log-";
      // The logger dies of HUP, and no client waits for the next one.
      if (cell == "log/h/answer/") line = line.substr(0, line.find(' '));
      cells_[cell + what] = line;
      break;
    }
  }
}

void Stage::ask_clients(const std::string& when) {
  Argv names, plain;
  for (const Trial& trial : trials_) {
    plain.push_back(trial.name());
    names.push_back(trial.name());
    if (has_logger(trial.state)) names.push_back(trial.name() + "/log");
  }
  const Process svstat = start_client("svstat", names);
  if (suite_.control == "sv") {
    plain.insert(plain.begin(), "status");
    const Process status = start_client("sv", plain);
    const Result result = finish_client(status);
    note_lines(when, "status", result);
    cells_["all/status/" + when + "/code"] = std::to_string(result.code);
    cells_["all/status/" + when + "/err"] = result.err;
  }
  const Result result = finish_client(svstat);
  note_lines(when, "svstat", result);
  cells_["all/svstat/" + when + "/code"] = std::to_string(result.code);
  cells_["all/svstat/" + when + "/err"] = result.err;
  const Trial& first = trials_.front();
  const Result ok = finish_client(start_client("svok", {first.name()}));
  cells_[first.state + "/" + first.verb + "/" + when + "/svok"] = std::to_string(ok.code) + ok.err;
}

// --- Files --------------------------------------------------------------------

void Stage::look_at(const Trial& trial, const std::string& when, const std::string& part) {
  const std::string place = box_.path(file(trial.name())) + part;
  const std::string state = place + "/supervise";
  const std::string cell =
      trial.state + "/" + trial.verb + "/" + when + "/" + (part.empty() ? "" : "log-");
  const std::string status = contents(state + "/status");
  const bool runit = suite_.control == "sv";
  cells_[cell + "got"] = in_one_line(contents(place + "/said"));
  cells_[cell + "scripts"] = in_one_line(contents(place + "/scripts"));
  cells_[cell + "bytes"] = gist(status, runit ? 20 : 18);
  cells_[cell + "files"] = listing(state, runit);
  cells_[cell + "supervised"] = has_supervisor(place) ? "yes" : "no";
  if (!runit) return;
  const std::string pid = contents(state + "/pid");
  cells_[cell + "stat"] = in_one_line(contents(state + "/stat"));
  cells_[cell + "pid"] = pid.empty() ? "empty" : pid == pid_of(status) ? "same" : "other";
}

void Stage::look_at_files(const std::string& when) {
  for (const Trial& trial : trials_) {
    look_at(trial, when, "");
    if (has_logger(trial.state)) look_at(trial, when, "/log");
  }
}

}  // namespace stoker::test
