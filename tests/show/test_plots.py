"""The library's matplotlib figures use the palette: loss and accuracy are values, norms are of gradients."""

import base64
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

import backprop_lib as bp
from backprop_lib.show import theme


def hue(colour):
    """Which channel is the strongest."""
    return "rgb"[int(np.argmax(to_rgb(colour)))]


def test_values_are_green_gradient_norms_are_red_and_styles_tell_curves_apart():
    history = bp.History(
        [3.0, 2.0], [0.5, 0.75], [3.0, 2.5], [0.5, 0.5], {"W1": [1.0, 0.5], "W2": [2.0, 0.7]}
    )
    loss, accuracy, norms = history.plot().axes
    assert to_hex(loss.lines[0].get_color()) == theme.LIGHT["value"]
    assert {hue(line.get_color()) for axes in (loss, accuracy) for line in axes.lines} == {"g"}
    assert {hue(line.get_color()) for line in norms.lines} == {"r"}
    for axes in (loss, accuracy, norms):
        assert len({line.get_linestyle() for line in axes.lines}) == 2


def test_a_confusion_matrix_is_neither_green_nor_red():
    figure = bp.plot_confusion_matrix(np.array([[4, 1, 0], [2, 3, 7], [0, 0, 9]]))
    assert [text.get_text() for text in figure.axes[0].texts] == list("410237009")
    cells = [patch.get_facecolor() for patch in figure.axes[0].patches]
    assert {to_hex(cell) for cell in cells} == {theme.LIGHT["grey"]}
    depths = [cell[3] for cell in cells]
    assert depths == [pytest.approx(count / 18) for count in map(int, "410237009")]


def drawn(shown):
    """The SVG inside what a notebook shows."""
    return base64.b64decode(re.search(r"svg\+xml;base64,([\w+/=]+)", shown)[1]).decode()


def test_a_figure_follows_the_theme_in_colours_and_font():
    figure, axes = plt.subplots()
    axes.plot([1, 2], label="first")
    axes.plot([3, 1], color="black")
    axes.legend()
    svg = drawn(bp.figure(figure, alt="two lines")._repr_html_())
    assert "stroke: var(--bp-kind-1, #5b3a86)" in svg and "stroke: var(--bp-ink, #1f2328)" in svg
    assert "fill: var(--bp-paper, #ffffff)" in svg
    assert "#1f77b4" not in svg and "#000000" not in svg and "DejaVu" not in svg
    assert svg.startswith('<svg fill="var(--bp-ink, #1f2328)"'), "black words have no colour of their own"
    assert ">first</text>" in svg, "words are words and no outlines"


def test_the_same_figure_gives_the_same_bytes():
    def shown():
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        return bp.figure(figure, alt="a line")._repr_html_()

    assert shown() == shown()


def test_a_figure_of_very_many_points_becomes_an_image():
    figure, axes = plt.subplots()
    axes.scatter(*np.random.default_rng(0).normal(size=(2, 5_000)), c=np.arange(5_000))
    shown = bp.figure(figure, alt="many points")._repr_html_()
    assert "data:image/png" in shown and len(shown) < 400_000
