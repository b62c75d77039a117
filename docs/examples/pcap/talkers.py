# SPDX-License-Identifier: BSD-3-Clause
"""Shows who talks to whom in a network capture: its span, its packets, the largest conversations."""

import argparse
import mmap
import sys
from ipaddress import IPv4Address

import numpy as np
import pcap

FLOW = np.dtype([("source", "u4"), ("source_port", "u2"), ("destination", "u4"), ("destination_port", "u2")])


def open_capture(path):
    """Maps the file. Raises OSError or ValueError."""
    with open(path, "rb") as file:
        if file.seek(0, 2) == 0:
            raise ValueError("is empty")  # what mmap refuses in other words
        return pcap.Capture(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def times(capture):
    """When each packet came, in seconds since 1970."""
    records = capture.records
    return records["seconds"] + records["fraction"] / (1e9 if capture.nanoseconds else 1e6)


def numbers(addresses):
    """IPv4 addresses, four bytes each, as numbers."""
    return np.ascontiguousarray(addresses).view(">u4")[:, 0]


def flows(capture, protocol):
    """Who sent each packet of "tcp" or "udp" to whom, and how long it was."""
    index = capture.index
    here = index[protocol] >= 0
    ip = capture.ipv4[here[index["ipv4"] >= 0]]
    ports = getattr(capture, protocol)
    flow = np.empty(len(ports), FLOW)
    flow["source"] = numbers(ip["source"])
    flow["destination"] = numbers(ip["destination"])
    flow["source_port"] = ports["source_port"]
    flow["destination_port"] = ports["destination_port"]
    return flow, capture.records["length"][here]


def conversations(capture, protocol):
    """Tuples (bytes, packets, flow) of what went from one port to another, the most bytes first."""
    flow, lengths = flows(capture, protocol)
    unique, which = np.unique(flow, return_inverse=True)
    packets = np.bincount(which, minlength=len(unique))
    sums = np.bincount(which, weights=lengths, minlength=len(unique))
    order = np.argsort(-sums, kind="stable")
    return [(int(sums[i]), int(packets[i]), unique[i]) for i in order.tolist()]


def print_summary(capture):
    records = capture.records
    print(f"{len(records):,} packets, {int(records['length'].sum()):,} bytes, "
          f"{len(capture.tcp):,} TCP, {len(capture.udp):,} UDP")
    if len(records):
        moments = times(capture)
        print(f"in {moments.max() - moments.min():.6f} seconds "
              f"from {np.datetime64(int(moments.min()), 's')} UTC")


def print_conversations(capture, count):
    found = [(total, packets, protocol, flow) for protocol in ("tcp", "udp")
             for total, packets, flow in conversations(capture, protocol)]
    found.sort(key=lambda each: -each[0])
    for total, packets, protocol, flow in found[:count]:
        source, destination = (IPv4Address(int(flow[end])) for end in ("source", "destination"))
        print(f"{total:>12,} bytes {packets:>8,} packets  {protocol} "
              f"{source}:{flow['source_port']} > {destination}:{flow['destination_port']}")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="talkers", description=__doc__)
    parser.add_argument("file", help="a capture file: tcpdump -w FILE")
    parser.add_argument("--count", type=int, default=10, help="conversations to show (default: 10)")
    options = parser.parse_args(arguments)
    try:
        capture = open_capture(options.file)
    except OSError as error:
        print(f"talkers: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"talkers: {options.file}: {error}", file=sys.stderr)
        return 1
    print_summary(capture)
    print_conversations(capture, max(options.count, 0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
