// SPDX-License-Identifier: ISC
#include "sv/edit_effect.hh"

#include <algorithm>

#include "base/parse.hh"
#include "service/layout.hh"
#include "service/settings.hh"

namespace stoker {

namespace {

constexpr std::string_view of_starts[] = {
    layout::run,       layout::start,           layout::condition, layout::after_start,
    layout::listen,    layout::notification_fd, layout::type,      layout::notification_socket,
    layout::no_setsid, layout::watchdog,        layout::pid_file,  layout::guess_main};

std::string_view folder_of(std::string_view file) {
  const size_t slash = file.find('/');
  return {file.data(), slash == file.npos ? 0 : slash};
}

}  // namespace

Effect effect_of(std::string_view file) {
  const std::string_view folder = folder_of(file);
  if (file == layout::log) return Effect::logger_start;
  if (folder == layout::log) {
    file.remove_prefix(folder.size() + 1);
    return effect_of(file) == Effect::next_use ? Effect::next_use : Effect::logger_start;
  }
  if (folder == layout::control_scripts) return Effect::next_use;
  const bool known = folder.empty() && index_of_service_file(file) < service_file_names.size();
  const bool counts =
      std::find(std::begin(of_starts), std::end(of_starts), file) != std::end(of_starts);
  return known && !counts ? Effect::next_use : Effect::next_start;
}

bool is_script_name(std::string_view file) {
  const std::string_view folder = folder_of(file);
  if (!folder.empty()) file.remove_prefix(folder.size() + 1);
  if (folder == layout::control_scripts) return true;
  const size_t at = index_of_service_file(file);
  return at < service_file_names.size() && service_file_names[at].kind == FileKind::script;
}

}  // namespace stoker
