// Pictures of graphs whose inputs can be changed: explorer.py and gates.py.
backprop.panel("graphs", (data, { set, root }) => {
  const { short, fixed, number, table, make, draw } = backprop;
  const figure = make("div", { className: "bp-graphs" });
  const images = [...root.querySelectorAll(".bp-still img")];
  const WIDEST = 950; // px: all circuits are shown in one size
  const widthOf = (svg) => Number(svg.getAttribute("viewBox").split(" ")[2]);
  const circuits = data.circuits.map((circuit, k) => {
    const svg = backprop.inline(images[k]);
    svg.setAttribute("aria-label", `the graph of ${circuit.names.at(-1)}`); // its numbers will change
    svg.style.minWidth = `${Math.round(0.79 * widthOf(svg))}px`;
    const cell = make("div", {});
    cell.append(svg);
    figure.append(cell);
    const nodes = circuit.names.map((_, i) => svg.querySelector(`[data-node="${i}"]`));
    const holds = circuit.leaves.map((name, k) => name in data.state.leaves && hold(nodes[circuit.places[k]], name)).filter(Boolean);
    return { ...circuit, cell, svg, nodes, holds, run: backprop.program(circuit.program) };
  });
  const widest = Math.max(...circuits.map(({ svg }) => widthOf(svg)));
  const zoom = Math.max(Math.min(1.3, WIDEST / widest), 0.79);
  for (const { svg } of circuits) svg.setAttribute("width", Math.round(zoom * widthOf(svg)));
  function hold(node, name) {
    const text = node?.querySelector(".bp-value");
    const control = data.controls.find((one) => one.index === name);
    if (!text) return null;
    const [x, y] = [Number(text.getAttribute("x")), Number(text.getAttribute("y"))];
    const group = draw("g", { class: "bp-hold" }, draw("rect", { x: x - 27, y: y - 14, width: 54, height: 18, rx: 4 }));
    text.replaceWith(group);
    group.append(text);
    const { min, max, step } = control;
    const handle = backprop.drag(group, { value: data.state.leaves[name], step, min, max, name, onchange: (value) => set("leaves", value, name) });
    return { name, handle };
  }
  const passes = (circuit, { leaves }) => circuit.run(...circuit.leaves.map((name, k) => (name in leaves ? leaves[name] : circuit.start[k])));
  const say = (text, words) => text && text.textContent !== words && (text.textContent = words);
  const update = (state) => {
    for (const circuit of circuits) {
      circuit.cell.style.visibility = circuit.title === (state.circuit ?? circuit.title) ? "visible" : "hidden";
      if (circuit.cell.style.visibility === "hidden") continue;
      const { values, gradients } = passes(circuit, state);
      circuit.nodes.forEach((node, i) => {
        say(node?.querySelector(".bp-value"), short(values[i]));
        say(node?.querySelector(".bp-grad"), short(gradients[i]));
      });
      for (const { name, handle } of circuit.holds) handle.set(state.leaves[name]);
    }
  };
  const names = Object.keys(data.state.leaves);
  const found = (circuit, state) => {
    const { values, gradients } = passes(circuit, state);
    const by = names.map((name) => gradients[circuit.places[circuit.leaves.indexOf(name)]]);
    return [values.at(-1), ...by];
  };
  if (circuits.length > 1) {
    const rows = (state) => circuits.map((circuit) => [circuit.title, ...found(circuit, state).map((x) => fixed(x))]);
    return { figure, update, table: (state) => table(["circuit", "output", ...names.map((name) => `by ${name}`)], rows(state)) };
  }
  const lines = (state) => {
    const [circuit] = circuits;
    const [value, ...gradients] = found(circuit, state);
    const output = circuit.names.at(-1);
    return [`${output} = ${number(value)}; ${names.map((name, k) => `∂${output}/∂${name} = ${number(gradients[k])}`).join(", ")}.`];
  };
  return { figure, update, lines, rows: 1 };
});
