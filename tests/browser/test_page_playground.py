"""The playground in a page that was saved to disk: it learns, pauses, breaks and is found out, with no
kernel.
"""

import json
import math
import re
import statistics
import time
from urllib.request import Request, urlopen

import nbformat
import pytest

import backprop_lib as bp

pytestmark = pytest.mark.browser


@pytest.fixture
def open_file(chromium, tmp_path):
    """`open_file(playground, hash)` → a page with it, read from the disk. What it complains of fails the
    test.
    """
    contexts, complaints = [], []

    def open_file(playground, address="", **settings):
        file = tmp_path / "page.html"
        head = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
        file.write_text(f"{head}<h1>Before</h1>{playground._repr_html_()}", encoding="utf-8")
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(file.as_uri() + address)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []


def figures(page):
    """step, right in training, right held out, loss"""
    return [text.replace("\u00a0", " ") for text in page.locator(".bp-figures b").all_inner_texts()]


def steps(page):
    return int(figures(page)[0])


def picture(page):
    return page.locator(".bp-ground canvas").evaluate("canvas => canvas.toDataURL()")


def click(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, name, value):
    page.get_by_label(name, exact=True).select_option(value)


def verdict(page):
    return page.locator(".bp-verdict").inner_text().replace("\u00a0", " ")


def test_nothing_moves_before_play(open_file):
    page = open_file(bp.playground())
    seen = picture(page)
    page.wait_for_timeout(400)
    assert steps(page) == 0 and picture(page) == seen
    assert not page.locator(".bp-playground .bp-twin").is_visible()


def test_it_plays_pauses_and_the_boundary_moves(open_file):
    page = open_file(bp.playground())
    before = picture(page)
    click(page, "Play")
    page.wait_for_function("Number(document.querySelector('.bp-figures b').textContent) > 100")
    click(page, "Pause")
    paused, seen = steps(page), picture(page)
    assert seen != before
    page.wait_for_timeout(300)
    assert steps(page) == paused and picture(page) == seen
    assert float(figures(page)[3]) < 0.35
    click(page, "Reset: back to the start")
    assert steps(page) == 0 and picture(page) == before


def test_a_step_is_one_step_of_the_library(open_file):
    playground = bp.playground("xor", (3,), rate=3)
    page = open_file(playground)
    for _ in range(4):
        page.get_by_role("button", name="Step: one step").press("Enter")
    for batch in playground.batches(4):
        playground.loss.forward(playground.net.forward(playground.X[batch]), playground.Y[batch])
        playground.net.backward(playground.loss.backward())
        playground.net.theta -= 3 * playground.net.gradient
    loss = playground.loss.forward(playground.net.forward(playground.X), playground.Y)
    right = bp.accuracy(playground.net.forward(playground.X), playground.Y, threshold=0)
    assert figures(page)[:2] == ["4", f"{100 * right:.0f} %"] and figures(page)[3] == f"{loss:.3f}"


def test_the_printed_program_in_python_gives_the_loss_of_the_page(open_file, capsys):
    page = open_file(bp.playground("circles", (4, 3), "softplus", rate=0.1, batch=20, broken=True, seed=6))
    for _ in range(13):
        click(page, "Step: one step")
    page.get_by_text("Print the program").click()
    javascript, python = page.locator(".bp-ground pre").all_inner_texts()
    assert (
        "const build = (sizes, activation, loss, wrong) => {" in javascript
        and "build([2, 4, 3, 1]" in javascript
    )
    exec(compile(python, "page", "exec"), {})
    assert float(capsys.readouterr().out) == pytest.approx(
        float(re.search("here: (.*)", python)[1]), rel=1e-12
    )


def test_the_printed_program_in_javascript_runs(open_file):
    page = open_file(bp.playground())
    page.get_by_text("Print the program").click()
    program = page.locator(".bp-ground pre").first
    program.wait_for()  # until it is unfolded
    text = program.inner_text()
    sizes = page.evaluate(f"(() => {{ {text}\nreturn network.layers.map(({{ n, m }}) => [n, m]); }})()")
    assert sizes == [[2, 8], [8, 8], [8, 1]]


def test_a_broken_slope_turns_the_check_red_and_it_may_learn_all_the_same(open_file):
    page = open_file(bp.playground())
    assert verdict(page).startswith("✓ Gradient check passed: all layers agree")
    switch = page.get_by_role("button", name="Broken slope")
    switch.press("Space")
    assert switch.get_attribute("aria-pressed") == "true"
    assert re.match(
        r"tanh: 1 − a in place of 1 − a². ✗ Gradient check failed: layer 1 is off by \d+ %, layer 2 is off",
        verdict(page),
    )
    assert "layer 3" not in verdict(page)
    red, ink = [
        page.locator(place).evaluate("e => getComputedStyle(e).color")
        for place in (".bp-verdict", ".bp-pointed-at")
    ]
    assert red != ink
    click(page, "Play")
    page.wait_for_function("Number(document.querySelector('.bp-figures b').textContent) > 200")
    click(page, "Pause")
    assert "✗" in verdict(page) and float(figures(page)[3]) < 0.5
    click(page, "Broken slope")
    assert "✓" in verdict(page)


def test_every_setting_changes_what_is_learned(open_file):
    page = open_file(bp.playground())
    seen = [picture(page)]
    for name, value in (("data", "spirals"), ("activation", "relu"), ("start", "he")):
        choose(page, name, value)
        seen.append(picture(page))
    for name in ("noise", "seed", "layer 2"):
        page.get_by_label(name, exact=True).press("ArrowLeft" if name == "layer 2" else "ArrowRight")
        seen.append(picture(page))
    for name, value in (("rate", "3"), ("batch", "5")):
        choose(page, name, value)
        click(page, "Step: one step")
        seen.append(picture(page))
        click(page, "Reset: back to the start")
    assert len(set(seen)) == len(seen)


def test_the_drawing_has_a_wire_for_every_weight_and_a_bar_for_every_layer(open_file):
    page = open_file(bp.playground(hidden=(3,)))
    assert page.locator(".bp-net .bp-wire").count() == 9
    page.get_by_label("hidden layers", exact=True).press("ArrowRight")
    assert page.locator(".bp-net .bp-wire").count() == 6 + 9 + 3
    assert page.locator(".bp-bars i").count() == 3
    assert page.get_by_label("layer 2", exact=True).is_visible()
    page.get_by_label("hidden layers", exact=True).press("Home")
    assert page.locator(".bp-net .bp-wire").count() == 2 and page.locator(".bp-bars i").count() == 1


def test_the_thickest_wire_is_the_largest_gradient(open_file):
    playground = bp.playground(hidden=(3, 2), seed=5)
    page = open_file(playground)
    click(page, "Gradients on the wires")
    playground.loss.forward(playground.net.forward(playground.X), playground.Y)
    playground.net.backward(playground.loss.backward())
    gradients = []
    for name, G in playground.net.grads.items():
        if name.startswith("W"):
            gradients += G.ravel().tolist()
    wires = page.locator(".bp-net .bp-wire")
    drawn = [
        float(width)
        for width in wires.locator(".bp-way").evaluate_all(
            "all => all.map(e => e.getAttribute('stroke-width'))"
        )
    ]
    minus = wires.evaluate_all("all => all.map(e => e.classList.contains('bp-minus'))")
    most = max(map(abs, gradients))
    assert drawn == pytest.approx([0.3 + 7 * abs(g) / most for g in gradients], abs=0.06)
    assert minus == [g < 0 for g in gradients]


def test_the_arrow_keys_read_the_wires(open_file):
    playground = bp.playground(hidden=(3,), seed=5)
    page = open_file(playground)
    net = page.locator(".bp-net")
    net.press("ArrowRight")
    net.press("ArrowRight")
    said = page.locator(".bp-pointed-at").inner_text()
    assert said.startswith(
        f"Layer 1, from 2 to 1: w = {playground.net.params['W1'][0, 1]:.4g}".replace("-", "−")
    )
    page.locator(".bp-announcements", has_text=said).wait_for()


def test_the_address_keeps_the_settings_and_gives_them_back(open_file):
    page = open_file(bp.playground())
    choose(page, "data", "circles")
    choose(page, "activation", "relu")
    click(page, "Broken slope")
    page.get_by_label("layer 1", exact=True).press("ArrowLeft")
    address = page.evaluate("location.hash")
    assert "data=circles" in address and "hidden=7%2C8" in address and "broken=true" in address
    seen = picture(page)
    other = open_file(bp.playground(), address)
    assert picture(other) == seen and "✗" in verdict(other)
    assert other.get_by_label("layer 1", exact=True).input_value() == "7"


def test_nonsense_in_the_address_is_left_aside(open_file):
    nonsense = "#playground?data=no&hidden=99,x&rate=-1&seed=1e9&activation=constructor&batch=0&noise=x"
    page = open_file(bp.playground(), nonsense)
    seen = picture(page)
    assert picture(open_file(bp.playground())) == seen


def test_another_anchor_in_the_address_stays(open_file):
    page = open_file(bp.playground(), "#chapter")
    click(page, "Broken slope")
    assert page.evaluate("location.hash") == "#chapter"
    click(page, "Step: one step")
    page.evaluate("location.hash = 'next'")
    page.wait_for_timeout(100)
    assert steps(page) == 1, "and going to another one does not start anew"


def test_a_notebook_keeps_its_address(open_file, monkeypatch):
    playground = bp.playground()
    html = playground._repr_html_()
    monkeypatch.setattr(
        type(playground), "_repr_html_", lambda self: f'<i id="jupyter-config-data"></i>{html}'
    )
    page = open_file(playground)
    click(page, "Broken slope")
    assert page.evaluate("location.hash") == ""


def test_a_loss_that_is_no_number_stops_the_play_and_says_so(open_file):
    page = open_file(bp.playground("xor", (8, 8, 8), "identity", rate=10))
    choose(page, "speed", "fast")
    click(page, "Play")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert "The loss is no number any more" in page.locator(".bp-pointed-at").inner_text()


def test_it_speaks_at_a_calm_rate(open_file):
    page = open_file(bp.playground())
    page.evaluate("backprop.announce('')")
    page.evaluate(
        """() => {
          window.said = [];
          const place = document.querySelector(".bp-announcements");
          new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
        }"""
    )
    choose(page, "speed", "fast")
    click(page, "Play")
    page.wait_for_timeout(7000)
    said = page.evaluate("said")
    assert 1 <= len(said) <= 3 and re.match(r"Step \d+: \d+\s% right in training", said[0])


def test_reduced_motion_draws_at_a_calm_rate(open_file):
    page = open_file(bp.playground(), reduced_motion="reduce")
    started, seen = time.perf_counter(), []
    click(page, "Play")
    for _ in range(20):
        seen.append(figures(page)[0])
        page.wait_for_timeout(50)
    assert 1 < len(set(seen)) <= 2 * (time.perf_counter() - started) + 2, "twice a second"


def test_every_control_has_a_name(open_file):
    page = open_file(bp.playground())
    for control in page.locator(".bp-ground :is(button, input, select, canvas, svg)").all():
        named = control.evaluate(
            "e => e.ariaLabel || e.labels?.[0]?.textContent || e.getAttribute('aria-label')"
        )
        assert named, control.evaluate("e => e.outerHTML")
    assert (
        page.locator(".bp-ground canvas").get_attribute("aria-label").startswith("What the network predicts")
    )


@pytest.mark.parametrize("width", [1400, 900, 390])
def test_nothing_is_wider_than_the_page_or_jumps(open_file, width):
    page = open_file(bp.playground(hidden=(8, 8, 8, 8)), viewport={"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    boxes = set()
    for _ in range(6):
        click(page, "Step: one step")
        boxes.add(
            str(
                [
                    one.bounding_box()
                    for one in page.locator(".bp-ground :is(button, input, select, canvas)").all()
                ]
            )
        )
    assert len(boxes) == 1


def test_no_figure_moves_where_a_number_grows_to_its_longest(open_file):
    page = open_file(bp.playground(), viewport={"width": 1400, "height": 900})
    figures = page.locator(".bp-figures > div")
    before = [one.bounding_box() for one in figures.all()]
    for number, longest in zip(
        page.locator(".bp-figures b").all(), ["9999", "100\u00a0%", "100\u00a0%", "0.000"]
    ):
        number.evaluate("(number, text) => number.textContent = text", longest)
    assert [one.bounding_box() for one in figures.all()] == before


def test_the_axis_of_the_bars_says_where_a_norm_stands(open_file):
    page = open_file(bp.playground())
    marks = page.locator(".bp-axis span")
    assert marks.all_text_contents() == ["0.01", "0.1", "1"]
    places = [mark["x"] + mark["width"] / 2 for mark in (one.bounding_box() for one in marks.all())]
    decade = places[1] - places[0]
    assert places[2] - places[1] == pytest.approx(decade, abs=1)
    bar = page.locator(".bp-bars i").first.bounding_box()
    norm = float(page.locator(".bp-bars output").first.text_content())
    assert bar["x"] + bar["width"] == pytest.approx(places[1] + decade * math.log10(norm / 0.1), abs=6)


def test_two_hundred_steps_a_second_while_it_draws(open_file):
    page = open_file(bp.playground())
    choose(page, "speed", "fast")
    click(page, "Play")
    page.wait_for_timeout(500)
    rates = []
    frames = page.evaluate_handle(
        """() => {
          const seen = { n: 0 };
          const tick = () => {
            seen.n += 1;
            requestAnimationFrame(tick);
          };
          tick();
          return seen;
        }"""
    )
    started = page.evaluate("performance.now()")
    for _ in range(5):
        before, at = steps(page), time.perf_counter()
        page.wait_for_timeout(600)
        rates.append((steps(page) - before) / (time.perf_counter() - at))
    passed = (page.evaluate("performance.now()") - started) / 1000
    shown = frames.evaluate("seen => seen.n") / passed
    rate = statistics.median(rates)
    print(f"playground 2-8-8-1, 200 points: {rate:.0f} steps a second at {shown:.0f} frames a second")
    assert rate >= 200


@pytest.mark.slow
def test_in_jupyterlab_it_keeps_its_keys_and_leaves_the_address_alone(lab):
    cells = [
        nbformat.v4.new_code_cell(f"import backprop_lib as bp\nbp.playground({shape})")
        for shape in ("", "'xor'")
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    body = json.dumps({"type": "notebook", "format": "json", "content": content}).encode()
    allowed = {"Authorization": f"token {lab.token}", "Content-Type": "application/json"}
    with urlopen(Request(f"{lab.url}api/contents/playground.ipynb", body, allowed, method="PUT"), timeout=10):
        page = lab.open("playground.ipynb")
    lab.run_all(page)
    second = page.locator(".bp-ground").nth(1)
    second.wait_for()
    address = page.url
    second.locator(".bp-net").press("ArrowDown")
    assert second.locator(".bp-pointed-at").inner_text().startswith("Layer 1, from 1 to 1: w = ")
    second.get_by_role("button", name="Broken slope").press("Space")
    assert "✗ Gradient check" in second.locator(".bp-verdict").inner_text()
    assert page.url == address
    assert "✓ Gradient check" in page.locator(".bp-verdict").first.inner_text(), "the other one is as it was"
    lab.close(page)
