// SPDX-License-Identifier: ISC
#include "scan/scanner.hh"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "base/stack.hh"
#include "scan/kept_sockets.hh"
#include "scan/log_pipes.hh"
#include "scan/other_scanner.hh"
#include "scan/table.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

enum { from_control, from_shown_control, from_watch, from_title, from_keeper, first_foreign };

template <typename Element>
std::span<Element> require_table(size_t count) {
  const std::span<Element> table = make_table<Element>(count);
  if (table.empty()) die_errno({"unable to get memory for the services"});
  return table;
}

bool asks_to_end(int number) { return number == SIGTERM || number == SIGINT || number == SIGQUIT; }

bool is_caught(int number) {
  switch (number) {
  case SIGCHLD:
  case SIGALRM:
  case SIGHUP:
  case SIGINT:
  case SIGQUIT:
  case SIGTERM:
  case SIGUSR1:
  case SIGUSR2:
  case SIGWINCH:
#ifdef SIGPWR
  case SIGPWR:
#endif
  case SIGPIPE:
  case SIGTTOU: return true;
  default: break;
  }
  return first_realtime_signal() != 0 && number == first_realtime_signal() + 3;
}

}  // namespace

// --- Set-up -----------------------------------------------------------------

void Scanner::set_up(char** argv) {
  if (!occupy_standard_descriptors())
    die_errno({"unable to open /dev/null"}, tree_.personality.trouble);
  seal_descriptors();
  shutdown_.set_up_main();
  listen();
  tree_.environment.set_up(options_);
  supervisors_.set_up(argv[0]);
  upgrade_.set_up(argv);
  tree_.directory.set_state_root(tree_.environment.state_root());
  tree_.directory.open();
  tree_.open_files.raise();
  make_tables();
  open_state();
  if (!upgrade_.resumed() && getpid() != 1) refuse_other_scanner(tree_);
  if (options_.title != nullptr) tree_.title.begin(options_.title, upgrade_.resumed());
  tree_.groups.set_up(options_, tree_.state.control_write());
  supervisors_.read_logger();
  // Processes that lose their parent come to us, as they would to process 1.
  adopt_orphans();
  shutdown_.plan(upgrade_.resumed());
  if (!upgrade_.resumed()) ready_fd_ = options_.ready_fd;
}

void Scanner::listen() {
  const auto& wanted = options_.signals.heard();
  const bool is_job = shutdown_.main().has_terminal();
  catch_signals_if([&wanted, is_job](int number) {
    return is_caught(number) || wanted.has(number) || (is_job && number == SIGTSTP);
  });
}

void Scanner::make_tables() {
  const size_t most = options_.most;
  tree_.roster = Roster(require_table<Entry>(most), require_table<uint32_t>(most),
                        require_table<uint32_t>(most));
  polls_ = require_table<pollfd>(most + first_foreign);
}

// Where there is no place for a control FIFO, the tree runs without.
void Scanner::open_state() {
  const int trouble = tree_.personality.trouble, directory = tree_.directory.fd();
  ScanState& state = tree_.state;
  if (state.open_directory(directory, tree_.environment.state_root())) {
    upgrade_.resume();
    if (!state.has_control()) state.open_control(trouble);
    tree_.kept.open(state.directory());
  }
  if (state.has_control()) return;
  if (directory >= 0)
    warn_errno(
        {"unable to make ", layout::scan_state, "/", layout::control, ", continuing without it"});
  state.use_pipe(trouble);
}

// --- The loop ---------------------------------------------------------------

std::span<pollfd> Scanner::fill_polls() {
  polls_[from_control] = {tree_.state.control_read(), POLLIN, 0};
  polls_[from_shown_control] = {tree_.state.shown_read(), POLLIN, 0};
  polls_[from_watch] = {tree_.directory.watch_fd(), POLLIN, 0};
  polls_[from_title] = {tree_.title.fd(), POLLIN, 0};
  polls_[from_keeper] = {tree_.kept.fd(), POLLIN, 0};
  const size_t foreign = supervisors_.takeover().fill_polls(polls_.subspan(first_foreign));
  return polls_.first(first_foreign + foreign);
}

Moment Scanner::deadline() const {
  const Moment work = std::min(tree_.directory.deadline(), supervisors_.deadline());
  return std::min({supervisors_.is_stopping() ? never : work, supervisors_.takeover().check_time(),
                   shutdown_.deadline(), tree_.title.deadline(), order_.deadline()});
}

int Scanner::run() {
  // The supervisors are looked for first, so that they are known should this be the end. The
  // signals of children that ended while we became this program went to the one before.
  if (getpid() != 1 || upgrade_.resumed()) supervisors_.expect_strays();
  if (upgrade_.resumed())
    tree_.state.look_after(tree_.directory.fd(), tree_.environment.state_root());
  scan();
  tree_.kept.unpack(tree_.roster);
  reap_all();
  while (!abandon_code_ && !shutdown_.is_over()) {
    if (tree_.directory.is_due() && !supervisors_.is_stopping()) scan();
    report_ready();
    shutdown_.proceed();
    if (shutdown_.is_over()) break;
    upgrade_.proceed();
    turn();
  }
  if (abandon_code_) return *abandon_code_;
  const int code = shutdown_.finish();
  tree_.groups.remove(tree_.state.control_write());
  return code;
}

// Here it never dies.
void Scanner::turn() {
  order_.proceed(now());
  const std::span<pollfd> fds = fill_polls();
  if (!supervisors_.is_stopping()) give_back_stack();  // else the next death needs it again
  wait_until(fds, deadline());
  take_signals();
  // Before the death of who has sent it.
  if (fds[from_keeper].revents != 0) tree_.kept.receive(tree_.roster);
  reap_all();
  supervisors_.check_foreign();
  for (const int from : {from_control, from_shown_control})
    if (fds[from].revents != 0)
      ScanState::read_commands(fds[from].fd, [this](const ScanCommand& command) { obey(command); });
  if (fds[from_watch].revents != 0) read_watch();
  const Moment time = now();
  if (time >= tree_.directory.deadline()) tree_.directory.request_scan();
  supervisors_.proceed(time);
  if (fds[from_title].revents != 0 || time >= tree_.title.deadline()) tree_.title.turn(time);
}

void Scanner::scan() {
  if (tree_.directory.scan(supervisors_.suite())) supervisors_.act_on_all();
}

void Scanner::read_watch() {
  const bool lists = !supervisors_.is_stopping() && !supervisors_.suite().is_used();
  if (Entry* const entry = tree_.directory.read_watch(lists)) supervisors_.act(*entry, now());
  if (tree_.directory.take_state_loss()) supervisors_.look_after_removal();
}

// Once, when everything the first scan found has been started.
void Scanner::report_ready() {
  if (ready_fd_ < 0 || !supervisors_.has_acted()) return;
  if (!write_all(ready_fd_, "\n")) tree_.complaint.warn_errno({"unable to report readiness"});
  Fd(std::exchange(ready_fd_, -1)).reset();
}

// --- Signals ----------------------------------------------------------------

void Scanner::take_signals() {
  while (const int number = next_signal())
    if (number == SIGCHLD)
      shutdown_.look_at_main();
    else if (number != SIGPIPE && !run_hook(number))
      obey(number);
}

// .svscan/SIGNAME in place of what the signal does otherwise.
bool Scanner::run_hook(int signal) {
  if (signal_name(signal).empty()) return false;
  const Text<32> path("./", layout::scan_state, "/SIG", signal_name(signal));
  if (!tree_.directory.has_hook(path.c_str())) return false;
  const char* const argv[] = {path.c_str(), nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = tree_.environment.entries(),
                               .program = path.c_str(),
                               .directory = tree_.directory.fd()});
  if (child.pid >= 0 && child.error == 0) return true;
  if (child.pid >= 0) errno = child.error;
  warn_errno({"unable to run ", path});
  return false;
}

void Scanner::obey(int signal) {
  const bool abandons = tree_.personality.abandons && getpid() != 1;
  if (abandons && signal == SIGHUP) return abandon(SIGTERM, exit_trouble);
  if (abandons && (signal == SIGTERM || signal == SIGINT)) return abandon(0, 0);
  const SignalMap::Meaning meaning = options_.signals.meaning_of(signal, shutdown_.has_main());
  if (meaning.own == SIGTSTP) return shutdown_.main().stop();
  if (meaning.own == SIGALRM || meaning.own == SIGHUP) look_at_all();
  if (meaning.stops) return shutdown_.request(signal, meaning.deliver);
  const MainProcess& main = shutdown_.main();
  if (meaning.deliver == 0 || !main.runs()) return;
  asks_to_end(meaning.deliver) ? main.ask_to_end(meaning.deliver) : main.signal(meaning.deliver);
}

void Scanner::look_at_all() {
  tree_.directory.request_scan();
  supervisors_.look_after();
  if (!supervisors_.suite().is_used()) order_.look_at_files();
}

// As runsvdir does: exits at once and waits for no supervisor.
void Scanner::abandon(int signal, int code) {
  if (signal != 0) supervisors_.signal_all(signal);
  abandon_code_ = code;
}

// --- Deaths and commands ----------------------------------------------------

void Scanner::reap_all() {
  const Moment time = now();
  while (const auto death = reap())
    if (!supervisors_.take(*death, time) && !shutdown_.take(*death) && !upgrade_.take(*death))
      orphan_deaths_.note(*death);
}

void Scanner::obey(const ScanCommand& command) {
  switch (command.letter) {
  case scan_letter::rescan:
  case scan_letter::reload: return look_at_all();
  case scan_letter::terminate: return shutdown_.request(SIGTERM, 0);
  case scan_letter::interrupt: return shutdown_.request(SIGINT, 0);
  case scan_letter::quit: return shutdown_.request(SIGQUIT, 0);
  case scan_letter::upgrade: return upgrade_.request();
  default:
    if (Entry* const entry = tree_.roster.find(command.supervisor)) obey(*entry, command);
    return;
  }
}

void Scanner::obey(Entry& supervisor, const ScanCommand& command) {
  switch (command.letter) {
  case scan_letter::tell: return orphan_deaths_.answer(supervisor, command.other);
  case scan_letter::report:
    order_.take(supervisor, command);
    return shutdown_.take(supervisor, unpack_report(command.other));
  case scan_letter::order:
  case scan_letter::echo: return order_.take(supervisor, command);
  case scan_letter::settled_0_1: supervisor.settled = true; return;
  case scan_letter::ended_0_1: return shutdown_.take_end(supervisor, unpack_report(command.other));
  case scan_letter::detach: return close_write_end(supervisor);
  case scan_letter::run:
    supervisor.runs[0] = command.other;
    return order_.take(supervisor, command);
  case scan_letter::grouped: return tree_.groups.note_use();
  case scan_letter::log_run: supervisor.runs[1] = command.other; return;
  default: return;
  }
}

}  // namespace stoker
