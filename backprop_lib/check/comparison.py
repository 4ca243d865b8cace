"""Are two formulas the same? Numbers decide, at many points.

Two formulas that differ at a point differ: there is no "nearly". Fractions, 1e-8 and symbols are exact, and
25 digits have to agree. Only where a number of more than ten digits takes part (`Rounded`) may they differ,
by what the rounding of that number explains. Points on a kink or a pole decide nothing: there is no
derivative to be wrong about.
"""

import itertools
from fractions import Fraction

import mpmath
import sympy

from .points import DIGITS, NOISE, Point, edges_of

SAME = mpmath.mpf("1e-25")  # a relative difference that does not count
VISIBLE = 1e-5  # one that shows in six digits
ORDINARY_POINTS = 12
INEQUALITIES = (sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le)  # a graph that asks whether m = 0 has no kink there


def same_formula(points, claim, truth):
    """Whether two formulas in the letters of a graph are the same at all of its `points` that decide."""
    return Comparison(points, claim, truth).ok


class Comparison:
    """A claim beside the truth, two formulas that are read at the points of a graph.

    ok: whether they are the same. identical: whether they are without any allowance for rounded numbers.
    deciding: the points that decide: drawn at random, on both sides of each edge of a case, and on the edges
        that only the claim has. The numbers that the leaves hold do not decide; they are looked at first when
        an example is wanted, because a reader knows them.
    """

    def __init__(self, points, claim, truth):
        self.points, self.claim, self.truth = points, claim, truth
        self.kinks = edges_of(points.value, truth, relations=INEQUALITIES)
        self.deciding = list(filter(self.exists_at, points.around(edges_of(points.value, claim, truth))))
        drawn = filter(self.exists_at, map(points.at, points.drawn))
        self.deciding += itertools.islice(drawn, ORDINARY_POINTS)
        if not self.deciding:
            raise ValueError("found no point at which this derivative exists; give the leaves other values")
        self.wrong = list(filter(self.differ_at, self.deciding))
        self.identical = not any(map(self.gap_at, self.deciding))
        self.ok = not self.wrong and any(point.number(claim) is not None for point in self.deciding)

    def exists_at(self, point):
        """Whether the graph and its derivative have a value here, and this is no kink."""
        if point.real(self.points.value) is None or point.real(self.truth) is None:
            return False
        heights = map(point.number, self.kinks)
        return not any(height is not None and abs(height) < NOISE for height in heights)

    def gap_at(self, point, factor=1):
        """claim − factor · truth; 0 where that is not visible, or where one of them has no value."""
        x, y = point.number(self.claim), point.number(self.truth)
        if x is None or y is None:
            return 0
        with mpmath.workdps(DIGITS):
            gap = x - factor.numerator * y / factor.denominator
            return gap if abs(gap) > max(SAME * max(abs(x), abs(y)), NOISE) else 0

    def differ_at(self, point, factor=1):
        """Whether the claim is not factor · truth here, even if rounded numbers are off by their rounding."""
        gap = self.gap_at(point, factor)
        if not gap:
            return False
        up, down = (self.gap_at(nudged, factor) - gap for nudged in point.nudged)
        change = (abs(up) + abs(down)) / 2
        follows = abs(up + down) < change / 1000  # or else it swings or jumps, and rounding explains nothing
        return not (follows and abs(gap) <= change)

    @property
    def example(self):
        """The point to show: the first that a reader knows; of a wrong claim, where six digits show it."""
        points = [*filter(self.exists_at, self.points.familiar()), *self.deciding]
        if self.ok:
            return points[0]
        wrong = [point for point in points if point.number(self.claim) is None or self.differ_at(point)]
        return next(filter(self._shows_at, wrong), wrong[0])

    def _shows_at(self, point):
        x, y = point.number(self.claim), point.number(self.truth)
        return x is None or abs(x - y) > VISIBLE * max(abs(x), abs(y))

    def factor(self):
        """c, if the claim is c times the truth everywhere."""
        for point in self.deciding:
            x, y = point.number(self.claim), point.number(self.truth)
            if x is not None and y:
                ratio = float(mpmath.re(x / y))
                c = Fraction(ratio).limit_denominator(10**6) if abs(ratio) < 1e6 else 0
                return None if any(self.differ_at(point, c) for point in self.deciding) else c

    def vanishes_at(self, label_rows):
        """(letter, 0 or 1 or −1) where that hides the difference; ("Σ t", 1) where the sum of entries does.

        label_rows: {leaf: rows of its letters}, for arrays.
        """
        different = (self.claim - self.truth).free_symbols
        for letter in [letter for letter in self.points.own if letter in different][-12:]:
            for number in (0, 1, -1):
                if self._is_hidden({letter: ()}, number):
                    yield letter.name, number
        for name, rows in label_rows.items():
            if different & set().union(*rows) and self._is_hidden({row[-1]: row[:-1] for row in rows}, 1):
                yield f"Σ {name}", 1

    def _is_hidden(self, rows, total):
        """Whether the difference is gone, at four points where it was, once rows of letters have this total.

        rows: {letter that is changed: the other letters of its row}.
        """
        gone = 0
        for point in self.wrong:
            letters = dict(point.letters)
            for letter, others in rows.items():
                letters[letter] = Fraction(total) - sum(letters[other] for other in others)
            changed = Point(letters)
            if self.exists_at(changed) and changed.number(self.claim) is not None:
                if self.differ_at(changed):
                    return False
                gone += 1
        return gone >= 4
