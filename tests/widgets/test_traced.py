"""Which functions become programs of the page, and that the page writes words and numbers as Python does."""

import random

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.show.notation import fixed, in_html
from backprop_lib.widgets.activations import pieces
from backprop_lib.widgets.health import INITIALISERS, every_depth, measured
from backprop_lib.widgets.traced import program_of, spread

POINTS = spread([(-3.0, 3.0)])


def test_a_function_of_the_courses_operations_becomes_a_program():
    program = program_of(lambda x: x * bp.sigmoid(x), POINTS)
    assert program.startswith("(x0) => {")


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x if float(getattr(x, "value", x)) > 0 else -x,  # Python decides
        lambda x: 3.0,  # no graph
        lambda x: np.array([1.0, 2.0]) * x,  # no single number
        lambda x: x * bp.Node(2.0, "w"),  # a leaf of its own
        lambda x: bp.log(x),  # not everywhere
    ],
)
def test_what_a_graph_does_not_say_becomes_none(f):
    assert program_of(f, POINTS) is None


def test_points_are_spread_over_the_windows():
    points = np.array(spread([(-4.0, 4.0), (0.0, 1.0)]))
    assert points.shape == (8, 2)
    assert np.all(np.abs(points[:, 0]) <= 4) and np.all((points[:, 1] >= 0) & (points[:, 1] <= 1))
    assert len(np.unique(points[:, 0])) == len(np.unique(points[:, 1])) == 8


def test_a_slope_that_jumps_is_drawn_in_two_lines_and_a_steep_one_in_one():
    grid = np.linspace(-6, 6, 121)
    left, right = pieces(lambda z: bp.leaky_relu(z, 0.1), grid, np.where(grid > 0, 1.0, 0.1))
    assert left[-1] == pytest.approx((0.0, 0.1), abs=1e-6)
    assert right[0] == pytest.approx((0.0, 1.0), abs=1e-6)

    def steep(z):
        return bp.tanh(z * 20.0)

    slopes = 20 * (1 - np.tanh(20 * grid) ** 2)
    assert len(pieces(steep, grid, slopes)) == 1


@pytest.mark.parametrize(("activation", "init"), [("tanh", "glorot"), ("relu", "he")])
def test_the_table_of_gradient_health_is_what_layers_measure(activation, init):
    known, now = measured()[activation][init], every_depth(activation, INITIALISERS[init])
    assert len(known) == 2 * sum(range(1, 13))
    assert known == pytest.approx(now, abs=1)


@pytest.mark.browser
def test_the_page_sets_words_and_numbers_as_python_does(open_page):
    class Sent:
        def _repr_html_(self):
            return bp.logistic()._repr_mimebundle_()["text/html"]

    page = open_page(Sent())
    rng = random.Random(5)
    numbers = [0.0, -0.0, -1e-9, 0.00005, 0.00015, 0.03125, -2.5, 1e5, 123456.789, -99999.99999]
    numbers += [rng.randint(-(10**6), 10**6) / 2 ** rng.randint(0, 12) for _ in range(1000)]
    numbers += [rng.choice([-1, 1]) * 10 ** rng.uniform(-6, 6) for _ in range(1000)]
    assert page.evaluate("all => all.map((x) => backprop.fixed(x))", numbers) == [fixed(x) for x in numbers]
    words = [
        "∂E/∂w12 = y1 · ∂E/∂x2", "w43[3] + 0.5: predicted δ4[3] · a3[2]", "f'(x2) · ∂E/∂y2", "a slider",
        "y_hat − y, theta_1, θ1 and delta", "x < 3 & y > 2", "dW has shape (2, 4)", "δ @ aᵀ",
        "out(2) = {4, 5}",
    ]  # fmt: skip
    shown = page.evaluate(
        "all => all.map((x) => { const p = document.createElement('p'); p.innerHTML = backprop.inHtml(x);"
        " return p.innerHTML; })",
        words,
    )
    assert shown == [in_html(line) for line in words]
