"""The feedback room: graded tasks, and what is wrong with an answer.

task.py         a task is a row of data; a mistake is a line of its reference, spoiled
catalogue.py    the mistakes by name, and what to say
comparison.py   are two results the same?
running.py      a student's function, called safely
diagnosis.py    from wrong numbers to the mistake behind them
judging.py      an answer, judged: a function, numbers, a formula
feedback.py     what the student sees
calls.py        what a notebook calls: check, summary, personal, tasks
sets/           the tasks of problem sets 01 to 13
hidden.py       the instructor's seed, absent from the students' copy
"""

from .calls import about, answer_key, check, forget, patient, personal, student, summary, tasks
from .catalogue import CATALOGUE
from .feedback import Feedback

__all__ = [
    "CATALOGUE",
    "Feedback",
    "about",
    "answer_key",
    "check",
    "forget",
    "patient",
    "personal",
    "student",
    "summary",
    "tasks",
]
