"""Four gates or one: the same gradients at the inputs, whatever the sliders say."""

import pytest

import backprop_lib as bp

LECTURE_004 = {"w1": -0.196612, "w2": -0.393224, "w3": 0.196612, "x1": 0.393224, "x2": -0.589836}


@pytest.fixture
def circuits():
    w1, w2, w3, x1, x2 = bp.inputs(w1=2.0, w2=-3.0, w3=-3.0, x1=-1.0, x2=-2.0)
    z = w1 * x1 + w2 * x2 + w3
    return {"four gates": 1 / (1 + bp.exp(-z)), "one gate": bp.sigmoid(z)}


def test_both_circuits_have_lecture_004s_gradients(circuits):
    for found in bp.gates(circuits).gradients().values():
        assert found == pytest.approx(LECTURE_004, abs=1e-6)


def test_moving_an_input_moves_both_circuits_and_their_gradients_stay_equal(circuits):
    panel = bp.gates(circuits, x1=(-3, 3))
    choice, view, table, *sliders = panel.controls().children
    before = view.value, table.value
    next(slider for slider in sliders if slider.description == "x1").value = 1.5
    assert view.value != before[0]
    assert table.value != before[1]
    four, one = panel.gradients().values()
    assert four == pytest.approx(one, rel=1e-12)
    assert circuits["four gates"].value == pytest.approx(bp.sigmoid(6.0))


def test_the_switch_draws_the_other_circuit(circuits):
    choice, view, *_ = bp.gates(circuits).controls().children
    before = view.value
    choice.value = "one gate"
    assert view.value != before
    assert "<li>v6 = exp(v5)" in before
    assert "<li>v6 = exp(v5)" not in view.value


def test_every_control_has_an_accessible_name(circuits):
    choice, _, _, *sliders = bp.gates(circuits).controls().children
    assert choice.description == "circuit"
    assert len(choice.tooltips) == 2
    assert [slider.tooltip for slider in sliders] == [f"value of {name}" for name in LECTURE_004]


def test_the_static_twin_shows_both_pictures_and_the_gradients(circuits):
    bundle = bp.gates(circuits)._repr_mimebundle_()
    assert bundle["text/html"].count("<img") == 2
    assert bundle["text/plain"].count("w1 −0.1966, w2 −0.3932, w3 0.1966, x1 0.3932, x2 −0.5898") == 2


def test_the_same_inputs_may_be_other_nodes_of_the_same_name():
    a, b = bp.Node(2.0, "a"), bp.Node(2.0, "a")
    panel = bp.gates({"product": a * a, "square": b**2})
    panel.set("a", 3.0)
    assert panel.gradients() == {"product": {"a": 6.0}, "square": {"a": 6.0}}


def test_circuits_that_cannot_be_compared_are_refused():
    a, b = bp.inputs(a=1.0, b=2.0)
    with pytest.raises(ValueError, match="different inputs: a and b"):
        bp.gates({"one": a * 2, "other": b * 2})
    with pytest.raises(ValueError, match="at least two"):
        bp.gates({"one": a * 2})
