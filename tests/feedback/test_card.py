"""The card says what the text says: verdict and diagnosis first, the difference marked, help in buttons."""

import re

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.card import as_table, fits


def affine(upstream, X, W, b):
    return upstream @ W, upstream.T @ X, upstream.sum(axis=0)


def answered(change):
    def answer(upstream, X, W, b):
        return change(*affine(upstream, X, W, b))

    return bp.feedback.check("09.1", answer)


def averaged(upstream, X, W, b):
    dX, dW, db = affine(upstream, X, W, b)
    return dX, dW / len(X), db


def words(page):
    return re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("change", "tone", "word"),
    [
        (lambda dX, dW, db: (dX, dW, db), "right", "Right"),
        (lambda dX, dW, db: (dX, 2 * dW, db), "wrong", "Partly right"),
        (lambda dX, dW, db: 1 / 0, "wrong", "Not yet"),
        (lambda dX, dW, db: None, "open", "Not attempted"),
    ],
)
def test_the_verdict_is_a_mark_a_word_and_a_colour(change, tone, word):
    shown = answered(change)
    if word == "Not attempted":
        shown = bp.feedback.check("09.1", None)
    page = shown._repr_html_()
    assert page.startswith(f'<div class="bp-card bp-graded bp-{tone}"')
    assert f">{word}</strong>" in page
    assert f"{shown.points} of {shown.possible} points" in page


def test_the_diagnosis_comes_before_the_numbers_and_these_before_the_hints():
    page = words(bp.feedback.check("09.1", averaged)._repr_html_())
    order = "Partly right", "Diagnosis", "Yours", "Expected", "Hint 1", "Hint 2"
    places = [page.index(word) for word in order]
    assert places == sorted(places)


def test_the_entry_that_differs_is_marked_and_the_others_are_not():
    def change(dX, dW, db):
        dW = dW.copy()
        dW[1, 2] += 7
        return dX, dW, db

    page = answered(change)._repr_html_()
    assert len(re.findall(r"<mark>", page)) == len(re.findall(r'<mark class="bp-due">', page)) == 1
    assert "dW[1, 2] (1 of 12 entries differ)" in words(page)


def test_a_table_has_a_line_for_each_row_with_its_columns_in_line():
    array = np.array([[1.0, -22.5], [3.0, 4.0], [5.0, 6.0]])
    lines = as_table(array, array < 0, "").removeprefix("<pre>").removesuffix("</pre>").split("<br>")
    plain = [re.sub("<.*?>", "", line) for line in lines]
    assert plain == ["[    1  −22.5]", "[    3      4]", "[    5      6]"]
    assert "<mark>−22.5</mark>" in lines[0] and "<mark>" not in lines[1]


@pytest.mark.parametrize("shape", [(30,), (2, 3, 4), (7, 2), (2, 9)])
def test_an_array_that_is_too_large_for_a_line_is_not_shown_whole(shape):
    assert not fits(np.zeros(shape))


def test_the_other_hints_unfold_without_a_script():
    page = bp.feedback.check("09.1", averaged)._repr_html_()
    task = bp.feedback.about("09.1")
    for n, hint in enumerate(task.hints[1:], start=2):
        assert re.search(rf"<summary>Hint {n} of 3</summary><div>", page)
        assert hint.split()[0] in page
    assert "<details open" not in page


def test_a_wrong_formula_shows_its_graph_behind_a_button():
    formula = next(task for task in bp.feedback.tasks() if task.kind == "formula")
    shown = bp.feedback.check(formula.id, "0")
    assert "Show this input in the graph" in shown._repr_html_()


def test_each_part_says_what_it_has_earned():
    page = words(bp.feedback.check("09.1", averaged)._repr_html_())
    assert re.search(r"dX +✓ 2 of 2", page) and re.search(r"dW +✗ 0 of", page)


def test_the_text_of_the_feedback_is_that_of_a_terminal():
    shown = bp.feedback.check("09.1", averaged)
    assert str(shown).startswith("✗ 09.1") and "<" not in str(shown).replace("<br>", "")
