"""From wrong numbers to the mistake behind them.

A mistake is named only if the reference with that mistake in it gives the student's numbers on every
instance, and no other known mistake does. Facts that need no catalogue come next: a constant factor, a
transpose, results in the wrong order. Then all pairs of mistakes. If nothing fits, nothing is guessed: the
first wrong stage is shown, and which later stages follow correctly from it.
"""

import itertools
import time
from dataclasses import dataclass

import numpy as np

from .catalogue import message
from .comparison import difference, fingerprint, near, numbers_differ
from .running import quiet_call

SECONDS_FOR_PAIRS = 0.15


@dataclass(frozen=True)
class Diagnosis:
    """explanations: the sets of mistakes that give these numbers, each a tuple of keys; () if none is known.
    text: what to tell the student."""

    explanations: tuple = ()
    text: str = ""

    @property
    def key(self):
        """The mistake, if one explanation stands alone; of two mistakes at once, the first."""
        return self.explanations[0][0] if len(self.explanations) == 1 else None


def fact(key, **words):
    return Diagnosis(((key,),), message(key, **words))


class Expected:
    """What the reference and its mutants give on a list of instances; computed when asked for, and kept."""

    def __init__(self, task, instances):
        self.task, self.instances = task, instances
        self.right = [self.results(task.reference, i) for i in range(len(instances))]
        self.marks = [marks(results) for results in self.right]
        self.spoiled = {}

    def results(self, function, i):
        outcome = quiet_call(self.task, function, self.instances[i])
        return outcome if isinstance(outcome, Exception) else unpacked(self.task, outcome, self.instances[i])

    def mutant_marks(self, mistakes, i):
        """The fingerprints of the results of a mutant on instance i; None if the mistakes do not go together."""
        keys = tuple(map(id, mistakes))
        if keys not in self.spoiled:
            self.spoiled[keys] = (self.task.mutant(*mistakes), {})
        function, known = self.spoiled[keys]
        if function is None:
            return None
        if i not in known:
            known[i] = marks(self.results(function, i))
        return known[i]

    def match(self, mistakes, found):
        """Do these mistakes give these fingerprints on every instance?"""
        return all(
            all_near(mark, self.mutant_marks(mistakes, i), self.task.tolerance)
            for i, mark in enumerate(found)
        )

    def candidates(self, found):
        """The pairs of mistakes that can give the first of these outcomes: a result that only one of the two
        changes must be as that one alone makes it, and a result that neither changes must be right.
        """
        mark, tolerance = found[0], self.task.tolerance
        rows = []
        for mistake in self.task.mutants:
            theirs = self.mutant_marks((mistake,), 0)
            if theirs is None or len(theirs) != len(mark):
                continue
            changed = [not near(t, r, tolerance) for t, r in zip(theirs, self.marks[0])]
            rows.append((mistake, changed, [near(y, t, tolerance) for y, t in zip(mark, theirs)]))
        right = [near(y, r, tolerance) for y, r in zip(mark, self.marks[0])]
        for (a, changes_a, like_a), (b, changes_b, like_b) in itertools.combinations(rows, 2):
            parts = zip(changes_a, changes_b, like_a, like_b, right)
            if a.key != b.key and all(
                by_a and by_b or (la if by_a else lb if by_b else r) for by_a, by_b, la, lb, r in parts
            ):
                yield a, b


def marks(outcome):
    """The fingerprints of an outcome, one for each result; an exception has one as well."""
    if isinstance(outcome, BaseException):
        return [((type(outcome), str(outcome)), np.empty(0), 0.0, 1.0)]
    return [fingerprint(result) for result in outcome]


def all_near(a, b, tolerance=None):
    return b is not None and len(a) == len(b) and all(near(x, y, tolerance) for x, y in zip(a, b))


def alike(a, b, tolerance=None):
    """Are two outcomes the same, exceptions included?"""
    return all_near(marks(a), marks(b), tolerance)


def unpacked(task, result, arguments):
    """The results in order. What has not the structure of an answer stays one thing, and matches no answer."""
    names = task.returns
    if isinstance(result, dict) and set(result) == set(names):
        values = [result[name] for name in names]
    elif len(names) == 1:
        values = [result[0] if isinstance(result, tuple) and len(result) == 1 else result]
    elif isinstance(result, (tuple, list)) and len(result) == len(names):
        values = list(result)
    else:
        return [result]
    try:
        return list(task.canonical(values, arguments))
    except Exception:  # not even of the kind that could be brought into that form
        return values


def diagnose(task, expected, outcomes):
    """The diagnosis for `outcomes`, one for each instance: a list of results, or the exception that was
    raised.
    """
    wrong = wrong_results(task, expected, outcomes)
    what = " and ".join([", ".join(wrong[:-1]), wrong[-1]] if len(wrong) > 1 else wrong) or "the result"
    found = [marks(outcome) for outcome in outcomes]
    alone = {m.key: m for m in task.mutants if expected.match((m,), found)}
    if alone:
        return named([(m,) for m in alone.values()], expected, what)
    if any(isinstance(outcome, BaseException) for outcome in outcomes):
        return Diagnosis()
    general = plain_fact(task, expected, outcomes, wrong, what)
    if general and (not general.key or general.key == "all_zero" or len(wrong) == len(task.returns)):
        return general
    pairs, end = [], time.thread_time() + SECONDS_FOR_PAIRS
    for pair in expected.candidates(found):
        if time.thread_time() > end:
            return general or Diagnosis()  # not all were tried, so none is known to be the only one
        if expected.match(pair, found) or expected.match(pair[::-1], found):
            pairs.append(pair)
    found = named(pairs, expected, what)
    if general and found.explanations and all({general.key}.isdisjoint(keys) for keys in found.explanations):
        return Diagnosis(
            (*general.explanations, *found.explanations), f"{general.text} (Or else: {found.text})"
        )
    return general or found


def named(found, expected, what):
    found = {tuple(m.key for m in mistakes): mistakes for mistakes in found}
    if not 1 <= len(found) <= 3:
        return Diagnosis()

    def words(mistakes):
        return " And also: ".join(message(m.key, m.say, what, factor_in(m, expected)) for m in mistakes)

    if len(found) == 1:
        (mistakes,) = found.values()
        start = "Two mistakes at once explain all of your numbers. " if len(mistakes) > 1 else ""
        return Diagnosis(tuple(found), start + words(mistakes))
    lines = " ".join(f"({letter}) {words(mistakes)}" for letter, mistakes in zip("abc", found.values()))
    return Diagnosis(
        tuple(found), f"Your numbers fit several mistakes, which look the same from outside: {lines}"
    )


def factor_in(mistake, expected):
    if not mistake.factor:
        return ""
    k = factors_of(mistake, expected)[0]
    return f"{max(k, 1 / k):.4g}"


def factors_of(mistake, expected):
    return [float(eval(mistake.factor, {"__builtins__": {"len": len}}, dict(a))) for a in expected.instances]


def wrong_results(task, expected, outcomes):
    """Names of the results that are wrong on any instance."""
    names = []
    for position, name in enumerate(task.returns):
        for outcome, right in zip(outcomes, expected.right):
            if isinstance(outcome, BaseException) or len(outcome) != len(right):
                return []
            if difference(outcome[position], right[position], name, task.tolerance):
                names.append(name)
                break
    return names


# ------------------------------------------------------------------------------------------ facts about
# numbers


def plain_fact(task, expected, outcomes, wrong, what):
    """What the numbers themselves say, whatever the task is: a factor, a transpose, an order."""
    if not wrong:
        return None
    columns = [task.returns.index(name) for name in wrong]
    pairs = [(outcome[c], right[c]) for outcome, right in zip(outcomes, expected.right) for c in columns]
    if len(wrong) > 1 and in_wrong_order(task, expected, outcomes):
        return fact("outputs_in_wrong_order")
    try:
        arrays = [(np.asarray(y), np.asarray(e)) for y, e in pairs]
        everything = [np.asarray(x) for outcome in outcomes for x in outcome]
    except ValueError:  # a list of arrays of different shapes
        return None
    if any(y.dtype.kind not in "fiub" or e.dtype.kind not in "fiu" for y, e in arrays):
        return None
    if all(x.dtype.kind in "fiub" and not x.any() for x in everything):
        return fact("all_zero")
    if any(y.shape != e.shape for y, e in arrays):
        return shape_fact(arrays, wrong, what, task)
    if all((y == np.trunc(e)).all() for y, e in arrays):
        return fact("integer_truncation", what=what)
    return factor_fact(task, expected, outcomes, columns, what)


def in_wrong_order(task, expected, outcomes):
    """Is each result the right one of another name?"""
    found, right = marks(outcomes[0]), expected.marks[0]
    order = [next((i for i, y in enumerate(found) if near(y, e, task.tolerance)), None) for e in right]
    if None in order or len(set(order)) < len(order) or order == sorted(order):
        return False
    return all(
        alike([outcome[i] for i in order], e, task.tolerance) for outcome, e in zip(outcomes, expected.right)
    )


def shape_fact(arrays, wrong, what, task):
    def same(y, e):
        return not numbers_differ(y, e, "", task.tolerance, False)

    if all(y.ndim == 2 and same(y.T, e) for y, e in arrays) and all(name.startswith("dW") for name in wrong):
        return fact("transposed_weight_gradient", what=what)
    if all(y.size == e.size and same(y.ravel(), e.ravel()) for y, e in arrays):
        y, e = next((y, e) for y, e in arrays if y.shape != e.shape)
        if all(name.startswith("db") for name in wrong):
            return fact("bias_keeps_axis", what=what)
        return Diagnosis(
            (), f"{what}: the numbers are right, the shape is not: {y.shape} where {e.shape} is expected."
        )
    return None


def factor_fact(task, expected, outcomes, columns, what):
    """All wrong results are the same factor away from right, on each instance: is it a number that the task
    knows?
    """
    factors = []
    numbers = [np.asarray(results[c], float) for results in (*outcomes, *expected.right) for c in columns]
    if not all(np.isfinite(x).all() for x in numbers):
        return None
    for outcome, right in zip(outcomes, expected.right):
        k = None
        for c in columns:
            y, e = np.asarray(outcome[c], float), np.asarray(right[c], float)
            if not e.any():
                return None
            k = float(np.vdot(y, e) / np.vdot(e, e)) if k is None else k
            if k == 0 or numbers_differ(y, k * e, "", task.tolerance, False):
                return None
        factors.append(k)
    if np.allclose(factors, 1, rtol=1e-6) or task.kind != "function":
        return None
    for mistake in (m for m in task.mutants if m.factor):
        if np.allclose(factors, factors_of(mistake, expected), rtol=task.tolerance or 1e-6):
            return fact(mistake.key, what=what, factor=factor_in(mistake, expected))
    if len(factors) > 1 and np.allclose(factors, factors[0], rtol=1e-6):
        return Diagnosis(
            (),
            f"{what} is exactly {factors[0]:.6g} times what it should be, in every entry and on every input.",
        )
    return None


# ------------------------------------------------------------------------------------------ stages


def stages(task, expected, outcomes):
    """For each result: "right", "wrong", or "follows": computed correctly from an earlier result that is
    wrong.
    """
    verdicts = dict.fromkeys(task.returns, "right")
    for i, (outcome, right) in enumerate(zip(outcomes, expected.right)):
        if (
            isinstance(outcome, BaseException)
            or isinstance(right, BaseException)
            or len(outcome) != len(right)
        ):
            return dict.fromkeys(task.returns, "wrong")
        given = {}
        for position, name in enumerate(task.returns):
            gap = difference(outcome[position], right[position], name, task.tolerance)
            if gap is None:
                continue
            verdict = (
                "follows"
                if given and follows(task, expected, i, given, position, outcome[position])
                else "wrong"
            )
            verdicts[name] = verdict if verdicts[name] != "wrong" else "wrong"
            if gap.kind == "value" and isinstance(right[position], np.ndarray) and np.any(outcome[position]):
                given[name] = np.asarray(outcome[position])
    return verdicts


def follows(task, expected, i, given, position, yours):
    if task.kind != "function" or task.staged is None:
        return False

    def going_on(*values):
        return task.staged(*values, given_=given)

    results = quiet_call(task, going_on, expected.instances[i])
    if isinstance(results, Exception):
        return False
    values = unpacked(task, results, expected.instances[i])
    return len(values) > position and not difference(yours, values[position], "", task.tolerance)
