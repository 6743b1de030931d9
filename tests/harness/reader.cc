// SPDX-License-Identifier: ISC
#include "reader.hh"

#include "base/tai64n.hh"

namespace stoker::test {

std::string label_at(int64_t second) {
  const Tai64n label{Tai64n::epoch + static_cast<uint64_t>(morning + second), 0};
  const auto digits = label.hex();
  return "@" + std::string(digits.data(), digits.size());
}

std::string said(int64_t second, const std::string& text) {
  return label_at(second) + " " + text + "\n";
}

std::string said_from_to(int64_t from, int64_t to) {
  std::string text;
  for (int64_t second = from; second <= to; ++second)
    text += said(second, "second " + std::to_string(second));
  return text;
}

std::string svlog(Sandbox& box, const Argv& arguments) {
  Argv argv = arguments;
  argv.insert(argv.begin(), "svlog");
  const Result result = box.run(argv, {.environment = {{"TZ", "UTC"}}});
  CHECK(result.err.empty());
  CHECK(result.code == 0);
  return result.out;
}

void await_shown(Sandbox& box, const Process& reader, const std::string& text) {
  box.wait_for([&] { return reader.out() == text; }, "the reader does not show it");
}

std::string messages(const std::string& text) {
  std::string rest;
  for (const std::string& line : lines_of(text))
    rest += line.substr(line.find(' ', line.find(' ') + 1) + 1) + "\n";
  return rest;
}

std::vector<std::string> values(const std::string& json, const std::string& field) {
  std::vector<std::string> found;
  const std::string key = "\"" + field + "\":\"";
  for (const std::string& line : lines_of(json)) {
    const size_t start = line.find(key) + key.size();
    found.push_back(line.substr(start, line.find('"', start) - start));
  }
  return found;
}

}  // namespace stoker::test
