// SPDX-License-Identifier: ISC
// Services that are described by something else than unit files: which format a file has, and a
// reader for each.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "import/importer.hh"

namespace stoker::importer {

struct Foreign {
  const ImportSettings& settings;
  std::vector<Draft> drafts;
  std::vector<Problem> problems;

  // A new one, with its logger. The reference is good until the next call.
  Draft& add(const std::string& name, const std::string& source);
};

// Records what becomes of a line.
void record(Draft& draft, const Assignment& assignment, Answer answer, std::string_view text);
// Waits for a unit of this name, and starts it, too, if that is asked for.
void relate(Draft& draft, const std::string& directive, const std::string& unit,
            const Place& place);

// The unit for a service or facility that an init script names: `$network`, or OpenRC's `net`.
std::string unit_of(std::string_view name);

enum class Format { none, supervisord, procfile, init_script, openrc, s6_rc };
Format format_of(const std::string& path, std::string_view text);

// The text of the file, and its path. Each adds drafts and problems.
void read_supervisord(Foreign& foreign, std::string_view text, const std::string& path);
void read_procfile(Foreign& foreign, std::string_view text, const std::string& path);
void read_init_script(Foreign& foreign, std::string_view text, const std::string& path);
void read_openrc(Foreign& foreign, std::string_view text, const std::string& path);
// A source directory, of services and bundles.
void read_s6_rc(Foreign& foreign, const std::string& path);

// False if it is of no format that is known.
bool import_foreign(Foreign& foreign, const std::string& path);

}  // namespace stoker::importer
