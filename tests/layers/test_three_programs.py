"""Three programs for one gradient: the layers, whose backward passes are typed by hand; the graph, which goes
from node to node; the program that the graph writes.
"""

import numpy as np
import pytest

import backprop_lib as bp

N, D, H, K = 5, 4, 3, 2
RNG = np.random.default_rng(11)
X, LABELS = RNG.standard_normal((N, D)), np.array([0, 1, 1, 0, 1])
LOSSES = {
    "half squared error": (bp.HalfSquaredError, "sigmoid", RNG.standard_normal((N, K))),
    "binary": (bp.BinaryCrossEntropy, "sigmoid", np.eye(K)[LABELS]),
    "binary with logits": (bp.BinaryCrossEntropyWithLogits, "identity", np.eye(K)[LABELS]),
    "softmax": (bp.SoftmaxCrossEntropy, "identity", LABELS),
}


def difference(found, expected):
    """The largest one, in units of the largest entry."""
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "gelu", "softplus"])
@pytest.mark.parametrize("name", LOSSES)
def test_layers_graph_and_program_agree(name, activation):
    kind, output, Y = LOSSES[name]
    net, loss = bp.MLP(D, H, K, activation=activation, output=output, rng=1), kind()
    for P in net.params.values():
        P[...] = RNG.standard_normal(P.shape)
    by_layers = loss.forward(net.forward(X), Y)
    net.backward(loss.backward())

    L = bp.to_graph(net, X, loss=loss, Y=Y)
    L.backward()
    by_graph = {leaf.name: leaf.grad for leaf in bp.leaves(L)}

    value, found = bp.compile(L, wrt=list(net.params))()
    by_program = dict(zip(net.params, found, strict=True))

    assert max(abs(by_layers - L.value), abs(value - L.value)) <= 1e-12 * abs(L.value)
    for key, by_hand in net.grads.items():
        assert difference(by_hand, by_graph[key]) <= 1e-12, key
        assert difference(by_program[key], by_graph[key]) <= 1e-12, key


def test_another_activation_changes_one_line_of_the_backward_half():
    """What notebook 10 shows."""

    def halves(activation):
        net = bp.MLP(D, H, K, activation=activation, rng=1)
        L = bp.to_graph(net, X, loss=bp.HalfSquaredError(), Y=LOSSES["half squared error"][2])
        forward, _, backward = bp.source(L).rpartition("\n\n")
        return forward.splitlines(), backward.splitlines()

    for before, after in zip(halves("tanh"), halves("relu"), strict=True):
        assert len([old for old, new in zip(before, after, strict=True) if old != new]) == 1
