"""From wrong numbers to the mistake behind them.

A mistake is named only if the reference with that mistake in it gives the student's numbers on every instance, and no other
known mistake does. Facts that need no catalogue come next: a constant factor, a transpose, results in the wrong order. Then
all pairs of mistakes. If nothing fits, nothing is guessed: the first wrong stage is shown, and which later stages follow
correctly from it.
"""

import itertools
import time
from dataclasses import dataclass

import numpy as np

from .catalogue import message
from .comparison import difference, numbers_differ
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
        self.spoiled = {}

    def results(self, function, i):
        outcome = quiet_call(self.task, function, self.instances[i])
        return outcome if isinstance(outcome, Exception) else unpacked(self.task, outcome, self.instances[i])

    def matches(self, mistakes, outcomes):
        """Do these mistakes give these outcomes on every instance?"""
        keys = tuple(map(id, mistakes))
        if keys not in self.spoiled:
            self.spoiled[keys] = (self.task.mutant(*mistakes), {})
        function, known = self.spoiled[keys]
        if function is None:
            return False
        for i, outcome in enumerate(outcomes):
            if i not in known:
                known[i] = self.results(function, i)
            if not alike(outcome, known[i], self.task.tolerance):
                return False
        return True


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


def alike(a, b, tolerance=None):
    if isinstance(a, BaseException) or isinstance(b, BaseException):
        return type(a) is type(b) and str(a) == str(b)
    return len(a) == len(b) and not any(difference(x, y, "", tolerance, nan_is_equal=True) for x, y in zip(a, b))


def diagnose(task, expected, outcomes):
    """The diagnosis for `outcomes`, one for each instance: a list of results, or the exception that was raised."""
    wrong = wrong_results(task, expected, outcomes)
    what = " and ".join([", ".join(wrong[:-1]), wrong[-1]] if len(wrong) > 1 else wrong) or "the result"
    found = {m.key: m for m in task.mutants if expected.matches((m,), outcomes)}
    if found:
        return named([(m,) for m in found.values()], task, expected, what)
    if not any(isinstance(outcome, BaseException) for outcome in outcomes):
        if general := plain_fact(task, expected, outcomes, wrong, what):
            return general
    pairs, end = [], time.perf_counter() + SECONDS_FOR_PAIRS
    for pair in itertools.combinations(task.mutants, 2):
        if time.perf_counter() > end:
            return Diagnosis()  # not all were tried, so none is known to be the only one
        if pair[0].key != pair[1].key and (expected.matches(pair, outcomes) or expected.matches(pair[::-1], outcomes)):
            pairs.append(pair)
    return named(pairs, task, expected, what)


def named(found, task, expected, what):
    explanations = tuple(dict.fromkeys(tuple(m.key for m in mistakes) for mistakes in found))
    if not 1 <= len(explanations) <= 3:
        return Diagnosis()

    def words(mistakes):
        return " And also: ".join(message(m.key, m.say, what, factor_in(m, expected)) for m in mistakes)

    if len(explanations) == 1:
        start = "Two mistakes at once explain all of your numbers. " if len(found[0]) > 1 else ""
        return Diagnosis(explanations, start + words(found[0]))
    lines = [f"({letter}) {words(mistakes)}" for letter, mistakes in zip("abc", {tuple(m.key for m in f): f for f in found}.values())]
    return Diagnosis(explanations, "Your numbers fit several mistakes, which look the same from outside: " + " ".join(lines))


def factor_in(mistake, expected):
    if not mistake.factor:
        return ""
    values = [eval(mistake.factor, {"__builtins__": {"len": len}}, dict(arguments)) for arguments in expected.instances]
    return f"{max(values[0], 1 / values[0]):.4g}"


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


# ------------------------------------------------------------------------------------------ facts about numbers


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
    except ValueError:
        return None
    if any(y.dtype.kind not in "fiub" or e.dtype.kind not in "fiu" for y, e in arrays):
        return None
    everything = [np.asarray(x) for outcome in outcomes for x in outcome]
    if all(x.dtype.kind in "fiub" and not x.any() for x in everything):
        return fact("all_zero")
    if any(y.shape != e.shape for y, e in arrays):
        return shape_fact(arrays, wrong, what, task)
    if all((y == np.trunc(e)).all() for y, e in arrays):
        return fact("integer_truncation", what=what)
    return factor_fact(task, expected, outcomes, columns, what)


def in_wrong_order(task, expected, outcomes):
    for order in itertools.islice(itertools.permutations(range(len(task.returns))), 1, 200):
        if all(alike([outcome[i] for i in order], right, task.tolerance) for outcome, right in zip(outcomes, expected.right)):
            return True
    return False


def shape_fact(arrays, wrong, what, task):
    def same(y, e):
        return not numbers_differ(y, e, "", task.tolerance, False)

    if all(y.ndim == 2 and same(y.T, e) for y, e in arrays) and all(name.startswith("dW") for name in wrong):
        return fact("transposed_weight_gradient", what=what)
    if all(y.size == e.size and same(y.ravel(), e.ravel()) for y, e in arrays):
        y, e = next((y, e) for y, e in arrays if y.shape != e.shape)
        if all(name.startswith("db") for name in wrong):
            return fact("bias_keeps_axis", what=what)
        return Diagnosis((), f"{what}: the numbers are right, the shape is not: {y.shape} where {e.shape} is expected.")
    return None


def factor_fact(task, expected, outcomes, columns, what):
    """All wrong results are the same factor away from right, on each instance: is it a number that the task knows?"""
    factors = []
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
        values = [eval(mistake.factor, {"__builtins__": {"len": len}}, dict(a)) for a in expected.instances]
        if np.allclose(factors, values, rtol=task.tolerance or 1e-6):
            return fact(mistake.key, what=what, factor=factor_in(mistake, expected))
    if len(factors) > 1 and np.allclose(factors, factors[0], rtol=1e-6):
        return Diagnosis((), f"{what} is exactly {factors[0]:.6g} times what it should be, in every entry and on every input.")
    return None


# ------------------------------------------------------------------------------------------ stages


def stages(task, expected, outcomes):
    """For each result: "right", "wrong", or "follows": computed correctly from an earlier result that is wrong."""
    verdicts = dict.fromkeys(task.returns, "right")
    for i, (outcome, right) in enumerate(zip(outcomes, expected.right)):
        if isinstance(outcome, BaseException) or isinstance(right, BaseException) or len(outcome) != len(right):
            return dict.fromkeys(task.returns, "wrong")
        given = {}
        for position, name in enumerate(task.returns):
            gap = difference(outcome[position], right[position], name, task.tolerance)
            if gap is None:
                continue
            verdict = "follows" if given and follows(task, expected, i, given, position, outcome[position]) else "wrong"
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
