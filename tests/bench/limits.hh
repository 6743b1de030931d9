// SPDX-License-Identifier: ISC
// How large a tree this machine can hold.
#pragma once
#include <sys/resource.h>

#include "ground.hh"

namespace stoker::bench {

// The number behind a word in a file, or the first one; -1 if there is none.
inline double number_in(const std::string& path, const std::string& name = "") {
  std::ifstream file(path);
  double number = -1;
  std::string word;
  while (!name.empty() && word != name && file >> word) continue;
  return file >> number ? number : -1;
}

inline double running_processes() {
  double count = 0;
  for (const auto& entry : fs::directory_iterator("/proc"))
    count += std::isdigit(entry.path().filename().string()[0]) != 0;
  return count;
}

// As many open files as the system lets us have, which all that we start inherits.
inline double allow_descriptors(double wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit more{std::max(limit.rlim_cur, static_cast<rlim_t>(wanted)),
                    std::max(limit.rlim_max, static_cast<rlim_t>(wanted))};
  if (setrlimit(RLIMIT_NOFILE, &more) == 0) return static_cast<double>(more.rlim_cur);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

// Why this machine cannot run these services with these processes each; empty if it can. The
// scanner may need two descriptors for each that has a logger, both ends of a pipe.
inline std::string obstacle(int services, int processes_each) {
  const double processes = 1.0 * services * processes_each + 300;
  const double descriptors = (processes_each > 2 ? 2.0 * services : 0) + 300;
  const auto lacks = [](const std::string& what, double there, double needed) {
    std::ostringstream text;
    text << what << " is " << static_cast<long long>(there) << ", needed are "
         << static_cast<long long>(needed);
    return text.str();
  };
  const double all = processes + running_processes();
  if (const double most = number_in("/proc/sys/kernel/pid_max"); most < all)
    return lacks("kernel.pid_max", most, all);
  if (const double most = number_in("/sys/fs/cgroup/pids.max"); most >= 0 && most < all)
    return lacks("pids.max of the cgroup", most, all);
  rlimit limit{};
  getrlimit(RLIMIT_NPROC, &limit);
  if (geteuid() != 0 && static_cast<double>(limit.rlim_cur) < all)
    return lacks("RLIMIT_NPROC", static_cast<double>(limit.rlim_cur), all);
  if (const double most = allow_descriptors(descriptors); most < descriptors)
    return lacks("RLIMIT_NOFILE", most, descriptors);
  // With its stack, its tables and its files, a process takes about 250 kB.
  const double memory = number_in("/proc/meminfo", "MemAvailable:");
  if (memory >= 0 && memory < processes * 250)
    return lacks("available memory in kB", memory, processes * 250);
  return "";
}

}  // namespace stoker::bench
