"""What a student sees: points, the place, yours and expected, the diagnosis, a hint; as text and as HTML."""

import html
from dataclasses import dataclass, field

import numpy as np

from .comparison import digits, short


@dataclass(frozen=True, repr=False)
class Feedback:
    """The answer of `check`. Printing it, or showing it in a notebook, tells all of it.

    passed: everything that could be checked here is right. points of possible: of the visible test cases, and
    of the hidden ones where they exist. hidden: points that only the instructor's copy can give. diagnosis: a
    key of the catalogue, or None; explanations: all sets of mistakes that give these very numbers (two keys
    together: two mistakes at once; two
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
    verdict: object = None  # of a formula: simplified only when it is shown, which takes sympy a second

    @property
    def attempted(self):
        return self.diagnosis != "not_attempted"

    def hint(self, n=1):
        """Hint n: 1 nudges, 2 describes the symptom, 3 is the worked line."""
        hints = self.task.hints
        if not 1 <= n <= len(hints):
            raise ValueError(
                f"task {self.task.id} has hints 1 to {len(hints)}; there is none with the number {n}"
            )
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
            label, text = html.escape(label), html.escape(text).replace("\n", "<br>").replace("  ", " &nbsp;")
            rows.append(f"<b>{label}</b> {text}" if label else f"<b>{text}</b>" if not rows else text)
        if self.traceback:
            rows.append(
                f"<details><summary>Python's own message</summary><pre>{html.escape(self.traceback)}</pre></details>"
            )
        return f'<div style="border-left:4px solid {colour};padding:4px 12px;line-height:1.5">{"<br>".join(rows)}</div>'

    def _lines(self):
        yield "", self._head()
        if self.failure is not None:
            yield "Input", described(self.arguments)
            for label, text in (
                ("Where", self._where()),
                ("Yours", self.failure.yours),
                ("Expected", self.failure.expected),
            ):
                yield label, str(text)
        if self.line:
            yield "In your code", self.line
        if self.message:
            yield ("Diagnosis" if self.diagnosis or self.explanations else ""), self.message
        if self.verdict is not None and not self.passed:
            yield "", str(self.verdict)
        for name, (points, of, verdict) in (
            self.parts.items() if not self.passed and len(self.parts) > 1 else ()
        ):
            yield (
                f"{name}",
                f"{points} of {of}"
                + (", follows correctly from your earlier value" if verdict == "follows" else ""),
            )
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
        return gap.where + (
            f" ({gap.wrong} of {gap.of} entries differ)"
            if gap.kind in ("value", "nan") and gap.of > 1
            else ""
        )


def described(arguments):
    return ", ".join(
        f"{name} {'is' if getattr(x, 'shape', None) else '='} {described_value(x)}"
        for name, x in arguments.items()
    )


def described_value(x):
    if isinstance(x, np.ndarray) and x.size > 6:
        return f"an array {x.shape}"
    if isinstance(x, np.ndarray):
        return short(np.round(x, 4).tolist()) if x.ndim else digits(x)
    if isinstance(x, float):
        return digits(x)
    return getattr(x, "__name__", None) or short(x)
