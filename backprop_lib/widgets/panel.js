// What all live panels share: the frame, the controls, the chart, the points that can be taken hold of.
// backprop.panel(name, build): build(data) says what is drawn for a state, as `picture`, `lines` and `table`.
(() => {
  const { make, draw, number, quiet } = backprop;
  const SANS = "Helvetica, Arial, sans-serif";
  const SERIF = "'STIX Two Text', 'STIX Two Math', Cambria, 'Times New Roman', Times, serif";
  const MINUS = "−";

  // Words, with letters as in mathematics: show/notation.py once more

  const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", theta: "θ", eta: "η", lambda: "λ", mu: "μ", sigma: "σ", phi: "φ", psi: "ψ", omega: "ω" };
  const GREEK_NAME = new RegExp(`(?<![\\p{L}\\p{N}])(${Object.keys(GREEK).join("|")})(?=\\d|_|[^\\p{L}\\p{N}]|$)`, "gu");
  const LETTER = "A-Za-zŷͰ-Ͽ";
  const NAME = new RegExp(
    `(?<![\\p{L}\\p{N}_\\[])([${LETTER}])(?:([\\d₀-₉]+)|_([\\p{L}\\p{N}]+))?(?:\\[([lL\\d−-]+)\\])?(?![${LETTER}\\d_\\[])`, "gu",
  );
  const runs = (words) => {
    const text = String(words).replace(GREEK_NAME, (name) => GREEK[name]).replaceAll("y_hat", "ŷ");
    const found = [];
    let end = 0;
    for (const name of text.matchAll(NAME)) {
      const start = name.index;
      if (/^[aAI] [a-z]{2}/.test(text.slice(start)) || text[start - 1] === "'") continue;
      const below = (name[2] ?? name[3] ?? "").replace(/[₀-₉]/g, (digit) => digit.charCodeAt(0) - 0x2080);
      found.push(["", text.slice(end, start)], ["letter", name[1]], ["sub", below], ["sup", name[4] && `[${name[4]}]`]);
      end = start + name[0].length;
    }
    return [...found, ["", text.slice(end)]].filter(([, run]) => run);
  };
  const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const TAGS = { letter: "var", sub: "sub", sup: "sup" };
  const inHtml = (words) => runs(words).map(([kind, run]) => (kind ? `<${TAGS[kind]}>${escaped(run)}</${TAGS[kind]}>` : escaped(run))).join("");
  const SHIFTS = { sub: 0.24, sup: -0.36 };
  const typeset = (words, size) => {
    let shift = 0;
    return runs(words).map(([kind, run]) => {
      const wanted = size * (SHIFTS[kind] ?? 0);
      let look = wanted === shift ? "" : ` dy="${px(wanted - shift)}"`;
      shift = wanted;
      if (kind === "letter") look += ` font-family="${SERIF}" font-style="italic" font-size="${px(1.12 * size)}"`;
      else if (kind) look += ` font-size="${px(0.72 * size)}"`;
      return `<tspan${look}>${escaped(run)}</tspan>`;
    }).join("");
  };

  // A number with always so many decimals, rounded as Python does it
  const fixed = (x, decimals = 4) => {
    if (Number.isNaN(x)) return "nan";
    if (!Number.isFinite(x)) return x < 0 ? `${MINUS}inf` : "inf";
    const size = Math.abs(x);
    const isHuge = size >= 1e5;
    const [places, write] = isHuge ? [3, "toExponential"] : [decimals, "toFixed"];
    let [text, power] = size[write](places).split("e+");
    const [exact] = size[write](places + 40).split("e+");
    const isTie = /^50*$/.test(exact.split(".")[1].slice(places));
    if (isTie && text.at(-1) % 2) text = exact.slice(0, text.length); // to the even digit
    const end = isHuge ? `e+${power.padStart(2, "0")}` : "";
    return (x < 0 && Number(text) ? MINUS : "") + text + end;
  };

  // Drawing: show/svg.py and show/chart.py once more

  const colour = (name) => (/^(none|url|color-mix|var)/.test(name) ? name : `var(--bp-${name})`);
  const tint = (name, share) => `color-mix(in srgb, var(--bp-${name}) ${Math.round(100 * share)}%, var(--bp-paper))`;
  const px = (x) => Number(x).toFixed(1);
  const text = (x, y, words, fill = "ink", anchor = "middle", { size = 14, weight = "normal", halo = true } = {}) => {
    const edge = halo ? ' stroke="var(--bp-paper)" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' : "";
    return `<text x="${px(x)}" y="${px(y)}" fill="${colour(fill)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}"${edge}>${typeset(words, size)}</text>`;
  };
  const path = (d, stroke, width = 1.3, dash = "", clip = "") => {
    const more = (dash && ` stroke-dasharray="${dash}"`) + (clip && ` clip-path="url(#${clip})"`);
    return `<path d="${d}" fill="none" stroke="${colour(stroke)}" stroke-width="${width}" stroke-linejoin="round"${more}/>`;
  };
  const line = (points, ...look) => path(`M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join("L")}`, ...look);
  const box = (x, y, width, height, fill = "paper", stroke = "grey", lineWidth = 1) => {
    return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${colour(fill)}" stroke="${colour(stroke)}" stroke-width="${lineWidth}"/>`;
  };
  const circle = (x, y, radius, fill = "paper", stroke = "ink", width = 1.4) => {
    return `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}" fill="${colour(fill)}" stroke="${colour(stroke)}" stroke-width="${width}"/>`;
  };
  const column = (x, y, rows, { leading = 19, weight } = {}) => {
    return rows.map(([words, fill], row) => text(x, y + leading * row, words, fill, "start", { weight })).join("");
  };

  const ticks = (low, high, about, whole) => {
    let least = ((high - low) / about) * 0.99;
    if (whole) least = Math.max(least, 1);
    const size = 10 ** Math.floor(Math.log10(least));
    const step = [1, 2, 2.5, 5, 10].map((k) => size * k).find((step) => step >= least && !(whole && step % 1));
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k <= Math.floor(high / step + 1e-9); k++) found.push(Number((step * k).toFixed(10)));
    return found;
  };
  class Axis {
    constructor(low, high, start, end, log, whole) {
      Object.assign(this, { low, high, start, end, log, whole: whole || log });
      this.ends = [this.measure(low), this.measure(high)];
    }
    measure(value) {
      return this.log ? Math.log10(Math.max(value, 1e-300)) : value;
    }
    at(value) {
      const [low, high] = this.ends;
      const part = (this.measure(value) - low) / (high - low);
      return this.start + Math.min(Math.max(part, -9), 10) * (this.end - this.start);
    }
    value(pixel) {
      const [low, high] = this.ends;
      const value = low + ((pixel - this.start) / (this.end - this.start)) * (high - low);
      return this.log ? 10 ** value : value;
    }
    holds(value) {
      return this.low <= value && value <= this.high;
    }
    ticks(room) {
      const raised = (k) => String(k).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
      const about = Math.abs(this.end - this.start) / room;
      return ticks(...this.ends, about, this.whole).map((tick) => (this.log ? [this.at(10 ** tick), `10${raised(tick)}`] : [this.at(tick), number(tick)]));
    }
  }
  class Chart {
    constructor(x, y, xLabel, yLabel, { frame = [62, 30, 522, 284], log = "", whole = "" } = {}) {
      const [left, top, width, height] = frame;
      Object.assign(this, { left, top, width, height, right: left + width, bottom: top + height });
      this.x = new Axis(...x, left, this.right, log.includes("x"), whole.includes("x"));
      this.y = new Axis(...y, this.bottom, top, log.includes("y"), whole.includes("y"));
      this.clip = `bp-frame-${(backprop.frames = (backprop.frames ?? 0) + 1)}`;
      this.fields = "";
      const frameBox = box(left, top, width, height, "none");
      this.marks = `<clipPath id="${this.clip}">${frameBox}</clipPath>`;
      for (const [x, words] of this.x.ticks(60)) this.marks += line([[x, top], [x, this.bottom]], "rule", 1) + text(x, this.bottom + 17, words, "grey", "middle", { size: 12 });
      for (const [y, words] of this.y.ticks(36)) this.marks += line([[left, y], [this.right, y]], "rule", 1) + text(left - 6, y + 4, words, "grey", "end", { size: 12 });
      this.marks += frameBox + text((left + this.right) / 2, this.bottom + 36, xLabel) + text(left, top - 9, yLabel, "ink", "start");
    }
    get svg() {
      return this.fields + this.marks;
    }
    place([x, y]) {
      return [this.x.at(x), this.y.at(y)];
    }
    line(points, stroke, dash = "", width = 2) {
      this.marks += line(points.map((point) => this.place(point)), stroke, width, dash, this.clip);
    }
    segments(pairs, stroke, width = 1) {
      const d = pairs.map(([p, q]) => `M${this.place(p).map(px).join(" ")}L${this.place(q).map(px).join(" ")}`).join("");
      this.marks += path(d, stroke, width, "", this.clip);
    }
    dots(points, fill, radius = 4) {
      for (const [x, y] of points) {
        if (this.x.holds(x) && this.y.holds(y)) this.marks += circle(...this.place([x, y]), radius, fill, "paper", 1);
      }
    }
    ring([x, y], stroke, radius = 6) {
      if (this.x.holds(x) && this.y.holds(y)) this.marks += circle(...this.place([x, y]), radius, "paper", stroke, 2);
    }
    field([from, to], [low, high], fill) {
      this.fields += box(this.x.at(from), this.y.at(high), this.x.at(to) - this.x.at(from), this.y.at(low) - this.y.at(high), fill, fill, 0.5);
    }
    say(x, y, words, fill = "ink", anchor = "start", lift = 8) {
      const aside = { start: 6, end: -6 }[anchor] ?? 0;
      this.marks += text(this.x.at(x) + aside, this.y.at(y) - lift, words, fill, anchor);
    }
  }

  // The table of a panel: the first cell of a row is its head.
  const table = (head, rows) => {
    const th = (scope, cell) => `<th scope="${scope}">${inHtml(cell)}</th>`;
    const body = rows.map(([first, ...cells]) => {
      return `<tr>${th("row", first)}${cells.map((cell) => `<td>${inHtml(cell)}</td>`).join("")}</tr>`;
    });
    return `<table><tr>${head.map((cell) => th("col", cell)).join("")}</tr>${body.join("")}</table>`;
  };

  // The frame. data.controls: the controls among Python's parts. What build hands back:
  // picture(state): {width, height, svg, alt, holds}; or figure, an element, and update(state), which changes it;
  // lines(state), table(state): sentences, and HTML, below; rows: for how many lines of sentences there is room;
  // changed(state, control): what else follows; limits(state, control): its largest value now;
  // clicked(target, state): whether a click on the picture changed the state;
  // along: the control that stands for the x-axis, and where that axis lies in the picture.
  const panel = (name, build) => backprop.kind(name, (root, data) => {
    const { state, controls } = data;
    const read = ({ name, index }) => (index === null ? state[name] : state[name][index]);
    const write = ({ name, index }, value) => {
      if (index === null) state[name] = value;
      else state[name][index] = value;
    };
    const decimals = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const shown = (control, value) => {
      if (control.kind === "log") return number(value, 3);
      const text = fixed(value, decimals(control.step));
      return Number(text.replace(MINUS, "-")) === value ? text : number(value, 4); // a start may lie between two steps
    };
    const snapped = (control, value) => {
      const most = own.limits?.(state, control) ?? control.max;
      const near = Math.min(most, Math.max(control.min, value));
      return Number((Math.round(near / control.step) * control.step).toPrecision(12));
    };
    const set = (control, value) => {
      if (value === read(control)) return;
      write(control, value);
      own.changed?.(state, control);
      show();
    };
    const step = (control, ways) => {
      if (control.kind === "log") return set(control, Number((10 ** snapped(control, Math.log10(read(control)) + ways * control.step)).toPrecision(6)));
      return set(control, snapped(control, read(control) + ways * control.step));
    };

    // Controls: what is chosen above the picture, numbers below it

    const follow = [];
    const above = make("div", { className: "bp-controls bp-above" });
    const below = make("div", { className: "bp-sliders" });
    const label = (words) => make("span", { className: "bp-name", innerHTML: inHtml(words) });
    const slider = (control) => {
      const isLog = control.kind === "log";
      const output = make("output", { "aria-live": "off" });
      const input = backprop.slider(control.title, control.min, control.max, 0, () => {
        const value = Number(input.value);
        set(control, isLog ? Number((10 ** value).toPrecision(6)) : value);
      }, control.step);
      const row = make("div", { className: "bp-slider" }, label(control.label), input, output);
      follow.push(() => {
        input.max = own.limits?.(state, control) ?? control.max;
        input.value = isLog ? Math.log10(read(control)) : read(control);
        output.textContent = shown(control, read(control));
        input.setAttribute("aria-valuetext", `${control.label} = ${output.textContent}`);
      });
      if (own.along) {
        row.classList.add("bp-along");
        row.style.setProperty("--left", own.along.left / own.along.of);
        row.style.setProperty("--wide", own.along.width / own.along.of);
      }
      below.append(row);
    };
    const choices = (control) => {
      const group = make("div", { className: "bp-switch", role: "group", "aria-label": control.label }, label(control.label));
      for (const [value, title] of control.options) {
        const button = backprop.button(title, "", () => set(control, value));
        button.innerHTML = inHtml(value);
        button.setAttribute("aria-label", title.startsWith(control.label) ? title : `${control.label} ${value}: ${title}`);
        follow.push(() => button.setAttribute("aria-pressed", read(control) === value));
        group.append(button);
      }
      above.append(group);
    };
    const menu = (control) => {
      const select = backprop.choice(control.title, Object.fromEntries(control.options.map(([value]) => [value, value])), () => set(control, select.value));
      follow.push(() => (select.value = read(control)));
      above.append(make("div", { className: "bp-switch" }, label(control.label), select));
    };

    // Points that are taken hold of: each moves the controls `across` and `up`, as the axes of the chart say

    const layer = draw("g", { class: "bp-holds" });
    const handles = [];
    const hold = (k) => {
      const handle = { element: draw("g", { class: "bp-grab", tabindex: 0, role: "slider", ...quiet }, draw("circle", { r: 15, class: "bp-ground" }), draw("circle", { r: 7, class: "bp-dot" })), facts: null };
      const { element } = handle;
      handle.moveTo = (event) => {
        const { across, up, chart } = handle.facts;
        const point = pointOf(event);
        const to = (control, value) => {
          if (!control) return;
          if (control.kind === "log") write(control, Number((10 ** snapped(control, Math.log10(value))).toPrecision(6)));
          else write(control, snapped(control, value));
          own.changed?.(state, control);
        };
        to(across, chart.x.value(point.x));
        to(up, chart.y.value(point.y));
        show();
      };
      element.addEventListener("keydown", (event) => {
        const { across, up } = handle.facts;
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
        if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        const isUp = event.key === "ArrowUp" || event.key === "ArrowDown";
        step((isUp && up) || across, way * (event.shiftKey ? 10 : 1));
      });
      layer.append(element);
      handles[k] = handle;
    };
    const pointOf = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    // Beside a point, the mouse takes hold of it if it is the only one of its plot; a finger there may scroll.
    const taken = (event) => {
      const touched = handles.find(({ element }) => element.contains(event.target));
      if (touched || handles.length !== 1 || event.pointerType === "touch") return touched;
      const { x, y } = pointOf(event);
      const { left, right, top, bottom } = handles[0].facts.chart;
      return left <= x && x <= right && top <= y && y <= bottom && handles[0];
    };
    const take = (event) => {
      const handle = !event.button && taken(event);
      if (!handle) return;
      const { element, moveTo } = handle;
      event.preventDefault();
      element.focus({ preventScroll: true });
      element.setPointerCapture(event.pointerId);
      element.addEventListener("pointermove", moveTo);
      element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", moveTo), { once: true });
      if (!element.contains(event.target)) moveTo(event);
    };
    const place = (holds) => {
      holds.forEach((facts, k) => {
        if (!handles[k]) hold(k);
        const handle = handles[k];
        handle.facts = { ...facts, across: find(facts.across), up: find(facts.up) };
        const { across, up } = handle.facts;
        const { element } = handle;
        element.setAttribute("transform", `translate(${px(facts.x)} ${px(facts.y)})`);
        element.setAttribute("aria-label", facts.name);
        const says = [across, up].filter(Boolean).map((one) => `${one.label} = ${shown(one, read(one))}`);
        element.setAttribute("aria-valuetext", says.join(", "));
        element.setAttribute("aria-valuenow", across.kind === "log" ? Math.log10(read(across)) : read(across));
        element.setAttribute("aria-valuemin", across.min);
        element.setAttribute("aria-valuemax", across.max);
      });
    };
    const find = (where) => where && controls.find((one) => one.name === where[0] && (where[1] ?? null) === one.index);

    // Put together

    const own = build(data, { set: (name, value, index = null) => set(controls.find((one) => one.name === name && one.index === index), value), root });
    const svg = own.figure ?? draw("svg", { role: "group" });
    const drawing = draw("g", { "aria-hidden": true }); // the name of the picture says it all
    if (!own.figure) svg.append(drawing, layer);
    svg.addEventListener("pointerdown", take);
    if (own.clicked) svg.addEventListener("click", (event) => own.clicked(event.target, state) && show());
    const sentences = make("div", { className: "bp-lines" });
    const numbers = make("div", { className: "bp-table" });
    for (const control of controls) ({ slider, log: slider, switch: choices, menu })[control.kind](control);
    const show = () => {
      for (const one of follow) one();
      if (own.figure) {
        own.update(state);
      } else {
        const { width, height, svg: content, alt, holds = [] } = own.picture(state);
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        svg.setAttribute("aria-label", alt ?? own.lines(state).join(" "));
        svg.style.cssText = `min-width:${Math.round(Math.min(0.79 * width, 720))}px;font-family:${SANS}`;
        svg.setAttribute("width", Math.min(720, 1.2 * width));
        drawing.innerHTML = content;
        place(holds);
      }
      numbers.innerHTML = own.table?.(state) ?? "";
      const words = (own.lines?.(state) ?? []).map((words) => `<p>${inHtml(words)}</p>`).join("");
      if (sentences.innerHTML !== words) sentences.innerHTML = words;
      if (root.contains(figure)) backprop.announce(own.lines?.(state).join(" ") ?? numbers.innerText, 400);
    };
    const figure = make("div", { className: "bp-figure" });
    show();
    figure.append(svg);
    const live = make("div", { className: "bp-live" });
    if (above.children.length) live.append(above);
    live.append(figure);
    if (below.children.length) live.append(below);
    if (own.lines) live.append(sentences);
    if (own.table) live.append(numbers);
    sentences.style.setProperty("--rows", own.rows ?? 3);
    root.querySelector(".bp-still").hidden = true;
    root.append(live);
  });

  Object.assign(backprop, { panel, Chart, fixed, inHtml, text, path, line, box, circle, column, table, tint });
})();
