"""The error of a measured slope: like h or h², drowned in rounding below; the lucky point of lecture 000."""

import math

import pytest

import backprop_lib as bp
from backprop_lib.widgets.differences import central_difference, forward_difference


def bell(x):
    return 1 / (1 + x * x)


def logistic_loss(w):
    """Lecture 000, section 7: one example (50, 1), b = 0."""
    return bp.softplus(-50 * w)


@pytest.mark.parametrize(("rule", "order"), [("forward", 1), ("central", 2)])
def test_the_error_shrinks_with_the_first_or_the_second_power_of_h(rule, order):
    panel = bp.difference_error(bell, 0.7)
    slope = math.log10(panel.error(rule, 1e-3) / panel.error(rule, 1e-4))
    assert slope == pytest.approx(order, abs=0.02)


def test_below_the_best_h_rounding_takes_over():
    panel = bp.difference_error(bell, 0.7)
    best = {rule: min(pairs, key=lambda pair: pair[1])[0] for rule, pairs in panel.errors.items()}
    assert 1e-10 < best["forward"] < 1e-6
    assert 1e-8 < best["central"] < 1e-3
    assert panel.error("central", 1e-12) > panel.error("central", 1e-6)


def test_at_lecture_000s_point_forward_is_off_by_312_h_and_central_is_exact_for_every_h():
    assert forward_difference(logistic_loss, 0.0, 1e-2) == pytest.approx(-21.907, abs=1e-3)
    assert (forward_difference(logistic_loss, 0.0, 1e-4) + 25) / 1e-4 == pytest.approx(312.5, abs=0.1)
    for h in (1.0, 0.1, 0.01, 0.001):
        assert central_difference(logistic_loss, 0.0, h) == pytest.approx(-25, abs=1e-9)


def test_the_slider_moves_the_marks_and_the_sentence():
    view, slider = bp.difference_error(logistic_loss, 0.0, h=1e-2).controls().children
    assert (slider.description, slider.tooltip) == ("h", "size of the nudge h")
    assert "forward difference −21.907020, error 3.1e+00" in view.value
    before = view.value
    slider.value = 1e-4
    assert view.value != before
    assert "forward difference −24.968750, error 3.1e−02" in view.value


def test_the_static_twin_carries_the_same_numbers():
    bundle = bp.difference_error(bell, 0.7, h=1e-2)._repr_mimebundle_()
    for text in ("exact slope −0.630602", "forward difference −0.629153", "central difference −0.630573"):
        assert text in bundle["text/plain"]
        assert text in bundle["text/html"]


def test_a_straight_line_through_zero_has_nothing_to_round():
    assert "exact slope 2.000000" in bp.difference_error(lambda x: 2 * x, 0.0).static()["text/plain"]
