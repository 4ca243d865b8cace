"""From an answer to a Feedback: a function, numbers, or a formula, each judged in its own way."""

import hashlib
import inspect
from dataclasses import replace
from functools import cache

import numpy as np

from . import diagnosis as look
from .catalogue import message
from .comparison import Difference, difference, kind_of, short
from .feedback import Feedback
from .running import OutOfTime, call, is_stub

VISIBLE = 0


def hidden_seed():
    """The seed of the hidden instances; None in the students' copy, which lacks the module."""
    try:
        from .hidden import SEED
    except ImportError:
        return None
    return SEED


@cache
def expected_for(row, seed):
    return look.Expected(row, row.instances(seed))


def blank(answer):
    values = (
        answer.values()
        if isinstance(answer, dict)
        else answer
        if isinstance(answer, (tuple, list))
        else [answer]
    )
    return all(x is None or x is Ellipsis or isinstance(x, str) and not x.strip() for x in values)


def not_attempted(row):
    possible, hidden = out_of(row)
    return Feedback(
        row, False, 0, possible, message("not_attempted"), "not_attempted", (("not_attempted",),), hidden
    )


def out_of(row):
    """Points that can be earned here, and points that only the instructor's copy can give."""
    return (row.possible, row.hidden) if hidden_seed() is None else (row.possible + row.hidden, 0)


def judged(row, points, found=None, **more):
    """A Feedback for an answer that did not pass."""
    found = found or look.Diagnosis()
    possible, hidden = out_of(row)
    return Feedback(row, False, points, possible, found.text, found.key, found.explanations, hidden, **more)


def all_right(row, **more):
    possible, hidden = out_of(row)
    return Feedback(row, True, possible, possible, "", hidden=hidden, **more)


def no_answer(row, text):
    """What was handed in is not of the kind that the task asks for."""
    return judged(row, 0, look.Diagnosis((), text))


# ------------------------------------------------------------------------------------------ functions


def of_function(row, function, student):
    if not callable(function):
        return no_answer(
            row, f"Task {row.id} asks for the function {row.signature}; this is {short(function)}."
        )
    expected = expected_for(row, VISIBLE)
    if found := wrong_arguments(row, function, expected.instances[0]):
        return judged(row, 0, found)
    function = by_name(function, row.parameters)
    runs, again = all_runs(row, function, expected.instances)
    if endless := next((run for run in runs if isinstance(run.error, OutOfTime)), None):
        return judged(
            row,
            0,
            look.fact("infinite_loop", factor=f"{row.seconds:g}"),
            arguments=endless.arguments,
            line=endless.line,
        )
    if is_blank(function, runs):
        return not_attempted(row)
    remarks = remarks_on(runs)
    if fault := state_fault(row, runs, again, expected):
        return judged(row, 0, fault, remarks=remarks, arguments=runs[0].arguments)
    outcomes = [outcome_of(row, run) for run in runs]
    failing = [
        (run, gap)
        for run, outcome, right in zip(runs, outcomes, expected.right)
        if (gap := gap_in(row, outcome, right))
    ]
    if failing:
        return of_wrong_values(row, expected, runs, outcomes, failing[0], remarks)
    if fault := behaviour_fault(row, runs):
        return judged(row, row.possible // 2, fault, remarks=remarks)
    return with_hidden(row, function, remarks)


def all_runs(row, function, instances):
    """One run on each instance, up to an endless one; and a second run on the first instance, to see whether
    anything is kept.
    """
    runs = [call(row, function, instances[0])]
    if isinstance(runs[0].error, (OutOfTime, NotImplementedError)):
        return runs, None
    again = None if row.once or not runs[0].ok else call(row, function, instances[0])
    for arguments in instances[1:]:
        runs.append(call(row, function, arguments))
        if isinstance(runs[-1].error, OutOfTime):
            break
    return runs, again


def outcome_of(row, run):
    return look.unpacked(row, run.result, run.arguments) if run.ok else run.error


def is_blank(function, runs):
    """Nothing has been written yet: `raise NotImplementedError`, `...`, an empty body, results that are all
    None.
    """
    if any(not run.ok for run in runs):
        return isinstance(runs[0].error, NotImplementedError)
    nothing = all(run.result is None for run in runs)
    return is_stub(function) if nothing else all(is_filled_with_nothing(run.result) for run in runs)


def is_filled_with_nothing(result):
    return result is Ellipsis or isinstance(result, (tuple, list, dict)) and len(result) > 0 and blank(result)


def of_wrong_values(row, expected, runs, outcomes, failing, remarks):
    run, gap = failing
    more = dict(remarks=remarks, arguments=run.arguments, line=run.line, traceback=run.traceback)
    if all(run.ok and run.result is None for run in runs):
        return judged(row, 0, look.fact("returns_none"), **more)
    found = look.diagnose(row, expected, outcomes)
    if not found.text:
        changed = next((run.changed for run in runs if run.changed), None)
        if run.error is not None:
            found = look.fact("raises")
        elif changed:
            found = look.fact("input_modified", what=", ".join(changed))
    if run.error is not None:
        words = f"{type(run.error).__name__}: {run.error}"
        found = look.Diagnosis(found.explanations, f"{found.text} Python says: {words}")
        return judged(row, 0, found, **more)
    verdicts = look.stages(row, expected, outcomes)
    parts = {n: (p * (verdicts[n] != "wrong"), p, verdicts[n]) for n, p in zip(row.returns, row.points)}
    if "wrong" not in verdicts.values():
        parts = {n: (0, p, verdicts[n]) for n, p in zip(row.returns, row.points)}
    if not found.text:
        found = look.Diagnosis((), unexplained(row, verdicts, gap))
    return judged(row, sum(p for p, _, _ in parts.values()), found, failure=gap, parts=parts, **more)


def unexplained(row, verdicts, gap):
    """No known mistake gives these numbers; say what is known."""
    first = next((name for name, verdict in verdicts.items() if verdict == "wrong"), row.returns[0])
    follow = [name for name, verdict in verdicts.items() if verdict == "follows"]
    also = f" {', '.join(follow)}: computed correctly from it." if follow else ""
    where = f" The first wrong result is {first}.{also}" if len(row.returns) > 1 else ""
    return f"No mistake that we know gives these numbers.{where}"


def gap_in(row, outcome, right):
    """The first difference between an outcome and the right results; an exception is one too."""
    if isinstance(outcome, BaseException) and not (
        isinstance(right, Exception) and look.alike(outcome, right)
    ):
        return outcome
    if len(outcome) != len(right):
        return structure_gap(row, outcome)
    gaps = (difference(y, e, name, row.tolerance) for y, e, name in zip(outcome, right, row.returns))
    return next((gap for gap in gaps if gap), None)


def structure_gap(row, outcome):
    value = outcome[0] if len(outcome) == 1 else outcome
    found = f"{len(value)} results" if isinstance(value, (tuple, list)) else kind_of(value)
    return Difference(
        "structure", "what is returned", found, f"{len(row.returns)} results: {', '.join(row.returns)}"
    )


def wrong_arguments(row, function, arguments):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin or a ufunc
        return None
    given = {name: arguments[name] for name in row.parameters}
    for positional, named in ((given.values(), {}), ((), given)):
        try:
            signature.bind(*positional, **named)
            return None
        except TypeError:
            pass
    return look.Diagnosis(
        (("wrong_arguments",),), f"Your function takes {signature}; the task calls {row.signature}."
    )


def by_name(function, names):
    """A function that takes its arguments by name only, made to take them by position."""
    try:
        inspect.signature(function).bind(*names)
    except TypeError:
        given = function

        def function(*values):
            return given(**dict(zip(names, values)))

        function.__code__ = function.__code__.replace(co_filename=given.__code__.co_filename)
    except ValueError:  # a builtin, which does not say what it takes
        pass
    return function


def state_fault(row, runs, again, expected):
    """Did a call leave something behind that another one met?"""
    if any(run.overwritten for run in runs):
        return look.fact("result_overwritten")
    if again is None or not again.ok:
        return look.fact("different_on_second_call") if again else None
    before, after = outcome_of(row, runs[0]), outcome_of(row, again)
    if look.alike(before, after, row.tolerance):
        return None
    if not gap_in(row, before, expected.right[0]):
        try:
            if look.alike([2 * np.asarray(x) for x in before], after, row.tolerance):
                return look.fact("gradients_not_reset")
        except (TypeError, ValueError):  # no numbers
            pass
    return look.fact("different_on_second_call")


def behaviour_fault(row, runs):
    """The values are right; is there something else that would hurt the caller?"""
    if changed := next((run.changed for run in runs if run.changed), None):
        return look.fact("input_modified", what=", ".join(changed))
    if row.quiet and (warned := next((run.warned for run in runs if run.warned), None)):
        return look.fact("exp_overflow" if "overflow" in warned else "warns", factor=warned)
    return None


def remarks_on(runs):
    remarks = []
    if printed := next((run.printed for run in runs if run.printed), ""):
        remarks.append(
            f"your function prints ({short(printed.strip(), 40)}); a result is returned, prints are for looking"
        )
    if shared := next((run.returned_input for run in runs if run.returned_input), ()):
        remarks.append(
            f"the result is the very array {', '.join(shared)}: whoever changes one changes the other; .copy() parts them"
        )
    return tuple(remarks)


def with_hidden(row, function, remarks=()):
    """Everything visible is right; the hidden instances decide the rest, where they exist."""
    seed, visible = hidden_seed(), {n: (p, p, "right") for n, p in zip(row.returns, row.points)}
    if seed is not None and row.hidden:
        expected = expected_for(row, seed)
        for arguments, right in zip(expected.instances, expected.right):
            if gap_in(row, outcome_of(row, call(row, function, arguments)), right):
                words = "Right on the inputs that you see, wrong on hidden ones: does it depend on a size or a number of those?"
                return judged(row, row.possible, look.Diagnosis((), words), remarks=remarks, parts=visible)
    return all_right(row, remarks=remarks, parts=visible)


# ------------------------------------------------------------------------------------------ numbers


@cache
def personal_numbers(row, student_id):
    """The arguments for this student, and what is expected: the first draw on which no two known mistakes
    look the same.
    """
    for attempt in range(40):
        digest = hashlib.sha256(f"{row.id}:{student_id.strip().lower()}:{attempt}".encode()).digest()
        arguments = next(iter(row.draw(np.random.default_rng(int.from_bytes(digest[:8], "big")))))
        expected = look.Expected(row, [arguments])
        answers = [expected.right[0], *(expected.results(row.mutant(m), 0) for m in row.mutants)]
        if not any(look.alike(a, b, row.tolerance) for i, a in enumerate(answers) for b in answers[:i]):
            break
    return arguments, expected


def of_numbers(row, answer, student):
    arguments, expected = personal_numbers(row, student)
    if callable(answer):
        return no_answer(row, f"Task {row.id} is answered with numbers: {', '.join(row.returns)}.")
    outcome = look.unpacked(row, answer, arguments)
    right = expected.right[0]
    if len(outcome) == 1 and isinstance(outcome[0], dict) and len(right) > 1:
        outcome = [outcome[0].get(name) for name in row.returns]
    gaps = [None if len(outcome) == len(right) else structure_gap(row, outcome)]
    if gaps[0] is None:
        gaps = [difference(y, e, name, row.tolerance) for y, e, name in zip(outcome, right, row.returns)]
    if not any(gaps):
        return all_right(row)
    found, gap = look.Diagnosis(), next(g for g in gaps if g)
    parts = {
        n: (p * (g is None), p, "right" if g is None else "wrong")
        for n, p, g in zip(row.returns, row.points, gaps)
    }
    if len(outcome) == len(right):
        found = look.diagnose(row, expected, [outcome])
        if not found.text and all(g is None or rounded(y, e) for y, e, g in zip(outcome, right, gaps)):
            found = look.fact("decimals_lost")
    if not found.text:
        names = [name for name, g in zip(row.returns, gaps) if g]
        found = look.Diagnosis((), f"No mistake that we know gives these numbers. Look again at {names[0]}.")
    gap = replace(gap, expected="(the answer stays with you to find)")
    return judged(
        row, sum(p for p, _, _ in parts.values()), found, failure=gap, arguments=arguments, parts=parts
    )


def rounded(yours, expected):
    """Is this the expected number, cut to fewer decimals?"""
    if not isinstance(yours, (int, float)) or not isinstance(expected, (int, float)):
        return False
    _, _, decimals = repr(yours).partition(".")
    return (
        "e" not in decimals
        and yours != 0
        and round(float(expected), len(decimals) if decimals != "0" else 0) == yours
    )


# ------------------------------------------------------------------------------------------ formulas


def of_formula(row, claim, student):
    from ..check.derivation import (
        check_derivation,
    )  # sympy takes half a second to import: only who asks for it waits

    if callable(claim):
        return no_answer(row, f"Task {row.id} is answered with a formula, as text.")
    output = row.graph()
    try:
        verdict = check_derivation(claim, output, row.wrt)
    except (ValueError, TypeError) as error:
        return no_answer(row, str(error))
    if verdict.ok:
        return all_right(row)
    keys = sorted(key for key, formula in row.mistakes.items() if verdict.same_as(formula))
    explanations = tuple((key,) for key in keys)
    words = (
        " ".join(message(key, what="your formula") for key in keys)
        or f"Your formula is not ∂{output.name}/∂{row.wrt}."
    )
    return judged(row, 0, look.Diagnosis(explanations, words), verdict=verdict)
