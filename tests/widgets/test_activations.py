"""The activation explorer: value, slope, and where the slope has nearly died."""

import pytest

import backprop_lib as bp


def test_value_and_slope_are_those_of_the_function():
    panel = bp.activations(z=0.5)
    assert panel.at("tanh") == pytest.approx((0.462117, 0.786448), abs=1e-6)  # erratum 002-E4: not .2486
    assert panel.at("sigmoid")[1] == pytest.approx(0.235004, abs=1e-6)
    assert panel.at("leaky_relu") == (0.5, 1.0)


def test_the_sigmoid_is_flat_beyond_2_9_and_softplus_on_the_left_only():
    panel = bp.activations()
    assert panel.dead("sigmoid") == [pytest.approx((-6.0, -2.9)), pytest.approx((2.9, 6.0))]
    assert panel.dead("softplus") == [pytest.approx((-6.0, -3.0))]


def test_switch_and_slider_change_the_picture():
    panel = bp.activations()
    choice, view, slider = panel.controls().children
    first = view.value
    choice.value = "relu"
    second = view.value
    slider.value = -2.0
    assert len({first, second, view.value}) == 3
    assert panel.facts().startswith("relu(−2.00) = 0.0000, slope 0.0000")


def test_a_function_of_your_own_can_be_explored():
    panel = bp.activations(swish=lambda z: z * bp.sigmoid(z), z=0.0)
    assert panel.at("swish") == (0.0, 0.5)
    assert list(panel.functions) == ["swish"]


def test_the_static_twin_names_all_functions():
    twin = bp.activations(z=1.0).static()
    assert "tanh(1.00) = 0.7616, slope 0.4200" in twin["text/plain"]
    assert len(twin["text/plain"].splitlines()) == 6
    assert 'alt="sigmoid(1.00) = 0.7311, slope 0.1966' in twin["text/html"]


def test_every_control_has_an_accessible_name():
    choice, _, slider = bp.activations().controls().children
    assert slider.tooltip == "pre-activation"
    assert len(choice.tooltips) == 6


def test_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match="no activation is called 'tahn'"):
        bp.activations("tahn")
