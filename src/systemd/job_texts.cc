// SPDX-License-Identifier: ISC
#include "systemd/job_texts.hh"

#include "base/file.hh"
#include "service/layout.hh"

namespace stoker::systemd {

namespace {

struct Because {
  std::string_view result, text;
};
constexpr Because causes[] = {
    {"exit-code", " because the control process exited with error code."},
    {"signal", " because a fatal signal was delivered to the control process."},
    {"core-dump", " because a fatal signal made the control process dump core."},
    {"timeout", " because a timeout was exceeded."},
    {"watchdog", " because the service did not report in time that it is alive."},
    {"resources", " because of unavailable resources or another system error."},
    {"start-limit-hit", " because the service exited too often in a short time."},
    {"protocol", " because it is not known how the service ended."},
};

std::string_view cause_of(const Job& job) {
  const std::string_view result = result_of(job.probe.status);
  for (const Because& cause : causes)
    if (cause.result == result) return cause.text;
  return ".";
}

void append_hint(Text<1000>& text, std::string_view unit) {
  text.append("\nSee \"systemctl status ", unit, "\" and \"journalctl -xeu ", unit,
              "\" for details.");
}

}  // namespace

Text<1000> failure_text(const Job& job, std::string_view shown, std::string_view services) {
  const std::string_view unit = job.unit;
  Text<1000> text("Job for ", unit, " failed");
  switch (job.result) {
  case Job::Result::dependency:
    text = Text<1000>("A dependency job for ", unit, " failed. See \"systemctl status ", unit,
                      "\" for details.");
    return text;
  case Job::Result::timeout: text = Text<1000>("Job for ", unit, " timed out: it goes on."); break;
  case Job::Result::refused: return Text<1000>("Failed to ", shown, " ", unit, ": Access denied");
  case Job::Result::unsupervised:
    return Text<1000>("Failed to ", shown, " ", unit, ": it has no supervisor: does svscan watch ",
                      services, "?");
  case Job::Result::failed: text.append(cause_of(job)); break;
  case Job::Result::pending:
  case Job::Result::done: return {};
  }
  append_hint(text, unit);
  return text;
}

bool can_reload(int service) {
  return exists(service, "control/l") || exists(service, "control/h") ||
         exists(service, layout::reload_signal) || exists(service, layout::notify_reload);
}

}  // namespace stoker::systemd
