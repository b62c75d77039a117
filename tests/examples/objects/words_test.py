# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/objects: arrays of one class, and of no other."""

import sys
import unittest

import numpy as np
import words


class WordsTest(unittest.TestCase):
    def test_splits_into_tokens(self):
        tokens = words.split(" to be  or not ")
        self.assertEqual(tokens.dtype, object)
        self.assertEqual(str(tokens.tolist()),
                         "[Token(1, 2), Token(4, 2), Token(8, 2), Token(11, 3)]")
        self.assertEqual(words.split("  ").shape, (0,))

    def test_takes_any_array_of_tokens(self):
        tokens = words.split("a bb ccc dddd")
        self.assertEqual(words.lengths(tokens).tolist(), [1, 2, 3, 4])
        self.assertEqual(words.lengths(tokens[::-2]).tolist(), [4, 2])
        self.assertEqual(words.lengths(tokens[:0]).dtype, np.int32)

    def test_refuses_other_objects_and_says_where(self):
        tokens = words.split("a bb ccc")
        tokens[1] = "bb"
        with self.assertRaisesRegex(TypeError, r"words\.Token.*index .*1.*str"):
            words.lengths(tokens)
        with self.assertRaisesRegex(TypeError, "got dtype"):
            words.lengths(np.zeros(3))

    def test_tokens_go_with_the_array(self):
        tokens = words.split("one")
        token = tokens[0]
        before = sys.getrefcount(token)
        words.lengths(tokens)
        self.assertEqual(sys.getrefcount(token), before)
        del tokens
        self.assertEqual(sys.getrefcount(token), before - 1)

    def test_the_class_is_not_leaked(self):
        before = sys.getrefcount(words.Token)
        for _ in range(100):
            words.split("to be or not to be")
        self.assertEqual(sys.getrefcount(words.Token), before)


if __name__ == "__main__":
    unittest.main()
