// SPDX-License-Identifier: ISC
// What tests share that count the starts of a service whose supervisor is killed.
#pragma once
#include <algorithm>

#include "sandbox.hh"

namespace stoker::test {

// Whose run writes a line to $BOX/started.
inline size_t starts(const Sandbox& box) {
  const std::string text = box.read("started");
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Waits until the service is up and its program runs.
inline StatusFile settled(Sandbox& box, const std::string& service = "sv/one") {
  const StatusFile now = box.await(
      [](const StatusFile& status) {
        return status.main_status.state == State::ready &&
               (!status.has_log || status.log_status.state == State::ready);
      },
      "it does not run", service);
  box.wait_for([&] { return proc_status(now.main.pid, "Name") == "sleep"; }, "no program");
  return now;
}

}  // namespace stoker::test
