"""A player in a page that was saved to disk: taken hold of, asked, nudged and printed, with no kernel."""

import random
import statistics

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.show.picture import short

pytestmark = pytest.mark.browser


def product(x=-2.0, y=5.0, z=-4.0):
    x, y, z = bp.inputs(x=x, y=y, z=z)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


def diamond(a=2.0, b=3.0):
    a, b = bp.inputs(a=a, b=b)
    c = a * b
    f = (c + a) * c
    c.name, f.name = "c", "f"
    return f


def unit(w=0.5, x=2.0, b=-0.4, y=1.0):
    w, x, b, y = bp.inputs(w=w, x=x, b=b, y=y)
    z = w * x + b
    a = bp.tanh(z)
    C = (a - y) ** 2 / 2
    z.name, a.name, C.name = "z", "a", "C"
    return C


def bends(x=1.25, y=-0.75, p=2.0):
    """Gates whose lines of arithmetic need care: powers, signs in brackets, conditions, constants."""
    x, y, p = bp.inputs(x=x, y=y, p=p)
    up = bp.where(x > y, x**2, -y)
    return bp.relu(x - y) * up**p - bp.sigmoid(-x) / (2 - y) + bp.maximum(x, y) ** -1 + bp.exp(-y) * 1e-5


def thirty():
    x, y = bp.inputs(x=0.3, y=0.7)
    out = x
    for i in range(14):
        out = bp.sin(out) * y if i % 2 else bp.tanh(out + x)
    out.name = "f"
    assert len(bp.topological_order(out)) == 30
    return out


def numbers(player, kind="value"):
    """{node: the number that can be seen at it}"""
    found = {}
    for node in player.locator(f".bp-node:has(.bp-{kind}:not(.bp-off))").all():
        found[int(node.get_attribute("data-node"))] = node.locator(f".bp-{kind}").text_content()
    return found


def of_python(output, kind="value"):
    """The same by the graph itself; plain numbers are drawn as part of their gates."""
    output.backward()
    found = {}
    for i, node in enumerate(bp.topological_order(output)):
        if not node.is_constant:
            found[i] = short(node.value if kind == "value" else node.grad)
    return found


def hold(player, name):
    return player.get_by_role("slider", name=name, exact=True)


def line(player):
    return player.locator(".bp-line").inner_text()


def press(target, key, times=1):
    for _ in range(times):
        target.press(key)


# Stepping


def test_a_click_on_the_picture_is_enough_for_the_arrow_keys(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    assert line(player).startswith("Click the picture and press →")
    player.locator("svg.bp-graph").click(position={"x": 3, "y": 3})
    page.keyboard.press("ArrowRight")
    assert line(player) == "x = −2"
    player.locator(".bp-gate").first.click()
    page.keyboard.press("ArrowRight")
    assert line(player) == "y = 5", "from a gate the keys lead on as well"


def test_dotted_boxes_are_spoken_of_when_there_are_numbers_in_them(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    hint = player.get_by_text("Drag a number in a dotted box")
    assert not hint.is_visible() and "dotted" not in line(player)
    player.get_by_label("One step forward").click()
    assert hint.is_visible() and hold(player, "x").is_visible()


def test_a_click_beside_the_controls_is_enough_for_the_arrow_keys(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    player.locator(".bp-line").click()
    page.keyboard.press("ArrowRight")
    assert line(player) == "x = −2"


def test_no_box_moves_while_the_passes_run(open_file):
    player = open_file(bp.play(unit()), reduced_motion="reduce").locator(".bp-player")
    slider = player.get_by_label("Step of the pass")
    boxes = set()
    for _ in range(20):
        slider.press("ArrowRight")
        found = [
            one.bounding_box() for one in player.locator("button, select, input, output, .bp-line").all()
        ]
        boxes.add(str(found))
    assert len(boxes) == 1


def test_the_sentence_has_the_letters_and_the_digits_of_the_picture(open_file):
    player = open_file(bp.play(unit()), reduced_motion="reduce").locator(".bp-player")
    slider, sentence = player.get_by_label("Step of the pass"), player.locator(".bp-line > div")
    press(slider, "ArrowRight", 14)
    assert line(player) == "∂C/∂a = 1 · ∂C/∂v2 = 1 · (−0.463) = −0.463"
    assert sentence.inner_html().startswith(
        "∂<var>C</var>/∂<var>a</var> = 1 · ∂<var>C</var>/∂<var>v</var><sub>2</sub> = "
    )
    assert player.locator("li").nth(13).text_content().endswith("1 · −0.46295 = −0.46295"), "as in a terminal"
    assert player.locator("svg .bp-new").text_content() == "−0.463"
    player.get_by_label("Notation of gradients").select_option("bar")
    assert sentence.inner_html().startswith("<var>a\u0304</var> = 1 · <var>v\u0304</var><sub>2</sub> = ")
    player.get_by_label("Notation of gradients").select_option("delta")
    assert sentence.inner_html().startswith("<var>δ</var><sub>a</sub> = 1 · <var>δ</var><sub>v2</sub> = ")
    player.get_by_role("button", name="Push an input").click()
    assert "Δ<var>C</var>/Δ<var>w</var> = " in sentence.first.inner_html()


# Taking hold


def test_the_pointer_drags_an_input_and_every_number_follows(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    player.get_by_label("Last step").click()
    box = hold(player, "x").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 50, box["y"] + 40, steps=5)
    page.mouse.up()
    page.mouse.move(5, 5)
    assert hold(player, "x").get_attribute("aria-valuetext") == "x = −1"
    assert numbers(player) == of_python(product(x=-1.0))
    assert numbers(player, "grad") == of_python(product(x=-1.0), "grad")


def test_keys_move_an_input_and_reset_brings_the_start_back(open_file):
    player = open_file(bp.play(unit())).locator(".bp-player")
    reset = player.get_by_label("The inputs as they were at the start")
    player.get_by_label("Last step").click()
    assert reset.is_disabled()
    press(hold(player, "w"), "ArrowRight", 3)
    hold(player, "w").press("Shift+ArrowDown")
    press(hold(player, "b"), "ArrowUp")
    changed = unit(w=-0.2, b=-0.3)
    assert numbers(player) == of_python(changed)
    assert numbers(player, "grad") == of_python(changed, "grad")
    reset.click()
    assert numbers(player) == of_python(unit())
    assert numbers(player, "grad") == of_python(unit(), "grad")
    assert hold(player, "w").get_attribute("aria-valuenow") == "0.5"


def test_in_the_middle_of_a_pass_the_line_follows_and_nothing_more_is_revealed(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    press(player.get_by_label("Step of the pass"), "ArrowRight", 7)
    assert line(player) == "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4"
    press(hold(player, "z"), "ArrowRight", 5)
    assert line(player) == "∂f/∂q = z · ∂f/∂f = −3.5 · 1 = −3.5"
    assert numbers(player, "grad") == {4: "1", 3: "−3.5"}


def test_an_input_that_has_not_been_shown_cannot_be_held(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    assert hold(player, "x").count() == 0
    press(player.get_by_label("Step of the pass"), "ArrowRight")
    assert hold(player, "x").count() == 1 and hold(player, "y").count() == 0


@pytest.mark.parametrize("build", [product, diamond, unit, bends])
def test_the_page_writes_the_lines_that_python_writes(open_file, build):
    """For the numbers of the start, and for others."""
    player = open_file(bp.play(build())).locator(".bp-player")
    notation = player.get_by_label("Notation of gradients")
    for chosen in ("bar", "delta", "leibniz"):
        notation.select_option(chosen)
        assert player.locator("li").all_text_contents() == bp.trace(build()).texts(chosen)

    player.get_by_label("Last step").click()
    player.locator("summary").click()
    names = [leaf.name for leaf in bp.leaves(build())]
    values = {}
    rng = random.Random(1)
    for leaf in bp.leaves(build()):
        moves = rng.choice([-7, -3, 4, 11])
        press(hold(player, leaf.name), "ArrowRight" if moves > 0 else "ArrowLeft", abs(moves))
        values[leaf.name] = float(hold(player, leaf.name).get_attribute("aria-valuenow"))
        assert values[leaf.name] == pytest.approx(leaf.value + moves / 10)
    assert list(values) == names
    changed = bp.trace(build(**values))
    assert player.locator("li").all_text_contents() == changed.texts()
    assert numbers(player) == of_python(changed.output)


def test_arrays_are_not_held_and_everything_else_works(open_file):
    X, w = bp.inputs(X=np.arange(6.0).reshape(2, 3), w=np.array([1.0, -1.0, 2.0]))
    f = ((X @ w) ** 2).sum()
    player = open_file(bp.play(f)).locator(".bp-player")
    player.get_by_label("Last step").click()
    assert player.locator(".bp-hold").count() == 0
    assert player.get_by_role("button", name="Push an input").count() == 0
    player.locator("[data-node='2'] .bp-gate").click()
    assert "∂v3/∂X = " in line(player) and "∂v3/∂w = " in line(player)
    player.locator("[data-wire='2-1']").press("Enter")
    assert line(player).startswith("From w along this wire to v3: one path, w → v1 → v2 → v3")


def test_from_hand_to_picture_in_a_frame(open_file):
    """30 nodes. Printed: how long the page takes to compute and to write every number and gradient."""
    player = open_file(bp.play(thirty())).locator(".bp-player")
    player.get_by_label("Last step").click()
    times = hold(player, "x").evaluate("""element => {
        const times = [];
        for (let i = 0; i < 60; i++) {
            const start = performance.now();
            element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }));
            element.getBoundingClientRect(); // the layout as well
            times.push(performance.now() - start);
        }
        return times;
    }""")
    assert hold(player, "x").get_attribute("aria-valuetext") == "x = 6.3"
    median = statistics.median(times)
    print(f"drag to picture, 30 nodes: median {median:.1f} ms, worst {max(times):.1f} ms")
    assert median < 100, "16 ms on a machine that is not busy"


# Asking


def test_a_gate_says_local_times_upstream(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    player.locator("[data-node='4'] .bp-gate").click()
    assert line(player) == "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4\n∂f/∂z = q · ∂f/∂f = 3 · 1 = 3"
    player.get_by_label("One step forward").click()
    assert line(player) == "x = −2"


def test_a_gate_that_is_asked_has_no_black_box_and_no_bold_number_beside_it(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    press(player.get_by_label("Step of the pass"), "ArrowRight", 4)
    assert player.locator(".bp-new").all_text_contents() == ["3"]
    player.locator("[data-node='4'] .bp-gate").click()
    gate = player.locator("[data-node='4']")
    assert gate.evaluate("it => it === document.activeElement && getComputedStyle(it).outlineStyle") == "none"
    assert player.locator(".bp-new").count() == 0
    player.locator("svg.bp-graph").click(position={"x": 3, "y": 3})
    assert player.locator(".bp-new").all_text_contents() == ["3"], "of the step that is said again"


def test_a_wire_says_its_sum_over_paths(open_file):
    player = open_file(bp.play(diamond())).locator(".bp-player")
    wire = player.locator("[data-wire='2-0'] .bp-grip")
    # A point in the middle of the wire: the middle of its box need not lie on it.
    x, y = wire.evaluate("""path => {
        const p = path.getPointAtLength(path.getTotalLength() * 0.9).matrixTransform(path.getScreenCTM());
        return [p.x, p.y];
    }""")
    player.page.mouse.click(x, y)
    assert line(player) == (
        "From a along this wire to f: 2 paths, a → c → f, a → c → v1 → f\n"
        "This wire's share of ∂f/∂a = 3 · 8 + 3 · 1 · 6 = 42"
    )
    assert player.locator(".bp-wire.bp-path").count() == 4
    player.get_by_label("Last step").click()
    player.locator("[data-wire='2-0']").press("Enter")
    hold(player, "b").press("ArrowUp")
    assert line(player).endswith("= 3.1 · 8.2 + 3.1 · 1 · 6.2 = 44.64"), "the sum follows the hand"


def test_the_keyboard_reaches_every_gate_and_wire(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    here = player.locator("svg :focus")
    page.keyboard.press("Tab")
    seen = [here.get_attribute("aria-label")]
    assert here.get_attribute("data-lm-suppress-shortcuts") is not None, "Notebook 7 asks the thing itself"
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        seen.append(here.get_attribute("aria-label"))
    assert seen[:3] == ["the wire from x to q", "the wire from y to q", "gate + of q"]
    assert seen[6:] == ["the wire out of f"] * 3
    page.keyboard.press("Enter")
    assert line(player) == "∂f/∂f = 1"
    page.keyboard.press("Escape")
    assert line(player).startswith("Click the picture")


# Nudge


def test_a_nudge_shows_every_change_and_finds_the_red_number(open_file):
    player = open_file(bp.play(product())).locator(".bp-player")
    nudge = player.get_by_role("button", name="Push an input")
    nudge.click()
    assert nudge.get_attribute("aria-pressed") == "true"
    assert numbers(player) == {0: "+0.01", 1: "0", 2: "0", 3: "+0.01", 4: "−0.04"}
    assert numbers(player, "grad") == of_python(product(), "grad")
    assert line(player).startswith("x + 0.01: Δf = −0.04, so Δf/Δx = −0.04 / 0.01 = −4\n")
    assert "∂f/∂x = −4" in line(player)
    hold(player, "z").click()
    assert numbers(player) == {0: "0", 1: "0", 2: "+0.01", 3: "0", 4: "+0.03"}
    hold(player, "y").press("Enter")
    assert numbers(player)[4] == "−0.04"
    nudge.click()
    assert numbers(player) == {}, "back where the pass stood"


# Motion


def test_a_value_runs_along_its_wire(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    press(player.get_by_label("Step of the pass"), "ArrowRight", 3)
    player.get_by_label("Step of the pass").press("ArrowRight")
    assert player.locator(".bp-token").all_text_contents() == ["−2", "5"]
    page.wait_for_function("() => !document.querySelector('.bp-token, .bp-arriving')", timeout=5000)
    press(player.get_by_label("Step of the pass"), "ArrowRight", 3)
    assert player.locator(".bp-token").all_text_contents() == ["1", "−4", "−4"], "upstream, local, product"


@pytest.mark.parametrize("build", [product, diamond, unit])
def test_local_and_upstream_meet_below_the_gate_and_cover_nothing(open_file, build):
    """Every step back through a gate, frame by frame."""
    page = open_file(bp.play(build()))
    player = page.locator(".bp-player")
    forward = sum(step.phase == "forward" for step in bp.trace(build()).steps)
    press(player.get_by_label("Step of the pass"), "ArrowRight", forward + 1)
    for _ in range(len(bp.trace(build()).steps) - forward - 1):
        page.wait_for_function("() => !document.querySelector('.bp-token')")
        standing = player.get_by_label("Step of the pass").evaluate("""(slider) => new Promise((resolve) => {
            const found = [];
            slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }));
            const box = (it) => { const { left, right, top, bottom } = it.getBoundingClientRect();
                                  return [left, right, top, bottom]; };
            const look = (time) => {
                const tokens = [...document.querySelectorAll(".bp-token")];
                if (!tokens.length) return resolve(found);
                const gate = document.querySelector(".bp-node.bp-active .bp-gate");
                const picture = document.querySelector("svg.bp-graph");
                const times = document.querySelector(".bp-times");
                if (times.style.opacity === "1") {
                    found.push({ time, boxes: [...tokens.slice(0, 2), gate, picture, times].map(box) });
                }
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        })""")
        assert standing, "they stand side by side for a while"
        upstream, local, gate, picture, times = standing[0]["boxes"]
        assert local[1] < times[0] + 1 and times[1] - 1 < upstream[0], "local × upstream, side by side"
        assert max(gate[3], 0) <= min(local[2], upstream[2]) + 1, "the gate stays in sight"
        for one in (local, upstream):
            assert picture[0] <= one[0] and one[1] <= picture[1] and one[3] <= picture[3]
        assert all([frame["boxes"] == standing[0]["boxes"] for frame in standing])


def test_playing_can_be_paused_in_the_middle_of_a_wire(open_file):
    page = open_file(bp.play(product()))
    player = page.locator(".bp-player")
    press(player.get_by_label("Step of the pass"), "ArrowRight", 3)
    player.get_by_label("Play").click()
    player.locator(".bp-token").first.wait_for()
    player.get_by_label("Pause").click()
    stands = player.locator(".bp-token").first.get_attribute("transform")
    page.wait_for_timeout(600)
    assert player.locator(".bp-token").first.get_attribute("transform") == stands
    player.get_by_label("Play").click()
    page.locator("output", has_text="step 6 of 10").wait_for()


def test_with_reduced_motion_arrow_heads_show_the_way(open_file):
    page = open_file(bp.play(product()), reduced_motion="reduce")
    player = page.locator(".bp-player")
    slider = player.get_by_label("Step of the pass")
    press(slider, "ArrowRight", 4)
    assert player.locator(".bp-token").count() == 0
    assert player.locator(".bp-active .bp-head").first.is_visible()
    assert not player.locator(".bp-active .bp-back").first.is_visible()
    press(slider, "ArrowRight", 3)
    assert player.locator(".bp-active .bp-back").is_visible()
    assert not player.locator(".bp-active .bp-head").is_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    player.get_by_label("Play").click()
    page.locator("output", has_text="step 9 of 10").wait_for()


# The page


def test_two_players_share_the_runtime_and_nothing_else(open_file):
    page = open_file(bp.play(product()), bp.play(diamond()))
    first, second = page.locator(".bp-player").all()
    first.get_by_label("Last step").click()
    second.get_by_label("Last step").click()
    hold(first, "x").press("ArrowRight")
    assert numbers(first) == of_python(product(x=-1.9))
    assert numbers(second) == of_python(diamond())
    assert page.evaluate("backprop.version") == 1


def test_an_output_that_is_shown_again_comes_to_life_once(open_file):
    """As in JupyterLab, where the scripts of an output run when the page already has others."""
    page = open_file(bp.play(product()))
    kit = page.evaluate("window.backprop.kit = window.backprop, 1")
    page.evaluate(
        """html => {
        const room = document.body.appendChild(document.createElement('div'));
        room.innerHTML = html;
        for (const old of room.querySelectorAll('script')) {
            const script = document.createElement('script');
            for (const { name, value } of old.attributes) script.setAttribute(name, value);
            script.textContent = old.textContent;
            old.replaceWith(script);
        }
    }""",
        bp.play(diamond())._repr_html_(),
    )
    assert kit and page.evaluate("window.backprop.kit === window.backprop"), "the first one's runtime"
    assert page.get_by_label("Step of the pass").count() == page.locator(".bp-player").count() == 2


def test_without_scripts_the_twin_is_complete(open_file):
    page = open_file(bp.play(product()), java_script_enabled=False)
    picture = page.get_by_role("img")
    assert picture.is_visible() and picture.get_attribute("alt").startswith(
        "Computational graph of f: x = −2"
    )
    page.get_by_text("All 10 steps as text").click()
    assert page.locator("li").all_inner_texts() == bp.trace(product()).texts()
    assert page.get_by_role("button").count() == 0


def test_what_is_printed_is_the_last_state(open_file):
    page = open_file(bp.play(product()))
    assert page.locator("svg.bp-graph").is_visible() and not page.locator("img").is_visible()
    page.emulate_media(media="print")
    assert page.locator("img").is_visible() and not page.locator("svg.bp-graph").is_visible()
    for control in page.locator("button, select, input, .bp-line").all():
        assert not control.is_visible()


def test_in_a_narrow_window_the_picture_scrolls_to_where_the_step_happens(open_file):
    window = {"width": 390, "height": 400}
    page = open_file(bp.play(unit()), viewport=window, reduced_motion="reduce")
    player = page.locator(".bp-player")
    seen = player.locator(".bp-figure").bounding_box()
    assert player.locator("svg.bp-graph").bounding_box()["width"] > seen["width"]
    player.get_by_label("Step of the pass").focus()
    stands = page.evaluate("[scrollX, scrollY]")
    faded = []
    for _ in range(len(bp.trace(unit()).steps)):
        player.get_by_label("Step of the pass").press("ArrowRight")
        box = player.locator(".bp-new").bounding_box()
        assert seen["x"] <= box["x"] and box["x"] + box["width"] <= seen["x"] + seen["width"], line(player)
        mask = player.locator(".bp-figure").evaluate("it => getComputedStyle(it).maskImage")
        faded.append(mask.count("rgba(0, 0, 0, 0.2)"))
    assert page.evaluate("[scrollX, scrollY]") == stands, "only the picture has moved"
    assert set(faded) == {1, 2}, "at an edge behind which there is more"
    page.emulate_media(media="print")
    assert player.locator(".bp-figure").evaluate("it => getComputedStyle(it).maskImage") == "none"


@pytest.mark.parametrize("width", [390, 900, 1400])
def test_the_sentence_is_as_wide_as_picture_and_program_together(open_file, width):
    page = open_file(bp.play(unit(), source=True), viewport={"width": width, "height": 800})
    player = page.locator(".bp-player")
    sentence, program = player.locator(".bp-line").bounding_box(), player.locator("pre").bounding_box()
    pair = player.locator(".bp-pair").bounding_box()
    assert (sentence["x"], sentence["width"]) == (pair["x"], pair["width"])
    assert (program["y"] < sentence["y"]) == (width > 390), "below a narrow picture it comes last"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1400, 390])
def test_no_page_is_wider_than_its_window(open_file, width):
    page = open_file(bp.play(unit()), bp.play(thirty()), viewport={"width": width, "height": 800})
    page.get_by_label("Last step").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    size = page.locator(".bp-graph text").first.evaluate("it => 13 * it.getScreenCTM().a")
    assert size >= 11, "pixels of a label"
