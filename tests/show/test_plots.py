"""The library's matplotlib figures use the palette: loss and accuracy are values, norms are of gradients."""

import numpy as np
from matplotlib.colors import to_rgb

import backprop_lib as bp
from backprop_lib.show import svg


def hue(colour):
    """Which channel is the strongest."""
    return "rgb"[int(np.argmax(to_rgb(colour)))]


def test_values_are_green_gradient_norms_are_red_and_styles_tell_curves_apart():
    history = bp.History(
        [3.0, 2.0], [0.5, 0.75], [3.0, 2.5], [0.5, 0.5], {"W1": [1.0, 0.5], "W2": [2.0, 0.7]}
    )
    loss, accuracy, norms = history.plot().axes
    assert [line.get_color() for line in loss.lines][0] == svg.VALUE
    assert {hue(line.get_color()) for axes in (loss, accuracy) for line in axes.lines} == {"g"}
    assert {hue(line.get_color()) for line in norms.lines} == {"r"}
    for axes in (loss, accuracy, norms):
        assert len({line.get_linestyle() for line in axes.lines}) == 2


def test_a_confusion_matrix_is_neither_green_nor_red():
    figure = bp.plot_confusion_matrix(np.array([[4, 1, 0], [2, 3, 7], [0, 0, 9]]))
    assert [text.get_text() for text in figure.axes[0].texts] == list("410237009")
    cells = figure.axes[0].images[0]
    shown = cells.cmap(cells.norm(cells.get_array()))[..., :3]
    assert np.allclose(shown.min(axis=-1), shown.max(axis=-1))
