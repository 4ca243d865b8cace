// Empty boxes on the wires of a graph, one graph (fill) or one after the other (practice). What is right, and which mistake
// gives which number, comes from fill.py; here it is compared with what is typed, by the rules of `judge` there.
backprop.kind("fill", (root, data) => {
  const { make, button } = backprop;
  const { near, rounded, factors, widest, least, ratio } = data.rules;
  let sentences = {};
  const MARKS = { right: "✓", follows: "↪", wrong: "✗", shown: "○" };
  const START = "Type a number and press Enter. Arithmetic is allowed: −4, 2/3, -4*1.";
  const START_SHAPES = "Type a shape and press Enter: (5, 3); (5,) for a vector; () for a single number.";
  const KEYS = "Enter: judge, and on to the next box. Arrow keys: to another box. ?: show it.";
  const IN_A_ROW = 3; // graphs with no box shown, and the next level begins

  const unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };

  // What is typed

  const COMMA = /(\d),(?=\d)/g; // a decimal comma
  // 2/3, −4·(1 − 0,5), 2^3, 0.5(4): its number, or null for what cannot be read.
  const arithmetic = (typed) => {
    let text = typed.trim().replace(COMMA, "$1.").replace(/[−–]/g, "-").replace(/[·⋅×]/g, "*");
    text = text.replace(/÷/g, "/").replace(/\*\*/g, "^");
    const tokens = text.match(/(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|\S/gi) ?? [];
    let at = 0;
    const take = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
    const chain = (operand, ...signs) => {
      let total = operand();
      for (let sign = take(...signs); sign; sign = take(...signs)) {
        const next = operand();
        if (sign === "+") total += next;
        else if (sign === "-") total -= next;
        else if (sign === "*") total *= next;
        else total /= next;
      }
      return total;
    };
    const sum = () => chain(product, "+", "-");
    const product = () => {
      let total = chain(signed, "*", "/");
      while (tokens[at] === "(") total *= chain(signed, "*", "/");
      return total;
    };
    const signed = () => {
      if (take("-")) return -signed();
      return take("+") ? signed() : power();
    };
    const power = () => {
      const base = atom();
      return take("^") ? base ** signed() : base;
    };
    const atom = () => {
      if (take("(")) {
        const inside = sum();
        return take(")") ? inside : NaN;
      }
      return /^[\d.]/.test(tokens[at] ?? "") ? Number(tokens[at++]) : NaN;
    };
    const total = sum();
    return at === tokens.length && Number.isFinite(total) ? total : null;
  };

  // (5, 3), 5x3, [5, 3], 5: as Python writes the shape.
  const shape = (typed) => {
    const inside = typed.trim().replace(/^[([](.*)[)\]]$/, "$1").trim().replace(/\s*,$/, "");
    if (!inside) return "()";
    const sizes = inside.split(/\s*[,×x]\s*|\s+/);
    if (!sizes.every((size) => /^\d+$/.test(size))) return null;
    return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;
  };

  // Judging

  const isNear = (answer, right) => {
    if (typeof right === "string") return answer === right;
    return Math.abs(answer - right) <= near * Math.abs(right) + 1e-12;
  };
  const judge = (question, answer, follows, missing) => {
    const { right } = question;
    if (isNear(answer, right)) return ["right"];
    if (follows !== null && isNear(answer, follows)) return ["follows"];
    if (missing.length) return [question.what === "value" ? "left first" : "right first", missing.join(" and ")];
    const named = new Map();
    for (const [number, kind, about] of question.mistakes) {
      if (isNear(answer, number)) named.set(kind, [...(named.get(kind) ?? []), about]);
    }
    const found = [...named].map(([kind, names]) => [kind, ...(Array.isArray(names[0]) ? names[0] : [[...new Set(names)].join(" or ")])]);
    if (found.length > 2) return ["not yet"];
    if (found.length === 2) return ["either", ...found.map((one) => sentence(one).replace("Not yet: ", ""))];
    if (found.length) return found[0];
    if (typeof right === "string" || right === 0) return ["not yet"];
    const times = answer / right;
    const factor = factors.find((factor) => isNear(times, factor) || isNear(times, 1 / factor));
    if (factor) return ["factor", factor];
    return [Math.abs(times - 1) < rounded && right % 1 ? "rounding" : "not yet"];
  };
  const sentence = ([kind, ...about]) => sentences[kind].replace(/\{(\d)\}/g, (_, place) => about[place]);

  // One graph with its boxes; `told` is called after each verdict

  const open = (sheet, told) => {
    const image = root.querySelector("img");
    if (sheet.svg) {
      image.src = `data:image/svg+xml;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(sheet.svg)))}`;
      image.alt = sheet.alt;
      root.querySelector(".bp-twin ol").replaceChildren(...sheet.boxes.map((box) => make("li", {}, `${box.name} = ?`)));
    }
    const svg = backprop.inline(image);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const room = make("div", { className: "bp-sheet bp-live" });
    const shown = Math.min(ratio * width, Math.max(widest, least * width));
    image.setAttribute("width", Math.round(shown));
    image.style.minWidth = room.style.minWidth = `${Math.round(Math.min(shown, least * width))}px`;
    room.style.width = `${Math.round(shown)}px`;
    svg.style.cssText = "display:block;width:100%";
    svg.removeAttribute("width");
    image.after(room);
    room.append(svg);
    const percent = (part, whole) => `${(100 * part) / whole}%`;

    const boxes = sheet.boxes.map((question) => {
      const kind = question.what === "value" ? "value" : "grad";
      const place = svg.querySelector(`[data-node="${question.node}"] .bp-${kind}-box`);
      const area = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(place.getAttribute(name))]));
      const [left, top] = svg.querySelector("g").getAttribute("transform").match(/[\d.]+/g).map(Number);
      const input = make("input", { type: "text", autocomplete: "off", spellcheck: false, ...backprop.quiet });
      const mark = make("span", { className: "bp-mark", "aria-hidden": true });
      const box = make("div", { className: `bp-box bp-of-${kind}` }, input, mark);
      box.style.left = percent(area.x + left, width);
      box.style.top = percent(area.y + top, height);
      box.style.width = percent(area.width, width);
      box.style.height = percent(area.height, height);
      box.style.fontSize = `${(1400 / width).toFixed(3)}cqw`; // 14 px of the picture
      room.append(box);
      return { ...question, place: area, box, input, mark, state: "", answer: null, judged: "", first: null };
    });
    let current = boxes[0];

    const isDone = (box) => box.state === "right" || box.state === "shown";
    const ROOM = 7; // characters that a box has room for; more are written smaller
    const fit = (box) => {
      box.input.style.fontSize = `${Math.max(0.6, Math.min(1, ROOM / box.input.value.length))}em`;
    };
    const set = (box, state) => {
      box.state = state;
      fit(box);
      box.box.dataset.state = state;
      box.mark.textContent = MARKS[state] ?? "";
      box.input.readOnly = isDone(box);
      const said = { wrong: "not yet", follows: "follows from an earlier number" }[state] ?? state;
      box.input.setAttribute("aria-label", box.name + (said && `, ${said}`));
      box.input.setAttribute("aria-invalid", state === "wrong");
    };

    // What would be right if the reader's own numbers were.
    const believed = (what, node) => {
      const box = boxes.find((box) => box.what === what && box.node === node && !isDone(box) && box.answer !== null);
      return box ? box.answer : sheet[`${what}s`][node];
    };
    const gateOf = (gate) => {
      const { program, args, edges } = sheet.gates[gate];
      const run = (sheet.gates[gate].run ??= backprop.program(program));
      const { values, locals } = run(...args.map((i) => believed("value", sheet.inputs[gate][i])));
      return { value: values.at(-1), localOf: (position) => locals[edges.indexOf(position)] };
    };
    const follows = (box) => {
      if (sheet.shapes) return null;
      try {
        if (box.what === "value") return gateOf(box.node).value;
        const arrivals = sheet.arrivals[box.node];
        if (!arrivals) return null;
        return arrivals.reduce((sum, [gate, position]) => sum + gateOf(gate).localOf(position) * believed("gradient", gate), 0);
      } catch {
        return null; // a page may forbid programs
      }
    };
    // The empty boxes that have to be filled in before this one.
    const missing = (box) => {
      if (sheet.shapes) return [];
      const before = box.what === "value" ? sheet.inputs[box.node] : (sheet.arrivals[box.node] ?? []).map(([gate]) => gate);
      const isMissing = (other) => other.what === box.what && before.includes(other.node) && !isDone(other) && other.answer === null;
      return boxes.filter(isMissing).map((other) => other.name);
    };
    const judgeBox = (box) => {
      if (box.answer === null) return [sheet.shapes ? "no shape" : "no number"];
      return judge(box, box.answer, follows(box), missing(box));
    };
    const stateOf = ([kind]) => (kind === "right" || kind === "follows" ? kind : "wrong");

    const commit = (box) => {
      const typed = box.input.value.trim();
      if (isDone(box) || typed === box.judged) return;
      box.judged = typed;
      box.answer = typed ? (sheet.shapes ? shape : arithmetic)(typed) : null;
      const verdict = judgeBox(box);
      if (box.answer !== null) box.first ??= verdict[0] === "right";
      if (verdict[0] === "right") box.input.value = box.text; // what was typed may be long: 2*3 is 6
      set(box, typed ? stateOf(verdict) : "");
      for (const other of boxes) {
        if (other !== box && other.judged && !isDone(other)) set(other, stateOf(judgeBox(other)));
      }
      const comma = !sheet.shapes && box.answer !== null && typed.match(/\d,\d/) ? ` Your comma is read as a decimal point: ${typed.replace(COMMA, "$1.")}.` : "";
      if (typed) told(box, box.state, box.state === "right" ? `Right: ${box.how}` : sentence(verdict) + comma);
      else told(box, "", "");
    };
    const pass = (box) => {
      if (isDone(box)) return;
      box.answer = null;
      box.input.value = box.text;
      set(box, "shown");
      told(box, "shown", `Shown: ${box.how}`);
    };
    const next = (box) => {
      const here = boxes.indexOf(box);
      const following = [...boxes.slice(here + 1), ...boxes.slice(0, here)];
      const open = following.find((other) => !isDone(other));
      if (!open) return;
      open.input.focus();
      open.input.select();
    };
    // The nearest box in the direction of an arrow key.
    const neighbour = (box, [right, down]) => {
      const away = (other) => {
        const x = other.place.x + other.place.width / 2 - box.place.x - box.place.width / 2;
        const y = other.place.y - box.place.y;
        const ahead = x * right + y * down;
        return ahead > 4 ? ahead + 2 * Math.abs(x * down) + 2 * Math.abs(y * right) : Infinity;
      };
      const nearest = boxes.reduce((best, other) => (away(other) < away(best) ? other : best));
      return away(nearest) < Infinity ? nearest : null;
    };
    const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const mayLeave = (input, key) => {
      return key === "ArrowUp" || key === "ArrowDown" || input.readOnly || !input.value;
    };
    for (const box of boxes) {
      set(box, "");
      box.input.addEventListener("focus", () => {
        current = box;
        turned();
      });
      box.input.addEventListener("blur", () => {
        box.box.style.minWidth = "";
        fit(box);
        commit(box);
      });
      box.input.addEventListener("input", () => {
        box.input.style.fontSize = "";
        box.box.style.minWidth = `${box.input.value.length + 3}ch`; // all of it can be seen while one types
      });
      box.input.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey && event.key === "Enter") return;
        const way = ARROWS[event.key];
        if (event.key === "Enter") {
          const isNew = box.input.value.trim() !== box.judged;
          commit(box);
          if (isNew && box.state === "wrong") box.input.select();
          else next(box);
        } else if (event.key === "?") {
          pass(box);
          next(box);
        } else if (way && mayLeave(box.input, event.key)) {
          const other = neighbour(box, way);
          other?.input.focus();
          other?.input.select();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      });
    }
    let turned = () => {};
    // Whoever enters by the picture gets the caret where to begin.
    room.addEventListener("click", (event) => {
      const box = isDone(current) ? boxes.find((box) => !isDone(box)) : current;
      if (!event.target.closest(".bp-box")) box?.input.focus();
    });

    const reset = () => {
      for (const box of boxes) {
        box.input.value = box.judged = "";
        box.answer = null;
        set(box, "");
      }
      boxes[0].input.focus();
    };
    return {
      boxes,
      reset,
      close: () => room.remove(),
      focus: () => boxes[0].input.focus(),
      current: () => current,
      onTurn: (call) => (turned = call),
      passCurrent: () => {
        const box = isDone(current) ? boxes.find((box) => !isDone(box)) : current;
        if (!box) return;
        pass(box);
        next(box);
      },
      count: (state) => boxes.filter((box) => box.state === state).length,
      isDone: () => boxes.every(isDone),
      firsts: () => boxes.filter((box) => box.first).length,
    };
  };

  // The controls, and what goes from graph to graph

  const start = (content) => {
    const levels = content.levels;
    sentences = content.sentences;
    let level = data.level;
    let streak = 0;
    let isHelped = false; // a box of this graph was shown
    let isCounted = false;
    const position = {};
    let sheet = null;

    const line = make("div", { className: "bp-line bp-live", "aria-live": "polite" });
    const count = make("output", { "aria-live": "off" });
    const pass = button("I pass: show it", "I pass: show it", () => sheet.passCurrent());
    const reset = button("reset: empty all boxes", "reset", () => {
      sheet.reset();
      begin();
      tell();
    });
    const next = button("next graph", "next graph", () => another());
    const row = make("output", { className: "bp-streak", "aria-live": "off" });
    const menu = levels && backprop.choice("Level", Object.fromEntries(Object.entries(levels).map(([n, { title }]) => [n, `${n}: ${title}`])), () => {
      level = Number(menu.value);
      streak = 0;
      show();
    });

    const begin = () => {
      line.dataset.state = "";
      line.replaceChildren(make("b", {}, current().start), make("div", {}, current().shapes ? START_SHAPES : START));
    };
    const current = () => (levels ? levels[level].sheets[position[level] ?? 0] : content);
    const tell = () => {
      const follows = sheet.count("follows");
      const shown = sheet.count("shown");
      count.textContent = `${sheet.count("right")} of ${sheet.boxes.length} right`
        + (follows ? `, ${follows} ${follows === 1 ? "follows" : "follow"} (½${follows === 1 ? "" : " each"})` : "") + (shown ? `, ${shown} shown` : "");
      pass.setAttribute("aria-disabled", sheet.isDone()); // it keeps the focus
      const it = sheet.current();
      pass.title = `Show the ${it.name}`;
      pass.setAttribute("aria-label", `I pass: show it, the ${it.name}`);
      row.textContent = streak ? `${streak} in a row with no box shown` : "";
      if (menu) menu.value = level;
    };
    const told = (box, state, text) => {
      if (!state) { // a box was emptied: nothing that was said still holds
        begin();
        tell();
        return;
      }
      isHelped ||= state === "shown";
      const mark = make("b", { className: `bp-said-${state}` }, `${MARKS[state]} ${box.name}`);
      line.dataset.state = state;
      line.replaceChildren(make("div", {}, mark, " ", text));
      if (sheet.isDone()) line.append(make("div", {}, done()));
      tell();
    };
    // All boxes are filled.
    const done = () => {
      let all = `${isHelped ? "That was the last box" : "All right"}: ${sheet.firsts()} of ${sheet.boxes.length} at the first try.`;
      if (!levels) return all;
      if (!isCounted) streak = isHelped ? 0 : streak + 1;
      isCounted = true;
      next.focus({ preventScroll: true });
      if (streak > 0) all += ` ${streak} in a row.`;
      if (streak < IN_A_ROW || !levels[level + 1]) return `${all} Enter: another graph.`;
      return `${IN_A_ROW} in a row: on to level ${level + 1}, ${levels[level + 1].title}.`;
    };
    const another = () => {
      const isNext = streak >= IN_A_ROW && levels[level + 1];
      position[level] = ((position[level] ?? 0) + 1) % levels[level].sheets.length;
      if (isNext) {
        level += 1;
        streak = 0;
      }
      show();
      sheet.focus();
      backprop.announce(`Level ${level}, ${levels[level].title}. ${root.querySelector("img").alt}`);
    };
    const show = () => {
      sheet?.close();
      isHelped = isCounted = false;
      sheet = open(current(), told);
      sheet.onTurn(tell);
      begin();
      tell();
    };

    const keys = make("div", { className: "bp-keys bp-live" }, KEYS);
    const controls = make("div", { className: "bp-controls" }, pass, reset, ...(levels ? [next] : []), count);
    root.querySelector(".bp-figure").after(line, controls, keys);
    if (levels) root.querySelector(".bp-figure").before(make("div", { className: "bp-controls" }, menu, row));
    show();
  };
  const fail = (error) => {
    delete root.dataset.ready; // the twin stays
    console.error(error);
  };
  unpack(data.packed).then(start).catch(fail);
});
