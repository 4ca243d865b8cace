"""Panels in a page that was saved to disk: no kernel, and their numbers are those of Python."""

import base64
import html
import re
import statistics

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.show.notation import in_html
from backprop_lib.show.picture import short

pytestmark = pytest.mark.browser


@pytest.fixture
def open_panel(chromium, tmp_path):
    """`open_panel(panel)` → (page, the panel in it), read from the disk. Complaints fail the test."""
    contexts, complaints = [], []

    def open_panel(*panels, **settings):
        file = tmp_path / "page.html"
        sent = "".join([panel._repr_mimebundle_()["text/html"] for panel in panels])
        head = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>"
        file.write_text(f"{head}<h1>Before</h1>{sent}", encoding="utf-8")
        contexts.append(chromium.new_context(**settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(file.as_uri())
        return page, page.locator(".bp-panel").first

    yield open_panel
    for context in contexts:
        context.close()
    assert complaints == []


def parabola(x):
    return (x - 4) ** 2


def bowl(u, v):
    return 0.5 * u**2 + 5 * v**2


def product():
    x, y, z = bp.inputs(x=-2.0, y=3.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


def circuits():
    w, x = bp.inputs(w=2.0, x=-1.0)
    return {"four gates": 1 / (1 + bp.exp(-w * x)), "one gate": bp.sigmoid(w * x)}


def diamond():
    a, b = bp.inputs(a=2.0, b=3.0)
    c = a * b
    f = (c + a) * c
    c.name, f.name = "c", "f"
    return f


def small_net():
    net = bp.MLP(2, [3], 1, activation="tanh", rng=4)
    return bp.perturb(net, [0.5, -1.0], [0.3], layer=2, j=3, k=2, change=0.5)


PANELS = {
    "descent": lambda: bp.descent(parabola, x=(0, 8), start=0, rate=0.1),
    "descent in two": lambda: bp.descent(bowl, x=(-4, 4), y=(-2.2, 2.2), start=(-3.5, 1.2), rate=0.18),
    "activations": lambda: bp.activations(z=0.5, swish=lambda z: z * bp.sigmoid(z)),
    "explore": lambda: bp.explore(product(), x=(-5, 5), y=(-5, 5)),
    "gates": lambda: bp.gates(circuits(), w=(-5, 5)),
    "branches": lambda: bp.branches(diamond()),
    "logistic": lambda: bp.logistic(x=50.0, y=1),
    "softmax": lambda: bp.softmax_jacobian([2.0, 1.0, -1.0, 0.5]),
    "entry by entry": lambda: bp.softmax_jacobian([2.0, 1.0, -1.0], function=bp.sigmoid),
    "scalar_net": lambda: bp.scalar_net(node=2),
    "perturb": small_net,
    "differences": lambda: bp.difference_error(bp.exp, 1.0),
    "shapes": lambda: bp.shapes(),
    "rosetta": bp.rosetta,
    "gradient_health": bp.gradient_health,
}


def plain(lines):
    """Sentences as a page shows them, without their tags."""
    return [html.unescape(re.sub("<.*?>", "", in_html(line))) for line in lines]


def said(panel):
    return panel.locator(".bp-lines p").all_text_contents()


def slider(panel, title):
    return panel.get_by_role("slider", name=title, exact=True)


def press(target, key, times=1):
    for _ in range(times):
        target.press(key)


def drag(page, handle, dx, dy=0):
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("kind", PANELS)
def test_a_panel_lives_without_a_kernel_and_is_small(open_panel, kind):
    sent = PANELS[kind]()._repr_mimebundle_()["text/html"]
    start, end = sent.index('<div class="bp-still">'), sent.index('<script type="application/json">')
    size = (len(sent[:start].encode()) + len(sent[end:].encode())) / 1000
    print(f"{kind}: kit and data {size:.1f} kB")
    assert size < 40.96  # 40 KB of 1024 bytes
    page, panel = open_panel(PANELS[kind]())
    assert panel.locator("div.bp-live").is_visible()
    assert not panel.locator(".bp-still").is_visible()


def test_where_scripts_are_off_the_twin_stays(open_panel):
    _, panel = open_panel(PANELS["descent"](), java_script_enabled=False)
    assert panel.locator(".bp-still img").is_visible()
    assert panel.locator("div.bp-live").count() == 0


def test_what_is_no_graph_stays_with_python():
    def bent(x):
        return x * x if getattr(x, "value", x) > 0 else -x

    assert bp.descent(bent).data() is None
    assert bp.descent(parabola).data() is not None
    assert bp.activations("tanh", mine=bent).data() is None
    assert bp.explore((bp.Node(np.ones(3), "v") * bp.Node(2.0, "x")).sum()).data() is None


# Numbers


def test_descent_says_what_python_says(open_panel):
    _, panel = open_panel(PANELS["descent"]())
    own = PANELS["descent"]()
    assert said(panel) == plain(own.lines())
    press(slider(panel, "where the descent starts, x"), "ArrowRight", 13)
    press(slider(panel, "learning rate"), "ArrowRight", 8)
    press(slider(panel, "number of steps"), "ArrowLeft", 5)
    own.start, own.rate, own.steps = [1.3], 0.18, 15
    assert said(panel) == plain(own.lines())


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.1])
def test_the_verdicts_of_overshoot_and_divergence(open_panel, rate):
    own = bp.descent(parabola, x=(0, 8), start=0.5, rate=rate)
    _, panel = open_panel(own)
    assert said(panel) == plain(own.lines())


@pytest.mark.parametrize(("rate", "steps"), [(0.1, 1), (0.1, 0), (1.1, 20)])
def test_the_last_step_is_drawn_as_python_draws_it(open_panel, rate, steps):
    own = bp.descent(parabola, x=(0, 8), start=3, rate=rate, steps=steps)
    _, panel = open_panel(own)
    drawn = base64.b64decode(own.picture().split("base64,")[1].split('"')[0]).decode()
    expected = [re.sub("<.*?>", "", text) for text in re.findall("<text.*?</text>", drawn)]
    live = panel.locator("div.bp-live svg")
    assert sorted(live.locator("text").all_text_contents()) == sorted(expected)
    assert live.locator("path").count() == drawn.count("<path")


def test_the_start_is_dragged_on_the_curve_and_on_the_contour(open_panel):
    page, panel = open_panel(PANELS["descent"]())
    point = slider(panel, "start of the descent")
    drag(page, point, 300)
    start = float(point.get_attribute("aria-valuenow"))
    assert start == pytest.approx(300 / 720 * 600 / 522 * 8, abs=0.15)
    own = PANELS["descent"]()
    own.start = [start]
    assert said(panel) == plain(own.lines())

    page, panel = open_panel(PANELS["descent in two"]())
    point = slider(panel, "start of the descent")
    drag(page, point, 120, 90)
    u, v = map(float, re.findall(r"= (−?[\d.]+)", point.get_attribute("aria-valuetext").replace("−", "")))
    assert u == pytest.approx(-(-3.5 + 120 / 1.2 / 522 * 8), abs=0.15)
    assert v == pytest.approx(1.2 - 90 / 1.2 / 284 * 4.4, abs=0.1)
    point.press("ArrowUp")
    point.press("Shift+ArrowRight")
    own = PANELS["descent in two"]()
    own.start = [round(-u + 1.0, 10), round(v + 0.01, 10)]
    assert said(panel) == plain(own.lines())


def test_activations_of_the_course_and_of_the_student(open_panel):
    page, panel = open_panel(bp.activations(z=0.5), PANELS["activations"]())
    own = bp.activations(z=0.5)
    point = slider(panel, "point on the curve")
    press(point, "ArrowLeft", 7)
    own.z = -0.2
    for name in own.functions:
        panel.get_by_role("button", name=f"function {name}: Show {name}", exact=True).click()
        assert said(panel) == plain([own.facts(name)])
    drag(page, point, 100)
    own.z = float(point.get_attribute("aria-valuenow"))
    assert own.z == pytest.approx(-0.2 + 100 / 720 * 620 / 420 * 12, abs=0.2)
    assert said(panel) == plain([own.facts("softplus")])
    swish = PANELS["activations"]()
    assert said(page.locator(".bp-panel").nth(1)) == plain([swish.facts()])


def shown(panel, kind):
    found = {}
    for cell in panel.locator(f".bp-graph .bp-node:has(.bp-{kind})").all():
        found[int(cell.get_attribute("data-node"))] = cell.locator(f".bp-{kind}").text_content()
    return found


def test_explore_follows_sliders_numbers_and_the_pointer(open_panel):
    page, panel = open_panel(PANELS["explore"]())
    press(slider(panel, "value of x"), "ArrowRight", 5)
    press(slider(panel, "y"), "ArrowDown", 3)  # the number on the wire
    drag(page, slider(panel, "z"), 25)
    assert slider(panel, "z").get_attribute("aria-valuenow") == "-3.5"
    f = product()
    bp.forward(f, x=-1.5, y=2.7, z=-3.5)
    f.backward()
    for i, node in enumerate(bp.topological_order(f)):
        assert shown(panel, "value")[i] == short(node.value)
        assert shown(panel, "grad")[i] == short(node.grad)


def test_gates_keep_their_gradients_equal(open_panel):
    _, panel = open_panel(PANELS["gates"]())
    press(slider(panel, "value of w"), "ArrowLeft", 7)
    panel.get_by_role("button", name="circuit one gate: draw it with one gate").click()
    own = PANELS["gates"]()
    own.set("w", 1.3)
    expected = re.findall("<t[hd][^>]*>(.*?)</t[hd]>", own.table())
    assert panel.locator(".bp-table :is(th, td)").all_text_contents() == expected


def test_branches_steps_through_every_run(open_panel):
    _, panel = open_panel(PANELS["branches"]())
    own = PANELS["branches"]()
    for store, order in own.runs:
        panel.get_by_role("button", name=f"store with {store}: ").click()
        panel.get_by_role("button", name=re.compile(f"^order {order}: ")).click()
        own.store, own.order = store, order
        for step in (len(own.runs[own.way]), len(own.runs[own.way]) - 1, 0):
            own.step = step
            slider(panel, "how many messages have been sent").evaluate(
                "(input, step) => { input.value = step; input.dispatchEvent(new Event('input')); }", step
            )
            assert said(panel) == plain([own.line(own.way, step)])
            expected = plain(re.findall("<t[hd][^>]*>(.*?)</t[hd]>", own.table(own.way)))
            assert panel.locator(".bp-table :is(th, td)").all_text_contents() == expected


def test_the_message_that_was_sent_is_marked_and_a_loss_is_amber(open_panel):
    _, panel = open_panel(PANELS["branches"]())
    wire = panel.locator(".bp-sent path").first
    assert wire.evaluate("path => getComputedStyle(path).strokeWidth") == "3px"
    unsent = panel.locator(".bp-live .bp-wire:not(.bp-sent) path").first
    assert unsent.evaluate("path => getComputedStyle(path).strokeWidth") == "1.3px"
    sentence = panel.locator(".bp-lines p")
    colour = "p => getComputedStyle(p).color"
    assert "overwrites" not in sentence.text_content()
    calm = sentence.evaluate(colour)
    press(slider(panel, "how many messages have been sent"), "ArrowLeft")
    assert "is lost" in sentence.text_content()
    assert sentence.evaluate(colour) != calm


def test_a_step_of_logistic_regression(open_panel):
    _, panel = open_panel(PANELS["logistic"]())
    own = PANELS["logistic"]()
    assert said(panel) == plain(own.lines())
    panel.get_by_role("button", name="label y 0: the example is a no").click()
    press(slider(panel, "learning rate"), "ArrowRight", 10)
    own.y, own.rate = 0, 0.1
    assert said(panel) == plain(own.lines())


@pytest.mark.parametrize("kind", ["softmax", "entry by entry"])
def test_a_jacobian(open_panel, kind):
    _, panel = open_panel(PANELS[kind]())
    own = PANELS[kind]()
    press(slider(panel, "logit z_1"), "ArrowRight", 12)
    own.z[1] = 2.2
    assert said(panel) == plain(own.lines())
    drawing = panel.locator("div.bp-live svg")
    assert drawing.get_attribute("aria-label") == own.facts()


def test_a_node_of_the_scalar_network_is_clicked(open_panel):
    _, panel = open_panel(PANELS["scalar_net"]())
    own = PANELS["scalar_net"]()
    assert said(panel) == plain(own.lines())
    panel.locator("[data-unit='4']").click()
    press(slider(panel, "value of input node 1"), "ArrowLeft", 14)
    press(slider(panel, "what the output should have been"), "ArrowLeft", 10)
    own.node, own.values, own.target = 5, [-0.4], 10.0
    own.run()
    assert said(panel) == plain(own.lines())


def test_no_wire_of_the_scalar_network_meets_its_words(open_panel):
    _, panel = open_panel(PANELS["scalar_net"]())
    bare = panel.locator("div.bp-live svg").evaluate("""svg => {
        const paper = [...svg.querySelectorAll("rect")].map((one) => one.getBBox());
        const isBeside = (p, t) => p.x < t.x && t.x + t.width < p.x + p.width;
        const isLevel = (p, t) => p.y <= t.y + 4 && t.y + t.height < p.y + p.height + 4;
        const holds = (p, t) => isBeside(p, t) && isLevel(p, t);
        const words = [...svg.querySelectorAll("text")].filter((one) => one.textContent.length > 1);
        const isBare = (one) => !paper.some((p) => holds(p, one.getBBox()));
        return words.filter(isBare).map((one) => one.textContent);
    }""")
    assert bare == []


def test_a_weight_is_clicked_and_its_change_is_dragged(open_panel):
    page, panel = open_panel(PANELS["perturb"]())
    own = PANELS["perturb"]()
    assert said(panel) == plain(own.lines())
    press(slider(panel, "the weight leads into this layer"), "ArrowRight")
    panel.locator("[data-weight='2 1 2']").dispatch_event("click")
    point = slider(panel, "change of the weight").last
    drag(page, slider(panel, "change of the weight").first, 60)
    own.layer, own.j, own.k, own.change = 2, 1, 2, float(point.input_value())
    assert own.change > 0.9
    assert said(panel) == plain(own.lines())


def test_errors_of_differences(open_panel):
    page, panel = open_panel(PANELS["differences"]())
    own = PANELS["differences"]()
    assert said(panel) == plain(own.lines())
    press(slider(panel, "the nudge"), "ArrowLeft", 4)
    own.h = 1e-3
    assert said(panel)[0].split(";")[0] == plain(own.lines())[0].split(";")[0]


def test_shapes_of_products(open_panel):
    _, panel = open_panel(PANELS["shapes"]())
    own = PANELS["shapes"]()
    assert said(panel) == plain(own.lines())
    press(slider(panel, "units, rows of W"), "ArrowRight")
    press(slider(panel, "inputs, columns of W"), "ArrowLeft")
    own = bp.shapes(n_out=3, n_in=3)
    for want, sign, left, right in [("dW", "@", "δ", "aᵀ"), ("da", "@", "W", "δ"), ("da", "∘", "W", "aᵀ")]:
        panel.get_by_label("the gradient that is looked for").select_option(want)
        panel.get_by_label("@ is the matrix product").select_option(sign)
        panel.get_by_label("left operand").select_option(left)
        panel.get_by_label("right operand").select_option(right)
        own.want, own.sign, own.left, own.right = want, sign, left, right
        assert said(panel) == plain(own.lines())
    panel.locator("[data-cell='2 5']").click()
    own.left, own.right = "δ", "aᵀ"
    assert said(panel) == plain(own.lines())


def test_shapes_of_matrices_of_ones_own(open_panel):
    rng = np.random.default_rng(1)
    A, B = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
    own = bp.shapes(wanted={"C": A @ B}, A=A, B=B)
    _, panel = open_panel(own)
    assert said(panel) == plain(own.lines())
    assert "A @ B" in said(panel)[0]


def test_rosetta_shows_one_lecture(open_panel):
    _, panel = open_panel(PANELS["rosetta"]())
    assert panel.locator(".bp-live .bp-lecture:visible").count() == 1
    panel.get_by_role("button", name=re.compile("COMP 5212")).click()
    assert "overline" in panel.locator(".bp-live .bp-lecture:visible").inner_text()


def test_gradient_health_of_every_choice(open_panel):
    _, panel = open_panel(PANELS["gradient_health"]())
    depth = slider(panel, "number of hidden layers")
    press(depth, "ArrowRight", 2)
    panel.get_by_role("button", name="activation: relu").click()
    panel.get_by_role("button", name="start: he", exact=True).click()
    found = said(panel)[0]
    expected = plain([bp.gradient_health(7, "relu", "he").facts()])[0]
    numbers = [float(x.replace("−", "-")) for x in re.findall(r"(?<=[az] )[\d.e−]+\d", found)]
    wanted = [float(x.replace("−", "-")) for x in re.findall(r"(?<=[az] )[\d.e−-]+\d", expected)]
    assert numbers == pytest.approx(wanted, rel=0.1)
    assert found.split(". Each")[1] == expected.split(". Each")[1]
    press(depth, "ArrowLeft", 6)
    assert said(panel)[0].endswith("There is no layer below to compare with.")


# The frame


@pytest.mark.parametrize("kind", PANELS)
def test_nothing_jumps_while_a_control_moves(open_panel, kind):
    page, panel = open_panel(PANELS[kind](), viewport={"width": 1400, "height": 900})
    boxes = """panel => {
        const placed = [...panel.querySelectorAll("input, button, select, .bp-lines, .bp-figure")];
        const boxes = placed.map((one) => [one.offsetLeft, one.offsetTop, one.offsetWidth]);
        return boxes.join() + panel.offsetHeight;
    }"""
    for control in panel.locator("input[type=range]").all():
        seen = set()
        for key in ["Home"] + ["ArrowRight"] * 8 + ["End"]:
            control.press(key)
            seen.add(panel.evaluate(boxes))
        assert len(seen) == 1


def test_a_press_beside_the_point_takes_it_there_and_selects_nothing(open_panel):
    page, panel = open_panel(PANELS["activations"]())
    point = slider(panel, "point on the curve")
    box = point.bounding_box()
    unit = 620 / 720 * 12 / 420  # of z, for a pixel
    x, y = box["x"] + box["width"] / 2 - 100, box["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    assert float(point.get_attribute("aria-valuenow")) == pytest.approx(0.5 - 100 * unit, abs=0.1)
    page.mouse.move(x - 50, y + 120, steps=4)
    page.mouse.up()
    assert float(point.get_attribute("aria-valuenow")) == pytest.approx(0.5 - 150 * unit, abs=0.1)
    page.mouse.move(x + 80, y)
    assert float(point.get_attribute("aria-valuenow")) == pytest.approx(0.5 - 150 * unit, abs=0.1)
    assert page.evaluate("getSelection().toString()") == ""


def test_a_press_outside_the_frame_of_the_plot_moves_nothing(open_panel):
    page, panel = open_panel(PANELS["perturb"]())
    point = slider(panel, "change of the weight").first
    before = point.get_attribute("aria-valuenow")
    network = panel.locator("div.bp-live svg").bounding_box()
    page.mouse.click(network["x"] + network["width"] - 10, network["y"] + 10)
    assert point.get_attribute("aria-valuenow") == before


@pytest.mark.parametrize("kind", ["descent", "descent in two"])
def test_all_sliders_of_a_panel_have_one_length(open_panel, kind):
    _, panel = open_panel(PANELS[kind](), viewport={"width": 1400, "height": 900})
    sliders = panel.locator("input[type=range]").all()
    assert len({one.bounding_box()["width"] for one in sliders}) == 1


@pytest.mark.parametrize("kind", PANELS)
def test_every_control_has_a_name_and_keeps_its_keys(open_panel, kind):
    _, panel = open_panel(PANELS[kind]())
    for control in panel.locator(":is(input, button, select, [role=slider]):not(.bp-still *)").all():
        assert control.get_attribute("aria-label")
        assert control.get_attribute("data-lm-suppress-shortcuts") is not None
    for control in panel.locator("[role=slider], input[type=range]").all():
        assert control.get_attribute("aria-valuetext")


def test_two_panels_of_a_kind_are_two(open_panel):
    page, first = open_panel(PANELS["descent"](), PANELS["descent"]())
    press(slider(first, "number of steps"), "ArrowLeft", 20)
    assert said(first)[0].endswith("Start at 0.0000, where f = 16.0000.")
    assert "After 20 steps" in said(page.locator(".bp-panel").nth(1))[0]


def test_a_page_that_is_printed_shows_the_last_state_and_no_sliders(open_panel):
    page, panel = open_panel(PANELS["descent"]())
    page.emulate_media(media="print")
    assert panel.locator(".bp-live svg").is_visible()
    assert not panel.locator("input").first.is_visible()
    assert not panel.locator(".bp-still").is_visible()


@pytest.mark.parametrize("kind", ["descent in two", "gates", "perturb"])
def test_from_key_to_picture_in_a_frame(open_panel, kind):
    _, panel = open_panel(PANELS[kind]())
    control = panel.locator("input[type=range]").last
    times = control.evaluate("""input => {
        const times = [];
        for (let i = 0; i < 40; i++) {
            const start = performance.now();
            input.value = Number(input.min) + (i % 8) * input.step;
            input.dispatchEvent(new Event("input"));
            input.closest(".bp-panel").getBoundingClientRect();
            times.push(performance.now() - start);
        }
        return times;
    }""")
    median = statistics.median(times)
    print(f"{kind}: input to picture, median {median:.1f} ms, worst {max(times):.1f} ms")
    assert median < 100, "16 ms on a machine that is not busy"
