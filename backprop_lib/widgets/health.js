// Gradient health in the page: health.py measured every choice.
backprop.panel("health", (data) => {
  const { Chart, fixed, number, column } = backprop;
  const short = (x) => number(x, 2);
  const factsOf = ({ depth, activation, init }) => {
    const start = depth * (depth - 1); // of the two lists of this depth, behind those of all smaller ones
    const own = data.sizes[activation][init].slice(start, start + 2 * depth).map((part) => (part === null ? 0 : 10 ** (part / 400)));
    const [activations, gradients] = [own.slice(0, depth), own.slice(depth)];
    const [first, last] = [gradients[0], gradients.at(-1)];
    const factor = depth > 1 && last > 0 ? (first / last) ** (1 / (depth - 1)) : 1;
    const verdict = factor < 0.8 ? "vanishing" : factor > 1.25 ? "exploding" : "even";
    return { activations, gradients, factor, verdict };
  };
  const lines = (state) => {
    const { activations, gradients, factor, verdict } = factsOf(state);
    const rows = activations.map((a, l) => `layer ${l + 1}: a ${short(a)}, ∂L/∂z ${short(gradients[l])}`);
    const layers = state.depth === 1 ? "1 hidden layer" : `${state.depth} hidden layers`;
    const last = state.depth > 1 ? ` Each layer down multiplies the gradient by about ${fixed(factor, 2)}: ${verdict}.` : " There is no layer below to compare with.";
    return [`${layers}, ${state.activation}, ${state.init}. Typical sizes, ${rows.join("; ")}.${last}`];
  };
  const picture = (state) => {
    const { activations, gradients, factor, verdict } = factsOf(state);
    const sizes = [...activations, ...gradients].filter((size) => size > 0);
    const low = Math.min(Math.floor(Math.log10(Math.min(...sizes, 1))), -3);
    const high = Math.max(Math.ceil(Math.log10(Math.max(...sizes, 0.1))), 1);
    const x = [0.7, Math.max(state.depth, 2) + 0.3];
    const chart = new Chart(x, [10 ** low, 10 ** high], "hidden layer (1 is next to the input)", "typical size", { frame: [56, 30, 400, 230], log: "y", whole: "x" });
    for (const [sizes, colour, dash] of [[activations, "value", ""], [gradients, "gradient", "6 4"]]) {
      const points = sizes.map((size, k) => [k + 1, size]);
      chart.line(points, colour, dash);
      chart.dots(points, colour);
    }
    const down = state.depth > 1 ? [["one layer down:", "gradient"], [`× ${fixed(factor, 2)}, ${verdict}`, "gradient"]] : [["one layer:", "gradient"], ["none to compare", "gradient"]];
    const beside = column(468, 60, [["activation a", "value"]]) + column(468, 90, [["gradient ∂L/∂z", "gradient"], ["(dashed)", "gradient"]]) + column(468, 134, down);
    return { width: 620, height: 306, svg: chart.svg + beside };
  };
  return { picture, lines, rows: 5 };
});
