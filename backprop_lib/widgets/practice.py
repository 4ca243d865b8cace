"""Random graphs to practise on, of rising difficulty, in the boxes of `fill`.

A graph is drawn again until it is one for the head: short numbers, not everything zero, and no two mistakes
that would lead to the same number.
"""

import math
import random
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..graph import Node, exp, maximum, minimum, relu, sigmoid, topological_order
from ..graph.names import number
from . import kit
from .fill import RULES, ZOOM, is_near, packed, sheet_of, twin_of

GRAPHS = 8  # of each level
DIGITS, LARGEST = 3, 99  # of a number that has to be worked out
FEWEST, MOST = 4, 10  # boxes
TITLES = {1: "chains", 2: "products", 3: "fan-out", 4: "max and relu", 5: "sigmoid and exp", 6: "shapes"}
NEXT = "Scripts are off: run bp.practice again for another graph, bp.play for its answers."


@dataclass(frozen=True, repr=False)
class Practice:
    """Graphs with empty boxes that a notebook shows. sheets: {level: what is asked about each of its graphs}.
    html: what is sent.
    """

    level: int
    sheets: dict
    html: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        first = self.sheets[self.level][0]
        asked = [f"{question.name} = ?" for question in first.questions]
        return "\n".join([f"Level {self.level}: {TITLES[self.level]}", first.drawing.description, "", *asked])


def practice(level=1, seed=None):
    """Random graphs with empty boxes for their gradients, judged as in `fill`, one after the other.

    Levels: 1 chains, 2 products, 3 fan-out, 4 max and relu, 5 sigmoid and exp, 6 matrices, of which the
    shapes of all values and gradients are asked. After three graphs in a row with no box shown the next level
    begins. The page holds 8 graphs of each level and needs no kernel; then it begins again with the first.
    Run the cell once more for others.

    seed: a number that says which graphs; others each time if None.

    Raises ValueError for a level that does not exist.
    """
    if level not in TITLES:
        raise ValueError(f"the levels are 1 to {len(TITLES)}; got {level!r}")
    rng = random.Random(seed)
    sheets = {}
    for each, build in enumerate(BUILDERS, start=1):
        sheets[each] = [_for_the_head(each, build, rng) for _ in range(GRAPHS)]
    first = sheets[level][0]
    levels = {}
    for each, title in TITLES.items():
        levels[each] = {"title": title, "sheets": [_sent(sheet) for sheet in sheets[each]]}
    data = {"rules": RULES, "level": level, "packed": packed({"levels": levels})}
    return Practice(level, sheets, kit.output("fill", first.drawing.image(ZOOM) + twin_of(first, NEXT), data))


def _sent(sheet):
    return sheet.data() | {"svg": sheet.drawing.svg, "alt": sheet.drawing.alt}


# Which graphs are asked


def _for_the_head(level, build, rng):
    """The Sheet of a random graph that can be worked out in the head."""
    while True:
        output = _named(build(rng))
        if level == 6:
            return sheet_of(output, "both")
        if not _is_short(output, level):
            continue
        sheet = sheet_of(output)
        if is_for_the_head(sheet, level):
            return sheet


def _named(output):
    """The graph with names for its gates, so that they can be spoken of."""
    names = iter("pqrstuv")
    for node in topological_order(output):
        if node.rule is not None and node is not output:
            node.name = next(names)
    output.name = "f"
    return output


def _is_short(output, level):
    """Whether all numbers are short. What goes into an exp or a sigmoid is given, and need not be."""
    order = topological_order(output)
    output.backward()
    if not all([_is_easy(node.grad) for node in order if not node.is_constant]):
        return False
    return level == 5 or all([_is_easy(node.value) for node in order])


def is_for_the_head(sheet, level):
    """Whether the gradients of a graph differ, and each mistake at each box is told from all others."""
    answers = [question.right for question in sheet.questions]
    if not FEWEST <= len(answers) <= MOST:
        return False
    zeros = answers.count(0)
    if zeros > (level == 4) or len({abs(answer) for answer in answers}) < 3:
        return False
    return not any([has_coincidence(sheet, question) for question in sheet.questions])


def _is_easy(value):
    digits = number(value, 10).strip("−").replace(".", "").strip("0")
    return len(digits) <= DIGITS and abs(value) <= LARGEST


def has_coincidence(sheet, question):
    """Whether two mistakes of different kinds lead to the same number, or one of them to the right one."""
    everything = sheet.mistakes(question.what, question.node)
    if question.right != 0 and len(question.mistakes) < len(everything):
        return True
    for one, other in combinations(question.mistakes, 2):
        if one.kind != other.kind and is_near(one.answer, other.answer):
            return True
    return False


# How graphs of each level are built


def _whole(rng):
    return float(rng.choice([-4, -3, -2, 2, 3, 4, 5]))


def _leaves(rng, names):
    return [Node(_whole(rng), name) for name in names]


def chain(rng):
    """One wire, from gate to gate."""
    out = Node(_whole(rng), "x")
    steps = [
        lambda x: x * _whole(rng),
        lambda x: x + _whole(rng),
        lambda x: _whole(rng) - x,
        lambda x: x**2,
        lambda x: -x,
        lambda x: x / 2,
    ]
    for step in rng.sample(steps, rng.choice([3, 4])):
        out = step(out)
    return out


def _pair(rng, x, y):
    operation = rng.choice("+-***")
    if operation == "+":
        return x + y
    return x - y if operation == "-" else x * y


def _joined(rng, pool, again=0, pair=_pair):
    """The nodes of the pool joined, two by two, until one is left; `again` of them are used once more."""
    while len(pool) > 1:
        rng.shuffle(pool)
        x, y = pool.pop(), pool.pop()
        if again:
            again -= 1
            pool.append(x)
        pool.append(pair(rng, x, y))
    return pool[0]


def products(rng):
    """A tree of sums, differences and products."""
    return _joined(rng, _leaves(rng, rng.choice(["xyz", "xyzw"])))


def fan_out(rng):
    """A graph in which one or two nodes are used twice."""
    return _joined(rng, _leaves(rng, rng.choice(["xy", "xyz"])), rng.choice([1, 2]))


def bends(rng):
    """A graph with a max, a min or a relu, and sometimes a fan-out."""

    def pair(rng, x, y):
        chosen = rng.choice([_pair, "relu", "maximum", "minimum"])
        if chosen == "relu":
            return relu(_pair(rng, x, y))
        if chosen == "maximum":
            return maximum(x, y)
        return minimum(x, y) if chosen == "minimum" else _pair(rng, x, y)

    while True:
        output = _joined(rng, _leaves(rng, rng.choice(["xyz", "xyzw"])), rng.choice([0, 1]), pair)
        if any([node.op in ("maximum", "minimum", "relu") for node in topological_order(output)]):
            return output


def curves(rng):
    """A sigmoid or an exp of something, at a place where its value is short: 0.2, 0.8, 2, 4, 0.5."""
    curve = rng.choice([sigmoid, exp])
    start = math.log(rng.choice([4, 1 / 4] if curve is sigmoid else [2, 4, 1 / 2]))
    if rng.random() < 0.5:
        b = _whole(rng)
        inside = Node(start - b, "x") + Node(b, "b")
    else:
        inside = Node(start, "x")
    return _joined(rng, [curve(inside), *_leaves(rng, rng.choice(["y", "yz"]))], rng.choice([0, 1]))


def matrices(rng):
    """A layer or two, and a loss."""
    n, d, h, k = rng.sample(range(2, 8), 4)
    X, b = Node(np.ones((n, d)), "X"), Node(np.ones(h), "b")
    as_lecture, as_numpy = Node(np.ones((h, d)), "W"), Node(np.ones((d, h)), "W")
    shapes = [
        lambda: (X @ as_numpy).sum(),
        lambda: (X @ as_lecture.T + b).sum(),
        lambda: relu(X @ as_numpy + b).mean(),
        lambda: (relu(X @ as_numpy) @ Node(np.ones((h, k)), "V")).sum(),
        lambda: ((X @ as_numpy - Node(np.ones((n, h)), "Y")) ** 2).mean(),
        lambda: sigmoid(as_lecture @ Node(np.ones(d), "x") + b).sum(),
        lambda: (sigmoid(X @ Node(np.ones(d), "w")) - Node(np.ones(n), "y")).mean(),
    ]
    return rng.choice(shapes)()


BUILDERS = [chain, products, fan_out, bends, curves, matrices]
