"""A formula as a number, and the points at which formulas are read. They are the same in every run."""

import functools
import itertools
import math
import random
from fractions import Fraction

import mpmath
import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..graph.values import exact

DIGITS = 60  # that numbers are computed with
NOISE = mpmath.mpf("1e-40")  # what their rounding leaves of a 0
NUDGE = mpmath.mpf("5e-13")  # half of what a rounded number may be off, relative to itself
LARGEST_OPERAND = {"exp": 1e6, "cosh": 1e6, "sinh": 1e6, "log": math.inf}  # beyond, mpmath would compute
HUGE = mpmath.mpf("1e1000")  # millions of digits; and this is the largest operand of other functions


class Rounded(sympy.Symbol):
    """A number of more than ten digits, kept as a letter that is called by its digits.

    It came out of a computation, as 1/3 = 0.3333333333333333 did, and is known to twelve digits or so. A
    fraction would be exact about its rounding, a float would round whatever it meets.
    """

    @property
    def nudge(self):
        """By how much it is moved to see what depends on it: by another part of itself for each number."""
        rng = random.Random(self.name)
        return NUDGE * rng.choice((-1, 1)) * (1 + rng.random())


def as_typed(x):
    """A number in a formula: the fraction that was typed, 1e-5 or 0.1, or else a `Rounded`. Letters stay."""
    if isinstance(x, sympy.Expr) and not x.is_Float:
        return x
    fraction = exact(float(x))
    if not isinstance(fraction, float):
        return fraction
    if not math.isfinite(fraction):
        return sympy.sympify(fraction)
    return sympy.sign(fraction) * Rounded(repr(abs(fraction)), positive=True)


def edges_of(*formulas, relations=(Relational,)):
    """What is 0 where a formula passes from one of its cases to another."""
    relations = sympy.Tuple(*formulas).atoms(*relations)
    return sorted({edge_of(relation)[0] for relation in relations}, key=sympy.default_sort_key)


@functools.lru_cache(10_000)
def edge_of(relation):
    """(edge, ±1): left minus right is the edge times the sign, so that x > y and y > x have the same edge."""
    height = relation.lhs - relation.rhs
    return (-height, -1) if height.could_extract_minus_sign() else (height, 1)


class Point:
    """A number for each letter. side: ±1 where rounded numbers are a little off, to one side or the other."""

    def __init__(self, letters, side=0):
        self.letters, self.side = letters, side
        self._numbers, self._known = {}, {}  # of formulas, and of their parts, which formulas share

    def number(self, formula):
        """The value of `formula`; None where it has none that is finite. It may be complex."""
        if formula not in self._numbers:
            with mpmath.workdps(DIGITS):
                self._numbers[formula] = self._finite(formula)
        return self._numbers[formula]

    def real(self, formula):
        """The value of `formula`; None where it has none that is real."""
        x = self.number(formula)
        return None if x is None or x.imag else x

    @functools.cached_property
    def nudged(self):
        """The same point with the rounded numbers a little off, and with them off to the other side."""
        return Point(self.letters, 1), Point(self.letters, -1)

    def _finite(self, formula):
        try:
            x = mpmath.mpmathify(self._value(formula))
        except (ArithmeticError, ValueError, TypeError, AttributeError):
            return None  # a pole, too large, a condition that compares complex numbers, a rare function
        x = x.real if abs(x.imag) < NOISE else x
        return x if mpmath.isfinite(x) else None

    def _value(self, part):
        if part not in self._known:
            self._known[part] = self._computed(part)
        return self._known[part]

    def _computed(self, part):
        if part.is_Rational:
            return _mpf(part)
        if isinstance(part, Rounded):
            return _mpf(Fraction(part.name)) * (1 + self.side * part.nudge)
        if part.is_Symbol:
            return _mpf(self.letters[part])
        if part.is_Piecewise:
            cases = (value for value, condition in part.args if self._value(condition))
            return self._value(next(cases, sympy.nan))
        operands = [self._value(x) for x in part.args]
        if part.is_Add:
            return sum(operands)
        if part.is_Mul:
            return math.prod(operands)
        if part.is_Pow:
            x, y = operands
            return x**y if part.exp.is_Rational else _function("exp", y * mpmath.log(x))
        if part.is_Function and hasattr(mpmath, part.func.__name__):  # sympy and mpmath use the same names
            return _function(part.func.__name__, *operands)
        evaluated = part.func(*map(sympy.sympify, operands))  # π, i, a condition, a rare function
        return evaluated == sympy.true if isinstance(evaluated, Boolean) else evaluated.evalf(DIGITS)


def _mpf(fraction):
    return mpmath.mpf(int(fraction.numerator)) / int(fraction.denominator)


def _function(name, *operands):
    if any(abs(x) > LARGEST_OPERAND.get(name, HUGE) for x in operands):
        raise OverflowError
    return getattr(mpmath, name)(*operands)


class Points:
    """The points at which the formulas of one graph are read.

    value: the graph as a formula. own: {letter: the number that its leaf holds}, or what else it holds.
    """

    def __init__(self, value, own):
        self.value, self._made = value, {}
        self.own = {letter: Fraction(x) if isinstance(x, float) else None for letter, x in own.items()}
        rng = random.Random(0)
        self.drawn = []  # small fractions: of either sign, between 0 and 1 (a probability), positive
        for smallest, span, unit in 60 * ((-32, 64, 8), (1, 15, 16), (1, 32, 8)):
            self.drawn.append({s: Fraction(smallest + int(span * rng.random()), unit) for s in own})

    def at(self, letters):
        """The point with these numbers: always the same one, which remembers what was computed there."""
        return self._made.setdefault(tuple(letters.values()), Point(letters))

    def familiar(self):
        """Points that a reader knows: the numbers of the leaves, and with a 0, 1, 2 or −1 among them."""
        if None in self.own.values():
            return
        yield self.at(self.own)
        for letter in list(self.own)[:8]:
            for number in (0, 1, 2, -1):
                yield self.at(self.own | {letter: Fraction(number)})

    def around(self, edges):
        """Points on both sides of each edge and on it, so that no case of a formula is forgotten."""
        start = self.drawn[0] if None in self.own.values() else self.own
        ways = [(edge, letter) for edge in edges[:12] for letter in self._letters_in(edge)]
        for edge, letter in ways:
            for side in (-1, 1, 0):
                yield self.at(self._across(start, edge, letter, side))
        for sides in itertools.product((-1, 1), repeat=len(ways[:5])):  # and on a side of several at once
            letters = start
            for (edge, letter), side in zip(ways, sides):
                letters = self._across(letters, edge, letter, side)
            yield self.at(letters)

    def _letters_in(self, edge):
        return [letter for letter in self.own if letter in edge.free_symbols][:4]

    def _across(self, letters, edge, letter, side):
        """Letters, one of them moved to a side of an edge that is straight in it, −1 or 1, or onto it, 0."""
        at_0, at_1 = (self.at(letters | {letter: Fraction(x)}).real(edge) for x in (0, 1))
        if at_0 is None or at_1 is None or abs(at_1 - at_0) <= 1e-6 * abs(at_0):
            return letters
        unit = 8 if side else 840
        zero = Fraction(round(unit * at_0 / (at_0 - at_1)), unit)
        return letters | {letter: zero + Fraction(side, 2)}
