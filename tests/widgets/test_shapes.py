"""The shape calculator: with unequal sizes the shapes leave one candidate, a square layer leaves wrong ones
too.
"""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.shapes import layer


def candidates(panel):
    return {
        f"{one.left} {panel.sign} {one.right}": one.right_numbers
        for one in panel.products().values()
        if one.fits
    }


def test_unequal_sizes_leave_one_product_for_each_gradient():
    panel = bp.shapes(n_out=2, n_in=4)
    assert candidates(panel) == {"δ @ aᵀ": True}
    panel.want = "da"
    assert candidates(panel) == {"Wᵀ @ δ": True}


def test_a_square_layer_has_legal_products_with_wrong_numbers():
    panel = bp.shapes(n_out=3, n_in=3)
    panel.want = "da"
    assert candidates(panel) == {"W @ δ": False, "W @ a": False, "Wᵀ @ δ": True, "Wᵀ @ a": False}
    assert "NUMBERS ARE WRONG" in panel.verdict()


def test_the_gradients_of_the_layer_agree_with_measured_slopes():
    matrices, wanted = layer(2, 4)
    W, delta, a = (matrices[name] for name in "Wδa")
    assert np.allclose(wanted["dW"], bp.numerical_gradient(lambda W: (delta * (W @ a)).sum(), W))
    assert np.allclose(wanted["da"], bp.numerical_gradient(lambda a: (delta * (W @ a)).sum(), a))


def test_what_numpy_stretches_is_called_so():
    panel = bp.shapes()
    panel.sign, panel.left, panel.right = "∘", "δ", "aᵀ"
    assert "stretched by numpy" in panel.verdict()
    assert "(2, 4)" in panel.verdict()


def test_the_sliders_make_another_layer_and_another_picture():
    left_size, _, choices, view = bp.shapes().controls().children
    before = view.value
    left_size.value = 4
    assert "dW has shape (4, 4)" in view.value
    assert view.value != before
    wanted, left, _, right = choices.children
    wanted.value, left.value, right.value = "da", "Wᵀ", "δ"
    assert "its numbers are right" in view.value


def test_every_control_has_an_accessible_name():
    n_out, n_in, choices, _ = bp.shapes().controls().children
    assert all(one.description and one.tooltip for one in (n_out, n_in, *choices.children))


def test_matrices_of_your_own_are_compared_with_the_gradient_that_you_trust():
    delta, a = np.array([[2.0], [-1.0]]), np.array([[1.0], [3.0], [0.0]])
    panel = bp.shapes(wanted={"dW": delta @ a.T}, delta=delta, a=a)
    assert candidates(panel) == {"delta @ aᵀ": True}
    assert len(panel.controls().children) == 2  # no sliders: the sizes are given


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"W": np.ones((2, 3))}, "say what is wanted"),
        ({"wanted": {"dW": np.ones((2, 3))}, "a": np.ones(3)}, r"a\[:, None\] for a column"),
    ],
)
def test_misuse_is_answered_in_words(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        bp.shapes(**arguments)


def test_the_static_twin_carries_the_same_facts():
    panel = bp.shapes()
    assert panel.static()["text/plain"] == f"{panel.summary()}\n{panel.verdict()}"
    assert panel.verdict() in panel.static()["text/html"]
