"""What a notebook calls: check and summary, the tasks, personal numbers; and the instructor's answer key."""

import os
from dataclasses import dataclass
from functools import cache

from .judging import blank, not_attempted, of_formula, of_function, of_numbers, personal_numbers
from .task import TASKS

_earned = {}  # what `summary` adds up: the latest feedback for each task
_student = os.environ.get("BACKPROP_STUDENT", "")


def tasks():
    """All tasks, as a list that prints as a table."""
    return TaskList(sorted(all_tasks().values(), key=lambda t: place(t.id)))


def place(task_id):
    """Where a task stands in the list: 13.10 comes after 13.9."""
    return [int(part) for part in task_id.split(".")]


class TaskList(list):
    def __repr__(self):
        return "\n".join(
            f"{t.id:<6}{t.possible:>3} + {t.hidden} points  {t.minutes:>3} min  {t.title}: {t.signature}"
            for t in self
        )


def about(task_id):
    """The row of data of one task; printing it says what is asked."""
    known = all_tasks()
    if task_id not in known:
        near = [key for key in known if key.startswith(str(task_id).split(".")[0] + ".")]
        hint = f"this set has {', '.join(near)}" if near else "bp.feedback.tasks() lists all"
        raise ValueError(f"there is no task {task_id!r}; {hint}")
    return known[task_id]


@cache
def all_tasks():
    from . import sets

    sets.load()
    return TASKS


def check(task_id, answer=None, student=None):
    """Judge an answer: a function, numbers (a dict by name, a tuple in order, or one number), or a formula as
    text.

    student: whose numbers, for a task with personal numbers; without it those of `bp.feedback.student(...)`.
    Never raises for what the answer does. Raises ValueError for a task that does not exist.
    """
    row = about(task_id)
    judge = {"function": of_function, "numbers": of_numbers, "formula": of_formula}[row.kind]
    result = (
        judge(row, answer, _student if student is None else str(student))
        if not blank(answer)
        else not_attempted(row)
    )
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
        raise ValueError(
            f"task {task_id} is a {row.kind}: only tasks that are answered with numbers have personal ones"
        )
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
        lines = [
            f"{'✓' if f.passed else '✗' if f.attempted else '○'} {f.task.id:<6}{f.points:>3} of {f.possible}"
            for f in self.rows
        ]
        open_ = (
            f" {self.hidden} more depend on hidden tests, which run when the work is graded."
            if self.hidden
            else ""
        )
        return "\n".join([*lines, f"{self.points} of {self.possible} visible points.{open_}"])

    __repr__ = __str__


def summary(prefix=""):
    """What has been earned so far, in the tasks checked since the kernel started; `prefix="09"` for one set:
    all its tasks.
    """
    rows = [_earned[key] for key in sorted(_earned, key=place) if key.startswith(prefix)]
    if prefix:
        rows = [_earned.get(row.id) or not_attempted(row) for row in tasks() if row.id.startswith(prefix)]
    return Summary(
        sum(f.points for f in rows), sum(f.possible for f in rows), sum(f.hidden for f in rows), tuple(rows)
    )


def forget():
    """Forget all points: for tests, and for a notebook that starts anew."""
    _earned.clear()
