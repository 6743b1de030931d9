// SPDX-License-Identifier: ISC
// The environment of what svscan starts.
#pragma once
#include "base/environment.hh"
#include "base/text.hh"
#include "scan/scan_options.hh"

namespace stoker {

class TreeEnvironment {
 public:
  // Dies where something is missing.
  void set_up(const ScanOptions& options);

  Environment& variables() { return variables_; }
  char* const* entries() const { return variables_.entries(); }
  // -S; null: state is kept inside the service directories.
  const char* state_root() const;

  // PWD is the scan directory for supervisors, and as it was inherited for the main process
  // and for a program that takes our place.
  void use_scan_directory() { variables_.set(pwd_.data()); }
  void use_inherited_directory();

 private:
  PathText absolute(std::string_view path) const;

  Environment variables_;
  Text<4200> pwd_, state_;  // entries
  char* inherited_pwd_ = nullptr;
};

}  // namespace stoker
