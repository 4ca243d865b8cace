// Puts the SVG of every figure into the page, in the place of its image: there it follows the theme. Figures
// that come later, when a widget draws anew, are found as well.
(window.backpropFigures ??= (() => {
  let count = 0;
  const inline = (image) => {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    const own = `$1f${++count}-`; // ids are unique in a page
    const text = new TextDecoder().decode(bytes).replace(/(\bid="|url\(#|href="#)/g, own);
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (svg.localName !== "svg") return;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", image.alt);
    svg.setAttribute("width", image.getAttribute("width"));
    svg.removeAttribute("height");
    svg.style.cssText += image.style.cssText + ";display:block";
    image.replaceWith(document.importNode(svg, true));
  };
  const all = () => document.querySelectorAll('.bp-figure:not(.bp-kit *, .bp-player *) > img[src^="data:image/svg+xml;base64"]').forEach(inline);
  new MutationObserver(all).observe(document, { childList: true, subtree: true });
  return all;
})())();
