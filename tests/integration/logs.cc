// SPDX-License-Identifier: ISC
#include "logs.hh"

#include <sys/stat.h>

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
         << (name.front() == '@' ? "@LABEL" + name.substr(label_size) : name) << " ";
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

}  // namespace stoker::test
