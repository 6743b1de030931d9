// SPDX-License-Identifier: ISC
#pragma once
#include "base/environment.hh"
#include "supervise/personality.hh"
#include "supervise/scanner_link.hh"
#include "supervise/service_directory.hh"
#include "supervise/sockets.hh"
#include "supervise/status_record.hh"

namespace stoker {

// What the service and its logger share; all of it is lent for good.
struct Shared {
  const Personality& personality;
  Environment& environment;
  const ScannerLink& scanner;
  StatusRecord& record;
  const ServiceDirectory& location;
  Sockets& sockets;  // of the service
};

}  // namespace stoker
