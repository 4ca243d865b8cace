"""Every message that a student can get, read by rules. `faults` lists what is wrong with one of them.

    python -m tools.message_audit          all messages of single mistakes, to be read by a person
    python -m tools.message_audit 09       those of the tasks whose number begins with 09

The kill matrix hands over each message that it gets, those of pairs included. The rules know nothing about
truth: a person reads the list once, and the rules hold what that person has seen.
"""

import argparse
import re

import numpy as np

from backprop_lib.feedback.catalogue import CATALOGUE
from backprop_lib.feedback.diagnosis import in_words
from backprop_lib.feedback.same import near

BOTH = "Two mistakes at once explain all of your numbers. "
LISTED = "Your numbers fit several mistakes"
MAY_BEGIN_SMALL = {"exp", "erf", "tanh", "numpy", "relu"}
TARGET = re.compile(r"\b(target|label|prediction)s?\b")
A_TARGET = re.compile(r"target|label|log |cross-entropy|½\(|½‖|\(p − y\)²")
A_SQUARE = re.compile(r"½|²|square|\*\* 2")
MANY_EXAMPLES = re.compile(r"\bN\b|batch|\bmean\b")
ENDS = re.compile(r"[.?!][)\"']?$")
VERBS = "is|are|has|have|changes|change|lacks|lack"
COPY = ("work on a copy", "`.copy()`")


def faults(task, feedback, mistakes=(), expected=None):
    """What is wrong with the message of one answer, as sentences. mistakes: those that were planted;
    expected: what the task gives with and without them.
    """
    text = feedback.message
    if feedback.passed or not feedback.attempted:
        return []
    found = [*form(task, text), *grammar(task, text), *fitting(task, text)]
    if feedback.diagnosis == "not_judged":
        found.append("the answer could not be judged")
    keys = tuple(mistake.key for mistake in mistakes)
    if mistakes and expected and set(keys) in map(set, feedback.explanations) and not text.startswith(LISTED):
        found += about_the_mistakes(task, text, mistakes, expected)
    return [f"{fault}: {text}" for fault in found]


# ------------------------------------------------------------------------------------- the text by itself


def form(task, text):
    """Placeholders, gaps, the first letter, the end."""
    if "{" in text or "}" in text:
        yield "a placeholder is left"
    if "  " in text or " ," in text or " ." in text.replace(" .copy", ""):
        yield "two spaces, or one before a comma"
    if not text or text.startswith((":", " ")):
        yield "nothing stands at the beginning"
    sentence, _, said = text.partition(" Python says: ")
    for part in parts_of(sentence):
        first = re.match(r"\w*", part).group()
        is_small = first.islower() and first.isascii()
        if is_small and first not in names_of(task) | MAY_BEGIN_SMALL:
            yield f"{first!r} begins a sentence"
    if not ENDS.search(sentence):
        yield "there is no full stop"


def names_of(task):
    """Every name that the task, or the lecture's line in it, has."""
    text = task.statement + getattr(task, "source", "") + " ".join(getattr(task, "returns", ()))
    return set(re.findall(r"\w+", text)) | set(getattr(task, "returns", ()))


def parts_of(text):
    """The message of each mistake in a message about two, or in a list of several."""
    text = text.removeprefix(BOTH)
    if text.startswith(LISTED):
        _, *listed = re.split(r"\([abc]\) ", text)
        return [part for one in listed for part in parts_of(one.strip())]
    return text.split(" And also: ")


def subjects(task, text):
    """(names of results, verb) wherever a sentence says something about results."""
    names = "|".join(sorted(map(re.escape, getattr(task, "returns", ())), key=len, reverse=True))
    if not names:
        return
    several = rf"(?:{names})(?:(?:, | and )(?:{names}))*"
    for match in re.finditer(
        rf"(?:(?<=^)|(?<=[.:;,] )|(?<=, and )|(?<=argument ))({several})( (?:{VERBS}))?(?!\w)", text
    ):
        listed, verb = match.groups()
        yield re.split(r", | and ", listed), (verb or "").strip(), match


def grammar(task, text):
    """One is, two are."""
    for part in parts_of(text):
        for names, verb, _ in subjects(task, part):
            if verb in ("is", "has", "changes", "lacks") and len(names) > 1:
                yield f"several results and {verb!r}"
            if verb in ("are", "have", "change", "lack") and len(names) == 1:
                yield f"one result and {verb!r}"


def fitting(task, text):
    """Does the message speak of what the task has?"""
    statement = task.statement + " ".join(getattr(task, "parameters", ())) + task.title
    if TARGET.search(text) and not A_TARGET.search(statement):
        yield "there is no target here"
    if "½‖·‖²" in text and not A_SQUARE.search(statement):
        yield "there is no square here"
    if re.search(r"batch|\bN\b|examples?\b", text) and not has_examples(task, statement):
        yield "there is no batch here"
    source = getattr(task, "source", "")
    if "`keepdims` leaves" in text and "keepdims=True)\n    return" in source:
        yield "keepdims is right here"
    if getattr(task, "changes_input", False) and any(words in text for words in COPY):
        yield "this task is there to change its arguments"
    number = re.search(r"exactly ([\d.]+) times too \w+ in every entry, and \1 is", text)
    if "in every entry, and" in text and not number:
        yield "a factor without its number"
    if number and "N" not in getattr(task, "factors", {}):
        yield "there is no such factor"


def has_examples(task, statement):
    return bool(re.search(r"\bN\b|example|batch|sample|minibatch", statement))


# --------------------------------------------------------------------------------- the text and the numbers


def about_the_mistakes(task, text, mistakes, expected):
    """Each sentence names what is wrong because of its own mistake, and does not hold the right line."""
    parts = parts_of(text.partition(" Python says: ")[0])
    if len(parts) != len(mistakes):
        if text.startswith(BOTH):
            yield f"{len(parts)} messages for {len(mistakes)} mistakes"
        return  # the forms of two results, told as one fact
    for mistake in mistakes:
        wrong = changed_by(task, mistake, mistakes, expected)
        template = getattr(mistake, "say", None) or CATALOGUE[mistake.key].message
        if "{what}" in template:
            if in_words(wrong) not in text:
                yield f"{mistake.key} is about {in_words(wrong) or 'nothing'}"
            if not wrong:
                yield f"{mistake.key} names no result"
        for old, _ in getattr(mistake, "edits", ()):
            if len(mistakes) == 1 and gives_away(old, text):
                yield f"the right line {old!r} is given away"
    if len(mistakes) == 1 and task.kind == "function":
        yield from false_claims(task, parts[0], wrong)


def changed_by(task, mistake, mistakes, expected):
    """Names of the results that this mistake changes, on any instance: together with the others, or alone."""
    others = tuple(other for other in mistakes if other is not mistake)
    wrong = differences(task, expected, tuple(mistakes), others)
    return wrong or differences(task, expected, (mistake,), ())


def differences(task, expected, some, others):
    alike = dict.fromkeys(task.returns, True)
    for i, right in enumerate(expected.right):
        a = expected.spoiled_by(some, i)
        b = expected.spoiled_by(others, i) if others else right
        if a is None or b is None or not len(a) == len(b) == len(task.returns):
            return []
        for name, x, y in zip(task.returns, a, b):
            alike[name] &= bool(near(x, y, task.tolerance))
    return [name for name in task.returns if not alike[name]]


def false_claims(task, text, wrong):
    """A result that is right is called wrong, or the other way round."""
    for names, verb, match in subjects(task, text):
        rest = text[match.end() :]
        called_right = verb in ("is", "are") and re.match(r" right[.,;]", rest)
        called_wrong = match.start() == 0 and (verb or rest.startswith(":")) and not called_right
        for name in names:
            if wrong and called_right and name in wrong:
                yield f"{name} is called right, and is not"
            if wrong and called_wrong and name not in wrong:
                yield f"{name} is right, and is blamed"


def gives_away(line, text):
    """Does the message hold this piece of the right solution? A single name, or a word, is no solution."""
    piece = squeezed(line)
    return len(piece) >= 5 and bool(re.search(r"[-+·/@(]", piece)) and piece in squeezed(text)


def squeezed(text):
    text = text.replace("**2", "²").replace(" ** 2", "²").replace("-", "−").replace("*", "·")
    return re.sub(r"\s", "", text)


# ------------------------------------------------------------------------- answers whose fault is their form


def spoiled_in_form(judge):
    """(what was done, an answer): nothing is wrong with the mathematics, or nothing was computed."""
    task = judge.task
    if task.kind != "function":
        yield "a word", "no idea"
        yield "a function", lambda: 1.0
        yield "what is no answer", object()
        return
    f = task.reference

    def with_results(change):
        def answer(*values):
            results = f(*values)
            if not isinstance(results, tuple):
                return change((results,))
            return change(results)

        return answer

    def stops(*values):
        raise RuntimeError("no luck")

    def raises_as_soon_as_read(*values):
        return values[0].no_such_thing

    yield "stops with an error", stops
    yield "reads what is not there", raises_as_soon_as_read
    yield "returns None", with_results(lambda results: None)
    yield "returns text", with_results(lambda results: "text")
    yield "returns a function", with_results(lambda results: np.sum)
    yield "returns a generator", with_results(lambda results: (x for x in results))
    yield "one result too many", with_results(lambda results: (*results, 1.0))
    yield "other names", with_results(lambda results: {f"my_{i}": x for i, x in enumerate(results)})
    yield (
        "everything 0",
        with_results(lambda results: tuple(x * 0 for x in results) if all_numbers(results) else 0),
    )
    yield "takes nothing", lambda: None
    yield "not a function", 3.14
    yield "its name as text", f.__name__
    if all_numbers(judge.expected_results()):
        yield "3.7 times too big", with_results(lambda results: one_or_all(3.7 * x for x in results))
        yield (
            "the first one left at 0",
            with_results(lambda results: one_or_all((0 * results[0], *results[1:]))),
        )
        yield "cut to whole numbers", with_results(lambda results: one_or_all(np.trunc(x) for x in results))
        yield "shifted", with_results(lambda results: one_or_all(x + 0.1234 for x in results))
        yield (
            "a list in place of an array",
            with_results(lambda results: one_or_all(np.asarray(x)[None] for x in results)),
        )
    if len(task.returns) > 1:
        yield "the other way round", with_results(lambda results: results[::-1])
        yield "the first one alone", with_results(lambda results: results[0])


def all_numbers(results):
    return all(isinstance(x, (int, float, np.ndarray, np.number)) for x in results)


def one_or_all(results):
    results = tuple(results)
    return results if len(results) > 1 else results[0]


def main(wanted):
    """Print what `check` says to each single mistake, for a person to read."""
    import backprop_lib as bp
    from tools.kill_matrix import Judge

    for task in bp.feedback.tasks():
        if not task.id.startswith(wanted):
            continue
        print(f"\n{task.id} {task.title}\n{task.signature}")
        judge = Judge(task)
        for mistake, answer in judge.planted():
            print(f"    {mistake.key}: {judge.check(answer).message}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m tools.message_audit", description=__doc__.splitlines()[0]
    )
    parser.add_argument("wanted", nargs="?", default="", metavar="NN", help="tasks whose number begins so")
    main(parser.parse_args().wanted)
