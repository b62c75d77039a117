# SPDX-License-Identifier: BSD-3-Clause
"""Choices read from the bytes that a fuzzer gives."""


class Choices:
    """The part of random.Random that the makers of random things use; zeros after the end."""

    def __init__(self, data):
        self._bytes = iter(data)

    def randrange(self, limit):
        width = 1 if limit <= 256 else 2
        value = 0
        for _ in range(width):
            value = value * 256 + next(self._bytes, 0)
        return value % limit

    def random(self):
        return self.randrange(256) / 256

    def choice(self, items):
        return items[self.randrange(len(items))]

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.randrange(i + 1)
            items[i], items[j] = items[j], items[i]
