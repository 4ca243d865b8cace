"""Datasets: the shapes they promise, reproducible by seed, with source and licence."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib import datasets


@pytest.mark.parametrize(
    "name, classes", [("two_moons", 2), ("circles", 2), ("blobs", 3), ("xor", 2), ("spirals", 2)]
)
def test_points_in_the_plane(name, classes):
    generate = getattr(datasets, name)
    X, Y = generate(101, rng=3)
    assert X.shape == (101, 2) and Y.shape == (101,) and X.dtype == float and Y.dtype.kind == "i"
    assert np.bincount(Y).tolist() and len(np.bincount(Y)) == classes and np.ptp(np.bincount(Y)) <= 1
    assert np.array_equal(X, generate(101, rng=3).X) and not np.array_equal(X, generate(101, rng=4).X)
    assert "source:" in str(generate(11, rng=0)) and "licence: CC0" in str(generate(11, rng=0))
    with pytest.raises(ValueError, match="ask for at least one of each"):
        generate(1)


def test_xor_is_xor():
    X, Y = datasets.xor(40, noise=0, rng=0)
    assert np.array_equal(Y, X[:, 0] != X[:, 1])


def test_highams_points_and_network():
    data, net = datasets.higham(), datasets.higham_network(rng=0)
    assert data.X.shape == (10, 2) and data.Y.sum(axis=0).tolist() == [5, 5] and data.Y[0].tolist() == [1, 0]
    assert [P.shape for P in net.params.values()] == [(2, 2), (2,), (3, 2), (3,), (2, 3), (2,)]
    assert net.forward(data.X).shape == (10, 2) and net.params["b1"].any()


def test_digits_are_split_scaled_and_complete():
    data = datasets.digits(rng=0)
    assert data.X.shape == (1348, 64) and data.X_test.shape == (449, 64)
    assert data.X.min() == 0 and data.X.max() == 1 and set(data.Y) == set(data.Y_test) == set(range(10))
    assert "CC BY 4.0" in str(data) and "X_test (449, 64) float64" in str(data)
    assert not np.array_equal(data.Y, datasets.digits(rng=1).Y)
    with pytest.raises(ValueError, match="between 0 and 1"):
        datasets.digits(test_share=1)


def test_two_moons_can_be_learnt():
    X, Y = datasets.two_moons(150, rng=0)
    net = bp.MLP(2, (16,), 2, activation="tanh", rng=0)
    bp.train(net, bp.SoftmaxCrossEntropy(), X, Y, bp.Adam(0.02), epochs=100, rng=0, progress=False)
    assert bp.accuracy(net.forward(X), Y) >= 0.98
