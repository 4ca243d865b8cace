"""The feedback room: graded tasks, and what is wrong with an answer. Each file uses only those below it.

instructor.py   the seed of the hidden tests, and the answers; absent from the students' copy
calls.py        what a notebook calls: check, summary, personal, tasks
answers.py      an answer of any kind, judged
paper.py        an answer of numbers, judged; personal numbers
formulas.py     an answer that is a formula, judged
judging.py      from an answer to a Feedback; a function, judged
cells.py        the cells that stopped with an error: what they were to define is an older version
feedback.py     what the student sees
card.py         the same as a card in a notebook
diagnosis.py    from wrong numbers to the mistake behind them
structure.py    another number of results, other names, another container
randomness.py   were the results drawn at random?
running.py      a student's function, called safely
rounding.py     work on paper, in four significant digits
task.py         a task is a row of data; a mistake is a line of its reference, spoiled
pieces.py       spoiled references, run statement by statement
results.py      what a function returned, as the results that were asked for
same.py         are two results the same?
catalogue.py    the mistakes by name, and what to say

sets/           the tasks of problem sets 01 to 13; draws.py: inputs to try them on
"""

from importlib import import_module

from .calls import about, check, forget, patient, personal, student, summary, tasks
from .catalogue import CATALOGUE
from .cells import watch
from .feedback import Feedback

__all__ = [
    "CATALOGUE",
    "Feedback",
    "about",
    "check",
    "forget",
    "patient",
    "personal",
    "student",
    "summary",
    "tasks",
]

watch()


def __getattr__(name):
    if name != "answer_key":
        raise AttributeError(f"the feedback room has no {name!r}; it has: {', '.join(__all__)}")
    try:
        return import_module(f"{__name__}.instructor").answer_key
    except ImportError:
        raise AttributeError("answer_key is for instructors: the students' copy lacks it") from None
