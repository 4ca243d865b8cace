// Turns each static player on the page (picture, list of steps, perhaps a program) into one that moves. The list is the
// data: a step says which gate and wires it is about, which number it reveals, and which line of the program is its own.
(() => {
  const NOTATIONS = { leibniz: "∂f/∂x (Leibniz)", bar: "x̄ (bar)", delta: "δ_x (delta)" };
  const START = "Nothing is computed yet. Move the slider, or press the → key on it: one step at a time.";

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // The image is the only copy of the drawing; as part of the page its nodes can be reached.
  const drawingOf = (image) => {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    const svg = make("div", { innerHTML: new TextDecoder().decode(bytes) }).firstElementChild;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", image.alt);
    svg.setAttribute("width", image.getAttribute("width"));
    svg.removeAttribute("height");
    svg.style.cssText = image.style.cssText;
    return svg;
  };

  const upgrade = (player) => {
    const steps = [...player.querySelectorAll("li[data-phase]")];
    const image = player.querySelector("img");
    const svg = drawingOf(image);
    const program = player.querySelector(".bp-program");
    const lines = [...player.querySelectorAll(".bp-program [data-line]")];
    const lineOf = (step) => lines.find((line) => line.dataset.line === step.dataset.line);
    const stepsOf = (line) => steps.filter((step) => step.dataset.line === line.dataset.line);
    const node = (number, part) => svg.querySelector(`[data-node="${number}"] ${part}`);
    let timer = null;

    const arithmetic = make("div");
    arithmetic.setAttribute("aria-live", "polite");
    const count = make("output");
    const slider = make("input", { type: "range", min: 0, max: steps.length, step: 1, value: 0 });
    slider.setAttribute("aria-label", "Step of the pass");
    const button = (label, text, action) => {
      const element = make("button", { type: "button", title: label, onclick: action }, text);
      element.setAttribute("aria-label", label);
      return element;
    };
    const first = button("First step", "|◀", () => go(0));
    const back = button("One step back", "◀", () => go(+slider.value - 1));
    const forward = button("One step forward", "▶", () => go(+slider.value + 1));
    const last = button("Last step", "▶|", () => go(steps.length));
    const play = button("Play", "play", () => (timer ? pause() : start()));

    const notation = make("select", { onchange: () => write(notation.value) });
    notation.setAttribute("aria-label", "Notation of gradients");
    for (const [value, text] of Object.entries(NOTATIONS)) notation.append(make("option", { value }, text));
    const write = (chosen) => {
      for (const step of steps) {
        step.dataset.leibniz ??= step.textContent;
        step.textContent = step.dataset[chosen] ?? step.dataset.leibniz;
      }
      show();
    };

    // Light up the gates and wires of some steps of one phase.
    const light = (lit) => {
      for (const e of svg.querySelectorAll(".bp-active")) e.classList.remove("bp-active");
      for (const { dataset } of lit) {
        svg.querySelector(`[data-node="${dataset.gate}"]`)?.classList.add("bp-active");
        for (const wire of dataset.wires.split(" ")) {
          svg.querySelector(`[data-wire="${wire}"]`)?.classList.add("bp-active");
        }
      }
      for (const phase of ["forward", "backward"]) {
        svg.classList.toggle(`bp-${phase}`, lit.some((step) => step.dataset.phase === phase));
      }
    };

    // Draw the state after `slider.value` steps, from nothing: then going back is as easy as going forward.
    const show = () => {
      const now = +slider.value;
      const current = steps[now - 1];
      const phase = current ? current.dataset.phase : "";
      for (const e of svg.querySelectorAll(".bp-new")) e.classList.remove("bp-new");
      for (const e of svg.querySelectorAll(".bp-value, .bp-grad")) e.classList.add("bp-off");
      for (const step of steps.slice(0, now)) {
        const text = node(step.dataset.shows, step.dataset.phase === "forward" ? ".bp-value" : ".bp-grad");
        if (!text) continue; // a node that the picture leaves out
        text.classList.remove("bp-off");
        text.classList.toggle("bp-new", step === current);
        if (step.dataset.text) text.textContent = step.dataset.text;
      }
      for (const one of [...steps, ...lines]) one.removeAttribute("aria-current");
      current?.setAttribute("aria-current", "step");
      if (current) mark(lineOf(current));
      light(current ? [current] : []);
      arithmetic.className = `bp-line bp-${phase}`;
      arithmetic.textContent = current ? current.textContent : START;
      count.textContent = `step ${now} of ${steps.length}${phase && ", " + phase}`;
      slider.setAttribute("aria-valuetext", count.textContent);
      first.disabled = back.disabled = now === 0;
      forward.disabled = last.disabled = now === steps.length;
    };
    const go = (step) => {
      slider.value = step;
      show();
    };

    // The program is one stop of the Tab key. In it ↑ and ↓ go from line to line, ← and → through the steps.
    const mark = (marked) => {
      if (!marked) return;
      marked.setAttribute("aria-current", "step");
      program.scrollTop = marked.offsetTop - program.clientHeight / 2;
      if (program.contains(document.activeElement)) marked.focus({ preventScroll: true });
      else stopAt(marked);
    };
    const stopAt = (stop) => lines.forEach((line) => (line.tabIndex = line === stop ? 0 : -1));
    for (const line of lines) {
      line.onmouseenter = () => light(stepsOf(line));
      line.onfocus = () => {
        stopAt(line);
        light(stepsOf(line));
      };
      line.onmouseleave = line.onblur = () => light(steps.slice(+slider.value - 1, +slider.value));
    }
    if (program) {
      program.removeAttribute("tabindex");
      stopAt(lines[0]);
      program.onkeydown = (event) => {
        const pass = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (event.altKey || event.ctrlKey || event.metaKey || !(pass || way)) return;
        event.preventDefault();
        if (way) lines[lines.indexOf(document.activeElement) + way]?.focus();
        else {
          pause();
          go(+slider.value + pass);
        }
      };
    }

    const pause = () => {
      clearInterval(timer);
      timer = null;
      play.textContent = "play";
      play.setAttribute("aria-label", "Play");
    };
    const start = () => {
      if (+slider.value === steps.length) go(0);
      play.textContent = "pause";
      play.setAttribute("aria-label", "Pause");
      timer = setInterval(() => {
        go(+slider.value + 1);
        if (+slider.value === steps.length || !svg.isConnected) pause();
      }, 1500);
    };
    slider.oninput = () => {
      pause();
      show();
    };

    image.replaceWith(svg);
    const controls = make("div", { className: "bp-controls" }, first, back, play, forward, last, slider, count, notation);
    svg.parentElement.after(arithmetic, controls);
    for (const control of [...controls.children, ...lines]) {
      control.setAttribute("data-lm-suppress-shortcuts", ""); // JupyterLab would take the arrow keys for itself
    }
    player.setAttribute("data-ready", "");
    show();
  };

  document.querySelectorAll(".bp-player:not([data-ready])").forEach(upgrade);
})();
