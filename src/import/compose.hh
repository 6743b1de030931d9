// SPDX-License-Identifier: ISC
// What is decided when all unit files of a service have been read. Pure.
#pragma once
#include <string>

#include "import/draft.hh"

namespace stoker::importer {

// All of a socket unit has been read: adds its lines to listen.
void finish_socket(Draft& draft, const UnitName& socket);

// All has been read, but relations are not resolved. `logs`: where log directories are.
void finish_service(Draft& draft, const std::string& logs);

// Parts of it: the user, files and limits of processes; see compose_process.cc.
void finish_process(Draft& draft);

// The finding of a directive changes because of another one; nothing if it was not given.
void change_finding(Draft& draft, std::string_view key, Answer answer, const std::string& text);

// What is not honoured becomes comments, and what is refused a reason not to start.
void add_notes(Draft& draft);

}  // namespace stoker::importer
