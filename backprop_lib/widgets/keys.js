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
