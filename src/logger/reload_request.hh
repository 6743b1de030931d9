// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// SIGHUP asks for a reload of the configuration. A batch under way still refers to the one it
// began with, and only one such can be kept: so there is at most one reload during a batch.
class ReloadRequest {
 public:
  void request() { wanted_ = true; }

  // Is a reload to be done now?
  bool take(bool batch_under_way) {
    if (!wanted_ || !allowed_) return false;
    wanted_ = false;
    allowed_ = !batch_under_way;
    return true;
  }

  void batch_ended() { allowed_ = true; }

 private:
  bool wanted_ = false, allowed_ = true;
};

}  // namespace stoker
