// SPDX-License-Identifier: ISC
#include "scan/tree_environment.hh"

#include <sys/stat.h>

#include <cerrno>

#include "base/report.hh"
#include "service/layout.hh"

namespace stoker {

PathText TreeEnvironment::absolute(std::string_view path) const {
  PathText whole;
  if (!path.starts_with('/')) {
    whole = logical_directory(variables_.get("PWD"));
    if (path != ".") whole.append("/");
  }
  if (path != ".") whole.append(path);
  return whole;
}

void TreeEnvironment::set_up(const ScanOptions& options) {
  if (!variables_.adopt_process()) die_errno({"unable to copy the environment"});
  pwd_.append("PWD=", absolute(options.directory).view());
  if (options.state_root != nullptr) {
    const PathText root = absolute(options.state_root);
    if (mkdir(root.c_str(), 0755) != 0 && errno != EEXIST)
      die_errno({"unable to create ", options.state_root});
    state_.append(layout::variable_state, "=", root.view());
    variables_.set(state_.data());
  }
  inherited_pwd_ = variables_.set(pwd_.data());
}

const char* TreeEnvironment::state_root() const {
  return state_.empty() ? nullptr : variables_.get(layout::variable_state);
}

void TreeEnvironment::use_inherited_directory() {
  if (inherited_pwd_ != nullptr) variables_.set(inherited_pwd_);
}

}  // namespace stoker
