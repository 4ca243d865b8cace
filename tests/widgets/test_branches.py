"""Two switches and four backward passes: only ``+=`` in reverse topological order is right on a diamond."""

import html
import math
import re

import pytest

import backprop_lib as bp
from backprop_lib.show.notation import runs
from backprop_lib.show.theme import WARNING
from backprop_lib.widgets.branches import passes

RIGHT = ("+=", "reverse topological order")


@pytest.fixture
def diamond():
    a = bp.Node(1.0, "a")
    b = 2 * a
    c, d = 3 * b, 5 * b
    e = c + d
    for node, name in zip((b, c, d, e), "bcde"):
        node.name = name
    return a, b, c, d, e


@pytest.fixture
def lecture_002():
    t = bp.Node(1.0, "t")
    x, y = bp.cos(t), t**2
    return t, y + bp.exp(x * y)


@pytest.mark.parametrize(
    ("way", "by_a", "by_b"),
    [
        (RIGHT, 16, 8),
        (("+=", "as it comes"), 22, 8),
        (("=", "reverse topological order"), 6, 3),
        (("=", "as it comes"), 10, 5),
    ],
)
def test_the_four_ways_on_the_diamond(diamond, way, by_a, by_b):
    a, b, *_, e = diamond
    found = bp.branches(e).gradients(*way)
    assert (found[a], found[b]) == (by_a, by_b)


def test_speaking_too_early_is_the_librarys_naive_pass(diamond):
    a, *_, e = diamond
    bp.naive_backward(e)
    assert bp.branches(e).gradients("+=", "as it comes")[a] == 22
    bp.naive_backward(e)
    assert a.grad == 22


def test_lecture_002s_example_loses_a_branch_and_its_sign(lecture_002):
    t, f = lecture_002
    panel = bp.branches(f)
    assert panel.gradients(*RIGHT)[t] == pytest.approx(2.41048, abs=1e-5)
    assert panel.gradients("=", "reverse topological order")[t] == pytest.approx(-1.44441, abs=1e-5)


def test_in_order_each_gate_speaks_once_and_the_result_is_backwards(lecture_002):
    _, f = lecture_002
    messages = list(passes(f))
    nodes = [node for node in bp.topological_order(f) if not node.is_constant]
    assert len(messages) == sum(not x.is_constant for node in nodes for x in node.inputs)
    f.backward()
    assert {x: total for _, x, _, total in messages} == {node: node.grad for node in nodes if node is not f}


def test_the_same_node_twice_into_one_gate_gets_two_messages():
    a = bp.Node(3.0, "a")
    assert bp.branches(a * a).gradients(*RIGHT)[a] == 6
    assert bp.branches(a * a).gradients("=", "reverse topological order")[a] == 3


def sentence(view):
    return html.unescape(re.sub("<.*?>", "", view.value)).replace("\N{NO-BREAK SPACE}", " ")


def test_stepping_and_switching_move_the_picture_and_the_sentence(diamond):
    store, order, step, view = bp.branches(diamond[-1]).controls().children
    assert "b sends 6 to a: a has 6." in sentence(view)
    store.value, order.value = RIGHT
    assert step.value == step.max == 5
    assert "b sends 16 to a: a has 16." in sentence(view)
    step.value = 4
    assert "c sends 3 to b, which adds it: 5 + 3 = 8." in sentence(view)
    step.value = 0
    assert "e starts with 1." in sentence(view)
    order.value = "as it comes"
    assert step.max == 6
    assert "which adds it: 6 + 16 = 22." in sentence(view)


def test_with_an_equals_sign_the_sentence_says_what_is_lost_and_in_amber(diamond):
    _, _, step, view = bp.branches(diamond[-1]).controls().children
    assert WARNING not in view.value
    step.value = 4
    assert "c sends 3 to b, which overwrites 5: b has 3, the 5 is lost." in sentence(view)
    assert WARNING in view.value


def test_a_number_below_zero_is_added_in_parentheses(lecture_002):
    t, f = lecture_002
    panel = bp.branches(f)
    said = [panel.line(RIGHT, step) for step in range(len(panel.runs[RIGHT]) + 1)]
    assert any("which adds it: " in line and " + (−" in line for line in said)


def test_all_names_of_a_sentence_are_in_italics(diamond):
    panel = bp.branches(diamond[-1])
    letters = [kind for kind, run in runs(panel.line(panel.way, panel.step)) if run in ("a", "b")]
    assert letters == ["letter"] * 3


def test_every_control_has_an_accessible_name(diamond):
    store, order, step, _ = bp.branches(diamond[-1]).controls().children
    assert [control.description for control in (store, order, step)] == ["store with", "order", "message"]
    assert all(len(control.tooltips) == 2 for control in (store, order))
    assert step.tooltip


def test_the_static_twin_lists_all_four_ways_and_marks_what_is_wrong(diamond):
    bundle = bp.branches(diamond[-1])._repr_mimebundle_()
    assert bundle["text/plain"].splitlines() == [
        "=, reverse topological order: a 6 ✗, b 3 ✗, c 1, d 1, e 1",
        "=, as it comes: a 10 ✗, b 5 ✗, c 1, d 1, e 1",
        "+=, reverse topological order: a 16, b 8, c 1, d 1, e 1",
        "+=, as it comes: a 22 ✗, b 8, c 1, d 1, e 1",
    ]
    assert bp.branches(diamond[-1]).static()["text/html"].count("✗") == 5


def test_arrays_and_graphs_that_explode_are_refused():
    with pytest.raises(ValueError, match="single numbers"):
        bp.branches(bp.Node([1.0, 2.0], "v") * 2)
    doubled = bp.Node(1.0, "a")
    for _ in range(60):
        doubled = doubled + doubled
    with pytest.raises(ValueError, match="smaller part"):
        bp.branches(doubled)
    assert math.isfinite(doubled.value)
