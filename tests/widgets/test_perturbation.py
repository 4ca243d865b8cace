"""Perturbing a weight: Lemma 1 predicts the change of the cost; nothing to the left of the weight moves."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.perturbation import figure_6


def test_the_prediction_is_delta_times_a_and_right_for_small_changes():
    panel = bp.perturb(change=1e-4)
    facts = panel.facts()
    assert facts["predicted"] == facts["delta"] * facts["a"] * 1e-4
    assert facts["actual"] == pytest.approx(facts["predicted"], rel=1e-3)


@pytest.mark.parametrize(("layer", "j", "k"), [(2, 3, 4), (3, 4, 3), (4, 5, 1), (5, 2, 5)])
def test_every_weight_of_the_network_can_be_chosen(layer, j, k):
    facts = bp.perturb(layer=layer, j=j, k=k, change=1e-5).facts()
    assert facts["actual"] == pytest.approx(facts["predicted"], rel=1e-2, abs=1e-12)


def test_a_change_of_w43_moves_unit_4_of_layer_3_and_everything_after_it():
    changed = [np.flatnonzero(one).tolist() for one in bp.perturb().facts()["changes"]]
    assert changed == [[], [], [3], [0, 1, 2, 3, 4], [0, 1]]


def test_the_network_stays_as_it_was():
    net, x, y = figure_6()
    before = {name: P.copy() for name, P in net.params.items()}
    bp.perturb(net, x, y).static()
    assert all(np.array_equal(P, before[name]) for name, P in net.params.items())


def test_the_sliders_choose_the_weight_and_stay_inside_the_network():
    layer, j, k, change, view = bp.perturb().controls().children
    layer.value = 5
    assert (j.value, j.max, k.max) == (2, 2, 5)
    assert "w23[5]" in view.value
    change.value = -1.0
    assert "w23[5] − 1" in view.value


def test_every_control_has_an_accessible_name():
    *sliders, _ = bp.perturb().controls().children
    assert all(slider.description and slider.tooltip for slider in sliders)


def test_the_static_twin_carries_the_same_numbers():
    panel = bp.perturb()
    assert panel.static()["text/plain"] == "\n".join(panel.lines())
    assert panel.lines()[0] in panel.static()["text/html"]
    assert "predicted δ4[3] · a3[2] · change = −0.04337 · 0.91547 · 0.5 = −0.01985" in panel.lines()[0]


def test_a_network_of_your_own_with_another_activation():
    net = bp.MLP(2, [3], 1, activation="tanh", rng=0)
    facts = bp.perturb(net, [0.5, -1.0], [0.2], layer=2, j=1, k=2, change=1e-5).facts()
    assert facts["actual"] == pytest.approx(facts["predicted"], rel=1e-3)


def test_a_weight_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="no weight w_5,3 into layer 3: the layers have 4, 3, 4, 5, 2 units"):
        bp.perturb(j=5)
