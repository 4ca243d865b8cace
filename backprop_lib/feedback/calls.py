"""What a notebook calls: check and summary, the tasks, personal numbers."""

import os
import threading
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from .. import __version__
from .answers import judge
from .judging import unjudged
from .paper import personal_numbers
from .running import put_back
from .task import TASKS

_earned = {}  # what `summary` adds up: the latest feedback for each task
_student = os.environ.get("BACKPROP_STUDENT", "")
NOBODY = {"", "id", "your id", "my id", "your name", "name", "student", "student id", "...", "…"}


@cache
def all_tasks():
    """{id: task}."""
    from . import sets

    sets.load()
    return TASKS


def place(task_id):
    """Where a task stands in the list: 13.10 comes after 13.9."""
    return [int(part) for part in task_id.split(".")]


class TaskList(list):
    def __repr__(self):
        lines = []
        for task in self:
            points = f"{task.possible:>3} + {task.hidden} points  {task.minutes:>3} min"
            lines.append(f"{task.id:<6}{points}  {task.title}: {task.signature}")
        return "\n".join(lines)


def tasks():
    """All tasks, as a list that prints as a table."""
    return TaskList(sorted(all_tasks().values(), key=lambda task: place(task.id)))


def about(task_id):
    """The row of data of one task; printing it says what is asked."""
    known = all_tasks()
    if task_id in known:
        return known[task_id]
    number = str(task_id).split(".")[0]
    near = [key for key in known if key.startswith(f"{number}.")]
    hint = f"this set has {', '.join(near)}" if near else "bp.feedback.tasks() lists all"
    raise ValueError(f"there is no task {task_id!r}; {hint}")


def check(task_id, answer=None, student=None):
    """Judge an answer: a function, numbers (a dict by name, a tuple in order, or one number), or a formula as
    text.

    A function is anything that can be called with the arguments of the task: a `def`, a lambda, a method, a
    `partial`, an object with `__call__`. Its name as text is none. Several results may come back in whatever
    unpacks into as many, or in a dict or a dataclass by their names; a number may be an int, a float, a
    Fraction, a Decimal, a number of numpy or sympy. Lists count as arrays; shapes count.

    student: whose numbers, for a task with personal numbers; without it those of `bp.feedback.student(...)`.
    Never raises for what the answer does. A function that runs too long is stopped, and only a single call
    into C that takes hours, or one that ends the kernel, cannot be. Raises ValueError for a task that does
    not exist.
    """
    task = about(task_id)
    replaced = put_back()
    try:
        feedback = judge(task, answer, _student if student is None else str(student))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        feedback = unjudged(task, error)
    if replaced:
        words = f"{', '.join(replaced)} had been replaced in this notebook; Python's own is back in its place"
        feedback = replace(feedback, remarks=(*feedback.remarks, words))
    _earned[task_id] = feedback
    return feedback


def student(student_id):
    """Whose personal numbers `personal` and `check` use from now on; the words that stand in for a name are
    refused.
    """
    global _student
    threading.Thread(target=import_module, args=("backprop_lib.check.derivation",), daemon=True).start()
    name = str(student_id).strip()
    if name.lower().strip("<>[]\"'") in NOBODY:
        return f"{name!r} is not a name: put the one under which you hand in between the quotation marks."
    _student = name
    return f"Your numbers are those of {_student}."


def personal(task_id, student_id=None):
    """The numbers of a pen-and-paper task for this student, the same on every computer."""
    task = about(task_id)
    if task.kind != "numbers":
        only = "only tasks that are answered with numbers have personal ones"
        raise ValueError(f"task {task_id} is a {task.kind}: {only}")
    arguments, _ = personal_numbers(task, _student if student_id is None else str(student_id))
    return dict(arguments)


def patient(task_id):
    """The broken function of a bug-clinic task, as text."""
    task = about(task_id)
    if not getattr(task, "patient", None):
        raise ValueError(f"task {task_id} is no patient of the bug clinic")
    return task.spoiled(next(mistake for mistake in task.mutants if mistake.key == task.patient))


@dataclass(frozen=True, repr=False)
class Summary:
    """Points over all tasks that were checked, and what is not decided yet. hidden: points that only hidden
    tests can give, where there are none of those.
    """

    points: int
    possible: int
    hidden: int
    rows: tuple

    def __str__(self):
        lines = [f"{row.mark} {row.task.id:<6}{in_words(*split(row))}" for row in self.rows]
        total = [sum(column) for column in zip(*map(split, self.rows))] or [0, 0, 0, 0]
        words = f"{total[0]} of {total[1]} visible points"
        if total[3]:
            words += f", {total[2]} of {total[3]} for hidden tests"
        words += "."
        if self.hidden:
            words += f" {self.hidden} more depend on hidden tests, which run when the work is graded."
        return "\n".join([*lines, words, f"backprop_lib {__version__}"])

    __repr__ = __str__


def split(row):
    """Visible points, of how many; points for hidden tests, of how many: a Feedback adds them up."""
    visible = row.task.possible
    return min(row.points, visible), visible, max(row.points - visible, 0), row.possible - visible


def in_words(points, visible, earned, hidden):
    words = f"{points:>3} of {visible}"
    return f"{words} + {earned} of {hidden} hidden" if hidden else words


def summary(prefix=""):
    """What has been earned so far, in the tasks checked since the kernel started; `prefix="09"` for one set:
    all its tasks.
    """
    rows = []
    for task in tasks():
        if task.id in _earned and task.id.startswith(prefix):
            rows.append(_earned[task.id])
        elif prefix and task.id.startswith(prefix):
            rows.append(judge(task, None, ""))
    totals = (sum(getattr(row, name) for row in rows) for name in ("points", "possible", "hidden"))
    return Summary(*totals, tuple(rows))


def forget():
    """Forget all points: for tests, and for a notebook that starts anew."""
    _earned.clear()
