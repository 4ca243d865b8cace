// One weight changed a little, in the page: perturbation.py once more.
backprop.panel("perturbation", (data) => {
  const { Chart, number, fixed, text, path, circle, column, tint } = backprop;
  const REACH = 2;
  const { x, y, sizes, place, radius } = data;
  const layers = data.layers.map((one) => ({ ...one, f: one.program && backprop.program(one.program) }));

  // All activations, and the slope of each, with one weight changed
  const forward = ({ layer, j, k }, change) => {
    const a = [x];
    const slopes = [];
    layers.forEach(({ W, b, f }, l) => {
      const z = W.map((row, u) => row.reduce((sum, w, s) => {
        const isIt = l === layer - 2 && u === j - 1 && s === k - 1;
        return sum + (isIt ? w + change : w) * a[l][s];
      }, 0) + b[u]);
      const found = z.map((one) => (f ? f(one) : { value: one, gradients: [1] }));
      a.push(found.map((one) => one.value));
      slopes.push(found.map((one) => one.gradients[0]));
    });
    const cost = a.at(-1).reduce((sum, one, u) => sum + (one - y[u]) ** 2 / 2, 0);
    return { a, slopes, cost };
  };
  const factsOf = (state) => {
    const { layer, j, k, change } = state;
    const before = forward(state, 0);
    const after = forward(state, change);
    let delta = before.a.at(-1).map((one, u) => (one - y[u]) * before.slopes.at(-1)[u]);
    for (let l = layers.length - 1; l > layer - 2; l--) {
      delta = layers[l - 1].W.map((_, s) => before.slopes[l - 1][s] * delta.reduce((sum, d, u) => sum + layers[l].W[u][s] * d, 0));
    }
    const a = before.a[layer - 2][k - 1];
    const changes = after.a.map((row, l) => row.map((one, u) => one - before.a[l][u]));
    return { cost: before.cost, delta: delta[j - 1], a, predicted: delta[j - 1] * a * change, actual: after.cost - before.cost, activations: before.a, changes };
  };
  const lines = (state) => {
    const { layer: l, j, k, change } = state;
    const f = factsOf(state);
    const short = (x) => number(Number(x.toFixed(5)));
    return [
      `w${j}${k}[${l}] ${change >= 0 ? "+" : "−"} ${number(Math.abs(change))}: predicted δ${j}[${l}] · a${k}[${l - 1}] · change = `
        + `${short(f.delta)} · ${short(f.a)} · ${number(change)} = ${short(f.predicted)}; actual ΔC = ${short(f.actual)}.`,
      `Unchanged: all layers before layer ${l}, and in layer ${l} every unit but unit ${j}.`,
    ];
  };
  const network = (f, { layer, j, k }) => {
    let svg = "";
    const start = place[layer - 2][k - 1];
    const end = place[layer - 1][j - 1];
    for (let l = 2; l <= sizes.length; l++) {
      for (let to = 1; to <= sizes[l - 1]; to++) {
        for (let from = 1; from <= sizes[l - 2]; from++) {
          const d = `M${place[l - 2][from - 1].join(" ")}L${place[l - 1][to - 1].join(" ")}`;
          const isIt = l === layer && to === j && from === k;
          svg += `<g class="bp-pick" data-weight="${l} ${to} ${from}">${path(d, "none", 11)}${path(d, isIt ? "chosen" : "faint", isIt ? 4 : 1)}</g>`;
        }
      }
    }
    const covered = [];
    sizes.forEach((size, l) => {
      svg += text(place[l][0][0], 14, `layer ${l + 1}`, "grey");
      for (let u = 0; u < size; u++) {
        const [x, y] = place[l][u];
        const change = f.changes[l][u];
        const look = change ? [tint("chosen", 0.15), "chosen", 3] : ["paper", "ink", 1.4];
        svg += circle(x, y, radius, ...look) + text(x, y + 5, fixed(f.activations[l][u], 2), "value", "middle", { size: 11, halo: false });
        covered.push([x, y, radius + 4]);
        if (!change) continue;
        svg += text(x, y - radius - 5, (change > 0 ? "+" : "") + fixed(change), "value");
        covered.push([x, y - radius - 10, 26]);
      }
    });
    const at = (part) => [start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])];
    const free = ([x, y]) => covered.every(([a, b, r]) => Math.hypot(x - a, y - 8 - b) > r + 20);
    const parts = [0.5, 0.45, 0.4, 0.35, 0.55, 0.6, 0.65];
    const [labelX, labelY] = at(parts.find((part) => free(at(part))) ?? 0.5);
    return svg + text(labelX, labelY - 6, `w${j}${k}[${layer}]`, "chosen", "middle", { weight: "bold" });
  };
  const picture = (state) => {
    const f = factsOf(state);
    const steps = Array.from({ length: 41 }, (_, i) => -REACH + (2 * REACH * i) / 40);
    const actual = steps.map((step) => forward(state, step).cost - f.cost);
    const slope = f.delta * f.a;
    const top = 1.2 * Math.max(...actual.map(Math.abs), Math.abs(slope) * REACH, 1e-6);
    const chart = new Chart([-REACH, REACH], [-top, top], "change of the weight", "change of the cost C", { frame: [330, 332, 270, 145] });
    chart.line(steps.map((step, i) => [step, actual[i]]), "value");
    chart.line([[-REACH, -REACH * slope], [REACH, REACH * slope]], "gradient", "6 4");
    chart.dots([[state.change, f.predicted]], "gradient", 5);
    const rows = [
      [`δ${state.j}[${state.layer}] = ${fixed(f.delta, 5)}`, "gradient"],
      [`a${state.k}[${state.layer - 1}] = ${fixed(f.a, 5)}`, "value"],
      [`predicted (dashed) = ${fixed(f.predicted, 5)}`, "gradient"],
      [`actual (solid) = ${fixed(f.actual, 5)}`, "value"],
    ];
    const svg = network(f, state) + chart.svg + column(20, 362, rows, { leading: 26, weight: "bold" });
    const [holdX, holdY] = chart.place([state.change, f.actual]);
    return { width: 620, height: 522, svg, holds: [{ name: "change of the weight", across: ["change"], chart, x: holdX, y: holdY }] };
  };
  const limits = ({ layer }, control) => ({ j: sizes[layer - 1], k: sizes[layer - 2] })[control.name] ?? control.max;
  const changed = (state) => {
    state.j = Math.min(state.j, sizes[state.layer - 1]);
    state.k = Math.min(state.k, sizes[state.layer - 2]);
  };
  const clicked = (target, state) => {
    const edge = target.closest("[data-weight]");
    if (edge) [state.layer, state.j, state.k] = edge.dataset.weight.split(" ").map(Number);
    return Boolean(edge);
  };
  return { picture, lines, limits, changed, clicked, rows: 3 };
});
