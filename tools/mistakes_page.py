"""List the catalogue of mistakes for a reader: ``python -m tools.mistakes_page`` writes docs/mistakes.md."""

from pathlib import Path

from backprop_lib.feedback.calls import all_tasks
from backprop_lib.feedback.catalogue import CATALOGUE

PAGE = Path(__file__).parent.parent / "docs" / "mistakes.md"
HEAD = """\
# The mistakes that the exercises name

The keys are stable: `bp.feedback.check(…).diagnosis` is one of them, or None. A mistake is named only if it
reproduces the student's numbers on every instance of the task and no other does. A key without tasks can be
found in any of them.

| key | tasks | what a student is told |
|---|---|---|
"""


def page():
    """The page as text: every key, the tasks in which it is looked for, and what a student is told."""
    where = {key: set() for key in CATALOGUE}
    for task in all_tasks().values():
        for key in keys(task):
            where[key].add(task.id)
    rows = []
    for key, mistake in CATALOGUE.items():
        text = mistake.message.replace("{what}", "dW").replace("{factor}", "…").replace("|", "\\|")
        rows.append(f"| `{key}` | {', '.join(sorted(where[key]))} | {text} |\n")
    return HEAD + "".join(rows)


def keys(task):
    """The mistakes that are looked for in one task; those of a formula are a dictionary."""
    return list(task.mistakes) if task.kind == "formula" else [mistake.key for mistake in task.mutants]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.name}: {len(CATALOGUE)} mistakes")
