// Softmax and its Jacobian in the page: softmax.py once more.
backprop.panel("softmax", (data) => {
  const { fixed, text, box, tint } = backprop;
  const STEEP = 0.25;
  const each = data.program && backprop.program(data.program); // a function that acts on each entry alone
  const run = (z) => {
    if (each) {
      const found = z.map((one) => each(one));
      return { p: found.map((one) => one.value), J: z.map((_, k) => z.map((_, l) => (k === l ? found[k].gradients[0] : 0))) };
    }
    const most = Math.max(...z);
    const powers = z.map((one) => Math.exp(one - most));
    const sum = powers.reduce((a, b) => a + b);
    const p = powers.map((one) => one / sum);
    return { p, J: p.map((a, k) => p.map((b, l) => (k === l ? a * (1 - b) : -a * b))) };
  };
  const all = (numbers) => numbers.map((x) => fixed(x)).join(", ");
  const total = (row) => row.reduce((a, b) => a + b);
  const facts = ({ z }) => {
    const { p, J } = run(z);
    const rows = J.map((row, k) => `row ${k}: ${all(row)}`).join("; ");
    return `z = ${all(z)}; p = ${all(p)}; Jacobian ∂p_k/∂z_l, ${rows}; its rows add up to ${all(J.map(total))}.`;
  };
  const lines = ({ z }) => {
    const { J } = run(z);
    const sizes = J.flat().map(Math.abs);
    const place = sizes.findIndex((size) => size > Math.max(...sizes) - 1e-9); // of several that differ by rounding
    const [k, l] = [Math.floor(place / z.length), place % z.length];
    const isZero = Math.max(...J.map(total).map(Math.abs)) < 5e-5;
    const together = isZero ? "Each row adds up to 0." : "The rows do not add up to 0.";
    return [`The largest slope is ∂p_${k}/∂z_${l} = ${fixed(J[k][l])}. ${together}`];
  };
  const picture = ({ z }) => {
    const { p, J } = run(z);
    const [step, wide, top, left] = [44, 76, 46, 236];
    let svg = text(14, 20, "p = f(z)", "ink", "start") + text(left, 20, "∂p_k / ∂z_l", "ink", "start");
    p.forEach((one, k) => {
      const y = top + step * k;
      const long = 100 * Math.min(Math.max(one, 0), 1);
      svg += text(14, y + 27, `p_${k}`, "ink", "start") + box(42, y + 8, long, 28, "value", "none");
      svg += text(48 + long, y + 27, fixed(one), "value", "start") + text(left + wide * (k + 0.5), top - 6, `z_${k}`);
      J[k].forEach((slope, l) => {
        svg += box(left + wide * l, y, wide, step, tint("gradient", Math.min(Math.abs(slope) / STEEP, 1) / 2), "paper");
        svg += text(left + wide * (l + 0.5), y + 27, fixed(slope), "ink", "middle", { halo: false });
      });
      svg += text(left + wide * p.length + 12, y + 27, `sum ${fixed(total(J[k]))}`, "gradient", "start");
    });
    return { width: left + wide * p.length + 104, height: top + step * p.length + 12, svg, alt: facts({ z }) };
  };
  return { picture, lines, rows: 1 };
});
