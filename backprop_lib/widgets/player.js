// The player: a static picture with the list of its steps becomes one that moves, and whose inputs can be changed.
backprop.kind("player", (root, data) => {
  const { make, draw, number, short, button, reduced } = backprop;
  const NOTATIONS = { leibniz: "∂f/∂x (Leibniz)", bar: "x̄ (bar)", delta: "δ_x (delta)" };
  const START = [
    "Click the picture and press →, or Tab to the slider and press →: one step at a time. Nothing is computed yet.",
    "Click a gate or a wire to ask about it.",
  ];
  const NUDGE = 0.01;
  const MOST_TOLD = 12; // nodes, in the name of the picture
  const MOTION = 400; // ms, of one step
  const MEETING = 600; // ms, of a step back through a gate
  const [MET, LEAVES] = [0.33, 0.63]; // parts of it: local and upstream stand side by side, the product leaves
  const PAUSE = 1100; // ms, between two steps while it plays
  const ICONS = {
    first: "M3 3h2v10H3zM13 3v10L5.5 8z", back: "M11.5 3v10L4 8z", forward: "M4.5 3v10L12 8z", last: "M11 3h2v10h-2zM3 3v10l7.5-5z",
    play: "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zM6 4l6 4-6 4z", pause: "M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0zM5 4h2v8H5zM9 4h2v8H9z",
  };

  // What there is

  const { names, inputs, constants } = data;
  const output = names.length - 1;
  const items = [...root.querySelectorAll("li[data-phase]")];
  const steps = data.steps.map((step, k) => {
    const [from, position] = (step.wire ?? "").split("-");
    const gate = step.gate ?? (step.wire === "out" ? output : Number(from));
    const shows = position === undefined ? gate : inputs[gate][position];
    const symbols = step.template?.replace(/{(\d+)}/g, (_, i) => names[inputs[gate][i]]);
    return { fan: 1, symbols, ...step, gate, shows, ...items[k].dataset };
  });
  const backward = steps.filter((step) => step.phase === "backward");
  const edges = backward.slice(1);
  const wiresOf = (step) => (step.wire ? [step.wire] : inputs[step.gate].map((_, i) => `${step.gate}-${i}`));
  const edgeOf = Object.fromEntries(edges.map((step) => [step.wire, step]));
  edges.forEach((step, k) => (step.edge = k));

  const svg = backprop.inline(root.querySelector("img"));
  const sheet = svg.querySelector("g");
  const place = (text) => [Number(text.getAttribute("x")), Number(text.getAttribute("y"))];
  const program = root.querySelector(".bp-program");
  const [, , width] = svg.getAttribute("viewBox").split(" ").map(Number);
  const WIDEST = program ? 620 : 950; // px; a wide picture is scaled down while it can be read, then it scrolls
  svg.setAttribute("width", Math.round(Math.max(Math.min(1.3 * width, WIDEST), 0.85 * width)));
  svg.style.minWidth = `${0.85 * width}px`;
  svg.style.maxWidth = "100%";
  const nodes = names.map((_, i) => svg.querySelector(`[data-node="${i}"]`));
  const valueOf = nodes.map((node) => node?.querySelector(".bp-value"));
  const gradOf = nodes.map((node) => node?.querySelector(".bp-grad"));
  const labelOf = nodes.map((node) => node?.querySelector(".bp-label")?.textContent);
  const wires = Object.fromEntries([...svg.querySelectorAll("[data-wire]")].map((wire) => [wire.dataset.wire, wire]));
  const lines = [...root.querySelectorAll(".bp-program [data-line]")];

  // Numbers: everything that follows from the inputs

  let compute = null;
  try {
    compute = data.program && backprop.program(data.program);
  } catch {
    // A page may forbid programs; then the numbers stay those that Python computed.
  }
  const run = (start) => {
    const { values, locals } = compute(...start);
    const gradients = {};
    const arrived = {};
    const each = new Map();
    for (const step of backward) {
      if (step.wire === "out") {
        gradients[step.gate] = data.upstream;
        each.set(step, { result: data.upstream, total: data.upstream, arrivals: [] });
        continue;
      }
      const local = locals[step.edge];
      const upstream = gradients[step.gate];
      const result = upstream === 0 ? 0 : local * upstream;
      arrived[step.shows] = [...(arrived[step.shows] ?? []), result];
      const total = step.shows in gradients ? gradients[step.shows] + result : result;
      gradients[step.shows] = total;
      each.set(step, { local, upstream, result, total, arrivals: arrived[step.shows] });
    }
    return { values, locals, gradients, each };
  };
  const start = data.start ?? [];
  let current = [...start];
  let state = compute && run(current);

  // Lines of arithmetic, in one of three notations

  const gradientName = {
    leibniz: (x) => `∂${names[output]}/∂${x}`,
    bar: (x) => `${[...x][0]}\u0304${[...x].slice(1).join("")}`,
    delta: (x) => `δ_${x}`,
  };
  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const filled = (template, operands, write) => {
    const text = template.replace(/(−?){(\d+)}(\^|[⁰¹²³⁴-⁹⁻])?/g, (_, minus, i, power = "") => {
      const shown = write(operands[i]);
      const isBracketed = shown.startsWith("−") && (minus || power);
      return minus + (isBracketed ? `(${shown})` : shown) + power;
    });
    const raised = (_, minus, digits) => (minus && "⁻") + [...digits].map((d) => SUPERSCRIPTS[d]).join("");
    return text.replace(/\^(−?)(\d+)(?![\d.])/g, raised);
  };
  const inBrackets = (text) => (text.startsWith("−") ? `(${text})` : text);
  const sum = (terms, write) => terms.map((term) => inBrackets(write(term))).join(" + ");
  const cellsOf = (step, write) => {
    if (!state) return step;
    if (step.phase === "forward") {
      const operands = inputs[step.gate].map((x) => state.values[x]);
      return { numbers: step.template && filled(step.template, operands, write), result: write(state.values[step.shows]) };
    }
    const { local, upstream, result, total, arrivals } = state.each.get(step);
    return {
      numbers: local === undefined ? "" : `${write(local)} · ${write(upstream)}`,
      result: write(result),
      total: arrivals.length > 1 ? `${sum(arrivals, write)} = ${write(total)}` : "",
    };
  };
  const written = (text = "") => text.replace(/⟦(.*?)⟧/g, (_, name) => gradientName[notation.value](name));
  const textOf = (step, write = number) => {
    const { numbers, result, total } = cellsOf(step, write);
    const what = step.phase === "forward" ? names[step.shows] : written(`⟦${names[step.shows]}⟧`);
    const sign = step.fan > 1 ? "+=" : "=";
    const text = `${what} ${sign} ${[written(step.symbols), numbers, result].filter(Boolean).join(" = ")}`;
    return total ? `${text}; sum ${what} = ${total}` : text;
  };
  // What stands below the picture has its letters and its digits, and negative numbers in brackets.
  const sentence = (step) => textOf(step, short);
  const LETTER = /(?<![^\P{L}Δ]|[\d_'])(\p{L}\u0304?)(?:(\d+)|_([\p{L}\d]+))?(?:(\[[lL\d−-]+\]))?(?![\p{L}\d_\[])/gu;
  const tagged = (tag, text) => (text ? `<${tag}>${text}<\/${tag}>` : "");
  const typeset = (words) => {
    const text = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("y_hat", "ŷ");
    const bracketed = text.replace(/(?<= [-+·−/] )−(\d[\d.]*(e[+−]\d+)?|inf)/g, "($&)");
    return bracketed.replace(LETTER, (_, letter, digits, rest, layer) => {
      return tagged("var", letter) + tagged("sub", digits ?? rest) + tagged("sup", layer);
    });
  };
  const soFar = (step) => {
    if (!state) return step.text;
    const { total, arrivals } = state.each.get(step);
    return short(total) + (arrivals.length && arrivals.length < step.fan ? " + …" : "");
  };

  // What a click asks: the local derivatives of a gate, the paths from a wire

  const MOST_PATHS = 4;
  const edgesInto = (gate) => edges.filter((step) => step.gate === gate);
  const usersOf = (node) => edges.filter((step) => step.shows === node);
  const pathsFrom = (node) => {
    // Each path is a list of edges; a graph may have very many, so only their number is sure to be complete.
    const memory = new Map([[output, 1]]);
    const count = (node) => {
      if (!memory.has(node)) memory.set(node, usersOf(node).reduce((all, step) => all + count(step.gate), 0));
      return memory.get(node);
    };
    const found = [];
    const walk = (node, path) => {
      if (found.length > MOST_PATHS) return;
      if (node === output) found.push(path);
      else for (const step of usersOf(node)) if (count(step.gate)) walk(step.gate, [...path, step]);
    };
    const number = count(node);
    walk(node, []);
    return { number, found: found.slice(0, MOST_PATHS) };
  };
  const aboutGate = (gate) => {
    const own = edgesInto(gate).map(sentence);
    const forward = steps.find((step) => step.phase === "forward" && step.gate === gate);
    return own.length ? own : [sentence(forward), "No gradient goes through this gate."];
  };
  const aboutWire = (key) => {
    if (key === "out") return [sentence(backward[0])];
    const step = edgeOf[key];
    const [gate, position] = key.split("-").map(Number);
    const from = names[inputs[gate][position]];
    if (!step) return [`No gradient goes along this wire, from ${from} to ${names[gate]}.`];
    const { number: many, found } = pathsFrom(gate);
    const way = found.map((path) => [step, ...path].map((e) => names[e.gate]).join(" → "));
    const more = many > found.length ? ", …" : "";
    const first = `From ${from} along this wire to ${names[output]}: ${many === 1 ? "one path" : `${many} paths`}, `
      + way.map((text) => `${from} → ${text}`).join(", ") + more;
    if (!state) return [first, sentence(step)];
    const factors = found.map((path) => [step, ...path].map((e) => inBrackets(short(state.locals[e.edge]))));
    if (data.upstream !== 1) for (const path of factors) path.push(short(data.upstream));
    const products = factors.map((path) => path.join(" · ")).join("  +  ") + (more && "  + …");
    const what = usersOf(step.shows).length > 1 ? "This wire's share of " : "";
    return [first, `${what}${written(`⟦${from}⟧`)} = ${products} = ${short(state.each.get(step).result)}`];
  };

  // The picture

  for (const [key, wire] of Object.entries(wires)) {
    const path = wire.querySelector("path");
    path.classList.add("bp-way");
    const [x, y] = path.getAttribute("d").match(/[-\d.]+/g);
    wire.prepend(draw("path", { d: path.getAttribute("d"), class: "bp-grip" }));
    wire.append(draw("path", { d: `M${x} ${y}l7 -3.5v7z`, class: "bp-back" })); // the head of the way back
    const [gate, position] = key.split("-");
    const way = key === "out" ? `out of ${names[output]}` : `from ${names[inputs[gate][position]]} to ${names[gate]}`;
    wire.dataset.pick = key;
    wire.setAttribute("aria-label", `the wire ${way}`);
  }
  for (const [i, node] of nodes.entries()) {
    if (labelOf[i] === undefined || !inputs[i].length) continue;
    node.dataset.pick = i;
    node.setAttribute("aria-label", `gate ${labelOf[i]} of ${names[i]}`);
  }

  // Gates and wires are one stop of the Tab key. In it ↑ and ↓ go from one to the next, Enter picks.
  const pickable = [];
  for (const i of names.keys()) {
    inputs[i].forEach((_, position) => pickable.push(wires[`${i}-${position}`]));
    pickable.push(nodes[i]?.dataset.pick && nodes[i]);
  }
  pickable.push(wires.out);
  const stops = pickable.filter(Boolean);
  for (const stop of stops) {
    stop.setAttribute("role", "button");
    stop.setAttribute("tabindex", stop === stops[0] ? 0 : -1);
  }
  let picked = null; // a gate, or the key of a wire
  const pick = (stop) => {
    stops.forEach((other) => other.setAttribute("tabindex", other === stop ? 0 : -1));
    picked = stop.dataset.node === undefined ? stop.dataset.pick : Number(stop.dataset.node);
    nudged = null;
    pause();
    show();
  };
  svg.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const here = stops.indexOf(event.target);
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const pass = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (here >= 0 && way) stops[here + way]?.focus({ preventScroll: true });
    else if (pass) step(pass);
    else if (here >= 0 && (event.key === "Enter" || event.key === " ")) pick(event.target);
    else if (event.key === "Escape" && picked !== null) clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  svg.addEventListener("click", (event) => {
    const stop = event.target.closest("[data-pick]");
    if (event.target.closest(".bp-drag")) return;
    if (!stop) return clear();
    stop.focus({ preventScroll: true });
    pick(stop);
  });
  const clear = () => {
    picked = null;
    show();
  };
  // A click anywhere else in the card is enough for the arrow keys.
  root.addEventListener("click", (event) => {
    if (event.target.closest("button, select, input, details, .bp-program, .bp-drag, [data-pick]")) return;
    slider.focus({ preventScroll: true });
  });

  // Taking hold of an input: its number is a slider

  const change = (values) => {
    const changed = data.leaves.filter((_, k) => values[k] !== current[k]);
    current = values;
    state = run(current);
    stopMotion();
    show("off"); // the number that is dragged speaks for itself
    if (details.open) write();
    const told = changed.filter((leaf) => seen[leaf].gradient);
    const parts = told.map((leaf) => `${written(`⟦${names[leaf]}⟧`)} = ${seen[leaf].gradient}`);
    if (seen[output].value) parts.unshift(`${names[output]} = ${seen[output].value}`);
    backprop.announce(nudged === null && parts.join(", ") || saidLast, 400);
  };
  const holds = (data.leaves ?? []).map((leaf, k) => {
    const text = valueOf[leaf];
    if (!compute || !text) return null;
    const [x, y] = place(text);
    const hold = draw("g", { class: "bp-hold" }, draw("rect", { x: x - 27, y: y - 14, width: 54, height: 18, rx: 4 }));
    text.replaceWith(hold);
    hold.append(text);
    const handle = backprop.drag(hold, {
      value: start[k],
      name: names[leaf],
      onchange: (value) => change(current.map((old, i) => (i === k ? value : old))),
    });
    const choose = () => {
      if (nudged === null) return;
      nudged = k;
      show();
    };
    hold.addEventListener("click", choose);
    hold.addEventListener("keydown", (event) => event.key === "Enter" && choose());
    return { hold, handle };
  });
  const reset = () => {
    holds.forEach((one, k) => one?.handle.set(start[k]));
    change([...start]);
  };

  // Nudge mode: push an input a little and see what every number does

  let nudged = null; // the place of the input that is pushed
  const signed = (x) => (x > 0 ? "+" : "") + number(x, 2);
  const change_of = (x, y) => Number((y - x).toPrecision(9)); // without the noise of the subtraction
  const aboutNudge = (pushed) => {
    const leaf = data.leaves[nudged];
    const [x, f] = [names[leaf], names[output]];
    const rise = change_of(state.values[output], pushed[output]);
    const red = short(state.gradients[leaf] ?? 0);
    return [
      `${x} + ${NUDGE}: Δ${f} = ${number(rise, 4)}, so Δ${f}/Δ${x} = ${number(rise, 4)} / ${NUDGE} = ${number(rise / NUDGE, 4)}`,
      `The red number at ${x} says ${written(`⟦${x}⟧`)} = ${red}. Click another input to push that one.`,
    ];
  };

  // Controls

  const icon = (name) => draw("svg", { viewBox: "0 0 16 16", width: 15, height: 15, "aria-hidden": true, class: "bp-icon" }, draw("path", { d: ICONS[name], "fill-rule": "evenodd" }));
  const arithmetic = make("div", { className: "bp-line", "aria-live": "polite" });
  const count = make("output", { "aria-live": "off" }); // the slider says it
  const details = root.querySelector("details");
  const jump = (target) => {
    pause();
    go(target);
  };
  const slider = backprop.slider("Step of the pass", 0, steps.length, 0, () => jump(slider.value));
  const first = button("First step", icon("first"), () => jump(0));
  const back = button("One step back", icon("back"), () => step(-1));
  const play = button("Play", icon("play"), () => (isPlaying ? pause() : begin()));
  const forward = button("One step forward", icon("forward"), () => step(1));
  const last = button("Last step", icon("last"), () => jump(steps.length));
  const notation = backprop.choice("Notation of gradients", NOTATIONS, () => {
    write();
    show();
  });
  const nudge = button("nudge: push an input by 0.01 and see what every number does", "nudge", () => {
    pause();
    picked = null;
    nudged = nudged === null ? 0 : null;
    show();
  });
  const undo = button("reset: the inputs as they were at the start", "reset", reset);
  const hint = make("span", { className: "bp-hint" }, "Drag a number in a dotted box.");
  const write = () => items.forEach((item, k) => (item.textContent = textOf(steps[k])));
  details.ontoggle = () => state && details.open && write();

  // Light up the gates and wires of some steps of one phase.
  const lit = [];
  const light = (some, phase, kind = "bp-active") => {
    for (const element of lit.splice(0)) element.classList.remove("bp-active", "bp-path");
    const add = (element) => {
      element?.classList.add(kind);
      if (element) lit.push(element);
    };
    for (const one of some) {
      add(nodes[one.gate]);
      wiresOf(one).forEach((key) => add(wires[key]));
    }
    svg.classList.toggle("bp-forward", phase === "forward");
    svg.classList.toggle("bp-backward", phase === "backward");
  };
  const lightStep = () => {
    const one = steps[slider.value - 1];
    if (typeof picked === "string") {
      const through = edgeOf[picked] ? [edgeOf[picked], ...pathsFrom(edgeOf[picked].gate).found.flat()] : [];
      light(picked === "out" ? [backward[0]] : through, "", "bp-path");
    } else if (picked !== null) {
      light([{ phase: "forward", gate: picked }], "", "bp-path");
    } else if (nudged !== null) light([], "");
    else light(one ? [one] : [], one?.phase);
  };
  const set = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  // Draw the state after `slider.value` steps, from nothing: then going back is as easy as going forward.
  const show = (live = "polite") => {
    arithmetic.setAttribute("aria-live", live);
    const now = nudged === null ? Number(slider.value) : steps.length;
    const one = nudged === null ? steps[now - 1] : undefined;
    const newest = picked === null ? one : undefined;
    const pushed = nudged === null ? null : compute(...current.map((x, k) => (k === nudged ? x + NUDGE : x))).values;
    const known = new Set();
    const grads = new Map();
    for (const past of steps.slice(0, now)) {
      if (past.phase === "forward") known.add(past.shows);
      else grads.set(past.shows, past);
    }
    for (const i of names.keys()) {
      const isOff = !known.has(i) && !(pushed && constants.includes(i));
      valueOf[i]?.classList.toggle("bp-off", isOff);
      valueOf[i]?.classList.toggle("bp-delta", pushed !== null);
      valueOf[i]?.classList.toggle("bp-new", newest?.phase === "forward" && newest.shows === i);
      if (pushed) set(valueOf[i], signed(change_of(state.values[i], pushed[i])));
      else if (state) set(valueOf[i], short(state.values[i]));
      gradOf[i]?.classList.toggle("bp-off", !grads.has(i));
      gradOf[i]?.classList.toggle("bp-new", newest?.phase === "backward" && newest.shows === i);
      if (grads.has(i)) set(gradOf[i], soFar(grads.get(i)));
      seen[i] = {
        value: isOff ? "" : valueOf[i]?.textContent,
        gradient: grads.has(i) && gradOf[i] ? soFar(grads.get(i)) : "",
      };
    }
    holds.forEach((one, k) => {
      one?.hold.classList.toggle("bp-away", !known.has(data.leaves[k]));
      one?.hold.classList.toggle("bp-chosen", nudged === k);
    });
    hint.classList.toggle("bp-off", !data.leaves?.some((leaf) => known.has(leaf)));
    let said = one ? [sentence(one)] : START;
    if (pushed) said = aboutNudge(pushed);
    else if (typeof picked === "string") said = aboutWire(picked);
    else if (picked !== null) said = aboutGate(picked);
    const phase = one?.phase ?? "";
    arithmetic.className = `bp-line bp-${picked === null && !pushed ? phase : "asked"}`;
    if (saidLast !== said.join("\n")) {
      const rows = said === START ? said : said.map(typeset);
      arithmetic.replaceChildren(...rows.map((innerHTML) => make("div", { innerHTML })));
    }
    saidLast = said.join("\n");
    set(count, `step ${slider.value} of ${steps.length}${phase && ", " + phase}`);
    describe(pushed ? "change" : "value");
    slider.setAttribute("aria-valuetext", count.textContent);
    if (shownStep !== one) {
      for (const marked of [...items, ...lines]) marked.removeAttribute("aria-current");
      items[now - 1]?.setAttribute("aria-current", "step");
      if (one) mark(lineOf(one));
      shownStep = one;
    }
    lightStep();
    for (const one of [first, back]) dim(one, slider.value === "0");
    for (const one of [forward, last]) dim(one, Number(slider.value) === steps.length);
    nudge.setAttribute("aria-pressed", pushed !== null);
    dim(undo, current.every((x, k) => x === start[k]));
  };
  // A button that has nothing to do keeps the focus, and does nothing.
  const dim = (one, isIdle) => one.setAttribute("aria-disabled", isIdle);
  // What a screen reader hears of the picture: the numbers that can be seen now.
  const seen = [];
  const describe = (what) => {
    const told = [];
    seen.forEach(({ value, gradient }, i) => {
      const shown = (value ? `, ${what} ${value}` : "") + (gradient ? `, gradient ${gradient}` : "");
      if (shown) told.push(names[i] + shown);
      if (nodes[i]?.dataset.pick) nodes[i].setAttribute("aria-label", `gate ${labelOf[i]} of ${names[i]}${shown}`);
    });
    const all = told.length > MOST_TOLD ? count.textContent : told.join("; ") || "nothing is computed yet";
    svg.setAttribute("aria-label", `Computational graph of ${names[output]}: ${all}`);
  };
  let shownStep = null;
  let saidLast = "";

  // A picture that is wider than its window shows the gate of the step and the number that arrives.
  const scroller = svg.parentElement;
  const FADE = 28; // px, at an edge behind which there is more
  const reveal = (step) => {
    const arriving = step && (step.phase === "forward" ? valueOf : gradOf)[step.shows];
    if (!arriving) return;
    const elements = [scroller, arriving, nodes[step.gate]?.querySelector(".bp-gate") ?? arriving];
    const [seen, number, gate] = elements.map((element) => element.getBoundingClientRect());
    let [left, right] = [Math.min(number.left, gate.left), Math.max(number.right, gate.right)];
    if (right - left > seen.width - 2 * FADE) [left, right] = [number.left, number.right];
    if (left - FADE >= seen.left && right + FADE <= seen.right) return;
    scroller.scrollLeft += (left + right - seen.left - seen.right) / 2;
  };
  const markEdges = () => {
    const hidden = scroller.scrollWidth - scroller.clientWidth - scroller.scrollLeft;
    const edges = [scroller.scrollLeft, hidden].map((more) => (more > 1 ? "#0003" : "#000"));
    scroller.style.maskImage = `linear-gradient(90deg,${edges.join(`,#000 ${FADE}px calc(100% - ${FADE}px),`)})`;
  };
  scroller.onscroll = markEdges;
  new ResizeObserver(markEdges).observe(scroller);

  const go = (target) => {
    stopMotion();
    picked = nudged = null;
    slider.value = target;
    show();
    reveal(steps[slider.value - 1]);
  };
  const step = (way) => {
    pause();
    advance(way);
  };
  const advance = (way) => {
    const before = Number(slider.value);
    go(before + way);
    if (way > 0 && Number(slider.value) > before && !reduced()) motion = travel(steps[before]);
  };

  // Motion: a value runs along its wires; at a gate the upstream number meets the local one, and the product leaves

  let motion = null;
  const stopMotion = () => {
    const running = motion;
    motion = null;
    running?.end();
  };
  const halfOf = (text) => 6 + 4.2 * text.length; // of the width of a token
  const token = (text, kind) => {
    const half = halfOf(text);
    const pill = draw("rect", { x: -half, y: -9, width: 2 * half, height: 18, rx: 9 });
    return draw("g", { class: `bp-token bp-token-${kind}` }, pill, draw("text", { y: 4.5 }, text));
  };
  const at = (element, x, y) => element.setAttribute("transform", `translate(${x} ${y})`);
  // The wire from where its number stands (t = 0) to its tip.
  const along = (path, node, t) => {
    const whole = path.getTotalLength();
    const [x] = place(valueOf[node] ?? gradOf[node]);
    const from = x - path.getPointAtLength(0).x;
    return path.getPointAtLength(mix(from, whole, t));
  };
  const pathOf = (key) => wires[key]?.querySelector(".bp-way");
  const middle = (gate) => {
    const box = nodes[gate].querySelector(".bp-gate").getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  const mix = (from, to, t) => from + (to - from) * t;

  const travel = (one) => {
    const tokens = [];
    const add = (element) => {
      tokens.push(element);
      sheet.append(element);
      return element;
    };
    const arriving = one.phase === "forward" ? valueOf[one.shows] : gradOf[one.shows];
    const frame = one.phase === "forward" ? forwardMotion(one, add) : backwardMotion(one, add);
    const done = () => {
      tokens.forEach((element) => element.remove());
      arriving?.classList.remove("bp-arriving");
      if (one.phase === "backward") set(arriving, soFar(one));
      motion = null;
      onArrival();
    };
    if (!frame) {
      onArrival();
      return null;
    }
    arriving?.classList.add("bp-arriving");
    // Where several arrive, the sum stands there for a while before it is worked out.
    const isSum = one.fan > 1 && state?.each.get(one).arrivals.length > 1;
    const moving = edgeOf[one.wire] ? MEETING : MOTION;
    const whole = moving + (isSum ? MOTION : 0);
    return backprop.animate(whole, (t) => frame(Math.min(1, (t * whole) / moving)), done);
  };
  const forwardMotion = (one, add) => {
    const runners = [];
    inputs[one.gate].forEach((x, i) => {
      const path = pathOf(`${one.gate}-${i}`);
      if (path) runners.push([path, x, add(token(valueOf[x]?.textContent ?? "", "value"))]);
    });
    if (!runners.length) return null;
    return (t) => {
      for (const [path, node, element] of runners) {
        const { x, y } = along(path, node, t);
        at(element, x, y);
      }
    };
  };
  const backwardMotion = (one, add) => {
    const path = pathOf(one.wire);
    if (!path) return null;
    if (one.wire === "out") {
      const element = add(token(soFar(one), "grad"));
      return (t) => {
        const { x, y } = along(path, one.shows, 1 - t);
        at(element, x, y);
      };
    }
    const [cx, cy] = middle(one.gate);
    const [ux, uy] = place(gradOf[one.gate]);
    const tip = along(path, one.shows, 1);
    const known = state?.each.get(one);
    const factors = known ? [known.local, known.upstream, known.result].map(short) : ["local", "g", "…"];
    const [half, halfUpstream, halfProduct] = factors.map(halfOf);
    const upstream = add(token(factors[1], "grad"));
    const local = add(token(factors[0], "local"));
    const product = add(token(factors[2], "grad"));
    const below = cy + 26; // they meet below the gate, which stays in sight
    const times = add(draw("text", { x: cx, y: below + 4.5, class: "bp-times" }, "×"));
    const old = gradOf[one.shows];
    const others = known?.arrivals.slice(0, -1).map((term) => inBrackets(short(term))) ?? [];
    return (t) => {
      const meeting = Math.min(1, t / MET);
      const leaving = Math.max(0, (t - LEAVES) / (1 - LEAVES));
      at(upstream, mix(ux, cx + halfUpstream + 8, meeting), mix(uy, below, meeting));
      at(local, mix(tip.x - half, cx - half - 8, meeting), mix(tip.y, below, meeting));
      const { x, y } = along(path, one.shows, 1 - leaving);
      at(product, x - halfProduct * (1 - leaving), y + 11);
      upstream.style.opacity = local.style.opacity = t < LEAVES ? 1 : 0;
      times.style.opacity = meeting === 1 && t < LEAVES ? 1 : 0;
      product.style.opacity = t < LEAVES ? 0 : 1;
      if (others.length && old) {
        old.classList.remove("bp-arriving"); // what was there stays in sight
        set(old, (t < 1 ? others : [...others, inBrackets(short(known.result))]).join(" + "));
        product.style.opacity = t < LEAVES || t === 1 ? 0 : 1;
      }
    };
  };

  // Playing by itself

  let isPlaying = false;
  let timer = null;
  const onArrival = () => {
    if (!isPlaying) return;
    if (Number(slider.value) === steps.length || !svg.isConnected) return pause();
    timer = setTimeout(() => advance(1), PAUSE);
  };
  const label = (name) => {
    play.replaceChildren(icon(name.toLowerCase()));
    play.title = name;
    play.setAttribute("aria-label", name);
  };
  const pause = () => {
    if (!isPlaying) return;
    isPlaying = false;
    clearTimeout(timer);
    motion?.pause();
    label("Play");
  };
  const begin = () => {
    isPlaying = true;
    label("Pause");
    if (motion) return motion.resume();
    if (Number(slider.value) === steps.length) go(0);
    advance(1);
    if (reduced()) onArrival();
  };

  // The program is one stop of the Tab key. In it ↑ and ↓ go from line to line, ← and → through the steps.

  const lineOf = (step) => lines.find((line) => line.dataset.line === step.line);
  const stepsOf = (line) => steps.filter((step) => step.line === line.dataset.line);
  const mark = (marked) => {
    if (!marked) return;
    marked.setAttribute("aria-current", "step");
    program.scrollTop = marked.offsetTop - program.clientHeight / 2;
    if (program.contains(document.activeElement)) marked.focus({ preventScroll: true });
    else stopAt(marked);
  };
  const stopAt = (stop) => lines.forEach((line) => (line.tabIndex = line === stop ? 0 : -1));
  for (const line of lines) {
    const own = stepsOf(line);
    line.onmouseenter = () => light(own, own[0]?.phase);
    line.onfocus = () => {
      stopAt(line);
      light(own, own[0]?.phase);
    };
    line.onmouseleave = line.onblur = lightStep;
  }
  if (program) {
    program.removeAttribute("tabindex");
    stopAt(lines[0]);
    program.onkeydown = (event) => {
      const pass = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey || !(pass || way)) return;
      event.preventDefault();
      if (way) lines[lines.indexOf(document.activeElement) + way]?.focus();
      else step(pass);
    };
  }
  slider.onkeydown = (event) => {
    const pass = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!pass || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(pass);
  };

  const passes = make("div", { className: "bp-controls" }, first, back, play, forward, last, slider, count);
  const others = make("div", { className: "bp-controls" }, notation);
  if (compute && start.length) others.append(...(data.upstream === 1 ? [nudge] : []), undo, hint);
  (program ? scroller.parentElement : scroller).after(arithmetic, passes, others);
  for (const quiet of [...stops, ...lines]) quiet.setAttribute("data-lm-suppress-shortcuts", "");
  show();
});
