// SPDX-License-Identifier: ISC
#include "client/waiting.hh"

#include <cerrno>

#include "base/report.hh"

namespace stoker {

namespace {

using Found = Probe::Found;
using Stage = Awaited::Stage;
using Trouble = Awaited::Trouble;

}  // namespace

WaitRun::WaitRun(const WaitOptions& wait_options, const Places& places,
                 std::span<char* const> names)
    : wait_options_(wait_options),
      places_(places),
      awaited_(names.size()),
      poll_set_(names.size()) {
  if (!awaited_) die_errno({"unable to allocate memory"});
  for (size_t at = 0; at < names.size(); ++at) begin(awaited_.all()[at], names[at]);
}

WaitRun::Result WaitRun::run() {
  while (!settled()) {
    poll_set_.begin();
    for (Awaited& awaited : awaited_.all())
      if (awaited.stage != Stage::hopeless) poll_set_.add(awaited.handle);
    poll_set_.sleep(wait_options_.deadline);
    for (Awaited& awaited : awaited_.all()) {
      if (settled()) break;
      if (awaited.stage != Stage::hopeless && poll_set_.has_changed(awaited.handle))
        advance(awaited);
    }
    if (const int signal = poll_set_.interrupted()) die_after(signal);
    if (!settled() && now() >= wait_options_.deadline) return time_out();
  }
  const bool good = wait_options_.any ? reached_ > 0 : hopeless_ == 0;
  return good ? Result::reached : Result::hopeless;
}

// What is known of them may come from events.
WaitRun::Result WaitRun::time_out() {
  for (Awaited& awaited : awaited_.all())
    if (awaited.stage == Stage::awaited && !awaited.reached)
      awaited.probe = probe_again(awaited.handle, places_);
  return Result::timed_out;
}

bool WaitRun::settled() const {
  const size_t count = awaited_.all().size();
  if (wait_options_.any) return reached_ > 0 || hopeless_ == count;
  if (hopeless_ > 0 && !wait_options_.keep_going) return true;
  return reached_ + hopeless_ == count;
}

void WaitRun::die_after(int signal) {
  for (Awaited& awaited : awaited_.all()) awaited.handle.listener.reset();
  die_by(signal);
}

void WaitRun::begin(Awaited& awaited, const char* name) {
  awaited.handle.name = name;
  awaited.handle.poll_only = poll_set_.poll_only();
  {
    const Fd service = open_service(places_, name);
    if (!service) {
      awaited.error = errno;
      return give_up(awaited, Trouble::no_service);
    }
    awaited.handle.state = open_state(places_, name, service.get());
  }
  awaited.probe = probe_again(awaited.handle, places_);
  if (awaited.probe.found == Found::supervised && awaited.probe.status.native)
    listen_to(awaited.handle);
  if (awaited.probe.found == Found::supervised) return advance(awaited);
  awaited.stage = Stage::requested;
  plan_probe(awaited.handle, now());
  await_supervisor(awaited);
}

// A svscan that has only been started may not watch the directory yet.
void WaitRun::await_supervisor(Awaited& awaited) {
  if (awaited.asked) return;
  awaited.asked = wait_options_.requests_supervisor &&
                  request_supervisor(awaited.handle, places_, awaited.probe);
  if (!awaited.asked && (!is_unsupervised(awaited.probe) || now() >= wait_options_.patience))
    give_up(awaited, Trouble::no_supervisor);
}

void WaitRun::advance(Awaited& awaited) {
  hear(awaited);
  if (settled() || awaited.stage == Stage::hopeless) return;
  awaited.probe = probe_again(awaited.handle, places_);
  plan_probe(awaited.handle, now());
  if (awaited.probe.found == Found::supervised) {
    awaited.stage = Stage::awaited;
    awaited.progression.see(awaited.probe.status);
    update(awaited);
  } else if (awaited.stage == Stage::awaited) {
    lose(awaited);
  } else {
    await_supervisor(awaited);
  }
}

// Takes the events one by one, so that a state that lasts only for a moment counts too.
void WaitRun::hear(Awaited& awaited) {
  const auto over = [&] { return settled() || awaited.stage == Stage::hopeless; };
  while (const char letter = over() ? '\0' : next_letter(awaited.handle)) {
    const bool must_look = awaited.progression.hear(letter);
    update(awaited);
    if (over() || !must_look) continue;
    awaited.probe = probe_again(awaited.handle, places_);
    if (awaited.probe.found != Found::supervised) continue;
    awaited.progression.see(awaited.probe.status);
    update(awaited);
  }
}

// The supervisor has exited. A service that it left down stays down.
void WaitRun::lose(Awaited& awaited) {
  if (wait_options_.requests_supervisor &&
      request_supervisor(awaited.handle, places_, awaited.probe)) {
    awaited.stage = Stage::requested;
    awaited.asked = true;
    return;
  }
  awaited.handle.listener.reset();
  awaited.handle.next_probe = never;
  const Await what = wait_options_.await;
  const bool stays = what == Await::down || what == Await::really_down || what == Await::finished;
  if (!awaited.reached || !stays) give_up(awaited, Trouble::no_supervisor);
}

void WaitRun::update(Awaited& awaited) {
  const bool reached = awaited.progression.reached(wait_options_.await);
  if (reached && !awaited.reached) ++reached_;
  if (!reached && awaited.reached) --reached_;
  awaited.reached = reached;
  if (!awaited.progression.hopeless(wait_options_.await)) return;
  // An event does not say why.
  const Probe latest = probe_again(awaited.handle, places_);
  if (latest.found == Found::supervised) awaited.probe = latest;
  give_up(awaited, Trouble::failed);
}

void WaitRun::give_up(Awaited& awaited, Trouble why) {
  if (awaited.reached) --reached_;
  awaited.reached = false;
  awaited.stage = Stage::hopeless;
  awaited.trouble = why;
  awaited.handle.listener.reset();
  ++hopeless_;
}

}  // namespace stoker
