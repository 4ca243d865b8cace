// The playground: a network that learns in the page. Python sends the programs of the activations and of the loss and the
// text of the network around them; here is what is seen and what the controls do.
(() => {
  const TRAINING = 200;
  const HELD_OUT = 100;
  const WEIGHTS = 1000;
  const ORDER = 2000;

  // The start: siblings of seeded.py, datasets.py and initialisers.py, number by number.

  const generator = (seed) => {
    let state = seed;
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const uniform = (low, high) => low + (high - low) * random();
    const normal = () => {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      return radius * Math.cos(2 * Math.PI * random());
    };
    const permutation = (n) => {
      const order = Array.from({ length: n }, (_, i) => i);
      for (let last = n - 1; last > 0; last -= 1) {
        const other = Math.floor(random() * (last + 1));
        [order[last], order[other]] = [order[other], order[last]];
      }
      return order;
    };
    return { uniform, normal, permutation };
  };

  const many = (n, draw) => Array.from({ length: n }, (_, i) => draw(i));
  const around = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];
  const PLACES = {
    "two moons": (n, rng) => many(n, () => rng.uniform(0, Math.PI)).map((t, i) => {
      return i % 2 ? [1 - Math.cos(t), 0.5 - Math.sin(t), 1] : [Math.cos(t), Math.sin(t), 0];
    }),
    circles: (n, rng) => many(n, () => rng.uniform(0, 2 * Math.PI)).map((t, i) => [...around(i % 2 ? 0.5 : 1, t), i % 2]),
    xor: (n) => many(n, (i) => [i % 4 >> 1, i % 2, (i % 4 >> 1) ^ i % 2]),
    spirals: (n, rng) => many(n, () => rng.uniform(0.05, 1)).map((r, i) => {
      return [...around(r, 2 * Math.PI * (r + i % 2 / 2)), i % 2];
    }),
    clusters: (n) => many(n, (i) => [...around(2, Math.PI * (i % 2)), i % 2]),
  };

  // Rows (x1, x2, class), scaled, as {X, Y, N} and {X, Y, N} of the points that are held out.
  const points = ({ data, noise, seed }, own) => {
    const rng = generator(seed);
    const places = own ?? PLACES[data](TRAINING + HELD_OUT, rng);
    const order = rng.permutation(places.length);
    const rows = own ?? places.map(([x, y, k]) => [x + noise * rng.normal(), y + noise * rng.normal(), k]);
    const shuffled = order.map((i) => rows[i]);
    const count = own ? Math.ceil(own.length * 2 / 3) : TRAINING;
    const scaled = shuffled.map((row) => [...row]);
    for (const k of [0, 1]) {
      const column = shuffled.slice(0, count).map((row) => row[k]);
      const mean = column.reduce((sum, x) => sum + x, 0) / count;
      const spread = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
      for (const row of scaled) row[k] = (row[k] - mean) / (spread > 0 ? spread : 1);
    }
    return [gathered(scaled.slice(0, count)), gathered(scaled.slice(count))];
  };
  const gathered = (rows) => ({
    X: Float64Array.from(rows.flatMap(([x, y]) => [x, y])), Y: Float64Array.from(rows.map((row) => row[2])), N: rows.length,
  });

  const START = {
    glorot: (n, m, rng) => rng.uniform(-1 * Math.sqrt(6 / (n + m)), Math.sqrt(6 / (n + m))),
    he: (n, m, rng) => Math.sqrt(2 / n) * rng.normal(),
    normal: (n, m, rng) => 0.1 * rng.normal(),
    zeros: () => 0,
  };
  const begin = (network, { start, seed }) => {
    const rng = generator(seed + WEIGHTS);
    for (const { n, m, W } of network.layers) {
      for (let k = 0; k < W.length; k += 1) W[k] = START[start](n, m, rng);
    }
    return network;
  };

  // Batches without end: each epoch goes through the examples in another order.
  const batches = ({ X, Y, N }, seed) => {
    const rng = generator(seed + ORDER);
    let order = [];
    return (size) => {
      if (size >= N) return { X, Y, N };
      if (!order.length) order = rng.permutation(N);
      const chosen = order.splice(0, size);
      return gathered(chosen.map((i) => [X[2 * i], X[2 * i + 1], Y[i]]));
    };
  };

  // For each layer how far backward is from the slopes of the loss itself, as a share; 0 is the same.
  const disagreement = (network, { X, Y, N }) => {
    network.forward(X, N);
    network.backward(Y, N);
    return network.layers.map(({ W, b, dW, db }) => {
      let [apart, size] = [0, 0];
      for (const [P, G] of [[W, dW], [b, db]]) {
        for (let k = 0; k < P.length; k += 1) {
          const [kept, found] = [P[k], G[k]];
          let least = Infinity;
          for (const h of [1e-5, 1e-7]) {
            P[k] = kept + h;
            const above = network.meanLoss(X, Y, N);
            P[k] = kept - h;
            const slope = (above - network.meanLoss(X, Y, N)) / (2 * h);
            if (Math.abs(slope - found) < least) least = Math.abs(slope - found);
            size = Math.max(size, Math.abs(slope), Math.abs(found));
            if (least < 1e-8) break; // the smaller h only where a kink lies between
          }
          P[k] = kept;
          apart = Math.max(apart, least);
        }
      }
      return size < 1e-7 ? 0 : apart / size;
    });
  };

  backprop.playground = { points, begin, batches, disagreement };

  // What is seen

  const { make, draw, button, announce, program, reduced, short, quiet } = backprop;
  const box = (name, ...children) => make("div", { className: `bp-${name}` }, ...children);
  const group = (name, label, ...children) => {
    return make("div", { className: `bp-${name}`, role: "group", ariaLabel: label }, ...children);
  };
  const note = (text) => make("p", { className: "bp-note" }, text);
  const SPEEDS = { slow: 5, medium: 20, fast: 1e5 }; // steps a second
  const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
  const LOST = "The loss is no number any more: take a smaller rate, and reset.";
  const CELLS = 48;
  const DRAWN = 600; // px of the canvas, twice what is seen
  const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
  const three = (x) => Number.isFinite(x) ? x.toFixed(3) : short(x);
  const small = (x) => backprop.number(x, 2);
  const isWithin = (x, least, most) => Number.isInteger(x) && x >= least && x <= most;

  const upgrade = (root, data) => {
    const state = { ...data.settings, hidden: [...data.settings.hidden] };
    const known = Object.fromEntries(Object.entries(data.activations).map(([name, one]) => {
      return [name, { f: program(one.program), wrong: program(one.wrong) }];
    }));
    const loss = program(data.loss);
    const build = program(data.network);
    let network, training, heldOut, nextBatch, step, curve, reach, playing, shown;
    let isWeights = true;
    let isFull = null; // whether a batch is all examples
    const isOwn = () => state.data === "your own";

    // Controls

    const menu = (name, options, changed, text = (value) => value) => {
      const select = make("select", { ariaLabel: name, ...quiet });
      select.onchange = () => {
        state[name] = typeof state[name] === "number" ? Number(select.value) : select.value;
        changed();
      };
      follow.push(() => {
        select.replaceChildren(...options().map((value) => make("option", { value }, text(value))));
        select.value = state[name];
      });
      return make("label", {}, name, select);
    };
    const sliding = (name, min, max, by, read, write) => {
      const shown = make("output", { "aria-live": "off" });
      const input = make("input", { type: "range", min, max, step: by, ariaLabel: name, ...quiet, oninput: () => {
        write(Number(input.value));
        shown.value = input.value;
      } });
      const show = () => shown.value = input.value = read();
      show();
      return { label: make("label", {}, name, input, shown), show };
    };
    const follow = []; // what shows a setting

    const play = button("Play", "▶ Play", () => playing ? pause() : start());
    const one = button("Step: one step", "Step", () => { pause(); advance(1); render(true); announce(shown); });
    const again = button("Reset: back to the start", "Reset", () => { pause(); anew(); });
    const speed = make("select", { ariaLabel: "speed", ...quiet }, ...Object.keys(SPEEDS).map((name) => make("option", {}, name)));
    speed.value = "medium";
    const figure = (name) => {
      const number = make("b", {}, "0");
      return [make("div", {}, number, name), number];
    };
    const [stepBox, stepText] = figure("step");
    const [rightBox, rightText] = figure("right, training");
    const [heldBox, heldText] = figure("right, held out");
    const [lossBox, lossText] = figure("loss, training");
    const top = box("top",
      box("controls", play, one, again, make("label", {}, "speed", speed)),
      box("figures", stepBox, rightBox, heldBox, lossBox));

    const own = data.own ? ["your own"] : [];
    const upTo = (numbers, most) => [...new Set(numbers)].filter((x) => x <= most).sort((a, b) => a - b);
    const usual = () => { state.noise = data.usual[state.data] ?? 0; anew(); };
    const noise = sliding("noise", 0, 1, 0.01, () => state.noise ?? 0, (x) => { state.noise = x; anew(); });
    const seed = sliding("seed", 0, 99, 1, () => state.seed, (x) => { state.seed = x; anew(); });
    follow.push(noise.show, seed.show, () => noise.label.hidden = isOwn());
    const settings = group("settings", "Settings",
      menu("data", () => [...own, ...Object.keys(PLACES)], usual), noise.label, seed.label,
      menu("activation", () => Object.keys(known), () => anew(), (name) => name.replace("_", " ")),
      menu("start", () => data.starts, () => anew()),
      menu("rate", () => upTo([...RATES, data.settings.rate], Infinity), () => changed()),
      menu("batch", () => upTo([1, 5, 20, 50, state.batch, training.N], training.N), () => changed(),
        (size) => size === training.N ? `all ${size}` : size));
    const broken = button("Broken slope", "Broken slope", () => { state.broken = !state.broken; changed(); });
    const verdict = box("verdict");
    const slope = group("settings", "Slope of the activation", broken, verdict);
    follow.push(() => broken.setAttribute("aria-pressed", state.broken));

    // The network

    const net = draw("svg", { viewBox: "0 0 560 300", class: "bp-net", tabindex: 0, role: "group", ...quiet });
    const widths = box("controls");
    const pointedAt = make("p", { className: "bp-note bp-pointed-at" });
    const showing = (name, value) => button(`${name} on the wires`, name, () => {
      isWeights = value;
      render(true);
    });
    const which = [showing("Weights", true), showing("Gradients", false)];
    const legend = make("span", { className: "bp-note" });
    const bars = group("bars", "Norms of the gradients, layer by layer");
    const depth = sliding("hidden layers", 0, 4, 1, () => state.hidden.length, (count) => {
      while (state.hidden.length < count) state.hidden.push(state.hidden.at(-1) ?? 4);
      state.hidden.length = count;
      anew();
    });
    follow.push(depth.show);
    const left = make("div", {},
      box("controls", ...which, legend), net, pointedAt,
      box("controls", depth.label, widths), bars);

    let wires = [];
    let units = [];
    let chosen = null;
    const along = (norm) => Math.min(100, Math.max(0, 20 * (Math.log10(norm || 1e-9) + 4))); // from 10⁻⁴ to 10
    const drawNetwork = () => {
      const sizes = [2, ...state.hidden, 1];
      const place = (l, i) => [42 + l * 470 / (sizes.length - 1), 150 + (i - (sizes[l] - 1) / 2) * 35];
      wires = [];
      chosen = null;
      net.replaceChildren();
      network.layers.forEach(({ n, m }, l) => {
        for (let i = 0; i < m; i += 1) {
          for (let j = 0; j < n; j += 1) {
            const [x1, y1] = place(l, j);
            const [x2, y2] = place(l + 1, i);
            const ends = { x1, y1, x2, y2 };
            const way = draw("line", { ...ends, class: "bp-way" });
            const group = draw("g", { class: "bp-wire" }, draw("line", { ...ends, class: "bp-grip" }), way);
            const number = wires.length;
            group.addEventListener("pointerenter", () => choose(number));
            wires.push({ l, i, j, k: i * n + j, group, way });
            net.append(group);
          }
        }
      });
      sizes.forEach((size, l) => {
        for (let i = 0; i < size; i += 1) {
          const [cx, cy] = place(l, i);
          net.append(draw("circle", { cx, cy, r: 11, class: "bp-unit" }));
        }
      });
      const say = (x, y, letter, index) => {
        const text = draw("text", { x, y }, draw("tspan", { "font-style": "italic" }, letter), index);
        net.append(text);
      };
      say(6, place(0, 0)[1] + 5, "x", "₁");
      say(6, place(0, 1)[1] + 5, "x", "₂");
      say(532, 155, "ŷ", "");
      net.setAttribute("aria-label", `The network ${sizes.join("-")}. The arrow keys go from wire to wire.`);
      widths.replaceChildren(...state.hidden.map((_, l) => {
        return sliding(`layer ${l + 1}`, 1, 8, 1, () => state.hidden[l], (size) => {
          if (size === state.hidden[l]) return;
          state.hidden[l] = size;
          anew(false);
        }).label;
      }));
      const marks = [0.01, 0.1, 1].map((norm) => make("span", { style: `left:${along(norm)}%` }, norm));
      bars.replaceChildren("norm", box("axis", ...marks), make("b"));
      units = network.layers.map((_, l) => {
        const bar = make("i");
        const text = make("output", { "aria-live": "off" });
        bars.append(make("span", {}, `‖∂L/∂W${SUBSCRIPTS[l + 1]}‖`), make("div", {}, bar), text);
        return { bar, text };
      });
    };
    const choose = (number) => {
      wires[chosen]?.group.classList.remove("bp-pointed");
      chosen = number;
      wires[chosen].group.classList.add("bp-pointed");
      pointedAt.textContent = wireText(wires[chosen]);
    };
    const wireText = ({ l, i, j, k }) => {
      const { W, dW } = network.layers[l];
      return `Layer ${l + 1}, from ${j + 1} to ${i + 1}: w = ${short(W[k])}, ∂L/∂w = ${small(dW[k])}; `
        + `a step adds −${state.rate} · ${small(dW[k])} = ${small(-state.rate * dW[k])}.`;
    };
    net.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      choose(chosen === null ? 0 : (chosen + way + wires.length) % wires.length);
      announce(pointedAt.textContent);
    });

    const renderNetwork = () => {
      let largest = 0;
      for (const { W, dW } of network.layers) {
        for (const x of isWeights ? W : dW) largest = Math.max(largest, Math.abs(x));
      }
      for (const { l, k, group, way } of wires) {
        const { W, dW } = network.layers[l];
        const x = (isWeights ? W : dW)[k];
        way.setAttribute("stroke-width", (0.3 + (largest ? 7 * Math.abs(x) / largest : 0)).toFixed(1));
        group.classList.toggle("bp-minus", x < 0);
      }
      net.classList.toggle("bp-of-gradients", !isWeights);
      which.forEach((one, i) => one.setAttribute("aria-pressed", isWeights === !i));
      legend.textContent = `solid +, dashed −; the thickest is ${small(largest)}`;
      network.layers.forEach(({ dW }, l) => {
        const norm = Math.hypot(...dW);
        const { bar, text } = units[l];
        bar.style.width = `${along(norm)}%`;
        text.value = small(norm);
      });
      pointedAt.textContent = chosen === null ? "Point at a wire, or go from wire to wire with the arrow keys." : wireText(wires[chosen]);
    };

    // The map

    const canvas = make("canvas", { width: DRAWN, height: DRAWN, role: "img" });
    const field = make("canvas", { width: CELLS, height: CELLS });
    const plane = canvas.getContext("2d");
    const fieldPlane = field.getContext("2d");
    const pixels = fieldPlane.createImageData(CELLS, CELLS);
    const grid = new Float64Array(2 * CELLS * CELLS);
    const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    const at = (x) => (x / reach + 1) * DRAWN / 2;

    const renderMap = () => {
      const style = getComputedStyle(root);
      const [ink, paper, warning, ...kinds] = ["ink", "paper", "warning", "kind-1", "kind-2"].map((name) => {
        return style.getPropertyValue(`--bp-${name}`).trim();
      });
      const heights = network.forward(grid, CELLS * CELLS);
      const [from, ...to] = [paper, ...kinds].map(rgb);
      for (let cell = 0; cell < CELLS * CELLS; cell += 1) {
        const lean = Math.tanh(heights[cell] / 2); // 2 p − 1
        const full = to[lean > 0 ? 1 : 0];
        const share = 0.1 + 0.35 * Math.abs(lean || 0);
        for (let c = 0; c < 3; c += 1) pixels.data[4 * cell + c] = from[c] + share * (full[c] - from[c]);
        pixels.data[4 * cell + 3] = 255;
      }
      fieldPlane.putImageData(pixels, 0, 0);
      plane.drawImage(field, 0, 0, DRAWN, DRAWN);
      border(heights, ink);
      return [mark(training, kinds, [paper, paper], warning), mark(heldOut, [paper, paper], kinds, warning)];
    };
    // The line where the network is undecided, cell by cell.
    const border = (heights, ink) => {
      const size = DRAWN / CELLS;
      plane.beginPath();
      for (let i = 0; i + 1 < CELLS; i += 1) {
        for (let j = 0; j + 1 < CELLS; j += 1) {
          const ends = [];
          const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]];
          for (let c = 0; c < 4; c += 1) {
            const [p, q] = [corners[c], corners[(c + 1) % 4]];
            const [a, b] = [heights[p[0] * CELLS + p[1]], heights[q[0] * CELLS + q[1]]];
            if (a < 0 === b < 0) continue;
            const part = a / (a - b);
            ends.push([(p[1] + part * (q[1] - p[1]) + 0.5) * size, (p[0] + part * (q[0] - p[0]) + 0.5) * size]);
          }
          for (let k = 0; k + 1 < ends.length; k += 2) {
            plane.moveTo(...ends[k]);
            plane.lineTo(...ends[k + 1]);
          }
        }
      }
      plane.strokeStyle = ink;
      plane.lineWidth = 4;
      plane.stroke();
    };
    // Class 0 is a disc, class 1 a square; hollow is held out, a ring is a mistake. Returns the share that is right.
    const mark = ({ X, Y, N }, inside, edge, warning) => {
      const Z = network.forward(X, N);
      let right = 0;
      for (let e = 0; e < N; e += 1) {
        const [x, y] = [at(X[2 * e]), at(-X[2 * e + 1])];
        const isRight = Z[e] > 0 === Y[e] > 0;
        right += isRight;
        plane.beginPath();
        if (Y[e]) plane.rect(x - 6, y - 6, 12, 12);
        else plane.arc(x, y, 7, 0, 7);
        plane.fillStyle = inside[Y[e]];
        plane.strokeStyle = edge[Y[e]];
        plane.lineWidth = 2.5;
        plane.fill();
        plane.stroke();
        if (isRight) continue;
        plane.beginPath();
        plane.arc(x, y, 12, 0, 7);
        plane.strokeStyle = warning;
        plane.lineWidth = 2.5;
        plane.stroke();
      }
      return right / N;
    };

    // The loss

    const lossSvg = draw("svg", { viewBox: "0 0 320 150", class: "bp-loss", role: "img" });
    const ofTraining = draw("path", {});
    const ofHeld = draw("path", { class: "bp-held" });
    const highest = draw("text", { x: 4, y: 15 });
    const lastStep = draw("text", { x: 316, y: 146, "text-anchor": "end" });
    lossSvg.append(draw("path", { class: "bp-frame", d: "M1 22H319V128H1Z" }), ofTraining, ofHeld, highest, lastStep,
      draw("text", { x: 4, y: 146 }, "step 0"), draw("text", { x: 316, y: 15, "text-anchor": "end" }, "dashed: held out"));
    const renderLoss = () => {
      const values = curve.flatMap(([, a, b]) => [a, b]).filter(Number.isFinite);
      const most = Math.max(0.1, ...values);
      const end = Math.max(1, curve.at(-1)[0]);
      const path = (which) => curve.filter((row) => Number.isFinite(row[which])).map((row) => {
        return `${(1 + 318 * row[0] / end).toFixed(1)} ${(128 - 106 * row[which] / most).toFixed(1)}`;
      }).join("L");
      ofTraining.setAttribute("d", `M${path(1) || "0 0"}`);
      ofHeld.setAttribute("d", `M${path(2) || "0 0"}`);
      highest.textContent = `loss, up to ${most.toFixed(2)}`;
      lastStep.textContent = step;
      lossSvg.setAttribute("aria-label", `The loss over ${step} steps: now ${three(curve.at(-1)[1])}, held out ${three(curve.at(-1)[2])}`);
    };

    // The program

    const listing = (language) => make("pre", { tabIndex: 0, role: "group", ariaLabel: `The program in ${language}`, ...quiet });
    const code = listing("JavaScript");
    const sibling = listing("Python");
    const printed = make("details", {}, make("summary", {}, "Print the program"),
      note("What runs here. activation and loss are printed from the rows of the table, as bp.source does it:"), code,
      note("The same training in Python, from the same start, with the layers of the library:"), sibling);
    const print = () => {
      if (!printed.open) return;
      const { program, wrong } = data.activations[state.activation];
      const wrongly = state.broken ? `const wrong = ${wrong};` : "const wrong = null;";
      code.textContent = `const activation = ${program};\n\nconst loss = ${data.loss};\n\n${wrongly}\n\nconst build = ${data.network}\n`
        + `const network = build([${[2, ...state.hidden, 1].join(", ")}], activation, loss, wrong);\n`
        + `// each step: network.step(X, Y, N, ${state.rate}), with the N = ${state.batch} examples of a batch`;
      sibling.textContent = pythonText();
    };
    const pythonText = () => {
      const tuple = `(${state.hidden.join(", ")}${state.hidden.length === 1 ? "," : ""})`;
      const points = isOwn() ? "(X, Y)" : `"${state.data}"`;
      const more = isOwn() ? "" : `, noise=${state.noise}`;
      const last = state.broken ? ", broken=True" : "";
      const turned = hasTurned ? ", after a change on the way" : "";
      return [
        "import backprop_lib as bp",
        "",
        `page = bp.playground(${points}, ${tuple}, "${state.activation}", rate=${state.rate}, seed=${state.seed},`,
        `                     start="${state.start}", batch=${state.batch}${more}${last})`,
        "net, loss, X, Y = page.net, page.loss, page.X, page.Y",
        `for batch in page.batches(${step}):`,
        "    loss.forward(net.forward(X[batch]), Y[batch])",
        "    net.backward(loss.backward())",
        `    net.theta -= ${state.rate} * net.gradient`,
        `print(loss.forward(net.forward(X), Y))  # here: ${curve.at(-1)[1]}${turned}`,
      ].join("\n");
    };
    printed.addEventListener("toggle", print);

    // What happens

    let hasTurned = false;
    const chosenWrong = () => state.broken ? known[state.activation].wrong : null;
    const rebuild = () => build([2, ...state.hidden, 1], known[state.activation].f, loss, chosenWrong());

    // Everything from the start; the sliders of the widths stay while one of them is moved.
    const anew = (isNewDrawing = true) => {
      const isPlaying = playing;
      [training, heldOut] = points(state, isOwn() ? data.own : null);
      isFull ??= state.batch >= training.N;
      state.batch = isFull ? training.N : Math.min(state.batch, training.N);
      network = begin(rebuild(), state);
      nextBatch = batches(training, state.seed);
      step = 0;
      hasTurned = false;
      reach = 0.15;
      for (const x of [...training.X, ...heldOut.X]) reach = Math.max(reach, Math.abs(x) + 0.15);
      for (let cell = 0; cell < CELLS * CELLS; cell += 1) {
        grid[2 * cell] = reach * (2 * (cell % CELLS + 0.5) / CELLS - 1);
        grid[2 * cell + 1] = -reach * (2 * (Math.floor(cell / CELLS) + 0.5) / CELLS - 1);
      }
      curve = [];
      const kept = [...widths.children];
      drawNetwork();
      if (!isNewDrawing) widths.replaceChildren(...kept);
      network.forward(training.X, training.N);
      network.backward(training.Y, training.N);
      playing = isPlaying;
      settled();
    };
    // A setting that does not start anew.
    const changed = () => {
      hasTurned ||= step > 0;
      isFull = state.batch === training.N;
      const W = network.layers;
      network = rebuild();
      network.layers.forEach((layer, l) => {
        for (const name of ["W", "b", "dW", "db"]) layer[name].set(W[l][name]);
      });
      settled();
    };
    const settled = () => {
      for (const show of follow) show();
      const before = verdict.textContent;
      check();
      render(true);
      remember();
      const news = verdict.textContent === before ? "" : verdict.textContent;
      if (isAwake) announce(`${news} ${shown}`, 400);
    };
    const advance = (count, until = Infinity) => {
      let done = 0;
      while (done < count && performance.now() < until) {
        const { X, Y, N } = nextBatch(state.batch);
        network.step(X, Y, N, state.rate);
        done += 1;
      }
      step += done;
      return done;
    };

    const render = (isCalm) => {
      const value = network.meanLoss(training.X, training.Y, training.N);
      const row = [step, value, network.meanLoss(heldOut.X, heldOut.Y, heldOut.N)];
      if (curve.at(-1)?.[0] === step) curve.pop();
      curve.push(row);
      if (curve.length > 400) curve = curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);
      const [right, held] = renderMap();
      renderNetwork();
      renderLoss();
      stepText.textContent = step;
      rightText.textContent = percent(right);
      heldText.textContent = percent(held);
      lossText.textContent = three(value);
      shown = `Step ${step}: ${percent(right)} right in training, ${percent(held)} held out, loss ${three(value)}.`;
      const isLost = !Number.isFinite(value);
      if (isLost) shown += ` ${LOST}`;
      if (isCalm) {
        canvas.setAttribute("aria-label", `What the network predicts over the plane, and the points. ${shown}`);
        if (!playing) print();
      }
      if (isLost) {
        pause();
        pointedAt.textContent = LOST;
      }
    };
    const check = () => {
      const eight = { X: training.X.slice(0, 16), Y: training.Y.slice(0, 8), N: Math.min(8, training.N) };
      const copy = begin(rebuild(), state);
      copy.layers.forEach((layer, l) => {
        layer.W.set(network.layers[l].W);
        layer.b.set(network.layers[l].b);
      });
      const shares = disagreement(copy, eight);
      const wrong = shares.flatMap((share, l) => share < 1e-4 ? [] : [`layer ${l + 1} is off by ${percent(share)}`]);
      const why = state.broken ? `${state.activation}: ${data.activations[state.activation].mistake}. ` : "";
      verdict.textContent = wrong.length
        ? `${why}✗ Gradient check failed: ${wrong.join(", ")}.`
        : `${why}✓ Gradient check passed: all layers agree with the slopes of the loss.`;
      verdict.classList.toggle("bp-bad", wrong.length > 0);
    };

    // Playing

    let frame = 0;
    const start = () => {
      playing = true;
      play.textContent = "❚❚ Pause";
      play.title = play.ariaLabel = "Pause";
      let [last, owed, drawn, calm, said] = [performance.now(), 0, 0, 0, performance.now()];
      const tick = (time) => {
        if (!playing || !root.isConnected) return;
        const now = performance.now();
        owed = Math.min(owed + (now - last) / 1000 * SPEEDS[speed.value], 1000);
        last = now;
        owed -= advance(Math.floor(owed), now + 9);
        const isCalm = now - calm >= 500;
        if (now - drawn >= (reduced() ? 500 : 15)) {
          drawn = now;
          render(isCalm);
        }
        if (isCalm) {
          calm = now;
          check();
        }
        if (now - said >= 3000) {
          said = now;
          announce(shown);
        }
        if (playing) frame = requestAnimationFrame(tick);
      };
      frame = requestAnimationFrame(tick);
    };
    const pause = () => {
      if (!playing) return;
      playing = false;
      cancelAnimationFrame(frame);
      play.textContent = "▶ Play";
      play.title = play.ariaLabel = "Play";
      check();
      render(true);
      announce(shown);
    };

    // The address of a page keeps the settings; notebooks have other uses for theirs.
    const isPage = !document.getElementById("jupyter-config-data") && location.protocol !== "vscode-webview:";
    const isFirst = root === document.querySelector(".bp-playground");
    const HASH = "#playground?";
    const remember = () => {
      if (!isPage || !isFirst || !isAwake || (location.hash && !location.hash.startsWith(HASH))) return;
      const text = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]));
      try {
        history.replaceState(history.state, "", HASH + text);
      } catch {
        // a page in a frame may have no address
      }
    };
    const recall = () => {
      if (!isPage || !isFirst || !location.hash.startsWith(HASH)) return;
      const said = new URLSearchParams(location.hash.slice(HASH.length));
      const number = (name, isFit) => {
        const value = Number(said.get(name));
        if (said.get(name) && isFit(value)) state[name] = value;
      };
      const word = (name, options) => {
        if (options.includes(said.get(name))) state[name] = said.get(name);
      };
      word("data", [...Object.keys(PLACES), ...own]);
      word("activation", Object.keys(known));
      word("start", data.starts);
      number("noise", (x) => x >= 0 && x <= 1);
      number("seed", (x) => isWithin(x, 0, 999));
      number("rate", (x) => RATES.includes(x) || x === data.settings.rate);
      number("batch", (x) => isWithin(x, 1, 600));
      state.broken = said.get("broken") === "true";
      const hidden = (said.get("hidden") ?? "").split(",").filter(Boolean).map(Number);
      if (said.has("hidden") && hidden.length <= 4 && hidden.every((size) => isWithin(size, 1, 8))) state.hidden = hidden;
    };
    let isAwake = false;

    const right = make("div", {}, canvas,
      note("● ■ the classes; hollow: held out; a ring: mistaken; the line: undecided."), lossSvg);
    recall();
    anew();
    isAwake = true;
    root.insertBefore(box("ground", top, box("floor", left, right), settings, slope, printed),
      root.firstChild);
    render(true); // now that the colours are known
    const recolour = () => root.isConnected && render(true);
    addEventListener("hashchange", () => {
      if (!location.hash.startsWith(HASH)) return;
      isFull = null;
      recall();
      anew();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    new MutationObserver(recolour).observe(document.body, { attributes: true });
  };

  backprop.kind("playground", upgrade);
})();
