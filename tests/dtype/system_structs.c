// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <descry/declare.h>
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <lastlog.h>
#include <linux/input.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <utmpx.h>

// clang-format off
typedef struct timespec timespec_t;
DESCRY_RECORD(timespec_t, tv_sec, tv_nsec);
typedef struct timeval timeval_t;
DESCRY_RECORD(timeval_t, tv_sec, tv_usec);
typedef struct itimerval itimerval_t;
DESCRY_RECORD(itimerval_t, DESCRY_AS(it_interval, timeval_t), DESCRY_AS(it_value, timeval_t));
typedef struct itimerspec itimerspec_t;
DESCRY_RECORD(itimerspec_t, DESCRY_AS(it_interval, timespec_t), DESCRY_AS(it_value, timespec_t));
typedef struct timezone timezone_t;
DESCRY_RECORD(timezone_t, tz_minuteswest, tz_dsttime);
typedef struct tms tms_t;
DESCRY_RECORD(tms_t, tms_utime, tms_stime, tms_cutime, tms_cstime);
typedef struct tm tm_t;
DESCRY_RECORD_PARTIAL(tm_t, tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst, tm_gmtoff);
typedef struct stat stat_t;
DESCRY_RECORD_PARTIAL(stat_t, st_dev, st_ino, st_nlink, st_mode, st_uid, st_gid, st_rdev, st_size, st_blksize, st_blocks,
    DESCRY_AS(st_atim, timespec_t), DESCRY_AS(st_mtim, timespec_t), DESCRY_AS(st_ctim, timespec_t));
typedef struct statvfs statvfs_t;
DESCRY_RECORD_PARTIAL(statvfs_t, f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail, f_fsid, f_flag, f_namemax);
typedef struct rusage rusage_t;
DESCRY_RECORD(rusage_t, DESCRY_AS(ru_utime, timeval_t), DESCRY_AS(ru_stime, timeval_t), ru_maxrss, ru_ixrss, ru_idrss, ru_isrss,
    ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw);
typedef struct rlimit rlimit_t;
DESCRY_RECORD(rlimit_t, rlim_cur, rlim_max);
typedef struct utsname utsname_t;
DESCRY_RECORD(utsname_t, sysname, nodename, release, version, machine, domainname);
typedef struct winsize winsize_t;
DESCRY_RECORD(winsize_t, ws_row, ws_col, ws_xpixel, ws_ypixel);
typedef struct termios termios_t;
DESCRY_RECORD(termios_t, c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc, c_ispeed, c_ospeed);
typedef struct dirent dirent_t;
DESCRY_RECORD(dirent_t, d_ino, d_off, d_reclen, d_type, d_name);
typedef __typeof__(((struct utmpx*)0)->ut_exit) exit_status_t;
DESCRY_RECORD(exit_status_t, e_termination, e_exit);
typedef __typeof__(((struct utmpx*)0)->ut_tv) ut_tv_t;
DESCRY_RECORD(ut_tv_t, tv_sec, tv_usec);
typedef struct utmpx utmpx_t;
DESCRY_RECORD_PARTIAL(utmpx_t, ut_type, ut_pid, ut_line, ut_id, ut_user, ut_host, DESCRY_AS(ut_exit, exit_status_t), ut_session,
    DESCRY_AS(ut_tv, ut_tv_t), DESCRY_AS(ut_addr_v6, int32_be));
typedef struct lastlog lastlog_t;
DESCRY_RECORD(lastlog_t, ll_time, ll_line, ll_host);
typedef struct sockaddr sockaddr_t;
DESCRY_RECORD(sockaddr_t, sa_family, DESCRY_AS(sa_data, void_));
typedef struct in_addr in_addr_t_;
DESCRY_RECORD(in_addr_t_, DESCRY_AS(s_addr, uint32_be));
typedef struct in6_addr in6_addr_t_;
DESCRY_TRANSPARENT(in6_addr_t_, DESCRY_AS(__in6_u, void_));
typedef struct sockaddr_in sockaddr_in_t;
DESCRY_RECORD(sockaddr_in_t, sin_family, DESCRY_AS(sin_port, uint16_be), DESCRY_AS(sin_addr, in_addr_t_), sin_zero);
typedef struct sockaddr_in6 sockaddr_in6_t;
DESCRY_RECORD(sockaddr_in6_t, sin6_family, DESCRY_AS(sin6_port, uint16_be), sin6_flowinfo, DESCRY_AS(sin6_addr, in6_addr_t_), sin6_scope_id);
typedef struct sockaddr_un sockaddr_un_t;
DESCRY_RECORD(sockaddr_un_t, sun_family, sun_path);
typedef struct pollfd pollfd_t;
DESCRY_RECORD(pollfd_t, fd, events, revents);
typedef struct linger linger_t;
DESCRY_RECORD(linger_t, l_onoff, l_linger);
typedef struct ucred ucred_t;
DESCRY_RECORD(ucred_t, pid, uid, gid);
typedef struct iphdr iphdr_t;
DESCRY_RECORD_PARTIAL(iphdr_t, tos, DESCRY_AS(tot_len, uint16_be), DESCRY_AS(id, uint16_be), DESCRY_AS(frag_off, uint16_be), ttl,
    protocol, check, DESCRY_AS(saddr, uint32_be), DESCRY_AS(daddr, uint32_be));
typedef struct tcphdr tcphdr_t;
DESCRY_RECORD_PARTIAL(tcphdr_t, DESCRY_AS(th_sport, uint16_be), DESCRY_AS(th_dport, uint16_be), DESCRY_AS(th_seq, uint32_be),
    DESCRY_AS(th_ack, uint32_be), th_flags, DESCRY_AS(th_win, uint16_be), th_sum, th_urp);
typedef struct udphdr udphdr_t;
DESCRY_RECORD(udphdr_t, DESCRY_AS(uh_sport, uint16_be), DESCRY_AS(uh_dport, uint16_be), DESCRY_AS(uh_ulen, uint16_be), uh_sum);
typedef struct icmphdr icmphdr_t;
DESCRY_RECORD_PARTIAL(icmphdr_t, type, code, checksum);
typedef struct ethhdr ethhdr_t;
DESCRY_RECORD(ethhdr_t, h_dest, h_source, DESCRY_AS(h_proto, uint16_be));
typedef struct arphdr arphdr_t;
DESCRY_RECORD(arphdr_t, DESCRY_AS(ar_hrd, uint16_be), DESCRY_AS(ar_pro, uint16_be), ar_hln, ar_pln, DESCRY_AS(ar_op, uint16_be));
typedef struct flock flock_t;
DESCRY_RECORD(flock_t, l_type, l_whence, l_start, l_len, l_pid);
typedef struct sysinfo sysinfo_t;
DESCRY_RECORD_PARTIAL(sysinfo_t, uptime, loads, totalram, freeram, sharedram, bufferram, totalswap, freeswap, procs, mem_unit);
typedef union epoll_data epoll_data_t_;
DESCRY_RECORD_PARTIAL(epoll_data_t_, fd, u32, u64);
typedef struct epoll_event epoll_event_t;
DESCRY_RECORD(epoll_event_t, events, DESCRY_AS(data, epoll_data_t_));
typedef struct inotify_event inotify_event_t;
DESCRY_RECORD_PARTIAL(inotify_event_t, wd, mask, cookie, len);
typedef struct input_event input_event_t;
DESCRY_RECORD(input_event_t, DESCRY_AS(time, timeval_t), type, code, value);
DESCRY_RECORD(div_t, quot, rem);
DESCRY_RECORD(ldiv_t, quot, rem);
typedef struct sched_param sched_param_t;
DESCRY_RECORD(sched_param_t, sched_priority);
typedef struct sembuf sembuf_t;
DESCRY_RECORD(sembuf_t, sem_num, sem_op, sem_flg);
typedef struct ipc_perm ipc_perm_t;
DESCRY_RECORD_PARTIAL(ipc_perm_t, __key, uid, gid, cuid, cgid, mode, __seq);
typedef struct timex timex_t;
DESCRY_RECORD_PARTIAL(timex_t, modes, offset, freq, maxerror, esterror, status, constant, precision, tolerance, DESCRY_AS(time, timeval_t),
    tick, ppsfreq, jitter, shift, stabil, jitcnt, calcnt, errcnt, stbcnt, tai);
typedef Elf64_Ehdr elf_ehdr_t;
DESCRY_RECORD(elf_ehdr_t, e_ident, e_type, e_machine, e_version, e_entry, e_phoff, e_shoff, e_flags, e_ehsize, e_phentsize, e_phnum,
    e_shentsize, e_shnum, e_shstrndx);
typedef Elf64_Phdr elf_phdr_t;
DESCRY_RECORD(elf_phdr_t, p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align);
typedef Elf64_Shdr elf_shdr_t;
DESCRY_RECORD(elf_shdr_t, sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size, sh_link, sh_info, sh_addralign, sh_entsize);
typedef Elf64_Sym elf_sym_t;
DESCRY_RECORD(elf_sym_t, st_name, st_info, st_other, st_shndx, st_value, st_size);
typedef Elf64_Rela elf_rela_t;
DESCRY_RECORD(elf_rela_t, r_offset, r_info, r_addend);
typedef Elf64_Nhdr elf_nhdr_t;
DESCRY_RECORD(elf_nhdr_t, n_namesz, n_descsz, n_type);
