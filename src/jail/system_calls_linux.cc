// SPDX-License-Identifier: ISC
// The system calls in each of systemd's groups. Calls that this architecture does not
// have are left out automatically.
#include <sys/syscall.h>

#include <iterator>

#include "base/parse.hh"
#include "jail/system_calls.hh"

namespace stoker {

namespace {

struct Call {
  std::string_view name;
  int number;
};

// A number that the preprocessor has left as text, such as "5" or "(4000 + 5)"; -1 if
// there are letters in it, because the name was none of a number.
consteval int number_in(std::string_view text) {
  int sum = 0, number = 0;
  for (const char byte : text) {
    if (byte >= '0' && byte <= '9') {
      number = number * 10 + (byte - '0');
    } else {
      if (byte != ' ' && byte != '(' && byte != ')' && byte != '+') return -1;
      sum += number;
      number = 0;
    }
  }
  return sum + number;
}

#define AS_TEXT(words) #words
#define EXPANDED(words) AS_TEXT(words)
#define CALL(name) \
  { #name, number_in(EXPANDED(SYS_##name)) }

// clang-format off
constexpr Call default_calls[] = {
    CALL(arch_prctl), CALL(brk), CALL(cacheflush), CALL(clock_getres), CALL(clock_getres_time64),
    CALL(clock_gettime), CALL(clock_gettime64), CALL(clock_nanosleep),
    CALL(clock_nanosleep_time64), CALL(execve), CALL(exit), CALL(exit_group), CALL(futex),
    CALL(futex_time64), CALL(futex_waitv), CALL(get_robust_list), CALL(get_thread_area),
    CALL(getegid), CALL(getegid32), CALL(geteuid), CALL(geteuid32), CALL(getgid), CALL(getgid32),
    CALL(getgroups), CALL(getgroups32), CALL(getpgid), CALL(getpgrp), CALL(getpid), CALL(getppid),
    CALL(getrandom), CALL(getresgid), CALL(getresgid32), CALL(getresuid), CALL(getresuid32),
    CALL(getrlimit), CALL(getsid), CALL(gettid), CALL(gettimeofday), CALL(getuid), CALL(getuid32),
    CALL(membarrier), CALL(mmap), CALL(mmap2), CALL(mprotect), CALL(munmap), CALL(nanosleep),
    CALL(pause), CALL(prlimit64), CALL(restart_syscall), CALL(riscv_flush_icache),
    CALL(riscv_hwprobe), CALL(rseq), CALL(rt_sigreturn), CALL(sched_getaffinity),
    CALL(sched_yield), CALL(set_robust_list), CALL(set_thread_area), CALL(set_tid_address),
    CALL(set_tls), CALL(sigreturn), CALL(time), CALL(ugetrlimit), CALL(uretprobe)};
constexpr Call aio_calls[] = {
    CALL(io_cancel), CALL(io_destroy), CALL(io_getevents), CALL(io_pgetevents),
    CALL(io_pgetevents_time64), CALL(io_setup), CALL(io_submit), CALL(io_uring_enter),
    CALL(io_uring_register), CALL(io_uring_setup)};
constexpr Call basic_io_calls[] = {
    CALL(_llseek), CALL(close), CALL(close_range), CALL(dup), CALL(dup2), CALL(dup3), CALL(lseek),
    CALL(pread64), CALL(preadv), CALL(preadv2), CALL(pwrite64), CALL(pwritev), CALL(pwritev2),
    CALL(read), CALL(readv), CALL(write), CALL(writev)};
constexpr Call chown_calls[] = {
    CALL(chown), CALL(chown32), CALL(fchown), CALL(fchown32), CALL(fchownat), CALL(lchown),
    CALL(lchown32)};
constexpr Call clock_calls[] = {
    CALL(adjtimex), CALL(clock_adjtime), CALL(clock_adjtime64), CALL(clock_settime),
    CALL(clock_settime64), CALL(settimeofday)};
constexpr Call cpu_emulation_calls[] = {
    CALL(modify_ldt), CALL(subpage_prot), CALL(switch_endian), CALL(vm86), CALL(vm86old)};
constexpr Call debug_calls[] = {
    CALL(lookup_dcookie), CALL(perf_event_open), CALL(pidfd_getfd), CALL(ptrace), CALL(rtas),
    CALL(s390_runtime_instr), CALL(sys_debug_setcontext)};
constexpr Call file_system_calls[] = {
    CALL(access), CALL(chdir), CALL(chmod), CALL(close), CALL(creat), CALL(faccessat),
    CALL(faccessat2), CALL(fallocate), CALL(fchdir), CALL(fchmod), CALL(fchmodat),
    CALL(fchmodat2), CALL(fcntl), CALL(fcntl64), CALL(fgetxattr), CALL(flistxattr),
    CALL(fremovexattr), CALL(fsetxattr), CALL(fstat), CALL(fstat64), CALL(fstatat64),
    CALL(fstatfs), CALL(fstatfs64), CALL(ftruncate), CALL(ftruncate64), CALL(futimesat),
    CALL(getcwd), CALL(getdents), CALL(getdents64), CALL(getxattr), CALL(inotify_add_watch),
    CALL(inotify_init), CALL(inotify_init1), CALL(inotify_rm_watch), CALL(lgetxattr), CALL(link),
    CALL(linkat), CALL(listxattr), CALL(llistxattr), CALL(lremovexattr), CALL(lsetxattr),
    CALL(lstat), CALL(lstat64), CALL(mkdir), CALL(mkdirat), CALL(mknod), CALL(mknodat),
    CALL(newfstatat), CALL(oldfstat), CALL(oldlstat), CALL(oldstat), CALL(open), CALL(openat),
    CALL(openat2), CALL(readlink), CALL(readlinkat), CALL(removexattr), CALL(rename),
    CALL(renameat), CALL(renameat2), CALL(rmdir), CALL(setxattr), CALL(stat), CALL(stat64),
    CALL(statfs), CALL(statfs64), CALL(statx), CALL(symlink), CALL(symlinkat), CALL(truncate),
    CALL(truncate64), CALL(unlink), CALL(unlinkat), CALL(utime), CALL(utimensat),
    CALL(utimensat_time64), CALL(utimes)};
constexpr Call io_event_calls[] = {
    CALL(_newselect), CALL(epoll_create), CALL(epoll_create1), CALL(epoll_ctl),
    CALL(epoll_ctl_old), CALL(epoll_pwait), CALL(epoll_pwait2), CALL(epoll_wait),
    CALL(epoll_wait_old), CALL(eventfd), CALL(eventfd2), CALL(poll), CALL(ppoll),
    CALL(ppoll_time64), CALL(pselect6), CALL(pselect6_time64), CALL(select)};
constexpr Call ipc_calls[] = {
    CALL(ipc), CALL(memfd_create), CALL(mq_getsetattr), CALL(mq_notify), CALL(mq_open),
    CALL(mq_timedreceive), CALL(mq_timedreceive_time64), CALL(mq_timedsend),
    CALL(mq_timedsend_time64), CALL(mq_unlink), CALL(msgctl), CALL(msgget), CALL(msgrcv),
    CALL(msgsnd), CALL(pipe), CALL(pipe2), CALL(process_madvise), CALL(process_vm_readv),
    CALL(process_vm_writev), CALL(semctl), CALL(semget), CALL(semop), CALL(semtimedop),
    CALL(semtimedop_time64), CALL(shmat), CALL(shmctl), CALL(shmdt), CALL(shmget)};
constexpr Call keyring_calls[] = {
    CALL(add_key), CALL(keyctl), CALL(request_key)};
constexpr Call memlock_calls[] = {
    CALL(mlock), CALL(mlock2), CALL(mlockall), CALL(munlock), CALL(munlockall)};
constexpr Call module_calls[] = {
    CALL(delete_module), CALL(finit_module), CALL(init_module)};
constexpr Call mount_calls[] = {
    CALL(chroot), CALL(fsconfig), CALL(fsmount), CALL(fsopen), CALL(fspick), CALL(mount),
    CALL(mount_setattr), CALL(move_mount), CALL(open_tree), CALL(pivot_root), CALL(umount),
    CALL(umount2)};
constexpr Call network_io_calls[] = {
    CALL(accept), CALL(accept4), CALL(bind), CALL(connect), CALL(getpeername), CALL(getsockname),
    CALL(getsockopt), CALL(listen), CALL(recv), CALL(recvfrom), CALL(recvmmsg),
    CALL(recvmmsg_time64), CALL(recvmsg), CALL(send), CALL(sendmmsg), CALL(sendmsg), CALL(sendto),
    CALL(setsockopt), CALL(shutdown), CALL(socket), CALL(socketcall), CALL(socketpair)};
constexpr Call obsolete_calls[] = {
    CALL(_sysctl), CALL(afs_syscall), CALL(bdflush), CALL(break), CALL(create_module),
    CALL(ftime), CALL(get_kernel_syms), CALL(getpmsg), CALL(gtty), CALL(idle), CALL(lock),
    CALL(mpx), CALL(prof), CALL(profil), CALL(putpmsg), CALL(query_module), CALL(security),
    CALL(sgetmask), CALL(ssetmask), CALL(stime), CALL(stty), CALL(sysfs), CALL(tuxcall),
    CALL(ulimit), CALL(uselib), CALL(ustat), CALL(vserver)};
constexpr Call pkey_calls[] = {
    CALL(pkey_alloc), CALL(pkey_free), CALL(pkey_mprotect)};
constexpr Call privileged_calls[] = {
    CALL(_sysctl), CALL(acct), CALL(bpf), CALL(capset), CALL(chroot), CALL(fanotify_init),
    CALL(fanotify_mark), CALL(nfsservctl), CALL(open_by_handle_at), CALL(pivot_root),
    CALL(quotactl), CALL(quotactl_fd), CALL(setdomainname), CALL(setfsuid), CALL(setfsuid32),
    CALL(setgroups), CALL(setgroups32), CALL(sethostname), CALL(setresuid), CALL(setresuid32),
    CALL(setreuid), CALL(setreuid32), CALL(setuid), CALL(setuid32), CALL(vhangup)};
constexpr Call process_calls[] = {
    CALL(capget), CALL(clone), CALL(clone3), CALL(execveat), CALL(fork), CALL(getrusage),
    CALL(kill), CALL(pidfd_open), CALL(pidfd_send_signal), CALL(prctl), CALL(rt_sigqueueinfo),
    CALL(rt_tgsigqueueinfo), CALL(setns), CALL(swapcontext), CALL(tgkill), CALL(times),
    CALL(tkill), CALL(unshare), CALL(vfork), CALL(wait4), CALL(waitid), CALL(waitpid)};
constexpr Call raw_io_calls[] = {
    CALL(ioperm), CALL(iopl), CALL(pciconfig_iobase), CALL(pciconfig_read), CALL(pciconfig_write),
    CALL(s390_pci_mmio_read), CALL(s390_pci_mmio_write)};
constexpr Call reboot_calls[] = {
    CALL(kexec_file_load), CALL(kexec_load), CALL(reboot)};
constexpr Call resources_calls[] = {
    CALL(ioprio_set), CALL(mbind), CALL(migrate_pages), CALL(move_pages), CALL(nice),
    CALL(sched_setaffinity), CALL(sched_setattr), CALL(sched_setparam), CALL(sched_setscheduler),
    CALL(set_mempolicy), CALL(set_mempolicy_home_node), CALL(setpriority), CALL(setrlimit)};
constexpr Call setuid_calls[] = {
    CALL(setgid), CALL(setgid32), CALL(setgroups), CALL(setgroups32), CALL(setregid),
    CALL(setregid32), CALL(setresgid), CALL(setresgid32), CALL(setresuid), CALL(setresuid32),
    CALL(setreuid), CALL(setreuid32), CALL(setuid), CALL(setuid32)};
constexpr Call signal_calls[] = {
    CALL(rt_sigaction), CALL(rt_sigpending), CALL(rt_sigprocmask), CALL(rt_sigsuspend),
    CALL(rt_sigtimedwait), CALL(rt_sigtimedwait_time64), CALL(sigaction), CALL(sigaltstack),
    CALL(signal), CALL(signalfd), CALL(signalfd4), CALL(sigpending), CALL(sigprocmask),
    CALL(sigsuspend)};
constexpr Call swap_calls[] = {
    CALL(swapoff), CALL(swapon)};
constexpr Call sync_calls[] = {
    CALL(fdatasync), CALL(fsync), CALL(msync), CALL(sync), CALL(sync_file_range),
    CALL(sync_file_range2), CALL(syncfs)};
constexpr Call system_service_calls[] = {
    CALL(arm_fadvise64_64), CALL(capget), CALL(capset), CALL(copy_file_range), CALL(fadvise64),
    CALL(fadvise64_64), CALL(flock), CALL(get_mempolicy), CALL(getcpu), CALL(getpriority),
    CALL(ioctl), CALL(ioprio_get), CALL(kcmp), CALL(madvise), CALL(mremap),
    CALL(name_to_handle_at), CALL(oldolduname), CALL(olduname), CALL(personality),
    CALL(readahead), CALL(readdir), CALL(remap_file_pages), CALL(sched_get_priority_max),
    CALL(sched_get_priority_min), CALL(sched_getattr), CALL(sched_getparam),
    CALL(sched_getscheduler), CALL(sched_rr_get_interval), CALL(sched_rr_get_interval_time64),
    CALL(sched_yield), CALL(sendfile), CALL(sendfile64), CALL(setfsgid), CALL(setfsgid32),
    CALL(setfsuid), CALL(setfsuid32), CALL(setpgid), CALL(setsid), CALL(splice), CALL(sysinfo),
    CALL(tee), CALL(umask), CALL(uname), CALL(userfaultfd), CALL(vmsplice)};
constexpr Call timer_calls[] = {
    CALL(alarm), CALL(getitimer), CALL(setitimer), CALL(timer_create), CALL(timer_delete),
    CALL(timer_getoverrun), CALL(timer_gettime), CALL(timer_gettime64), CALL(timer_settime),
    CALL(timer_settime64), CALL(timerfd_create), CALL(timerfd_gettime), CALL(timerfd_gettime64),
    CALL(timerfd_settime), CALL(timerfd_settime64), CALL(times)};  // In no group.
constexpr Call other_calls[] = {
    CALL(futex_requeue), CALL(futex_wait), CALL(futex_wake), CALL(landlock_add_rule),
    CALL(landlock_create_ruleset), CALL(landlock_restrict_self), CALL(map_shadow_stack),
    CALL(memfd_secret), CALL(mincore), CALL(riscv_flush_icache), CALL(riscv_hwprobe), CALL(rtas),
    CALL(s390_guarded_storage), CALL(s390_pci_mmio_read), CALL(s390_pci_mmio_write),
    CALL(s390_runtime_instr), CALL(s390_sthyi), CALL(spu_create), CALL(spu_run),
    CALL(subpage_prot), CALL(swapcontext), CALL(switch_endian), CALL(sysmips),
    CALL(sys_debug_setcontext), CALL(syslog), CALL(userfaultfd), CALL(utrap_install), CALL(vm86),
    CALL(vm86old)};
// clang-format on

#undef CALL
#undef EXPANDED
#undef AS_TEXT

struct Group {
  std::string_view name, includes;  // the latter with blanks between
  const Call* calls;
  size_t count;
};
constexpr Group groups[] = {
    {"", "", other_calls, std::size(other_calls)},
    {"@default", "", default_calls, std::size(default_calls)},
    {"@aio", "", aio_calls, std::size(aio_calls)},
    {"@basic-io", "", basic_io_calls, std::size(basic_io_calls)},
    {"@chown", "", chown_calls, std::size(chown_calls)},
    {"@clock", "", clock_calls, std::size(clock_calls)},
    {"@cpu-emulation", "", cpu_emulation_calls, std::size(cpu_emulation_calls)},
    {"@debug", "", debug_calls, std::size(debug_calls)},
    {"@file-system", "", file_system_calls, std::size(file_system_calls)},
    {"@io-event", "", io_event_calls, std::size(io_event_calls)},
    {"@ipc", "", ipc_calls, std::size(ipc_calls)},
    {"@keyring", "", keyring_calls, std::size(keyring_calls)},
    {"@memlock", "", memlock_calls, std::size(memlock_calls)},
    {"@module", "", module_calls, std::size(module_calls)},
    {"@mount", "", mount_calls, std::size(mount_calls)},
    {"@network-io", "", network_io_calls, std::size(network_io_calls)},
    {"@obsolete", "", obsolete_calls, std::size(obsolete_calls)},
    {"@pkey", "", pkey_calls, std::size(pkey_calls)},
    {"@privileged", "@chown @clock @module @raw-io @reboot @swap", privileged_calls,
     std::size(privileged_calls)},
    {"@process", "", process_calls, std::size(process_calls)},
    {"@raw-io", "", raw_io_calls, std::size(raw_io_calls)},
    {"@reboot", "", reboot_calls, std::size(reboot_calls)},
    {"@resources", "", resources_calls, std::size(resources_calls)},
    {"@setuid", "", setuid_calls, std::size(setuid_calls)},
    {"@signal", "", signal_calls, std::size(signal_calls)},
    {"@swap", "", swap_calls, std::size(swap_calls)},
    {"@sync", "", sync_calls, std::size(sync_calls)},
    {"@system-service",
     "@aio @basic-io @chown @default @file-system @io-event @ipc @keyring @memlock @network-io "
     "@process @resources @setuid @signal @sync @timer",
     system_service_calls, std::size(system_service_calls)},
    {"@timer", "", timer_calls, std::size(timer_calls)},
};

const Group* find_group(std::string_view name) {
  for (const Group& group : groups)
    if (group.name == name) return &group;
  return nullptr;
}

void add_calls(CallSet& set, const Group& group) {
  for (size_t i = 0; i < group.count; ++i)
    if (group.calls[i].number >= 0) set.add(static_cast<unsigned>(group.calls[i].number));
}

bool add_call(CallSet& set, std::string_view name) {
  for (const Group& group : groups)
    for (size_t i = 0; i < group.count; ++i) {
      if (group.calls[i].name != name) continue;
      if (group.calls[i].number >= 0) set.add(static_cast<unsigned>(group.calls[i].number));
      return true;
    }
  return false;
}

}  // namespace

bool add_named_calls(CallSet& set, std::string_view name) {
  if (name.empty() || name.front() != '@') return add_call(set, name);
  const Group* const group = find_group(name);
  if (group == nullptr) return false;
  add_calls(set, *group);
  std::string_view rest = group->includes;
  for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest))
    add_calls(set, *find_group(word));
  return true;
}

}  // namespace stoker
