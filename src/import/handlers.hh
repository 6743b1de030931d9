// SPDX-License-Identifier: ISC
// What the tables of directives name. Each takes one assignment; an empty value discards what
// earlier ones of the directive have added, as systemd.syntax(7) says.
#pragma once
#include "import/directive.hh"

namespace stoker::importer::handlers {

// Replies to values that are wrong for systemd, too.
Reply invalid(const char* what);
Reply no_switch();

#define HANDLER(name) \
  Reply name(Draft& draft, const Assignment& assignment, const Directive& directive)

// The answer is in the table.
HANDLER(harmless);
HANDLER(report);
HANDLER(refuse);
HANDLER(report_if_set);  // `no` and empty are harmless
HANDLER(refuse_if_set);

// Options of chpst and jail; the text of the directive is `PROGRAM --option`.
HANDLER(flag);
HANDLER(mode);  // a flag or a word: --option=word
HANDLER(namespaces);
HANDLER(word);        // --option word; `default`, `all` and empty mean none
HANDLER(each_word);   // --option word, for each word
HANDLER(whole_list);  // --option 'word word'
HANDLER(each_line);   // --option 'value', for each assignment
HANDLER(limit);
HANDLER(capability_list);
HANDLER(system_calls);
HANDLER(temporary_file_systems);

// Files of the service directory; the text is the name of the file.
HANDLER(signal_file);
HANDLER(time_file);
HANDLER(marker_file);
HANDLER(exit_list_file);
HANDLER(number_file);

// Control groups; the text is `cgroup/FILE`.
HANDLER(cgroup_size);
HANDLER(cgroup_weight);
HANDLER(cgroup_list);
HANDLER(device_line);  // `cgroup/FILE KEY`: a line for each device
HANDLER(cpu_quota);
HANDLER(tasks_max);
HANDLER(old_cpu_shares);
HANDLER(old_io_weight);
HANDLER(delegate);

// [Unit]
HANDLER(description);
HANDLER(documentation);
HANDLER(relation);
HANDLER(on_end);
HANDLER(condition);
HANDLER(start_limit_interval);
HANDLER(start_limit_burst);
HANDLER(stop_propagation);
HANDLER(keep);
HANDLER(alias);

// [Service]
HANDLER(type);
HANDLER(exec_start);
HANDLER(exec_start_pre);
HANDLER(exec_start_post);
HANDLER(exec_condition);
HANDLER(exec_reload);
HANDLER(exec_stop);
HANDLER(exec_stop_post);
HANDLER(restart);
HANDLER(restart_sec);
HANDLER(restart_max_delay);
HANDLER(timeout_start);
HANDLER(timeout_stop);
HANDLER(timeout_both);
HANDLER(kill_mode);
HANDLER(send_sigkill);
HANDLER(pid_file);
HANDLER(guess_main);
HANDLER(remain_after_exit);
HANDLER(bus_name);
HANDLER(root_starts);
HANDLER(oom_policy);

// The environment of processes
HANDLER(user);
HANDLER(group);
HANDLER(groups);
HANDLER(dynamic_user);
HANDLER(working_directory);
HANDLER(root_directory);
HANDLER(environment);
HANDLER(environment_file);
HANDLER(pass_environment);
HANDLER(own_directory);
HANDLER(own_directory_mode);
HANDLER(standard_input);
HANDLER(standard_output);
HANDLER(standard_error);
HANDLER(terminal);
HANDLER(ignore_pipe);
HANDLER(io_class);
HANDLER(io_level);
HANDLER(device_policy);
HANDLER(device_allow);
HANDLER(security_label);
HANDLER(mount_flags);

// [Socket]
HANDLER(listen);
HANDLER(listen_datagram);
HANDLER(listen_special);
HANDLER(socket_option);
HANDLER(socket_flag);
HANDLER(socket_time);
HANDLER(socket_user);
HANDLER(socket_group);
HANDLER(socket_name);
HANDLER(bind_ipv6_only);
HANDLER(accept);
HANDLER(most_connections);
HANDLER(most_per_source);
HANDLER(remove_on_stop);

// [Timer] and [Path]
HANDLER(calendar);
HANDLER(timer_span);
HANDLER(first_run);
HANDLER(stamped_timer_span);
HANDLER(persistent);
HANDLER(path_condition);
HANDLER(make_directory);

#undef HANDLER

}  // namespace stoker::importer::handlers
