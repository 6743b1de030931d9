// SPDX-License-Identifier: ISC
// How src/service uses FIFOs and files: the two ends of a state directory.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct StateDirectory {
  Sandbox box;
  Fd fd = open_directory(AT_FDCWD, box.path().c_str());
};

std::string letters_of(Listener& listener) {
  std::string letters;
  while (const char letter = listener.next()) letters += letter;
  return letters;
}

}  // namespace

TEST_CASE("a supervisor is running when its FIFO has a reader") {
  const StateDirectory state;
  CHECK(presence(state.fd.get()) == Presence::absent);
  CHECK(errno == ENOENT);
  REQUIRE(mkfifo(state.box.path("ok").c_str(), 0600) == 0);
  CHECK(presence(state.fd.get()) == Presence::absent);
  CHECK(errno == ENXIO);
  const Fd reader = open_read(AT_FDCWD, state.box.path("ok").c_str());
  CHECK(presence(state.fd.get()) == Presence::running);
}

TEST_CASE("letters reach only the reader of the control FIFO") {
  const StateDirectory state;
  REQUIRE(mkfifo(state.box.path("control").c_str(), 0600) == 0);
  CHECK_FALSE(send_letters(state.fd.get(), "u"));
  CHECK(errno == ENXIO);
  const Fd reader = open_read(AT_FDCWD, state.box.path("control").c_str());
  CHECK(send_letters(state.fd.get(), "du"));
  char bytes[8];
  CHECK(read(reader.get(), bytes, sizeof bytes) == 2);
  CHECK(std::string_view(bytes, 2) == "du");
}

TEST_CASE("a status that cannot be read gives the reason") {
  StateDirectory state;
  CHECK_FALSE(read_status(state.fd.get()));
  CHECK(errno == ENOENT);
  state.box.write("status", "short");
  CHECK_FALSE(read_status(state.fd.get()));
  CHECK(errno == EPROTO);
  StatusFile status;
  status.supervisor = 7;
  const auto bytes = encode(status);
  state.box.write("status", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  CHECK(read_status(state.fd.get()) == status);
}

TEST_CASE("every listener gets every letter, and leaves nothing behind") {
  const StateDirectory state;
  announce(state.fd.get(), "s");
  CHECK_FALSE(state.box.exists("event"));
  {
    auto one = Listener::subscribe(state.fd.get()), other = Listener::subscribe(state.fd.get());
    REQUIRE((one && other));
    CHECK(state.box.list("event").size() == 2);
    announce(state.fd.get(), "uU");
    announce(state.fd.get(), "d");
    CHECK(letters_of(*one) == "uUd");
    CHECK(letters_of(*other) == "uUd");
    CHECK(one->next() == 0);
  }
  CHECK_FALSE(state.box.exists("event"));
}

TEST_CASE("a listener that was killed is forgotten with the next event") {
  StateDirectory state;
  auto alive = Listener::subscribe(state.fd.get());
  REQUIRE(mkfifo(state.box.path("event/dead").c_str(), 0600) == 0);
  announce(state.fd.get(), "u");
  CHECK_FALSE(state.box.exists("event/dead"));
  CHECK(letters_of(*alive) == "u");
  alive.reset();
  state.box.directory("event");
  REQUIRE(mkfifo(state.box.path("event/dead").c_str(), 0600) == 0);
  announce(state.fd.get(), "d");
  CHECK_FALSE(state.box.exists("event"));
}

TEST_CASE("a listener that does not read never blocks the supervisor, nor the others") {
  const StateDirectory state;
  auto lazy = Listener::subscribe(state.fd.get()), busy = Listener::subscribe(state.fd.get());
  size_t heard = 0;
  for (int i = 0; i < 1100; ++i) {
    announce(state.fd.get(), std::string(100, 'u'));
    heard += letters_of(*busy).size();
  }
  CHECK(heard == 110000);
  const size_t kept = letters_of(*lazy).size();
  CHECK(kept > 0);
  CHECK(kept < 110000);
  announce(state.fd.get(), "d");
  CHECK(letters_of(*lazy) == "d");
}

TEST_CASE("a file in event/ that is not a FIFO is not written to for ever") {
  StateDirectory state;
  state.box.write("event/file", "");
  state.box.directory("event/directory");
  announce(state.fd.get(), "u");
  announce(state.fd.get(), "d");
  SUCCEED("it came back");
}

TEST_CASE("listening needs write permission for the state directory, and its lack is reported") {
  if (!can_be_root()) SKIP("needs root to become another user");
  Sandbox box;
  const std::string path = box.path();
  const auto listen = [&path] {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(2);
    const Fd directory = open_directory(AT_FDCWD, path.c_str());
    const bool refused = !Listener::subscribe(directory.get()) && errno == EACCES;
    _exit(refused ? 0 : 1);
  };
  CHECK(box.run({"true"}, {.in_child = listen}).code == 0);
}
