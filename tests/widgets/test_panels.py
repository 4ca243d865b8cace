"""What all panels share: names shown as they are, controls that follow each other, words for each picture."""

import base64
import re
from xml.dom.minidom import parseString

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets import panel as kit
from backprop_lib.widgets.panel import Panel, slider, step_of, switch

NAME = "<i>a & b</i>"


def small():
    x, y = bp.Node(0.5, NAME), bp.Node(-2.0, "y")
    f = x * y
    f.name = "<i>f</i>"
    return f


def scalar_network():
    first, second = "<i>1</i>", "<i>2</i>"
    return bp.ScalarNetwork({(first, second): 2.0, (second, "<i>3</i>"): 1.0})


NAMED = {
    "draw": lambda: bp.draw(small()),
    "play": lambda: bp.play(small()),
    "explore": lambda: bp.explore(small()),
    "gates": lambda: bp.gates({"<i>one</i>": small(), "two": bp.Node(1.0, NAME) + bp.Node(2.0, "y")}),
    "branches": lambda: bp.branches(small()),
    "predict": lambda: bp.predict("key", "<i>how much?</i>", options=["<i>up</i>", "down"]),
    "shapes": lambda: bp.shapes(wanted={"<i>dW</i>": np.ones((2, 2))}, **{NAME: np.ones((2, 2))}),
    "activations": lambda: bp.activations(**{NAME: lambda z: z * z}),
    "gradient_health": lambda: bp.gradient_health(2, "tanh", NAME, **{NAME: bp.glorot}),
    "scalar_net": lambda: bp.scalar_net(scalar_network(), node="<i>2</i>"),
    "ScalarNetwork.draw": lambda: scalar_network().draw(),
    "figure": lambda: bp.figure(bp.plot_confusion_matrix(np.eye(2)), alt=NAME),
}
PANELS = {
    **{name: make for name, make in NAMED.items() if isinstance(make(), Panel)},
    "descent": lambda: bp.descent(lambda u, v: u * u + v * v),
    "difference_error": lambda: bp.difference_error(lambda x: x * x, 1.0),
    "logistic": bp.logistic,
    "perturb": bp.perturb,
    "rosetta": bp.rosetta,
    "softmax_jacobian": bp.softmax_jacobian,
    "training_panel": lambda: bp.training_panel(bp.datasets.two_moons(20, rng=0), steps=10),
}


@pytest.fixture(autouse=True)
def own_file(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKPROP_PREDICTIONS", str(tmp_path / "kept.json"))


def widgets_in(box):
    """All ipywidgets in a box, however deep."""
    for child in getattr(box, "children", ()):
        yield child
        yield from widgets_in(child)


def views(shown):
    """All HTML of a panel, stored and live."""
    if not isinstance(shown, Panel):
        return [shown._repr_html_()]
    live = [w.value for w in widgets_in(shown.controls()) if type(w).__name__.startswith("HTML")]
    assert any(live)
    return [page for page in (shown.static().get("text/html"), *live) if page]


def drawings(page):
    return [base64.b64decode(data).decode() for data in re.findall(r'svg\+xml;base64,([^"]+)"', page)]


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_with_angle_brackets_is_shown_as_it_is(kind):
    for page in views(NAMED[kind]()):
        assert "&lt;i&gt;" in page
        for text in (page, *drawings(page)):
            assert "<i>" not in text


@pytest.mark.parametrize("kind", PANELS)
def test_every_picture_is_well_formed_and_has_its_words(kind):
    for page in views(PANELS[kind]()):
        for drawing in drawings(page):
            parseString(drawing)
        for image in re.findall(r"<img [^>]*>", page):
            assert re.search(r'alt="[^"]{20,}"', image)


@pytest.mark.parametrize("kind", PANELS)
def test_every_control_has_a_name_and_says_what_it_does(kind):
    shown = [w for w in widgets_in(PANELS[kind]().controls()) if hasattr(w, "value")]
    for widget in shown:
        if type(widget).__name__ == "ToggleButtons":
            assert len(widget.tooltips) == len(widget.options)
        elif not type(widget).__name__.startswith("HTML"):
            assert widget.description or kind == "predict"
            assert widget.tooltip


@pytest.mark.parametrize("kind", PANELS)
def test_what_a_terminal_shows_is_text_and_the_same_each_time(kind):
    words = PANELS[kind]()._repr_mimebundle_()["text/plain"]
    assert len(words) > 20 and "<img" not in words
    assert words == PANELS[kind]()._repr_mimebundle_()["text/plain"]


def test_without_ipywidgets_the_static_twin_remains(monkeypatch):
    def missing(self):
        raise ImportError("no ipywidgets")

    monkeypatch.setattr(Panel, "controls", missing)
    assert set(bp.logistic()._repr_mimebundle_()) == {"text/html", "text/plain"}


@pytest.mark.parametrize(
    ("low", "high", "step"), [(-5, 5, 0.1), (-1.5, 2.5, 0.01), (0, 50, 1.0), (0, 0.02, 0.0001)]
)
def test_a_step_is_a_power_of_ten_and_at_most_a_fiftieth_of_the_way(low, high, step):
    assert step_of(low, high) == pytest.approx(step)
    assert step_of(low, high) <= (high - low) / 50


def test_the_same_leaf_gets_the_same_slider_in_explore_and_in_gates():
    x = bp.Node(0.5, "x")
    _, one = bp.explore(x * 2.0).controls().children
    *_, other = bp.gates({"a": x * 2.0, "b": x + 0.0}).controls().children
    assert (one.min, one.max, one.step) == (other.min, other.max, other.step)


class Pair(Panel):
    """Two numbers, the second at most the first, and how often the picture was drawn."""

    def __init__(self):
        self.first, self.seconds, self.drawn = 5, [4], 0

    def parts(self):
        first = slider("first", "first", "the first", 0, 9, kind="IntSlider")
        second = slider("seconds", "second", "the second", 0, self.first, kind="IntSlider", index=0)
        return [first, [second], self.view]

    def write(self, control, value):
        super().write(control, value)
        self.seconds[0] = min(self.seconds[0], self.first)

    def picture(self):
        self.drawn += 1
        return f"{self.first} {self.seconds[0]}"


def test_a_control_sets_its_attribute_and_the_others_follow():
    pair = Pair()
    first, row, view = pair.controls().children
    (second,) = row.children
    drawn = pair.drawn
    first.value = 3
    assert (pair.first, pair.seconds) == (3, [3])
    assert (second.max, second.value, view.value) == (3, 3, "3 3")
    assert pair.drawn == drawn + 1  # the control that follows does not draw again
    second.value = 1
    assert (pair.seconds, view.value) == ([1], "3 1")


def test_a_panel_can_be_shown_twice_and_each_copy_starts_where_it_stands():
    pair = Pair()
    pair.controls().children[0].value = 2
    first, *_ = pair.controls().children
    assert first.value == 2


def test_a_table_and_a_sentence_show_names_as_they_are():
    assert "<b>" not in kit.table(["<b>", "x"], [["<b>", 1]]) + kit.paragraphs(["<b>"])
    assert "<var>x</var> &lt; <var>b</var>" in kit.paragraphs(["x < b"])


def test_a_switch_keeps_the_order_of_its_options():
    control = switch("y", "label", {1: "yes", 0: "no"})
    assert (control.traits["options"], control.traits["tooltips"]) == ([1, 0], ["yes", "no"])
