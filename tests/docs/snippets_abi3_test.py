# SPDX-License-Identifier: BSD-3-Clause
"""Compiles and runs every snippet of the documentation against the limited C-API of CPython 3.9."""

import unittest

import snippets_test


class SnippetsAbi3Test(snippets_test.SnippetsTest):
    limited = True


if __name__ == "__main__":
    unittest.main()
