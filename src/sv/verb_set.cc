// SPDX-License-Identifier: ISC
// sv set: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/control_group.hh"
#include "base/report.hh"
#include "client/trouble.hh"
#include "service/control_group.hh"
#include "service/group_tree.hh"
#include "service/layout.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr mode_t directory_mode = 0755;

struct Setting {
  const char* service;
  const char* file;
  Text<1000> value;
};

// One value, as `sv set web cpu.max 50000 100000` has it.
Setting setting_of(std::span<char* const> words) {
  Setting setting{words[0], words[1], {}};
  for (const char* const word : words.subspan(2))
    setting.value.append(setting.value.empty() ? "" : " ", word);
  return setting;
}

// A file of a controller is there once that is enabled for the groups of services.
bool write_value(int group, const Setting& setting) {
  const GroupLine line = group_line(setting.value);
  if (write_group_file(group, setting.file, line)) return true;
  if (errno != ENOENT) return false;
  const std::string_view file(setting.file);
  const Text<64> enable("+", std::string_view(file.data(), file.find('.')));
  const Fd tree = open_directory(group, "..");
  if (tree && write_group_file(tree.get(), group_file::enabled, enable))
    return write_group_file(group, setting.file, line);
  if (errno == ENOENT) errno = ENODEV;
  return false;
}

// For the next start. It is there as a whole, or not at all.
bool keep_value(int service, const Setting& setting) {
  const PathText path(layout::cgroup, "/", setting.file), fresh(layout::cgroup, "/.", setting.file);
  if (mkdirat(service, layout::cgroup, directory_mode) != 0 && errno != EEXIST) return false;
  const Fd file = open_fresh(service, fresh.c_str(), layout::file_mode);
  return file && write_all(file.get(), setting.value) && write_all(file.get(), "\n") &&
         renameat(service, fresh.c_str(), service, path.c_str()) == 0;
}

class Setter {
 public:
  Setter(const Setting& setting, Page& page) : setting_(setting), page_(page) {}

  bool set(const Places& places, int service, bool keep);
  bool fail(Words why);

 private:
  bool change(int group);
  bool keep(int service);

  const Setting& setting_;
  Page& page_;
};

bool Setter::fail(Words why) {
  page_.append("fail: ", setting_.service, ": ");
  for (const std::string_view word : why) page_.append(word);
  page_.append("\n");
  return false;
}

bool Setter::change(int group) {
  if (write_value(group, setting_)) return true;
  const int error = errno;
  return fail({"unable to set ", setting_.file, " to ", setting_.value, ": ",
               group_error_text(error), group_remedy(error)});
}

bool Setter::keep(int service) {
  if (keep_value(service, setting_)) return true;
  return fail({"unable to write ", layout::cgroup, "/", setting_.file, ": ", error_text(errno)});
}

// What the kernel refuses is not kept.
bool Setter::set(const Places& places, int service, bool keeps) {
  const Probe probe = probe_service(places, setting_.service, service);
  const bool runs = probe.found == Probe::Found::supervised && probe.status.has_group;
  const Fd state = runs ? open_state(places, setting_.service, service) : Fd();
  const Fd group = state ? open_directory(state.get(), layout::group) : Fd();
  if (!group && !keeps)
    return fail({"it has no control group now; start it with a directory ", layout::cgroup,
                 ", or use --keep"});
  if (group && !change(group.get())) return false;
  if (keeps && !keep(service)) return false;
  page_.append("ok: ", setting_.service, ": ", setting_.file, " ", setting_.value.view(),
               group ? "" : ", from the next start on", "\n");
  return true;
}

}  // namespace

int set(const Invocation& how, const Places& places, std::span<char* const> words,
        Printer& printer) {
  if (words.size() < 3)
    die({"set needs a service, a file such as memory.max, and a value"}, exit_fatal);
  const Setting setting = setting_of(words);
  if (!is_group_setting(setting.file))
    die({setting.file, " is no setting of a control group, as memory.max is"}, exit_fatal);
  if (setting.value.truncated()) die({"the value is too long"}, exit_fatal);
  Setter setter(setting, printer.page);
  const Fd service = open_service(places, setting.service);
  if (!service) append_no_service(printer.page, places, setting.service);
  const bool done = service && setter.set(places, service.get(), how.keep);
  printer.flush();
  return exit_code(done ? 0 : 1);
}

}  // namespace stoker
