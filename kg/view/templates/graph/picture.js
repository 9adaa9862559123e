// Which marks are shown and where. The base is the opening picture, or the scenes of the filter's values; around what is
// unfolded its hidden neighbours stand as a star; a path is a picture of its own.
const ROW = 34;
const STAR_LIMIT = 28;
const STAR_ROWS = 14;
const STAR_PAD = { x: 200, y: 30 };
const FAR = 330;
const FEW = 6;
const PATH_STEP = 190;
const PATH_ROW = 5;

/** `marks`: entity -> {x, y, side, lean}. `side` is where a star's label goes, `lean` where others better go. */
let picture = { base: "", marks: new Map(), edges: [], stars: new Map(), focus: null, left: 0, path: null };

function buildPicture() {
  const path = state.path ? findPath(...state.path) : null;
  if (path) {
    picture = pathPicture(path);
    return;
  }
  const { name, places } = basePlaces();
  const next = { base: name, marks: new Map(), edges: [], stars: new Map(), focus: null, left: 0, path: null };
  for (const [entity, place] of places) if (passes(entity)) next.marks.set(entity, { ...place });
  const unfolded = [...state.kept, state.selected].filter((entity) => entity !== null && kindOf(entity).drawn);
  for (const entity of new Set(unfolded)) unfold(next, entity, places);
  next.focus = focusOf(next);
  next.edges = edgesOf(next);
  picture = next;
}

/** The places to begin with: the scenes of the first facet that has chosen values, side by side, else the arrangement. */
function basePlaces() {
  for (const facet of ["province", "list", "field"]) {
    const scenes = [...state.chosen.get(facet)].filter((value) => DATA.scenes[value]);
    if (scenes.length) return { name: `${facet} ${scenes.join(" ")}`, places: sideBySide(scenes) };
  }
  const tall = `${state.arrangement} tall`;
  const name = isTall() && DATA.places[tall] ? tall : state.arrangement;
  return { name, places: placesOf(DATA.places[name] ?? {}) };
}

/** Whether the page is higher than wide, as on a telephone: the window counts, for the drawing changes with the panels. */
function isTall() {
  return innerWidth < innerHeight * 0.8;
}

function placesOf(found) {
  const places = new Map(
    Object.entries(found).map(([key, [x, y]]) => [Number(key), { x, y, side: null, lean: [0, 1] }]),
  );
  const facet = state.arrangement === "field" ? "field" : "province";
  for (const [entity, place] of places) {
    const centre = places.get(facetOf(entity, facet)[0]);
    if (centre && neighboursOf(entity).has(facetOf(entity, facet)[0]))
      place.lean = [place.x - centre.x, place.y - centre.y];
  }
  return places;
}

function sideBySide(scenes) {
  const places = new Map();
  let left = 0;
  for (const value of scenes) {
    const marks = Object.entries(DATA.scenes[value]).map(([key, [x, y]]) => [Number(key), x, y]);
    const [centreX, centreY] = DATA.scenes[value][value];
    const start = Math.min(...marks.map(([, x]) => x));
    for (const [entity, x, y] of marks) {
      if (!places.has(entity))
        places.set(entity, { x: left + x - start, y, side: null, lean: [x - centreX, y - centreY] });
    }
    left += Math.max(...marks.map(([, x]) => x)) - start + 260;
  }
  return places;
}

/** Where an entity that is not in the base stands: where it was, else outside its least connected neighbour there. */
function homeOf(entity, marks, places) {
  const now = marks.get(entity) ?? places.get(entity) ?? picture.marks.get(entity);
  if (now) return { x: now.x, y: now.y, side: null, lean: [0, 1] };
  const anchors = [...neighboursOf(entity).keys()]
    .filter((other) => places.has(other))
    .sort((a, b) => degree(a) - degree(b) || a - b);
  const { x, y } = anchors.length ? places.get(anchors[0]) : { x: 0, y: 0 };
  const length = Math.hypot(x, y) || 1;
  return {
    x: Math.round(x + (x / length) * 120),
    y: Math.round(y + (y / length || 1) * 120),
    side: null,
    lean: [0, 1],
  };
}

function degree(entity) {
  return neighboursOf(entity).size;
}

/** Puts the hidden neighbours of an entity, and a few far ones, in columns at its left and right, each kind together. */
function unfold(next, entity, places) {
  const { marks } = next;
  const middle = homeOf(entity, marks, places);
  marks.set(entity, middle);
  const around = [...neighboursOf(entity).keys()];
  const distance = (other) => Math.hypot(marks.get(other).x - middle.x, marks.get(other).y - middle.y);
  const far = around.filter((other) => marks.has(other) && marks.get(other).side === null && distance(other) > FAR);
  const hidden = around.filter((other) => !marks.has(other) && passes(other));
  const members = [...hidden, ...(far.length <= FEW ? far : [])];
  const drawn = members.sort(byWeight).slice(0, STAR_LIMIT).sort(byKindAndLabel);
  if (entity === state.selected) next.left = members.length - drawn.length;
  for (const other of drawn) marks.delete(other);
  const near = around
    .filter((other) => marks.has(other))
    .map((other) => Math.abs(marks.get(other).x - middle.x))
    .filter((dx) => dx < 260);
  const gap = Math.max(110, ...near.map((dx) => dx + 60));
  const right = drawn.slice(0, isTall() ? drawn.length : Math.ceil(drawn.length / 2));
  placeSide(marks, middle, right, 1, gap, entity);
  placeSide(marks, middle, drawn.slice(right.length), -1, gap, entity);
  next.stars.set(entity, { members: new Set([entity, ...drawn]), box: boxOf([entity, ...drawn], marks) });
}

function placeSide(marks, middle, members, side, gap, owner) {
  const rows = isTall() ? STAR_LIMIT : STAR_ROWS;
  for (let start = 0; start < members.length; start += rows) {
    const column = members.slice(start, start + rows);
    const reach = gap + (start / rows) * 230;
    column.forEach((member, row) => {
      const dy = (row - (column.length - 1) / 2) * ROW;
      const bulge = 28 * Math.cos((dy / (rows * ROW)) * Math.PI);
      marks.set(member, {
        x: Math.round(middle.x + side * (reach + bulge)),
        y: Math.round(middle.y + dy),
        side,
        lean: [side, 0],
        owner,
      });
    });
  }
}

/** A path as a line of marks, turned at the end of a row. */
function pathPicture(path) {
  const marks = new Map();
  path.forEach((entity, place) => {
    const row = Math.floor(place / PATH_ROW);
    const column = row % 2 ? PATH_ROW - 1 - (place % PATH_ROW) : place % PATH_ROW;
    marks.set(entity, { x: column * PATH_STEP, y: row * 130, side: null, lean: [0, 1] });
  });
  const edges = path.slice(1).map((entity, place) => [path[place], entity, neighboursOf(path[place]).get(entity)]);
  return { base: `path ${path.join(" ")}`, marks, edges, stars: new Map(), focus: null, left: 0, path };
}

function byWeight(one, other) {
  return kindOf(other).size - kindOf(one).size || degree(other) - degree(one) || one - other;
}

function byKindAndLabel(one, other) {
  return (
    DATA.entities.kind[one] - DATA.entities.kind[other] || compareText(labelOf(one), labelOf(other)) || one - other
  );
}

const COLLATORS = {
  zh: new Intl.Collator("zh-Hans-CN", { numeric: true }),
  en: new Intl.Collator("en", { numeric: true }),
};
function compareText(one, other) {
  return COLLATORS[state.language].compare(one, other);
}

function boxOf(entities, marks) {
  const points = entities.map((entity) => marks.get(entity)).filter(Boolean);
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** The marks that stand out: the selected one with its neighbours; null when nothing is chosen. */
function focusOf(next) {
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
