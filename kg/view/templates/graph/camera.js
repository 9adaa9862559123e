// What of the picture is in view: by buttons, keys, and after each change.

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches
    ? false
    : { duration: 260, easingFunction: "easeInOutQuad" };
}

/** Fits the view again as it was fitted last; null once a reader has moved it, or shows something else in it. */
let fitAgain = null;

/** Where the drawing gets another size, vis-network scales the view; labels keep their size, so it is fitted anew. */
function watchSize() {
  network.on("resize", () => queueMicrotask(() => fitAgain?.()));
  for (const moved of ["zoom", "dragStart"]) network.on(moved, () => (fitAgain = null));
}

function zoom(factor) {
  fitAgain = null;
  network.moveTo({ scale: Math.min(6, Math.max(0.08, network.getScale() * factor)), animation: false });
}

/** Pixels at the bottom where the buttons for zooming stand. */
const BUTTONS = 32;

/** These marks and their labels in view; labels keep their size, so how much room they need is found by trying. */
function fit(wanted, { animate = true, most = 1.6 } = {}) {
  fitAgain = () => fit(wanted, { animate: false, most });
  const entities = (wanted ?? [...picture.marks.keys()]).filter((entity) => picture.marks.has(entity));
  if (!entities.length) return;
  const box = boxOf(entities, picture.marks);
  const [width, height] = [canvasBox.clientWidth - 24, canvasBox.clientHeight - 24 - BUTTONS];
  let scale = Math.min(width / Math.max(1, box.right - box.left), height / Math.max(1, box.bottom - box.top), most);
  let view = box;
  for (let round = 0; round < 3; round += 1) {
    view = boxWithLabels(new Set(entities), Math.max(scale, 0.08));
    scale = Math.min(scale * Math.min(width / (view.right - view.left), height / (view.bottom - view.top)), most);
  }
  scale = Math.max(scale, 0.08);
  view = boxWithLabels(new Set(entities), scale);
  const position = { x: (view.left + view.right) / 2 / scale, y: ((view.top + view.bottom) / 2 + BUTTONS / 2) / scale };
  network.moveTo({ position, scale, animation: animate ? motion() : false });
}

/** In pixels at this scale. */
function boxWithLabels(entities, scale) {
  const boxes = placeLabels(scale)
    .filter(({ entity }) => entities.has(entity))
    .map(({ box }) => box);
  for (const entity of entities) boxes.push(markBox(entity, scale));
  const side = (number, pick) => boxes.reduce((found, box) => pick(found, box[number]), boxes[0][number]);
  return { left: side(0, Math.min), top: side(1, Math.min), right: side(2, Math.max), bottom: side(3, Math.max) };
}

/** The selected mark with its star in view, and its other neighbours when these are many. */
function showSelected(animate = true) {
  const star = picture.stars.get(state.selected);
  if (!star) return;
  const outside = [...(picture.focus ?? [])].filter((entity) => !star.members.has(entity));
  const entities = outside.length > 3 || star.members.size === 1 ? [...star.members, ...outside] : [...star.members];
  fit(entities, { animate, most: 1.25 });
}

/** After a change: a new base is shown whole, a new selection with what is around it. */
let shownBase = null;
let shownSelected = null;
function follow() {
  const first = shownBase === null;
  if (picture.stars.has(state.selected) && (state.selected !== shownSelected || first)) showSelected(!first);
  else if (picture.base !== shownBase) fit(undefined, { animate: !first });
  else if (state.selected !== shownSelected) fitAgain = null;
  shownBase = picture.base;
  shownSelected = state.selected;
}

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const KEYS = {
  Enter: () => choose(cursor),
  " ": () => choose(cursor),
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: () => fit(),
  k: () => {
    if ((cursor ?? state.selected) !== null) toggleKept(cursor ?? state.selected);
  },
  p: () => {
    if ((cursor ?? state.selected) !== null) startPath(cursor ?? state.selected);
  },
  d: () => document.getElementById("details-title")?.focus(),
  t: () => change({ view: "table" }),
  "/": () => document.getElementById("search").focus(),
  "?": openHelp,
};

/** Single keys work only while the picture has the focus (WCAG 2.1.4). */
function onCanvasKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (Object.hasOwn(ARROWS, event.key)) moveCursor(ARROWS[event.key]);
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else return;
  event.preventDefault();
}

/** The next mark in a direction: near, and not too far off the line. */
function moveCursor([dx, dy]) {
  const from = picture.marks.get(cursor ?? state.selected) ?? middleOfView();
  let best = null;
  let least = Infinity;
  for (const [entity, place] of picture.marks) {
    if (isDimmed(entity) || place === from) continue;
    const along = (place.x - from.x) * dx + (place.y - from.y) * dy;
    const across = Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
    const cost = along > 1 && across < along * 3 ? along + across * 2 : Infinity;
    if (cost < least) [best, least] = [entity, cost];
  }
  if (best === null) return;
  cursor = best;
  announce(
    say("onCanvas", { label: labelOf(best), kind: either(kindOf(best).names), count: degree(best) }) + doubtText(best),
  );
  reveal(best);
  redraw();
}

function middleOfView() {
  return network.DOMtoCanvas({ x: canvasBox.clientWidth / 2, y: canvasBox.clientHeight / 2 });
}

/** Pans just enough to have a mark in view. */
function reveal(entity) {
  const { x, y } = picture.marks.get(entity);
  const at = network.canvasToDOM({ x, y });
  const inside = at.x > 40 && at.y > 40 && at.x < canvasBox.clientWidth - 40 && at.y < canvasBox.clientHeight - 40;
  if (inside) return;
  fitAgain = null;
  network.moveTo({ position: { x, y }, animation: motion() });
}
