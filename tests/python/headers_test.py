# SPDX-License-Identifier: BSD-3-Clause
"""python -m descry declare over the headers of the system: all of their structs, against the compiler.

What it writes compiles without a warning, and the offsets and sizes that the macros find are those
that the compiler's debug information has.
"""

import os
import sys
import unittest

from generated import PACKAGE, GeneratedTestCase, run

# Headers of C, with those that have to come before.
HEADERS = """
aio.h arpa/nameser.h bits/types/struct_iovec.h dirent.h dlfcn.h elf.h fenv.h fstab.h fts.h ftw.h getopt.h glob.h grp.h
ifaddrs.h inttypes.h langinfo.h link.h locale.h mntent.h mqueue.h net/if.h net/if_arp.h net/ppp_defs.h net/route.h
netdb.h netinet/icmp6.h netinet/if_ether.h netinet/igmp.h netinet/in.h netinet/ip.h netinet/ip6.h netinet/ip_icmp.h
netinet/tcp.h netinet/udp.h netpacket/packet.h obstack.h poll.h pthread.h pwd.h regex.h resolv.h sched.h search.h
semaphore.h setjmp.h shadow.h signal.h spawn.h stdlib.h sys/acct.h sys/epoll.h sys/inotify.h sys/ipc.h sys/msg.h
sys/quota.h sys/resource.h sys/sem.h sys/shm.h sys/socket.h sys/stat.h sys/statfs.h sys/statvfs.h sys/sysinfo.h
sys/time.h sys/timeb.h sys/times.h sys/timex.h sys/un.h sys/user.h sys/utsname.h sys/vfs.h termios.h time.h utime.h
utmp.h utmpx.h
linux/bpf.h linux/btrfs.h linux/can.h linux/cdrom.h linux/dvb/frontend.h linux/elf.h linux/ethtool.h linux/fb.h
linux/fiemap.h linux/fs.h linux/fuse.h linux/genetlink.h linux/hdreg.h linux/hidraw.h linux/i2c.h linux/if_link.h
linux/if_packet.h linux/if_tun.h linux/input.h linux/io_uring.h linux/ipv6.h linux/joystick.h linux/kvm.h linux/loop.h
linux/media.h linux/mii.h linux/msdos_fs.h linux/ndctl.h linux/neighbour.h linux/netlink.h linux/nl80211.h linux/nvme_ioctl.h
linux/perf_event.h linux/pkt_sched.h linux/ptp_clock.h linux/random.h linux/rtc.h linux/rtnetlink.h linux/sed-opal.h
linux/serial.h linux/snmp.h linux/spi/spidev.h linux/tcp.h linux/tls.h linux/uinput.h linux/usb/ch9.h linux/usbdevice_fs.h
linux/v4l2-subdev.h linux/vfio.h linux/vhost.h linux/videodev2.h linux/virtio_net.h linux/xfrm.h
linux/acrn.h linux/agpgart.h linux/android/binder.h linux/atm.h linux/atm_tcp.h linux/atmbr2684.h linux/atmlec.h
linux/atmmpc.h linux/atmsap.h linux/atmsvc.h linux/auto_dev-ioctl.h linux/auto_fs.h linux/ax25.h linux/batadv_packet.h
linux/btf.h linux/btrfs_tree.h linux/caif/caif_socket.h linux/can/gw.h linux/can/netlink.h linux/capability.h
linux/capi.h linux/cciss_defs.h linux/cciss_ioctl.h linux/cec.h linux/chio.h linux/cn_proc.h linux/coff.h
linux/comedi.h linux/cryptouser.h linux/cxl_mem.h linux/dcbnl.h linux/dccp.h linux/dlm_device.h linux/dm-ioctl.h
linux/dqblk_xfs.h linux/dvb/ca.h linux/dvb/dmx.h linux/dvb/video.h linux/edd.h
""".split()

# All of them in a long run (.ci/long), else every sixth.
LONG_RUN = bool(os.environ.get("DESCRY_LONG_RUN"))
if not LONG_RUN:
    HEADERS = HEADERS[::6]

# The structs that these have on Debian 12; a distribution has more or fewer.
LEAST = 1500 if LONG_RUN else 200

DUMP = """
import sys
from descry import declare
given = declare.parser().parse_args(sys.argv[1:] + ["--all", "-o", "unused.h"])
import tempfile
with tempfile.TemporaryDirectory() as folder:
    types = declare.read_types(given, folder)
    writer = declare.collect_with_free_names(given, types, declare.find_all(given, types), folder)
for made in writer.declared.values():
    print("type", made.name, made.struct.size)
    for field in made.fields:
        if field.text:
            print("field", field.begin, field.past - field.begin)
"""


def layouts(text):
    """{type: (size, [(offset, size), ...])} of what the probe or the dump printed."""
    found = {}
    for line in text.splitlines():
        words = line.split(" ")
        if words[0] == "type":
            fields = []
            found[words[1]] = (int(words[2]), fields)
        elif words[0] == "field":
            fields.append((int(words[-2]), int(words[-1])))
    return found


class HeadersTest(GeneratedTestCase):
    def exists(self, header):
        status, _ = run("cc", "-fsyntax-only", "-x", "c", "-include", header, "/dev/null")
        return status == 0

    def test_every_struct_of_the_system(self):
        count, headers = 0, 0
        for header in HEADERS:
            if not self.exists(header):
                continue
            status, output = self.declare(header, "--all", "-o", "types.h")
            if status and "defines no struct" in output:
                continue
            self.assertEqual(status, 0, output)
            with self.subTest(header):
                shown = layouts(self.compiled("c"))
                status, dumped = run(sys.executable, "-c", DUMP, header, cwd=self.folder,
                                     env={"PYTHONPATH": ":".join([PACKAGE, self.elftools]), "PATH": "/usr/bin:/bin"})
                self.assertEqual(status, 0, dumped)
                expected = layouts(dumped)
                self.assertEqual(shown, {name: expected[name] for name in shown})
                count += len(shown)
                headers += 1
        print("%d structs of %d headers" % (count, headers))
        self.assertGreaterEqual(count, LEAST)
        self.assertGreaterEqual(headers, 60 if LONG_RUN else 10)


if __name__ == "__main__":
    unittest.main()
