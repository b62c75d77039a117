# SPDX-License-Identifier: BSD-3-Clause
"""Random pairs of dtypes: descry's comparison against NumPy's.

DESCRY_PAIRS sets how many, 300 where it is not set.
"""

import os
import unittest

import dtype_pairs
import hypothesis
import match_module
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

_SETTINGS = hypothesis.settings(
    max_examples=int(os.environ.get("DESCRY_PAIRS", "300")),
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)

_DTYPES = st.one_of(
    npst.scalar_dtypes(),
    npst.array_dtypes(allow_subarrays=True),
    npst.nested_dtypes(),
    npst.nested_dtypes(max_leaves=20, max_itemsize=500),
)


@st.composite
def _pairs(draw):
    """Two dtypes: seldom strangers, mostly the same but for a few changes."""
    one = draw(_DTYPES)
    if draw(st.integers(0, 9)) == 0:
        return one, draw(_DTYPES)
    random = draw(st.randoms(use_true_random=False))
    other = one
    for _ in range(draw(st.integers(1, 3))):
        other = dtype_pairs.variant(other, random)
    return one, other


class PropertyTest(unittest.TestCase):
    @_SETTINGS
    @hypothesis.given(_pairs())
    def test_equivalent_is_numpys_equal(self, pair):
        one, other = pair
        same = match_module.equivalent(one, other) is None
        if same or not (dtype_pairs.has_time(one) or dtype_pairs.has_time(other)):
            self.assertEqual(same, one == other, match_module.equivalent(one, other))

    @_SETTINGS
    @hypothesis.given(_pairs())
    def test_layout_is_the_same_elements_at_the_same_offsets(self, pair):
        one, other = pair
        same = match_module.layout(one, other) is None
        expected = (
            one.itemsize == other.itemsize
            and dtype_pairs.leaves(one) == dtype_pairs.leaves(other)
        )
        self.assertEqual(same, expected, match_module.layout(one, other))

    @_SETTINGS
    @hypothesis.given(_pairs())
    def test_equivalent_ones_have_the_same_layout(self, pair):
        if match_module.equivalent(*pair) is None:
            self.assertIsNone(match_module.layout(*pair))
