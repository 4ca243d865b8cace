"""Pen and paper: each student has numbers of their own, and answers with numbers."""

import hashlib
import itertools
from dataclasses import replace
from functools import cache

import numpy as np

from .diagnosis import NOTHING, Expected, diagnose, fact
from .judging import gap_in, judged, refused, wrong_values
from .same import all_near, flat, near


@cache
def personal_numbers(task, student_id):
    """The arguments for this student, and what is expected: the first draw on which no two known mistakes
    look the same.
    """
    for attempt in range(40):
        digest = hashlib.sha256(f"{task.id}:{student_id.strip().lower()}:{attempt}".encode()).digest()
        arguments = next(iter(task.draw(np.random.default_rng(int.from_bytes(digest[:8], "big")))))
        expected = Expected(task, [arguments])
        answers = [expected.right[0], *(expected.spoiled_by((mistake,), 0) for mistake in task.mutants)]
        pairs = itertools.combinations(answers, 2)
        if not any(all_near(a, b, task.tolerance) for b, a in pairs):
            break
    return arguments, expected


def of_numbers(task, answer, student):
    if callable(answer):
        return refused(task, f"Task {task.id} is answered with numbers: {', '.join(task.returns)}.")
    arguments, expected = personal_numbers(task, student)
    if isinstance(answer, dict) and len(task.returns) > 1:
        answer = {name: answer.get(name) for name in task.returns}
    yours, right = [flat(result) for result in task.results(answer, arguments)], expected.right[0]
    gap = gap_in(task, yours, right)
    if gap is None:
        return judged(task, passed=True)
    diagnosis = NOTHING
    if len(yours) == len(right):
        diagnosis = diagnose(expected, [yours])
        close = (near(y, e, task.tolerance) or rounded(y.value, e.value) for y, e in zip(yours, right))
        if not diagnosis.text and all(close):
            diagnosis = fact("decimals_lost")
    gap = replace(gap, expected="(the answer stays with you to find)")
    return wrong_values(expected, [yours], diagnosis, failure=gap, arguments=arguments)


def rounded(yours, expected):
    """Is this the expected number, cut to fewer decimals?"""
    if not isinstance(yours, (int, float)) or not isinstance(expected, (int, float)):
        return False
    _, _, decimals = repr(yours).partition(".")
    places = 0 if decimals == "0" else len(decimals)
    return yours != 0 and "e" not in decimals and round(float(expected), places) == yours
