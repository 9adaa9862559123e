// Labels at a constant size on the screen: the most important first, each where it covers no other, or not at all.
const LINE = 15;
const WIDEST = 118;
let measuring = null;
let placedLabels = [];
let placedFor = "";
const TEXTS = new Map();
const ENDINGS = new Map();

/** Endings that most labels of a kind share, such as the word for the kind itself, longest first; drawing leaves them out. */
function commonEndings(kind) {
  const key = `${state.language} ${kind}`;
  if (!ENDINGS.has(key)) ENDINGS.set(key, findEndings(kind));
  return ENDINGS.get(key);
}

function findEndings(kind) {
  const labels = DATA.entities.kind.flatMap((own, entity) => (own === kind ? [labelOf(entity)] : []));
  const counts = new Map();
  for (const label of labels) {
    for (let length = 2; length <= 8 && length < label.length - 2; length += 1) {
      const ending = label.slice(-length);
      counts.set(ending, (counts.get(ending) ?? 0) + 1);
    }
  }
  const shared = [...counts]
    .filter(([, count]) => count >= 8 && count > labels.length * 0.55)
    .map(([ending]) => ending);
  return shared.sort((a, b) => b.length - a.length);
}

/** The lines of a label as drawn: without the common ending, broken behind the name of a neighbour it begins with. */
function linesOf(entity, single) {
  const key = `${state.language} ${entity} ${single}`;
  if (!TEXTS.has(key)) TEXTS.set(key, layLines(entity, single));
  return TEXTS.get(key);
}

function layLines(entity, single) {
  const full = labelOf(entity);
  const ending = commonEndings(DATA.entities.kind[entity]).find((shared) => full.endsWith(shared)) ?? "";
  const rest = full.slice(0, full.length - ending.length);
  const text = /\p{L}/u.test(rest) ? rest : full;
  if (single) return [clip(text, 185)];
  const head = [...neighboursOf(entity).keys()]
    .map(labelOf)
    .filter((label) => label.length > 1 && label.length < text.length && text.startsWith(label))
    .sort((a, b) => b.length - a.length)[0];
  if (head && widthOf(text) > 72) return [clip(head, WIDEST), clip(text.slice(head.length).trim(), WIDEST)];
  return breakLines(text, kindOf(entity).size >= 15 ? 4 : kindOf(entity).size >= 10 ? 3 : 2);
}

/** Lines of about the same width, broken between words or any two Chinese characters. */
function breakLines(text, most) {
  const words = text.match(/[\u2e80-\uffdc]|[^\s\u2e80-\uffdc]+\s*|\s+/g) ?? [text];
  const count = Math.min(most, Math.ceil(widthOf(text) / WIDEST));
  const wanted = Math.min(WIDEST, widthOf(text) / count + 8);
  const lines = [""];
  for (const word of words) {
    if (lines.at(-1) && widthOf(lines.at(-1) + word.trimEnd()) > wanted && lines.length < most) lines.push("");
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => clip(line.trim(), WIDEST));
}

function clip(text, width) {
  if (widthOf(text) <= width) return text;
  let letters = [...text].slice(0, 60);
  while (letters.length > 1 && widthOf(`${letters.join("")}…`) > width) letters = letters.slice(0, -1);
  return `${letters.join("")}…`;
}

function widthOf(text, bold = false) {
  measuring ??= document.createElement("canvas").getContext("2d");
  measuring.font = `${bold ? "bold " : ""}12px ${palette.font}`;
  return measuring.measureText(text).width;
}

function importance(entity) {
  if (entity === state.selected) return 1e6;
  if (entity === cursor || entity === hovered) return 1e5;
  const kind = kindOf(entity);
  return (picture.marks.get(entity).side ? 5000 : 0) + kind.size * 40 + Math.min(degree(entity), 39);
}

/** Greedy placement in screen pixels; it depends on the scale and not on the pan, so that panning costs nothing. */
function placeLabels(scale) {
  const key = [scale.toFixed(3), pictureNumber, cursor, hovered, state.language].join(" ");
  if (key === placedFor) return placedLabels;
  placedFor = key;
  placedLabels = [];
  const taken = { marks: new Grid(), labels: new Grid() };
  const entities = [...picture.marks.keys()].filter(
    (entity) => !isDimmed(entity) || entity === hovered || entity === cursor,
  );
  for (const entity of entities) taken.marks.add(markBox(entity, scale));
  for (const entity of entities.sort((a, b) => importance(b) - importance(a) || a - b)) {
    const label = placeLabel(entity, scale, taken);
    if (label) placedLabels.push(label);
  }
  return placedLabels;
}

function markBox(entity, scale) {
  const { x, y } = picture.marks.get(entity);
  const r = radiusOnScreen(entity, scale) * 0.8;
  return [x * scale - r, y * scale - r, x * scale + r, y * scale + r];
}

function placeLabel(entity, scale, taken) {
  const place = picture.marks.get(entity);
  const kind = kindOf(entity);
  const bold = place.side === null && (kind.size >= 10 || entity === state.selected);
  const font = place.side !== null ? 12 : kind.size >= 15 ? 15 : kind.size >= 10 ? 13 : 12;
  const lines = linesOf(entity, place.side !== null);
  const note = place.side !== null && scale * ROW > 27 ? relation(place.owner, entity) : "";
  const width = Math.max(...lines.map((line) => widthOf(line, bold)), widthOf(note) * 0.85) * (font / 12) + 4;
  const height = lines.length * LINE * (font / 12) + (note ? 13 : 0);
  const gap = radiusOnScreen(entity, scale) + 3;
  const [x, y] = [place.x * scale, place.y * scale];
  const forced = entity === state.selected || entity === cursor || entity === hovered || kind.size >= 15;
  const sides = sidesOf(place);
  const boxes = sides.map((side) => [side, boxAt(side, x, y, width, height, gap)]);
  const free = boxes.filter(([, candidate]) => !taken.labels.hits(candidate));
  const [side, box] =
    free.find(([, candidate]) => !taken.marks.hits(candidate)) ??
    (kind.size >= 10 && place.side === null ? free[0] : undefined) ??
    (forced ? boxes[0] : []);
  if (!box) return null;
  taken.labels.add(box);
  return { entity, lines, note, side, font, bold, box };
}

/** How a mark of a star is tied to its middle. */
function relation(owner, entity) {
  const facts = neighboursOf(owner).get(entity) ?? [];
  return [...new Set(facts.map((fact) => shown(either(PREDICATES[fact[1]].names))))].slice(0, 2).join(say("comma"));
}

/** Where a label may stand, best first: away from the middle of its group. */
function sidesOf({ side, lean: [dx, dy] }) {
  if (side) return [side > 0 ? "right" : "left"];
  const [across, along] = [dx >= 0 ? "right" : "left", dy >= 0 ? "below" : "above"];
  const order = Math.abs(dx) > Math.abs(dy) * 1.6 ? [across, along] : [along, across];
  return [...order, ...["below", "above", "right", "left"].filter((other) => !order.includes(other))];
}

function boxAt(side, x, y, width, height, gap) {
  if (side === "below") return [x - width / 2, y + gap, x + width / 2, y + gap + height];
  if (side === "above") return [x - width / 2, y - gap - height, x + width / 2, y - gap];
  if (side === "right") return [x + gap, y - height / 2, x + gap + width, y + height / 2];
  return [x - gap - width, y - height / 2, x - gap, y + height / 2];
}

/** Boxes in squares of 64 pixels, so that a hit test looks at neighbours only. */
class Grid {
  constructor() {
    this.squares = new Map();
  }
  *keys([left, top, right, bottom]) {
    for (let column = Math.floor(left / 64); column <= Math.floor(right / 64); column += 1) {
      for (let row = Math.floor(top / 64); row <= Math.floor(bottom / 64); row += 1) yield `${column} ${row}`;
    }
  }
  add(box) {
    for (const key of this.keys(box)) listOf(this.squares, key).push(box);
  }
  hits(box) {
    for (const key of this.keys(box)) {
      for (const [left, top, right, bottom] of this.squares.get(key) ?? []) {
        if (left < box[2] && right > box[0] && top < box[3] && bottom > box[1]) return true;
      }
    }
    return false;
  }
}

function paintLabels(ctx, scale) {
  ctx.save();
  ctx.scale(1 / scale, 1 / scale);
  ctx.lineJoin = "round";
  ctx.textBaseline = "middle";
  ctx.strokeStyle = palette.background;
  ctx.lineWidth = 3.5;
  for (const label of placeLabels(scale)) paintLabel(ctx, label);
  if (picture.path) paintSteps(ctx, scale);
  ctx.restore();
}

function paintLabel(ctx, { lines, note, side, font, bold, box }) {
  const [left, top, right] = box;
  ctx.textAlign = side === "right" ? "left" : side === "left" ? "right" : "center";
  const x = side === "right" ? left + 2 : side === "left" ? right - 2 : (left + right) / 2;
  const step = LINE * (font / 12);
  ctx.font = `${bold ? "bold " : ""}${font}px ${palette.font}`;
  ctx.fillStyle = palette.ink;
  lines.forEach((line, row) => paintText(ctx, line, x, top + step * (row + 0.5)));
  if (!note) return;
  ctx.font = `10px ${palette.font}`;
  ctx.fillStyle = palette.soft;
  paintText(ctx, note, x, top + step * lines.length + 5);
}

/** What each step of a path says, above its line. */
function paintSteps(ctx, scale) {
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.soft;
  ctx.textAlign = "center";
  for (const [one, other] of picture.edges) {
    const [a, b] = [picture.marks.get(one), picture.marks.get(other)];
    const text = clip(relation(one, other), Math.max(60, Math.abs(a.x - b.x) * scale - 30));
    paintText(ctx, text, ((a.x + b.x) / 2) * scale, ((a.y + b.y) / 2) * scale - 9);
  }
}

function paintText(ctx, text, x, y) {
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
}
