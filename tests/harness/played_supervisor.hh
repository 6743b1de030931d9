// SPDX-License-Identifier: ISC
// A supervisor and its service, without processes: what supervise(8) does about the order, as
// service/order.hh has it.
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>

#include "plan/part.hh"

namespace stoker::test {

// What it knows survives its death, as the saved state does.
struct Played {
  State state = State::down;
  Want want = Want::down;
  Reason reason = Reason::none;
  OrderState order;
  bool has_files = false;  // it names others
  bool alive = true;       // the supervisor
  bool present = true;     // in the scan directory
  bool published = false;  // what it is now, as a status
  bool reported = false;   // … to svscan
  bool ends = false;       // after TERM
  bool fails = false;      // its next start
  uint8_t supervisor = 1;  // which, so that late reports can be told apart
  uint8_t run = 0;         // which process; 0: none
  uint8_t runs = 0;
  bool moved = false;  // another process than its first is the service
  uint16_t echo = 0;   // that is owed

  bool is_active() const { return stoker::is_active(state); }
  ServiceFacts facts() const {
    const pid_t pid = run != 0 && moved ? run + 8 : run;
    return {
        .state = state, .want = want, .reason = reason, .order = order, .run = pid, .number = run};
  }

  // Letters; a word is '\1' and itself. T stands for TERM.
  void obey(std::string_view bytes) {
    bool in_order = false, alone = false;
    for (size_t i = 0; i < bytes.size() && bytes[i] != 0; ++i) {
      const char byte = bytes[i];
      if (byte == '\1') {
        obey_word(static_cast<OrderWord>(bytes[++i]));
      } else if (byte == '>' || byte == '<') {
        (byte == '>' ? in_order : alone) = true;
      } else {
        obey_letter(byte, in_order && may_be_asked(), alone);
        in_order = alone = false;
      }
    }
  }

  // The service by itself: it becomes ready or has stopped, or dies.
  bool can_proceed() const {
    return state == State::starting || state == State::stopping || state == State::up;
  }
  void proceed() {
    if (state == State::stopping) return end_stop();
    if (std::exchange(fails, false)) return become(State::failed, Reason::start_failed);
    if (state == State::starting) {
      run = runs = static_cast<uint8_t>(1 + runs % 3);
      moved = false;
    }
    become(State::ready, reason);
  }
  void die() {
    run = 0;
    begin(false);
  }
  // MAINPID.
  void move_main() {
    moved = true;
    reported = false;
  }
  void kill_supervisor() {
    supervisor = static_cast<uint8_t>(1 + supervisor % 3);
    reported = false;
    echo = 0;
  }

 private:
  bool may_be_asked() const { return state == State::starting || is_up(state); }

  void become(State next, Reason why) {
    state = next;
    reason = why;
    if (state == State::down || state == State::failed) order.released = false;
    if (!is_active()) run = 0;
    reported = false;
  }
  // Starts, or is held; `by_command`: it was asked for.
  void begin(bool by_command) {
    order.ordered = has_files;
    const bool holds = has_files && !order.released;
    if (holds && by_command) order.asked = Asked::start;
    become(holds ? State::held : State::starting, Reason::none);
  }
  void end_stop() {
    run = 0;
    if (!ends && want == Want::up) return begin(false);
    alive = !ends;
    become(State::down, Reason::stopped);
  }
  void stop() {
    if (may_be_asked()) return become(State::stopping, reason);
    if (state == State::held || state == State::failed) become(State::down, Reason::stopped);
  }

  void obey_letter(char letter, bool in_order, bool alone) {
    reported = false;
    if (in_order) {
      order.asked = letter == 'd' ? Asked::stop : Asked::restart;
      return;
    }
    order.alone = alone;
    if (letter == 'T') return end();
    if (ends) return;
    if (letter == 'u') return start();
    if (letter == 'd') want = Want::down;
    if (letter == 'd' || order.asked != Asked::start) order.asked = Asked::nothing;
    if (letter == 'd' || may_be_asked()) stop();
  }
  void end() {
    ends = true;
    want = Want::exit;
    is_active() ? become(State::stopping, reason) : end_stop();
  }
  void start() {
    want = Want::up;
    if (order.asked == Asked::stop) order.asked = Asked::nothing;
    if (order.alone) order.released = true;
    if (state == State::held) order.asked = Asked::start;
    if (state == State::down || state == State::failed || (order.alone && state == State::held))
      begin(true);
  }

  void obey_word(OrderWord word) {
    reported = false;
    if (ends) return;
    switch (word) {
    case OrderWord::go: return go();
    case OrderWord::release: return release();
    case OrderWord::hold: return hold();
    case OrderWord::revoke: order.released = false; return;
    case OrderWord::cycle:
      if (state == State::held) become(State::failed, Reason::cycle);
      return;
    case OrderWord::blocked:
      if (state == State::held) reason = Reason::need_failed;
      return;
    case OrderWord::waiting:
      if (state == State::held) reason = Reason::none;
      return;
    }
  }
  void go() {
    if (order.asked == Asked::stop) return obey_letter('d', false, false);
    if (order.asked == Asked::restart) obey_letter('r', false, false);
  }
  void release() {
    if (state == State::down || state == State::failed || want != Want::up) return;
    order.released = true;
    if (order.asked == Asked::start) order.asked = Asked::nothing;
    if (state == State::held) begin(false);
  }
  void hold() {
    if (order.asked == Asked::stop) return go();
    order.asked = Asked::nothing;
    if (state == State::down || state == State::failed) return;
    order.released = false;
    if (may_be_asked()) become(State::stopping, reason);
  }
};

}  // namespace stoker::test
