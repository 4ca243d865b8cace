// A backward pass that can be done wrong, in the page: branches.py once more. Its four runs are data.
backprop.panel("branches", (data, { root }) => {
  const { short, number, table } = backprop;
  const { names, shown, truth } = data;
  const output = names.length - 1;
  const figure = backprop.inline(root.querySelector(".bp-still img"));
  figure.setAttribute("aria-label", `the graph of ${names[output]}`);
  const [, , width] = figure.getAttribute("viewBox").split(" ").map(Number);
  figure.setAttribute("width", Math.round(Math.max(Math.min(1.3 * width, 950), 0.79 * width)));
  const gradOf = names.map((_, i) => figure.querySelector(`[data-node="${i}"] .bp-grad`));
  const runOf = (store, order) => data.runs.find((run) => run.store === store && run.order === order).messages;
  const gradients = (messages, steps) => {
    const found = { [output]: 1 };
    for (const { to, total } of messages.slice(0, steps)) found[to] = total;
    return found;
  };
  const cell = (found, node, isFinished) => {
    if (!(node in found)) return "·";
    const right = Math.abs(found[node] - truth[node]) < 1e-9 * Math.max(1, Math.abs(truth[node]));
    return number(found[node]) + (isFinished && !right ? " ✗" : "");
  };
  // What the receiver of message number step had before it came
  const before = (messages, step) => (step ? gradients(messages, step - 1)[messages[step - 1].to] : undefined);
  const term = (x) => (x < 0 ? `(${number(x)})` : number(x));
  const update = ({ store, order, step }) => {
    const messages = runOf(store, order);
    const found = gradients(messages, step);
    gradOf.forEach((text, i) => {
      if (!text) return;
      text.style.visibility = i in found ? "visible" : "hidden";
      if (i in found) text.textContent = short(found[i]);
    });
    for (const wire of figure.querySelectorAll(".bp-sent")) wire.classList.remove("bp-sent");
    const last = step && messages[step - 1];
    root.classList.toggle("bp-lost", store === "=" && before(messages, step) !== undefined);
    if (last) figure.querySelector(`[data-wire="${last.gate}-${last.position}"]`)?.classList.add("bp-sent");
  };
  const lines = ({ store, order, step }) => {
    if (!step) return [`${names[output]} starts with 1.`];
    const messages = runOf(store, order);
    const { gate, to, message, total } = messages[step - 1];
    const sent = `${names[gate]}\u00a0sends ${number(message)} to ${names[to]}`;
    const has = `${names[to]}\u00a0has ${number(total)}`;
    const old = before(messages, step);
    if (old === undefined) return [`${sent}: ${has}.`];
    if (store === "=") return [`${sent}, which overwrites ${number(old)}: ${has}, the ${number(old)} is lost.`];
    return [`${sent}, which adds it: ${term(old)} + ${term(message)} = ${number(total)}.`];
  };
  const rows = (state) => data.runs.map(({ store, order, messages }) => {
    const isChosen = store === state.store && order === state.order;
    const isUnderWay = isChosen && state.step < messages.length;
    const found = gradients(messages, isUnderWay ? state.step : undefined);
    return [(isChosen ? "▸ " : "") + `${store}, ${order}`, ...shown.map((node) => cell(found, node, !isUnderWay))];
  });
  const limits = ({ store, order }, control) => (control.name === "step" ? runOf(store, order).length : control.max);
  const changed = (state, control) => {
    if (control.name !== "step") state.step = runOf(state.store, state.order).length;
  };
  return { figure, update, lines, limits, changed, rows: 1, table: (state) => table(["way", ...shown.map((node) => names[node])], rows(state)) };
});
