"""An answer that is a formula, judged by the course's own check of derivations."""

from .catalogue import message
from .diagnosis import Diagnosis
from .judging import judged, refused


def of_formula(task, claim, student):
    # sympy takes half a second to import: only who asks for it waits
    from ..check.derivation import check_derivation

    if callable(claim):
        return refused(task, f"Task {task.id} is answered with a formula, as text.")
    output = task.graph()
    try:
        verdict = check_derivation(claim, output, task.wrt)
    except (ValueError, TypeError) as error:
        return refused(task, str(error))
    if verdict.ok:
        return judged(task, passed=True)
    keys = sorted(key for key, formula in task.mistakes.items() if verdict.same_as(formula))
    words = " ".join(message(key, what="your formula") for key in keys)
    words = words or f"Your formula is not ∂{output.name}/∂{task.wrt}."
    return judged(task, Diagnosis(tuple((key,) for key in keys), words), verdict=verdict)
