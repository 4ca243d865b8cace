"""Inputs to try a function on. All sizes of an instance differ from each other, so that nothing fits by
accident.
"""

import numpy as np

SIZES = ((5, 3, 4, 2), (3, 5, 2, 4), (7, 2, 5, 3))  # N examples, d inputs, h hidden units, k outputs
EDGE_SIZES = ((1, 4, 3, 2), (4, 1, 2, 3), (6, 3, 1, 1))  # one example, one input, one unit and output
HIDDEN_SIZES = ((2, 6, 5, 3), (8, 4, 3, 1), (1, 1, 3, 2), (3, 5, 1, 4), (1, 2, 1, 1), (4, 1, 6, 2))


def binary_labels(rng, N, k=1):
    """0 and 1 in every column, in random places; a single example has either."""
    Y = np.zeros((N, k))
    for column in Y.T:
        ones = rng.integers(1, N) if N > 1 else rng.integers(2)
        column[rng.permutation(N)[:ones]] = 1
    return Y


def one_hot(rng, N, K):
    """One class for each row; all classes occur if there are rows enough."""
    return np.eye(K)[rng.permutation(rng.integers(K) + np.arange(N)) % K]


def away_from_zero(rng, *shape):
    """Normal numbers, none of them near the kink of relu."""
    z = rng.standard_normal(shape)
    return z + 0.1 * np.sign(z)


def two_layers(rng, N, d, h, k):
    """A batch and the parameters of a network with one hidden layer; biases are not zero."""
    normal = rng.standard_normal
    return dict(X=normal((N, d)), W1=normal((h, d)), b1=normal(h), W2=normal((k, h)), b2=normal(k))


def numbers(rng, **ranges):
    """Small integers for each name, none of them 0, all of different size: `numbers(rng, x=5)` is −5 … 5."""
    while True:
        found = {
            name: float(rng.choice([-1, 1]) * rng.integers(2, high + 1)) for name, high in ranges.items()
        }
        if len({abs(value) for value in found.values()}) == len(found):
            return found
