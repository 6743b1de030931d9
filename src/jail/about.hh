// SPDX-License-Identifier: ISC
#pragma once
#include "base/about.hh"

namespace stoker {

extern const About jail_about;

}  // namespace stoker
