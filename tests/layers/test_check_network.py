"""check_gradients: right networks pass, always; each planted mistake is reported and the layer that holds it
is named.

The numbers before the mistakes are the rows of MISCONCEPTIONS.md.
"""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.network import check_gradients

N, D, H, K = 5, 4, 6, 3
RNG = np.random.default_rng(0)
X, LABELS, ONE_HOT = RNG.standard_normal((N, D)), np.array([0, 2, 1, 1, 0]), np.eye(K)[[0, 2, 1, 1, 0]]


def check(*layers, loss=None, Y=LABELS, X=X, **kwargs):
    return check_gradients(bp.Sequential(*layers), loss or bp.SoftmaxCrossEntropy(), X, Y, **kwargs)


def layers(first=bp.Dense, activation=bp.Tanh, last=bp.Dense, output=None):
    """A 4-6-3 network with biases that are not zero."""
    made = [first(D, H, rng=1), activation(), last(H, K, rng=2), *([output()] if output else [])]
    for layer in made:
        if layer.params:
            layer.params["b"][:] = RNG.standard_normal(layer.params["b"].shape)
    return made


@pytest.mark.parametrize(
    "activation", [bp.Sigmoid, bp.Tanh, bp.ReLU, bp.LeakyReLU, bp.GELU, bp.Softplus, bp.Softmax]
)
@pytest.mark.parametrize(
    "loss, output, Y",
    [
        (bp.SoftmaxCrossEntropy, None, LABELS),
        (bp.HalfSquaredError, None, ONE_HOT),
        (bp.BinaryCrossEntropy, bp.Sigmoid, ONE_HOT),
        (bp.BinaryCrossEntropyWithLogits, None, ONE_HOT),
        (bp.HalfSquaredError, bp.Softmax, ONE_HOT),
    ],
)
def test_right_networks_pass(activation, loss, output, Y):
    report = check(*layers(activation=activation, output=output), loss=loss(), Y=Y)
    assert report.ok and not report.problems, report
    assert [row.name for row in report.rows] == ["X", "W1", "b1", "W2", "b2"]
    assert max(row.error for row in report.rows) < 1e-6


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("stretch", [1e-3, 1.0, 255.0])
def test_right_networks_pass_at_every_size_of_the_input(seed, stretch):
    """Unscaled pixels, saturated sigmoids and tiny gradients are no mistakes."""
    rng = np.random.default_rng(seed)
    for activation in ("relu", "sigmoid", "tanh", "gelu"):
        net = bp.MLP(7, (5, 6, 4), 3, activation=activation, init=bp.normal(1.0), rng=rng)
        report = check_gradients(
            net, bp.SoftmaxCrossEntropy(), stretch * rng.standard_normal((6, 7)), rng.integers(0, 3, 6)
        )
        assert report.ok, report


def test_dropout_weight_decay_and_float32_pass_and_the_network_is_left_as_it_was():
    net = bp.MLP(D, H, K, rng=1, dtype=np.float32)
    net.layers.insert(2, bp.Dropout(0.5, rng=3))
    W, before, state = net.params["W1"], net.params["W1"].copy(), net[2].rng.bit_generator.state
    assert check_gradients(
        net, bp.SoftmaxCrossEntropy(), X, LABELS, optimizer=bp.SGD(0.1, weight_decay=0.3)
    ).ok
    assert net.params["W1"] is W and np.array_equal(W, before) and net[2].rng.bit_generator.state == state
    assert net.grads["W1"] is None and net.input_gradient


def test_a_relu_at_zero_is_a_kink_and_no_mistake():
    made = layers(activation=bp.ReLU)
    made[0].params["b"][:] = 0
    report = check(*made, X=np.zeros((N, D)))
    assert report.ok and report["b1"].verdict == "kink"
    assert "kink: a relu sits at z = 0" in str(report)
    made[0].params["b"][:] = 1e-6
    assert {row.verdict for row in check(*made, X=np.zeros((N, D))).rows} == {"ok"}, (
        "near 0 a smaller step decides"
    )


def test_large_arrays_are_sampled_and_the_table_says_so():
    report = check_gradients(
        bp.MLP(30, 40, K, rng=0), bp.SoftmaxCrossEntropy(), RNG.standard_normal((N, 30)), LABELS, entries=50
    )
    assert report.ok and report["W1"].compared == "50 of 1200" and "50 of 1200" in str(report)


# Planted mistakes. Each is a layer or a loss with one wrong line.


def dense(backward):
    """A Dense whose gradients a function of (layer, delta) changes after they were computed right."""

    class Broken(bp.Dense):
        def backward(self, upstream):
            dX = super().backward(upstream)
            changed = backward(self, np.asarray(upstream))
            return dX if changed is None else changed

    return Broken


def set_grad(key, value):
    return dense(lambda layer, delta: layer.grads.__setitem__(key, value(layer, delta)))


def activation(derivative, base=bp.Tanh):
    class Broken(base):
        pass

    Broken.derivative = derivative
    return Broken


def updating(layer, delta):
    layer.params["W"] -= 0.1 * layer.grads["W"]


def doubled(layer, delta):
    if getattr(layer, "old", None) is not None:
        layer.grads["W"] = layer.old + layer.grads["W"]
    layer.old = layer.grads["W"]


BROKEN_DENSE = {
    "3 1/N again in the hidden delta": dense(lambda layer, delta: delta @ layer.params["W"] / N),
    "6 gradients not reset": dense(doubled),
    "9 dW transposed": set_grad("W", lambda layer, delta: layer.X.T @ delta),
    "10 W not transposed": dense(lambda layer, delta: delta @ layer.params["W"].T),
    "25 db not summed": set_grad("b", lambda layer, delta: delta),
    "26 db summed to one number": set_grad("b", lambda layer, delta: delta.sum()),
    "26 db the mean": set_grad("b", lambda layer, delta: delta.mean(axis=0)),
    "27 db with an extra axis": set_grad("b", lambda layer, delta: delta.sum(axis=0, keepdims=True)),
    "28 db uses the inputs": set_grad(
        "b", lambda layer, delta: (delta * layer.X.sum(axis=1, keepdims=True)).sum(axis=0)
    ),
    "29 updated W in backward": dense(updating),
    "30 dW in place of W": dense(lambda layer, delta: delta @ layer.grads["W"]),
    "31 z in place of a in dW": set_grad("W", lambda layer, delta: delta.T @ np.arctanh(layer.X)),
    "32 learning rate folded in": set_grad("W", lambda layer, delta: 0.1 * delta.T @ layer.X),
    "37 last example only": set_grad("W", lambda layer, delta: np.outer(delta[-1], layer.X[-1])),
    "46 all zeros": set_grad("W", lambda layer, delta: np.zeros_like(layer.params["W"])),
    "39 nan": set_grad("W", lambda layer, delta: np.where(layer.params["W"] > 0, np.nan, layer.grads["W"])),
    "46 nothing": set_grad("W", lambda layer, delta: None),
}


@pytest.mark.parametrize("mistake", BROKEN_DENSE)
def test_a_broken_dense_layer_is_named(mistake):
    report = check(*layers(last=BROKEN_DENSE[mistake]))
    assert not report.ok
    assert "Layer 2, Broken(6, 3)" in str(report) or "W2" in str(report) and mistake[:2] in ("6 ", "29"), (
        report
    )
    assert "Layer 0" not in str(report) and "The loss" not in str(report)


BROKEN_ACTIVATION = {
    "14 derivative at a, not z": activation(lambda self, Z, A: 1 - np.tanh(A) ** 2),
    "15 a-form fed with z": activation(lambda self, Z, A: Z * (1 - Z), bp.Sigmoid),
    "17 derivative omitted": activation(lambda self, Z, A: np.ones_like(Z)),
    "19 derivative twice": activation(lambda self, Z, A: (1 - A * A) ** 2),
    "34 relu(z) for relu'(z)": activation(lambda self, Z, A: A, bp.ReLU),
    "45 sigmoid's derivative for tanh": activation(lambda self, Z, A: A * (1 - A)),
    "45 tanh for its derivative": activation(lambda self, Z, A: A),
    "4 sign": activation(lambda self, Z, A: A * A - 1),
    "tiny": activation(lambda self, Z, A: 1.0001 * (1 - A * A)),
}


class MaskOnTheGradient(bp.ReLU):  # 33
    def backward(self, upstream):
        return upstream * (upstream > 0)


class UpstreamIgnored(bp.ReLU):  # 35
    def backward(self, upstream):
        return (self.Z > 0).astype(float)


class DiagonalOnly(bp.Softmax):  # 22
    def backward(self, upstream):
        return upstream * self.A * (1 - self.A)


class WrongAxis(bp.Softmax):  # 23
    def backward(self, upstream):
        return self.A * (upstream - (self.A * upstream).sum(axis=0))


class Raises(bp.Tanh):  # 11, 12, 48: shapes that do not fit
    def backward(self, upstream):
        return upstream @ self.A


@pytest.mark.parametrize(
    "broken",
    [*BROKEN_ACTIVATION.values(), MaskOnTheGradient, UpstreamIgnored, DiagonalOnly, WrongAxis, Raises],
    ids=[*BROKEN_ACTIVATION, "33 mask", "35 upstream", "22 diagonal", "23 axis", "11 shapes"],
)
def test_a_broken_activation_is_named(broken):
    report = check(*layers(activation=broken))
    assert not report.ok
    assert f"Layer 1, {broken.__name__}()" in str(report)
    assert "Layer 0" not in str(report) and "Layer 2" not in str(report) and "The loss" not in str(report)


def test_a_method_replaced_on_one_object_is_found_too():
    made = layers()
    right = made[1].backward
    made[1].backward = lambda upstream: 2 * right(upstream)
    report = check(*made)
    assert "Layer 1, Tanh()" in str(report) and "2 times the right one" in report["W1"].verdict


def loss_with(backward, base=bp.HalfSquaredError):
    class Broken(base):
        pass

    Broken.backward = backward
    return Broken()


def in_place(self):
    self.P -= self.Y
    self.P /= N
    return self.P


LAST = np.arange(N) == N - 1

BROKEN_LOSS = {
    "1 missing 1/N": (loss_with(lambda self: self.P - self.Y), "5 times the right one"),
    "2 1/N twice": (loss_with(lambda self: (self.P - self.Y) / N**2), "0.2 times the right one"),
    "4 sign": (loss_with(lambda self: (self.Y - self.P) / N), "-1 times the right one"),
    "5 factor 2": (loss_with(lambda self: 2 * (self.P - self.Y) / N), "2 times the right one"),
    "24 mean over classes": (loss_with(lambda self: (self.P - self.Y) / N / K), "0.3333 times the right one"),
    "37 last example only": (loss_with(lambda self: (self.P - self.Y) * LAST[:, None] / N), ""),
    "38 in place": (loss_with(in_place), "backward changed the prediction"),
    "46 zeros": (loss_with(lambda self: np.zeros_like(self.P)), "zero everywhere"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BROKEN_LOSS)
def test_a_broken_loss_is_named(mistake):
    loss, hint = BROKEN_LOSS[mistake]
    report = check(*layers(), loss=loss, Y=ONE_HOT)
    assert not report.ok
    assert "The loss, Broken()" in str(report) and hint in str(report) and "Layer" not in str(report)


BROKEN_BCE = {
    "18 output derivative omitted": lambda self: (self.P - self.Y) / N,
    "20 no (1 − y) term": lambda self: -self.Y / self.P / N,
    "21 lecture 000's parenthesis": lambda self: ((1 - self.P) * -self.Y + (1 - self.Y) / (1 - self.P))
    / (self.P * (1 - self.P)) / N,
    "51 sign of the second term": lambda self: (-self.Y / self.P - (1 - self.Y) / (1 - self.P)) / N,
}  # fmt: skip


@pytest.mark.parametrize("mistake", BROKEN_BCE)
def test_a_broken_binary_cross_entropy_is_named(mistake):
    loss = loss_with(BROKEN_BCE[mistake], bp.BinaryCrossEntropy)
    report = check(*layers(output=bp.Sigmoid), loss=loss, Y=ONE_HOT)
    assert "The loss, Broken()" in str(report) and "Layer" not in str(report)


class Decay(bp.SGD):
    """36: weight decay missing, doubled, negative, or on biases too."""

    def __init__(self, factor=1.0, biases=0.0):
        super().__init__(0.1, weight_decay=0.3)
        self.factor, self.biases = factor, biases

    def penalty_gradient(self, target):
        biases = target.theta - target.weights
        return 0.3 * (self.factor * target.weights + self.biases * biases)


@pytest.mark.parametrize(
    "factor, biases, wrong", [(0, 0, "W1, W2"), (2, 0, "W1, W2"), (-1, 0, "W1, W2"), (1, 1, "b1, b2")]
)
def test_wrong_weight_decay_is_found(factor, biases, wrong):
    report = check(*layers(), optimizer=Decay(factor, biases))
    assert f"Wrong: {wrong}." in str(report) and "what the optimizer adds" in str(report)
    assert check(*layers(), optimizer=Decay()).ok


def test_the_network_itself_can_be_wrong():
    class Forgetful(bp.Sequential):
        def backward(
            self, upstream
        ):  # 52: the hidden layers get the output's delta without passing the last layer
            super().backward(upstream)
            return self.layers[0].backward(upstream @ self.layers[2].params["W"])

    report = check_gradients(Forgetful(*layers()), bp.SoftmaxCrossEntropy(), X, LABELS)
    assert "Wrong: X, W1, b1." in str(report) and "Each layer is right on its own" in str(report)


def test_misuse_is_explained():
    with pytest.raises(ValueError, match="without nan or inf"):
        check(*layers(), X=np.full((N, D), np.nan))
    with pytest.raises(ValueError, match="the loss is nan"):
        sure = bp.Dense(1, 1, init="zeros")
        sure.params["b"][:] = 125
        check(sure, bp.Sigmoid(), loss=bp.BinaryCrossEntropy(), X=[[50.0]], Y=[[1]])


def test_parameters_that_are_whole_numbers_are_promoted():
    whole = layers()
    whole[0].params["W"] = np.arange(24).reshape(6, 4) % 3 - 1
    assert check(*whole).ok and whole[0].params["W"].dtype == np.float64


def test_an_optimizer_of_ones_own_adds_nothing():
    class Descent:
        def step(self, net):
            net.theta -= 0.1 * net.gradient

    assert check(*layers(), optimizer=Descent()).ok


def test_the_report_of_one_small_network_reads_well():
    made = layers()
    made[0].params["W"][:] = np.arange(24).reshape(6, 4) / 10
    made[0].params["b"][:] = made[2].params["b"][:] = 0
    made[2].params["W"][:] = np.arange(18).reshape(3, 6) / 10
    lines = str(check(*made, X=np.ones((1, 4)), Y=[2])).splitlines()
    assert lines[0].split() == [
        "worst",
        "entry",
        "analytic",
        "numerical",
        "rel.",
        "error",
        "entries",
        "verdict",
    ]
    assert lines[2].split()[0] == "W1" and lines[2].endswith("24 of 24    ok")
    assert lines[-1] == "All gradients agree with the numbers."
