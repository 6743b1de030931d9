// SPDX-License-Identifier: ISC
// Directives of sockets, timers and paths.
#include "base/parse.hh"
#include "import/handlers.hh"
#include "import/unit_words.hh"
#include "import/values.hh"
#include "timer/calendar.hh"

namespace stoker::importer::handlers {

namespace {

// With the kind for an address, and that for a path.
Reply add_address(Draft& draft, const Assignment& assignment, const char* inet, const char* local) {
  auto& all = draft.socket.addresses;
  const std::string address = draft.expanded(assignment.value);
  if (address.empty()) {
    all.clear();
    return {};
  }
  if (address.starts_with("vsock:")) return {Answer::reported, "open the socket in the program"};
  const bool is_path = address.front() == '/' || address.front() == '@';
  all.emplace_back(is_path ? local : inet, address);
  return {};
}

std::string option_of(const Directive& directive, const std::string& value) {
  return std::string(directive.text) + "=" + value;
}

Reply add_span(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const std::string option = target_of(directive.text).option;
  if (assignment.value.empty()) return {};
  const auto time = time_of(draft.expanded(assignment.value));
  if (!time) return {Answer::reported, "write a time behind timer " + option};
  for (const std::string& old : draft.timer.words)
    if (old.starts_with(option + "=") && option != "--calendar")
      return {Answer::reported, "timer takes one " + option};
  if (is_unlimited(*time) && option == "--random-delay") return {};
  draft.timer.words.push_back(option + "=" + *time);
  return {};
}

}  // namespace

Reply listen(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_address(draft, assignment, "tcp", "unix");
}

Reply listen_datagram(Draft& draft, const Assignment& assignment, const Directive&) {
  return add_address(draft, assignment, "udp", "unix-dgram");
}

Reply listen_special(Draft& draft, const Assignment& assignment, const Directive& directive) {
  std::string address = draft.expanded(assignment.value);
  if (directive.text == "netlink")
    if (const size_t blank = address.find(' '); blank != address.npos)
      address = address.substr(0, blank) + ":" + std::string(trim(address.substr(blank)));
  if (address.empty())
    draft.socket.addresses.clear();
  else
    draft.socket.addresses.emplace_back(std::string(directive.text), address);
  return {};
}

Reply socket_option(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const std::string start = option_of(directive, "");
  auto& options = draft.socket.options;
  std::erase_if(options, [&](const std::string& old) { return old.starts_with(start); });
  if (!assignment.value.empty()) options.push_back(start + draft.expanded(assignment.value));
  return {};
}

Reply socket_flag(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const auto answer = parse_switch(assignment.value);
  if (!answer) return no_switch();
  const std::string option(directive.text);
  std::erase(draft.socket.options, option);
  if (*answer) draft.socket.options.push_back(option);
  return {};
}

Reply socket_time(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const auto time = time_of(assignment.value);
  if (!time) return {Answer::reported, "write a time behind " + std::string(directive.text) + "="};
  draft.socket.options.push_back(option_of(directive, *time));
  return {};
}

Reply socket_user(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.user = draft.expanded(assignment.value);
  return {};
}

Reply socket_group(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.group = draft.expanded(assignment.value);
  return {};
}

Reply socket_name(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.name = draft.expanded(assignment.value);
  return {};
}

Reply bind_ipv6_only(Draft& draft, const Assignment& assignment, const Directive&) {
  if (assignment.value == "ipv6-only") draft.socket.v6only = "v6only";
  return {};
}

Reply accept(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.accepts = parse_switch(assignment.value).value_or(false);
  return {};
}

Reply most_connections(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.most_connections = assignment.value;
  return {};
}

Reply most_per_source(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.socket.most_per_source = assignment.value;
  return {};
}

Reply remove_on_stop(Draft&, const Assignment&, const Directive&) { return {Answer::harmless, {}}; }

Reply calendar(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.timer.present = true;
  if (assignment.value.empty()) {
    draft.timer.words.clear();
    return {};
  }
  if (!parse_calendar(assignment.value)) {
    return {Answer::reported, "timer cannot read it; write --calendar or --cron in other words"};
  }
  draft.timer.words.push_back("--calendar=" + assignment.value);
  return {};
}

Reply timer_span(Draft& draft, const Assignment& assignment, const Directive& directive) {
  draft.timer.present = true;
  return add_span(draft, assignment, directive);
}

// Only if nothing else says when: a job that has run waits for --interval again.
Reply first_run(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.timer.present = true;
  const auto time = time_of(draft.expanded(assignment.value));
  if (!time) return {Answer::reported, "write a time behind timer --interval"};
  draft.timer.first_run = *time;
  return {};
}

Reply stamped_timer_span(Draft& draft, const Assignment& assignment, const Directive& directive) {
  draft.timer.needs_stamp = true;
  return timer_span(draft, assignment, directive);
}

Reply persistent(Draft& draft, const Assignment& assignment, const Directive&) {
  draft.timer.persistent = parse_switch(assignment.value).value_or(false);
  return {};
}

Reply path_condition(Draft& draft, const Assignment& assignment, const Directive& directive) {
  const std::string path = draft.expanded(assignment.value);
  if (path.empty()) {
    draft.path_words.clear();
    return {};
  }
  draft.path_words.push_back(target_of(directive.text).option);
  draft.path_words.push_back(path);
  return {};
}

// Which directories are watched is known when all has been read.
Reply make_directory(Draft& draft, const Assignment& assignment, const Directive&) {
  const auto answer = parse_switch(assignment.value);
  if (!answer) return no_switch();
  draft.makes_directories = *answer;
  return {};
}

}  // namespace stoker::importer::handlers
