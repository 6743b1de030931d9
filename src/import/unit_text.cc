// SPDX-License-Identifier: ISC
#include "import/unit_text.hh"

#include <algorithm>

#include "base/parse.hh"
#include "import/lines.hh"

namespace stoker::importer {

namespace {

class Parser {
 public:
  explicit Parser(const std::string& file) { place_.file = file; }

  // A physical line; comments count as nothing, even between continued lines.
  void take(std::string_view line) {
    ++number_;
    const std::string_view text = without_leading_blanks(line);
    if (!text.empty() && (text.front() == '#' || text.front() == ';')) return;
    if (joined_.empty()) place_.line = number_;
    joined_ += text;
    if (!ends_in_escape(joined_)) return end_line();
    joined_.back() = ' ';
  }

  // What is left after the last line.
  UnitText end() {
    if (!joined_.empty()) end_line();
    return std::move(result_);
  }

 private:
  static std::string_view without_leading_blanks(std::string_view line) {
    const size_t start = line.find_first_not_of(" \t\r\f\v");
    return start == line.npos ? std::string_view() : line.substr(start);
  }

  // An even number of backslashes stands for themselves.
  static bool ends_in_escape(std::string_view line) {
    bool escaped = false;
    for (const char byte : line) escaped = !escaped && byte == '\\';
    return escaped;
  }

  void end_line() {
    const std::string line(trim(joined_));
    joined_.clear();
    if (line.empty()) return;
    if (line.front() == '[') return take_section(line);
    take_assignment(line);
  }

  void take_section(const std::string& line) {
    if (line.back() != ']') return complain("a section ends with a bracket");
    section_ = line.substr(1, line.size() - 2);
  }

  void take_assignment(const std::string& line) {
    const size_t sign = line.find('=');
    if (sign == line.npos) return complain("there is no “=”");
    if (section_.empty()) return complain("it is in no section");
    const std::string key(trim(std::string_view(line).substr(0, sign)));
    if (key.empty()) return complain("there is nothing before the “=”");
    result_.assignments.push_back(
        {section_, key, std::string(trim(std::string_view(line).substr(sign + 1))), place_});
  }

  void complain(const char* why) { result_.faults.push_back({place_, why}); }

  UnitText result_;
  Place place_;  // of the line that is being joined
  unsigned number_ = 0;
  std::string joined_, section_;
};

}  // namespace

std::string Place::text() const { return line == 0 ? file : file + ":" + std::to_string(line); }

UnitText parse_unit_text(std::string_view text, const std::string& file) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Parser parser(file);
  for_each_line(text, [&](std::string_view line, unsigned) { parser.take(line); });
  return parser.end();
}

}  // namespace stoker::importer
