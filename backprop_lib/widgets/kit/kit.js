// The runtime that every moving output shares. It waits in window.backprop for the kinds ("player", …), each of which
// turns its static twin into a living one: backprop.kind(name, (root, data) => …). It asks no server for anything.
(() => {
  const VERSION = 1; // with every change of what a kind may call
  if (window.backprop?.version >= VERSION) return;

  // Elements

  const fill = (element, properties, children) => {
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value === undefined || value === null) continue;
      if (typeof value === "function" || name in element && !(element instanceof SVGElement)) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const make = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
  const draw = (tag, properties, ...children) => {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
  };

  // A button is named by its tooltip; the text on it may be a symbol.
  const button = (name, text, onclick) => {
    return make("button", { type: "button", title: name, "aria-label": name, onclick, ...QUIET }, text);
  };
  const slider = (name, min, max, value, oninput, step = 1) => {
    return make("input", { type: "range", min, max, step, value, "aria-label": name, oninput, ...QUIET });
  };
  const choice = (name, options, onchange) => {
    const select = make("select", { "aria-label": name, onchange, ...QUIET });
    for (const [value, text] of Object.entries(options)) select.append(make("option", { value }, text));
    return select;
  };
  const QUIET = { "data-lm-suppress-shortcuts": "" }; // JupyterLab and Notebook would take the keys for themselves

  // The image is the only copy of a drawing; as part of the page its nodes can be reached.
  const inline = (image) => {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    const svg = make("div", { innerHTML: new TextDecoder().decode(bytes) }).firstElementChild;
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", image.alt);
    svg.setAttribute("width", image.getAttribute("width"));
    svg.removeAttribute("height");
    svg.style.cssText = image.style.cssText;
    svg.classList.add("bp-live");
    image.classList.add("bp-twin"); // what is printed
    image.after(svg);
    return svg;
  };

  // Numbers

  // The text of Python's f"{x:.6g}", with a true minus sign. A tie is rounded to the even digit, as Python does it.
  const number = (x, digits = 6) => {
    if (Number.isNaN(x)) return "nan";
    const sign = x < 0 ? "−" : "";
    if (!Number.isFinite(x)) return `${sign}inf`;
    let [mantissa, power] = Math.abs(x).toExponential(digits - 1).split("e");
    const exact = Math.abs(x).toExponential(digits + 20).split("e")[0].replace(".", "");
    const isTie = /^50*$/.test(exact.slice(digits));
    if (isTie && mantissa.at(-1) % 2) mantissa = `${exact[0]}.${exact.slice(1, digits)}`;
    const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    power = Number(power);
    if (power < -4 || power >= digits) {
      return `${sign}${short}e${power < 0 ? "−" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    }
    const figures = mantissa.replace(".", "");
    const whole = power < 0 ? "0" : figures.slice(0, power + 1);
    const part = (power < 0 ? "0".repeat(-power - 1) + figures : figures.slice(power + 1)).replace(/0+$/, "");
    return sign + whole + (part && `.${part}`);
  };
  // As a picture shows it: four significant digits, all of a whole number.
  const short = (x) => number(x, x % 1 ? 4 : 6);

  // The programs that our own Python prints; nothing else is ever evaluated.
  const program = (text) => new Function(`"use strict"; return ${text}`)();

  // Motion

  const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Call frame(t) with t from 0 to 1 in that many milliseconds. It can be paused, resumed, and ended early.
  const animate = (milliseconds, frame, done) => {
    let passed = 0;
    let last = null;
    let id = 0;
    const tick = (time) => {
      passed += last === null ? 0 : time - last;
      last = time;
      if (passed >= milliseconds) return end();
      frame(passed / milliseconds);
      id = requestAnimationFrame(tick);
    };
    const resume = () => {
      last = null;
      id = requestAnimationFrame(tick);
    };
    const pause = () => cancelAnimationFrame(id);
    const end = () => {
      pause();
      frame(1);
      done?.();
    };
    resume();
    return { pause, resume, end };
  };

  // Taking hold

  const stepFor = (value) => {
    const size = Math.abs(value);
    if (size >= 0.1 && size < 10) return 0.1;
    return size < 0.1 && size > 0 ? 0.01 : 10 ** Math.max(-1, Math.floor(Math.log10(size || 1)) - 1);
  };

  // Make a number on the page one that the pointer drags to the left and to the right, and that the arrow keys move;
  // with Shift ten times as far. Returns {set(value)}, which tells it a value without calling onchange.
  const drag = (element, { value, step, onchange, name, min, max, pixels = 5 }) => {
    let now = value;
    const limit = Math.max(1000, 10 * Math.abs(value));
    const least = min ?? -limit;
    const most = max ?? limit;
    const unit = step ?? stepFor(value);
    const set = (value) => {
      now = value;
      element.setAttribute("aria-valuenow", value);
      element.setAttribute("aria-valuetext", `${name} = ${number(value)}`);
    };
    const move = (value) => {
      const next = Number(Math.min(most, Math.max(least, value)).toPrecision(12)); // 0.3, and not 0.30000000000000004
      if (next === now) return;
      set(next);
      onchange(next);
    };
    fill(element, { tabindex: 0, role: "slider", "aria-label": name, ...QUIET }, []);
    element.setAttribute("aria-valuemin", least);
    element.setAttribute("aria-valuemax", most);
    element.classList.add("bp-drag");
    set(value);
    element.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      const end = { Home: least, End: most }[event.key];
      if (!way && end === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      move(end ?? now + way * unit * (event.shiftKey ? 10 : 1));
    });
    element.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      element.focus({ preventScroll: true });
      element.setPointerCapture(event.pointerId);
      let x = event.clientX;
      let from = now;
      let isFar = event.shiftKey;
      const pulled = (event) => {
        if (event.shiftKey !== isFar) [x, from, isFar] = [event.clientX, now, event.shiftKey];
        move(from + Math.round((event.clientX - x) / pixels) * unit * (isFar ? 10 : 1));
      };
      element.addEventListener("pointermove", pulled);
      const stop = () => element.removeEventListener("pointermove", pulled);
      element.addEventListener("lostpointercapture", stop, { once: true });
    });
    return { set };
  };

  // Say something to a screen reader, after so many milliseconds in which nothing else was to be said. A screen reader
  // hears a change only in a region that it knows, and the same text only once that region was empty.
  const spoken = document.body.appendChild(make("div", { className: "bp-announcements", "aria-live": "polite" }));
  spoken.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  let speech = 0;
  const announce = (text, wait = 50) => {
    clearTimeout(speech);
    spoken.textContent = "";
    speech = setTimeout(() => (spoken.textContent = text), wait);
  };

  // Bring to life every output of this kind that waits on the page. What fails leaves its twin as it is.
  const kind = (name, upgrade) => {
    const waiting = new Set(document.querySelectorAll(`.bp-kit[data-kind="${name}"]:not([data-ready])`));
    const own = document.currentScript?.closest(".bp-kit");
    if (own?.dataset.kind === name && !("ready" in own.dataset)) waiting.add(own);
    for (const root of waiting) {
      root.dataset.ready = "";
      try {
        upgrade(root, JSON.parse(root.querySelector('script[type="application/json"]').textContent));
      } catch (error) {
        console.error(error);
      }
    }
  };

  window.backprop = {
    version: VERSION, kind, program, make, draw, button, slider, choice, drag, announce, reduced, animate, inline, number, short,
    quiet: QUIET,
  };
})();
