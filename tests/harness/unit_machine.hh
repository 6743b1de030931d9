// SPDX-License-Identifier: ISC
#pragma once
#include <sys/stat.h>

#include "sandbox.hh"

namespace stoker::test {

// A machine with unit files, and a directory for services.
struct UnitMachine {
  Sandbox box;

  UnitMachine() {
    box.write("root/etc/passwd",
              "root:x:0:0::/root:/bin/sh\nweb:x:900:900::/var/lib/web:/bin/false\n");
    box.write("root/etc/group", "root:x:0:\nweb:x:900:\nssl:x:901:\n");
    box.write("root/etc/hostname", "host1\n");
    box.directory("sv");
  }

  void unit(const std::string& name, std::string_view text) {
    box.write("root/usr/lib/systemd/system/" + name, text);
  }

  Result import(Argv arguments) {
    Argv argv = {"stoker-import", "--root=root"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return box.run(argv);
  }

  // The directory of a service, with `*` for what is executable.
  std::string files(const std::string& service) {
    std::string text;
    add_files("sv/" + service, "", text);
    return text;
  }

 private:
  void add_files(const std::string& directory, const std::string& prefix, std::string& text) {
    for (const std::string& name : box.list(directory)) {
      const std::string path = directory + "/" + name;
      struct stat info {};
      REQUIRE(stat(box.path(path).c_str(), &info) == 0);
      if (name == ".stoker-import") continue;
      if (S_ISDIR(info.st_mode)) {
        add_files(path, prefix + name + "/", text);
        continue;
      }
      text += "== " + prefix + name + ((info.st_mode & 0111) != 0 ? " *\n" : "\n") + box.read(path);
    }
  }
};

}  // namespace stoker::test
