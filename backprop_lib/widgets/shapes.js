// The shape calculator in the page: shapes.py once more.
backprop.panel("shapes", (data) => {
  const { text, box, tint } = backprop;
  const { head: HEAD, wide: WIDE, high: HIGH, cell: CELL, room: ROOM } = data;
  const numbers = (rows, columns, seed) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(seed + 37 * i + 11 * j) + 0.1 * seed));
  const transposed = (A) => A[0].map((_, j) => A.map((row) => row[j]));
  const shapeOf = (A) => [A.length, A[0].length];
  const written = ([rows, columns]) => `(${rows}, ${columns})`;
  const product = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, x, k) => sum + x * B[k][j], 0)));
  // A layer z = W a + b at some numbers; δ is the gradient at z
  const layer = ({ n_out: rows, n_in: columns }) => {
    const [W, delta, a] = [numbers(rows, columns, 1), numbers(rows, 1, 2), numbers(columns, 1, 3)];
    return { matrices: { W, δ: delta, a }, wanted: { dW: product(delta, transposed(a)), da: product(transposed(W), delta) } };
  };
  const given = data.matrices && { matrices: data.matrices, wanted: data.wanted };
  const what = (state) => given || layer(state.sizes);
  const operandsOf = (matrices) => {
    const found = {};
    for (const [name, M] of Object.entries(matrices)) Object.assign(found, { [name]: M, [`${name}ᵀ`]: transposed(M) });
    return found;
  };
  const entryByEntry = (A, B) => {
    const [p, q] = [shapeOf(A), shapeOf(B)];
    if (p.some((n, k) => n !== q[k] && n !== 1 && q[k] !== 1)) return null;
    const at = (M, i, j) => M[M.length === 1 ? 0 : i][M[0].length === 1 ? 0 : j];
    const [rows, columns] = p.map((n, k) => (n === 1 ? q[k] : n));
    return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(A, i, j) * at(B, i, j)));
  };
  const multiply = (left, right, sign, operands, target) => {
    const [A, B] = [operands[left], operands[right]];
    const isLegal = sign === "∘" || A[0].length === B.length;
    const result = isLegal ? (sign === "@" ? product(A, B) : entryByEntry(A, B)) : null;
    if (!result) return { left, right, shape: null };
    const shape = shapeOf(result);
    const fits = String(shape) === String(shapeOf(target));
    const isNear = (x, y) => Math.abs(x - y) <= 1e-8 + 1e-5 * Math.abs(y);
    const isRight = fits && result.every((row, i) => row.every((x, j) => isNear(x, target[i][j])));
    return { left, right, shape, fits, isRight, isStretched: sign === "∘" && String(shapeOf(A)) !== String(shapeOf(B)) };
  };
  const all = (state) => {
    const { matrices, wanted } = what(state);
    const operands = operandsOf(matrices);
    const target = wanted[state.want];
    const products = Object.keys(operands).flatMap((left) => Object.keys(operands).map((right) => multiply(left, right, state.sign, operands, target)));
    const chosen = products.find((one) => one.left === state.left && one.right === state.right);
    return { operands, target, products, chosen };
  };
  const verdict = (state) => {
    const { operands, target, chosen } = all(state);
    const { left, right, sign, want } = state;
    const [p, q] = [shapeOf(operands[left]), shapeOf(operands[right])];
    const start = `${left} ${sign} ${right}: ${written(p)} ${sign} ${written(q)}`;
    if (!chosen.shape) return `${start}: ${sign === "@" ? `inner sizes ${p[1]} and ${q[0]} differ` : "the shapes differ"}. Not legal.`;
    const how = chosen.isStretched ? "stretched by numpy, although the shapes differ, to" : "legal, and gives";
    if (!chosen.fits) return `${start}: ${how} ${written(chosen.shape)}. ${want} needs ${written(shapeOf(target))}.`;
    return `${start}: ${how} ${written(chosen.shape)}, the shape of ${want}, ${chosen.isRight ? "and its numbers are right" : "but its NUMBERS ARE WRONG"}.`;
  };
  const summary = (state) => {
    const { target, products } = all(state);
    const fitting = products.filter((one) => one.fits);
    const names = (isRight) => fitting.filter((one) => one.isRight === isRight).map((one) => `${one.left} ${state.sign} ${one.right}`).join(", ") || "none";
    return `${state.want} has shape ${written(shapeOf(target))}. Of ${products.length} products with ${state.sign}, `
      + `${products.filter((one) => one.shape).length} can be computed, ${fitting.length} of them in that shape. Right numbers: ${names(true)}. Wrong numbers: ${names(false)}.`;
  };
  const cell = (one) => {
    if (!one.shape) return ["–", "grey", "paper"];
    const words = written(one.shape) + (one.fits ? (one.isRight ? " ✓" : " ✗") : "");
    const look = one.fits ? (one.isRight ? ["ink", "field"] : ["warning", tint("warning", 0.15)]) : ["ink", "paper"];
    return [one.isStretched ? `(${words})` : words, ...look];
  };
  const sizeOf = (shape) => Math.min(CELL, ROOM / Math.max(...shape));
  const drawn = (state, { operands, chosen }, top) => {
    const { left, right, sign } = state;
    const [p, q] = [shapeOf(operands[left]), shapeOf(operands[right])];
    const agree = sign === "@" ? p[1] === q[0] : String(p) === String(q);
    const inner = agree ? "ink" : "warning";
    const outer = sign === "@" ? "grey" : inner;
    let x = 100;
    let svg = "";
    for (const [shape, name, colours, mark] of [[p, left, [outer, inner], sign], [q, right, [inner, outer], "="], [chosen.shape, "", ["grey", "grey"], ""]]) {
      let width = 60;
      if (shape) {
        const size = sizeOf(shape);
        const height = size * shape[0];
        width = size * shape[1];
        for (let i = 0; i < shape[0]; i++) for (let j = 0; j < shape[1]; j++) svg += box(x + size * j, top + size * i, size, size, "field");
        svg += text(x - 6, top + height / 2 + 5, shape[0], colours[0], "end", { weight: "bold" }) + text(x + width / 2, top - 6, shape[1], colours[1], "middle", { weight: "bold" });
        svg += text(x + width / 2, top + height + 17, name);
      } else {
        svg += text(x + 30, top + 24, "no result", "warning");
      }
      svg += text(x + width + 26, top + 24, mark, inner, "middle", { size: 20 });
      x += width + 72;
    }
    return svg;
  };
  const picture = (state) => {
    const found = all(state);
    const names = Object.keys(found.operands);
    const across = (name) => HEAD + WIDE * names.indexOf(name);
    const down = (name) => HIGH * (names.indexOf(name) + 1);
    let svg = text(HEAD / 2, 17, `left ${state.sign} right`, "grey");
    for (const name of names) {
      const label = `${name} ${written(shapeOf(found.operands[name]))}`;
      svg += text(across(name) + WIDE / 2, 17, label, "ink", "middle", { weight: "bold" }) + text(HEAD - 8, down(name) + 17, label, "ink", "end", { weight: "bold" });
    }
    for (const one of found.products) {
      const [words, ink, fill] = cell(one);
      const inside = box(across(one.right), down(one.left), WIDE, HIGH, fill)
        + text(across(one.right) + WIDE / 2, down(one.left) + 17, words, ink, "middle", { weight: one.fits ? "bold" : "normal", halo: false });
      svg += `<g class="bp-pick" data-cell="${names.indexOf(one.left)} ${names.indexOf(one.right)}">${inside}</g>`;
    }
    svg += `<g pointer-events="none">${box(across(state.right), down(state.left), WIDE, HIGH, "none", "chosen", 3)}</g>`;
    const height = HIGH * (names.length + 1);
    svg += drawn(state, found, height + 34);
    return { width: Math.max(HEAD + WIDE * names.length + 6, 420), height: height + 58 + data.tallest, svg };
  };
  const clicked = (target, state) => {
    const place = target.closest("[data-cell]");
    const names = Object.keys(all(state).operands);
    if (place) [state.left, state.right] = place.dataset.cell.split(" ").map((k) => names[k]);
    return Boolean(place);
  };
  return { picture, lines: (state) => [summary(state), verdict(state)], clicked, rows: 4 };
});
