"""Problem set 04, backward on (x + y)·z: a gate hands back local derivative × upstream gradient, starting
from 1.
"""
# ruff: noqa: E501

from ..task import formula, task, wrong
from .draws import numbers


def draw_gate(rng):
    for _ in range(3):
        yield numbers(rng, upstream=9, x=5, y=7)
    yield dict(upstream=-1.5, x=2.5, y=0.0)
    yield dict(upstream=0.7, x=0.0, y=-3.0)


def draw_other_gates(rng):
    for size in (0.01, 1.0, 1000.0):
        upstream, x, y = size * rng.uniform(-2, 2, 3)
        yield dict(upstream=float(upstream), x=float(x), y=float(y))
    yield dict(upstream=0.0, x=1.5, y=-2.5)
    yield dict(upstream=3, x=-4, y=-4)
    yield dict(upstream=-2.5, x=0.0, y=0.0)


@task(
    "04.1", "The way back through a sum", draw=draw_gate, draw_hidden=draw_other_gates, returns="dx dy", points="1 1", hidden=1, minutes=5, difficulty=1,
    hints=(
        "Raise x by 0.01. By how much does x + y rise? Does the answer depend on y?",
        "Local derivative times what has arrived. If x rises by 0.01, so does the sum: that is the local derivative.",
        "If 4 arrives at s = 7 + 9, then x gets 1 · 4 = 4, and so does y: neither 7 nor 9 is in it.",
    ),
    mistakes=(
        wrong("upstream_ignored", "1.0 * upstream", "1.0"),
        wrong("upstream_added", "1.0 * upstream", "1.0 + upstream"),
        wrong("factor_half", "1.0 * upstream", "upstream / 2",
              say="Each input got half of what arrived. A sum does not share, it copies: both local derivatives are 1."),
        wrong("operands_swapped", "dx = 1.0 * upstream", "dx = y * upstream", "dy = 1.0 * upstream", "dy = x * upstream",
              say="Those are the local derivatives of a product: x·y has y and x. A sum has 1 and 1."),
        wrong("own_value_for_other", "dx = 1.0 * upstream", "dx = x * upstream", "dy = 1.0 * upstream", "dy = y * upstream",
              say="Each input is scaled by its own value. A sum scales nothing: its local derivatives are 1, whatever x and y are."),
        wrong("local_sign", "dy = 1.0 * upstream", "dy = -1.0 * upstream", say="dy has the wrong sign: that is the way back through x − y."),
        wrong("local_sign", "dx = 1.0 * upstream", "dx = -1.0 * upstream", say="dx has the wrong sign: s grows when x grows."),
        wrong("first_input_only", "dy = 1.0 * upstream", "dy = 0.0", say="dy is 0: every input of a sum gets what arrived, not the first one alone."),
        wrong("upstream_ignored", "dx = 1.0 * upstream", "dx = 1.0", say="dx is the local derivative alone: multiply it by what has arrived, as for dy."),
        wrong("upstream_ignored", "dy = 1.0 * upstream", "dy = 1.0", say="dy is the local derivative alone: multiply it by what has arrived, as for dx."),
        wrong("value_for_derivative", "1.0 * upstream", "(x + y)", say="That is the value of the sum; what goes back is its local derivative, 1, times what has arrived."),
        wrong("value_for_derivative", "1.0 * upstream", "(x + y) * upstream",
              say="The sum itself stands where its local derivative belongs, and that is 1."),
    ),
)  # fmt: skip
def add_backward(upstream, x, y):
    """Return (dx, dy), the gradients by x and by y of whatever comes after the gate s = x + y.

    upstream: ∂L/∂s, the gradient that has arrived at the gate's output. All three are numbers, and any may be
    0.
    """
    dx = 1.0 * upstream
    dy = 1.0 * upstream
    return dx, dy


@task(
    "04.2", "The way back through a product", draw=draw_gate, draw_hidden=draw_other_gates, returns="dx dy", points="1 1", hidden=1, minutes=5, difficulty=1,
    hints=(
        "x = 3, y = 5: raise x by 0.01. By how much does x·y rise, and which of the two numbers do you see in it?",
        "Local derivative times what has arrived; for a product the local derivative is the other input. One of the inputs may be 0, so do not divide by it.",
        "If 4 arrives at m = 7 · 9, then x gets 9 · 4 = 36 and y gets 7 · 4 = 28.",
    ),
    mistakes=(
        wrong("own_value_for_other", "dx = y * upstream", "dx = x * upstream", "dy = x * upstream", "dy = y * upstream"),
        wrong("upstream_ignored", "y * upstream", "y", "x * upstream", "x"),
        wrong("upstream_added", "y * upstream", "y + upstream", "x * upstream", "x + upstream"),
        wrong("local_derivative_omitted", "y * upstream", "upstream", "x * upstream", "upstream",
              say="Both inputs got what arrived, unchanged. That is what a sum does; a product hands each input the other one times that."),
        wrong("value_for_derivative", "y * upstream", "x * y * upstream", "dy = x * upstream", "dy = x * y * upstream",
              say="The product itself stands where its local derivative belongs: ∂(x·y)/∂x is y."),
        wrong("product_rule_half", "y * upstream", "(x + y) * upstream", "dy = x * upstream", "dy = (x + y) * upstream",
              say="x + y is both local derivatives added up. Each input has its own: y for x, x for y."),
        wrong("upstream_ignored", "dx = y * upstream", "dx = y", say="dx is the local derivative alone: multiply it by what has arrived, as for dy."),
        wrong("upstream_ignored", "dy = x * upstream", "dy = x", say="dy is the local derivative alone: multiply it by what has arrived, as for dx."),
        wrong("local_derivative_omitted", "dx = y * upstream", "dx = upstream", say="dx: the factor y is missing. A product hands each input the other one times what arrived."),
        wrong("local_derivative_omitted", "dy = x * upstream", "dy = upstream", say="dy: the factor x is missing. A product hands each input the other one times what arrived."),
        wrong("own_value_for_other", "dx = y * upstream", "dx = x * upstream", say="dx is scaled by x itself; dy is right. Each input is scaled by the other one."),
        wrong("own_value_for_other", "dy = x * upstream", "dy = y * upstream", say="dy is scaled by y itself; dx is right. Each input is scaled by the other one."),
        wrong("divided_by_input", "y * upstream", "x * y * upstream / x", "dy = x * upstream", "dy = x * y * upstream / y"),
        wrong("local_sign", "dy = x * upstream", "dy = -x * upstream", say="dy has the wrong sign: ∂(x·y)/∂y is x."),
        wrong("first_input_only", "dy = x * upstream", "dy = 0.0", say="dy is 0: the second input moves the product as well."),
    ),
)  # fmt: skip
def multiply_backward(upstream, x, y):
    """Return (dx, dy), the gradients by x and by y of whatever comes after the gate m = x·y.

    upstream: ∂L/∂m, the gradient that has arrived at the gate's output. All three are numbers, and any may be
    0.
    """
    dx = y * upstream
    dy = x * upstream
    return dx, dy


def draw_three(rng):
    for _ in range(3):
        yield numbers(rng, x=5, y=6, z=8)


def draw_three_with_zeros(rng):
    yield from draw_three(rng)
    yield dict(x=2.0, y=-3.5, z=0.0)
    yield dict(x=4.0, y=-4.0, z=1.5)


def draw_other_threes(rng):
    for size in (0.01, 1.0, 1000.0):
        x, y, z = size * rng.uniform(-2, 2, 3)
        yield dict(x=float(x), y=float(y), z=float(z))
    yield dict(x=3, y=3, z=3)
    yield dict(x=0.0, y=0.0, z=-0.5)


@task(
    "04.3", "The whole backward pass of f = (x + y)·z", draw=draw_three_with_zeros, draw_hidden=draw_other_threes, returns="df dq dz dx dy", points="1 1 1 1 1", hidden=1,
    minutes=10, difficulty=2,
    hints=(
        "The output has nothing behind it. If f rises by 0.01, by how much does f rise?",
        "Go through the gates from right to left: product first, then the sum, which needs the dq that the product has found.",
        "x = 2, y = 3, z = 7: q = 5. From the output on: 1, then 7 · 1 = 7 at q and 5 · 1 = 5 at z, then 1 · 7 = 7 at x and at y.",
    ),
    mistakes=(
        wrong("base_case_value", "df = 1.0", "df = q * z"),
        wrong("base_case_missing", "df = 1.0", "df = 0.0", say="The pass starts from 0, so nothing ever arrives: ∂f/∂f is 1."),
        wrong("operands_swapped", "dq = z * df", "dq = q * df", "dz = q * df", "dz = z * df"),
        wrong("operands_swapped", "return (df, dq, dz, dx, dy)", "return (df, dz, dq, dx, dy)",
              say="dq and dz are swapped, and dx and dy are right: q gets the other input of the product, which is z, and z gets q."),
        wrong("outputs_in_wrong_order", "return (df, dq, dz, dx, dy)", "return (dx, dy, dz, dq, df)"),
        wrong("outputs_in_wrong_order", "return (df, dq, dz, dx, dy)", "return (dx, dy, dq, dz, df)"),
        wrong("local_derivative_omitted", "dq = z * df", "dq = df", say="dq: the factor z is missing. A product hands each input the other one times what arrived."),
        wrong("local_derivative_omitted", "dz = q * df", "dz = df", say="dz: the factor q is missing. A product hands each input the other one times what arrived."),
        wrong("local_derivative_omitted", "dq = z * df", "dq = df", "dz = q * df", "dz = df", say="The product handed on what arrived, unchanged, as a sum would do: each input gets the other one times that."),
        wrong("own_value_for_other", "dz = q * df", "dz = z * df", say="dz is scaled by z itself; the other input of the product is q."),
        wrong("local_derivative_twice", "1.0 * dq", "z * dq", say="dx and dy are multiplied by z once more: dq contains it already, and the sum's own local derivative is 1."),
        wrong("local_derivative_of_wrong_variable", "dz = q * df", "dz = x * df", say="dz: the other input of the product is q = x + y, not x alone."),
        wrong("local_derivative_of_wrong_variable", "dz = q * df", "dz = y * df", say="dz: the other input of the product is q = x + y, not y alone."),
        wrong("first_input_only", "dy = 1.0 * dq", "dy = 0.0", say="dy is 0: every input of a sum gets what arrived."),
        wrong("upstream_ignored", "1.0 * dq", "1.0",
              say="dx and dy are the local derivatives of the sum alone: what has arrived at q, the number dq, is missing."),
        wrong("upstream_added", "1.0 * dq", "1.0 + dq"),
        wrong("local_derivative_of_wrong_variable", "dx = 1.0 * dq", "dx = y * dq", "dy = 1.0 * dq", "dy = x * dq",
              say="The sum is treated like a product: its local derivatives are 1 and 1, not y and x."),
        wrong("own_value_for_other", "dx = 1.0 * dq", "dx = x * dq", "dy = 1.0 * dq", "dy = y * dq",
              say="dx and dy are scaled by x and y themselves; the local derivatives of a sum are 1."),
        wrong("factor_half", "1.0 * dq", "dq / 2", say="The sum shared dq between x and y. It copies: each of them gets all of it."),
        wrong("product_rule_half", "1.0 * dq", "dq + q",
              say="dx = dq + dz adds two paths, and x has only one: through q. The path of z is not x's."),
    ),
)  # fmt: skip
def backward(x, y, z):
    """f = q·z with q = x + y. Return (df, dq, dz, dx, dy): the gradients of f by f, q, z, x and y, in the
    order in which they are found.

    x, y, z are numbers, and any may be 0. Work in stages, without a formula for all at once.
    """
    q = x + y
    df = 1.0
    dq = z * df
    dz = q * df
    dx = 1.0 * dq
    dy = 1.0 * dq
    return df, dq, dz, dx, dy


@task(
    "04.4", "By hand: your (x + y)·z, and a prediction", kind="numbers", draw=draw_three,
    returns="q f dq dz dx dx_doubled dz_doubled", points="1 1 1 1 1 1 1", minutes=8, difficulty=1, tolerance=1e-3,
    hints=(
        "Draw the graph, and write the values above the wires: with which number do the gradients below them begin, and at which end?",
        "A product hands each input the other one; a sum copies. For the prediction: which of the gradients contains z?",
        "With x = 1, y = 2 and z = 10: q = 3, f = 30, dq = 10, dz = 3, and dx is a copy of dq: 10. With z = 20 in its place dx is 20, and dz still 3",
    ),
    mistakes=(
        wrong("operands_swapped", "dq = z * df", "dq = q * df", "dz = q * df", "dz = z * df"),
        wrong("operands_swapped", "dq = z * df", "dq = q * df", "dz = q * df", "dz = z * df", "dx_doubled = 2 * z", "dx_doubled = q", "dz_doubled = q", "dz_doubled = 2 * z",
              say="Everywhere the input of the product got its own value in place of the other one: q gets z, and z gets q."),
        wrong("base_case_value", "df = 1.0", "df = f"),
        wrong("base_case_value", "df = 1.0", "df = f", "dx_doubled = 2 * z", "dx_doubled = 2 * f * 2 * z", "dz_doubled = q", "dz_doubled = 2 * f * q"),
        wrong("upstream_ignored", "dx = 1.0 * dq", "dx = 1.0"),
        wrong("local_derivative_of_wrong_variable", "dx = 1.0 * dq", "dx = y * dq",
              say="dx: the sum is treated like a product. Its local derivatives are 1 and 1."),
        wrong("own_value_for_other", "dx = 1.0 * dq", "dx = x * dq", say="dx is scaled by x itself; the local derivative of a sum is 1."),
        wrong("factor_two", "dz_doubled = q", "dz_doubled = 2 * q",
              say="dz_doubled: the gradient of z is q, and q does not contain z. Doubling z doubles f, and leaves ∂f/∂z as it was."),
        wrong("start_slope_kept", "dx_doubled = 2 * z", "dx_doubled = z",
              say="dx_doubled is the old one. The gradient of x is z, so it doubles with z."),
    ),
)  # fmt: skip
def three_knobs(x, y, z):
    """q = x + y and f = q·z. Give q, f and the gradients of f: dq, dz, dx. Then predict: z is doubled, x and
    y stay. What are the gradients by x and by z now (dx_doubled, dz_doubled)?
    """
    q = x + y
    f = q * z
    df = 1.0
    dq = z * df
    dz = q * df
    dx = 1.0 * dq
    dx_doubled = 2 * z
    dz_doubled = q
    return q, f, dq, dz, dx, dx_doubled, dz_doubled


def draw_two_meanings(rng):
    for _ in range(3):
        yield numbers(rng, q=6, c=9)
    yield dict(q=0.0, c=2.5)
    yield dict(q=-1.5, c=0.0)


def draw_other_meanings(rng):
    for size in (0.01, 1.0, 1000.0):
        q, c = size * rng.uniform(-2, 2, 2)
        yield dict(q=float(q), c=float(c))
    yield dict(q=4, c=-4)
    yield dict(q=3, c=3)


@task(
    "04.5", "Find the error in Lecture 000: ∂f/∂q = ∂f/∂q · ∂f/∂f", draw=draw_two_meanings, draw_hidden=draw_other_meanings, returns="local gradient", points="1 2", hidden=1,
    minutes=8, difficulty=2,
    hints=(
        "Read the lecture's line as an equation. What does it say? Which of its two ∂f/∂q knows that z changes with q?",
        "The local derivative holds the gate's other input fixed. The gradient lets q reach f on every path: directly, and through z.",
        "For z = 3q and f = q·z at q = 2: the local derivative is z = 6. The gradient has two terms, 6·1 for the direct path and q·3 = 6 for the one through z: 12 in all.",
    ),
    mistakes=(
        wrong("first_branch_only", "gradient = z + q", "gradient = z",
              say="You gave the same number twice, as the lecture's notation suggests. q reaches f through z as well, and the gradient has a term for that path."),
        wrong("direct_term_missing", "gradient = z + q", "gradient = q", say="That is the path through z alone; q is also an input of the product itself."),
        wrong("product_for_sum", "gradient = z + q", "gradient = z * q"),
        wrong("operands_swapped", "local = z", "local = q"),
        wrong("operands_swapped", "local = z", "local = q", "gradient = z + q", "gradient = q", say="Both are the derivative by the other input: ∂(q·z)/∂q is z."),
        wrong("mixed_term_missing", "gradient = z + q", "gradient = 2 * q", say="gradient: that is the derivative of q². In q·(q + c) the term q·c has one too."),
        wrong("mixed_term_missing", "z = q + c", "z = q", say="c is missing in both: z is q + c."),
        wrong("local_derivative_omitted", "gradient = z + q", "gradient = z + 1", say="gradient: the path through z is q·1, the local derivative by z times ∂z/∂q; its first factor is missing."),
        wrong("value_for_derivative", "local = z", "local = q * z"),
        wrong("local_derivative_of_wrong_variable", "local = z", "local = c", say="local: the product's other input is z = q + c, not c."),
    ),
)  # fmt: skip
def two_meanings(q, c):
    """z = q + c and f = q·z. Lecture 000 writes ∂f/∂q for two different things; tell them apart.

    Return (local, gradient): the local derivative of the product gate q·z by its input q, with z held fixed,
    and the gradient of f by q, everything included. q, c: numbers; any may be 0.
    """
    z = q + c
    local = z
    gradient = z + q
    return local, gradient


def graph_with_a_loss():
    from ...graph import Node

    x, y, z, t = (Node(v, n) for v, n in zip((0.7, 1.3, -0.4, 0.9), "xyzt"))
    f = (x + y) * z
    f.name = "f"
    L = (f - t) ** 2 / 2
    L.name = "L"
    return L


formula(
    "04.6", "Two more gates behind f", "f = (x + y)·z and L = ½(f − t)². Give ∂L/∂x as a formula in f, x, y, z and t.",
    graph=graph_with_a_loss, wrt="x", points=4, minutes=8, difficulty=2, answer="(f - t)*z",
    mistakes={"inner_derivative_missing": "f - t", "factor_two": "2*(f - t)*z", "operands_swapped": "(f - t)*(x + y)", "sign_flipped": "(t - f)*z",
              "upstream_ignored": "z", "factor_half": "(f - t)*z/2", "own_value_for_other": "(f - t)*x", "value_for_derivative": "(f - t)**2*z/2"},
    hints=(
        "Start at L: what arrives at f? And from f, what arrives at the sum?",
        "Three gates lie between L and x: square, product, sum. Each gives one local derivative.",
        "Other gates, g = x·y + z and M = g³: ∂M/∂g = 3g², the sum copies it, the product multiplies it by y: ∂M/∂x = 3g²·y",
    ),
)  # fmt: skip
