"""Empty boxes in a page that was saved to disk: typed into, judged, shown and emptied, with no kernel."""

import re

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.fill import judge, sheet_of
from tests.browser.test_page import diamond, product, unit

pytestmark = pytest.mark.browser


def sheet(page, index=0):
    """One output, once its boxes are there."""
    one = page.locator(".bp-fill").nth(index)
    one.locator(".bp-box").first.wait_for()
    return one


def box(one, name):
    return one.locator(f"input[aria-label='{name}'], input[aria-label^='{name},']")


def answer(one, name, text, key="Enter"):
    """Type into a box and leave it; what is said."""
    box(one, name).fill(text)
    box(one, name).press(key)
    return said(one)


def said(one):
    return re.sub(r"\s+", " ", one.locator(".bp-line").inner_text()).strip()


def count(one):
    return one.locator("output").last.inner_text()


def here(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


# Judging


def test_five_ways_of_being_wrong_are_told_apart(open_file):
    one = sheet(open_file(bp.fill(diamond())))
    assert answer(one, "gradient at c", "8").endswith(
        "you need the box to the right first, gradient at f and gradient at v1."
    )
    answer(one, "gradient at f", "1")
    answer(one, "gradient at v1", "6")
    assert "the sign is the opposite one" in answer(one, "gradient at c", "-14")
    assert "only. At a fan-out the contributions are added" in answer(one, "gradient at c", "8")
    assert "the value of c, not its gradient" not in said(one)
    answer(one, "gradient at c", "14")
    assert "local derivative alone" in answer(one, "gradient at b", "2")
    assert "upstream gradient alone" in answer(one, "gradient at b", "14")
    assert "the value of b, not its gradient" in answer(one, "gradient at b", "3")
    assert "that is what a gets at this gate" in answer(one, "gradient at b", "42")
    assert "off by a factor of 10" in answer(one, "gradient at b", "280")
    assert answer(one, "gradient at b", "29") == "✗ gradient at b Not yet."
    assert "28" not in one.inner_text(), "the right number is nowhere"
    assert box(one, "gradient at b").get_attribute("aria-invalid") == "true"


def test_what_is_right_is_ticked_and_kept(open_file):
    one = sheet(open_file(bp.fill(product())))
    assert answer(one, "gradient at q", "-4*1") == "✓ gradient at q Right: ∂f/∂q = z · ∂f/∂f = −4 · 1 = −4"
    assert box(one, "gradient at q, right").input_value() == "−4"
    assert box(one, "gradient at q").get_attribute("readonly") is not None
    assert one.locator("[data-state=right] .bp-mark").inner_text() == "✓"
    assert count(one) == "1 of 5 right"


@pytest.mark.parametrize(
    "typed",
    ["−4", "-4,0", "-8/2", "-(1+3)", "2*-2", "-2^2", "-4e0", "−4 · 1", "- 4", "-.5*8", "-0.5(8)", "-2(1)(2)"],
)
def test_arithmetic_is_read(open_file, typed):
    one = sheet(open_file(bp.fill(product())))
    assert answer(one, "gradient at q", typed).startswith("✓")


@pytest.mark.parametrize("typed", ["four", "4-", "(4", "1/0", "2 3", "--", "x", "4)", "1.2.3", "alert(1)"])
def test_what_is_no_number_is_said_to_be_none(open_file, typed):
    one = sheet(open_file(bp.fill(product())))
    assert "cannot be read as a number" in answer(one, "gradient at q", typed)


def test_two_slips_that_give_one_number_are_both_named(open_file):
    x, y = bp.inputs(x=3.0, y=3.0)
    f = x * (y + 0.0) * 2
    one = sheet(open_file(bp.fill(f)))
    for name, right in (("v3", "1"), ("v2", "2")):
        answer(one, f"gradient at {name}", right)
    expected = judge(next(asked for asked in sheet_of(f).questions if asked.name == "gradient at x"), 3)
    assert expected.kind == "either"
    assert answer(one, "gradient at x", "3") == f"✗ gradient at x {expected.sentence}"


def test_a_comma_is_a_decimal_point_and_that_is_said(open_file):
    one = sheet(open_file(bp.fill(product())))
    assert answer(one, "gradient at f", "4,5").endswith("Your comma is read as a decimal point: 4.5.")


def test_enter_in_a_box_that_was_emptied_goes_on_and_the_old_message_goes(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    assert "cannot be read" in answer(one, "gradient at f", "four")
    assert answer(one, "gradient at f", "").startswith("Red boxes")
    assert here(page) == "gradient at q"


def test_a_click_on_the_picture_leads_to_the_box_to_begin_with(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    assert said(one).startswith("Red boxes: the gradient of f at each wire. Begin at the right")
    one.locator(".bp-sheet").click(position={"x": 3, "y": 3})
    assert here(page) == "gradient at f"


def test_an_earlier_mistake_is_followed_and_counts_until_it_is_mended(open_file):
    one = sheet(open_file(bp.fill(product())))
    answer(one, "gradient at q", "4")
    assert "This follows from an earlier number of yours" in answer(one, "gradient at x", "4")
    assert count(one) == "0 of 5 right, 1 follows (½)"
    answer(one, "gradient at q", "-4")
    assert box(one, "gradient at x, not yet").count() == 1, "now it follows from nothing"
    assert answer(one, "gradient at x", "-4").startswith("✓") and count(one) == "2 of 5 right"


def test_the_page_judges_as_python_does(open_file):
    """All mistakes at all boxes, and numbers that are none."""
    graph = unit()
    asked = sheet_of(graph, "both")
    one = sheet(open_file(bp.fill(graph, "both")))
    for question in asked.questions:
        for number in [*[mistake.answer for mistake in question.mistakes], 0.123, -77.0, question.right * 2]:
            expected = judge(question, number)
            if expected.kind != "right":
                assert answer(one, question.name, repr(number)) == f"✗ {question.name} {expected.sentence}"
        answer(one, question.name, repr(question.right))
    assert said(one).endswith(f"All right: 0 of {len(asked.questions)} at the first try.")
    assert count(one) == f"{len(asked.questions)} of {len(asked.questions)} right"


def test_shapes_are_asked_of_arrays(open_file):
    X, W = bp.inputs(X=np.ones((4, 3)), W=np.ones((3, 2)))
    one = sheet(open_file(bp.fill((X @ W).sum())))
    assert said(one).startswith("Red boxes: the shape of the gradient of v2 at each wire. Begin at the right")
    assert "transposed" in answer(one, "gradient at X", "(3, 4)")
    assert "cannot be read as a shape" in answer(one, "gradient at X", "4.5")
    assert answer(one, "gradient at X", "4x3").startswith("✓")
    assert answer(one, "gradient at W", "3,2").startswith("✓")
    assert answer(one, "gradient at v2", "()").startswith("✓")


# The keyboard


def test_everything_is_done_with_the_keyboard(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    page.keyboard.press("Tab")
    assert here(page) == "gradient at f"
    for typed in ("1", "4"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    assert here(page) == "gradient at q, not yet", "a wrong number waits to be mended"
    page.keyboard.press("Enter")
    assert here(page) == "gradient at z", "Enter again goes on"
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.keyboard.type("?")
    assert box(one, "gradient at y, shown").input_value() == "−4"
    assert here(page) == "gradient at x"
    page.keyboard.type("-4")
    page.keyboard.press("Enter")
    assert here(page) == "gradient at q, not yet", "round to what is open"
    page.keyboard.type("-4")
    page.keyboard.press("Enter")
    assert said(one).endswith("That was the last box: 3 of 5 at the first try.")
    assert count(one) == "4 of 5 right, 1 shown"


def test_arrow_keys_go_to_the_box_that_lies_there(open_file):
    page = open_file(bp.fill(product(), "both"))
    one = sheet(page)
    box(one, "gradient at q").focus()
    seen = []
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(here(page))
    assert seen[:4] == ["value at q", "value at f", "gradient at f", "gradient at z"]
    assert seen[4:] == ["gradient at y", "gradient at y"], "there is nothing more to the left"


def test_in_a_number_the_arrow_keys_move_the_cursor(open_file):
    page = open_file(bp.fill(product()))
    box(sheet(page), "gradient at q").focus()
    page.keyboard.type("12")
    page.keyboard.press("ArrowLeft")
    assert here(page) == "gradient at q"


def test_every_box_has_a_name_and_leaves_the_keys_of_jupyter_alone(open_file):
    one = sheet(open_file(bp.fill(product(), "both")))
    for each in one.get_by_role("textbox").all():
        assert re.fullmatch("(value|gradient) at [fqxyz]", each.get_attribute("aria-label"))
        assert each.get_attribute("data-lm-suppress-shortcuts") is not None
    assert one.locator(".bp-line").get_attribute("aria-live") == "polite"


# Showing and emptying


def test_a_box_is_shown_only_when_one_passes(open_file):
    one = sheet(open_file(bp.fill(product())))
    box(one, "gradient at z").click()
    one.get_by_role("button", name="I pass: show it, the gradient at z").click()
    assert said(one) == "○ gradient at z Shown: ∂f/∂z = q · ∂f/∂f = 3 · 1 = 3"
    assert box(one, "gradient at z, shown").input_value() == "3"
    assert count(one) == "0 of 5 right, 1 shown"
    assert [each.input_value() for each in one.get_by_role("textbox").all()].count("") == 4


def test_reset_empties_every_box(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    answer(one, "gradient at q", "-4")
    answer(one, "gradient at x", "4")
    one.get_by_role("button", name="Empty all boxes").click()
    assert {each.input_value() for each in one.get_by_role("textbox").all()} == {""}
    assert count(one) == "0 of 5 right" and here(page) == "gradient at f"
    assert answer(one, "gradient at q", "-4").startswith("✓")


def test_a_number_is_judged_when_the_pointer_leaves_it(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    box(one, "gradient at q").click()
    page.keyboard.type("-4")
    assert count(one) == "0 of 5 right", "not while one types"
    box(one, "gradient at x").click()
    assert count(one) == "1 of 5 right"


# Practice


def solve(page, one, sheet):
    for question in sheet.questions:
        answer(one, question.name, repr(question.right))


def test_three_in_a_row_lead_to_the_next_level(open_file):
    shown = bp.practice(1, seed=4)
    page = open_file(shown)
    one = sheet(page)
    level = one.get_by_label("Level")
    for k in range(3):
        solve(page, one, shown.sheets[1][k])
        assert f"{k + 1} in a row with no box shown" in one.locator(".bp-streak").inner_text()
        assert here(page) == "next graph", "Enter is enough"
        assert level.input_value() == "1"
        page.keyboard.press("Enter")
    assert level.input_value() == "2" and one.locator(".bp-streak").inner_text() == ""
    first = shown.sheets[2][0]
    assert here(page) == "gradient at f" and one.get_by_role("textbox").count() == len(first.questions)
    solve(page, one, first)
    assert "1 in a row" in one.locator(".bp-streak").inner_text()


def test_a_graph_with_help_ends_the_row(open_file):
    shown = bp.practice(1, seed=4)
    page = open_file(shown)
    one = sheet(page)
    solve(page, one, shown.sheets[1][0])
    page.keyboard.press("Enter")
    page.keyboard.type("?")
    one.get_by_role("button", name="Empty all boxes").click()
    solve(page, one, shown.sheets[1][1])
    assert one.locator(".bp-streak").inner_text() == "", "also when it was emptied again"


def test_each_level_can_be_chosen_and_goes_on_and_on(open_file):
    shown = bp.practice(6, seed=4)
    page = open_file(shown)
    one = sheet(page)
    for level in "543216":
        one.get_by_label("Level").select_option(level)
        assert one.get_by_role("textbox").count() == len(shown.sheets[int(level)][0].questions)
    answer(one, "value at p", str(shown.sheets[6][0].questions[0].right))
    assert count(one).startswith("1 of")
    for _ in shown.sheets[6]:
        one.get_by_role("button", name="next graph").click()
    assert one.locator("svg.bp-graph").get_attribute("aria-label") == shown.sheets[6][0].drawing.alt
    assert one.locator("svg.bp-graph").count() == 1 and one.get_by_role("textbox").first.input_value() == ""


# The page


def test_two_on_a_page_do_not_meddle_with_each_other(open_file):
    page = open_file(bp.fill(product()), bp.fill(diamond()), bp.play(product()))
    first, second = sheet(page), sheet(page, 1)
    answer(first, "gradient at q", "-4")
    answer(second, "gradient at c", "14")
    assert count(first) == "1 of 5 right" and count(second) == "1 of 5 right"
    second.get_by_role("button", name="Empty all boxes").click()
    assert count(first) == "1 of 5 right" and count(second) == "0 of 5 right"


def test_without_scripts_the_twin_asks(open_file):
    page = open_file(bp.fill(product()), java_script_enabled=False)
    alt = page.get_by_role("img").get_attribute("alt")
    assert alt.startswith("Computational graph of f: x = −2, gradient ?")
    assert page.locator("li").all_inner_texts() == [f"gradient at {name} = ?" for name in "fqzyx"]
    assert page.get_by_text("bp.play(output) shows the answers.").is_visible()
    assert page.get_by_role("textbox").count() == 0


def test_what_is_printed_can_be_filled_in_with_a_pencil(open_file):
    page = open_file(bp.fill(product()))
    one = sheet(page)
    assert not page.locator("img").is_visible() and not page.locator("li").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("img").is_visible() and page.locator("li").first.is_visible()
    for part in one.locator("button, input, .bp-line, .bp-keys").all():
        assert not part.is_visible()


@pytest.mark.parametrize("width", [1400, 900, 390])
def test_boxes_lie_on_no_word_and_can_be_hit(open_file, width):
    graphs = [bp.fill(unit(), "both"), bp.fill(diamond(), "both"), bp.practice(4, seed=2)]
    page = open_file(*graphs, viewport={"width": width, "height": 800})
    sheet(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overlaps = page.evaluate("""() => {
        const found = [];
        for (const one of document.querySelectorAll(".bp-sheet")) {
            const words = [...one.querySelectorAll("svg text")].filter((it) => it.textContent);
            const boxes = [...one.querySelectorAll(".bp-box")].map((it) => [it, it.getBoundingClientRect()]);
            const all = [...boxes, ...words.map((it) => {
                const { left, right, top, bottom, height } = it.getBoundingClientRect();
                return [it, { left, right, top: top + height / 5, bottom: bottom - height / 5 }];
            })];
            for (const [a, p] of boxes) for (const [b, q] of all)
                if (a !== b && p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom)
                    found.push(b.textContent);
        }
        return found;
    }""")
    assert overlaps == []
    for each in page.get_by_role("textbox").all():
        area = each.bounding_box()
        assert area["width"] >= 55 and area["height"] >= 15
        assert each.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 11
