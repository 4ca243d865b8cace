"""Three gradients of one network: layers = graph = numbers. They share no code, so their agreement means
something.
"""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.as_graph import to_graph
from backprop_lib.check.network import check_gradients

N, D, K = 4, 3, 2
RNG = np.random.default_rng(0)
X, LABELS = RNG.standard_normal((N, D)), np.array([0, 1, 1, 0])
LOSSES = {
    "half squared error": (bp.HalfSquaredError, "identity", RNG.standard_normal((N, K))),
    "binary": (bp.BinaryCrossEntropy, "sigmoid", np.eye(K)[LABELS]),
    "binary with logits": (bp.BinaryCrossEntropyWithLogits, "identity", np.eye(K)[LABELS]),
    "softmax, class numbers": (bp.SoftmaxCrossEntropy, "identity", LABELS),
    "softmax layer": (bp.HalfSquaredError, "softmax", np.eye(K)[LABELS]),
}


def gradients_of(node, like):
    """The gradients in the leaves, in the arrays of which the leaves are the entries."""
    found = {name: np.full(np.shape(array), np.nan) for name, array in like.items()}
    for leaf in bp.leaves(node):
        name, *index = leaf.name.split("_")
        found[name][tuple(map(int, index))] = leaf.grad
    return found


@pytest.mark.parametrize("scalar", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "softplus"])
@pytest.mark.parametrize("name", LOSSES)
def test_layers_and_graph_agree(name, activation, scalar):
    kind, output, Y = LOSSES[name]
    net, loss = bp.MLP(D, (5, 4), K, activation=activation, output=output, rng=1), kind()
    for key in ("b1", "b2", "b3"):
        net.params[key] = RNG.standard_normal(net.params[key].shape)
    L = to_graph(net, X, scalar, loss=loss, Y=Y)
    assert L.value == pytest.approx(loss.forward(net.forward(X), Y), rel=1e-9)
    L.backward()
    by_layers = {"X": net.backward(loss.backward()), **net.grads}
    by_graph = gradients_of(L, by_layers)
    for key, gradient in by_layers.items():
        assert np.abs(by_graph[key] - gradient).max() <= 1e-9 * np.abs(gradient).max(), key
    assert check_gradients(net, loss, X, Y).ok


@pytest.mark.parametrize("scalar", [False, True])
def test_the_output_alone_and_its_names(scalar):
    net = bp.Sequential(
        bp.Dense(D, 5, rng=0), bp.Dropout(0.5, rng=1), bp.Sequential(bp.Tanh(), bp.Dense(5, K, rng=2))
    )
    expected = net.forward(X)
    output = to_graph(net, X, scalar)
    got = np.array([[node.value for node in row] for row in output]) if scalar else output.value
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    last = output[0, 1] if scalar else output
    assert last.name == ("Z2_0_1" if scalar else "Z2")
    names = {leaf.name for leaf in bp.leaves(last)}
    assert {"W1_4_2", "b2_1", "X_0_2"} <= names if scalar else names == {"X", "W1", "b1", "W2", "b2"}


def test_dropout_that_has_seen_nothing_lets_everything_pass():
    net = bp.Sequential(bp.Dense(D, 5, rng=0), bp.Dropout(0.5, rng=1), bp.Dense(5, K, rng=2))
    before = net[1].rng.bit_generator.state
    output = to_graph(net, X).value
    assert net[1].rng.bit_generator.state == before
    np.testing.assert_allclose(output, net.eval().forward(X), rtol=1e-12)


def test_logits_of_plus_minus_1000_are_no_problem_in_either_form():
    net = bp.MLP(2, (), 2, init="zeros")
    net.params["W1"] = [[1000, 0], [0, 1000]]
    for scalar in (False, True):
        L = to_graph(net, [[1.0, -1.0]], scalar, loss=bp.SoftmaxCrossEntropy(), Y=[1])
        L.backward()
        assert L.value == 2000


def test_what_the_graph_does_not_know_is_refused():
    class Mine(bp.ReLU):
        pass

    with pytest.raises(TypeError, match=r"Mine\(\) is no layer of the course"):
        to_graph(bp.Sequential(Mine()), X)
    with pytest.raises(ValueError, match="labels run from 5"):
        to_graph(bp.MLP(D, 4, K), X, loss=bp.SoftmaxCrossEntropy(), Y=LABELS + 5)
