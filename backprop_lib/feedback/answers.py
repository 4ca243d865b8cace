"""An answer of any kind, judged."""

from .cells import stale
from .diagnosis import fact
from .formulas import of_formula
from .judging import is_blank, judged, of_function
from .paper import of_numbers

KINDS = {"function": of_function, "numbers": of_numbers, "formula": of_formula}


def judge(task, answer, student):
    """The Feedback for an answer."""
    stopped = stale(answer)
    if stopped:
        name, error = stopped
        return judged(task, fact("cell_failed", what=name, factor=error))
    if is_blank(answer):
        return judged(task, fact("not_attempted"))
    return KINDS[task.kind](task, answer, student)
