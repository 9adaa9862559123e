// The drawing surface: vis-network pans, zooms and draws lines; marks and labels are painted by painter.js and labels.js.
const canvasBox = document.getElementById("canvas");
let network = null;
let nodeSet = null;
let edgeSet = null;
let pictureNumber = 0;
/** The mark under the pointer, and the one the arrow keys stand on. */
let hovered = null;
let cursor = null;
/** How much larger than on the screen the picture is being painted (for an image). */
let enlarged = 1;
const LONG = 270;

function startCanvas() {
  const { nodes, edges, options } = DATA.network;
  nodeSet = new vis.DataSet(nodes.map(([id, x, y]) => ({ id, x, y })));
  edgeSet = new vis.DataSet(edges.map(([from, to]) => ({ id: from * COUNT + to, from, to })));
  network = new vis.Network(
    canvasBox,
    { nodes: nodeSet, edges: edgeSet },
    { ...options, nodes: { ...options.nodes, ctxRenderer: renderMark } },
  );
  canvasBox.querySelector(".vis-network").tabIndex = -1;
  network.on("beforeDrawing", paintBehind);
  network.on("afterDrawing", (ctx) => paintLabels(ctx, viewScale()));
  network.on("click", ({ pointer, event }) =>
    choose(markAt(pointer.canvas, event?.pointers?.[0]?.pointerType === "touch" ? 22 : 12)),
  );
  network.on("doubleClick", ({ pointer }) => onDouble(pointer.canvas));
  canvasBox.addEventListener("pointermove", onPointer);
  canvasBox.addEventListener("pointerleave", () => hover(null));
  canvasBox.addEventListener("blur", () => {
    cursor = null;
    redraw();
  });
}

/** Where on the screen the mark of the entity with this id is: for tests, and for who points at it. */
canvasBox.placeOf = (id) => {
  const place = picture.marks.get(IDS.get(id));
  if (!place) return null;
  const { left, top } = canvasBox.getBoundingClientRect();
  const { x, y } = network.canvasToDOM(place);
  return { x: left + x, y: top + y };
};

/** Where on the screen the labels are, [left, top, right, bottom] each: for tests. */
canvasBox.labelBoxes = () => {
  const { left, top } = canvasBox.getBoundingClientRect();
  const scale = viewScale();
  return placeLabels(scale).map(({ box }) => {
    const [from, to] = [
      [box[0], box[1]],
      [box[2], box[3]],
    ].map(([x, y]) => network.canvasToDOM({ x: x / scale, y: y / scale }));
    return [left + from.x, top + from.y, left + to.x, top + to.y];
  });
};

function viewScale() {
  return network.getScale() / enlarged;
}

function redraw() {
  network?.redraw();
}

/** Brings vis-network's data in line with the picture. */
function drawPicture() {
  buildPicture();
  pictureNumber += 1;
  if (cursor !== null && !picture.marks.has(cursor)) cursor = null;
  sync(
    nodeSet,
    [...picture.marks].map(([id, { x, y }]) => ({ id, x, y })),
  );
  placeBoxes();
  sync(
    edgeSet,
    picture.edges.map(([from, to, facts]) => edgeOf(from, to, facts)),
  );
  redraw();
}

/** vis-network draws the marks whose box is in view; a box stays behind where its mark is moved, and begins at 0, 0. */
function placeBoxes() {
  for (const [entity, { x, y }] of picture.marks) {
    const r = kindOf(entity).size;
    Object.assign(network.getBoundingBox(entity), { left: x - r, top: y - r, right: x + r, bottom: y + r });
  }
}

function sync(set, rows) {
  const wanted = new Set(rows.map((row) => row.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(rows);
}

function edgeOf(from, to, facts) {
  const touching = picture.path !== null || from === state.selected || to === state.selected;
  const faded = picture.focus !== null && !touching && !isKept(from, to);
  const opacity = touching ? 0.9 : isLong(from, to) ? 0.2 : 0.75;
  return {
    id: from * COUNT + to,
    from,
    to,
    hidden: faded,
    width: touching ? 1.6 : 1,
    dashes: doubtOfFacts(facts) === 2 ? [5, 4] : false,
    color: { color: touching ? palette.strong : palette.edge, opacity },
  };
}

function isKept(from, to) {
  return state.kept.some(
    (entity) =>
      (entity === from || entity === to) && picture.stars.get(entity)?.members.has(entity === from ? to : from),
  );
}

/** Long lines are pale: what belongs together stands together, and they cross the whole picture. */
function isLong(from, to) {
  const [one, other] = [picture.marks.get(from), picture.marks.get(to)];
  return Math.hypot(one.x - other.x, one.y - other.y) > LONG;
}

function isDimmed(entity) {
  return (
    picture.focus !== null &&
    !picture.focus.has(entity) &&
    ![...picture.stars.values()].some((star) => star.members.has(entity))
  );
}

/** Behind the star of what is unfolded nothing else is drawn, or its labels could not be read. */
function underStar(entity) {
  const { x, y } = picture.marks.get(entity);
  return [...picture.stars.values()].some(
    ({ members, box }) =>
      members.size > 1 &&
      x > box.left - STAR_PAD.x &&
      x < box.right + STAR_PAD.x &&
      y > box.top - STAR_PAD.y &&
      y < box.bottom + STAR_PAD.y,
  );
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
  const factor = growth(viewScale());
  const drawNode = () => {
    const dimmed = isDimmed(id) && id !== hovered && id !== cursor;
    if (!picture.marks.has(id) || (dimmed && underStar(id))) return;
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(factor, factor);
    ctx.globalAlpha = dimmed ? 0.25 : 1;
    const halo = id === state.selected || id === cursor ? palette.strong : id === hovered ? palette.faint : null;
    paintMark(ctx, kind, kind.size, doubt(DATA.entities.confirmation[id]), halo);
    ctx.restore();
  };
  const side = kind.size * factor * 2;
  return { drawNode, nodeDimensions: { width: side, height: side } };
}

function paintBehind(ctx) {
  for (const { members, box } of picture.stars.values()) {
    if (members.size < 2) continue;
    ctx.fillStyle = palette.star;
    ctx.beginPath();
    ctx.roundRect(
      box.left - STAR_PAD.x,
      box.top - STAR_PAD.y,
      box.right - box.left + 2 * STAR_PAD.x,
      box.bottom - box.top + 2 * STAR_PAD.y,
      24,
    );
    ctx.fill();
  }
  const one = hovered ?? cursor;
  if (one === null || one === state.selected || !picture.marks.has(one) || picture.path) return;
  const from = picture.marks.get(one);
  ctx.strokeStyle = palette.strong;
  ctx.lineWidth = 1.4 / viewScale();
  ctx.beginPath();
  for (const other of neighboursOf(one).keys()) {
    const to = picture.marks.get(other);
    if (to && !(isDimmed(other) && underStar(other))) {
      ctx.moveTo(from.x, from.y);
      ctx.lineTo(to.x, to.y);
    }
  }
  ctx.stroke();
}

/** The mark nearest to a point of the picture, within reach of a finger or a mouse, else the one whose label is there. */
function markAt({ x, y }, reach = 12) {
  const scale = viewScale();
  let best = null;
  let least = Infinity;
  for (const [entity, place] of picture.marks) {
    if (isDimmed(entity) && underStar(entity)) continue;
    const distance = Math.hypot(place.x - x, place.y - y) * scale;
    if (distance < Math.max(radiusOnScreen(entity, scale) + 4, reach) && distance < least)
      [best, least] = [entity, distance];
  }
  return best ?? labelAt(x * scale, y * scale);
}

function labelAt(x, y) {
  const hit = placedLabels.find(
    ({ box: [left, top, right, bottom] }) => x >= left && x <= right && y >= top && y <= bottom,
  );
  return hit ? hit.entity : null;
}

function onDouble(point) {
  const entity = markAt(point);
  if (entity !== null) toggleKept(entity);
}

let pointerFrame = 0;
function onPointer(event) {
  const { offsetX, offsetY, clientX, clientY, buttons, pointerType } = event;
  cancelAnimationFrame(pointerFrame);
  if (pointerType === "touch") return;
  pointerFrame = requestAnimationFrame(() => {
    hover(buttons ? null : markAt(network.DOMtoCanvas({ x: offsetX, y: offsetY })), clientX, clientY);
  });
}

function hover(entity, x = 0, y = 0) {
  showTip(entity, x, y);
  if (entity === hovered) return;
  hovered = entity;
  canvasBox.style.cursor = entity === null ? "" : "pointer";
  redraw();
}

function showTip(entity, x, y) {
  const tip = document.getElementById("tip");
  tip.hidden = entity === null;
  if (entity === null) return;
  tip.replaceChildren(
    told(labelOf(entity)),
    element("small", {}, ` ${either(kindOf(entity).names)}${doubtText(entity)}`),
  );
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(4, Math.min(y + 16, innerHeight - tip.offsetHeight - 8))}px`;
}
