"""The softmax panel: diag(p) − p pᵀ, for whatever the sliders say."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.softmax import jacobian


def test_the_jacobian_is_diag_p_minus_p_p_transposed():
    z = np.array([0.3, -1.2, 2.0, 0.7])
    p = np.exp(z) / np.exp(z).sum()
    assert np.allclose(jacobian(bp.softmax, z), np.diag(p) - np.outer(p, p))


def test_a_row_is_an_output_and_a_column_a_logit():
    first_alone = jacobian(lambda z: z * np.array([1.0, 2.0]) + z[1] * np.array([1.0, 0.0]), [1.0, 1.0])
    assert first_alone.tolist() == [[1.0, 1.0], [0.0, 2.0]]


def test_a_function_of_each_entry_alone_has_a_diagonal():
    J = bp.softmax_jacobian([2.0, 1.0, -1.0], bp.sigmoid).J
    assert np.count_nonzero(J - np.diag(np.diag(J))) == 0
    assert J[1, 1] == pytest.approx(0.196612, abs=1e-6)


def test_a_slider_changes_every_probability():
    panel = bp.softmax_jacobian([2.0, 1.0, -1.0])
    view, *sliders = panel.controls().children
    before, picture = panel.p, view.value
    sliders[2].value = 3.0
    assert view.value != picture
    assert (panel.p != before).all()
    assert panel.p[2] == pytest.approx(np.exp(3) / (np.exp(2) + np.exp(1) + np.exp(3)))


def test_the_static_twin_says_the_same_numbers_in_words():
    twin = bp.softmax_jacobian([2.0, 1.0, -1.0]).static()
    assert "p = 0.7054, 0.2595, 0.0351" in twin["text/plain"]
    assert "row 0: 0.2078, −0.1830, −0.0248" in twin["text/plain"]
    assert twin["text/plain"] in twin["text/html"]


def test_the_sentence_is_short_and_does_not_repeat_the_table():
    assert bp.softmax_jacobian([2.0, 1.0, -1.0]).lines() == [
        "The largest slope is ∂p_0/∂z_0 = 0.2078. Each row adds up to 0."
    ]
    (other,) = bp.softmax_jacobian([2.0, 0.5], bp.sigmoid).lines()
    assert other == "The largest slope is ∂p_1/∂z_1 = 0.2350. The rows do not add up to 0."


def test_every_slider_has_an_accessible_name():
    _, *sliders = bp.softmax_jacobian().controls().children
    assert [slider.tooltip for slider in sliders] == ["logit z_0", "logit z_1", "logit z_2"]


def test_a_table_of_logits_is_refused():
    with pytest.raises(ValueError, match="two to six numbers"):
        bp.softmax_jacobian(np.zeros((2, 3)))
