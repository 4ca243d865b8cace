"""Random numbers that a page without Python makes as well: the same seed, the same numbers."""

import math

import numpy as np


class Generator:
    """Stands in for numpy's generator in the datasets and the initialisers; its sibling is the `generator` of
    ``playground.js``.

    The 32 bits of each number are those of mulberry32 (T. Ettinger, public domain), the normal numbers those
    of Box and Muller (1958).
    """

    def __init__(self, seed):
        self.state = seed

    def random(self):
        """A number from 0 up to 1, without 1."""
        self.state = (self.state + 0x6D2B79F5) % 2**32
        t = self.state
        t = (t ^ t >> 15) * (t | 1) % 2**32
        t ^= (t + (t ^ t >> 7) * (t | 61)) % 2**32
        return (t ^ t >> 14) / 2**32

    def uniform(self, low, high, size):
        return self._filled(size, lambda: low + (high - low) * self.random())

    def standard_normal(self, size):
        return self._filled(size, self._normal)

    def permutation(self, n):
        """The numbers from 0 to n − 1 in some order."""
        order = np.arange(n)
        for last in range(n - 1, 0, -1):
            other = int(self.random() * (last + 1))
            order[[last, other]] = order[[other, last]]
        return order

    def _normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.random()))
        return radius * math.cos(2 * math.pi * self.random())

    def _filled(self, size, draw):
        filled = np.empty(size)
        for place in np.ndindex(filled.shape):
            filled[place] = draw()
        return filled
