"""One step of logistic regression: lecture 000's numbers, the rate that breaks its loss, the label that hides
E1.
"""

import math

import pytest

import backprop_lib as bp
from backprop_lib.widgets.logistic import ALL_ONE, stable_loss, textbook_loss


def test_the_numbers_of_lecture_000():
    facts = bp.logistic().facts()
    assert (facts["dw"], facts["db"]) == (-25.0, -0.5)
    assert round(facts["textbook"], 6) == round(facts["stable"], 6) == 0.693147


def test_a_rate_of_one_tenth_turns_the_textbook_loss_into_nan():
    facts = bp.logistic(rate=0.1).facts()
    assert (facts["w_after"], facts["b_after"]) == (2.5, 0.05)
    assert facts["z_after"] == pytest.approx(125.05)
    assert math.isnan(facts["textbook_after"])
    assert facts["stable_after"] == 0.0


def test_the_label_0_reveals_what_the_label_1_hides():
    yes, no = bp.logistic(y=1).facts(), bp.logistic(y=0).facts()
    assert yes["printed_dz"] == yes["dz"] == -0.5
    assert (no["printed_dz"], no["dz"]) == (2.0, 0.5)
    assert no["measured_dz"] == pytest.approx(0.5)


@pytest.mark.parametrize("y", [0, 1])
def test_both_losses_are_the_same_function_where_both_can_be_computed(y):
    for z in (-30.0, -3.0, 0.0, 2.0, 30.0):
        assert textbook_loss(z, y) == pytest.approx(stable_loss(z, y), rel=1e-3)


def test_the_prediction_is_exactly_one_beyond_53_log_2():
    assert bp.sigmoid(ALL_ONE - 0.1) < 1.0 == bp.sigmoid(ALL_ONE + 0.1)


def test_the_slider_reaches_nan_and_the_switch_reveals_the_erratum():
    rate, label, view = bp.logistic().controls().children
    assert "nan" not in view.value
    rate.value = 0.1
    assert "0.693147 → nan" in view.value
    label.value = 0
    assert "DIFFERENT, and wrong" in view.value


def test_every_control_has_an_accessible_name():
    rate, label, _ = bp.logistic().controls().children
    assert (rate.description, rate.tooltip) == ("rate", "learning rate")
    assert label.description
    assert len(label.tooltips) == 2


def test_the_static_twin_carries_the_same_facts():
    panel = bp.logistic(rate=0.1)
    assert panel.static()["text/plain"] == "\n".join(panel.lines())
    assert panel.lines()[2] in panel.static()["text/html"]


@pytest.mark.parametrize(
    ("arguments", "sentence"), [({"y": 2}, "a label is 0 or 1"), ({"rate": 0}, "0.0001 to 1")]
)
def test_misuse_is_answered_in_words(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        bp.logistic(**arguments)
