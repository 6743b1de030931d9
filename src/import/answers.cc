// SPDX-License-Identifier: ISC
#include "import/answers.hh"

#include <algorithm>

#include "base/json.hh"
#include "import/lines.hh"

namespace stoker::importer {

namespace {

std::string json_text(std::string_view text) {
  std::string result = "\"";
  escape_json(text, [&](std::string_view piece) { result += piece; });
  return result + "\"";
}

std::string json_pair(std::string_view key, std::string_view value) {
  return json_text(key) + ": " + json_text(value);
}

std::string json_number(std::string_view key, size_t number) {
  return json_text(key) + ": " + std::to_string(number);
}

std::string json_of(const Finding& finding) {
  const Assignment& given = finding.assignment;
  return "{" + json_pair("file", given.place.file) + ", " + json_number("line", given.place.line) +
         ", " + json_pair("section", given.section) + ", " + json_pair("key", given.key) + ", " +
         json_pair("value", given.value) + ", " + json_pair("answer", word(finding.answer)) + ", " +
         json_pair("text", finding.text) + "}";
}

std::string json_of(const Draft& draft) {
  std::string text = "{" + json_pair("name", draft.definition.name) + ", " +
                     json_pair("source", draft.definition.source) + ", \"directives\": [";
  bool first = true;
  for (const Finding& finding : draft.findings) {
    text += (first ? "\n  " : ",\n  ") + json_of(finding);
    first = false;
  }
  return text + "]}";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for_each_line(text, [&](std::string_view line, unsigned) { lines.push_back(line); });
  return lines;
}

using Table = std::vector<std::vector<size_t>>;

// The length of the longest common subsequence from each pair of lines on.
Table common_lengths(const std::vector<std::string_view>& before,
                     const std::vector<std::string_view>& after) {
  Table table(before.size() + 1, std::vector<size_t>(after.size() + 1, 0));
  for (size_t one = before.size(); one-- > 0;)
    for (size_t other = after.size(); other-- > 0;)
      table[one][other] = before[one] == after[other]
                              ? table[one + 1][other + 1] + 1
                              : std::max(table[one + 1][other], table[one][other + 1]);
  return table;
}

}  // namespace

void Sums::add(const Draft& draft) {
  for (const Finding& finding : draft.findings) switch (finding.answer) {
    case Answer::honoured: ++honoured; break;
    case Answer::harmless: ++harmless; break;
    case Answer::reported: ++reported; break;
    case Answer::refused: ++refused; break;
    }
}

std::string_view word(Answer answer) {
  switch (answer) {
  case Answer::honoured: return "honoured";
  case Answer::harmless: return "harmless";
  case Answer::reported: return "reported";
  case Answer::refused: break;
  }
  return "refused";
}

std::string explanation(const Draft& draft) {
  std::string text;
  for (const Finding& finding : draft.findings) {
    const Assignment& given = finding.assignment;
    text += given.place.text() + ": " + given.key + "=" + given.value + ": " +
            std::string(word(finding.answer)) + ": " + finding.text + "\n";
  }
  return text;
}

std::string sum_line(const Sums& sums) {
  return std::to_string(sums.all()) + " directives: " + std::to_string(sums.honoured) +
         " honoured, " + std::to_string(sums.harmless) + " harmless, " +
         std::to_string(sums.reported) + " reported, " + std::to_string(sums.refused) +
         " refused\n";
}

std::string json_of(const std::vector<Draft>& drafts) {
  std::string text = "{\"services\": [";
  Sums sums;
  bool first = true;
  for (const Draft& draft : drafts) {
    sums.add(draft);
    text += (first ? "\n " : ",\n ") + json_of(draft);
    first = false;
  }
  return text + "],\n " + json_number("honoured", sums.honoured) + ", " +
         json_number("harmless", sums.harmless) + ", " + json_number("reported", sums.reported) +
         ", " + json_number("refused", sums.refused) + "}\n";
}

std::string difference(std::string_view before, std::string_view after) {
  const auto old = lines_of(before), fresh = lines_of(after);
  const Table common = common_lengths(old, fresh);
  std::string text;
  size_t one = 0, other = 0;
  const auto show = [&text](char sign, std::string_view line) {
    text += sign + std::string(line) + "\n";
  };
  while (one < old.size() || other < fresh.size()) {
    if (one < old.size() && other < fresh.size() && old[one] == fresh[other]) {
      show(' ', old[one++]);
      ++other;
    } else if (one < old.size() &&
               (other == fresh.size() || common[one + 1][other] >= common[one][other + 1])) {
      show('-', old[one++]);
    } else {
      show('+', fresh[other++]);
    }
  }
  return text;
}

}  // namespace stoker::importer
