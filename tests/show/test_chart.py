"""The chart: round numbers on the axes, lines cut off at the frame, dots only inside, contour lines."""

import math
import re

import pytest

from backprop_lib.show.chart import Chart, level_lines, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 8, [0, 2, 4, 6, 8]), (-1, 4.5, [-1, 0, 1, 2, 3, 4])]
)
def test_axes_have_round_numbers(low, high, expected):
    assert ticks(low, high) == expected


@pytest.mark.parametrize(
    ("low", "high", "about", "expected"),
    [(0.7, 2.3, 6, [1, 2]), (-16, 0, 6, [-15, -10, -5, 0]), (-3, 1, 4, [-3, -2, -1, 0, 1])],
)
def test_whole_axes_have_no_fractions(low, high, about, expected):
    assert ticks(low, high, about, whole=True) == expected


def words(chart):
    inside = re.findall(r"<text.*?>(.*?)</text>", "".join(chart.parts))
    return [re.sub("<.*?>", "", words) for words in inside]


def test_a_logarithmic_axis_says_powers_of_ten_and_spaces_them_evenly():
    chart = Chart((0, 1), (1e-4, 1e2), "x", "y", log="y")
    assert [word for word in words(chart) if word.startswith("10")][:2] == ["10⁻⁴", "10⁻³"]
    a, b, c = chart.y(1e-3), chart.y(1e-1), chart.y(1e1)
    assert a - b == pytest.approx(b - c)
    assert math.isfinite(chart.y(0.0))  # a logarithm has no place for it: below the frame


def test_the_ends_of_the_axes_are_the_corners_of_the_frame():
    chart = Chart((-2, 6), (5, 25), "x", "y", frame=(40, 30, 200, 100))
    assert (chart.x(-2), chart.x(6), chart.y(5), chart.y(25)) == (40, 240, 130, 30)
    assert chart.x(2) == 140


def test_dots_outside_the_frame_are_left_out_and_lines_are_cut_off():
    chart = Chart((0, 1), (0, 1), "x", "y")
    before = len(chart.parts)
    chart.dots([(0.5, 2.0), (-1.0, 0.5)], "black")
    assert len(chart.parts) == before
    chart.line([(0, 0), (1, 1e300)], "black")
    assert f'clip-path="url(#{chart.clip})"' in chart.parts[-1]
    assert max(abs(float(x)) for x in re.findall(r"-?\d+\.\d", chart.parts[-1])) < 1e4


def test_two_charts_of_one_drawing_are_cut_off_at_their_own_frames():
    left, right = (Chart((0, 1), (0, 1), "x", "y", frame=(x, 30, 200, 100)) for x in (40, 300))
    assert left.clip != right.clip


def test_fields_lie_under_the_axes():
    chart = Chart((0, 10), (0, 1), "x", "y", frame=(0, 0, 100, 100))
    chart.field((2, 4), (0, 0.5), "yellow")
    assert 'x="20.0" y="50.0" width="20.0" height="50.0" fill="yellow"' in chart.parts[0]


def test_contour_lines_lie_on_their_level():
    axis = [k / 10 - 2 for k in range(41)]
    heights = [[x * x + y * y for x in axis] for y in axis]
    ends = [p for pair in level_lines(heights, axis, axis, [1.0]) for p in pair]
    assert len(ends) > 50
    assert all(math.hypot(*p) == pytest.approx(1.0, abs=0.01) for p in ends)
