"""Are two formulas the same? Numbers decide, sympy proves.

Two formulas that differ at an ordinary point differ. Where they agree at every point that was tried, sympy is
asked for a proof. Points on a kink or a pole decide nothing: there is no derivative to be wrong about.
Nothing depends on a clock or on chance: the points are the same in every run, and sympy's patience is counted
in calls.
"""

import functools
import itertools
import math
import random
import sys
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import sympy
from sympy.core.relational import Equality, Relational, Unequality

DIGITS = 60  # that numbers are computed with
SAME, NOISE = mpmath.mpf("1e-25"), mpmath.mpf("1e-40")  # a relative difference; what rounding leaves of a 0
ORDINARY_POINTS = 12
SHORT, LONG = 40, 400  # operations of what sympy is asked to make shorter by all means, or by quick ones
MOST_TERMS, LARGEST_NUMBER, MOST_BRANCHES = 3000, 10_000, 64  # of what sympy is asked to simplify at all
PATIENCE = 1_000_000  # Python calls that sympy may spend on one question, about a second


@dataclass(frozen=True)
class Reading:
    """Claim, truth and graph as numbers at one point; None where there is no finite number."""

    point: dict
    claim: object
    truth: object
    graph: object
    chosen: bool = False

    def same(self, other="claim"):
        """Whether there is no visible difference. A formula without a value here shows none."""
        x = getattr(self, other)
        return x is None or abs(x - self.truth) <= max(SAME * max(abs(x), abs(self.truth)), NOISE)


class Comparison:
    """A claim beside the truth: four expressions in real letters, compiled, and read at many points.

    own: the numbers that the leaves hold. They and their neighbours are looked at first, for an example that
        a reader knows; but only ordinary points, drawn at random, decide. label_rows: {leaf: rows of its
        letters} for arrays.
    """

    def __init__(self, value, claim, truth, graph, own, label_rows):
        self.claim, self.truth, self.graph, self.own, self.label_rows = claim, truth, graph, own, label_rows
        everything = sympy.Tuple(value, claim, truth)
        relations = [r for r in everything.atoms(Relational) if not isinstance(r, (Equality, Unequality))]
        self.edges = sorted({r.gts - r.lts for r in relations}, key=sympy.default_sort_key)
        self._numeric = [self._compiled(x) for x in (value, claim, truth, graph, *self.edges)]
        self.readings = list(self._look())
        ordinary = [reading for reading in self.readings if not reading.chosen]
        self.ordinary = ordinary or self.readings
        if not self.ordinary:
            raise ValueError(
                "we found no point at which this derivative exists: give the leaves values in the domain"
            )
        self.graph_agrees = all(reading.same("graph") for reading in self.ordinary)
        has_value = any(reading.claim is not None for reading in self.ordinary)
        self.ok = has_value and all(reading.same() for reading in self.ordinary)

    @property
    def proof(self):
        """How we know that they are the same."""
        return "symbolic" if _is_zero(self.claim - self.truth) else "numbers"

    @property
    def example(self):
        """Where the difference shows, or else where the graph stands."""
        return next(r for r in self.readings if self.ok or r.claim is None or not r.same())

    def factor(self):
        """c, if the claim is c times the truth everywhere."""
        readings = [r for r in self.ordinary if r.claim is not None]
        with mpmath.workdps(DIGITS):
            ratios = [r.claim / r.truth for r in readings if r.truth]
            if not ratios or abs(ratios[0]) > 1e6:
                return None
            c = Fraction(float(mpmath.re(ratios[0]))).limit_denominator(1000)
            if all(abs(r.claim - _mpf(c) * r.truth) <= SAME * abs(r.claim) for r in readings):
                return c

    def vanishes_at(self):
        """(letter, number) where a letter that is 0, 1 or −1 hides the difference; ("Σ t", 1) where its sum
        does.
        """
        wrong = [r for r in self.ordinary if r.claim is not None and not r.same()]
        different = (self.claim - self.truth).free_symbols
        places = [
            (s.name, x, {s: lambda point, x=x: Fraction(x)})
            for s in self.own
            if s in different
            for x in (0, 1, -1)
        ]
        for name, rows in self.label_rows.items():
            if any(different & set(row) for row in rows):
                last = {row[-1]: lambda point, row=row: 1 - sum(point[s] for s in row[:-1]) for row in rows}
                places.append((f"Σ {name}", 1, last))
        for name, value, changes in places[-40:]:
            moved = (
                self.read(r.point | {s: change(r.point) for s, change in changes.items()}) for r in wrong
            )
            same = [r.same() for r in itertools.islice(filter(None, moved), 4) if r.claim is not None]
            if len(same) == 4 and all(same):
                yield name, value

    def read(self, point, chosen=False):
        """What stands at `point`; None on a kink, at a pole, or outside the domain."""
        with mpmath.workdps(DIGITS):
            value, claim, truth, graph, *edges = (f(point) for f in self._numeric)
        on_a_kink = any(height is not None and abs(height) < NOISE for height in edges)
        if on_a_kink or any(x is None or x.imag for x in (value, truth)):
            return None
        return Reading(point, claim, truth, graph, chosen)

    def _look(self):
        drawn = _drawn(self.own)
        own = {s: Fraction(x) for s, x in self.own.items() if isinstance(x, float)}
        if len(own) == len(self.own):
            near = [own | {s: Fraction(x)} for s in list(self.own)[:8] for x in (0, 1, 2, -1)]
            yield from filter(None, (self.read(point, chosen=True) for point in [own, *near]))
        else:
            own = next(drawn)
        yield from filter(None, map(self.read, self._beside_edges(own)))
        yield from itertools.islice(filter(None, map(self.read, drawn)), ORDINARY_POINTS)

    def _beside_edges(self, start):
        """Points on both sides of each edge, so that no branch of a piecewise formula is forgotten."""
        ways = [way for edge in self.edges[:12] for way in self._ways_across(edge)]
        for cross in ways:
            yield from (cross(start, side) for side in (-1, 1))
        for sides in itertools.product(
            (-1, 1), repeat=len(ways[:5])
        ):  # and on a side of several edges at once
            yield functools.reduce(lambda point, way: way[0](point, way[1]), zip(ways, sides), start)

    def _ways_across(self, edge):
        """For each letter in which the edge is straight: a function that moves a point to one of its sides."""
        for s in sorted(edge.free_symbols, key=str):
            slope = sympy.diff(edge, s)
            if not slope.has(s, sympy.Piecewise):
                height_at, slope_at = self._compiled(edge), self._compiled(slope)

                def cross(point, side, s=s, height_at=height_at, slope_at=slope_at):
                    height, slope = height_at(point), slope_at(point)
                    if height is None or not slope or abs(height / slope) > 1e6:
                        return point
                    return point | {s: point[s] - Fraction(round(8 * height / slope), 8) + Fraction(side, 2)}

                yield cross

    def _compiled(self, expression):
        """A function of a point; its answer is None where the expression has no finite value."""
        expression = expression.replace(
            lambda x: x.is_Pow and not x.exp.is_Rational, lambda x: _POWER(x.base, x.exp)
        )
        plain = {
            s: sympy.Symbol(f"x_{i}", real=True) for i, s in enumerate(self.own)
        }  # W[0,1] is no name in Python
        meaning = [{"exp": _exp, "power": _power}, "mpmath"]
        function = sympy.lambdify(list(plain.values()), expression.xreplace(plain), meaning, cse=True)

        def at(point):
            try:
                x = mpmath.mpmathify(function(*map(_mpf, point.values())))
            except (
                ArithmeticError,
                ValueError,
                TypeError,
            ):  # a pole; too large; a complex number that is compared
                return None
            x = x.real if abs(mpmath.im(x)) < NOISE else x
            return x if mpmath.isfinite(x) else None

        return at


def _mpf(x):
    return mpmath.mpf(x.numerator) / x.denominator


_POWER = sympy.Function("power")


def _exp(x):
    if abs(x) > 1e6:
        raise OverflowError("mpmath would compute millions of digits")
    return mpmath.exp(x)


def _power(x, y):
    return _exp(y * mpmath.log(x))


def _drawn(letters):
    """Points of small fractions, the same in every run: of either sign, between 0 and 1 (a probability),
    positive.
    """
    rng = random.Random(0)
    for kind in 60 * ("either", "unit", "positive"):
        span, shift = {"either": (64, -32), "unit": (15, 1), "positive": (32, 1)}[kind]
        yield {s: Fraction(shift + int(span * rng.random()), 16 if kind == "unit" else 8) for s in letters}


def _is_zero(expression):
    """Whether sympy can show that this is 0, on every branch; edges are left out."""
    ways = (sympy.expand, _in_exponentials, sympy.simplify)
    branches = _within(PATIENCE, lambda: list(itertools.islice(_branches(expression), MOST_BRANCHES + 1)))
    if not branches or len(branches) > MOST_BRANCHES:
        return False
    return all(any(_tried(way, branch) == 0 for way in ways) for branch in branches)


def _in_exponentials(expression):
    return sympy.factor(sympy.together(expression.rewrite(sympy.exp)))


def _as_fraction(expression):
    return sympy.powsimp(sympy.factor(sympy.together(expression)))


def _tried(way, expression):
    """way(expression), a simplification; the expression itself where that would take long, and it could take
    hours.
    """
    largest = max((max(abs(x.p), x.q) for x in expression.atoms(sympy.Rational)), default=0)
    if largest > LARGEST_NUMBER or sympy.count_ops(expression) > LONG or _terms(expression) > MOST_TERMS:
        return expression
    simpler = _within(PATIENCE, lambda: way(expression))
    return expression if simpler is None else simpler


@functools.cache
def _terms(expression):
    """About how many terms the expression has when it is multiplied out."""
    inside = [_terms(argument) for argument in expression.args]
    if expression.is_Add:
        return sum(inside)
    if expression.is_Mul:
        return math.prod(inside)
    if expression.is_Pow and expression.exp.is_Integer:
        power = abs(int(expression.exp))
        return math.comb(inside[0] + power - 1, power)
    return max(inside, default=1)


def _branches(expression):
    """The expression on each side of its edges, with conditions settled."""
    relations = sorted(expression.atoms(Relational), key=sympy.default_sort_key)
    first = next((r for r in relations if not r.has(sympy.Piecewise)), None)
    if first is None:
        yield expression
    elif isinstance(first, (Equality, Unequality)):
        yield from _branches(expression.xreplace({first: sympy.sympify(isinstance(first, Unequality))}))
    else:
        height = sympy.expand(first.gts - first.lts)
        same = [(r, sympy.expand(r.gts - r.lts)) for r in relations if hasattr(r, "gts")]
        for above in (True, False):
            settled = {r: sympy.sympify(above == (h == height)) for r, h in same if h in (height, -height)}
            yield from _branches(expression.xreplace(settled))


def in_real_letters(expression):
    """The same in real letters, with |x|, max and sign written as cases."""
    expression = sympy.sympify(expression)
    letters = {s: sympy.Symbol(s.name, real=True) for s in expression.free_symbols}
    return expression.xreplace(letters).rewrite(sympy.Piecewise)


def simplest(expression, quickly=False):
    """A short form. The long way is taken for short expressions only: the answer must not depend on patience."""
    short = sympy.count_ops(expression) <= SHORT and len(expression.atoms(Relational)) <= 2
    ways = (_as_fraction, sympy.simplify) if short and not quickly else (_as_fraction,)
    return shortest(expression, *(_tried(way, expression) for way in ways))


def shortest(*forms):
    """Of equal forms, the shortest one that is written in functions of the course."""
    return min(
        forms,
        key=lambda x: (x.has(sympy.cosh, sympy.sinh, sympy.ITE), sympy.count_ops(x), len(str(x)), str(x)),
    )


class _EnoughTried(BaseException):
    """Not an Exception: sympy catches those."""


def _within(calls, function):
    """function(), or None when it needs more calls than that; a clock would make the answer depend on the
    machine.
    """
    left, before = itertools.count(calls, -1), sys.getprofile()

    def watch(frame, event, argument):
        if event == "call" and next(left) <= 0:
            raise _EnoughTried

    sys.setprofile(watch)
    try:
        return function()
    except (_EnoughTried, Exception):  # sympy fails in many ways; numbers have decided already
        return None
    finally:
        sys.setprofile(before)
