// SPDX-License-Identifier: ISC
// The Makefile reads the version from here.
#pragma once

namespace stoker {

constexpr char version[] = "0.1.0";

}  // namespace stoker
