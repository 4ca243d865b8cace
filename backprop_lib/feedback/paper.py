"""Pen and paper: each student has numbers of their own, and answers with numbers.

Not every draw is a good one. It is drawn again if four significant digits are too few for it, if a mistake
gives the right numbers or those of another mistake, or if two results that are different things are equal.
"""

import hashlib
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np

from ..check.spelling import canonical
from .diagnosis import NOTHING, Diagnosis, Expected, diagnose, fact
from .judging import gap_in, judged, refused, unexplained
from .rounding import carried_out
from .same import flat, near, short

MOST_DRAWS = 2000
OF_PROGRAMS = {"integer_truncation", "all_zero"}  # what these say of an answer is not about paper


# ------------------------------------------------------------------------------------------ personal numbers


@cache
def personal_numbers(task, student_id):
    """The arguments for this student, and what is expected."""
    arguments = drawn_for(task, student_id)
    return arguments, Expected(task, [arguments])


def drawn_for(task, student_id):
    """The first good draw for this student, the same on every computer."""
    for attempt in range(MOST_DRAWS):
        digest = hashlib.sha256(f"{task.id}:{student_id.strip().lower()}:{attempt}".encode()).digest()
        arguments = next(iter(task.draw(np.random.default_rng(int.from_bytes(digest[:8], "big")))))
        if is_good(task, arguments):
            return arguments
    raise RuntimeError(f"task {task.id} has no good draw for {student_id!r}")


def is_good(task, arguments):
    """Can it be worked out in four digits, and does the answer show what was done?"""
    right = numbers_of(task.reference, arguments)
    in_digits, wrong, same_always = forms(task)
    if not all(alike(numbers_of(f, arguments), right, task.tolerance / 2) for f in in_digits):
        return False
    answers = [right, *(numbers_of(f, arguments) for f in wrong)]
    if any(alike(a, b, 2 * task.tolerance) for a, b in itertools.combinations(answers, 2)):
        return False
    return equal_results(right, 2 * task.tolerance) <= same_always


@cache
def forms(task):
    """The reference in four digits; with each mistake in it; and the results that are always equal."""
    wrong = [task.mutant(mistake) for mistake in task.mutants]
    draws = [next(iter(task.draw(np.random.default_rng(seed)))) for seed in range(20)]
    equal = (equal_results(numbers_of(task.reference, draw), 2 * task.tolerance) for draw in draws)
    return carried_out(task), [f for f in wrong if f], set.intersection(*equal)


def numbers_of(function, arguments):
    """What a form of the reference gives, as a tuple of numbers."""
    with np.errstate(all="ignore"):
        try:
            results = function(*arguments.values())
        except (ArithmeticError, ValueError):  # the logarithm of a negative number, for some mistake
            return (np.nan,)
    return results if isinstance(results, tuple) else (results,)


def alike(a, b, tolerance):
    return len(a) == len(b) and all(abs(x - y) <= tolerance * abs(y) for x, y in zip(a, b))


def equal_results(results, tolerance):
    """The pairs of results that look equal."""
    pairs = itertools.combinations(range(len(results)), 2)
    return {(i, j) for i, j in pairs if alike(results[i : i + 1], results[j : j + 1], tolerance)}


# ------------------------------------------------------------------------------------------ the answer, read


def read(task, answer):
    """The numbers of an answer in the order of the task, None where one is missing; ValueError with a
    sentence for what cannot be read. A wrong number of them is left as it is.
    """
    names = task.returns
    if isinstance(answer, Mapping):
        known = {canonical(name): name for name in names}
        given = {}
        for name, value in answer.items():
            if canonical(str(name)) not in known:
                raise ValueError(f"There is no result {name!r} here; asked for: {', '.join(names)}.")
            given[known[canonical(str(name))]] = value
        values = [given.get(name) for name in names]
    elif isinstance(answer, (set, frozenset)):
        raise ValueError(f"A set has no order: hand in a tuple ({', '.join(names)}), or a dict by name.")
    elif isinstance(answer, str) and len(names) > 1:
        values = re.split(r"\s*;\s*|\s*,\s+|\s+", answer.strip("()[] \n"))
    else:
        values = list(itertools.islice(entries_of(answer), 100))
    named = itertools.zip_longest(names, values) if len(values) <= len(names) else zip(values, values)
    return [number(value, name) for name, value in named][: len(values)]


def entries_of(value):
    """The numbers in anything that holds some: a list of lists, an array, a matrix."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        yield value
        return
    for entry in value:
        yield from entries_of(entry)


def number(value, name):
    """A float, from a number of any kind or from its digits; None for nothing."""
    if value is None or value is Ellipsis or isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, str):
        return from_digits(value, name)
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError, OverflowError, AttributeError):
        pass
    raise ValueError(f"{name}: {short(repr(value))} is no number.")


def from_digits(text, name):
    """The number that is written: 0.25, 1/4, −3, 1.5e-3, 2·10⁻³, e^-1; a decimal comma as well."""
    written = text.strip().lstrip("≈=").strip().replace("−", "-")
    if re.fullmatch(r"[-+]?\d{1,3},\d{3}", written):
        raise ValueError(
            f"{name}: {text!r} can be read in two ways; write a decimal point, and no other mark."
        )
    if re.fullmatch(r"[-+]?\d+,\d+", written):
        written = written.replace(",", ".")
    for kind in (float, Fraction):
        try:
            return float(kind(written))
        except (ValueError, ZeroDivisionError):
            pass
    from ..check.parsing import parse_formula  # sympy takes half a second: only who needs it waits

    try:
        return float(parse_formula(written, {}))
    except (ValueError, TypeError):
        raise ValueError(f"{name}: {text!r} is no number.") from None


# ------------------------------------------------------------------------------------------ judged


def of_numbers(task, answer, student):
    if callable(answer):
        return refused(task, f"Task {task.id} is answered with numbers: {', '.join(task.returns)}.")
    arguments, expected = personal_numbers(task, student)
    try:
        values = read(task, answer)
    except ValueError as problem:
        return refused(task, str(problem))
    yours, right = [flat(value) for value in values], expected.right[0]
    if len(yours) != len(right):
        count = "1 number was" if len(yours) == 1 else f"{len(yours)} numbers were"
        words = f"{count} handed in, {len(right)} asked for: {', '.join(task.returns)}."
        return refused(task, words)
    gap = gap_in(task, yours, right)
    if gap is None:
        return judged(task, passed=True)
    verdicts = line_by_line(task, arguments, yours, right)
    diagnosis = explained(expected, yours, right)
    if not diagnosis.text:
        diagnosis = Diagnosis((), unexplained(expected, [yours], verdicts))
    parts = {}
    for name, points in zip(task.returns, task.points):
        parts[name] = (0 if verdicts[name] == "wrong" else points, points, verdicts[name])
    earned = sum(points for points, _, _ in parts.values())
    gap = replace(gap, expected="(the answer stays with you to find)")
    return judged(task, diagnosis, earned, parts=parts, failure=gap, arguments=arguments)


def explained(expected, yours, right):
    """The mistake behind the numbers; or that they are right as far as they go."""
    diagnosis = diagnose(expected, [yours])
    if any(OF_PROGRAMS & set(keys) for keys in diagnosis.explanations):
        diagnosis = NOTHING
    tolerance = expected.task.tolerance
    close = all(near(y, e, tolerance) or is_cut(y.value, e.value) for y, e in zip(yours, right))
    return fact("decimals_lost") if close and not diagnosis.text else diagnosis


def is_cut(yours, expected):
    """Is this the expected number, cut to fewer decimals?"""
    if yours is None:
        return False
    _, _, decimals = repr(yours).partition(".")
    places = 0 if decimals == "0" else len(decimals)
    return yours != 0 and "e" not in decimals and round(float(expected), places) == yours


# ------------------------------------------------------------------------------------- one slip, one line


def line_by_line(task, arguments, yours, right):
    """{result: "right", "wrong", or "follows": computed correctly from what was wrong before it}."""
    verdicts, own = {}, {}
    for name, y, due in zip(task.returns, yours, right):
        verdicts[name] = "right"
        if not near(y, due, task.tolerance):
            going_on, _ = gone_on(task, arguments, own)
            verdicts[name] = "follows" if own and is_near(task, y.value, going_on[name]) else "wrong"
            if y.value:  # nothing is learned from what follows from 0
                own[name] = y.value
    wrong = [name for name, verdict in verdicts.items() if verdict == "wrong"]
    if len(wrong) > 1:
        answer = {name: y.value for name, y in zip(task.returns, yours)}
        for name in from_an_unseen_step(task, arguments, answer, wrong):
            verdicts[name] = "follows"
    return verdicts


def is_near(task, yours, due):
    return yours is not None and alike((yours,), (due,), task.tolerance)


class Kept(dict):
    """Values that stand in for those of the reference; `seen` are all that it worked with."""

    def __init__(self, given):
        super().__init__(given)
        self.seen = {}

    def get(self, name, value):
        self.seen[name] = super().get(name, value)
        return self.seen[name]


def gone_on(task, arguments, given):
    """What the reference gives and all that it assigns, if it goes on with the `given` values."""
    kept = Kept(given)
    results = numbers_of(lambda *values: task.staged(*values, given_=kept), arguments)
    return dict(zip(task.returns, results)), kept.seen


def from_an_unseen_step(task, arguments, answer, wrong):
    """The wrong results, but the first, that all come from one other value of a step that is not handed in,
    such as the sum under a softmax.
    """
    first, *later = wrong
    _, seen = gone_on(task, arguments, {})
    found = []
    for step in set(seen) - set(task.returns):
        value = solved(task, arguments, step, seen[step], first, answer[first])
        if value is None:
            continue
        own = {step: value}
        explained = []
        for name in task.returns:
            results, _ = gone_on(task, arguments, own)
            if name in later and is_near(task, answer[name], results[name]):
                explained.append(name)
            elif name in later and answer[name]:
                own[name] = answer[name]
        found = max(found, explained, key=len)
    return found


def solved(task, arguments, step, value, name, wanted):
    """The value of a step that makes the result `name` the wanted one, by the secant method; or None."""
    if wanted is None or not value:
        return None

    def gap(x):
        results, _ = gone_on(task, arguments, {step: x})
        return results.get(name, np.nan) - wanted

    a, b = value, 1.1 * value
    for _ in range(30):
        at_a, at_b = gap(a), gap(b)
        if not np.isfinite(at_b):
            return None
        if abs(at_b) <= 1e-9 * abs(wanted):
            return b
        if at_a == at_b:
            return None
        a, b = b, b - at_b * (b - a) / (at_b - at_a)
    return None
