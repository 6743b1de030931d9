// SPDX-License-Identifier: ISC
// The Makefile reads the version from here. Released is 0.1.0; between it and this version, the
// state of 0.2.0 has been recorded (tests/fixtures/state), but not released.
#pragma once

namespace stoker {

constexpr char version[] = "0.3.0";

}  // namespace stoker
