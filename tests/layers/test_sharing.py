"""A layer in two places of a network: one set of parameters, a memory for each place, gradients add up."""

import copy
import pickle

import numpy as np
import pytest

import backprop_lib as bp

N, D, K = 6, 4, 3
RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((N, D)), RNG.standard_normal((N, K))


def dense(n_in, n_out, seed):
    layer = bp.Dense(n_in, n_out, rng=seed)
    layer.params["b"][:] = np.linspace(-0.5, 0.7, n_out)
    return layer


def shared_dense():
    d = dense(5, 5, 1)
    return bp.Sequential(dense(D, 5, 0), bp.Tanh(), d, bp.Sigmoid(), d, bp.Tanh(), d, dense(5, K, 2))


def shared_activation(activation):
    a = activation()
    return bp.Sequential(dense(D, 5, 0), a, dense(5, 7, 1), a, dense(7, K, 2))


def first_layer_again():
    d = dense(D, D, 0)
    return bp.Sequential(d, bp.Tanh(), d, dense(D, K, 1))


def nested():
    d = dense(5, 5, 1)
    left, right = bp.Sequential(d, bp.Tanh(), d), bp.Sequential(bp.GELU(), d)
    return bp.Sequential(dense(D, 5, 0), left, bp.Tanh(), right, dense(5, K, 2))


def a_block_twice():
    block = bp.Sequential(dense(5, 5, 1), bp.Tanh(), dense(5, 5, 3))
    return bp.Sequential(dense(D, 5, 0), block, bp.Sigmoid(), block, block[0], dense(5, K, 2))


def appended_later():
    d = dense(5, 5, 1)
    net = bp.Sequential(dense(D, 5, 0), bp.Sequential(bp.Tanh(), d), bp.Tanh())
    net[1].layers.insert(0, d)
    net.layers += [d, dense(5, K, 2)]
    return net


class Residual(bp.Sequential):
    """x + f(x): a network of one's own, whose passes are not one layer after the other."""

    def forward(self, X):
        return X + super().forward(X)

    def backward(self, upstream):
        return upstream + super().backward(upstream)


def residual():
    block = Residual(dense(5, 5, 1), bp.Tanh())
    return bp.Sequential(dense(D, 5, 0), block, block, block.layers[0], dense(5, K, 2))


NETWORKS = {
    "a dense layer three times": (shared_dense, 3),
    "a tanh twice": (lambda: shared_activation(bp.Tanh), 3),
    "a relu twice": (lambda: shared_activation(bp.ReLU), 3),
    "a softmax twice": (lambda: shared_activation(bp.Softmax), 3),
    "the first layer again": (first_layer_again, 2),
    "inside two networks": (nested, 3),
    "a network twice": (a_block_twice, 4),
    "put in later": (appended_later, 3),
    "a residual block": (residual, 3),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradients_are_right_and_parameters_are_numbered_once(name):
    build, count = NETWORKS[name]
    net = build()
    report = bp.check_gradients(net, bp.HalfSquaredError(), X, Y)
    assert report.ok, report
    assert [*net.params] == [f"{key}{n}" for n in range(1, count + 1) for key in "Wb"]
    assert net.theta.size == sum(P.size for P in net.params.values())


def test_the_gradients_of_the_places_add_up():
    """The same network with two layers of equal numbers: the gradient of the one is the sum of the two."""
    d = dense(D, D, 0)
    once = bp.Sequential(d, bp.Tanh(), d)
    twice = bp.Sequential(copy.deepcopy(d), bp.Tanh(), copy.deepcopy(d))
    upstream = RNG.standard_normal((N, D))
    for net in (once, twice):
        net.forward(X)
        net.backward(upstream)
    for key in "Wb":
        by_place = twice.grads[f"{key}1"] + twice.grads[f"{key}2"]
        np.testing.assert_allclose(once.grads[f"{key}1"], by_place, rtol=1e-13)
    assert d.grads["W"] is once.grads["W1"], "the layer that was shared holds the sum"
    first = once.gradient.copy()
    once.backward(upstream)
    assert np.array_equal(once.gradient, first), "a second backward does not add to the first"


def test_each_place_remembers_its_own_pass():
    relu = bp.ReLU()
    net = bp.Sequential(relu, dense(D, K, 0), relu)
    A = net.forward(X)
    assert np.array_equal(net[0].A, np.maximum(X, 0)) and net[2].A is A


def test_a_kink_in_the_first_place_of_a_relu_is_no_mistake():
    relu, first = bp.ReLU(), bp.Dense(D, 5, rng=0)
    net = bp.Sequential(first, relu, dense(5, 5, 1), relu, dense(5, K, 2))
    report = bp.check_gradients(net, bp.HalfSquaredError(), np.zeros((N, D)), Y)
    assert report.ok and report["b1"].verdict == "kink"


def test_a_shared_dropout_drops_other_entries_in_each_place():
    drop = bp.Dropout(0.5, rng=0)
    net = bp.Sequential(drop, dense(D, D, 0), drop, dense(D, K, 1))
    net.forward(X)
    assert not np.array_equal(net[0].mask, net[2].mask)
    assert bp.check_gradients(net, bp.HalfSquaredError(), X, Y).ok
    assert net.eval().forward(X).shape == (N, K) and not net[2].training


@pytest.mark.parametrize("optimizer", [bp.SGD(0.1), bp.SGD(0.1, 0.9, weight_decay=0.2), bp.Adam(0.01)])
def test_an_optimizer_moves_it_once(optimizer):
    """By hand on the vector, with the gradient that numbers confirm."""
    net, loss = shared_dense(), bp.HalfSquaredError()
    before = net.theta.copy()
    loss.forward(net.forward(X), Y)
    net.backward(loss.backward())
    gradient = net.gradient + optimizer.penalty_gradient(net)
    optimizer.step(net)
    moved = gradient if isinstance(optimizer, bp.SGD) else gradient / (np.abs(gradient) + optimizer.eps)
    np.testing.assert_allclose(net.theta, before - optimizer.lr * moved, rtol=1e-12)


def test_it_trains_and_early_stopping_puts_it_back():
    net = nested()
    history = bp.train(
        net, bp.HalfSquaredError(), X, Y, bp.SGD(0.1), epochs=40, rng=0, progress=False,
        validation=(X, Y), patience=3,
    )  # fmt: skip
    assert history.loss[-1] < 0.8 * history.loss[0]
    assert set(history.gradient_norms) == {"W1", "W2", "W3"}


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "a residual block"])
def test_a_file_remembers_what_is_shared(tmp_path, name):
    build, _ = NETWORKS[name]
    net = build()
    net.save(tmp_path / "net")
    loaded = bp.load(tmp_path / "net")
    assert np.array_equal(loaded.forward(X), net.forward(X)) and [*loaded.params] == [*net.params]
    loaded.theta += 0.1
    net.theta += 0.1
    assert np.array_equal(loaded.forward(X), net.forward(X)), "still one layer in several places"


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_shares_within_itself_and_not_with_the_original(duplicate):
    net = a_block_twice()
    twin, before = duplicate(net), net.forward(X)
    assert [*twin.params] == [*net.params] and np.array_equal(twin.forward(X), before)
    twin.theta[:] = 0
    assert not twin.forward(X).any() and np.array_equal(net.forward(X), before)
    assert bp.check_gradients(duplicate(net), bp.HalfSquaredError(), X, Y).ok


@pytest.mark.parametrize("scalar", [False, True])
def test_in_the_graph_a_shared_layer_has_one_set_of_leaves(scalar):
    d = dense(D, D, 0)
    net, loss = bp.Sequential(d, bp.Tanh(), d, bp.Tanh(), dense(D, K, 1)), bp.HalfSquaredError()
    L = bp.to_graph(net, X, scalar, loss=loss, Y=Y)
    L.backward()
    leaves = {leaf.name: leaf for leaf in bp.leaves(L)}
    loss.forward(net.forward(X), Y)
    net.backward(loss.backward())
    if scalar:
        assert leaves["W1_2_3"].grad == pytest.approx(net.grads["W1"][2, 3], rel=1e-12)
        assert leaves["b2_1"].grad == pytest.approx(net.grads["b2"][1], rel=1e-12)
    else:
        assert set(leaves) == {"X", "W1", "b1", "W2", "b2"}
        for name, gradient in net.grads.items():
            np.testing.assert_allclose(leaves[name].grad, gradient, rtol=1e-12)


class Siamese(bp.Layer):
    """A layer of one's own that applies another twice: f(left half) − f(right half)."""

    def __init__(self, layer):
        super().__init__()
        self.left, self.right = layer, layer.twin()

    def leaves(self):
        return [self.left, self.right]

    def forward(self, X):
        half = X.shape[1] // 2
        return self.left.forward(X[:, :half]) - self.right.forward(X[:, half:])

    def backward(self, upstream):
        dX = np.hstack([self.left.backward(upstream), self.right.backward(-upstream)])
        for key, gradient in self.right.grads.items():
            self.left.grads[key] = self.left.grads[key] + gradient
        return dX


def test_a_layer_of_ones_own_uses_a_twin():
    net, loss = bp.Sequential(Siamese(dense(2, 5, 0)), bp.Tanh(), dense(5, K, 1)), bp.HalfSquaredError()
    assert [*net.params] == ["W1", "b1", "W2", "b2"]
    loss.forward(net.forward(X), Y)
    net.backward(loss.backward())
    gradient, theta = net.gradient.copy(), net.theta.copy()

    def at(values):
        net.theta = values
        return loss.forward(net.forward(X), Y)

    np.testing.assert_allclose(gradient, bp.numerical_gradient(at, theta), rtol=1e-7, atol=1e-9)


def test_eval_reaches_the_layers_inside_a_layer_of_ones_own():
    siamese = Siamese(bp.Dropout(0.5, rng=0))
    net = bp.Sequential(siamese, dense(D // 2, K, 0)).eval()
    assert not siamese.left.training and not siamese.right.training
    assert np.array_equal(net.forward(X), net.forward(X))
    assert net.train() is net and siamese.left.training and siamese.right.training


def test_new_params_for_a_shared_layer_are_refused():
    net = shared_dense()
    net[2].params["W"] = np.eye(5)
    assert np.array_equal(net.params["W2"], np.eye(5)) and net[4].params["W"] is net[2].params["W"]
    net[2].params = {"W": np.eye(5), "b": np.zeros(5)}
    with pytest.raises(ValueError, match=r"Dense\(5, 5\) stands in two places: change its params one by one"):
        net.forward(X)
