// The drawing surface: vis-network pans, zooms and draws lines; marks and labels are painted by painter.js and labels.js.
const canvasBox = document.getElementById("canvas");
let network = null;
let nodeSet = null;
let edgeSet = null;
let pictureNumber = 0;
/** The mark under the pointer, and the one the arrow keys stand on. */
let hovered = null;
let cursor = null;

function startCanvas() {
  const options = {
    ...DATA.network.options,
    nodes: { ...DATA.network.options.nodes, ctxRenderer: renderMark },
    groups: Object.fromEntries(KINDS.map((kind) => [kind.family, {}])),
  };
  nodeSet = new vis.DataSet(DATA.network.nodes.map(([id, x, y]) => ({ id, x, y })));
  edgeSet = new vis.DataSet([]);
  network = new vis.Network(canvasBox, { nodes: nodeSet, edges: edgeSet }, options);
  canvasBox.querySelector(".vis-network").tabIndex = -1;
  network.on("beforeDrawing", paintStars);
  network.on("afterDrawing", (ctx) => paintLabels(ctx, network.getScale()));
  network.on("click", ({ pointer, event }) => onPick(pointer.canvas, event));
  network.on("doubleClick", ({ pointer }) => onDouble(pointer.canvas));
  canvasBox.addEventListener("pointermove", onPointer);
  canvasBox.addEventListener("pointerleave", () => hover(null));
  canvasBox.addEventListener("keydown", onCanvasKey);
  canvasBox.addEventListener("blur", () => { cursor = null; redraw(); });
}

function redraw() {
  network?.redraw();
}

/** Brings vis-network's data in line with the picture. */
function drawPicture() {
  buildPicture();
  pictureNumber += 1;
  const nodes = [...picture.marks].map(([id, { x, y }]) => ({ id, x, y }));
  sync(nodeSet, nodes);
  sync(edgeSet, picture.edges.map(([from, to, facts]) => edgeOf(from, to, facts)));
  redraw();
}

function sync(set, rows) {
  const wanted = new Set(rows.map((row) => row.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(rows);
}

function edgeOf(from, to, facts) {
  const chain = picture.path;
  const onPath = chain !== null && Math.abs(chain.indexOf(from) - chain.indexOf(to)) === 1 && chain.includes(from) && chain.includes(to);
  const touching = chain ? onPath : from === state.selected || to === state.selected;
  const faded = picture.focus !== null && !touching;
  const colour = touching ? palette.strong : palette.edge;
  const opacity = faded ? 0.1 : touching ? 0.9 : isSecondary(from, to) ? 0.28 : 0.75;
  return { id: from * COUNT + to, from, to, width: touching ? 1.8 : 1, dashes: doubtOfFacts(facts) === 2 ? [4, 4] : false, color: { color: colour, opacity } };
}

/** Lines to what the arrangement does not group by are pale: they cross the whole picture. */
function isSecondary(from, to) {
  if (state.arrangement !== "map" && state.arrangement !== "field") return false;
  const families = [kindOf(from).family, kindOf(to).family];
  return families.includes(state.arrangement === "map" ? "sector" : "place");
}

function isDimmed(entity) {
  return picture.focus !== null && !picture.focus.has(entity) && ![...picture.stars.values()].some((star) => star.members.has(entity));
}

/** Behind the star of what is unfolded nothing else is drawn, or its labels could not be read. */
function underStar(entity) {
  const { x, y } = picture.marks.get(entity);
  return [...picture.stars.values()].some(({ members, box }) =>
    members.size > 1 && x > box.left - 190 && x < box.right + 190 && y > box.top - 26 && y < box.bottom + 26);
}

/** Marks keep a size on the screen at which they can be told apart and hit, however far out. */
function growth(scale) {
  return scale < 0.62 ? 0.62 / scale : scale > 1.5 ? 1.5 / scale : 1;
}

function radiusOnScreen(entity, scale) {
  return kindOf(entity).size * growth(scale) * scale;
}

function renderMark({ ctx, id, x, y }) {
  const kind = kindOf(id);
  const size = kind.size * growth(network.getScale());
  const drawNode = () => {
    const dimmed = isDimmed(id);
    if (dimmed && underStar(id)) return;
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(size / kind.size, size / kind.size);
    ctx.globalAlpha = dimmed ? 0.22 : 1;
    const halo = id === state.selected || id === cursor ? palette.strong : id === hovered ? palette.faint : null;
    paintMark(ctx, kind, kind.size, doubt(DATA.entities.confirmation[id]), halo);
    ctx.restore();
  };
  return { drawNode, nodeDimensions: { width: size * 2, height: size * 2 } };
}

function paintStars(ctx) {
  for (const { members, box } of picture.stars.values()) {
    if (members.size < 2) continue;
    ctx.fillStyle = palette.background;
    ctx.beginPath();
    ctx.roundRect(box.left - 190, box.top - 26, box.right - box.left + 380, box.bottom - box.top + 52, 26);
    ctx.fill();
  }
}

/** The mark nearest to a point of the picture, within reach of a finger or a mouse. */
function markAt({ x, y }, reach = 12) {
  const scale = network.getScale();
  let best = null;
  let least = Infinity;
  for (const [entity, mark] of picture.marks) {
    if (isDimmed(entity) && underStar(entity)) continue;
    const distance = Math.hypot(mark.x - x, mark.y - y) * scale;
    if (distance < Math.max(radiusOnScreen(entity, scale) + 4, reach) && distance < least) [best, least] = [entity, distance];
  }
  return best ?? labelAt(x * scale, y * scale);
}

function labelAt(x, y) {
  const hit = placedLabels.find(({ box: [left, top, right, bottom] }) => x >= left && x <= right && y >= top && y <= bottom);
  return hit ? hit.entity : null;
}

function onPick(point, event) {
  const entity = markAt(point, event?.pointers?.[0]?.pointerType === "touch" ? 22 : 12);
  choose(entity);
}

function onDouble(point) {
  const entity = markAt(point);
  if (entity !== null) toggleKept(entity);
}

let pointerFrame = 0;
function onPointer(event) {
  const { offsetX, offsetY, clientX, clientY } = event;
  cancelAnimationFrame(pointerFrame);
  pointerFrame = requestAnimationFrame(() => {
    const entity = event.buttons ? null : markAt(network.DOMtoCanvas({ x: offsetX, y: offsetY }));
    hover(entity, clientX, clientY);
  });
}

function hover(entity, x = 0, y = 0) {
  showTip(entity, x, y);
  if (entity === hovered) return;
  hovered = entity;
  canvasBox.style.cursor = entity === null ? "" : "pointer";
  redraw();
}

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function onCanvasKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (ARROWS[event.key]) moveCursor(ARROWS[event.key]);
  else if (event.key === "Enter" || event.key === " ") choose(cursor);
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
  else if (event.key.toLowerCase() === "k" && cursor !== null) toggleKept(cursor);
  else return;
  event.preventDefault();
}

/** The next mark in a direction: near, and not too far off the line. */
function moveCursor([dx, dy]) {
  const visible = [...picture.marks].filter(([entity]) => !isDimmed(entity));
  if (!visible.length) return;
  const from = picture.marks.get(cursor ?? state.selected) ?? null;
  const cost = ([, mark]) => {
    if (!from) return Math.hypot(mark.x, mark.y);
    const along = (mark.x - from.x) * dx + (mark.y - from.y) * dy;
    const across = Math.abs((mark.x - from.x) * dy) + Math.abs((mark.y - from.y) * dx);
    return along > 1 && across < along * 3 ? along + across * 2 : Infinity;
  };
  const best = visible.map((entry) => [cost(entry), entry[0]]).sort((a, b) => a[0] - b[0] || a[1] - b[1])[0];
  if (best[0] === Infinity) return;
  cursor = best[1];
  announce(say("onCanvas", { label: labelOf(cursor), kind: either(kindOf(cursor).names), count: degree(cursor) }) + doubtText(cursor));
  reveal(cursor);
  redraw();
}

/** Pans just enough to have a mark in view. */
function reveal(entity) {
  const { x, y } = picture.marks.get(entity);
  const at = network.canvasToDOM({ x, y });
  const inside = at.x > 40 && at.y > 40 && at.x < canvasBox.clientWidth - 40 && at.y < canvasBox.clientHeight - 40;
  if (!inside) network.moveTo({ position: { x, y }, animation: motion() });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 260, easingFunction: "easeInOutQuad" };
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(6, Math.max(0.08, network.getScale() * factor)), animation: false });
}

/** Everything in view, with room for labels at the rim. */
function fit(entities = [...picture.marks.keys()], animate = true, most = 1.6) {
  if (!entities.length) return;
  const box = boxOf(entities, picture.marks);
  const [width, height] = [canvasBox.clientWidth, canvasBox.clientHeight];
  const scale = Math.min((width - 120) / Math.max(1, box.right - box.left), (height - 90) / Math.max(1, box.bottom - box.top), most);
  const position = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 + 8 / scale };
  network.moveTo({ position, scale: Math.max(scale, 0.05), animation: animate ? motion() : false });
}

/** The selected mark with its star in view, at a size at which the star can be read. */
function showSelected() {
  const star = picture.stars.get(state.selected);
  if (!star) return;
  const { box } = star;
  const wide = star.members.size > 1 ? 340 : 500;
  const [width, height] = [canvasBox.clientWidth, canvasBox.clientHeight];
  const scale = Math.min(width / (box.right - box.left + wide), height / (box.bottom - box.top + 90), 1.25);
  network.moveTo({ position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, scale: Math.max(scale, 0.45), animation: motion() });
}
