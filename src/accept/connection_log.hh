// SPDX-License-Identifier: ISC
// What the server logs about connections with -v: a line for each event, in the words of the suite
// by whose name it was called; `accept` has those of ipsvd. Pure.
#pragma once
#include <sys/types.h>

#include <string_view>

#include "accept/connection_table.hh"
#include "accept/served_client.hh"
#include "accept/server_name.hh"
#include "base/text.hh"

namespace stoker {

// Why a program is started for a connection, or none.
enum class Admission : uint8_t { denied, started, executed };

struct ConnectionLogSettings {
  ServerName name = ServerName::accept;
  const char* local_host = nullptr;
  unsigned limit = 0, limit_of_client = 0;  // 0: none
};

struct LoggedStart {
  pid_t pid = 0;  // of the program; our own if there is none
  Admission admission = Admission::started;
  std::string_view rule;          // the file that was followed; empty: none
  std::string_view instructions;  // its contents, if they are to be shown
  unsigned limit_of_client = 0;   // as the rule changed it
};

// Collects lines that are written at once.
class ConnectionLog {
 public:
  explicit ConnectionLog(const ConnectionLogSettings& settings) : settings_(settings) {}

  // `count`: of the connections that are served then.
  void listening(const SocketEnd& local);
  void start(const ServedClient& client, const LoggedStart& start, size_t count);
  void end(const ServedConnection& connection, int status, size_t count);
  // `sent`: the signals that all programs are sent, may be empty.
  void signaled(int number, std::string_view sent, bool leaves);
  void exit();

  std::string_view text() const { return text_; }
  void clear() { text_.clear(); }

 private:
  template <typename... Parts>
  void line(const Parts&... parts);
  void status(size_t count);
  void end_line(const ServedConnection& connection, int status);
  void start_of_ipsvd(const ServedClient& client, const LoggedStart& start);
  void start_of_ucspi(const ServedClient& client, const LoggedStart& start);
  void start_of_s6(const ServedClient& client, const LoggedStart& start);

  const ConnectionLogSettings& settings_;
  Text<4000> text_;
};

}  // namespace stoker
