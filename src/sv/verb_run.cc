// SPDX-License-Identifier: ISC
// sv run: see sv(8).
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/digest.hh"
#include "base/list.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/poll_set.hh"
#include "client/trouble.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "sv/sibling.hh"
#include "sv/sv.hh"
#include "sv/transient.hh"

namespace stoker {

namespace {

constexpr About about{"sv run [-d] [-u user] [-e var=value] [--name name] command ...", "", "8"};
constexpr size_t most_variables = 64;
// For the last lines, where what would mark their end was never written; for a supervisor's exit.
constexpr Moment last_lines = 2s, exit_limit = 10s;

struct RunRequest {
  NewService service;
  List<const char*, most_variables> variables;
  const char* name = nullptr;
  const char* ended = nullptr;  // --end: what has been, by its script `stop`
  bool detached = false;
};

void add_variable(RunRequest& request, const char* variable) {
  const size_t equals = std::string_view(variable).find('=');
  if (equals == std::string_view::npos || equals == 0)
    die({"-e: not of the form VAR=VALUE: ", variable}, exit_fatal);
  if (!request.variables.add(variable)) die({"-e: too many variables"}, exit_fatal);
}

const char* value_or_usage(Options& options) {
  const char* const value = options.value();
  if (value == nullptr) usage(about.synopsis);
  return value;
}

void read_request(std::span<char* const> words, RunRequest& request) {
  Options options(static_cast<int>(words.size()), const_cast<char**>(words.data()));
  while (const char option = options.next()) {
    const std::string_view name = options.name();
    if (option == 'd' || name == "detach")
      request.detached = true;
    else if (option == 'u' || name == "user")
      request.service.user = value_or_usage(options);
    else if (option == 'e' || name == "env")
      add_variable(request, value_or_usage(options));
    else if (name == "name")
      request.name = value_or_usage(options);
    else if (name == "end")
      request.ended = value_or_usage(options);
    else
      usage(about.synopsis);
  }
  if (request.ended != nullptr) return;
  request.service.command = words.last(static_cast<size_t>(options.count()));
  if (request.service.command.empty()) usage(about.synopsis);
  request.service.variables = request.variables.items();
}

bool is_plain(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '-' || byte == '.';
}

// "sleep-1234"
PathText name_of(const RunRequest& request) {
  if (request.name != nullptr) return PathText(request.name);
  PathText name;
  for (const char byte : std::string_view(base_name(request.service.command.front())))
    if (is_plain(byte) && (byte != '.' || !name.empty())) name.append(byte);
  return PathText(name.empty() ? std::string_view("run") : name.view(), "-", getpid());
}

// Different for each run: no output looks like it by accident.
RunMark fresh_mark() {
  Digest digest;
  digest.mix_number(static_cast<uint64_t>(now().count()));
  digest.mix_number(static_cast<uint64_t>(getpid()));
  return RunMark("<sv-run ", digest.value(), ">");
}

int code_of(const ServiceStatus& own) {
  if (own.signal != 0) return 128 + own.signal;
  return own.exit_code >= 0 ? own.exit_code : exit_trouble;
}

bool has_begun(const StatusFile& status) {
  const ServiceStatus& own = status.main_status;
  if (!status.native) return status.main.pid != 0;
  return own.starts > 0 || own.state == State::failed ||
         (own.state == State::down && own.reason != Reason::none);
}

bool has_ended(const StatusFile& status) {
  const State state = status.main_status.state;
  if (!has_begun(status)) return false;
  return status.native ? state == State::down || state == State::failed : status.main.pid == 0;
}

class TransientRun {
 public:
  TransientRun(const Invocation& how, const Places& places, TransientService& service,
               const RunMark& mark, Printer& printer)
      : how_(how), places_(places), service_(service), output_(mark), printer_(printer) {
    handle_.name = service.name().c_str();
  }
  ~TransientRun() { end_reader(); }
  TransientRun(const TransientRun&) = delete;
  TransientRun& operator=(const TransientRun&) = delete;

  // It runs, or has run. False after a message, or a signal that came before.
  bool begin();
  // Prints what it logs until it has ended; its exit code.
  int follow();
  int code() const { return code_; }

 private:
  bool fail(Words what);
  bool await(bool (*accept)(const StatusFile&));
  Probe look();
  bool begin_reader();
  void end_reader();
  void read_output();
  void stop();
  void note(const Probe& probe);

  const Invocation& how_;
  const Places& places_;
  TransientService& service_;
  RunOutput output_;
  Printer& printer_;
  ServiceHandle handle_;
  PollSet poll_set_{1};
  Fd pipe_;           // from the reader of the log
  pid_t reader_ = 0;  // 0: none
  bool asked_to_start_ = false, stopped_ = false;
  int code_ = exit_trouble;
  Moment deadline_ = never;
};

bool TransientRun::fail(Words what) {
  printer_.page.append("fail: ", service_.name(), ": ");
  for (const std::string_view word : what) printer_.page.append(word);
  printer_.page.append("\n");
  return false;
}

Probe TransientRun::look() {
  while (next_letter(handle_) != 0) continue;
  Probe probe = probe_again(handle_, places_);
  plan_probe(handle_, now());
  return probe;
}

// Of its supervisor, which may have to appear before.
bool TransientRun::await(bool (*accept)(const StatusFile&)) {
  const Moment deadline = deadline_of(how_);
  for (bool asked = false;;) {
    Probe probe = look();
    if (probe.found == Probe::Found::supervised && accept(probe.status)) return true;
    if (!asked) asked = request_supervisor(handle_, places_, probe);
    listen_to(handle_);
    if (now() >= deadline) return false;
    poll_set_.begin();
    poll_set_.add(handle_);
    poll_set_.sleep(deadline);
    if (const int signal = poll_set_.interrupted()) {
      stop();
      code_ = 128 + signal;
      if (!asked_to_start_) return false;
    }
  }
}

bool TransientRun::begin() {
  if (!service_.link()) return fail({"unable to link it: ", error_text(errno)});
  if (!await([](const StatusFile&) { return true; }))
    return !stopped_ &&
           fail({"no supervisor has appeared: does svscan watch ", places_.services, "?"});
  if (!send_letters(handle_.state.get(), "o"))
    return fail({"unable to write to its supervisor: ", error_text(errno)});
  asked_to_start_ = true;
  return await(has_begun) || fail({"it has not been started in time"});
}

// It gets no signals from the terminal: its last lines are still to come then.
bool TransientRun::begin_reader() {
  const PathText program = path_of_sibling(how_.argv0, "svlog"), log = service_.log_path();
  const char* const argv[] = {program.c_str(), "-f", "-n",        "1000000000", "-o",
                              "raw",           "--", log.c_str(), nullptr};
  Pipe pipe = make_pipe();
  if (!pipe) return fail({"unable to create a pipe: ", error_text(errno)});
  const Spawned spawned = spawn(
      {.argv = argv, .environment = environ, .standard_output = pipe.write.get(), .group = true});
  if (spawned.pid <= 0 || spawned.error != 0)
    return fail({"unable to run svlog: ", error_text(spawned.error)});
  reader_ = spawned.pid;
  pipe_ = std::move(pipe.read);
  return true;
}

void TransientRun::end_reader() {
  if (reader_ == 0) return;
  pipe_.reset();
  signal_process(reader_, SIGTERM);
  while (waitpid(reader_, nullptr, 0) < 0 && errno == EINTR) continue;
  reader_ = 0;
}

void TransientRun::read_output() {
  char buffer[16 * 1024];
  const ssize_t got = read(pipe_.get(), buffer, sizeof buffer);
  if (got == 0) pipe_.reset();
  if (got <= 0) return;
  output_.take({buffer, static_cast<size_t>(got)}, [this](std::string_view part) {
    printer_.page.append(part);
    printer_.make_room();
  });
  if (!printer_.flush()) stop();
}

// The second time, without grace.
void TransientRun::stop() {
  const char letters[] = {stopped_ ? letter::kill : letter::down, '\0'};
  if (handle_.state) static_cast<void>(send_letters(handle_.state.get(), letters));
  stopped_ = true;
}

// The mark may not come: its script may not have run.
void TransientRun::note(const Probe& probe) {
  const bool gone = probe.found != Probe::Found::supervised && !open_service(places_, handle_.name);
  const bool ended = probe.found == Probe::Found::supervised && has_ended(probe.status);
  if (ended) code_ = code_of(probe.status.main_status);
  if ((ended || gone) && deadline_ == never) deadline_ = now() + last_lines;
}

int TransientRun::follow() {
  if (!begin_reader()) return exit_trouble;
  code_ = exit_trouble;
  note(look());
  while (!output_.code() && now() < deadline_) {
    poll_set_.begin();
    poll_set_.add(handle_);
    poll_set_.add_input(pipe_ ? pipe_.get() : -1);
    poll_set_.sleep(deadline_);
    if (pipe_ && poll_set_.has_input()) read_output();
    if (poll_set_.has_changed(handle_)) note(look());
    if (poll_set_.interrupted() != 0) stop();
  }
  return output_.code().value_or(code_);
}

// By its script `stop`, which must not wait: its supervisor waits for it, and this for that.
int end_transient(const Places& places, const char* name) {
  Pipe pipe = make_pipe();
  const pid_t child = pipe ? fork() : -1;
  if (child != 0) {
    // What is left in the group of the script is killed when that ends.
    char none = 0;
    pipe.write.reset();
    return child > 0 && read(pipe.read.get(), &none, 1) == 0 ? 0 : exit_trouble;
  }
  setsid();
  pipe.write.reset();
  const Fd nothing = open_null();
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (dup2(nothing.get(), fd) < 0) _exit(exit_trouble);
  TransientService service(places, name);
  if (service.open() && service.lock(true)) service.remove(now() + exit_limit);
  _exit(0);
}

}  // namespace

int run(const Invocation& how, const Places& places, std::span<char* const> words,
        Printer& printer) {
  RunRequest request;
  read_request(words, request);
  if (request.ended != nullptr) return end_transient(places, request.ended);
  sweep_transient(places);
  TransientService service(places, name_of(request));
  if (service.name().view().find('/') != std::string_view::npos || service.name().empty() ||
      service.name().view().front() == '.')
    die({"--name: not the name of a service: ", service.name()}, exit_fatal);
  char here[4096];
  if (getcwd(here, sizeof here) != nullptr) request.service.directory = here;
  const RunMark mark = fresh_mark();
  const PathText self = path_of_sibling(how.argv0, "sv");
  int code = exit_trouble;
  if (service.make(request.service, mark, self.c_str(), printer.page)) {
    TransientRun following(how, places, service, mark, printer);
    const bool begun = following.begin();
    if (begun && request.detached) {
      printer.page.append(service.name(), "\n");
      printer.flush();
      return 0;
    }
    code = begun ? following.follow() : following.code();
    service.remove(now() + exit_limit);
  }
  printer.flush();
  return code;
}

}  // namespace stoker
