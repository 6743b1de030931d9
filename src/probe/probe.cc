// SPDX-License-Identifier: ISC
// probe: do services answer? See probe(8).
#include <poll.h>

#include <algorithm>

#include "base/duration.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "probe/attempt.hh"

namespace stoker {

namespace {

constexpr About about{"probe [-q] [-t time] target ...",
                      "Exit 0 if all targets answer in time, and 1 if one does not.\n"
                      "  -q       print nothing\n"
                      "  -t time  how long to wait for all of them (default: 3s)\n"
                      "  tcp:ADDRESS:PORT, tcp:PORT, unix:PATH   accepts connections\n"
                      "  http://ADDRESS:PORT/PATH                answers 2xx or 3xx\n"
                      "  http+unix:PATH:/URL                     the same\n"
                      "  pid-file:PATH                           names a process that lives\n"
                      "  file:PATH, file:PATH,AGE                exists, and is no older\n"};

constexpr size_t most_targets = 32;
constexpr int exit_no = 1;

struct Probed {
  Target target;
  std::array<Attempt, 2> attempts;  // as many as it has addresses; one of a UNIX socket
  size_t count = 0;
  Finding file;  // of what needs none
};

std::span<Attempt> attempts_of(Probed& one) { return {one.attempts.data(), one.count}; }

Finding finding_of(Probed& one) {
  if (one.count == 0) return one.file;
  Finding first = one.attempts[0].finding();
  for (const Attempt& attempt : attempts_of(one)) {
    if (attempt.finding().kind == Finding::Kind::fine) return attempt.finding();
    if (attempt.is_pending()) first = {};
  }
  return first;
}

bool is_pending(Probed& one) { return finding_of(one).kind == Finding::Kind::pending; }

void begin(Probed& one) {
  const Target& target = one.target;
  if (target.kind == Target::Kind::file || target.kind == Target::Kind::pid_file) {
    one.file = examine_file(target);
    return;
  }
  const auto remotes = target.remotes();
  one.count = std::max<size_t>(remotes.size(), 1);
  for (size_t at = 0; at < one.count; ++at)
    one.attempts[at].begin(target, remotes.empty() ? nullptr : &remotes[at]);
}

// One that has answered is not waited for any more, nor is its other address.
void turn(std::span<Probed> all, Moment deadline) {
  std::array<pollfd, 2 * most_targets> polled;
  std::array<Attempt*, 2 * most_targets> whose;
  size_t size = 0;
  for (Probed& one : all)
    for (Attempt& attempt : attempts_of(one)) {
      if (!is_pending(one) || !attempt.is_pending()) continue;
      deadline = std::min(deadline, attempt.deadline());
      polled[size] = {attempt.fd(), attempt.events(), 0};
      whose[size++] = &attempt;
    }
  const auto left = std::max(Moment(0), deadline - now()) + 999us;
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
  poll(polled.data(), size, static_cast<int>(std::min<int64_t>(limit, 1'000'000)));
  const Moment time = now();
  for (size_t at = 0; at < size; ++at)
    if (polled[at].revents != 0 || time >= whose[at]->deadline()) whose[at]->turn();
}

Finding last_finding_of(Probed& one) {
  const Finding finding = finding_of(one);
  if (finding.kind != Finding::Kind::pending) return finding;
  for (const Attempt& attempt : attempts_of(one))
    if (attempt.is_pending()) return attempt.give_up();
  return finding;
}

void report(Probed& one, const Finding& finding) {
  const Digits code(finding.code);
  say("fail",
      {one.target.word, ": ", finding.why, finding.code != 0 ? " " : "",
       finding.code != 0 ? code.view() : std::string_view(), finding.error != 0 ? ": " : "",
       finding.error != 0 ? error_text(finding.error) : std::string_view(), "; ", finding.remedy});
}

struct Wanted {
  bool quiet = false;
  Moment timeout = 3s;
};

Wanted parse(Options& options) {
  Wanted wanted;
  while (const char letter = options.next()) {
    if (letter == 'q') {
      wanted.quiet = true;
      continue;
    }
    if (letter != 't') options.refuse(letter);
    const char* const value = options.required_value(letter);
    const auto time = parse_duration(value, 1s, 24h);
    if (!time || *time == 0s) die({"invalid time '", value, "': write 3s, say"}, exit_misuse);
    wanted.timeout = *time;
  }
  return wanted;
}

void take_target(const char* word, Target& into) {
  const auto target = parse_target(word);
  if (!target) die({"invalid target '", word, "': ", fault_of_target(word)}, exit_misuse);
  into = *target;
}

int probe(std::span<Probed> all, const Wanted& wanted) {
  const Moment deadline = now() + wanted.timeout;
  for (Probed& one : all) begin(one);
  while (std::ranges::any_of(all, is_pending) && now() < deadline) turn(all, deadline);
  int code = 0;
  for (Probed& one : all) {
    const Finding finding = last_finding_of(one);
    if (finding.kind == Finding::Kind::fine) continue;
    if (!wanted.quiet) report(one, finding);
    code = exit_no;
  }
  return code;
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"probe"});
  Options options(argc, argv, &about);
  const Wanted wanted = parse(options);
  const std::span words(options.arguments(), static_cast<size_t>(options.count()));
  if (words.empty()) usage(about.synopsis);
  if (words.size() > most_targets) die({"too many targets: at most 32"}, exit_misuse);
  std::array<Probed, most_targets> all;
  for (size_t at = 0; at < words.size(); ++at) take_target(words[at], all[at].target);
  return probe(std::span(all).first(words.size()), wanted);
}
