"""The picture of a network: all numbers, values green and above, gradients red and below, none on another."""

import base64
import random
import re

import pytest

import backprop_lib as bp
from backprop_lib.show import svg, theme
from backprop_lib.show.network import Network, scalar_network
from backprop_lib.show.picture import short

EDGES = [(1, 2), (1, 3), (2, 4), (2, 5), (3, 4), (3, 5), (4, 6), (5, 6)]


def six_nodes(seed):
    rng = random.Random(seed)
    digits = rng.choice([0, 1, 2, 4])
    net = bp.ScalarNetwork({edge: round(rng.uniform(-3, 3), digits) for edge in EDGES}, hidden="tanh")
    net.forward(round(rng.uniform(-2, 2), 3))
    net.backward(1.0)
    return net


def three_layers():
    weights = {(i, j): round(0.37 * i - 0.21 * j, 2) for i in (1, 2, 3) for j in (4, 5, 6, 7)}
    weights |= {(j, 8): 0.1234567 * j for j in (4, 5, 6, 7)}
    net = bp.ScalarNetwork(weights, hidden="tanh")
    net.forward([0.123456, -1.5, 2.0])
    net.backward(1.0)
    return net


def decoded(drawing):
    return base64.b64decode(drawing.html.split("base64,")[1].split('"')[0]).decode()


def words(drawing):
    """(left, top, right, bottom, words, colour) of all words. A letter is taken to be 0.55 em wide, which is
    less than svg.width_of takes, and more than it is in Helvetica.
    """
    found = re.findall(
        r'<text x="([\d.-]+)" y="([\d.-]+)" fill="(.*?)" .*?font-size="(\d+)".*?>(.*?)</text>',
        decoded(drawing),
    )
    for x, y, colour, size, inside in found:
        text = re.sub("<.*?>", "", inside)
        x, y, size = float(x), float(y), int(size)
        half = 0.55 * size * len(text) / 2
        yield x - half, y - 0.75 * size, x + half, y, text, colour


def overlapping(drawing):
    boxes = list(words(drawing))
    pairs = [(p, q) for i, p in enumerate(boxes) for q in boxes[i + 1 :]]
    return [
        (p[4], q[4])
        for p, q in pairs
        if p[0] < q[2] and q[0] < p[2] and p[1] < q[3] and q[1] < p[3] and p[4] and q[4]
    ]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("chosen", [None, 2])
def test_no_words_lie_on_others(seed, chosen):
    assert overlapping(scalar_network(six_nodes(seed), "alt", chosen)) == []


def test_no_words_lie_on_others_where_twelve_edges_cross():
    assert overlapping(scalar_network(three_layers(), "alt")) == []


def test_words_that_do_lie_on_others_would_be_found():
    drawing = svg.Drawing(svg.image([svg.text(10, 10, "w12 = 3"), svg.text(20, 12, "8")], 99, 99, "alt"), "")
    assert overlapping(drawing) == [("w12 = 3", "8")]


@pytest.mark.parametrize("net", [six_nodes(3), three_layers()], ids=["six nodes", "eight nodes"])
def test_every_number_is_there_a_value_green_and_a_gradient_red(net):
    colour_of = {}
    for *_, text, colour in words(net.draw()):
        colour_of.setdefault(text, set()).add(colour)
    for (i, j), w in net.w.items():
        assert colour_of[f"w{i}{j} = {short(w)}"] == {theme.VALUE}
        assert theme.GRADIENT in colour_of[short(net.dE_dw[i, j])]
    for j in net.nodes:
        assert colour_of[f"x = {short(net.x[j])}"] == colour_of[f"y = {short(net.y[j])}"] == {theme.VALUE}
        assert colour_of[f"∂E/∂x = {short(net.dE_dx[j])}"] == {theme.GRADIENT}


def test_values_stand_above_their_node_and_gradients_below():
    network = Network({"a": (100, 100)})
    network.unit("a", "a", values=["x = 1", "y = 2"], gradients=["∂x = 3"])
    heights = [float(re.search(r' y="([\d.]+)"', word)[1]) for word in network.words]
    name, x, y, gradient = heights
    assert x < y < 100 < gradient
    assert abs(name - 100) < 6


def test_the_edges_that_the_chosen_node_adds_up_are_red():
    svg_of = decoded(scalar_network(six_nodes(0), "alt", chosen=2))
    edges = re.findall(r'<path d="M.*?stroke="(.*?)" stroke-width="(.*?)"', svg_of)
    assert edges.count((theme.GRADIENT, "3.5")) == 2  # 2 → 4 and 2 → 5
    assert edges.count((theme.GREY, "1.2")) == 7  # and the one to E


def test_a_label_that_finds_no_place_is_left_out_and_named():
    network = Network({"a": (0, 0), "b": (40, 0)})
    network.edge("a", "b")
    network.unit("a", "a")
    network.unit("b", "b")
    network.label("a", "b", "w = 0.123456789")
    assert network.left_out == [("a", "b")]


def test_a_network_can_be_drawn_before_it_has_computed_anything():
    assert "dE/dw" in repr(bp.ScalarNetwork({(1, 2): 0.5}).draw())


@pytest.mark.parametrize("make", [lambda: six_nodes(1), three_layers])
def test_paper_lies_under_all_words_beside_the_units_and_over_all_edges(make):
    drawing = scalar_network(make(), "a network", 2)
    page = decoded(drawing)
    papers = []
    rectangles = re.findall(r'<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)" fill="(.*?)"', page)
    for *numbers, fill in rectangles:
        left, top, width, height = map(float, numbers)
        assert fill == theme.PAPER
        papers.append((left, top, left + width, top + height))
    for left, top, right, bottom, text, colour in words(drawing):
        covering = [p for p in papers if p[0] <= left and p[1] <= top and right <= p[2] and bottom <= p[3]]
        assert covering or colour == theme.INK, text
    assert page.rindex("<path") < page.index("<rect x=") < page.index("<circle") < page.index("<text")
