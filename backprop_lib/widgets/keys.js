// Shift+Enter in a field of an output keeps what was typed and goes on to the next cell, as it does in a cell.
// JupyterLab leaves the keys in a field alone; so the field is left, and the cell gets the key for "down".
window.backpropKeys ??= document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.(".jp-OutputArea-output input:not([type=range])");
  const cell = field?.closest(".jp-Cell");
  if (!cell || event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  field.blur(); // the widget hears that its value has changed
  cell.focus();
  const down = { key: "ArrowDown", code: "ArrowDown", keyCode: 40, bubbles: true };
  cell.dispatchEvent(new KeyboardEvent("keydown", down));
}, true) ?? true;

// The handles of ipywidgets' sliders have no name, and Notebook 7 takes their arrow keys.
(window.backpropHandles ??= (() => {
  const mend = () => {
    for (const handle of document.querySelectorAll(".widget-slider [role=slider]:not([data-lm-suppress-shortcuts])")) {
      handle.setAttribute("aria-label", handle.closest(".widget-slider").querySelector(".widget-label")?.textContent ?? "");
      handle.setAttribute("data-lm-suppress-shortcuts", "");
    }
  };
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  return mend;
})())();
