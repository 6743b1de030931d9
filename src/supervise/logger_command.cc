// SPDX-License-Identifier: ISC
#include "supervise/logger_command.hh"

#include <array>

#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

void LoggerCommand::set_up(const char* text, std::string_view name, StringArena& texts) {
  text_ = text;
  if (text == nullptr) return;
  constexpr std::string_view both = "2>&1 ";
  std::string_view command(text);
  takes_errors_ = has_prefix(command, both);
  if (takes_errors_) command.remove_prefix(both.size());
  split(command, name, texts);
}

// Whatever is in the name stays in its word.
void LoggerCommand::split(std::string_view command, std::string_view name, StringArena& texts) {
  Text<2000> words;  // each ended by a NUL
  std::array<size_t, 31> starts;
  size_t count = 0;
  for (bool in_word = false; !command.empty();) {
    const bool blank = command.front() == ' ', named = has_prefix(command, "%n");
    if (!blank && !in_word && count < starts.size()) starts[count++] = words.size();
    if (blank && in_word) words.append('\0');
    if (!blank) words.append(named ? name : std::string_view(command.data(), 1));
    in_word = !blank;
    command.remove_prefix(named ? 2 : 1);
  }
  const bool fits = !words.truncated() && count < starts.size();
  const char* const kept = fits ? texts.keep(words) : nullptr;
  auto** const argv = static_cast<const char**>(
      kept != nullptr ? texts.reserve((count + 1) * sizeof kept) : nullptr);
  if (argv == nullptr) return warn({"the logger's command is too long"});
  for (size_t i = 0; i < count; ++i) argv[i] = kept + starts[i];
  argv[count] = nullptr;
  if (count > 0) argv_ = argv;
}

}  // namespace stoker
