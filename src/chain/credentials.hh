// SPDX-License-Identifier: ISC
// Secrets for the program, as files that only its user can read. See systemd.exec(5),
// "Credentials".
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace stoker {

struct Identity;

struct Credential {
  enum class Source { file, stored, text };
  Source source = Source::text;
  std::string_view id = {};       // the name of its file
  const char* content = nullptr;  // a path, or the text
};
// `ID:PATH`, or `ID` for one that is in a credential store, or in the credentials of our parent.
std::optional<Credential> parse_loaded_credential(const char* text);
// `ID:TEXT`
std::optional<Credential> parse_set_credential(const char* text);

// Reads them into memory; those of a store may be missing. Dies if a file cannot be read, or if
// there are more than a mebibyte.
void load_credentials(std::span<const Credential> credentials);

// Writes what was loaded into a directory for the owner, if given, and sets $CREDENTIALS_DIRECTORY
// to it. For root, that is a file system in memory of which no other program knows, and which
// disappears with the last process that has it. Without the rights for that, it is
// /run/credentials/NAME, or $XDG_RUNTIME_DIR/credentials/NAME for an ordinary user; `name` is that
// of a directory, and earlier contents are removed. Of several with the same id, files count more
// than texts, and the first file or text counts.
void store_credentials(std::string_view name, const Identity* owner);

// Mounts an empty file system in memory, which is never swapped, that only this process and its
// descendants see. False if that is not permitted, or not possible on this system.
[[nodiscard]] bool mount_for_us_only(const char* directory);
// Makes it read-only.
[[nodiscard]] bool seal_mount(const char* directory);

}  // namespace stoker
