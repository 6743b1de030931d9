// SPDX-License-Identifier: ISC
// A tree whose services wait for others.
#pragma once
#include <fcntl.h>

#include <algorithm>
#include <map>

#include "base/file.hh"
#include "tree.hh"

namespace stoker::test {

// File names and their text.
using Files = std::map<std::string, std::string>;

inline std::vector<std::string> sorted(std::vector<std::string> list) {
  std::sort(list.begin(), list.end());
  return list;
}

inline bool comes_before(const std::vector<std::string>& said, std::string_view first,
                         std::string_view second) {
  return std::find(said.begin(), said.end(), first) < std::find(said.begin(), said.end(), second);
}

struct OrderedTree : Tree {
  // A service that says "NAME up" and then is ready; on TERM it says "NAME down".
  // `files`: what its directory has besides.
  void add(const std::string& name, const Files& files = {}) { add(name, ready_speaker, files); }
  // `run` is ready when it notifies its supervisor. svscan sees all of the directory at once.
  void add(const std::string& name, const std::string& run, const Files& files) {
    const bool is_there = box.exists("scan/" + name);
    const std::string place = (is_there ? "scan/" : "made/") + name;
    box.write(place + "/notification-fd", "3");
    for (const auto& [file, text] : files) box.write(place + "/" + file, text);
    box.script(place + "/run", run);
    if (!is_there) box.move(place, "scan/" + name);
  }
  // Says "NAME up", and, when it is let(), "NAME ready"; then it is ready.
  void add_slow(const std::string& name, const Files& files = {}) {
    add(name,
        "name=${PWD##*/}; echo $name up >$EVENTS; read o <$BOX/" + gate(name) +
            "; echo $name ready >$EVENTS; echo >&3; exec $SERVE '' \"TERM=$name down!0\"",
        files);
  }
  // Says "NAME up", and, on TERM, "NAME stops"; it ends when it is let().
  void add_lingering(const std::string& name, const Files& files = {}) {
    add(name,
        "name=${PWD##*/}; exec $SELF part service $EVENTS $BOX/" + gate(name) +
            " \"$name up\" ready \"TERM=$name stops?0\"",
        files);
  }
  // A oneshot: says "NAME start", and, when it is undone, "NAME undone".
  void add_oneshot(const std::string& name, const Files& files = {}) {
    put(name, files);
    box.script("scan/" + name + "/start", "echo ${PWD##*/} start >$EVENTS");
    box.script("scan/" + name + "/stop", "echo ${PWD##*/} undone >$EVENTS");
  }
  void put(const std::string& name, const Files& files) {
    for (const auto& [file, text] : files) box.write("scan/" + name + "/" + file, text);
  }
  void let(const std::string& name) { gates_.at(name).say("go"); }

  Process start(const Argv& words = {"scan"}) { return Tree::start(words); }
  StatusFile await(State state, const std::string& name) {
    return box.await(state, "scan/" + name);
  }
  StatusFile await(State state, Reason reason, const std::string& name) {
    return box.await(
        [=](const StatusFile& now) {
          return now.main_status.state == state && now.main_status.reason == reason;
        },
        name + " does not become " + std::string(word(state)) + " because of " +
            std::string(word(reason)),
        "scan/" + name);
  }
  void control(std::string_view letters, const std::string& name) {
    box.await_supervisor("scan/" + name);
    box.control(letters, "scan/" + name);
  }
  void tell_svscan(std::string_view letters) {
    box.wait_for([this] { return box.exists("scan/.svscan/control"); }, "no control FIFO");
    const Fd fifo = open_write(AT_FDCWD, box.path("scan/.svscan/control").c_str());
    REQUIRE(write_all(fifo.get(), letters));
  }
  // The next events, in the order in which they come.
  std::vector<std::string> said(size_t count) {
    std::vector<std::string> all;
    while (all.size() < count) all.push_back(box.event());
    return all;
  }
  // Ends the tree, and gives what is said until then.
  std::vector<std::string> end(const Process& scanner) {
    scanner.signal(SIGTERM);
    CHECK(scanner.wait() == 0);
    std::vector<std::string> all;
    while (const auto event = box.event_within(0s)) all.push_back(*event);
    return all;
  }

 private:
  std::string gate(const std::string& name) {
    gates_.try_emplace(name, box.path(name + ".gate"));
    return name + ".gate";
  }
  std::map<std::string, Channel> gates_;
};

}  // namespace stoker::test
