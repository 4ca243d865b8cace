"""The boxes of bp.fill and the graphs of bp.practice: what is asked, what each answer is told, what is sent
(in a page: see tests/browser/test_page_fill.py).
"""

import base64
import json
import math
import random
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest
import sympy

import backprop_lib as bp
from backprop_lib.widgets.fill import SENTENCES, Mistake, about_of, is_near, judge, sheet_of
from backprop_lib.widgets.practice import GRAPHS


def product():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


def diamond():
    a, b = bp.inputs(a=2.0, b=3.0)
    c = a * b
    v = c + a
    f = v * c
    c.name, v.name, f.name = "c", "v", "f"
    return f


def deep(gates):
    out = bp.Node(0.5, "x")
    for _ in range(gates):
        out = bp.sin(out)
    return out


def question(sheet, name):
    return next(question for question in sheet.questions if question.name == name)


def told(output, name, answer, believed=None, upstream=None):
    """The verdict where all boxes before this one are filled in."""
    sheet = sheet_of(output, "both", upstream)
    asked = question(sheet, name)
    follows = None
    if believed:
        nodes = {f"{one.what} at {sheet.names[one.node]}": (one.what, one.node) for one in sheet.questions}
        follows = sheet.follows(asked, {nodes[name]: number for name, number in believed.items()})
    return judge(asked, answer, follows)


# What is asked


def test_gradients_are_asked_from_the_output_to_the_inputs():
    names = [question.name for question in bp.fill(product()).questions]
    assert names == [f"gradient at {node}" for node in ("f", "q", "z", "y", "x")]


def test_values_are_asked_of_gates_only():
    names = [question.name for question in bp.fill(product(), "values").questions]
    assert names == ["value at q", "value at f"]


def test_both_are_asked_in_the_order_of_the_passes():
    names = [question.name for question in bp.fill(product(), "both").questions]
    assert names[:3] == ["value at q", "value at f", "gradient at f"] and len(names) == 7


def test_constants_have_no_box():
    x = bp.inputs(x=3.0)
    names = [question.name for question in bp.fill(2 * x + 1).questions]
    assert names == ["gradient at v2", "gradient at v1", "gradient at x"]


def test_filling_changes_no_gradient():
    f = product()
    f.backward()
    f.inputs[1].grad = 7.0
    bp.fill(f)
    assert f.inputs[1].grad == 7.0


def test_an_upstream_that_is_given_is_shown_and_not_asked():
    shown = bp.fill(product(), "both", upstream=2.0)
    assert "gradient at f" not in [question.name for question in shown.questions]
    assert "f = q · z = ?, gradient 2" in repr(shown)
    assert told(product(), "gradient at q", -8, upstream=2.0).kind == "right"


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: bp.fill(product(), "slopes"), "'gradients', 'values', 'both'"),
        (lambda: bp.fill(bp.Node(sympy.Symbol("x")) * 2), "symbol"),
        (lambda: bp.fill(bp.exp(bp.Node(1000.0, "x"))), "not finite"),
        (lambda: bp.fill(sum([bp.Node(1.0) * 2 for _ in range(30)])), "boxes"),
        (lambda: bp.fill(bp.Node(np.ones(3)) * 2), "upstream"),
        (lambda: bp.fill(deep(40)), "deep"),
        (lambda: bp.practice(7), "levels are 1 to 6"),
    ],
)
def test_what_cannot_be_asked_is_refused(build, words):
    with pytest.raises(ValueError, match=words):
        build()


# What an answer is told


@pytest.mark.parametrize(
    "name, answer, kind",
    [
        ("gradient at f", 1, "right"),
        ("gradient at f", -12, "value"),
        ("gradient at f", 0, "begin"),
        ("gradient at q", -4, "right"),
        ("gradient at q", 4, "sign"),
        ("gradient at q", 1, "upstream"),
        ("gradient at q", 3, "swapped"),
        ("gradient at z", -4, "swapped"),
        ("gradient at x", 1, "local"),
        ("gradient at x", -2, "value"),
        ("gradient at x", -8, "factor"),
        ("gradient at x", 17, "not yet"),
        ("value at q", -3, "sign"),
        ("value at q", -10, "operation"),
        ("value at q", 5, "input"),
        ("value at q", -4, "gradient"),
        ("value at f", -1, "operation"),
    ],
)
def test_a_product_of_a_sum(name, answer, kind):
    assert told(product(), name, answer).kind == kind


@pytest.mark.parametrize(
    "name, answer, kind",
    [
        ("gradient at c", 14, "right"),  # 8 through f, 6 through v
        ("gradient at c", 8, "branch"),
        ("gradient at c", 6, "branch"),
        ("gradient at c", 7, "upstream"),  # 1 + 6
        ("gradient at c", 9, "local"),  # 8 + 1
        ("gradient at a", 48, "right"),  # 6 + 3 · 14
        ("gradient at a", 42, "branch"),
        ("gradient at b", 28, "right"),
        ("gradient at b", 42, "swapped"),
    ],
)
def test_a_fan_out(name, answer, kind):
    assert told(diamond(), name, answer).kind == kind


def test_of_three_branches_one_may_be_missing():
    a, b, c = bp.inputs(a=2.0, b=3.0, c=5.0)
    f = a * b + a * c + a * a
    assert told(f, "gradient at a", 12.0).kind == "right"
    assert told(f, "gradient at a", 9.0).kind == "missing"


def test_the_gate_is_named_through_which_a_contribution_came():
    assert "through v only" in told(diamond(), "gradient at c", 6).sentence
    assert "through f only" in told(diamond(), "gradient at c", 8).sentence


def test_a_mistake_at_a_max_is_the_other_input():
    x, y = bp.inputs(x=3.0, y=-4.0)
    f = bp.maximum(x, y) * 5
    assert told(f, "gradient at y", 0).kind == "right"
    assert told(f, "gradient at y", 5).kind == "both"
    assert told(f, "gradient at x", 0).kind == "other"


def test_a_closed_relu_lets_nothing_through():
    x = bp.inputs(x=-3.0)
    f = bp.relu(x) * 5
    assert told(f, "gradient at x", 0).kind == "right"
    assert told(f, "gradient at x", 5).kind == "upstream"


def test_an_answer_to_which_two_mistakes_lead_names_both():
    """The local derivative and the value are both 3."""
    x, y = bp.inputs(x=3.0, y=3.0)
    f = x * (y + 0.0) * 2
    mistakes = question(sheet_of(f), "gradient at x").mistakes
    kinds = {mistake.kind for mistake in mistakes if mistake.answer == 3}
    assert kinds == {"local", "value"}
    assert told(f, "gradient at x", 3).sentence == (
        "Not yet. Two slips lead to this number. One: that is the local derivative alone. The upstream "
        "gradient is forgotten. The other: that is the value of x, not its gradient."
    )


def test_an_answer_to_which_three_mistakes_lead_names_none():
    asked = question(sheet_of(product()), "gradient at x")
    mistakes = tuple([Mistake(9.0, kind, "q") for kind in ("sign", "value", "local")])
    assert judge(replace(asked, mistakes=mistakes), 9).kind == "not yet"
    assert judge(replace(asked, mistakes=mistakes[:2]), 9).kind == "either"


def named(node, name):
    node.name = name
    return node


@pytest.mark.parametrize(
    "build, answer, words",
    [
        (lambda x: named(x * 7, "q") ** 2, 7 + 42, "local + upstream. Along a path they are multiplied"),
        (lambda x: x * 5 + x * 7, 35, "product of the branches. They are added, not multiplied"),
        (lambda x: bp.maximum(x, bp.Node(8.0, "y")) * 5, 5, "winner only, y. The loser gets 0"),
        (lambda x: bp.minimum(x, 2) * 5, 5, "winner only, 2"),
        (lambda x: bp.sigmoid(x) * 5, 5 / (1 + math.exp(-3)), "that is with σ itself"),
        (lambda x: bp.tanh(x) * 5, 5 * math.tanh(3), "that is with tanh itself"),
        (lambda x: bp.sigmoid(x) * 5, 5 * (1 - 1 / (1 + math.exp(-3)) ** 2), "with the slope of tanh"),
        (lambda x: (x / 2) * 7, 14, "factor of 4. ÷2 passes on 1/2 of the upstream"),
        (lambda x: (x * 2) * 7, 3.5, "factor of 4. ×2 passes on 2 times the upstream"),
        (lambda x: (x**2) * 7, 21, "factor of 2. The exponent 2"),
        (lambda x: (5 - x) * 7, 7, "The second input of a minus gets −1"),
        (lambda x: (-x) * 7, 7, "A minus sign passes on −1"),
    ],
)
def test_the_gate_says_where_a_mistake_was_made(build, answer, words):
    f = build(bp.Node(3.0, "x"))
    assert words in told(f, "gradient at x", answer).sentence


def test_an_answer_that_follows_from_an_earlier_mistake_says_so():
    wrong = {"gradient at q": 4}
    assert told(product(), "gradient at x", 4, believed=wrong).kind == "follows"
    assert told(product(), "gradient at x", -4, believed=wrong).kind == "right", "what is right stays right"
    assert told(product(), "gradient at x", 4).kind == "sign"
    assert told(product(), "value at f", 28, believed={"value at q": -7}).kind == "follows"
    assert told(product(), "gradient at z", -7, believed={"value at q": -7}).kind == "follows"


def test_what_follows_at_a_fan_out_is_the_sum():
    assert told(diamond(), "gradient at c", 2, believed={"gradient at v": -6}).kind == "follows"


def unit():
    w, x = bp.inputs(w=0.5, x=2.0)
    f = bp.sigmoid(w * x)
    f.name = "f"
    return f


def test_four_digits_are_enough_and_fewer_are_close():
    right = 0.39322386648296376
    assert told(unit(), "gradient at w", round(right, 4)).kind == "right"
    assert told(unit(), "gradient at w", 0.7311 * (1 - 0.7311) * 2).kind == "right"
    assert told(unit(), "gradient at w", 0.39).kind == "rounding"
    assert told(unit(), "gradient at w", 0.42).kind == "not yet"


def test_a_whole_number_is_not_rounded():
    x, y = bp.inputs(x=50.0, y=99.0)
    assert told(x * y * 1.0, "gradient at x", 100).kind == "not yet"


def layer():
    X, W, b = bp.inputs(X=np.ones((4, 3)), W=np.ones((2, 3)), b=np.ones(2))
    z = X @ W.T + b
    f = (z**2).mean()
    z.name, f.name = "z", "f"
    return f


@pytest.mark.parametrize(
    "name, answer, kind",
    [
        ("value at v1", (3, 2), "right"),
        ("value at v1", (2, 3), "either"),  # transposed, and the shape of W
        ("value at v2", (4, 2), "right"),
        ("value at v2", (2, 4), "transposed"),
        ("value at v2", (3, 3), "inner"),
        ("value at v2", (3, 2), "input shape"),
        ("value at f", (), "right"),
        ("gradient at b", (2,), "right"),
        ("gradient at b", (4, 2), "either"),  # that of the upstream, and of the other input
        ("gradient at v1", (4, 2), "upstream shape"),
        ("gradient at X", (3, 2), "other shape"),
        ("gradient at X", (3, 4), "transposed"),
        ("gradient at X", (7, 7), "not yet"),
    ],
)
def test_arrays_are_asked_for_their_shapes(name, answer, kind):
    assert told(layer(), name, answer).kind == kind


# How a right answer is explained


@pytest.mark.parametrize(
    "build, how",
    [
        (lambda x, y: bp.maximum(x, y) * 5, ["x lost the max: 0 · 5 = 0", "y won the max: 1 · 5 = 5"]),
        (lambda x, y: bp.minimum(x, y) * 5, ["x won the min: 1 · 5 = 5", "y lost the min: 0 · 5 = 0"]),
        (lambda x, y: bp.maximum(x, y * 0 + 3) * 5, ["x shares the max: 0.5 · 5 = 2.5", None]),
        (lambda x, y: bp.relu(x) * y, ["x is positive, relu is open: 1 · 4 = 4", None]),
        (lambda x, y: bp.relu(x - y) * 5, [None, None]),
        (lambda x, y: bp.where(x > 0, x, y) * 5, ["x is chosen: 1 · 5 = 5", "y is not chosen: 0 · 5 = 0"]),
    ],
)
def test_where_one_input_wins_that_is_said_in_words(build, how):
    x, y = bp.inputs(x=3.0, y=4.0)
    sheet = sheet_of(build(x, y))
    for node, expected in zip("xy", how):
        if expected:
            assert question(sheet, f"gradient at {node}").how == expected
    assert not any(["where" in asked.how for asked in sheet.questions])


def test_at_a_fan_out_the_sum_is_still_told():
    x, y = bp.inputs(x=3.0, y=-4.0)
    sheet = sheet_of(bp.maximum(x, y) * 5 + x)
    assert question(sheet, "gradient at x").how.endswith("x won the max: 1 · 5 = 5; sum ∂v3/∂x = 1 + 5 = 6")


# Where one begins


def test_the_first_line_says_what_is_asked_and_where_one_begins():
    gradients = "Red boxes: the gradient of f at each wire. Begin at the right: what is ∂f/∂f?"
    values = "Green boxes: the value on each wire. Begin at the left."
    assert unpacked(bp.fill(product()))["start"] == gradients
    assert unpacked(bp.fill(product(), "values"))["start"] == values
    assert unpacked(bp.fill(product(), "both"))["start"] == f"{values} {gradients}"
    assert unpacked(bp.fill(product(), upstream=2.0))["start"].endswith("Begin at the right: ∂f/∂f is given.")
    loss = product()
    loss.name = "loss"
    assert "gradient of loss at each wire. Begin at the right: what is ∂loss/∂loss?" in sheet_of(loss).start()
    assert sheet_of(layer()).start().endswith("what is the shape of ∂f/∂f?")


def test_without_the_box_before_it_no_mistake_is_named():
    sheet = sheet_of(diamond(), "both")
    asked = question(sheet, "gradient at c")
    needed = [one.name for one in sheet.needed(asked)]
    assert sorted(needed) == ["gradient at f", "gradient at v"]
    assert judge(asked, 8, missing=needed[:1]).sentence.endswith("the box to the right first, gradient at f.")
    assert judge(asked, 14, missing=needed).kind == "right"
    value = question(sheet, "value at v")
    assert [one.name for one in sheet.needed(value)] == ["value at c"]
    assert judge(value, 2, missing=["value at c"]).kind == "left first"
    assert sheet_of(layer(), "both").needed(value) == []


# Of many graphs


def random_graph(rng):
    """A graph of four to nine gates, with fan-outs and all kinds of gates."""
    pool = [bp.Node(rng.choice([-3.0, -1.5, -1.0, 0.5, 1.0, 2.0, 4.0]), name) for name in "xyz"]
    for _ in range(rng.randint(4, 9)):
        x, y = rng.choice(pool), rng.choice(pool[-3:])
        gates = [
            lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x * 2, bp.maximum,
            lambda x, y: bp.relu(x), lambda x, y: bp.sigmoid(x), lambda x, y: bp.tanh(y), lambda x, y: y**2,
            lambda x, y: -y, lambda x, y: bp.where(x > 0, x, y), lambda x, y: 1 / (y * y + 1),
        ]  # fmt: skip
        pool.append(rng.choice(gates)(x, y))
    return pool[-1]


def test_every_mistake_is_named_unless_three_lead_to_the_same_number():
    named, ambiguous = 0, 0
    rng = random.Random(5)
    for _ in range(300):
        sheet = sheet_of(random_graph(rng), "both")
        for asked in sheet.questions:
            assert judge(asked, asked.right).kind == "right"
            for mistake in asked.mistakes:
                assert not is_near(mistake.answer, asked.right)
                kinds = {one.kind for one in asked.mistakes if is_near(mistake.answer, one.answer)}
                verdict = judge(asked, mistake.answer)
                if len(kinds) == 1:
                    assert verdict.kind == mistake.kind and about_of([mistake.about])[0] in verdict.sentence
                    named += 1
                elif len(kinds) == 2:
                    assert verdict.kind == "either"
                    named += 1
                else:
                    assert verdict == judge(asked, math.pi * 1e6)
                    ambiguous += 1
    assert named > 5 * ambiguous > 0, f"{named} named, {ambiguous} not"


def test_what_follows_from_right_numbers_is_right():
    rng = random.Random(6)
    for _ in range(100):
        sheet = sheet_of(random_graph(rng), "both")
        for asked in sheet.questions:
            assert sheet.follows(asked, {}) == pytest.approx(asked.right, rel=1e-12)


def test_what_follows_is_what_the_passes_give_with_that_number():
    """A wrong number at the only way to the output: everything behind it is multiplied by the same."""
    rng = random.Random(7)
    for _ in range(100):
        inner = random_graph(rng)
        f = inner * 3
        sheet = sheet_of(f)
        believed = {("gradient", inner): -6.0}
        for asked in sheet.questions[2:]:
            follows = sheet.follows(asked, believed)
            if all([step.node is inner for step in sheet.arrivals[asked.node]]):
                assert follows == pytest.approx(-2 * asked.right)
            believed["gradient", asked.node] = follows
            assert follows == pytest.approx(-2 * asked.right)


# Practice


@pytest.fixture(scope="module")
def practised():
    return bp.practice(2, seed=11)


def test_each_level_has_its_graphs(practised):
    assert set(practised.sheets) == {1, 2, 3, 4, 5, 6}
    for level, sheets in practised.sheets.items():
        assert len(sheets) == GRAPHS
        for sheet in sheets:
            gates = {node.op for node in sheet.order}
            fan_outs = [node for node in sheet.order if len(sheet.arrivals[node]) > 1]
            assert 4 <= len(sheet.questions) <= 16
            assert bool(fan_outs) or level != 3
            assert not fan_outs or level in (3, 4, 5, 6)
            assert gates & {"maximum", "minimum", "relu"} or level != 4
            assert gates & {"sigmoid", "exp"} or level != 5
            assert sheet.shapes == (level == 6)


def test_numbers_are_for_the_head_and_no_two_mistakes_look_alike(practised):
    for level in (1, 2, 3, 4, 5):
        for sheet in practised.sheets[level]:
            assert any([one.right not in (0, 1) for one in sheet.questions])
            for asked in sheet.questions:
                assert abs(asked.right) < 100
                assert float(f"{asked.right:.3g}") == pytest.approx(asked.right, rel=1e-9)
                for mistake in asked.mistakes:
                    assert judge(asked, mistake.answer).kind == mistake.kind


def test_a_seed_says_which_graphs(practised):
    assert bp.practice(2, seed=11).html == practised.html
    assert bp.practice(2, seed=12).html != practised.html
    assert bp.practice(2).html != bp.practice(2).html


# What is sent


def unpacked(shown):
    sent = json.loads(re.search(r'<script type="application/json">(.*?)</script>', shown.html)[1])
    return json.loads(zlib.decompress(base64.b64decode(sent["packed"])))


def twin(shown):
    """(text, drawing): all that can be read in the page without scripts, and the SVG."""
    before = shown.html.split("<script", 1)[0]
    drawing = base64.b64decode(re.search('base64,([^"]*)"', before)[1]).decode()
    words = re.sub("<style.*?</style>|<.*?>", " ", drawing, flags=re.DOTALL)
    return re.sub('src="[^"]*"', "", before) + words, drawing


def test_the_twin_asks_and_does_not_tell():
    x, y = bp.inputs(x=13.0, y=17.0)
    f = x * y + x
    shown = bp.fill(f, "both")
    text, drawing = twin(shown)
    for answer in ("221", "234", "18"):
        assert answer not in text and answer not in repr(shown)
    assert "<li>gradient at x = ?</li>" in text and "bp.play(output)" in text
    assert drawing.count('-box"') == len(shown.questions) == 6
    text, _ = twin(bp.fill(f))
    assert "221" in text and "<li>value" not in text, "values are given"


def test_as_text_it_is_the_list_of_questions(practised):
    assert repr(bp.fill(product())).splitlines()[-6:] == [
        *[f"gradient at {name} = ?" for name in ("f", "q", "z", "y", "x")],
        "bp.play(output) shows the answers.",
    ]
    assert repr(practised).startswith("Level 2: products\n") and "gradient at x = ?" in repr(practised)


def test_the_page_gets_each_mistake_with_its_sentence():
    data = unpacked(bp.fill(diamond(), "both"))
    assert data["sentences"] == SENTENCES
    asked = {box["name"]: box for box in data["boxes"]}
    assert asked["gradient at c"]["right"] == 14
    assert [8.0, "branch", "f"] in asked["gradient at c"]["mistakes"]
    assert unpacked(bp.fill(layer()))["boxes"][-1]["right"] == "(4, 3)"


def test_an_output_is_small(practised):
    """40 kB without pictures; printed: how large it is."""
    html = practised.html
    data = unpacked(practised)
    for level in data["levels"].values():
        for sheet in level["sheets"]:
            del sheet["svg"], sheet["alt"]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    plain = base64.b64encode(zlib.compress(text.encode(), 9))
    image = re.search('base64,[^"]*"', html)[0]
    packed = re.search('"packed":"([^"]*)"', html)[1]
    size = len(html.encode()) - len(image) - len(packed) + len(plain)
    print(f"practice: {len(html.encode())} bytes, {size} without pictures")
    assert size < 40_000 and len(html.encode()) < 80_000
