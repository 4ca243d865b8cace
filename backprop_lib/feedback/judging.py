"""From an answer to a Feedback, and how functions are judged."""

import functools
import inspect
from dataclasses import replace
from functools import cache

from .diagnosis import NOTHING, Diagnosis, Expected, diagnose, fact, stages
from .feedback import Feedback
from .running import OutOfTime, call, is_stub
from .same import Difference, all_near, difference, short
from .task import VISIBLE


def hidden_seed():
    """The seed of the hidden instances; None in the students' copy, which lacks the module."""
    try:
        from .instructor import SEED
    except ImportError:
        return None
    return SEED


@cache
def expected_for(task, seed):
    return Expected(task, task.instances(seed))


def is_blank(answer):
    """None, `...`, an empty text, or a container of nothing else."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    values = answer if isinstance(answer, (tuple, list)) else [answer]
    return all(x is None or x is Ellipsis or isinstance(x, str) and not x.strip() for x in values)


def judged(task, found=NOTHING, points=0, passed=False, **more):
    """The Feedback that says what was found. Points for hidden tests can be had where their seed is."""
    possible, hidden = task.possible, task.hidden
    if hidden_seed() is not None:
        possible, hidden = possible + hidden, 0
    if passed:
        points = possible
    return Feedback(task, passed, points, possible, found.text, found.key, found.explanations, hidden, **more)


def refused(task, text):
    """What was handed in is not of the kind that the task asks for."""
    return judged(task, Diagnosis((), text))


def gap_in(task, results, right):
    """The first difference between flat results and the right ones."""
    if len(results) != len(right):
        value, names = results[0].value, ", ".join(task.returns)
        found = f"{len(value)} results" if isinstance(value, (tuple, list)) else results[0].shown()
        return Difference("what is returned", found, f"{len(right)} results: {names}")
    for name, yours, due in zip(task.returns, results, right):
        gap = difference(yours, due, name, task.tolerance)
        if gap:
            return gap
    return None


def wrong_values(expected, found, diagnosis, **more):
    """The Feedback for results of which some are wrong: what is right, or follows from what is wrong, has its
    points.
    """
    task, parts, verdicts = expected.task, {}, stages(expected, found)
    for name, points in zip(task.returns, task.points):
        parts[name] = (0 if verdicts[name] == "wrong" else points, points, verdicts[name])
    if not diagnosis.text:
        diagnosis = Diagnosis((), unexplained(verdicts))
    return judged(task, diagnosis, sum(points for points, _, _ in parts.values()), parts=parts, **more)


def unexplained(verdicts):
    """No known mistake gives these numbers; say what is known."""
    text = "No mistake that we know gives these numbers."
    if len(verdicts) == 1:
        return text
    first = next(name for name, verdict in verdicts.items() if verdict == "wrong")
    follow = ", ".join(name for name, verdict in verdicts.items() if verdict == "follows")
    text += f" The first wrong result is {first}."
    return f"{text} {follow}: computed correctly from it." if follow else text


# ------------------------------------------------------------------------------------------ functions


def of_function(task, function, student):
    if not callable(function):
        this = short(repr(function))
        return refused(task, f"Task {task.id} asks for the function {task.signature}; this is {this}.")
    taking = by_position(function, task.parameters)
    if taking is None:
        words = f"Your function takes {inspect.signature(function)}; the task calls {task.signature}."
        return judged(task, Diagnosis((("wrong_arguments",),), words))
    expected = expected_for(task, VISIBLE)
    runs, again = all_runs(task, taking, expected.instances)
    if isinstance(runs[-1].error, OutOfTime):
        found = fact("infinite_loop", factor=f"{task.seconds:g}")
        return judged(task, found, arguments=runs[-1].arguments, line=runs[-1].line)
    if is_unwritten(function, runs):
        return judged(task, fact("not_attempted"))
    remarks = remarks_on(runs)
    fault = state_fault(task, runs, again, expected)
    if fault:
        return judged(task, fault, remarks=remarks, arguments=runs[0].arguments)
    for run, right in zip(runs, expected.right):
        gap = gap_in(task, run.results, right)
        if gap is not None:
            return of_wrong_runs(task, expected, runs, run, gap, remarks)
    fault = behaviour_fault(task, runs)
    if fault:
        return judged(task, fault, task.possible // 2, remarks=remarks)
    if fails_hidden(task, taking):
        question = "does it depend on a size or a number of those?"
        found = Diagnosis((), f"Right on the inputs that you see, wrong on hidden ones: {question}")
        return judged(task, found, task.possible, remarks=remarks)
    return judged(task, passed=True, remarks=remarks)


def by_position(function, names):
    """The function, called with these arguments in this order; None if it does not take them."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin, which does not say what it takes
        return function

    @functools.wraps(function)
    def by_name(*values):
        return function(**dict(zip(names, values)))

    if binds(signature, *names):
        return function
    return by_name if binds(signature, **dict.fromkeys(names)) else None


def binds(signature, *values, **named):
    try:
        signature.bind(*values, **named)
    except TypeError:
        return False
    return True


def all_runs(task, function, instances):
    """One run on each instance, up to an endless one; and a second run on the first instance, to see whether
    anything is kept.
    """
    runs, again = [], None
    for arguments in instances:
        runs.append(call(task, function, arguments))
        if isinstance(runs[-1].error, OutOfTime):
            break
        if len(runs) == 1 and runs[0].ok and not task.once:
            again = call(task, function, arguments)
    return runs, again


def is_unwritten(function, runs):
    """`raise NotImplementedError`, `...`, an empty body, results that are all None."""
    if any(not run.ok for run in runs):
        return isinstance(runs[0].error, NotImplementedError)
    if all(run.returned is None for run in runs):
        return is_stub(function)
    return all(is_blank(run.returned) and run.returned not in ("", (), [], {}) for run in runs)


def of_wrong_runs(task, expected, runs, first, gap, remarks):
    """Some run is wrong: `first` is the first of them, and `gap` its difference or exception."""
    place = dict(remarks=remarks, arguments=first.arguments, line=first.line, traceback=first.traceback)
    if all(run.ok and run.returned is None for run in runs):
        return judged(task, fact("returns_none"), **place)
    found = [run.results for run in runs]
    diagnosis = diagnose(expected, found)
    if not diagnosis.text and first.error is not None:
        diagnosis = fact("raises")
    elif not diagnosis.text and changed_by(runs):
        diagnosis = fact("input_modified", what=changed_by(runs))
    if first.error is not None:
        words = f"{diagnosis.text} Python says: {type(first.error).__name__}: {first.error}"
        return judged(task, Diagnosis(diagnosis.explanations, words), **place)
    return wrong_values(expected, found, diagnosis, failure=gap, **place)


def changed_by(runs):
    """The arguments that a run changed, as text."""
    return next((", ".join(run.changed) for run in runs if run.changed), "")


def state_fault(task, runs, again, expected):
    """Did a call leave something behind that another one met?"""
    if any(run.overwritten for run in runs):
        return fact("result_overwritten")
    if again is None or all_near(runs[0].results, again.results, task.tolerance):
        return None
    first, right = runs[0].results, expected.right[0]
    doubled = [replace(x, numbers=2 * x.numbers, scale=2 * x.scale) for x in first]
    piled_up = all_near(first, right, task.tolerance) and all_near(doubled, again.results, task.tolerance)
    return fact("gradients_not_reset" if piled_up else "different_on_second_call")


def behaviour_fault(task, runs):
    """The values are right; is there something else that would hurt the caller?"""
    if changed_by(runs):
        return fact("input_modified", what=changed_by(runs))
    warned = next((run.warned for run in runs if run.warned), "")
    if task.quiet and warned:
        return fact("exp_overflow" if "overflow" in warned else "warns", factor=warned)
    return None


def remarks_on(runs):
    remarks = []
    printed = next((run.printed for run in runs if run.printed), "")
    if printed:
        start = short(printed, 40)
        remarks.append(f"your function prints ({start}); a result is returned, prints are for looking")
    shared = next((", ".join(run.shared) for run in runs if run.shared), "")
    if shared:
        both = "whoever changes one changes the other; .copy() parts them"
        remarks.append(f"the result is the very array {shared}: {both}")
    return tuple(remarks)


def fails_hidden(task, function):
    """Is it wrong on an instance that students do not see? (In their copy there is none.)"""
    seed = hidden_seed()
    if seed is None or not task.hidden:
        return False
    expected = expected_for(task, seed)
    for arguments, right in zip(expected.instances, expected.right):
        run = call(task, function, arguments)
        if not all_near(run.results, right, task.tolerance):
            return True
    return False
