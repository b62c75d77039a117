# SPDX-License-Identifier: BSD-3-Clause
"""Whatever rows hold comes back from records as rows, dicts and columns, and these make the same records."""

import datetime
import os
import unittest

import numpy as np
import rows
from hypothesis import given, settings, strategies as st

CASES = 20000 if os.environ.get("DESCRY_LONG_RUN") else 100


def integers(bits, signed):
    return st.integers(-2**(bits - 1), 2**(bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


def floats(width):
    return st.floats(width=width, allow_nan=False)


FLOAT, DOUBLE = floats(32), floats(64)
BYTES = st.binary(max_size=5).map(lambda text: text.rstrip(b"\0"))
TEXT = st.text(max_size=4).map(lambda text: text.rstrip("\0"))
DAYS = st.none() | st.dates()
NANOSECONDS = st.none() | st.integers(-2**63 + 1, 2**63 - 1)
SPANS = st.none() | st.integers(-2**40, 2**40).map(lambda seconds: datetime.timedelta(seconds=seconds))
NUMBERS = st.tuples(
    st.booleans(), integers(8, True), integers(8, False), integers(16, True), integers(16, False), integers(32, True),
    integers(32, False), integers(64, True), integers(64, False), floats(16), FLOAT, DOUBLE, DOUBLE.map(np.longdouble),
    st.complex_numbers(width=64, allow_nan=False), st.complex_numbers(allow_nan=False), BYTES, TEXT,
    st.binary(min_size=3, max_size=3), DAYS, NANOSECONDS, SPANS)
PARTICLES = st.tuples(
    integers(64, True), st.tuples(DOUBLE, DOUBLE, DOUBLE), st.lists(FLOAT, min_size=3, max_size=3),
    st.binary(max_size=12).map(lambda text: text.rstrip(b"\0")), NANOSECONDS)


class RowsPropertyTest(unittest.TestCase):
    def check(self, name, values):
        records = rows.from_rows(name, values)
        self.assertEqual(rows.to_rows(name, records), values)
        dicts = rows.to_dicts(name, records)
        for made in (rows.from_rows(name, iter(values)), rows.from_rows(name, dicts), rows.from_rows(name, list(records)),
                     rows.from_columns(name, rows.to_columns(name, records)), rows.from_columns(name, records),
                     rows.from_columns(name, rows.to_columns(name, records, rows.FLAT)),
                     rows.array_from(name, records.tobytes())):
            # Not by their bytes: nobody sets those that a long double does not use.
            self.assertEqual(rows.to_rows(name, made), values)
            self.assertEqual(made.dtype, records.dtype)

    @settings(max_examples=CASES, deadline=None)
    @given(st.lists(NUMBERS, max_size=4))
    def test_numbers(self, values):
        self.check("numbers", values)

    @settings(max_examples=CASES, deadline=None)
    @given(st.lists(PARTICLES, max_size=8))
    def test_particles(self, values):
        self.check("particle", values)


if __name__ == "__main__":
    unittest.main()
