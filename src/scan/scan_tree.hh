// SPDX-License-Identifier: ISC
// What the parts of svscan share.
#pragma once
#include "base/report.hh"
#include "scan/kept_sockets.hh"
#include "scan/open_file_limit.hh"
#include "scan/roster.hh"
#include "scan/scan_directory.hh"
#include "scan/scan_options.hh"
#include "scan/scan_state.hh"
#include "scan/title_log.hh"
#include "scan/tree_environment.hh"
#include "scan/tree_groups.hh"

namespace stoker {

struct ScanTree {
  ScanTree(const ScanPersonality& kind, const ScanOptions& wanted)
      : personality(kind), options(wanted), directory(kind, wanted, roster, complaint) {}

  // The state directory of a service; empty where there is none yet.
  Fd state_of(const Entry& entry) const;

  const ScanPersonality& personality;
  const ScanOptions& options;
  Roster roster{{}, {}, {}};
  Complaint complaint;
  TreeEnvironment environment;
  OpenFileLimit open_files;
  ScanDirectory directory;
  ScanState state;
  KeptSockets kept;
  TitleLog title;
  TreeGroups groups;
};

}  // namespace stoker
