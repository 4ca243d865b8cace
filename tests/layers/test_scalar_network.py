"""Lecture 003's network of scalars, 1 → {2, 3} → {4, 5} → 6 with eight weights, against layers, numbers."""

import base64
import math

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.numerical import numerical_gradient

WEIGHTS = {
    (1, 2): 0.5,
    (1, 3): -1.0,
    (2, 4): 1.5,
    (2, 5): -0.7,
    (3, 4): 2.0,
    (3, 5): 0.3,
    (4, 6): 1.1,
    (5, 6): -0.4,
}
CASES = [("identity", "squared"), ("sigmoid", "squared"), ("sigmoid", "log")]


@pytest.mark.parametrize("output, loss", CASES)
@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid", "identity"])
@pytest.mark.parametrize("target", [0, 1])
def test_all_eight_gradients_agree_with_numbers(hidden, output, loss, target):
    biases = {2: 0.1, 3: 1.2, 4: -0.2, 5: 0.3, 6: 0.05}
    net = bp.ScalarNetwork(WEIGHTS, biases, hidden, output, loss)

    def E(values):
        other = bp.ScalarNetwork(
            dict(zip(WEIGHTS, values, strict=False)),
            dict(zip(biases, values[8:], strict=True)),
            hidden,
            output,
            loss,
        )
        other.forward(0.8)
        other.backward(target)
        return other.E

    net.forward(0.8)
    dE_dw = net.backward(target)
    numerical = numerical_gradient(E, [*WEIGHTS.values(), *biases.values()])
    np.testing.assert_allclose([*dE_dw.values(), *net.dE_db.values()], numerical, rtol=1e-7, atol=1e-10)


def test_it_is_the_same_network_as_the_layers():
    net = bp.ScalarNetwork(WEIGHTS, hidden="tanh")
    mlp = bp.MLP(1, (2, 2), 1, activation="tanh")
    for name, edges in {
        "W1": [[(1, 2)], [(1, 3)]],
        "W2": [[(2, 4), (3, 4)], [(2, 5), (3, 5)]],
        "W3": [[(4, 6), (5, 6)]],
    }.items():
        mlp.params[name] = [[WEIGHTS[edge] for edge in row] for row in edges]
    loss = bp.HalfSquaredError()
    assert net.forward(0.8) == pytest.approx(mlp.forward([[0.8]]).item(), rel=1e-14)
    net.backward(0.3)
    assert net.E == pytest.approx(loss.forward(mlp.forward([[0.8]]), [[0.3]]), rel=1e-14)
    dX = mlp.backward(loss.backward())
    assert net.dE_dx[1] == pytest.approx(dX.item(), rel=1e-13)
    assert [net.dE_dw[4, 6], net.dE_dw[5, 6]] == pytest.approx(mlp.grads["W3"][0].tolist(), rel=1e-13)
    assert [net.dE_dx[2], net.dE_dx[3]] == pytest.approx(mlp.grads["b1"].tolist(), rel=1e-13)


def test_the_lectures_mismatch_003_e2():
    """With the log loss ∂E/∂x = y − t; starting with ∂E/∂y = y − t, as printed, multiplies by σ' once too
    often.
    """
    squared, log = (
        bp.ScalarNetwork({(1, 2): 2.0}, output="sigmoid", loss=loss) for loss in ("squared", "log")
    )
    y = squared.forward(1.0)
    log.forward(1.0)
    squared.backward(0)
    log.backward(0)
    assert log.dE_dx[2] == pytest.approx(y) and squared.dE_dy[2] == pytest.approx(y)
    assert squared.dE_dx[2] / log.dE_dx[2] == pytest.approx(y * (1 - y))
    assert log.dE_dy[2] * y * (1 - y) == pytest.approx(log.dE_dx[2])
    assert log.E == pytest.approx(-math.log(1 - y))


def test_fan_out_sums_over_the_outgoing_edges():
    net = bp.ScalarNetwork(WEIGHTS)
    net.forward(0.8)
    net.backward(1)
    assert net.dE_dy[2] == WEIGHTS[2, 4] * net.dE_dx[4] + WEIGHTS[2, 5] * net.dE_dx[5]


def test_several_inputs_and_an_activation_for_one_node():
    net = bp.ScalarNetwork({(1, 3): 1.0, (2, 3): -2.0, (3, 4): 1.0}, activations={3: "identity"})
    assert net.forward([3, 2]) == -1 and net.x[3] == -1
    net.w[2, 3] = -1.0
    assert net.forward([3, 2]) == 1


def test_the_table_and_the_picture_hold_every_number():
    net = bp.ScalarNetwork(WEIGHTS, hidden="tanh")
    net.forward(0.8)
    net.backward(1)
    table = str(net)
    assert f"{net.dE_dw[2, 4]:.6g}" in table and "2 → 4" in table and len(table.splitlines()) == 16
    html = net.draw()._repr_html_()
    svg = base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()
    assert html.count("<img ") == 1 and 'alt="      node' in html and repr(net.draw()) == table
    for value in [*net.w.values(), *net.x.values(), *net.dE_dw.values(), *net.dE_dy.values()]:
        assert f"{value:.4g}".replace("-", "−") in svg
    assert int(svg.split('width="')[1].split('"')[0]) <= 720 and 'fill="var(--bp-paper, #ffffff)"' in svg
    assert "dE/dw" in bp.ScalarNetwork(WEIGHTS).draw()._repr_html_(), (
        "it can be drawn before it has computed anything"
    )


@pytest.mark.parametrize("value", [-1000.0, 1000.0])
@pytest.mark.parametrize("target", [0, 1])
def test_the_log_loss_is_exact_at_plus_minus_1000(value, target):
    net = bp.ScalarNetwork({(1, 2): 1.0}, output="sigmoid", loss="log")
    net.forward(value)
    net.backward(target)
    assert net.E == (1000 if (value > 0) != target else 0)
    assert net.dE_dx[2] == (value > 0) - target


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"weights": {(2, 1): 1.0}}, "from a lower to a higher node"),
        ({"weights": {(1, 2): 1.0, (1, 3): 1.0}}, r"to one output; these end in \[2, 3\]"),
        ({"weights": {}}, "to one output"),
        ({"weights": WEIGHTS, "hidden": "rely"}, "activation .rely.; choose one of"),
        ({"weights": WEIGHTS, "loss": "log"}, "'log' with output='sigmoid'"),
    ],
)
def test_impossible_networks_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        bp.ScalarNetwork(**arguments)


def test_misuse_is_explained():
    net = bp.ScalarNetwork(WEIGHTS)
    with pytest.raises(ValueError, match="backward before forward"):
        net.backward(1)
    with pytest.raises(ValueError, match=r"2 values for 1 input nodes \[1\]"):
        net.forward([1, 2])
