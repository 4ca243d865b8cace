"""What a student sees: points, the place, yours and expected, the diagnosis, a hint; as text and as HTML."""

from dataclasses import dataclass, field

import numpy as np

from .. import check
from .card import feedback_card
from .same import Difference, digits, short
from .task import Formula, Task

# What is wrong is not what was computed: a hint about the computation would be about another mistake.
NOT_COMPUTATION = {
    "answer_as_text", "cell_failed", "different_on_second_call", "extra_elements", "infinite_loop",
    "input_modified", "interrupted", "not_computed", "not_judged", "outputs_in_wrong_order",
    "parameters_in_wrong_order", "raises", "random_result", "result_overwritten", "size_one_axis",
    "warns", "wrong_arguments", "wrong_container", "wrong_names", "wrong_number_of_results", "wrong_shape",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Feedback:
    """The answer of `check`. Printing it, or showing it in a notebook, tells all of it.

    passed: everything that could be checked here is right. points of possible: of the visible test cases, and
    of the hidden ones where they exist. hidden: points that only the instructor's copy can give. diagnosis: a
    key of the catalogue, or None; explanations: all sets of mistakes that give these very numbers (two keys
    together: two mistakes at once; two entries: a tie). message: the diagnosis in words. failure: the first
    difference, on the instance `arguments`; line: of the student's code that raised. parts: {result: (points,
    of, verdict)}. verdict: of a formula.
    """

    task: Task | Formula
    passed: bool
    points: int
    possible: int
    message: str
    diagnosis: str | None = None
    explanations: tuple = ()
    hidden: int = 0
    failure: Difference | None = None
    arguments: dict = field(default_factory=dict)
    line: str = ""
    remarks: tuple = ()
    parts: dict = field(default_factory=dict)
    traceback: str = ""
    verdict: "check.derivation.Verdict | None" = None

    @property
    def attempted(self):
        return self.diagnosis != "not_attempted"

    @property
    def mark(self):
        if self.passed:
            return "✓"
        return "✗" if self.attempted else "○"

    def hint(self, n=1):
        """Hint n: 1 nudges, 2 describes the symptom, 3 is the worked line."""
        hints = self.task.hints
        if not 1 <= n <= len(hints):
            known = f"hints 1 to {len(hints)}; there is none with the number {n}"
            raise ValueError(f"task {self.task.id} has {known}")
        return hints[n - 1]

    @property
    def first_hint(self):
        """Hint 1 if it can be of use: not with a right answer, not before there is one, and not where the
        diagnosis is about something else than what was computed.
        """
        named = set().union(*self.explanations)
        if self.passed or not self.attempted or named & NOT_COMPUTATION or not self.task.hints:
            return ""
        return self.task.hints[0]

    def __bool__(self):
        return self.passed

    def __str__(self):
        return "\n".join(f"{label}: {text}" if label else text for label, text in self._lines())

    __repr__ = __str__

    def _repr_html_(self):
        return feedback_card(self)

    def _lines(self):
        """(label, text) for each line."""
        lines = [("", self._head())]
        if self.failure:
            lines += [
                ("Input", described(self.arguments)),
                ("Where", self._where()),
                ("Yours", self.failure.yours),
                ("Expected", self.failure.expected),
            ]
        lines += [
            ("In your code", self.line),
            ("Diagnosis" if self.explanations else "", self.message),
            ("", "" if self.passed or self.verdict is None else str(self.verdict)),
        ]
        if not self.passed and len(self.parts) > 1:
            lines += [(name, credit(*part)) for name, part in self.parts.items()]
        lines += [("Remark", remark) for remark in self.remarks]
        lines.append((f"Hint 1 of {len(self.task.hints)}", self.first_hint))
        return [(label, text) for label, text in lines if text]

    def _head(self):
        later = f"; {self.hidden} more are given by hidden tests, when it is graded" if self.hidden else ""
        points = f"{self.points} of {self.possible} points{later}"
        return f"{self.mark} {self.task.id} {self.task.title}: {points}"

    def _where(self):
        gap = self.failure
        return f"{gap.where} ({gap.wrong} of {gap.of} entries differ)" if gap.of > 1 else gap.where


def credit(points, of, verdict):
    follows = ", follows correctly from your earlier value" if verdict == "follows" else ""
    return f"{points} of {of}{follows}"


def described(arguments):
    """The arguments of a call in one line."""
    words = []
    for name, x in arguments.items():
        verb = "is" if getattr(x, "shape", None) else "="
        words.append(f"{name} {verb} {described_value(x)}")
    return ", ".join(words)


def described_value(x):
    if isinstance(x, np.ndarray) and x.size > 6:
        return f"an array {x.shape}"
    if isinstance(x, np.ndarray) and x.ndim:
        return short(repr(np.round(x, 4).tolist()))
    if isinstance(x, (float, np.ndarray)):
        return digits(x)
    return getattr(x, "__name__", None) or short(repr(x))
