// One backward pass in five notations: of the blocks of the twin, the chosen one is seen.
backprop.panel("rosetta", (data, { root }) => {
  const figure = backprop.make("div", { className: "bp-graphs" });
  const blocks = [...root.querySelectorAll(".bp-lecture")];
  figure.append(...blocks.map((block) => block.cloneNode(true)));
  const update = ({ lecture }) => {
    [...figure.children].forEach((block, k) => (block.style.visibility = data.lectures[k] === lecture ? "visible" : "hidden"));
  };
  return { figure, update };
});
