// Gradient descent in the page: descent.py once more.
backprop.panel("descent", (data) => {
  const { Chart, fixed, number, text, line } = backprop;
  const FAR = 1e6;
  const [CURVE, GRID, LEVELS] = [160, 48, 12];
  const f = backprop.program(data.program);
  const { names, windows } = data;
  const isFlat = names.length === 1;
  const evenly = ([low, high], count) => Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
  const height = (...point) => f(...point).value;

  const path = (start, rate, steps) => {
    const points = [[...start]];
    while (points.length <= steps && Math.max(...points.at(-1).map(Math.abs)) < FAR) {
      const { gradients } = f(...points.at(-1));
      points.push(points.at(-1).map((x, k) => x - rate * gradients[k]));
    }
    return points;
  };
  const verdict = (points) => {
    const distance = (p, q) => Math.hypot(...p.map((x, k) => x - q[k]));
    const lengths = points.slice(1).map((point, k) => distance(point, points[k]));
    const last = points.at(-1);
    const here = last.map((x) => fixed(x)).join(", ");
    if (!lengths.length) return `Start at ${here}, where f = ${fixed(height(...last))}.`;
    if (!(Math.max(...last.map(Math.abs)) < FAR)) return `The steps grow: after ${lengths.length} steps the point is millions away. The descent diverges.`;
    let turns = 0;
    for (let k = 2; k < points.length; k++) {
      const turn = points[k].reduce((sum, c, i) => sum + (points[k - 1][i] - points[k - 2][i]) * (c - points[k - 1][i]), 0);
      if (turn < 0) turns += 1;
    }
    const way = turns ? ` with ${turns} overshoot${turns > 1 ? "s" : ""}` : "";
    let mood = `the last step was ${fixed(lengths.at(-1))}`;
    if (lengths.at(-1) <= 1e-4) mood = "it has all but stopped";
    else if (lengths.length > 2 && lengths.every((length, k) => !k || 1.001 * lengths[k - 1] < length)) {
      mood = `every step is longer than the one before, the last ${fixed(lengths.at(-1))}: it diverges`;
    }
    return `After ${lengths.length} step${lengths.length > 1 ? "s" : ""}${way}: at ${here}, where f = ${fixed(height(...last))}; ${mood}.`;
  };

  // Contour lines: in every cell of the grid a line enters and leaves where an edge crosses the level.
  const levelLines = (heights, x, y, levels) => {
    const found = [];
    const crossing = (p, q, level) => {
      const part = (level - p[2]) / (q[2] - p[2]);
      return [p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])];
    };
    for (let i = 0; i < y.length - 1; i++) {
      for (let j = 0; j < x.length - 1; j++) {
        const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]].map(([a, b]) => [x[b], y[a], heights[a][b]]);
        for (const level of levels) {
          const ends = [];
          corners.forEach((p, k) => {
            const q = corners[(k + 1) % 4];
            if (p[2] < level !== q[2] < level) ends.push(crossing(p, q, level));
          });
          for (let k = 0; k + 1 < ends.length; k += 2) found.push([ends[k], ends[k + 1]]);
        }
      }
    }
    return found;
  };
  let background;
  let vertical;
  if (isFlat) {
    background = evenly(windows[0], CURVE).map((x) => [x, height(x)]);
    const all = background.map(([, y]) => y);
    const air = 0.08 * (Math.max(...all) - Math.min(...all)) || 1;
    vertical = [Math.min(...all) - air, Math.max(...all) + air];
  } else {
    const [x, y] = windows.map((ends) => evenly(ends, GRID));
    const heights = y.map((b) => x.map((a) => height(a, b)));
    const all = heights.flat();
    const [lowest, highest] = [Math.min(...all), Math.max(...all)];
    const levels = Array.from({ length: LEVELS - 1 }, (_, k) => lowest + (highest - lowest) * ((k + 1) / LEVELS) ** 2);
    background = levelLines(heights, x, y, levels);
    vertical = windows[1];
  }

  const signed = (numbers, sign = "") => {
    const words = numbers.map((x) => (x > 0 ? sign : "") + number(x, 3)).join(", ");
    return numbers.length === 1 ? words : `(${words})`;
  };
  const arrow = (chart, start, end) => {
    const [[x1, y1], [x2, y2]] = [chart.place(start), chart.place(end)];
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (length < 1) return;
    const head = Math.min(9, length);
    const [along, across] = [(head * (x2 - x1)) / length, (head * (y2 - y1)) / length];
    const tip = [[x2 - along + across / 2, y2 - across - along / 2], [x2, y2], [x2 - along - across / 2, y2 - across + along / 2]];
    for (const points of [[[x1, y1], [x2, y2]], tip]) chart.marks += line(points, "chosen", 3, "", chart.clip);
  };
  // The last step that starts inside the frame: its slope as a tangent, and the step as an arrow.
  const lastStep = (chart, points) => {
    const inside = points.map(([x, y]) => chart.x.holds(x) && chart.y.holds(y));
    const outside = inside.filter((one) => !one).length;
    if (outside) chart.marks += text(chart.right - 6, chart.top + 18, `${outside} point${outside > 1 ? "s" : ""} outside`, "warning", "end");
    const last = inside.slice(0, -1).lastIndexOf(true);
    if (last < 0) return;
    const [here, there] = points.slice(last);
    const { gradients } = f(...here.slice(0, names.length));
    const move = names.map((_, k) => there[k] - here[k]);
    if (isFlat) {
      const [x, y] = here;
      const reach = (windows[0][1] - windows[0][0]) / 8;
      chart.line([-reach, reach].map((way) => [x + way, y + gradients[0] * way]), "gradient", "6 4");
    }
    arrow(chart, here, isFlat ? [there[0], here[1]] : there);
    const words = `${isFlat ? "slope" : "gradient"} ${signed(gradients)} → step ${signed(move, "+")}`;
    chart.marks += text(chart.right, chart.top - 9, words, "ink", "end");
  };
  const picture = ({ start, rate, steps }) => {
    const found = path(start, rate, steps);
    const chart = new Chart(windows[0], vertical, names[0], isFlat ? `f(${names[0]})` : names[1]);
    const points = isFlat ? found.filter(([x]) => Math.abs(x) < FAR).map(([x]) => [x, height(x)]) : found;
    if (isFlat) chart.line(background, "grey");
    else chart.segments(background, "faint");
    chart.line(points, "faint", "", 1.4);
    chart.dots(points.slice(1), "ink");
    lastStep(chart, points);
    chart.say(...points[0], "start", "chosen", "start", 12);
    const [x, y] = chart.place(points[0]);
    const holds = [{ name: "start of the descent", across: ["start", 0], up: isFlat ? null : ["start", 1], chart, x, y }];
    return { width: 600, height: 358, svg: chart.svg, holds };
  };
  const lines = ({ start, rate, steps }) => {
    const where = names.map((name, k) => `${name} = ${number(start[k])}`).join(", ");
    return [`Gradient descent from ${where} with learning rate ${number(rate)}. ${verdict(path(start, rate, steps))}`];
  };
  return { picture, lines, rows: 2, along: { name: "start", left: 62, width: 522, of: 600 } };
});
