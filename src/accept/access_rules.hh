// SPDX-License-Identifier: ISC
// Rules about clients, kept as a directory in the form of ipsvd or of s6. They are read for each
// connection, so that a change needs no signal.
#pragma once
#include <array>
#include <optional>

#include "accept/child_environment.hh"
#include "accept/connection_log.hh"
#include "accept/rule_names.hh"
#include "accept/served_client.hh"
#include "accept/server_settings.hh"
#include "base/fd.hh"
#include "base/report.hh"

namespace stoker {

// What was decided about a client. Its texts are valid until the next decision.
struct ClientVerdict {
  Admission admission = Admission::started;
  std::array<const char*, 5> command{};     // to be executed instead of the program
  std::optional<unsigned> limit_of_client;  // in place of the usual one, with a message
  Text<ServerSettings::longest_message> message;
  PathText rule;                  // the file that was followed; empty: none
  std::string_view instructions;  // its contents
};

class AccessRules {
 public:
  // `path`: null if there are none.
  explicit AccessRules(const char* path) : path_(path) {}

  explicit operator bool() const { return path_ != nullptr; }

  // Decides about a client, and changes the environment of its program. A client about whom rules
  // cannot be read is denied.
  void decide(const ServedClient& client, ChildEnvironment& environment, ClientVerdict& verdict);

 private:
  bool follow_file(const ServedClient& client, int directory, const char* name);
  bool follow_directory(int rules, const char* name);
  void follow_instructions(const ServedClient& client, int directory, bool forwarded);
  void forward(const ServedClient& client, int directory, std::string_view file);
  void apply_environment(int directory);
  void execute(std::initializer_list<const char*> words);
  std::optional<std::string_view> read_contents(int directory, const char* name);
  void deny_errno(Words what);
  void deny() { verdict_->admission = Admission::denied; }

  const char* path_;
  ChildEnvironment* environment_ = nullptr;  // of the client that is decided about
  ClientVerdict* verdict_ = nullptr;
  Complaint complaint_;
  size_t used_ = 0;
  std::array<char, 8192> contents_{};
};

}  // namespace stoker
