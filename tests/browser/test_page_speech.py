"""What a screen reader hears of the outputs, and that the keyboard keeps its place."""

import pytest

import backprop_lib as bp

pytestmark = pytest.mark.browser

LISTEN = """() => {
    window.heard = [];
    const place = document.querySelector(".bp-announcements");
    const look = () => place.textContent && heard.push(place.textContent);
    new MutationObserver(look).observe(place, { childList: true });
}"""


def product():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


class Shown:
    """A panel, as `open_file` asks for it."""

    def __init__(self, panel):
        self.panel = panel

    def _repr_html_(self):
        return self.panel._repr_mimebundle_()["text/html"]


def wait_for(page, words):
    page.wait_for_function("words => heard.some((text) => text.includes(words))", arg=words)


def test_a_player_says_what_an_input_did_and_what_is_asked_after_it(open_file):
    page = open_file(bp.play(product()))
    page.evaluate(LISTEN)
    player = page.locator(".bp-player")
    line = player.locator(".bp-line")
    player.get_by_label("Last step").click()
    x = player.get_by_role("slider", name="x", exact=True)
    x.press("ArrowRight")
    x.press("PageUp")
    wait_for(page, "f = −16.4, ∂f/∂x = −4")
    assert page.evaluate("heard.length") == 1, "once for many changes"
    assert line.get_attribute("aria-live") == "off", "the number speaks for itself"
    player.get_by_label("gate + of q").press("Enter")
    assert line.get_attribute("aria-live") == "polite"


def test_a_picture_is_named_by_the_numbers_that_it_shows(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    graph = player.locator("svg.bp-graph")
    assert graph.get_attribute("aria-label") == "Computational graph of f: nothing is computed yet"
    last = player.get_by_label("Last step")
    last.press("Enter")
    assert last.evaluate("one => one === document.activeElement"), "a dim button keeps the focus"
    assert player.get_by_label("gate + of q, value 3, gradient −4").count() == 1
    assert "x, value −2, gradient −4" in graph.get_attribute("aria-label")


def test_the_playground_says_that_the_check_failed_and_what_a_step_did(open_file):
    page = open_file(bp.playground(hidden=(2,), activation="tanh"))
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Broken slope").click()
    wait_for(page, "Gradient check failed: layer 1 is off")
    page.get_by_role("button", name="Broken slope").click()
    wait_for(page, "Gradient check passed")
    page.get_by_role("button", name="Step: one step").click()
    wait_for(page, "Step 1: ")
    page.get_by_role("button", name="Reset: back to the start").click()
    wait_for(page, "Step 0: ")
    loud = page.locator(".bp-playground output:not([aria-live=off])")
    assert loud.count() == 0, "a readout that changes all the time is not spoken"


def test_a_panel_says_its_result_once_the_hand_rests(open_file):
    page = open_file(Shown(bp.descent(lambda x: x * x, x=(-2, 2), start=1.0, rate=0.1)))
    page.evaluate(LISTEN)
    page.get_by_role("slider", name="learning rate", exact=True).press("ArrowRight")
    wait_for(page, "After ")
    assert page.evaluate("heard.at(-1)").startswith(page.locator(".bp-lines").inner_text()[:8])
    assert page.evaluate("heard.length") == 1
