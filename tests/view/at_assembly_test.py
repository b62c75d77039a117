# SPDX-License-Identifier: BSD-3-Clause
"""DESCRY_AT at -O2 is address arithmetic: no call, no branch, no more than a few instructions."""

import glob
import os
import re
import shutil
import subprocess
import unittest

# The most instructions that each function of at_in_c.c may have, with those that return.
LIMITS = {"at_none": 6, "at_start": 6, "at_one": 10, "at_two": 14}


def find_archive():
    here = os.path.dirname(os.path.abspath(__file__))
    return glob.glob(os.path.join(here, "libat_in_c*.a"))[0]


def disassemble(archive):
    """Returns {function: [mnemonic, ...]}."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", archive], check=True,
                          stdout=subprocess.PIPE, universal_newlines=True).stdout
    functions = {}
    for line in text.splitlines():
        head = re.match(r"[0-9a-f]+ <(\w+)>:", line)
        if head:
            name = head.group(1)
        instruction = re.match(r"\s+[0-9a-f]+:\s+(\S+)", line)
        if instruction and instruction.group(1) not in ("nop", "nopw", "nopl", "cs", "data16", "xchg"):
            functions.setdefault(name, []).append(instruction.group(1))
    return functions


@unittest.skipUnless(shutil.which("objdump"), "there is no objdump")
class AtAssemblyTest(unittest.TestCase):

    def test_is_plain_arithmetic(self):
        functions = disassemble(find_archive())
        self.assertEqual(set(functions), set(LIMITS))
        for name, limit in LIMITS.items():
            code = functions[name]
            self.assertLessEqual(len(code), limit, (name, code))
            for instruction in code:
                self.assertNotRegex(instruction, r"^(call|j|bl$|b$|b\.)", (name, code))


if __name__ == "__main__":
    unittest.main()
