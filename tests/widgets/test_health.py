"""Gradient health: the finding of Glorot & Bengio (2010), from the panel's own numbers."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.health import layer_sizes, standard


def test_the_standard_start_has_the_variance_of_the_paper():
    W = standard(400, 300, np.random.default_rng(0))
    assert W.shape == (300, 400)
    assert W.var() == pytest.approx(1 / (3 * 400), rel=0.01)


def test_with_tanh_the_standard_start_lets_the_gradient_vanish_and_the_normalised_one_does_not():
    """Glorot & Bengio 2010, section 4.2: Var W = 1/(3n) divides the variance of the gradient by 3 in each
    layer.
    """
    standard_start, glorot_start = (bp.gradient_health(5, "tanh", init) for init in ("standard", "glorot"))
    assert standard_start.factor == pytest.approx(1 / np.sqrt(3), abs=0.06)
    assert standard_start.verdict == "vanishing"
    assert glorot_start.factor > 0.8
    assert glorot_start.verdict == "even"


def test_relu_wants_he_and_weights_of_size_1_explode():
    assert bp.gradient_health(8, "relu", "he").factor == pytest.approx(1, abs=0.1)
    assert bp.gradient_health(8, "relu", "glorot").factor == pytest.approx(1 / np.sqrt(2), abs=0.07)
    assert bp.gradient_health(8, "relu", "normal(1)").verdict == "exploding"


def test_the_gradient_of_a_layer_is_the_one_at_its_pre_activation():
    """One hidden layer, with the same numbers by hand."""
    activations, gradients = layer_sizes(1, "tanh", standard, width=7, seed=3, examples=5)
    rng = np.random.default_rng(3)
    W1, W2 = standard(7, 7, rng), standard(7, 10, rng)
    X, Y = rng.standard_normal((5, 7)), rng.integers(10, size=5)
    A = np.tanh(X @ W1.T)
    P = np.exp(A @ W2.T)
    dZ = ((P / P.sum(axis=1, keepdims=True) - np.eye(10)[Y]) @ W2) * (1 - A**2)
    assert activations == [pytest.approx(np.sqrt((A**2).mean()))]
    assert gradients == [pytest.approx(np.sqrt((dZ**2).mean()))]


def test_every_control_changes_the_picture():
    panel = bp.gradient_health()
    view, depth, activation, init = panel.controls().children
    seen = [view.value]
    for control, value in ((depth, 9), (activation, "relu"), (init, "he")):
        control.value = value
        seen.append(view.value)
    assert len(set(seen)) == 4
    assert len(panel.gradients) == 9


def test_an_initialiser_of_your_own_joins_the_choice():
    panel = bp.gradient_health(5, "tanh", "tiny", tiny=bp.normal(0.01))
    assert panel.factor < 0.2
    assert "tiny" in panel.controls().children[3].options


def test_the_static_twin_says_the_same():
    twin = bp.gradient_health(5, "tanh", "standard").static()
    assert "5 hidden layers, tanh, standard." in twin["text/plain"]
    assert twin["text/plain"].endswith("vanishing.")
    assert twin["text/plain"] in twin["text/html"]


def test_what_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="choose one of standard, glorot, he"):
        bp.gradient_health(init="xavier")
    with pytest.raises(ValueError, match="room for 1 to 12"):
        bp.gradient_health(depth=13)
