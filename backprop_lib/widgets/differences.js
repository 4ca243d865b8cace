// The error of measured slopes in the page: differences.py once more.
backprop.panel("differences", (data) => {
  const { Chart, fixed, number } = backprop;
  const { x, floor: FLOOR, ends, nudges } = data;
  const EPSILON = 2 ** -52;
  const program = backprop.program(data.program);
  const f = (x) => program(x).value;
  const exact = program(x).gradients[0];
  const RULES = {
    forward: [(h) => (f(x + h) - f(x)) / h, "kind-1", "", "end", 8],
    central: [(h) => (f(x + h) - f(x - h)) / (2 * h), "kind-2", "7 4", "start", -16],
  };
  const error = (rule, h) => Math.abs(RULES[rule][0](h) - exact);
  const curves = {};
  for (const rule of Object.keys(RULES)) curves[rule] = nudges.map((h) => [h, Math.max(error(rule, h), FLOOR)]);
  const short = (value) => (value ? value.toExponential(1).replace(/e([+-])(\d)$/, "e$10$2").replace("-", "−") : "exactly 0");
  const lines = ({ h }) => {
    const parts = Object.entries(RULES).map(([rule, [slope]]) => `${rule} difference ${fixed(slope(h), 6)}, error ${short(error(rule, h))}`);
    return [`At x = ${number(x)}, exact slope ${fixed(exact, 6)}. With h = ${short(h)}: ${parts.join("; ")}.`];
  };
  const picture = ({ h }) => {
    const chart = new Chart(ends, [FLOOR, 100], "h", "error of the slope", { log: "xy" });
    const rounding = EPSILON * Math.abs(f(x));
    if (rounding) {
      chart.line(ends.map((h) => [h, rounding / h]), "grey", "2 3", 1.2);
      chart.say(10 ** -13.2, rounding * 10 ** 13.2, "rounding: ε · |f| / h", "grey");
    }
    const holds = [];
    for (const [rule, [, colour, dash, side, lift]] of Object.entries(RULES)) {
      const curve = curves[rule];
      chart.line(curve, colour, dash);
      chart.say(...curve.at(-9), rule, colour, side, lift);
      const point = [h, Math.max(error(rule, h), FLOOR)];
      chart.dots([point], colour, 6);
      if (rule === "central") holds.push({ name: "the nudge", across: ["h"], chart, x: chart.place(point)[0], y: chart.place(point)[1] });
    }
    return { width: 600, height: 358, svg: chart.svg, holds };
  };
  return { picture, lines, rows: 3, along: { name: "h", left: 62, width: 522, of: 600 } };
});
