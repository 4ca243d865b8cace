"""Optimisers: the steps that were published, in place, and weight decay on weights only."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.numerical import numerical_gradient


def layer_with(W, dW, db=0.0, dtype=float):
    layer = bp.Dense(1, 1, dtype=dtype)
    layer.params["W"][:] = W
    layer.grads = {"W": np.array([[dW]], dtype), "b": np.array([db], dtype)}
    return layer


def test_sgd_is_the_update_of_the_lectures():
    """Lecture 000 at (x, y) = (50, 1), w = b = 0: gradients −25 and −0.5, with rate 0.1 then w = 2.5 and b =
    0.05.
    """
    layer, loss = bp.Dense(1, 1, init="zeros"), bp.BinaryCrossEntropyWithLogits()
    W = layer.params["W"]
    loss.forward(layer.forward([[50]]), [[1]])
    layer.backward(loss.backward())
    assert (layer.grads["W"].item(), layer.grads["b"].item()) == (-25, -0.5)
    bp.SGD(0.1).step(layer)
    assert (W.item(), layer.params["b"].item()) == (2.5, 0.05), "the array that was there has changed"


def test_momentum_by_hand():
    """v = g, then μ v + g: with η = 0.1, μ = 0.9, g = 1 the weight goes 0 → −0.1 → −0.29 → −0.561."""
    layer, optimizer, path = layer_with(0, 1), bp.SGD(0.1, momentum=0.9), []
    for _ in range(3):
        optimizer.step(layer)
        path.append(round(layer.params["W"].item(), 12))
    assert path == [-0.1, -0.29, -0.561]


def test_adams_first_steps():
    """Kingma & Ba, section 2.1: the first step has size lr whatever the gradient; then algorithm 1, g = 0.5,
    −0.2.
    """
    layer, optimizer = layer_with(1.0, 0.5), bp.Adam(0.001)
    optimizer.step(layer)
    assert layer.params["W"].item() == pytest.approx(1 - 0.001 * 0.5 / (0.5 + 1e-8), rel=1e-15)
    layer.grads["W"][:] = -0.2
    optimizer.step(layer)
    m, v = (0.9 * 0.05 - 0.02) / (1 - 0.81), (0.999 * 0.00025 + 0.00004) / (1 - 0.998001)
    assert layer.params["W"].item() == pytest.approx(0.99900000002 - 0.001 * m / (v**0.5 + 1e-8), rel=1e-12)


def test_weight_decay_adds_lambda_w_and_spares_biases():
    layer = layer_with(2.0, 0.0)
    layer.params["b"][:] = 2.0
    bp.SGD(0.1, weight_decay=0.5).step(layer)
    assert layer.params["W"].item() == 2 - 0.1 * 0.5 * 2 and layer.params["b"].item() == 2


def test_the_objective_with_weight_decay_is_the_integral_of_its_gradient():
    rng = np.random.default_rng(0)
    net, loss, optimizer = (
        bp.MLP(3, (5,), 2, activation="tanh", rng=1),
        bp.HalfSquaredError(),
        bp.SGD(1.0, weight_decay=0.3),
    )
    X, Y, W1 = rng.standard_normal((4, 3)), rng.standard_normal((4, 2)), net.params["W1"]

    def objective(value):
        W1[...] = value
        return loss.forward(net.forward(X), Y) + optimizer.penalty(net)

    before = W1.copy()
    numerical = numerical_gradient(objective, W1)
    objective(before)
    net.backward(loss.backward())
    optimizer.step(net)
    np.testing.assert_allclose(before - W1, numerical, rtol=1e-7, atol=1e-10)


def test_a_schedule_is_a_function_of_the_steps_taken():
    layer, optimizer, path = layer_with(0, 1), bp.SGD(lambda t: 1 / (1 + t)), []
    for _ in range(3):
        optimizer.step(layer)
        path.append(-layer.params["W"].item())
    assert path == pytest.approx([1, 1.5, 1.5 + 1 / 3])


@pytest.mark.parametrize(
    "optimizer", [bp.SGD(np.float64(0.1), 0.9, 0.1), bp.Adam(np.float64(0.1), weight_decay=0.1)]
)
def test_float32_parameters_stay_float32(optimizer):
    layer = layer_with(1, 1, dtype=np.float32)
    optimizer.step(layer)
    assert layer.params["W"].dtype == np.float32
    vectors = [kept for memory in optimizer.memory.values() for kept in memory.values() if np.ndim(kept)]
    assert vectors and all(vector.dtype == np.float32 for vector in vectors)


def test_one_optimizer_keeps_the_memory_of_two_networks_apart():
    optimizer, first, second = bp.SGD(0.1, momentum=0.9), layer_with(0, 1), layer_with(0, -1)
    for _ in range(2):
        optimizer.step(first)
        optimizer.step(second)
    assert first.params["W"].item() == -second.params["W"].item() == pytest.approx(-0.29)


def test_misuse_is_explained():
    with pytest.raises(ValueError, match="step before backward"):
        bp.SGD(0.1).step(bp.Dense(2, 3))
    with pytest.raises(ValueError, match="must not be negative"):
        bp.SGD(-0.1)
    with pytest.raises(NotImplementedError, match=r"Optimizer has no direction\(gradient, memory\) yet"):
        bp.Optimizer(0.1).step(layer_with(1, 1))
    with pytest.raises(ValueError, match="lr is nan, but must not be negative"):
        bp.SGD(lambda t: np.nan).step(layer_with(1, 1))


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, np.nan])
@pytest.mark.parametrize(
    "name, build",
    [
        ("momentum", lambda value: bp.SGD(0.1, momentum=value)),
        ("beta1", lambda value: bp.Adam(beta1=value)),
        ("beta2", lambda value: bp.Adam(beta2=value)),
    ],
)
def test_a_mean_needs_weights_below_one(name, build, value):
    with pytest.raises(
        ValueError, match=f"{name} is {value}, but must not be negative, and a number below 1"
    ):
        build(value)


@pytest.mark.parametrize("value", [-0.1, np.inf, np.nan, "fast"])
@pytest.mark.parametrize(
    "name, build",
    [
        ("lr", bp.SGD),
        ("lr", bp.Adam),
        ("weight_decay", lambda value: bp.SGD(0.1, weight_decay=value)),
        ("weight_decay", lambda value: bp.Adam(weight_decay=value)),
        ("eps", lambda value: bp.Adam(eps=value)),
    ],
)
def test_other_settings_are_finite_and_not_negative(name, build, value):
    with pytest.raises(ValueError, match=f"{name} is {value}, but must .*, and a number below inf"):
        build(value)


def test_adam_divides_by_epsilon_where_a_gradient_is_zero():
    with pytest.raises(ValueError, match="eps is 0, but must be positive"):
        bp.Adam(eps=0)
    layer = layer_with(1, 0)
    bp.Adam(0.1).step(layer)
    assert layer.params["W"] == 1


def adam_of_the_paper(P, gradients, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Kingma & Ba 2015, algorithm 1, line by line."""
    m, v = np.zeros_like(P), np.zeros_like(P)
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        P = P - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return P


def test_adam_is_the_algorithm_of_the_paper():
    rng = np.random.default_rng(0)
    net, optimizer = bp.MLP(4, 3, 2, rng=1), bp.Adam(0.01, 0.8, 0.95)
    start, gradients = net.theta.copy(), rng.standard_normal((50, 23)) * 10.0 ** rng.integers(-6, 3, (50, 23))
    net.backward(np.ones_like(net.forward(np.ones((1, 4)))))
    for gradient in gradients:
        net.gradient = gradient
        optimizer.step(net)
    expected = adam_of_the_paper(start, gradients, 0.01, 0.8, 0.95)
    np.testing.assert_allclose(net.theta, expected, rtol=0, atol=1e-14)
