"""The feedback room: graded tasks, and what is wrong with an answer.

    task.py         a task is a row of data; a mistake is a line of its reference, spoiled
    catalogue.py    the mistakes by name, and what to say
    comparison.py   are two results the same?
    running.py      a student's function, called safely
    diagnosis.py    from wrong numbers to the mistake behind them
    feedback.py     what the student sees; check, summary, personal
    sets/           the tasks of problem sets 01 to 13
    hidden.py       the instructor's seed, absent from the students' copy
"""

from .catalogue import CATALOGUE
from .feedback import Feedback, about, answer_key, check, forget, patient, personal, student, summary, tasks

__all__ = ["CATALOGUE", "Feedback", "about", "answer_key", "check", "forget", "patient", "personal", "student", "summary", "tasks"]
