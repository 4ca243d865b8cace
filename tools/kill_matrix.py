"""Does the feedback engine name every mistake, and never accuse correct work? `make kill-matrix` answers for
every task.

    blank      a stub must be "not attempted yet"
    single     each mistake of the task alone: rejected, and named (or listed in a tie)
    pair       two of them at once: rejected, and both named
    correct    right answers in several styles: full points
    student    wrong solutions written by hand (tools/answers/student_mistakes.py): rejected, and diagnosed
    as expected

"silent" is rejected without a name. "simpler" is a pair for which one of the two is a full description of the
numbers ("dX and dW are exactly N times too big"). A wrong accusation is a diagnosis with a mistake in it that
was not made.
"""

import itertools
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import backprop_lib as bp
from backprop_lib.feedback.judging import VISIBLE, expected_for, personal_numbers
from backprop_lib.feedback.running import quiet_call
from backprop_lib.feedback.task import Wrong

STUDENT = "kill-matrix"


def answer_of(task, function):
    """What a student would hand in: the function, or its numbers for a task that is answered with numbers."""
    if task.kind == "function" or function is None:
        return function
    arguments, _ = personal_numbers(task, STUDENT)
    return function(**arguments)


def check(task, answer):
    return bp.feedback.check(task.id, answer, STUDENT)


def expected(task):
    return personal_numbers(task, STUDENT)[1] if task.kind == "numbers" else expected_for(task, VISIBLE)


def marks(task, *mistakes):
    """Fingerprints of what these mistakes give on each instance; None if they do not go together."""
    those = expected(task)
    found = [those.spoiled_by(mistakes, i) for i in range(len(those.instances))]
    return None if None in found else found


def verdict(feedback, keys):
    """How a rejected answer was diagnosed: named, tie, simpler, silent or accused."""
    named = [set(explanation) for explanation in feedback.explanations]
    if not named or not feedback.diagnosis and set(keys) not in named and feedback.diagnosis == "raises":
        return "silent"
    if set(keys) in named:
        return "named" if len(named) == 1 else "tie"
    if all(explanation <= {"raises"} for explanation in named):
        return "silent"
    return "simpler" if any(explanation < set(keys) for explanation in named) else "accused"


def singles(task):
    """(mistake, verdict) for each mistake; a formula task compares formulas."""
    for mistake in task.mutants if task.kind != "formula" else [Wrong(key) for key in task.mistakes]:
        if task.kind == "formula":
            answer = task.mistakes[mistake.key]
        else:
            function = task.mutant(mistake)
            if function is None:
                yield mistake, "does not apply"
                continue
            answer = answer_of(task, function)
        feedback = check(task, answer)
        yield mistake, "ACCEPTED" if feedback.passed else verdict(feedback, [mistake.key])


def pairs(task):
    if task.kind == "formula" or task.patient and task.id != "13.06":  # all patients have the same mistakes
        return
    alone = [marks(task, mistake) for mistake in task.mutants]
    known = [expected(task).right, *(found for found in alone if found)]
    same = bp.feedback.same.all_near
    for a, b in itertools.combinations(task.mutants, 2):
        if a.key == b.key or (found := marks(task, a, b)) is None:
            continue
        if any(all(map(same, found, other)) for other in known):
            continue  # one of the two hides the other
        feedback = check(task, answer_of(task, task.mutant(a, b)))
        yield (a, b), "ACCEPTED" if feedback.passed else verdict(feedback, [a.key, b.key])


def styles(task):
    """The reference in other forms: what a student may hand in just as well."""
    if task.kind == "formula":
        yield from (("as it is", task.answer), ("with spaces", f" {task.answer} "), ("doubled, halved", f"2*({task.answer})/2"),
                    ("plus nothing", f"0 + ({task.answer})"))  # fmt: skip
        return
    f = task.reference
    if task.kind == "numbers":
        values = answer_of(task, f)
        values = values if isinstance(values, tuple) and len(task.returns) > 1 else (values,)
        named = dict(zip(task.returns, values))
        yield from (("by name", named), ("in order", values if len(values) > 1 else values[0]))
        yield (
            "numpy numbers",
            {name: np.asarray(x) if isinstance(x, float) else x for name, x in named.items()},
        )
        yield (
            "six digits",
            {name: float(f"{x:.6g}") if isinstance(x, float) else x for name, x in named.items()},
        )
        return
    yield "the reference", f
    yield "any argument names", lambda *values: f(*values)
    yield "a list of results", lambda *values: list(r) if isinstance(r := f(*values), tuple) else r
    if len(task.returns) > 1 and not task.changes_input:
        yield (
            "a dict of results",
            lambda *values: dict(zip(task.returns, r)) if isinstance(r := f(*values), tuple) else r,
        )
    if not task.once and any(
        isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in task.instances()[0].values()
    ):
        yield "columns first in memory", lambda *values: f(*map(fortran, values))
    if not task.once and well_conditioned(task):
        yield "float32", lambda *values: f(*map(single_precision, values))
    names = ", ".join(task.parameters)
    yield "by name only", eval(f"lambda *, {names}: reference({names})", {"reference": f})


def well_conditioned(task):
    """Seven digits of the inputs are enough for the results. (For a difference quotient they are not.)"""

    def coarse(*values):
        return task.reference(
            *(x.astype(float) if x is not y else x for x, y in zip(map(single_precision, values), values))
        )

    those = expected(task)
    return all(
        bp.feedback.same.all_near(quiet_call(task, coarse, those.instances[i]), right, 2e-5)
        for i, right in enumerate(those.right)
    )


def single_precision(x):
    return x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def fortran(x):
    return np.asfortranarray(x) if isinstance(x, np.ndarray) else x


def correct(task):
    from tools.answers.correct_variants import VARIANTS

    for style, answer in itertools.chain(styles(task), VARIANTS.get(task.id, {}).items()):
        feedback = check(task, answer)
        yield (
            style,
            "accepted"
            if feedback.passed and feedback.points == feedback.possible
            else f"REFUSED\n{feedback}",
        )


def blanks(task):
    def stub(*args):
        raise NotImplementedError

    def dots(*args): ...

    for answer in (
        (stub, dots, None, ...)
        if task.kind == "function"
        else (None, ..., "", dict.fromkeys(getattr(task, "returns", "x")))
    ):
        yield check(task, answer).diagnosis == "not_attempted"


def written_by_hand(task):
    """For each wrong solution: "" if it is diagnosed as it is due, else what happened."""
    from tools.answers.student_mistakes import MISTAKES

    for code, wanted in (row[1:] for row in MISTAKES if row[0] == task.id):
        feedback = check(task, answer_from(task, code))
        found = "PASSED" if feedback.passed else feedback.diagnosis or feedback.explanations or None
        yield (
            ""
            if found == wanted and not feedback.passed
            else f"{task.id} by hand, due {wanted}, found {found}:{code}"
        )


def answer_from(task, code):
    """The function that a piece of a student's code defines, the numbers, or the formula itself."""
    if task.kind == "formula":
        return code
    namespace = {"np": np}
    exec(compile(code, "<student>", "exec"), namespace)
    return next(x for name, x in namespace.items() if callable(x) and not name.startswith("_"))


def report(task_id):
    """(line of the matrix, what was counted, what is not as it should be) for one task."""
    task = bp.feedback.about(task_id)
    blank, one, two, right = list(blanks(task)), list(singles(task)), list(pairs(task)), list(correct(task))
    hand = list(written_by_hand(task))
    alone, both, accepted = (Counter(v for _, v in rows) for rows in (one, two, right))
    line = (f"{task_id:<7}{sum(blank):>3}/{len(blank)}{len(one):>8}{alone['named']:>7}{alone['tie']:>5}{len(two):>7}{both['named']:>7}"
            f"{both['tie']:>5}{accepted['accepted']:>6}/{len(right)}{sum(not text for text in hand):>6}/{len(hand)}")  # fmt: skip
    counts = Counter(
        {
            "blank": len(blank),
            "blank right": sum(blank),
            "correct": len(right),
            "correct right": accepted["accepted"],
        }
    )
    counts += Counter(
        {
            "hand": len(hand),
            "hand right": sum(not text for text in hand),
            "single": len(one),
            "pair": len(two),
        }
    )
    counts += Counter({f"single {v}": n for v, n in alone.items()}) + Counter(
        {f"pair {v}": n for v, n in both.items()}
    )
    worst = [f"{task_id} {m.key}: {v}" for m, v in one if v != "named"]
    worst += [f"{task_id} {a.key} + {b.key}: {v}" for (a, b), v in two if v in ("ACCEPTED", "accused")]
    worst += [f"{task_id} correct, {style}: {v}" for style, v in right if v != "accepted"]
    worst += [f"{task_id} blank not recognised"] * (not all(blank)) + [text for text in hand if text]
    return line, counts, worst


def main(wanted=""):
    """Print the matrix of the tasks whose id begins with `wanted`; return the counts and what is not as it
    should be.
    """
    start, total, wrong = time.perf_counter(), Counter(), []
    ids = [task.id for task in bp.feedback.tasks() if task.id.startswith(wanted)]
    print(
        f"{'task':<7}{'blank':>6}{'single':>8}{'named':>7}{'tie':>5}{'pairs':>7}{'named':>7}{'tie':>5}{'correct':>9}{'by hand':>9}"
    )
    with ProcessPoolExecutor() as pool:
        for line, counts, worst in pool.map(report, ids):
            print(line, flush=True)
            total += counts
            wrong += worst
    print(
        *["", "Not as it should be, or a tie:", *wrong] if wrong else ["", "Everything as it should be."],
        sep="\n",
    )
    print(f"""
blank stubs recognised        {total["blank right"]} of {total["blank"]}
single mistakes rejected      {total["single"] - total["single ACCEPTED"]} of {total["single"]}
            named alone       {total["single named"]}, in a listed tie {total["single tie"]}, silent {total["single silent"]}
pairs rejected                {total["pair"] - total["pair ACCEPTED"]} of {total["pair"]}
            both named        {total["pair named"]}, in a listed tie {total["pair tie"]}, silent {total["pair silent"]}
            one says it all   {total["pair simpler"]}
wrong accusations             {total["single accused"] + total["pair accused"]}
correct variants accepted     {total["correct right"]} of {total["correct"]}
written by hand, as expected  {total["hand right"]} of {total["hand"]}
{time.perf_counter() - start:.0f} s""")
    return total, wrong


if __name__ == "__main__":
    main(*sys.argv[1:2])
