// Small builders for the page's elements. Text only ever goes in as text.

/** An element: `element("button", { class: "x", onclick: f, "aria-label": "y" }, child, "text")`. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** A name or a value out of the data, kept apart from the direction of the text around it. */
function told(text, attributes = {}) {
  return element("bdi", attributes, shown(text));
}

function replace(id, ...children) {
  document
    .getElementById(id)
    .replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** The mark of a kind as a small picture for legends and lists; its meaning is always in the text beside it. */
function mark(kind, certainty = 0) {
  const canvas = element("canvas", { class: "mark", width: 40, height: 40, "aria-hidden": "true" });
  const ctx = canvas.getContext("2d");
  ctx.translate(20, 20);
  ctx.scale(2, 2);
  paintMark(ctx, kind, Math.min(kind.size, 8), certainty);
  return canvas;
}

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** Redrawing replaces elements: the one that had the focus gets it again, found by its `data-key`. */
function keepFocus(draw) {
  const key = document.activeElement?.dataset?.key;
  draw();
  if (key) document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
