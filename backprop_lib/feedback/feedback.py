"""What a student sees: points, where it goes wrong, why, and a hint. And the calls that lead there."""

import html
import inspect
import os
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from . import diagnosis as look
from .catalogue import message
from .comparison import difference, digits, short
from .running import OutOfTime, call, is_stub
from .task import TASKS

VISIBLE = 0
_earned = {}  # what `summary` adds up: the latest feedback for each task
_student = os.environ.get("BACKPROP_STUDENT", "")


@dataclass(frozen=True, repr=False)
class Feedback:
    """The answer of `check`. Printing it, or showing it in a notebook, tells all of it.

    passed: everything that could be checked here is right. points of possible: of the visible test cases, and of the hidden
    ones where they exist. hidden: points that only the instructor's copy can give. diagnosis: a key of the catalogue, or
    None; explanations: all sets of mistakes that give these very numbers (two keys together: two mistakes at once; two
    entries: a tie). message: the diagnosis in words. parts: {result: (points, of, verdict)}.
    """

    task: object
    passed: bool
    points: int
    possible: int
    message: str
    diagnosis: str | None = None
    explanations: tuple = ()
    hidden: int = 0
    failure: object = None
    arguments: dict = field(default_factory=dict)
    line: str = ""
    remarks: tuple = ()
    parts: dict = field(default_factory=dict)
    traceback: str = ""

    @property
    def attempted(self):
        return self.diagnosis != "not_attempted"

    def hint(self, n=1):
        """Hint n: 1 nudges, 2 describes the symptom, 3 is the worked line."""
        hints = self.task.hints
        if not 1 <= n <= len(hints):
            raise ValueError(f"task {self.task.id} has hints 1 to {len(hints)}; there is none with the number {n}")
        return hints[n - 1]

    def __bool__(self):
        return self.passed

    def __str__(self):
        return "\n".join(f"{label + ': ' if label else ''}{text}" for label, text in self._lines())

    __repr__ = __str__

    def _repr_html_(self):
        colour = "#116329" if self.passed else "#8a6d00" if not self.attempted else "#b3261e"
        rows = []
        for label, text in self._lines():
            label, text = html.escape(label), html.escape(text).replace("\n", "<br>")
            rows.append(f"<b>{label}</b> {text}" if label else f"<b>{text}</b>" if not rows else text)
        if self.traceback:
            rows.append(f"<details><summary>Python's own message</summary><pre>{html.escape(self.traceback)}</pre></details>")
        return f'<div style="border-left:4px solid {colour};padding:4px 12px;line-height:1.5">{"<br>".join(rows)}</div>'

    def _lines(self):
        yield "", self._head()
        if self.failure is not None:
            yield "Input", described(self.arguments)
            for label, text in (("Where", self._where()), ("Yours", self.failure.yours), ("Expected", self.failure.expected)):
                yield label, str(text)
        if self.line:
            yield "In your code", self.line
        if self.message:
            yield ("Diagnosis" if self.diagnosis or self.explanations else ""), self.message
        for name, (points, of, verdict) in self.parts.items() if not self.passed and len(self.parts) > 1 else ():
            yield f"{name}", f"{points} of {of}" + (", follows correctly from your earlier value" if verdict == "follows" else "")
        for remark in self.remarks:
            yield "Remark", remark
        if not self.passed and self.attempted and self.task.hints:
            yield f"Hint 1 of {len(self.task.hints)}", self.task.hints[0]

    def _head(self):
        mark = "✓" if self.passed else "✗" if self.attempted else "○"
        later = f"; {self.hidden} more are given by hidden tests, when it is graded" if self.hidden else ""
        return f"{mark} {self.task.id} {self.task.title}: {self.points} of {self.possible} points{later}"

    def _where(self):
        gap = self.failure
        return gap.where + (f" ({gap.wrong} of {gap.of} entries differ)" if gap.kind in ("value", "nan") and gap.of > 1 else "")


def described(arguments):
    return ", ".join(f"{name} {'is' if getattr(x, 'shape', None) else '='} {described_value(x)}" for name, x in arguments.items())


def described_value(x):
    if isinstance(x, np.ndarray) and x.size > 6:
        return f"an array {x.shape}"
    if isinstance(x, np.ndarray):
        return short(np.round(x, 4).tolist()) if x.ndim else digits(x)
    if isinstance(x, float):
        return digits(x)
    return getattr(x, "__name__", None) or short(x)


# ------------------------------------------------------------------------------------------ the calls


def tasks():
    """All tasks, as a list that prints as a table."""
    return TaskList(sorted(all_tasks().values(), key=lambda t: t.id))


class TaskList(list):
    def __repr__(self):
        return "\n".join(f"{t.id:<6}{t.possible:>3} + {t.hidden} points  {t.minutes:>3} min  {t.title}: {t.signature}" for t in self)


def about(task_id):
    """The row of data of one task; printing it says what is asked."""
    known = all_tasks()
    if task_id not in known:
        near = [key for key in known if key.startswith(str(task_id).split(".")[0] + ".")]
        raise ValueError(f"there is no task {task_id!r}; {'this set has ' + ', '.join(near) if near else 'bp.feedback.tasks() lists all'}")
    return known[task_id]


@cache
def all_tasks():
    from . import sets

    sets.load()
    return TASKS


def check(task_id, answer=None, student=None):
    """Judge an answer: a function, numbers (a dict by name, a tuple in order, or one number), or a formula as text.

    student: whose numbers, for a task with personal numbers; without it those of `bp.feedback.student(...)`.
    Never raises for what the answer does. Raises ValueError for a task that does not exist.
    """
    row = about(task_id)
    judge = {"function": of_function, "numbers": of_numbers, "formula": of_formula}[row.kind]
    result = judge(row, answer, _student if student is None else str(student)) if not blank(answer) else not_attempted(row)
    _earned[task_id] = result
    return result


def student(student_id):
    """Whose personal numbers `personal` and `check` use from now on."""
    global _student
    _student = str(student_id)
    return f"Your numbers are those of {_student}."


def personal(task_id, student_id=None):
    """The numbers of a pen-and-paper task for this student, the same on every computer."""
    row = about(task_id)
    if row.kind != "numbers":
        raise ValueError(f"task {task_id} is a {row.kind}: only tasks that are answered with numbers have personal ones")
    return dict(personal_numbers(row, _student if student_id is None else str(student_id))[0])


def answer_key(task_id, student_id):
    """For the instructor: the right answer for this student's numbers."""
    row = about(task_id)
    arguments, expected = personal_numbers(row, str(student_id))
    return dict(zip(row.returns, expected.right[0]))


def patient(task_id):
    """The broken function of a bug-clinic task, as text."""
    row = about(task_id)
    if not getattr(row, "patient", None):
        raise ValueError(f"task {task_id} is no patient of the bug clinic")
    return row.spoiled(next(m for m in row.mutants if m.key == row.patient))


@dataclass(frozen=True, repr=False)
class Summary:
    """Points over all tasks that were checked, and what is not decided yet."""

    points: int
    possible: int
    hidden: int
    rows: tuple

    def __str__(self):
        lines = [f"{'✓' if f.passed else '✗' if f.attempted else '○'} {f.task.id:<6}{f.points:>3} of {f.possible}" for f in self.rows]
        open_ = f" {self.hidden} more depend on hidden tests, which run when the work is graded." if self.hidden else ""
        return "\n".join([*lines, f"{self.points} of {self.possible} visible points.{open_}"])

    __repr__ = __str__


def summary(prefix=""):
    """What has been earned so far, in the tasks checked since the kernel started; `prefix="09"` for one set: all its tasks."""
    rows = [_earned[key] for key in sorted(_earned) if key.startswith(prefix)]
    if prefix:
        rows = [_earned.get(row.id) or not_attempted(row) for row in tasks() if row.id.startswith(prefix)]
    return Summary(sum(f.points for f in rows), sum(f.possible for f in rows), sum(f.hidden for f in rows), tuple(rows))


# ------------------------------------------------------------------------------------------ judging


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
    values = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, (tuple, list)) else [answer]
    return all(x is None or x is Ellipsis or isinstance(x, str) and not x.strip() for x in values)


def not_attempted(row):
    possible, hidden = out_of(row)
    return Feedback(row, False, 0, possible, message("not_attempted"), "not_attempted", (("not_attempted",),), hidden)


def out_of(row):
    """Points that can be earned here, and points that only the instructor's copy can give."""
    return (row.possible, row.hidden) if hidden_seed() is None else (row.possible + row.hidden, 0)


def judged(row, points, found=None, **more):
    """A Feedback for an answer that did not pass."""
    found = found or look.Diagnosis()
    possible, hidden = out_of(row)
    return Feedback(row, False, points, possible, found.text, found.key, found.explanations, hidden, **more)


def of_function(row, function, student):
    if not callable(function):
        return judged(row, 0, look.Diagnosis((), f"Task {row.id} asks for the function {row.signature}; this is {short(function)}."))
    expected = expected_for(row, VISIBLE)
    if found := wrong_arguments(row, function, expected.instances[0]):
        return judged(row, 0, found)
    function = by_name(function, row.parameters)
    first, *rest = expected.instances
    runs = [call(row, function, first)]
    if runs[0].ok or not isinstance(runs[0].error, (OutOfTime, NotImplementedError)):
        again = runs[0] if row.once else call(row, function, first)
        kept = not row.once and runs[0].ok and again.ok and state_fault(row, runs[0], again, expected)
        for arguments in rest:
            runs.append(call(row, function, arguments))
            if isinstance(runs[-1].error, OutOfTime):
                break
    fault = next((run for run in runs if isinstance(run.error, OutOfTime)), None)
    if fault:
        return judged(row, 0, look.fact("infinite_loop", factor=f"{row.seconds:g}"), arguments=fault.arguments, line=fault.line)
    if any(isinstance(run.error, NotImplementedError) for run in runs) or all(empty(run.result) for run in runs if run.ok) and (
        is_stub(function) or runs[0].result is Ellipsis or isinstance(runs[0].result, (tuple, dict))
    ) and all(run.ok for run in runs):
        return not_attempted(row)
    remarks = remarks_on(runs)
    outcomes = [look.unpacked(row, run.result, run.arguments) if run.ok else run.error for run in runs]
    failing = [(run, gap) for run, outcome, right in zip(runs, outcomes, expected.right) if (gap := gap_in(row, outcome, right))]
    if kept:
        return judged(row, 0, kept, remarks=remarks, arguments=first)
    if failing:
        return of_wrong_values(row, expected, runs, outcomes, failing, remarks)
    if fault := behaviour_fault(row, runs):
        return judged(row, row.possible // 2, fault, remarks=remarks)
    return with_hidden(row, function, remarks)


def of_wrong_values(row, expected, runs, outcomes, failing, remarks):
    run, gap = failing[0]
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
    start = "No mistake that we know gives these numbers."
    return f"{start} The first wrong result is {first}.{also}" if len(row.returns) > 1 else start


def gap_in(row, outcome, right):
    """The first difference between an outcome and the right results; an exception is one too."""
    if isinstance(outcome, BaseException) and not (isinstance(right, Exception) and look.alike(outcome, right)):
        return outcome
    if len(outcome) != len(right):
        return look_structure(row, outcome)
    gaps = (difference(y, e, name, row.tolerance) for y, e, name in zip(outcome, right, row.returns))
    return next((gap for gap in gaps if gap), None)


def look_structure(row, outcome):
    from .comparison import Difference, kind_of

    value = outcome[0] if len(outcome) == 1 else outcome
    found = f"{len(value)} results" if isinstance(value, (tuple, list)) else kind_of(value)
    return Difference("structure", "what is returned", found, f"{len(row.returns)} results: {', '.join(row.returns)}")


def empty(result):
    return result is None or result is Ellipsis or isinstance(result, (tuple, list, dict)) and len(result) > 0 and blank(result)


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
    return look.Diagnosis((("wrong_arguments",),), f"Your function takes {signature}; the task calls {row.signature}.")


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


def state_fault(row, run, again, expected):
    """Did the first call leave something behind for the second?"""
    before, after = (look.unpacked(row, r.result, r.arguments) for r in (run, again))
    if look.alike(before, after, row.tolerance):
        return None
    try:
        doubled = look.alike([2 * np.asarray(x) for x in before], after, row.tolerance)
    except (TypeError, ValueError):
        doubled = False
    if doubled and not gap_in(row, before, expected.right[0]):
        return look.fact("gradients_not_reset")
    if not doubled and run.result is not None and shares_memory(run.result, again.result):
        return look.fact("result_overwritten")
    return look.fact("different_on_second_call")


def shares_memory(a, b):
    a, b = (x if isinstance(x, (tuple, list)) else (x,) for x in (a, b))
    return any(isinstance(x, np.ndarray) and isinstance(y, np.ndarray) and np.shares_memory(x, y) for x, y in zip(a, b))


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
        remarks.append(f"your function prints ({short(printed.strip(), 40)}); a result is returned, prints are for looking")
    if shared := next((run.returned_input for run in runs if run.returned_input), ()):
        remarks.append(f"the result is the very array {', '.join(shared)}: whoever changes one changes the other; .copy() parts them")
    return tuple(remarks)


def with_hidden(row, function, remarks=()):
    """Everything visible is right; the hidden instances decide the rest, where they exist."""
    seed, visible = hidden_seed(), {n: (p, p, "right") for n, p in zip(row.returns, row.points)}
    possible, hidden = out_of(row)
    if seed is not None and row.hidden:
        expected = expected_for(row, seed)
        for arguments, right in zip(expected.instances, expected.right):
            run = call(row, function, arguments)
            outcome = look.unpacked(row, run.result, arguments) if run.ok else run.error
            if gap_in(row, outcome, right):
                words = "Right on the inputs that you see, wrong on hidden ones: does it depend on a size or a number of those?"
                return judged(row, row.possible, look.Diagnosis((), words), remarks=remarks, parts=visible)
    return Feedback(row, True, possible, possible, "", None, (), hidden, remarks=remarks, parts=visible)


# ------------------------------------------------------------------------------------------ numbers


@cache
def personal_numbers(row, student_id):
    """The arguments for this student, and what is expected: the first draw on which no two known mistakes look the same."""
    import hashlib

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
        return judged(row, 0, look.Diagnosis((), f"Task {row.id} is answered with numbers: {', '.join(row.returns)}."))
    outcome = look.unpacked(row, answer, arguments)
    right = expected.right[0]
    if len(outcome) == 1 and isinstance(outcome[0], dict) and len(right) > 1:
        outcome = [outcome[0].get(name) for name in row.returns]
    gaps = [None if len(outcome) == len(right) else look_structure(row, outcome)]
    if gaps[0] is None:
        gaps = [difference(y, e, name, row.tolerance) for y, e, name in zip(outcome, right, row.returns)]
    if not any(gaps):
        possible, hidden = out_of(row)
        return Feedback(row, True, possible, possible, "", None, (), hidden)
    found, gap = look.Diagnosis(), next(g for g in gaps if g)
    parts = {n: (p * (g is None), p, "right" if g is None else "wrong") for n, p, g in zip(row.returns, row.points, gaps)}
    if len(outcome) == len(right):
        found = look.diagnose(row, expected, [outcome])
        if not found.text and all(g is None or rounded(y, e) for y, e, g in zip(outcome, right, gaps)):
            found = look.fact("decimals_lost")
    if not found.text:
        names = [name for name, g in zip(row.returns, gaps) if g]
        found = look.Diagnosis((), f"No mistake that we know gives these numbers. Look again at {names[0]}.")
    hidden_truth = type(gap)(gap.kind, gap.where, gap.yours, "(the answer stays with you to find)", gap.wrong, gap.of)
    return judged(row, sum(p for p, _, _ in parts.values()), found, failure=hidden_truth, arguments=arguments, parts=parts)


def rounded(yours, expected):
    """Is this the expected number, cut to fewer decimals?"""
    if not isinstance(yours, (int, float)) or not isinstance(expected, (int, float)):
        return False
    _, _, decimals = repr(yours).partition(".")
    return "e" not in decimals and yours != 0 and round(float(expected), len(decimals) if decimals != "0" else 0) == yours


# ------------------------------------------------------------------------------------------ formulas


def of_formula(row, claim, student):
    from ..check.derivation import check_derivation

    if callable(claim) or not hasattr(claim, "__class__"):
        return judged(row, 0, look.Diagnosis((), f"Task {row.id} is answered with a formula, as text."))
    output = row.graph()
    try:
        verdict = check_derivation(claim, output, row.wrt)
    except (ValueError, TypeError) as error:
        return judged(row, 0, look.Diagnosis((), f"{error}"))
    possible, hidden = out_of(row)
    if verdict.ok:
        return Feedback(row, True, possible, possible, "", None, (), hidden)
    keys = sorted({key for key, text in row.mistakes.items() if same_formula(output, claim, text)})
    explanations = tuple((key,) for key in keys)
    words = " ".join(message(key, what="your formula") for key in keys)
    return judged(row, 0, look.Diagnosis(explanations, f"{words}\n{verdict}".strip()))


def same_formula(output, claim, text):
    """Do two formulas agree, in numbers, at three points? `claim` and `text` are in the letters of the graph."""
    from ..check.parsing import parse_formula
    from ..graph import symbolic, topological_order

    letters = {node.name: symbolic(node) for node in topological_order(output) if node.name}
    if not isinstance(claim, str):
        return False
    ours, theirs = (np.ravel(np.asarray(parse_formula(t, letters), object)) for t in (text, claim))
    if len(ours) != len(theirs):
        return False
    free = sorted(set().union(*(e.free_symbols for e in (*ours, *theirs))), key=str)
    for point in ([0.31, 0.57, 1.23, 0.83, 0.41], [0.73, 0.29, 0.61, 1.37, 0.17], [0.19, 0.91, 0.47, 0.67, 1.13]):
        at = {s: point[i % 5] + 0.01 * i for i, s in enumerate(free)}
        if not np.allclose([complex(e.evalf(subs=at)) for e in ours], [complex(e.evalf(subs=at)) for e in theirs], rtol=1e-9):
            return False
    return True


def forget():
    """Forget all points: for tests, and for a notebook that starts anew."""
    _earned.clear()
