// The activation explorer in the page: activations.py once more.
backprop.panel("activations", (data) => {
  const { Chart, fixed, column } = backprop;
  const { reach: REACH, least: DEAD } = data;
  const POINTS = 121;
  const grid = Array.from({ length: POINTS }, (_, i) => -REACH + (2 * REACH * i) / (POINTS - 1));
  const programs = Object.fromEntries(data.functions.map(([name, text]) => [name, backprop.program(text)]));
  const at = (name, z) => {
    const { value, gradients } = programs[name](z);
    return [value, gradients[0]];
  };
  const curves = {};
  const curve = (name) => {
    if (curves[name]) return curves[name];
    const values = grid.map((z) => at(name, z)[0]);
    const slopes = grid.map((z) => at(name, z)[1]);
    const pieces = [[]];
    const jumps = [...data.jumps[name]];
    grid.forEach((z, i) => {
      while (jumps.length && jumps[0][0] < z) {
        const [there, before, after] = jumps.shift();
        pieces.at(-1).push([there, before]);
        pieces.push([[there, after]]);
      }
      pieces.at(-1).push([z, slopes[i]]);
    });
    return (curves[name] = { values, slopes, pieces, dead: data.dead[name] });
  };

  const facts = ({ name, z }) => {
    const [value, slope] = at(name, z);
    const flat = curve(name).dead.filter(([a, b]) => b > a).map(([a, b]) => `from ${fixed(a, 1)} to ${fixed(b, 1)}`);
    const where = flat.length ? `slope below ${DEAD} ${flat.join(" and ")}` : `slope nowhere below ${DEAD}`;
    return `${name}(${fixed(z, 2)}) = ${fixed(value)}, slope ${fixed(slope)}; ${where} (z from −6 to 6)`;
  };
  const picture = (state) => {
    const { name, z } = state;
    const { values, slopes, dead, pieces } = curve(name);
    const low = Math.min(-1.25, Math.floor(Math.min(...slopes)));
    const high = Math.max(1.5, Math.min(Math.ceil(Math.max(...slopes)), 3));
    const chart = new Chart([-REACH, REACH], [low, high], "z", "", { frame: [44, 14, 420, 240] });
    for (const [a, b] of dead) chart.field([a, b], [low, high], "rule");
    chart.line(grid.map((x, i) => [x, values[i]]), "value");
    for (const piece of pieces) chart.line(piece, "gradient", "6 4");
    const [value, slope] = at(name, z);
    chart.ring([z, slope], "gradient");
    chart.dots([[z, value]], "value");
    const beside = column(476, 60, [[name, "value"], [fixed(value), "value"]])
      + column(476, 112, [["slope (dashed)", "gradient"], [fixed(slope), "gradient"]])
      + column(476, 164, [[`grey: |slope| < ${DEAD}`, "grey"]]);
    const y = chart.y.at(Math.min(high, Math.max(low, value)));
    const holds = [{ name: "point on the curve", across: ["z"], chart, x: chart.x.at(z), y }];
    return { width: 620, height: 298, svg: chart.svg + beside, holds };
  };
  return { picture, lines: (state) => [facts(state)], rows: 2, along: { name: "z", left: 44, width: 420, of: 620 } };
});
