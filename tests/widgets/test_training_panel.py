"""The training panel: what batch size, rate and seed do, and a gradient check that a falling loss cannot
fool.
"""

import numpy as np
import pytest

import backprop_lib as bp


@pytest.fixture
def panel():
    return bp.training_panel(bp.datasets.two_moons(60, noise=0.1, rng=0), steps=100)


def test_the_same_seed_gives_the_same_run(panel):
    first = panel.losses
    panel.train()
    assert panel.losses == first


def test_every_control_changes_the_picture(panel):
    view, batch, lr, seed, moment = panel.controls().children
    seen = [view.value]
    for control, value in ((batch, 60), (lr, 0.1), (seed, 4), (moment, 3)):
        control.value = value
        seen.append(view.value)
    assert len(set(seen)) == 5
    assert (panel.batch_size, panel.seed, panel.step) == (60, 4, 12)


def test_going_back_in_time_restores_the_parameters(panel):
    panel.show(0)
    rng = np.random.default_rng(0)
    assert np.array_equal(panel.net.params["W1"], bp.MLP(2, (8,), 2, activation="tanh", rng=rng).params["W1"])


def test_the_slider_counts_as_the_axis_does(panel):
    slider = panel.controls().children[-1]
    assert slider.description == "step"
    assert [label for label, _ in slider.options] == [str(4 * k) for k in range(26)]
    slider.value = 3
    assert slider.label == "12" and panel.step == 12


def test_the_full_batch_falls_steadily_and_a_single_example_does_not(panel):
    panel.batch_size, panel.lr = 60, 0.3
    panel.train()
    assert (np.diff(panel.losses) < 0).all()
    panel.batch_size = 1
    panel.train()
    assert (np.diff(panel.losses) > 0).mean() > 0.3


def test_a_network_that_learns_with_a_wrong_gradient_is_found_out():
    class Tanh(bp.Tanh):
        def derivative(self, Z, A):
            return 1 - A  # the square forgotten

    def build(rng):
        return bp.Sequential(bp.Dense(2, 8, rng=rng), Tanh(), bp.Dense(8, 2, rng=rng))

    panel = bp.training_panel(bp.datasets.two_moons(60, noise=0.1, rng=0), build)
    assert bp.accuracy(panel.net.forward(panel.X), panel.classes) > 0.8
    assert panel.check() == "wrong in X, W1, b1."


def test_the_static_twin_carries_the_counts_and_the_verdict(panel):
    twin = panel.static()
    counts = bp.confusion_matrix(panel.net.forward(panel.X), panel.classes)
    assert f"of class 0: {counts[0, 0]}, {counts[0, 1]}; of class 1" in twin["text/plain"]
    assert "Gradient check: all 5 arrays agree" in twin["text/plain"]
    assert 'alt="Batch 8 of 60' in twin["text/html"]


def test_a_run_that_diverges_says_when():
    panel = bp.training_panel(
        build=lambda rng: bp.MLP(2, (8, 8, 8), 2, activation="leaky_relu", rng=rng), lr=100
    )
    assert panel.diverged is not None
    assert "The loss was no number at step" in panel.facts()


def test_one_hot_targets_and_three_classes_are_welcome():
    assert bp.training_panel(bp.datasets.higham(), steps=5).classes.tolist() == [0] * 5 + [1] * 5
    three = bp.training_panel(bp.datasets.blobs(30, rng=0), steps=5)
    assert "of class 2" in three.facts()


def test_every_control_has_an_accessible_name(panel):
    _, *controls = panel.controls().children
    assert all(control.tooltip and control.description for control in controls)


def test_points_in_space_are_refused():
    with pytest.raises(ValueError, match=r"X must be \(N, 2\), and it is \(4, 3\)"):
        bp.training_panel((np.zeros((4, 3)), np.array([0, 1, 0, 1])))
