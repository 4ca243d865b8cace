// Lecture 003's network, a node at a time, in the page: scalar_net.py once more.
backprop.panel("scalarnet", (data) => {
  const { number, short, text, line, box, circle, tint } = backprop;
  const { nodes, edges, inputs, place, labels, radius, width, height } = data;
  const output = nodes.at(-1);
  const F = {
    identity: [(x) => x, () => 1],
    relu: [(x) => Math.max(0, x), (x) => Number(x > 0)],
    tanh: [Math.tanh, (x, y) => 1 - y * y],
    sigmoid: [(x) => (x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))), (x, y) => y * (1 - y)],
  };
  const into = (j) => edges.filter((edge) => edge.to === j);
  const out = (j) => edges.filter((edge) => edge.from === j);
  const slope = (n, j) => F[data.f[j]][1](n.x[j], n.y[j]);
  const run = ({ values, target }) => {
    const n = { x: {}, y: {}, dx: {}, dy: {}, E: 0 };
    for (const j of nodes) {
      const arriving = into(j);
      n.x[j] = arriving.length ? arriving.reduce((sum, edge) => sum + edge.w * n.y[edge.from], 0) + (data.b[j] ?? 0) : values[inputs.indexOf(j)];
      n.y[j] = F[data.f[j]][0](n.x[j]);
    }
    const [x, y] = [n.x[output], n.y[output]];
    if (data.loss === "log") {
      n.E = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - target * x;
      n.dy[output] = y > 0 && y < 1 ? (y - target) / (y * (1 - y)) : NaN;
      n.dx[output] = y - target;
    } else {
      n.E = 0.5 * (y - target) ** 2;
      n.dy[output] = y - target;
      n.dx[output] = slope(n, output) * n.dy[output];
    }
    for (const i of nodes.slice(0, -1).reverse()) {
      n.dy[i] = out(i).reduce((sum, edge) => sum + edge.w * n.dx[edge.to], 0);
      n.dx[i] = slope(n, i) * n.dy[i];
    }
    return n;
  };
  const lines = (state) => {
    const n = run(state);
    const i = state.node;
    const found = [];
    if (i === output) {
      found.push(`∂E/∂y${i} = ${number(n.dy[i])}, from the loss: y${i} = ${number(n.y[i])}, target ${number(state.target)}`);
    } else {
      const formula = out(i).map(({ to }) => `w${i}${to} · ∂E/∂x${to}`).join(" + ");
      const numbers = out(i).map(({ to, w }) => `(${number(w)}) · (${number(n.dx[to])})`).join(" + ");
      found.push(`out(${i}) = {${out(i).map(({ to }) => to).join(", ")}}:  ∂E/∂y${i} = ${formula} = ${numbers} = ${number(n.dy[i])}`);
    }
    if (inputs.includes(i)) return found;
    if (data.loss === "log" && i === output) found.push(`∂E/∂x${i} = y${i} − target = ${number(n.dx[i])}`);
    else found.push(`∂E/∂x${i} = f'(x${i}) · ∂E/∂y${i} = ${number(slope(n, i))} · (${number(n.dy[i])}) = ${number(n.dx[i])}`);
    for (const { from } of into(i)) {
      found.push(`∂E/∂w${from}${i} = y${from} · ∂E/∂x${i} = (${number(n.y[from])}) · (${number(n.dx[i])}) = ${number(n.y[from] * n.dx[i])}`);
    }
    return found;
  };
  const LEADING = 16;
  const widthOf = (words, weight) => {
    const ems = [...words].map((c) => (" .".includes(c) ? 0.34 : "w=+−".includes(c) ? 0.88 : 0.63));
    return 14 * ems.reduce((a, b) => a + b, 0) * (weight ? 1.1 : 1);
  };
  // A block of words is [x, y, lines, colours, weight]; under each lies paper, which covers the edges.
  const PAD = 2;
  const paper = ([x, y, rows, , weight]) => {
    const width = Math.max(...rows.map((words) => widthOf(words, weight === "bold"))) + 2 * PAD;
    return box(x - width / 2, y - 12 - PAD, width, 14 + LEADING * (rows.length - 1) + 2 * PAD, "paper", "none");
  };
  const stack = ([x, y, rows, fills, weight]) => rows.map((words, k) => text(x, y + LEADING * k, words, fills[k], "middle", { weight })).join("");
  const picture = (state) => {
    const n = run(state);
    let svg = "";
    for (const { from, to } of edges) svg += line([place[from], place[to]], ...(from === state.node ? ["gradient", 3.5] : ["grey", 1.2]));
    svg += line([place[output], data.lossPlace], ...(state.node === output ? ["gradient", 3.5] : ["grey", 1.2]));
    const blocks = [[data.lossPlace[0], data.lossPlace[1] - radius - 5, [`E = ${short(n.E)}`], ["value"]]];
    for (const j of nodes) {
      const [x, y] = place[j];
      blocks.push([x, y - radius - 5 - LEADING, [`x = ${short(n.x[j])}`, `y = ${short(n.y[j])}`], ["value", "value"]]);
      blocks.push([x, y + radius + LEADING, [`∂E/∂y = ${short(n.dy[j])}`, `∂E/∂x = ${short(n.dx[j])}`], ["gradient", "gradient"]]);
    }
    edges.forEach(({ from, to, w }, k) => {
      if (!labels[k]) return;
      const [x, y] = labels[k];
      const weight = from === state.node ? "bold" : "normal";
      blocks.push([x, y - 4, [`w${from}${to} = ${short(w)}`, short(n.y[from] * n.dx[to])], ["value", "gradient"], weight]);
    });
    svg += blocks.map(paper).join("");
    svg += circle(...data.lossPlace, radius) + text(data.lossPlace[0], data.lossPlace[1] + 5, "E", "ink", "middle", { weight: "bold", halo: false });
    for (const j of nodes) {
      const [x, y] = place[j];
      const isChosen = j === state.node;
      const look = isChosen ? [tint("chosen", 0.15), "chosen", 3] : ["paper", "ink", 1.4];
      const name = text(x, y + 5, j, "ink", "middle", { weight: "bold", halo: false });
      svg += `<g class="bp-pick" data-unit="${nodes.indexOf(j)}">${circle(x, y, radius, ...look)}${name}</g>`;
    }
    svg += blocks.map(stack).join("");
    return { width, height, svg, alt: `Node ${state.node} is chosen. ${lines(state).join(" ")}` };
  };
  const clicked = (target, state) => {
    const unit = target.closest("[data-unit]");
    if (unit) state.node = nodes[unit.dataset.unit];
    return Boolean(unit);
  };
  return { picture, lines, clicked, rows: 2 + Math.max(...nodes.map((j) => into(j).length)) };
});
