// SPDX-License-Identifier: BSD-3-Clause
// Structs that nobody here wrote: from the C library's and the kernel's headers.
#ifndef DESCRY_TESTS_DTYPE_SYSTEM_STRUCTS_H_
#define DESCRY_TESTS_DTYPE_SYSTEM_STRUCTS_H_

#include <descry/type.h>

// Calls X with the name of each struct.
// clang-format off
#define SYSTEM_STRUCTS(X)                                                                         \
  X(timespec_t)                                                                                   \
  X(timeval_t)                                                                                    \
  X(itimerval_t)                                                                                  \
  X(itimerspec_t) X(timezone_t) X(tms_t) X(tm_t) X(stat_t) X(statvfs_t) X(rusage_t) X(rlimit_t)   \
      X(utsname_t) X(winsize_t) X(termios_t) X(dirent_t) X(utmpx_t) X(lastlog_t) X(exit_status_t) \
          X(sockaddr_t) X(sockaddr_in_t) X(in_addr_t_) X(in6_addr_t_) X(sockaddr_in6_t)           \
              X(sockaddr_un_t) X(pollfd_t) X(linger_t) X(ucred_t) X(iphdr_t) X(tcphdr_t)          \
                  X(udphdr_t) X(icmphdr_t) X(ethhdr_t) X(arphdr_t) X(flock_t) X(sysinfo_t)        \
                      X(epoll_event_t) X(inotify_event_t) X(input_event_t) X(div_t) X(ldiv_t)     \
                          X(sched_param_t) X(sembuf_t) X(ipc_perm_t) X(timex_t) X(elf_ehdr_t)     \
                              X(elf_phdr_t) X(elf_shdr_t) X(elf_sym_t) X(elf_rela_t) X(elf_nhdr_t)
// clang-format on

#ifdef __cplusplus
extern "C" {
#endif
#define DECLARE(name) extern const descry_type descry_type_of_##name;
SYSTEM_STRUCTS(DECLARE)
#undef DECLARE
#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_DTYPE_SYSTEM_STRUCTS_H_
