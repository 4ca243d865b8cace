"""θ: all parameters of a network in one vector, of which W and b are views, whatever is done to layers."""

import copy
import pickle

import numpy as np
import pytest

import backprop_lib as bp

N, D, H, K = 5, 4, 6, 3
RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((N, D)), RNG.standard_normal((N, K))


def mlp(**kwargs):
    return bp.MLP(D, H, K, activation="tanh", rng=0, **kwargs)


def passes(net, X=X, Y=Y):
    loss = bp.HalfSquaredError()
    value = loss.forward(net.forward(X), Y)
    net.backward(loss.backward())
    return value


def lies_in(vector, arrays):
    """Are the arrays the pieces of the vector, one after the other?"""
    flat = np.concatenate([array.ravel() for array in arrays])
    return np.array_equal(flat, vector) and all(np.shares_memory(array, vector) for array in arrays)


def nested():
    return bp.Sequential(bp.Sequential(bp.Dense(D, H, rng=0), bp.Tanh()), bp.Dense(H, K, rng=1))


@pytest.mark.parametrize("build", [mlp, nested, lambda: bp.Dense(D, K, rng=0)])
def test_every_w_and_b_is_a_view_of_theta_and_every_gradient_of_the_gradient(build):
    net = build()
    assert lies_in(net.theta, net.params.values())
    passes(net)
    assert net.gradient.shape == net.theta.shape and lies_in(net.gradient, net.grads.values())
    passes(net)
    assert lies_in(net.gradient, net.grads.values())
    name = [*net.params][-1]
    net.theta[-1] = 7
    assert net.params[name][-1] == 7
    net.params[name][-1] = 8
    assert net.theta[-1] == 8


def test_one_line_is_a_step_of_gradient_descent():
    net, other = mlp(), mlp()
    passes(net)
    passes(other)
    W1 = net.params["W1"]
    net.theta -= 0.1 * net.gradient
    bp.SGD(0.1).step(other)
    assert np.array_equal(net.theta, other.theta) and net.params["W1"] is W1
    np.testing.assert_allclose(W1, mlp().params["W1"] - 0.1 * net.grads["W1"], rtol=1e-14)


def test_the_gradient_can_be_clipped_in_one_line():
    net = mlp()
    passes(net)
    net.gradient *= 0.01 / np.linalg.norm(net.gradient)
    norms = [np.linalg.norm(gradient) for gradient in net.grads.values()]
    assert np.linalg.norm(norms) == pytest.approx(0.01)


def test_newton_finds_the_minimum_of_a_quadratic_in_one_step():
    """With θ the Hessian is one matrix: ½‖XWᵀ + b − y‖² has the least-squares solution as its minimum."""
    net, target = bp.Dense(2, 1, rng=0), Y[:, :1]

    def gradient_at(theta):
        net.theta = theta
        passes(net, X[:, :2], target)
        return net.gradient.copy()

    start = net.theta.copy()
    hessian = np.array([gradient_at(start + e) - gradient_at(start) for e in np.eye(3)])
    net.theta = start - np.linalg.solve(hessian, gradient_at(start))
    expected = np.linalg.lstsq(np.column_stack([X[:, :2], np.ones(N)]), target, rcond=None)[0]
    np.testing.assert_allclose(net.theta, expected[:, 0], rtol=1e-10)


def test_before_backward_there_is_no_gradient():
    net = mlp()
    for use in (lambda: net.gradient, lambda: bp.SGD(0.1).step(net), lambda: bp.Adam().step(net[0])):
        with pytest.raises(
            ValueError, match=r"Dense\(4, 6\): there is no gradient of W yet; a step before backward"
        ):
            use()
    net.forward(X)
    assert net.grads["W1"] is None and net.theta.size == 4 * 6 + 6 + 6 * 3 + 3


def test_the_next_backward_overwrites_the_gradients():
    net = mlp()
    passes(net)
    gradient, dW1 = net.gradient, net.grads["W1"]
    kept = dW1.copy()
    passes(net, X, Y + 1)
    assert net.gradient is gradient and net.grads["W1"] is dW1 and not np.array_equal(dW1, kept)


def test_without_the_input_gradient_the_gradient_is_the_same():
    net, other = mlp(), mlp()
    net.input_gradient = False
    passes(net)
    passes(other)
    assert np.array_equal(net.gradient, other.gradient)


def test_an_array_put_into_a_layer_moves_into_theta():
    net, W = mlp(), np.full((H, D), 2.0)
    theta, b1 = net.theta, net.params["b1"]
    net[0].params["W"] = W
    assert net.theta is theta and (theta[: H * D] == 2).all(), "copied to the place of W"
    assert net[0].params["W"] is not W and net.params["b1"] is b1, "nothing else has moved"
    net[0].params = {"W": 3 * W, "b": np.ones(H)}
    net[2].params["b"] = [1, 2, 3]
    assert (net.theta[: H * D] == 6).all() and net.params["b2"].tolist() == [1, 2, 3]
    passes(net)
    bp.SGD(0.1).step(net)
    assert lies_in(net.theta, net.params.values()) and net.theta is theta


@pytest.mark.parametrize("which", ["params", "grads"])
def test_an_array_of_another_shape_is_refused(which):
    net = mlp()
    passes(net)
    getattr(net[0], which)["W"] = np.ones((D, H))
    what = "W" if which == "params" else "the gradient of W"
    with pytest.raises(ValueError, match=rf"Dense\(4, 6\): {what} is \(4, 6\), expected \(6, 4\)"):
        bp.SGD(0.1).step(net)


@pytest.mark.parametrize("name", ["theta", "gradient"])
def test_a_vector_of_another_size_is_refused(name):
    net = mlp()
    passes(net)
    with pytest.raises(ValueError, match=rf"{name} is \(51,\), but the new values are \(50,\)"):
        setattr(net, name, np.zeros(50))
    setattr(net, name, 0)
    assert not getattr(net, name).any()


def test_a_change_in_the_list_of_layers_reaches_theta():
    net = nested()
    passes(net)
    bp.SGD(0.1, momentum=0.9).step(net)
    net[0].layers.append(bp.Dense(H, H, rng=2))
    assert net.theta.size == 4 * 6 + 6 + 6 * 6 + 6 + 6 * 3 + 3 and [*net.params][-1] == "b3"
    optimizer, before = bp.Adam(), net.theta.copy()
    with pytest.raises(ValueError, match=r"Dense\(6, 6\): there is no gradient of W yet"):
        optimizer.step(net)
    passes(net)
    optimizer.step(net)
    assert (net.theta != before).all() and lies_in(net.theta, net.params.values())
    del net.layers[0].layers[-1]
    passes(net)
    optimizer.step(net)
    assert net.theta.size == 51


def test_layers_that_were_trained_move_with_what_they_learnt():
    old = mlp()
    passes(old)
    bp.SGD(0.1).step(old)
    W1 = old.params["W1"].copy()
    new = bp.Sequential(*old.layers[:2], bp.Dense(H, 2, rng=3))
    assert np.array_equal(new.params["W1"], W1) and lies_in(new.theta, new.params.values())
    passes(new, X, Y[:, :2])
    bp.SGD(0.1).step(new)
    assert np.array_equal(old.params["W1"], new[0].params["W"]) and not np.array_equal(old.params["W1"], W1)


def test_a_layer_in_two_networks_is_trained_by_both():
    """An autoencoder and its encoder, each with an optimizer of its own, take turns."""
    encoder, decoder = bp.Sequential(bp.Dense(D, 2, rng=0), bp.Tanh()), bp.Dense(2, D, rng=1)
    both, alone = bp.Sequential(encoder, decoder), bp.Dense(D, 2, rng=0)
    for net in (both, encoder, both, encoder[0]):
        before, P = encoder.theta.copy(), encoder[0].params["W"].copy()
        target = X if net is both else X[:, :2]
        passes(net, X, target)
        bp.SGD(0.5).step(net)
        assert (encoder.theta != before).all() and not np.array_equal(both.params["W1"], P)
        assert np.array_equal(encoder.params["W1"], both.params["W1"]), net
    assert alone.theta.size == 10


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
@pytest.mark.parametrize("build", [mlp, nested, lambda: bp.Dense(D, K, rng=0)])
def test_a_copy_has_a_theta_of_its_own(duplicate, build):
    net = build()
    passes(net)
    bp.SGD(0.1).step(net)
    other = duplicate(net)
    assert np.array_equal(other.theta, net.theta) and not np.shares_memory(other.theta, net.theta)
    assert lies_in(other.theta, other.params.values())
    before, W = net.theta.copy(), [*other.params.values()][0]
    passes(other)
    bp.SGD(0.1).step(other)
    assert np.array_equal(net.theta, before) and not np.array_equal(other.theta, before)
    assert np.shares_memory(W, other.theta), "an array taken before the step is moved by it"


def test_float32_stays_float32_and_mixed_layers_take_the_wider_type():
    net = mlp(dtype=np.float32)
    passes(net, X.astype(np.float32), Y.astype(np.float32))
    for optimizer in (bp.SGD(np.float64(0.1), 0.9, 0.1), bp.Adam(np.float64(0.1))):
        optimizer.step(net)
    assert net.theta.dtype == net.gradient.dtype == net.params["W2"].dtype == np.float32
    mixed = bp.Sequential(bp.Dense(D, H, rng=0, dtype=np.float32), bp.Dense(H, K, rng=1))
    assert mixed.theta.dtype == mixed[0].params["W"].dtype == np.float64
    for layer in net.leaves():
        layer.params = {key: P.astype(np.float64) for key, P in layer.params.items()}
    assert net.theta.dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_has_the_type_of_theta_whatever_x_is(dtype):
    net, other = mlp(), mlp(dtype=np.float32)
    for network in (net, other):
        for _ in range(2):
            value = passes(network, X.astype(dtype), Y)
            assert network.gradient.dtype == network.theta.dtype
            assert lies_in(network.gradient, network.grads.values())
    assert value > 0


def test_whole_numbers_are_promoted_and_anything_else_refused():
    net = mlp()
    net[0].params["W"] = np.arange(H * D).reshape(H, D)
    assert net.theta.dtype == np.float64 and net.params["W1"][1, 0] == 4
    net[0].params["W"] = np.full((H, D), "a")
    with pytest.raises(TypeError, match=r"Dense\(4, 6\): W takes an array of numbers; this one holds <U1"):
        _ = net.theta


class Scale(bp.Layer):
    """A layer of one's own, whose parameter appears when the first X does."""

    def forward(self, X):
        if not self.params:
            self.params["s"] = np.full(X.shape[1], 2.0)
        self.X = X
        return X * self.params["s"]

    def backward(self, upstream):
        self.grads["s"] = (upstream * self.X).sum(axis=0)
        return upstream * self.params["s"]


def test_a_parameter_that_a_layer_of_ones_own_makes_late_is_trained_too():
    net = bp.Sequential(bp.Dense(D, H, rng=0), Scale(), bp.Dense(H, K, rng=1))
    assert net.theta.size == 51
    passes(net)
    assert net.theta.size == 57 and [*net.params] == ["W1", "b1", "s2", "W3", "b3"]
    bp.SGD(0.1, weight_decay=0.1).step(net)
    passes(net)
    before, s = net.params["s2"].copy(), net[1].params["s"]
    bp.SGD(0.1).step(net)
    np.testing.assert_allclose(s, before - 0.1 * net.grads["s2"], rtol=1e-14)
    assert bp.check_gradients(net, bp.HalfSquaredError(), X, Y).ok


def test_a_layer_of_ones_own_may_hold_one_number():
    class Gain(bp.Layer):
        def __init__(self):
            super().__init__()
            self.params = {"g": 2.0}

        def forward(self, X):
            self.X = X
            return self.params["g"] * X

        def backward(self, upstream):
            self.grads["g"] = float((upstream * self.X).sum())
            return self.params["g"] * upstream

    net = bp.Sequential(bp.Dense(D, K, rng=0), Gain())
    assert bp.check_gradients(net, bp.HalfSquaredError(), X, Y).ok
    passes(net)
    bp.SGD(0.1).step(net)
    assert net.theta.shape == (16,) and net.params["g2"].item() != 2


def test_a_layer_without_parameters_has_an_empty_theta():
    relu = bp.ReLU()
    passes(relu, X, X)
    bp.Adam().step(relu)
    assert relu.theta.shape == relu.gradient.shape == (0,)


def test_params_and_grads_of_a_network_are_live():
    net, zeros = mlp(), np.zeros((H, D))
    net.params.update(W1=zeros)
    assert not net[0].params["W"].any()
    net.params |= {"b1": 3 * np.ones(H)}
    net.params = {"b2": [1, 2, 3]}
    assert (net[0].params["b"] == 3).all() and net[2].params["b"].tolist() == [1, 2, 3]
    with pytest.raises(KeyError, match="there is no array W1 yet"):
        net.grads["W1"] = zeros
    passes(net)
    net.grads["W1"] = zeros
    assert not net.gradient[: H * D].any() and not net[0].grads["W"].any()
    with pytest.raises(KeyError, match="no W3, only W1, b1, W2, b2"):
        net.params["W3"] = zeros
    for forbidden in (
        lambda: net.params.pop("W1"),
        lambda: net.params.clear(),
        lambda: net.params.setdefault("a", 1),
    ):
        with pytest.raises(TypeError, match="names cannot be added or taken away"):
            forbidden()


def test_checking_the_gradients_leaves_both_vectors_alone():
    net = mlp(dtype=np.float32)
    passes(net)
    theta, gradient, W1, dW1 = net.theta, net.gradient, net.params["W1"], net.grads["W1"]
    kept = theta.copy(), gradient.copy()
    assert bp.check_gradients(net, bp.HalfSquaredError(), X, Y, optimizer=bp.SGD(0.1, weight_decay=0.2)).ok
    assert net.params["W1"] is W1 and net.grads["W1"] is dW1
    assert net.theta is theta and net.gradient is gradient
    assert np.array_equal(theta, kept[0]) and np.array_equal(gradient, kept[1])
    passes(net, X, Y + 1)
    assert not np.array_equal(gradient, kept[1]), "backward writes into it again"


def test_weights_are_theta_without_the_biases():
    net = mlp()
    net.theta = np.arange(1.0, 52)
    W1, W2 = net.params["W1"], net.params["W2"]
    assert net.weights.sum() == W1.sum() + W2.sum() and net.weights.shape == (51,)
