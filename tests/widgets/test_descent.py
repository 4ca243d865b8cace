"""Gradient descent as the panel shows it: the numbers of (x − 4)², overshoot, divergence, two minima, a
narrow bowl.
"""

import base64
import re

import pytest

import backprop_lib as bp
from backprop_lib.widgets.descent import path, verdict


def parabola(x):
    return (x - 4) ** 2


def two_valleys(x):
    return (x - 4) ** 2 * x**4


def bowl(u, v):
    return 0.5 * u**2 + 5 * v**2


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 1.0, 1.1])
def test_on_a_parabola_every_step_multiplies_the_distance_by_one_minus_twice_the_rate(rate):
    for (x,), (after,) in zip(points := path(parabola, (0.0,), rate, 20), points[1:]):
        assert after - 4 == pytest.approx((1 - 2 * rate) * (x - 4), abs=1e-9)


def test_what_the_sentence_says_about_the_five_rates_of_notebook_01():
    said = {rate: verdict(parabola, path(parabola, (0.0,), rate, 20)) for rate in (0.1, 0.5, 0.9, 1.0, 1.1)}
    assert said[0.1] == "After 20 steps: at 3.9539, where f = 0.0021; the last step was 0.0115."
    assert "all but stopped" in said[0.5]
    assert "19 overshoots" in said[0.9]
    assert "the last step was 8.0000" in said[1.0]
    assert "it diverges" in said[1.1]


def test_a_point_that_runs_away_is_not_followed_for_ever():
    points = path(two_valleys, (4.4,), 0.5, 60)
    assert len(points) < 10
    assert "diverges" in verdict(two_valleys, points)


@pytest.mark.parametrize(("start", "end"), [(2.6, 0.0), (2.7, 4.0)])
def test_the_hill_at_eight_thirds_decides_where_the_descent_ends(start, end):
    assert path(two_valleys, (start,), 0.002, 500)[-1][0] == pytest.approx(end, abs=0.1)


def test_in_two_dimensions_each_coordinate_goes_its_own_way():
    u, v = path(bowl, (-3.5, 1.2), 0.18, 20)[-1]
    assert u / -3.5 == pytest.approx(0.82**20)
    assert v / 1.2 == pytest.approx(0.8**20)


def test_the_sliders_move_the_descent():
    view, start, rate, steps = bp.descent(parabola, x=(0, 8), start=0, rate=0.1).controls().children
    assert "at 3.9539" in view.value
    rate.value = 0.5
    assert "at 4.0000" in view.value
    start.value, steps.value = 8.0, 0
    assert "Start at 8.0000, where f = 16.0000" in view.value


def test_a_function_of_two_numbers_gets_two_starts_and_all_sliders_have_names():
    _, *sliders = bp.descent(bowl, x=(-4, 4), y=(-2, 2)).controls().children
    assert [slider.description for slider in sliders] == ["start u", "start v", "rate", "steps"]
    assert all(slider.tooltip for slider in sliders)


def test_the_static_twin_carries_the_same_facts():
    panel = bp.descent(bowl, x=(-4, 4), y=(-2, 2), start=(-3.5, 1.2), rate=0.18)
    bundle = panel._repr_mimebundle_()
    assert verdict(bowl, path(bowl, (-3.5, 1.2), 0.18, 20)) in bundle["text/plain"]
    assert f'alt="{bundle["text/plain"]}"' in bundle["text/html"]


def drawn(panel):
    return base64.b64decode(panel.picture().split("base64,")[1].split('"')[0]).decode()


def words(panel):
    return [re.sub("<.*?>", "", text) for text in re.findall("<text.*?</text>", drawn(panel))]


def test_the_last_step_is_shown_with_its_slope():
    panel = bp.descent(parabola, x=(0, 8), start=0.8, rate=0.1, steps=1)
    assert "slope −6.4 → step +0.64" in words(panel)
    assert drawn(panel).count("stroke-dasharray") == 1
    panel.steps = 2
    assert "slope −5.12 → step +0.512" in words(panel)
    panel.steps = 0
    assert not any("slope" in text for text in words(panel))
    assert "stroke-dasharray" not in drawn(panel)


def test_in_two_dimensions_the_last_step_is_shown_with_its_gradient():
    panel = bp.descent(bowl, x=(-4, 4), y=(-2, 2), start=(-3.5, 1.2), rate=0.1, steps=1)
    assert "gradient (−3.5, 12) → step (+0.35, −1.2)" in words(panel)


def test_points_that_leave_the_plot_are_counted_and_the_last_step_inside_is_shown():
    panel = bp.descent(parabola, x=(0, 8), start=3, rate=1.1, steps=8)
    assert "1 point outside" in words(panel)
    panel.steps = 20
    assert "13 points outside" in words(panel)
    assert "slope 7.17 → step −7.88" in words(panel)
    panel.rate = 0.1
    assert not any("outside" in text for text in words(panel))


def test_functions_of_the_library_and_constant_functions_can_be_shown():
    assert (
        "all but stopped"
        in bp.descent(lambda x: bp.softplus(x) - x / 2, rate=1.0, steps=60).static()["text/plain"]
    )
    assert "all but stopped" in bp.descent(lambda x: 3.0 + 0 * x).static()["text/plain"]


@pytest.mark.parametrize(
    ("f", "start", "problem"),
    [
        (lambda: 1.0, None, "yours has 0"),
        (lambda x, y, z: x, None, "yours has 3"),
        (bowl, 1.0, "start has 1 numbers, and f has 2"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(f, start, problem):
    with pytest.raises(ValueError, match=problem):
        bp.descent(f, start=start)
