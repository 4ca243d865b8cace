// One step of logistic regression in the page: logistic.py once more.
backprop.panel("logistic", (data) => {
  const { Chart, number } = backprop;
  const { x, w, b } = data;
  const ALL_ONE = 53 * Math.log(2);
  const sigmoid = (z) => (z > 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  const textbook = (z, y) => {
    const p = sigmoid(z);
    return -y * Math.log(p) - (1 - y) * Math.log(1 - p);
  };
  const stable = (z, y) => softplus(z) - y * z;
  const factsOf = ({ rate, y }) => {
    const z = w * x + b;
    const p = sigmoid(z);
    const dz = p - y;
    const [wAfter, bAfter, h] = [w - rate * dz * x, b - rate * dz, 1e-5];
    const zAfter = wAfter * x + bAfter;
    return {
      z, dz, dw: dz * x, db: dz, wAfter, bAfter, zAfter,
      printed: (p * (1 - p) * -y) / p + (1 - y) / (1 - p),
      measured: (stable(z + h, y) - stable(z - h, y)) / (2 * h),
      textbook: textbook(z, y), textbookAfter: textbook(zAfter, y), stable: stable(z, y), stableAfter: stable(zAfter, y),
    };
  };
  const lines = (state) => {
    const facts = factsOf(state);
    const f = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, number(value)]));
    const near = Math.abs(facts.printed - facts.dz) <= 1e-9 * Math.max(1, Math.abs(facts.dz), Math.abs(facts.printed));
    return [
      `x = ${number(x)}, y = ${state.y}, rate ${number(state.rate)}: ∂L/∂w = ${f.dw}, ∂L/∂b = ${f.db}.`,
      `The step leads from z = ${f.z} to w = ${f.wAfter}, b = ${f.bAfter}, z = ${f.zAfter}.`,
      `Loss as the lecture writes it: ${f.textbook} → ${f.textbookAfter}. Stable form: ${f.stable} → ${f.stableAfter}.`,
      `∂L/∂z at the start: ŷ − y = ${f.dz}, measured ${f.measured}, the long line of lecture 000 ${f.printed}: ${near ? "the same" : "DIFFERENT, and wrong"}.`,
    ];
  };
  const picture = (state) => {
    const { y } = state;
    const f = factsOf(state);
    const reach = 1.25 * Math.max(8, Math.abs(f.z), Math.abs(f.zAfter));
    const top = 1.15 * Math.max(1, f.stable, f.stableAfter);
    const chart = new Chart([-reach, reach], [-0.12 * top, top], "z", "loss L", { frame: [62, 30, 522, 204] });
    const grid = Array.from({ length: 401 }, (_, i) => -reach + (2 * reach * i) / 400);
    chart.line(grid.map((z) => [z, stable(z, y)]), "ink", "6 4");
    chart.line(grid.map((z) => [z, textbook(z, y)]).filter(([, loss]) => Number.isFinite(loss)), "warning");
    if (reach > ALL_ONE) {
      chart.line([[ALL_ONE, -0.12 * top], [ALL_ONE, top]], "grey", "2 3", 1.2);
      const side = reach > 2 * ALL_ONE ? "start" : "end";
      chart.say(ALL_ONE, 0.88 * top, "from here on", "grey", side);
      chart.say(ALL_ONE, 0.78 * top, "ŷ = 1 exactly", "grey", side);
      chart.say(ALL_ONE, 0.66 * top, `textbook L: ${y ? "nan" : "∞"}`, "warning", side);
    }
    chart.dots([[f.z, f.stable], [f.zAfter, f.stableAfter]], "value", 5);
    chart.say(f.z, f.stable, "before", "value");
    chart.say(f.zAfter, f.stableAfter, "after", "value", f.zAfter > f.z ? "end" : "start");
    return { width: 600, height: 278, svg: chart.svg };
  };
  return { picture, lines, rows: 5 };
});
