// SPDX-License-Identifier: ISC
#include "sv/completion.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

std::string_view first_of(std::string_view text, size_t size) {
  return {text.data(), std::min(size, text.size())};
}

// What is before the mark, which is cut off with it; or all.
std::string_view cut_before(std::string_view& text, std::string_view mark) {
  const std::string_view part = first_of(text, text.find(mark));
  text.remove_prefix(std::min(part.size() + mark.size(), text.size()));
  return part;
}

// `spellings` is "-n, --lines lines", or "--cgroup[=path]", whose value is in the same word.
void take_spellings(std::string_view spellings, std::string_view meaning,
                    FunctionRef<void(const HelpOption&)> take) {
  std::string_view value;
  for (std::string_view rest = spellings, word = next_word(rest); !word.empty();
       word = next_word(rest))
    if (word.front() != '-') value = word;
  for (std::string_view rest = spellings, word = next_word(rest); !word.empty();
       word = next_word(rest))
    if (word.front() == '-') take({first_of(word, word.find_first_of(",[")), value, meaning});
}

WordKind kind_of_target(const Verb& verb) {
  if (includes(verb.goal, Goal::exited | Goal::as_wanted)) return WordKind::service;
  const bool starts = starts_something(verb), stops = stops_something(verb);
  if (starts) return stops ? WordKind::service : WordKind::stopped;
  return WordKind::running;
}

}  // namespace

void for_each_option(std::string_view help, FunctionRef<void(const HelpOption&)> take) {
  constexpr std::string_view indent = "  ";
  while (!help.empty()) {
    std::string_view line = cut_before(help, "\n");
    if (!has_prefix(line, "  -")) continue;
    line.remove_prefix(indent.size());
    const std::string_view spellings = cut_before(line, indent);
    take_spellings(spellings, trim(line), take);
  }
}

HelpOption find_option(std::string_view help, std::string_view name) {
  HelpOption found;
  for_each_option(help, [&](const HelpOption& option) {
    if (option.name == name) found = option;
  });
  return found;
}

void for_each_choice(std::string_view meaning, FunctionRef<void(std::string_view)> take) {
  meaning.remove_prefix(std::min(meaning.rfind(':') + 1, meaning.size()));
  while (!meaning.empty()) {
    std::string_view part = cut_before(meaning, ",");
    std::string_view word = next_word(part);
    if (word == "or") word = next_word(part);
    if (!word.empty()) take(word);
    const std::string_view other = next_word(part), last = next_word(part);
    if (other == "or" && !last.empty()) take(last);
  }
}

TypedLine read_typed(std::span<char*> words, std::string_view help) {
  TypedLine line{words.back(), {}, {}, {}};
  size_t count = 0;
  for (char* const given : words.first(words.size() - 1)) {
    const std::string_view word(given);
    const bool is_value = !line.option.empty();
    line.option = {};
    if (is_value) continue;
    if (line.only_names || !has_prefix(word, "-"))
      words[count++] = given;
    else if (word == "--")
      line.only_names = true;
    else if (!find_option(help, word).value.empty())
      line.option = word;
  }
  line.names = words.first(count);
  const size_t equals = line.word.find('=');
  if (line.only_names || !has_prefix(line.word, "--") || equals == line.word.npos) return line;
  line.option = first_of(line.word, equals);
  line.beginning = first_of(line.word, equals + 1);
  line.word.remove_prefix(equals + 1);
  return line;
}

WordKind kind_of_word(const Verb& verb, size_t count) {
  switch (verb.job) {
  case VerbJob::act: return kind_of_target(verb);
  case VerbJob::wait: return count == 0 ? WordKind::awaited : WordKind::service;
  case VerbJob::enable: return WordKind::definition;
  case VerbJob::unmask: return WordKind::masked;
  case VerbJob::disable: return WordKind::linked;
  case VerbJob::log:
  case VerbJob::attach: return WordKind::logged;
  case VerbJob::isolate: return WordKind::group;
  case VerbJob::set:
    if (count == 0) return WordKind::service;
    return count == 1 ? WordKind::group_setting : WordKind::other;
  case VerbJob::edit: return count == 0 ? WordKind::service : WordKind::service_file;
  case VerbJob::emit:
  case VerbJob::create:
  case VerbJob::run:
  case VerbJob::complete: return WordKind::other;
  case VerbJob::status:
  case VerbJob::list:
  case VerbJob::events:
  case VerbJob::upgrade:
  case VerbJob::health:
  case VerbJob::lint:
  case VerbJob::history:
  case VerbJob::mask:
  case VerbJob::metrics:
  case VerbJob::reset:
  case VerbJob::tree:
  case VerbJob::graph:
  case VerbJob::blame:
  case VerbJob::chain:
  case VerbJob::plot:
  case VerbJob::top:
  case VerbJob::show:
  case VerbJob::cat: return WordKind::service;
  }
  return WordKind::other;
}

}  // namespace stoker
