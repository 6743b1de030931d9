// SPDX-License-Identifier: ISC
// Whether a service that is ready still does its work: the script `health` is run now and then.
#pragma once
#include <sys/types.h>

#include <optional>

#include "base/clock.hh"
#include "base/mapped_object.hh"
#include "service/health.hh"
#include "service/settings.hh"
#include "supervise/scripts.hh"

namespace stoker {

// What is remembered between two runs of the script; a successor continues with it.
struct HealthRecord {
  HealthStatus status;
  Moment due = never;  // when the script is to be run next
  Moment begun = 0s;   // when it was run
  pid_t pid = 0;       // of the script that runs; 0: none
  uint64_t start_time = 0;

  bool operator==(const HealthRecord&) const = default;
};

enum class HealthChange : uint8_t { nothing, healthy, unhealthy };

// Pure: notes how the script has ended, of which `limit` failures in a row mean that the service
// is unhealthy.
HealthChange note_result(HealthStatus& status, HealthResult result, uint32_t limit);
HealthResult result_of(int wait_status, bool was_late);
// Pure: when a script that was run at `begun` is to be run again.
Moment next_run(Moment begun, Moment period, Moment now);

class Health {
 public:
  Health(Scripts& scripts, ServiceSettings& settings) : scripts_(scripts), settings_(settings) {}

  // The service has become ready, or is no longer.
  void begin(Moment now);
  void end();
  // It is ready, and the directory has been looked at.
  void follow(Moment now);
  // A predecessor that knew of no such script has left the service.
  void begin_late(Moment now);
  // A predecessor has run it last. What that left running is killed.
  void take_over(const HealthRecord& record, Moment now);

  Moment deadline() const { return record_ ? record_->due : never; }
  // The process that the script is about.
  struct Subject {
    pid_t pid = 0;
    bool paused = false;
  };
  // Runs the script if that is due, unless the process is paused.
  // `in_child` is called in the new process, and must call note_process().
  void turn(Moment now, const Subject& subject, FunctionRef<void()> in_child);
  void note_process(pid_t pid);
  // The script has ended.
  HealthChange take(const Scripts::Outcome& outcome, Moment now);

  // As long as the service is ready, and there is such a script.
  HealthRecord record() const { return record_ ? *record_ : HealthRecord{}; }

 private:
  void arm(Moment now);
  void start(Moment now, pid_t target, FunctionRef<void()> in_child);

  Scripts& scripts_;
  ServiceSettings& settings_;
  MappedObject<HealthRecord> record_;
};

}  // namespace stoker
