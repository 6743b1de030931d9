// SPDX-License-Identifier: ISC
// Which units are enabled: symbolic links in the directories of unit files, as the [Install]
// sections ask for them. They are those of systemd, so that its tools and Debian's agree with ours.
#pragma once
#include "base/list.hh"
#include "systemd/unit_file.hh"

namespace stoker::systemd {

// What an [Install] section asks for.
struct InstallWishes {
  static constexpr size_t most = 48;
  using Names = List<UnitName, most>;

  Names wanted_by, required_by, aliases, also;
  UnitName default_instance;

  bool is_empty() const {
    return wanted_by.empty() && required_by.empty() && aliases.empty() && default_instance.empty();
  }
};
// From a tidy text; names of other units are complete. Large.
void read_wishes(std::string_view text, std::string_view unit, InstallWishes& wishes);

// The words of `systemctl is-enabled`.
enum class FileState : uint8_t {
  enabled,
  enabled_runtime,
  linked,
  linked_runtime,
  alias,
  masked,
  masked_runtime,
  static_file,
  disabled,
  indirect,
  generated,
  transient,
  absent,  // there is no such file
};
std::string_view word(FileState state);
// Does is-enabled exit 0?
bool counts_as_enabled(FileState state);

FileState file_state(const Site& site, std::string_view unit);

struct InstallOptions {
  bool runtime = false;
  bool force = false;  // replace what is in the way
  bool quiet = false;
  std::string_view what = "enable unit";  // in messages
  // Called with each unit whose links may have changed, if it is there.
  FunctionRef<void(std::string_view)> touched{};
};

// How a command on unit files went. Messages have been printed.
enum class Outcome : uint8_t { done, no_section, failed };

// Each makes or removes links, prints a line for each, and follows Also=. `disable` goes by the
// names that the links have, so that it needs no file.
Outcome enable(const Site& site, std::string_view unit, const InstallOptions& options);
Outcome disable(const Site& site, std::string_view unit, const InstallOptions& options);
Outcome mask(const Site& site, std::string_view unit, const InstallOptions& options);
Outcome unmask(const Site& site, std::string_view unit, const InstallOptions& options);
// A link from TARGET.wants/ or TARGET.requires/.
Outcome add_dependency(const Site& site, std::string_view target, std::string_view folder,
                       std::string_view unit, const InstallOptions& options);
// Makes the link default.target.
Outcome set_default(const Site& site, std::string_view target, const InstallOptions& options);
// A link to a unit file elsewhere.
Outcome link_file(const Site& site, const char* path, const InstallOptions& options);

}  // namespace stoker::systemd
