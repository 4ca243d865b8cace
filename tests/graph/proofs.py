"""The proof that a row of the table is right, made from the row alone: a new row is proven without a new
test.

    prove_symbolically(row)    d(value)/d(argument) − claimed local derivative simplifies to 0, branch by
    branch prove_numerically(row)     what floats and arrays compute equals the textbook formula in 50 digits,
    and the
                               vector-Jacobian product agrees with a numerical derivative, whatever the shapes

Both raise AssertionError for a wrong row; `test_table.py` plants such rows and demands it.
"""

import dataclasses
import itertools

import mpmath
import numpy as np
import sympy

from backprop_lib.graph import Constant, Node, apply
from backprop_lib.graph.kinds import compile_function, symbols

RELATIVE = 1e-8  # of the directional derivative
NUMERIC_FORMULA = 1e-12
INTERVALS = [
    (-2.6, 2.6),
    (0.25, 2.6),
    (-0.9, 0.9),
    (1.1, 2.6),
]  # the first one on which a row is real is where it is tested

SHAPES = {
    1: [((),), ((4,),), ((2, 3),), ((2, 1, 4),)],
    2: [
        ((), ()),
        ((3,), (3,)),
        ((2, 3), (3,)),
        ((3, 1), (1, 4)),
        ((), (2, 3)),
        ((4,), ()),
        ((5, 1, 2), (3, 1)),
        ((1,), (2, 3)),
    ],
    3: [
        ((), (), ()),
        ((4,), (4,), (4,)),
        ((2, 3), (3,), ()),
        ((3, 1), (1, 4), (3, 4)),
        ((4,), (2, 1), (3, 1, 1)),
        ((1, 3), (), (2, 1)),
    ],
}

MATRICES = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
]

SETTINGS = {  # for an array of shape (3, 4, 2)
    "axis": [None, 0, 1, -1, (0, 2), (-1, 0), (2, 0, 1)],
    "keepdims": [False, True],
    "axes": [None, (1, 2, 0), (2, 0, 1), (0, 2, 1), (-1, 0, 1)],
    "shape": [(24,), (2, 12), (-1, 3), (4, 3, 2), (1, 24)],
    "key": [
        0,
        -1,
        (1, 2),
        slice(1, None),
        (slice(None), 2),
        (Ellipsis, 1),
        (None, 0),
        [0, 0, 2],
        (slice(None), [1, 1, 3]),
        ([0, 2], [1, 1], [0, 0]),
        np.arange(24).reshape(3, 4, 2) % 3 == 1,
        slice(None, None, -2),
        np.array([[0, 1], [1, 1]]),
    ],
}


def altered(row, **changes):
    """A copy of `row` with some fields changed, and nothing remembered."""
    kept = {f.name: getattr(row, f.name) for f in dataclasses.fields(row) if not f.name.startswith("_")}
    return type(row)(**(kept | changes))


# -----------------------------------------------------------------------------------------------------------
# by sympy


def textbook(row):
    """(arguments, value, local derivatives) of an elementwise row in sympy; None where a row claims no
    derivative.
    """
    arguments = [sympy.Symbol(name, real=True) for name in row.arguments.split(", ")]
    value = sympy.sympify(compile_function("value", row.letters, row.value, symbols())[0](*arguments))
    local = [
        None
        if formula is None
        else compile_function("local", ("out", *row.letters), formula, symbols())[0](value, *arguments)
        for formula in row.local
    ]
    return arguments, value, [None if d is None else sympy.sympify(d) for d in local]


def prove_symbolically(row):
    """Raise AssertionError unless every local derivative of an elementwise row is the derivative of its
    value.

    A piecewise formula is proven in each region where its conditions keep their truth, found by sampling
    points; within a region it is smooth, and the difference must simplify to 0. Returns how many regions were
    proven.
    """
    arguments, value, local = textbook(row)
    assert len(local) == len(arguments), (
        f"{row.name}: {len(arguments)} arguments, {len(local)} local derivatives"
    )
    regions = regions_of(row, arguments, [value, *filter(None, local)])
    for point in regions:
        smooth = as_expression(resolve(value, point))
        region = {s: sympy.Symbol(s.name, positive=True) * (1 if point[s] > 0 else -1) for s in arguments}
        for s, claimed in zip(arguments, local):
            claimed = sympy.Integer(0) if claimed is None else as_expression(resolve(claimed, point))
            residual = (sympy.diff(smooth, s) - claimed).subs(region)
            assert is_zero(residual), (
                f"{row.name} by {s}, where {point}: it is {sympy.diff(smooth, s)}, the row claims {claimed}; "
                f"the residual {sympy.simplify(residual)} is not 0"
            )
    return len(regions)


def regions_of(row, arguments, expressions):
    """One sample point {symbol: number} for each combination of signs and truth values in which the row is
    real.
    """
    conditions = set()
    for expression in expressions:
        conditions |= expression.atoms(sympy.core.relational.Relational)
        conditions |= {sympy.Gt(a.args[0], 0) for a in expression.atoms(sympy.Abs, sympy.sign)}
        conditions |= {
            sympy.Gt(a, b)
            for m in expression.atoms(sympy.Max, sympy.Min)
            for a, b in itertools.combinations(m.args, 2)
        }
    conditions = sorted(conditions, key=str)
    flags = {s for i, s in enumerate(arguments) if is_condition(row, i)}
    rng = np.random.default_rng(1)
    found = {}
    for _ in range(12 * 2 ** len(arguments)):
        point = {s: sympy.Float(round(rng.uniform(-3, 3), 3) or 0.5) for s in arguments}
        for s in flags:
            point[s] = sympy.Integer(rng.choice([0, 1]))
        values = [as_expression(resolve(expression, point)).subs(point) for expression in expressions]
        if not all(v.is_real and v.is_finite for v in map(sympy.N, values)):
            continue
        truth = tuple(bool(c.subs(point)) for c in conditions) + tuple(bool(point[s] > 0) for s in arguments)
        found.setdefault(truth, point)
    assert found, f"{row.name} is real nowhere"
    return list(found.values())


def resolve(expression, point):
    """`expression` with every branch decided as it is at `point`: what remains is smooth."""

    def true(condition):
        if isinstance(condition, sympy.Symbol):
            return point[condition] > 0
        return bool(condition.subs(point))

    if not isinstance(expression, sympy.Basic) or not expression.args:
        return expression
    if isinstance(expression, sympy.core.relational.Relational):
        return sympy.true if true(expression) else sympy.false
    if isinstance(expression, sympy.Piecewise):
        taken = next(
            branch for branch, condition in expression.args if condition is sympy.true or true(condition)
        )
        return resolve(taken, point)
    parts = [resolve(part, point) for part in expression.args]
    if isinstance(expression, sympy.Abs):
        return parts[0] * (1 if parts[0].subs(point) > 0 else -1)
    if isinstance(expression, sympy.sign):
        return sympy.Integer(1 if parts[0].subs(point) > 0 else -1)
    if isinstance(expression, sympy.Max):
        return max(parts, key=lambda part: part.subs(point))
    if isinstance(expression, sympy.Min):
        return min(parts, key=lambda part: part.subs(point))
    return expression.func(*parts)


def as_expression(value):
    return sympy.Integer(bool(value)) if value in (sympy.true, sympy.false) else value


def is_zero(residual):
    for step in (
        lambda e: e,
        sympy.expand,
        sympy.simplify,
        lambda e: sympy.simplify(e.rewrite(sympy.exp)),
        sympy.radsimp,
    ):
        residual = step(residual)
        if residual == 0:
            return True
    return False


# --------------------------------------------------------------------------------------------------------- by
# numbers


def prove_numerically(row, seed=0):
    """Raise AssertionError unless `row` computes, on floats and arrays, its textbook formula and the gradient
    of it.
    """
    rng = np.random.default_rng(seed)
    if row.elementwise:
        computes_its_textbook(row, rng)
        for shapes in SHAPES[len(row.arguments.split(", "))]:
            pulls_the_gradient(row, sample(row, shapes, rng), {}, rng)
    else:
        for shapes, params in structural_cases(row):
            pulls_the_gradient(row, sample(row, shapes, rng), params, rng)


def structural_cases(row):
    """(shapes, params) for a row that is not entry by entry, from the names of its settings."""
    if row.name == "matmul":
        yield from ((shapes, {}) for shapes in MATRICES)
        return
    if "like" in row.letters:
        yield from cases_with_a_shape(row)
        return
    choices = []
    for name, default in row.params.items():
        axis_is_one_number = name == "axis" and default is not None
        choices.append([(name, s) for s in SETTINGS[name] if not axis_is_one_number or isinstance(s, int)])
    for settings in itertools.product(*choices):
        yield ((3, 4, 2),), dict(settings)
        if dict(settings).get("axis", "none") in (None, 0, -1):
            yield ((5,),), dict(settings)
    if row.params.get("axis", 0) is None:
        yield ((),), {}


def cases_with_a_shape(row):
    """(shapes, params) for a row whose second argument only gives a shape: that of the array before it
    shrank.
    """
    like = (3, 4, 2)
    for name in ("axis", "key"):
        if name in row.params:
            for choice in SETTINGS[name]:
                if name == "key":
                    yield (np.zeros(like)[choice].shape, like), {name: choice}
                    continue
                for keepdims in SETTINGS["keepdims"]:
                    yield (
                        (np.zeros(like).sum(axis=choice, keepdims=keepdims).shape, like),
                        {name: choice, "keepdims": keepdims},
                    )
            return
    yield (like, like), {}


def computes_its_textbook(row, rng):
    """Value and local derivatives, as floats and as arrays, against the textbook formula evaluated with 50
    digits.
    """
    arguments, value, local = textbook(row)
    with mpmath.workdps(50):
        exact_value = sympy.lambdify(arguments, value, "mpmath")
        exact_local = [None if d is None else sympy.lambdify(arguments, d, "mpmath") for d in local]
        for _ in range(12):
            point = sample(row, [()] * len(arguments), rng)
            digits = [bool(x) if isinstance(x, bool) else mpmath.mpf(x) for x in point]
            for as_array in (False, True):
                nodes = [Node([x] if as_array else x) for x in point]
                out = apply(row, *nodes)
                assert close(out.value, exact_value(*digits)), (
                    f"{row.name}{tuple(point)} computes {out.value}, the textbook {row.value} "
                    f"{exact_value(*digits)}"
                )
                out.backward([1.0] if as_array else 1.0)
                for node, formula, exact in zip(nodes, row.local, exact_local):
                    expected = 0 if exact is None else exact(*digits)
                    assert close(node.grad, expected), (
                        f"{row.name}{tuple(point)}: local derivative {node.grad}, the textbook {formula} "
                        f"{expected}"
                    )


def close(found, expected):
    found, expected = float(np.ravel(found)[0]), float(expected)
    return abs(found - expected) <= NUMERIC_FORMULA * max(1.0, abs(expected))


def pulls_the_gradient(row, points, params, rng):
    """Σ upstream ∘ (change of the output) is Σ gradient ∘ direction, whichever operands are constants."""
    shape = apply(row, *map(Node, points), **params).shape
    upstream = rng.normal(size=shape) if shape else rng.normal()
    for constant in itertools.product([False, True], repeat=len(points)):
        if all(constant):
            continue
        moves = [not c and not is_condition(row, i) for i, c in enumerate(constant)]
        nodes = [Constant(x) if c else Node(x) for x, c in zip(points, constant)]
        out = apply(row, *nodes, **params)
        out.backward(upstream)
        described = f"{row.name}, shapes {[np.shape(x) for x in points]}, {params}, constants {constant}"
        for x, node, c in zip(points, nodes, constant):
            if c:
                assert node.grad is None, f"{described}: a constant received a gradient"
            else:
                same_kind(node, x, described)
        if any(moves):
            directions = [rng.uniform(-1, 1, np.shape(x)) if m else None for x, m in zip(points, moves)]
            agree(lambda *xs: apply(row, *xs, **params).value, points, directions, nodes, upstream, described)
    if len(points) == 2 and np.shape(points[0]) == np.shape(points[1]):
        x = Node(points[0])  # both operands are one node: the contributions add up
        apply(row, x, x, **params).backward(upstream)
        agree(
            lambda v: apply(row, v, v, **params).value,
            points[:1],
            [rng.uniform(-1, 1, x.shape)],
            [x],
            upstream,
            f"{row.name}(x, x)",
        )


def agree(f, points, directions, nodes, upstream, described):
    def along(t):
        return np.sum(
            upstream * f(*[x if d is None else Node(x + t * d) for x, d in zip(points, directions)])
        )

    numerical = directional_derivative(along)
    pulled = sum(np.sum(node.grad * d) for node, d in zip(nodes, directions) if d is not None)
    assert abs(pulled - numerical) <= RELATIVE * abs(numerical) + 1e-13, (
        f"{described}: the vector-Jacobian product gives {pulled!r} where the value changes at the rate "
        f"{numerical!r}"
    )


def directional_derivative(along, h=0.02):
    """f'(0) by Richardson's extrapolation of central differences with steps h, h/2, h/4, h/8; the error is
    O(h⁸).
    """
    table = [(along(h / 2**k) - along(-h / 2**k)) / (2 * h / 2**k) for k in range(4)]
    for order in (4, 16, 64):
        table = [(order * fine - coarse) / (order - 1) for coarse, fine in itertools.pairwise(table)]
    return table[0]


def same_kind(node, point, described):
    if np.shape(point):
        assert isinstance(node.grad, np.ndarray), (
            f"{described}: the gradient of an array is a {type(node.grad).__name__}"
        )
        assert node.grad.shape == np.shape(point), (
            f"{described}: gradient of shape {node.grad.shape} for {np.shape(point)}"
        )
        assert node.grad.dtype == node.value.dtype or node.value.dtype == bool, (
            f"{described}: gradient of dtype {node.grad.dtype}"
        )
    else:
        assert type(node.grad) is float, (
            f"{described}: the gradient of a number is a {type(node.grad).__name__}"
        )


# --------------------------------------------------------------------------------------------- points away
# from kinks


def is_condition(row, i):
    """Whether argument i is true or false. Every other one is a number that can be moved a little."""
    return row.letters[i] == "condition"


def interval_of(row):
    """The widest interval on which the row is real, whatever combination of points is taken from it."""
    if not row.elementwise:
        return INTERVALS[0]
    rng = np.random.default_rng(2)
    for low, high in INTERVALS:
        points = [
            np.array([1.0]) if is_condition(row, i) else rng.uniform(low, high, 200)
            for i in range(len(row.local))
        ]
        with np.errstate(all="ignore"):
            if np.isfinite(apply(row, *map(Node, points)).value).all():
                return low, high
    raise AssertionError(f"{row.name} is real on none of {INTERVALS}")


def sample(row, shapes, rng):
    """A random point for each argument. Kinks lie at 0 and where two entries are equal, so all entries of all
    arguments are different, by more than a difference quotient moves them: they are dealt from one grid,
    jittered.
    """
    low, high = interval_of(row)
    count = sum(int(np.prod(shape)) for i, shape in enumerate(shapes) if not is_condition(row, i))
    step = (high - low) / (count + 1)
    grid = low + step * (np.arange(count) + rng.uniform(0.9, 1.1, count))
    near_zero = abs(grid) < 0.1 * min(1, 3 * step)
    deck = iter(rng.permutation(np.where(near_zero, grid + 0.25 * step, grid)))
    points = []
    for i, shape in enumerate(shapes):
        if is_condition(row, i):
            points.append(rng.random(shape) > 0.5 if shape else bool(rng.random() > 0.5))
        else:
            x = np.array([next(deck) for _ in range(int(np.prod(shape)))]).reshape(shape)
            points.append(x if shape else float(x))
    return points
