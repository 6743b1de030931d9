// SPDX-License-Identifier: ISC
#include "logs.hh"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

namespace stoker::test {

namespace {

constexpr size_t label_size = 25;

}  // namespace

unsigned mode_of(const Sandbox& box, const std::string& name) {
  struct stat found {};
  REQUIRE(lstat(box.path(name).c_str(), &found) == 0);
  return found.st_mode & 07777;
}

std::vector<std::string> old_logs(const Sandbox& box, const std::string& directory) {
  std::vector<std::string> names;
  if (!box.exists(directory)) return names;
  for (const std::string& name : box.list(directory))
    if (name.front() == '@' && !name.ends_with(".t")) names.push_back(name);
  return names;
}

std::string logged(const Sandbox& box, const std::string& directory) {
  std::string text;
  for (const std::string& name : old_logs(box, directory)) text += box.read(directory + "/" + name);
  if (box.exists(directory + "/current")) text += box.read(directory + "/current");
  return text;
}

std::vector<std::string> picture(const Sandbox& box, const std::string& directory) {
  std::vector<std::string> lines;
  for (const std::string& name : box.list(directory)) {
    if (name == "config" || name == "lock") continue;
    const std::string path = directory + "/" + name, text = box.read(path);
    std::ostringstream line;
    line << std::oct << mode_of(box, path) << std::dec << " "
         << (name.front() == '@' && name.size() > label_size ? "@LABEL" + name.substr(label_size)
                                                             : name)
         << " ";
    if (text.size() < 200)
      line << text;
    else
      line << text.size() << " bytes, " << std::hash<std::string>()(text);
    lines.push_back(line.str());
  }
  return lines;
}

std::string numbered(int from, int to, size_t width) {
  std::string text;
  for (int number = from; number <= to; ++number) {
    std::string line = std::to_string(number);
    if (line.size() < width) line += std::string(width - line.size(), '.');
    text += line + "\n";
  }
  return text;
}

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string without_stamps(const std::string& text, size_t size) {
  std::string rest;
  for (const std::string& line : lines_of(text))
    rest += line.substr(std::min(size, line.size())) + "\n";
  return rest;
}

Process fed_logger(Sandbox& box, const Argv& argv) { return box.start(argv, {.fed = true}); }

bool leaves_lines_in_pipe(const std::string& program) {
  Sandbox box;
  Channel pipe = box.channel("pipe");
  pipe.say("whole");
  const Fd half = open_write(AT_FDCWD, pipe.path().c_str());
  REQUIRE(write_all(half.get(), "half"));
  const Process logger = box.start({"sh", "-c", "exec " + program + " ./logs <pipe"});
  await_logged(box, "logs", "whole\n");
  logger.signal(SIGKILL);
  logger.wait();
  int left = 0;
  REQUIRE(ioctl(half.get(), FIONREAD, &left) == 0);
  return left == 4;
}

void await_logged(Sandbox& box, const std::string& directory, const std::string& text) {
  box.wait_for([&] { return logged(box, directory) == text; }, "the log does not become: " + text);
}

void await_old_logs(Sandbox& box, const std::string& directory, size_t count) {
  const auto done = [&] {
    const auto names = old_logs(box, directory);
    return names.size() == count &&
           std::all_of(names.begin(), names.end(), [](auto& name) { return name.ends_with(".s"); });
  };
  box.wait_for(done, "there are not " + std::to_string(count) + " finished logs");
}

}  // namespace stoker::test
