"""The mistakes that students make, by name: what to say when one of them is found.

catalogue.txt has a line for each: its key, the number of its row in the list that the course collected from
forums, issues and lectures (if it is there), and the message. A message says what the numbers show and why,
and stops short of the corrected line, which is what the third hint is for. In a message {what} stands for the
results that are wrong; {factor} for a number in them that explains it.

families.txt says where a mistake is known: its key, its forms in words, the ids of the tasks, and the tasks
that were considered and left out, each with the reason. A key may have several lines.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    key: str
    number: int | None  # row of the list of misconceptions
    message: str


def read():
    """{key: mistake}."""
    found = {}
    for line in Path(__file__).with_name("catalogue.txt").read_text("utf-8").splitlines():
        key, number, text = (part.strip() for part in line.split("|", 2))
        found[key] = Mistake(key, int(number) if number else None, text)
    return found


@dataclass(frozen=True)
class Family:
    """One mistake in all its forms. tasks: ids of the tasks that know it; left_out: {id: why not there}."""

    key: str
    words: str
    tasks: tuple
    left_out: dict


def families():
    """The lines of families.txt, in order."""
    found = []
    for line in Path(__file__).with_name("families.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        key, words, tasks, reasons = (part.strip() for part in line.split("|"))
        left_out = {}
        for reason in filter(None, reasons.split(";")):
            task_id, why = reason.split(":", 1)
            left_out[task_id.strip()] = why.strip()
        found.append(Family(key, words, tuple(tasks.replace(",", " ").split()), left_out))
    return found


CATALOGUE = read()


BATCH_SIZE = "N"  # the one factor that is known without its number
# dX, dW and db are, not is
MANY = {
    "{what} is the transpose of the right answer": "{what} are the transposes of the right answers",
    "{what} is ": "{what} are ",
    "{what} changes ": "{what} change ",
    "{what} has ": "{what} have ",
    "argument {what}": "arguments {what}",
}


def message(key, say=None, what="", factor=""):
    """What to tell the student; `say` is what a task says in place of the catalogue."""
    text = say or CATALOGUE[key].message
    if " and " in what:
        for one, many in MANY.items():
            text = text.replace(one, many)
    text = text.replace("{what}", what or "the result").replace("{factor}", str(factor) or BATCH_SIZE)
    return text[0].upper() + text[1:] if text.startswith(("the ", "your ")) else text
