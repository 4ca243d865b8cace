"""From an answer to a Feedback, and how functions are judged."""

import inspect
from dataclasses import replace
from functools import cache

import numpy as np

from .catalogue import message
from .diagnosis import NOTHING, Diagnosis, Expected, diagnose, fact, in_words, stages
from .feedback import Feedback
from .randomness import is_random
from .running import OutOfTime, call, is_stub
from .same import Difference, all_near, difference, flat, said_by, short
from .structure import container, has_all_numbers
from .task import VISIBLE

MOST_ENTRIES = 200  # of a result, that are looked at for memory that is kept between calls


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


def unjudged(task, error):
    """The answer made the judge itself stumble."""
    return judged(task, fact("not_judged", factor=short(f"{type(error).__name__}: {said_by(error)}", 200)))


def refused(task, text):
    """What was handed in is not of the kind that the task asks for."""
    return judged(task, Diagnosis((), text))


def gap_in(task, results, right):
    """The first difference between flat results and the right ones."""
    if len(results) != len(right):
        due = f"{len(right)} results: {', '.join(task.returns)}"
        return Difference("what is returned", answer_shown(results), due)
    for name, yours, due in zip(task.returns, results, right):
        gap = difference(yours, due, name, task.tolerance)
        if gap:
            return gap
    return None


def answer_shown(results):
    value = results[0].value
    return f"{len(value)} results" if isinstance(value, (tuple, list)) else results[0].shown()


def wrong_values(expected, found, diagnosis, **more):
    """The Feedback for results of which some are wrong: what is right, or follows from what is wrong, has its
    points.
    """
    task, parts, verdicts = expected.task, {}, stages(expected, found)
    for name, points in zip(task.returns, task.points):
        parts[name] = (0 if verdicts[name] == "wrong" else points, points, verdicts[name])
    if not diagnosis.text:
        diagnosis = Diagnosis((), unexplained(expected, found, verdicts))
    earned = sum(points for points, _, _ in parts.values())
    if is_right_in_another_form(expected, found, diagnosis.key):
        earned = max(earned, task.possible // 2)
    return judged(task, diagnosis, earned, parts=parts, **more)


def is_right_in_another_form(expected, found, key):
    """Are all numbers there, under other names or in a container that was not asked for?"""
    if key in ("wrong_number_of_results", "wrong_names"):
        pairs = zip(found, expected.right)
        return all(has_all_numbers(expected.task, results[0].value, right) for results, right in pairs)
    return key == "wrong_container"


def unexplained(expected, found, verdicts):
    """No known mistake gives these numbers; say what is known."""
    wrong = [name for name, verdict in verdicts.items() if verdict == "wrong"]
    follow = [name for name, verdict in verdicts.items() if verdict == "follows"]
    first = wrong[0]
    text = other_structure(expected, found, first) or "No mistake that we know gives these numbers."
    if len(verdicts) == 1:
        return text
    still_0 = [name for name in wrong if is_left_at_zero(expected, found, name)]
    if still_0:
        text += f" {message('left_at_zero', what=in_words(still_0))}"
    text += f" The first wrong result is {first}."
    return f"{text} Computed correctly from what is wrong: {in_words(follow)}." if follow else text


def in_column(expected, found, name):
    """(yours, right) of one result, on each instance on which there is one."""
    c = expected.task.returns.index(name)
    pairs = zip(found, expected.right)
    return [(results[c], right[c]) for results, right in pairs if len(results) == len(right)]


def other_structure(expected, found, name):
    """A sentence if a result is not even of the shape or kind that is asked for."""
    for yours, right in in_column(expected, found, name):
        if yours.structure != right.structure:
            found, due = container(yours), container(right)
            if found == due:
                return f"{name} is not built as it should be: see where yours and the expected one differ."
            return f"{name} is {found} where {due} is asked for."
    return ""


def is_left_at_zero(expected, found, name):
    if expected.task.kind != "function":
        return False
    pairs = in_column(expected, found, name)
    if any(yours.array is None or yours.array.any() for yours, _ in pairs):
        return False
    return any(right.numbers.any() for _, right in pairs)


# ------------------------------------------------------------------------------------------ functions


def of_function(task, function, student):
    if isinstance(function, str):
        return judged(task, fact("answer_as_text"))
    if not callable(function):
        this = container(flat(function))
        return refused(task, f"Task {task.id} asks for the function {task.signature}; this is {this}.")
    taking = by_position(function, task.parameters)
    if taking is None:
        words = f"Your function takes {inspect.signature(function)}; the task calls {task.signature}."
        return judged(task, Diagnosis((("wrong_arguments",),), words))
    expected = expected_for(task, VISIBLE)
    runs, again = all_runs(task, taking, expected)
    remarks = remarks_on(runs)
    if runs[-1].stopped:
        return of_stopped(task, runs[-1], remarks)
    if is_unwritten(function, runs):
        return judged(task, fact("not_attempted"))
    fault = state_fault(task, taking, runs, again, expected)
    if fault:
        return judged(task, fault, remarks=remarks, arguments=runs[0].arguments)
    for run, right in zip(runs, expected.right):
        gap = gap_in(task, run.results, right)
        if gap is not None:
            fault = order_fault(task, function, expected)
            if fault:
                return judged(task, fault, task.possible // 2, remarks=remarks)
            return of_wrong_runs(task, expected, runs, run, gap, remarks)
    fault = behaviour_fault(task, runs)
    if fault:
        return judged(task, fault, task.possible // 2, remarks=remarks)
    if fails_hidden(task, taking):
        question = "does it depend on a size or a number of those?"
        found = Diagnosis((), f"Right on the inputs that you see, wrong on hidden ones: {question}")
        return judged(task, found, task.possible, remarks=remarks)
    return judged(task, passed=True, remarks=remarks)


def run_of(task, function, arguments, right):
    """One call. A tuple with one entry is read as that entry, unless the tuple itself is what is due: an
    array or a list with one entry.
    """
    run = call(task, function, arguments)
    if run.ok and len(task.returns) == 1 and type(run.returned) is tuple and len(run.returned) == 1:
        itself = [flat(x) for x in task.in_one_form([run.returned], arguments)]
        if itself[0].structure == right[0].structure != run.results[0].structure:
            run.results = itself
    return run


def of_stopped(task, run, remarks):
    found = fact("interrupted")
    if isinstance(run.error, OutOfTime):
        found = fact("infinite_loop", factor=f"{task.seconds:g}")
    return judged(task, found, remarks=remarks, arguments=run.arguments, line=run.line)


def by_position(function, names):
    """The function, called with these arguments in this order; None if it does not take them."""
    signature = signature_of(function)
    if signature is None or binds(signature, *names):
        return function
    return by_name(function, names) if binds(signature, **dict.fromkeys(names)) else None


def by_name(function, names):
    def taking(*values):
        return function(**dict(zip(names, values)))

    taking.__wrapped__ = function
    return taking


def signature_of(function):
    """None of a builtin, and of an object that does not tell."""
    try:
        return inspect.signature(function)
    except Exception:
        return None


def binds(signature, *values, **named):
    try:
        signature.bind(*values, **named)
    except TypeError:
        return False
    return True


def all_runs(task, function, expected):
    """One run on each instance, up to one that had to be stopped; and a second run on the first instance, to
    see whether it gives the same.
    """
    runs, again = [], None
    for arguments, right in zip(expected.instances, expected.right):
        runs.append(run_of(task, function, arguments, right))
        if runs[-1].stopped:
            break
        if len(runs) == 1 and runs[0].ok and not task.once:
            again = run_of(task, function, arguments, right)
            if again.stopped:
                runs.append(again)
                break
    return runs, again


def is_unwritten(function, runs):
    """`raise NotImplementedError`, `...`, an empty body, results that are all None."""
    if any(not run.ok for run in runs):
        return isinstance(runs[0].error, NotImplementedError)
    if all(run.returned is None for run in runs):
        return is_stub(function)
    return all(is_blank(run.returned) and run.returned not in ("", (), [], {}) for run in runs)


def order_fault(task, function, expected):
    """Is everything right when the arguments go where the function's own names of them say?"""
    signature = signature_of(function)
    own = tuple(signature.parameters) if signature else ()
    if own == task.parameters or sorted(own) != sorted(task.parameters):
        return None
    taking = by_name(function, task.parameters)
    for arguments, right in zip(expected.instances, expected.right):
        run = run_of(task, taking, arguments, right)
        if not all_near(run.results, right, task.tolerance):
            return None
    return fact("parameters_in_wrong_order", what=", ".join(own), factor=", ".join(task.parameters))


def of_wrong_runs(task, expected, runs, first, gap, remarks):
    """Some run is wrong: `first` is the first of them, and `gap` its difference or exception."""
    place = dict(remarks=remarks, arguments=first.arguments, line=first.line, traceback=first.traceback)
    if all(run.ok and run.returned is None for run in runs):
        is_to_fill = "Return nothing" in task.statement
        return judged(task, fact("nothing_filled" if is_to_fill else "returns_none"), **place)
    found = [run.results for run in runs]
    diagnosis = diagnose(expected, found)
    if not diagnosis.text and first.error is not None:
        diagnosis = fact("raises")
    elif not diagnosis.text and changed_by(runs):
        diagnosis = fact("input_modified", what=changed_by(runs))
    if first.error is not None:
        words = f"{diagnosis.text} Python says: {first.said}"
        return judged(task, Diagnosis(diagnosis.explanations, words), **place)
    return wrong_values(expected, found, diagnosis, failure=gap, **place)


def changed_by(runs):
    """The arguments that a run changed, as text."""
    return next((in_words(run.changed) for run in runs if run.changed), "")


def state_fault(task, function, runs, again, expected):
    """Did a call leave something behind that another one met?"""
    if any(run.overwritten for run in runs) or again is not None and share_memory(runs[0], again):
        return fact("result_overwritten")
    if again is None or all_near(runs[0].results, again.results, task.tolerance):
        return None
    first, right = runs[0].results, expected.right[0]
    doubled = [replace(x, numbers=2 * x.numbers) for x in first]
    if all_near(first, right, task.tolerance) and all_near(doubled, again.results, task.tolerance):
        return fact("gradients_not_reset")
    if is_random(task, function, runs[0].arguments):
        return fact("random_result")
    return fact("different_on_second_call")


def share_memory(one, other):
    """Did two calls return the same array, list or dict, or parts of one?"""
    arrays, ids = kept_in(one.values)
    other_arrays, other_ids = kept_in(other.values)
    if ids & other_ids:
        return True
    return any(np.shares_memory(a, b) for a in arrays for b in other_arrays)


def kept_in(values):
    """The arrays that can be written to, and the identities of lists and dicts, in these results and within
    them.
    """
    arrays, ids, waiting = [], set(), list(values)
    for value in waiting:
        if isinstance(value, np.ndarray) and value.flags.writeable and value.dtype != object:
            arrays.append(value)
        elif type(value) in (list, dict) and id(value) not in ids:
            ids.add(id(value))
            waiting += list(value.values() if isinstance(value, dict) else value)[:MOST_ENTRIES]
        elif type(value) is tuple:
            waiting += value[:MOST_ENTRIES]
        if len(waiting) > MOST_ENTRIES:
            break
    return arrays[:MOST_ENTRIES], ids


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
    replaced = next((in_words(run.replaced) for run in runs if run.replaced), "")
    if replaced:
        remarks.append(f"your function replaces {replaced} for everybody; this was undone")
    return tuple(remarks)


def fails_hidden(task, function):
    """Is it wrong on an instance that students do not see? (In their copy there is none.)"""
    seed = hidden_seed()
    if seed is None or not task.hidden:
        return False
    expected = expected_for(task, seed)
    for arguments, right in zip(expected.instances, expected.right):
        run = run_of(task, function, arguments, right)
        if not all_near(run.results, right, task.tolerance):
            return True
    return False
