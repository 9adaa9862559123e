// Which marks are shown and where: the opening picture as filtered, plus the star of neighbours around what is unfolded.
const ROW = 30;
const STAR_LIMIT = 60;
const STAR_ROWS = 15;

/** Entity -> {x, y, side}: `side` tells on which side of a star's mark its label goes. */
let picture = { marks: new Map(), edges: [], stars: new Map(), focus: null, left: 0 };

function buildPicture() {
  const places = DATA.places[state.arrangement] ?? {};
  const marks = new Map();
  for (const [key, [x, y]] of Object.entries(places)) {
    const entity = Number(key);
    if (passes(entity)) marks.set(entity, { x, y, side: null });
  }
  const path = state.path ? findPath(...state.path) : null;
  const unfolded = [...state.kept, state.selected].filter((entity) => entity !== null && kindOf(entity).drawn);
  const next = { marks, edges: [], stars: new Map(), focus: null, left: 0, path };
  for (const entity of [...new Set(unfolded)]) unfold(next, entity, places);
  if (path) placePath(next, path, places);
  next.focus = focusOf(next);
  next.edges = edgesOf(next);
  picture = next;
}

/** Where an entity that is not in the opening picture stands: where it was, else outside its best neighbour. */
function homeOf(entity, marks, places) {
  if (marks.has(entity)) return marks.get(entity);
  if (places[entity]) return { x: places[entity][0], y: places[entity][1], side: null };
  const before = picture.marks.get(entity);
  if (before) return { ...before, side: null };
  const anchor = [...neighboursOf(entity).keys()].filter((other) => places[other]).sort((a, b) => degree(a) - degree(b) || a - b)[0];
  const [x, y] = anchor === undefined ? [0, 0] : places[anchor];
  const length = Math.hypot(x, y) || 1;
  return { x: Math.round(x + (x / length) * 120), y: Math.round(y + (y / length || 1) * 120), side: null };
}

function degree(entity) {
  return neighboursOf(entity).size;
}

/** Puts the hidden neighbours of an entity in columns at its left and right, each kind together. */
function unfold(next, entity, places) {
  const { marks } = next;
  const middle = homeOf(entity, marks, places);
  marks.set(entity, middle);
  const around = [...neighboursOf(entity).keys()];
  const hidden = around.filter((other) => !marks.has(other) && passes(other)).sort(byKindAndLabel);
  const drawn = hidden.slice(0, STAR_LIMIT);
  if (entity === state.selected) next.left = hidden.length - drawn.length;
  const near = around.filter((other) => marks.has(other)).map((other) => Math.abs(marks.get(other).x - middle.x)).filter((dx) => dx < 260);
  const gap = Math.max(105, ...near.map((dx) => dx + 50));
  const right = drawn.slice(0, Math.ceil(drawn.length / 2));
  placeSide(marks, middle, right, 1, gap);
  placeSide(marks, middle, drawn.slice(right.length), -1, gap);
  next.stars.set(entity, { members: new Set([entity, ...drawn]), box: boxOf([entity, ...drawn], marks) });
}

function placeSide(marks, middle, members, side, gap) {
  for (let start = 0; start < members.length; start += STAR_ROWS) {
    const column = members.slice(start, start + STAR_ROWS);
    const reach = gap + (start / STAR_ROWS) * 215;
    column.forEach((member, row) => {
      const dy = (row - (column.length - 1) / 2) * ROW;
      const bulge = 28 * Math.cos((dy / (STAR_ROWS * ROW)) * Math.PI);
      marks.set(member, { x: Math.round(middle.x + side * (reach + bulge)), y: Math.round(middle.y + dy), side });
    });
  }
}

/** A path that leaves the picture is laid out as a line below what it starts from. */
function placePath(next, path, places) {
  path.forEach((entity) => {
    if (!next.marks.has(entity)) next.marks.set(entity, homeOf(entity, next.marks, places));
  });
}

function byKindAndLabel(one, other) {
  return DATA.entities.kind[one] - DATA.entities.kind[other] || compareText(labelOf(one), labelOf(other)) || one - other;
}

const COLLATORS = { zh: new Intl.Collator("zh-Hans-CN", { numeric: true }), en: new Intl.Collator("en", { numeric: true }) };
function compareText(one, other) {
  return COLLATORS[state.language].compare(one, other);
}

function boxOf(entities, marks) {
  const points = entities.map((entity) => marks.get(entity)).filter(Boolean);
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** The marks that stand out: the path, else the selected one with its neighbours; null when nothing is chosen. */
function focusOf(next) {
  if (next.path) return new Set(next.path);
  if (state.selected === null || !next.marks.has(state.selected)) return null;
  return new Set([state.selected, ...neighboursOf(state.selected).keys()].filter((entity) => next.marks.has(entity)));
}

function edgesOf(next) {
  const edges = [];
  for (const one of next.marks.keys()) {
    for (const [other, facts] of neighboursOf(one)) {
      if (one < other && next.marks.has(other)) edges.push([one, other, facts]);
    }
  }
  return edges;
}

/** The shortest chain of neighbours, by fewest steps, then by the least connected ones; null where there is none. */
function findPath(from, to) {
  const cameFrom = new Map([[from, null]]);
  let level = [from];
  while (level.length && !cameFrom.has(to)) {
    const reached = [];
    for (const entity of level.sort((a, b) => degree(a) - degree(b) || a - b)) {
      for (const other of neighboursOf(entity).keys()) {
        if (cameFrom.has(other) || (other !== to && state.off.has(DATA.entities.kind[other]))) continue;
        cameFrom.set(other, entity);
        reached.push(other);
      }
    }
    level = reached;
  }
  if (!cameFrom.has(to)) return null;
  const path = [];
  for (let entity = to; entity !== null; entity = cameFrom.get(entity)) path.unshift(entity);
  return path;
}
