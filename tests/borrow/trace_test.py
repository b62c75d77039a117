# SPDX-License-Identifier: BSD-3-Clause
"""DESCRY_BORROW_TRACE: borrows tell where they were taken. The variable is read at the first borrow of a process."""

import os
import unittest

os.environ["DESCRY_BORROW_TRACE"] = "1"

import borrower_one as one
import borrower_two as two
import numpy as np


class TraceTest(unittest.TestCase):
    def test_a_refusal_says_where_the_other_was_taken(self):
        a = np.zeros(10)
        held = one.exclusive(a)
        with self.assertRaisesRegex(BufferError, r"is still open: it was taken at .*borrower\.c:\d+$"):
            two.shared(a)
        del held
        readers = [two.shared(a), one.shared(a)]
        with self.assertRaisesRegex(BufferError, r"are still open: the last one was taken at .*borrower\.c:\d+$"):
            two.exclusive(a)
        del readers

    def test_the_list_has_a_line_for_each_borrow(self):
        a = np.zeros(10)
        held = [one.shared(a), two.shared(a), one.shared(a[1:])]
        listed = one.borrows()
        self.assertEqual([line["count"] for line in listed], [1, 1, 1])
        for line in listed:
            self.assertRegex(line["where"], r"borrower\.c:\d+$")
        for module, borrow in zip([one, two, one], held):
            module.release(borrow)
        self.assertEqual(two.borrows(), [])
