// SPDX-License-Identifier: ISC
#include "logger/svlogd_config.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/report.hh"
#include "logdir/names.hh"
#include "logger/config.hh"
#include "logger/log_settings.hh"

namespace stoker {

namespace {

constexpr off_t largest_config = 16 << 20;

// The text of the file, with a NUL behind it; an empty one where there is no file.
// Without pages: it could not be read, see errno.
struct ConfigText {
  MappedMemory pages;
  std::string_view text;
};

// In a shared directory, a file may be another's secret under a new name, whose text would get
// into messages and the log.
bool may_be_planted(const struct stat& file, int directory) {
  struct stat there {};
  const bool is_secret = (file.st_mode & S_IROTH) == 0;
  const bool is_owners = fstat(directory, &there) == 0 && file.st_uid == there.st_uid;
  return !is_plain_file(file) || (is_secret && !is_owners);
}

ConfigText read_config(int directory, bool shared) {
  const Fd file = open_with(directory, store::config, shared ? O_RDONLY | O_NOFOLLOW : O_RDONLY);
  struct stat found {};
  if (!file && errno != ENOENT) return {};
  if (file && fstat(file.get(), &found) != 0) return {};
  if (file && !S_ISREG(found.st_mode)) {
    errno = S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
    return {};
  }
  if (file && shared && may_be_planted(found, directory)) {
    errno = EPERM;
    return {};
  }
  if (found.st_size > largest_config) {
    errno = EFBIG;
    return {};
  }
  const auto size = static_cast<size_t>(found.st_size);
  ConfigText config{MappedMemory(size + 1), {}};
  if (!config.pages || !file) return config;
  const ssize_t got = read_all(file.get(), config.pages.bytes().first(size));
  if (got < 0) return {};
  config.text = {config.pages.bytes().data(), static_cast<size_t>(got)};
  return config;
}

// The shell command in the text of the configuration, terminated there.
const char* as_command(std::string_view command, std::span<char> text) {
  if (command.empty()) return nullptr;
  text[static_cast<size_t>(command.data() - text.data()) + command.size()] = '\0';
  return command.data();
}

void warn_invalid(const char* path, std::string_view line, std::string_view why) {
  const std::string_view before = why.empty() ? "" : ": ";
  warn({"invalid line in ", path, "/", store::config, ": ", line, before, why});
}

// What patterns are, behind these settings.
PatternKind patterns_in(const LogSettings& settings) {
  const PatternKind kind = settings.patterns.value_or(PatternKind::stars);
  return kind == PatternKind::stars ? PatternKind::stars_and_plus : kind;
}

// Goes through the lines; adds as many rules as were counted before.
LogSettings interpret(std::string_view text, RuleSet& rules, const char* path) {
  LogSettings settings = usual_settings(LogLanguage::svlogd);
  RegexTrouble why;
  while (const auto line = next_config_line(text)) {
    if (is_select_action(line->front())) {
      const std::string_view pattern(line->data() + 1, line->size() - 1);
      if (!rules.add(line->front(), pattern, patterns_in(settings), why))
        warn_invalid(path, *line, why);
    } else if (take_setting(LogLanguage::svlogd, *line, settings) == SettingOutcome::invalid) {
      warn_invalid(path, *line, {});
    }
  }
  return settings;
}

void set_remote(Remote& remote, std::string_view text) {
  if (text.empty()) return remote.set_address({});
  const auto address = parse_remote(text);
  if (!address) warn({"unable to scan ip address: ", text});
  remote.set_address(address);
}

}  // namespace

void configure(LogSink& sink, const SvlogdOptions& options) {
  const bool shared = sink.store.is_shared();
  ConfigText read = read_config(sink.store.directory(), shared);
  RuleSet rules(count_rules(read.text));
  if (!read.pages || !rules) {
    warn_errno({"unable to read config: ", sink.store.path(), shared ? shared_reason : ""});
    if (sink.has_style()) return;
    rules = RuleSet();
  }
  if (options.verbose && !read.text.empty())
    say("info", {"read: ", sink.store.path(), "/", store::config});

  const LogSettings config = interpret(read.text, rules, sink.store.path());
  set_remote(sink.copies.remote, config.remote);
  sink.set_mirror(config.mirror);
  if (!sink.set_forward(config.forward))
    warn({"invalid line in ", sink.store.path(), "/config: forward ", config.forward});
  sink.set_overflow(config.overflow);

  LineStyle style;
  style.stamp = config.stamp.value_or(options.stamp);
  style.prefix = config.prefix;
  style.rules = rules.rules();
  style.head = options.line_length;
  style.to_file =
      (config.to_file || !sink.copies.remote) && !(sink.copies.forward && config.forward_only);
  style.rate = config.rate;
  StoreSettings settings;
  settings.limits = config.limits;
  settings.limits.slack = options.line_length;
  settings.processor = as_command(config.processor, read.pages.bytes());
  settings.mode = config.mode;
  settings.verbose = options.verbose;
  sink.set_style(style, {std::move(read.pages), std::move(rules)});
  sink.store.configure(settings);
}

}  // namespace stoker
