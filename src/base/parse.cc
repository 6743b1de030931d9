// SPDX-License-Identifier: ISC
#include "base/parse.hh"

#include <algorithm>
#include <csignal>

#include "base/signals.hh"

namespace stoker {

namespace {

struct SignalName {
  int number;
  std::string_view name;
};

constexpr SignalName signal_names[] = {
    {SIGHUP, "HUP"},       {SIGINT, "INT"},   {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},
    {SIGTRAP, "TRAP"},     {SIGABRT, "ABRT"}, {SIGBUS, "BUS"},   {SIGFPE, "FPE"},
    {SIGKILL, "KILL"},     {SIGUSR1, "USR1"}, {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"},
    {SIGPIPE, "PIPE"},     {SIGALRM, "ALRM"}, {SIGTERM, "TERM"}, {SIGCHLD, "CHLD"},
    {SIGCONT, "CONT"},     {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"}, {SIGTTIN, "TTIN"},
    {SIGTTOU, "TTOU"},     {SIGURG, "URG"},   {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"},
    {SIGVTALRM, "VTALRM"}, {SIGPROF, "PROF"}, {SIGSYS, "SYS"},
#ifdef SIGWINCH
    {SIGWINCH, "WINCH"},
#endif
#ifdef SIGPWR
    {SIGPWR, "PWR"},
#endif
#ifdef SIGIO
    {SIGIO, "IO"},
#endif
};

bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

char upper(char byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
}

bool same_word(std::string_view text, std::string_view capitals) {
  return std::equal(text.begin(), text.end(), capitals.begin(), capitals.end(),
                    [](char one, char other) { return upper(one) == other; });
}

}  // namespace

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin());
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void append_unescaped(PathText& path, std::string_view word) {
  const auto is_octal = [](char digit) { return digit >= '0' && digit <= '7'; };
  while (!word.empty()) {
    const bool escaped = word.size() > 3 && word[0] == '\\' && is_octal(word[1]) &&
                         is_octal(word[2]) && is_octal(word[3]);
    if (escaped)
      path.append(static_cast<char>((word[1] - '0') * 64 + (word[2] - '0') * 8 + word[3] - '0'));
    else
      path.append(word.front());
    word.remove_prefix(escaped ? 4 : 1);
  }
}

std::string_view next_word(std::string_view& text) {
  text = trim(text);
  size_t size = 0;
  while (size < text.size() && !is_space(text[size])) ++size;
  const std::string_view word(text.data(), size);
  text.remove_prefix(word.size());
  return word;
}

std::string_view base_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash != std::string_view::npos && path.size() > 1) path.remove_prefix(slash + 1);
  return path;
}

namespace {

std::optional<int> parse_realtime(std::string_view name) {
#ifdef SIGRTMIN
  constexpr size_t base_size = 5;  // of "RTMIN"
  if (name.size() < base_size) return {};
  const std::string_view base(name.data(), base_size);
  const bool up = same_word(base, "RTMIN");
  if (!up && !same_word(base, "RTMAX")) return {};
  name.remove_prefix(base_size);
  const int first = first_realtime_signal(), last = SIGRTMAX;
  if (name.empty()) return up ? first : last;
  if (name.front() != (up ? '+' : '-')) return {};
  name.remove_prefix(1);
  const auto distance = parse_number<unsigned char>(name);
  if (!distance || *distance > last - first) return {};
  return up ? first + *distance : last - *distance;
#else
  static_cast<void>(name);
  return {};
#endif
}

}  // namespace

std::optional<int> parse_signal(std::string_view text) {
  if (const auto number = parse_number<int>(text)) {
    if (*number >= 1 && *number < NSIG) return number;
    return {};
  }
  if (text.size() > 3 && same_word({text.data(), 3}, "SIG")) text.remove_prefix(3);
  for (const auto& [number, name] : signal_names)
    if (same_word(text, name)) return number;
  return parse_realtime(text);
}

std::string_view signal_name(int number) {
  for (const auto& [known, name] : signal_names)
    if (known == number) return name;
  return {};
}

Text<32> ending_text(int exit_code, int signal) {
  if (signal == 0) return Text<32>("exited ", exit_code);
  const std::string_view name = signal_name(signal);
  Text<32> text("killed by ", name.empty() ? "signal " : "SIG", name);
  if (name.empty()) text.append(signal);
  return text;
}

}  // namespace stoker
