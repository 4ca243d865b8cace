"""The kit: what an output is made of, and what its runtime offers to every kind."""

import math
import random
import re

import pytest

from backprop_lib.graph.names import number
from backprop_lib.show.picture import short
from backprop_lib.widgets import kit
from backprop_lib.widgets.kit.kit import _tight


class Shown:
    """An output of the kit, as `open_page` asks for it."""

    def __init__(self, html):
        self.html = html

    def _repr_html_(self):
        return self.html


def test_an_output_is_a_twin_data_and_the_script_of_its_kind():
    html = kit.output("player", "<p>the twin</p>", {"names": ["x"]})
    assert html.startswith('<div class="bp-kit bp-player" data-kind="player">\n<p>the twin</p>\n')
    assert re.search(r'<script type="application/json">(.*?)</script>', html)[1] == '{"names":["x"]}'
    assert 'backprop.kind("player",' in html and "window.backprop={" in html


def test_no_name_ends_the_script():
    html = kit.output("player", "", {"names": ["</script><b>"]})
    assert html.count("</script>") == 2 and "<b>" not in html


def test_what_json_has_no_word_for_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        kit.output("player", "", {"start": [math.inf]})


def test_comments_stay_at_home_and_strings_do_not():
    html = kit.output("player", "", {})
    assert not re.search(r"^\s*//|^ ", html, re.MULTILINE)
    assert 'createElementNS("http://www.w3.org/2000/svg"' in html


def test_scripts_lose_their_spaces_but_for_what_could_mean_something():
    assert _tight('if (a < b) x = { name: "a = b", c };') == 'if(a<b)x={name:"a = b",c};'
    assert _tight("say(`${a} + ${b}`, c + 1)") == "say(`${a} + ${b}`,c+1)"
    assert _tight("const a = 'x'") == "const a = 'x'" and _tight('const a = "const b"') == 'let a="const b"'
    for unsure in ("a - -b", "x + `${y ? `a + b` : c}`", "text.replace(/ = /g, b + c)", "say(' = ', a + b)"):
        assert _tight(unsure) == unsure


@pytest.fixture
def runtime(open_page):
    """A page that has the runtime, and a living output with nothing in it."""
    page = open_page(
        Shown(kit.output("player", "", {}).replace('backprop.kind("player"', 'window.later = ("player"'))
    )
    assert page.evaluate("backprop.version") >= 1
    return page


@pytest.mark.browser
def test_numbers_are_written_as_python_writes_them(runtime):
    """Whole, tiny and huge ones, and ties, which Python rounds to the even digit."""
    rng = random.Random(3)
    numbers = [0.0, -0.0, 1.0, -4.0, 1 / 3, 0.1 + 0.2, 1e16, -1e22, 999999.5, 9.9995, 1e-5, 1.2345e-4, 1e6]
    numbers += [rng.randint(-(10**6), 10**6) / 2 ** rng.randint(0, 12) for _ in range(3000)]
    numbers += [rng.choice([-1, 1]) * 10 ** rng.uniform(-12, 12) for _ in range(2000)]
    written = runtime.evaluate("all => all.map((x) => [backprop.number(x), backprop.short(x)])", numbers)
    assert written == [[number(x), short(x)] for x in numbers]
    assert [number(x) for x in (math.inf, -math.inf, math.nan)] == runtime.evaluate(
        "[Infinity, -Infinity, NaN].map((x) => backprop.number(x))"
    )


@pytest.mark.browser
def test_a_program_is_a_function(runtime):
    assert runtime.evaluate("backprop.program('(x, y) => { return {values: [x, y, x * y]}; }')(3, 4)") == {
        "values": [3, 4, 12]
    }


@pytest.mark.browser
def test_what_can_be_dragged_is_a_slider_with_a_name(runtime):
    runtime.evaluate("""() => {
        window.told = [];
        const point = document.body.appendChild(backprop.make("p", {}, "hold me"));
        const options = { value: 1.2, step: 0.1, max: 2, name: "rate", onchange: (x) => told.push(x) };
        window.handle = backprop.drag(point, options);
    }""")
    point = runtime.get_by_role("slider", name="rate")
    assert point.get_attribute("aria-valuetext") == "rate = 1.2"
    for key in [
        "ArrowRight",
        "ArrowUp",
        "ArrowLeft",
        "Shift+ArrowLeft",
        "PageUp",
        "Shift+ArrowRight",
        "ArrowUp",
    ]:
        point.press(key)
    assert runtime.evaluate("told") == [1.3, 1.4, 1.3, 0.3, 1.3, 2], "at its end it says nothing more"
    box = point.bounding_box()
    runtime.mouse.move(box["x"] + 100, box["y"] + 5)
    runtime.mouse.down()
    runtime.mouse.move(box["x"] + 75, box["y"] + 60)
    runtime.mouse.up()
    runtime.mouse.move(box["x"] + 300, box["y"] + 5)
    assert runtime.evaluate("told.at(-1)") == 1.5, (
        "5 pixels to the left are a step back; the height is nothing"
    )
    runtime.evaluate("handle.set(0)")
    assert point.get_attribute("aria-valuenow") == "0" and runtime.evaluate("told.length") == 7
    point.press("End")
    point.press("Home")
    assert runtime.evaluate("told.slice(-2)") == [2, -1000]


@pytest.mark.browser
def test_a_kind_wakes_each_of_its_outputs_once_and_no_other(runtime):
    woken = runtime.evaluate("""() => {
        const add = (kind, data) => {
            const root = document.body.appendChild(backprop.make("div", { className: "bp-kit" }));
            root.dataset.kind = kind;
            root.append(backprop.make("script", { type: "application/json", text: data }));
        };
        const woken = [];
        add("one", "[1]");
        add("two", "[2]");
        add("one", "[3]");
        const wake = (root, data) => woken.push([root.dataset.kind, ...data]);
        backprop.kind("one", wake);
        backprop.kind("one", wake);
        return woken;
    }""")
    assert woken == [["one", 1], ["one", 3]]


@pytest.mark.browser
def test_a_motion_can_be_paused_and_ended(runtime):
    runtime.evaluate("""() => {
        window.seen = [];
        window.motion = backprop.animate(60000, (t) => seen.push(t), () => seen.push("done"));
    }""")
    runtime.wait_for_function("seen.length > 2")
    runtime.evaluate("motion.pause()")
    count = runtime.evaluate("seen.length")
    runtime.wait_for_timeout(100)
    assert runtime.evaluate("seen.length") == count
    runtime.evaluate("motion.end()")
    assert runtime.evaluate("seen.slice(-2)") == [1, "done"]


@pytest.mark.browser
def test_a_screen_reader_hears_what_is_announced(runtime):
    place = runtime.locator(".bp-announcements[aria-live]")
    assert place.count() == 1 and place.text_content() == "", "a region that is new is not heard"
    runtime.evaluate("""() => {
        window.heard = [];
        const place = document.querySelector(".bp-announcements");
        new MutationObserver(() => heard.push(place.textContent)).observe(place, { childList: true });
        backprop.announce("two of four", 400);
        backprop.announce("three of four");
    }""")
    runtime.wait_for_function("heard.at(-1) === 'three of four'")
    runtime.evaluate("backprop.announce('three of four')")
    runtime.wait_for_function("heard.length === 3")
    assert runtime.evaluate("heard") == ["three of four", "", "three of four"], "the same is said again"
