// Draws marks and labels on the canvas. Shape and colour both tell the type; border and "?" tell the confirmation.
const SHAPES = {
  circle: (p, r) => p.arc(0, 0, r, 0, 2 * Math.PI),
  dot: (p, r) => p.arc(0, 0, r * 0.6, 0, 2 * Math.PI),
  ring: (p, r) => {
    p.arc(0, 0, r, 0, 2 * Math.PI);
    p.moveTo(r * 0.5, 0);
    p.arc(0, 0, r * 0.5, 0, 2 * Math.PI, true);
  },
  half: (p, r) => {
    p.arc(0, 0, r, Math.PI, 0);
    p.closePath();
  },
  square: (p, r) => p.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8),
  "square-open": (p, r) => {
    square(p, r * 0.9);
    square(p, r * 0.45, true);
  },
  "square-double": (p, r) => {
    square(p, r);
    square(p, r * 0.72, true);
    square(p, r * 0.42);
  },
  "square-round": (p, r) => p.roundRect(-r * 0.95, -r * 0.95, r * 1.9, r * 1.9, r * 0.6),
  "square-cut": (p, r) =>
    polygon(p, [
      [-r, -r * 0.4],
      [-r * 0.4, -r],
      [r, -r],
      [r, r * 0.4],
      [r * 0.4, r],
      [-r, r],
    ]),
  squares: (p, r) => {
    for (const [x, y] of [
      [-1, -1],
      [0.1, -1],
      [-1, 0.1],
      [0.1, 0.1],
    ])
      p.rect(x * r, y * r, r * 0.9, r * 0.9);
  },
  house: (p, r) =>
    polygon(p, [
      [-r * 0.9, -r * 0.15],
      [0, -r * 1.05],
      [r * 0.9, -r * 0.15],
      [r * 0.9, r * 0.85],
      [-r * 0.9, r * 0.85],
    ]),
  hexagon: (p, r) => regular(p, 6, r, Math.PI / 2),
  "hexagon-flat": (p, r) => regular(p, 6, r, 0),
  "hexagon-open": (p, r) => {
    regular(p, 6, r, 0);
    regular(p, 6, r * 0.5, 0, true);
  },
  pentagon: (p, r) => regular(p, 5, r, -Math.PI / 2),
  triangle: (p, r) => regular(p, 3, r * 1.15, -Math.PI / 2),
  "triangle-down": (p, r) => regular(p, 3, r * 1.15, Math.PI / 2),
  "triangle-down-open": (p, r) => {
    regular(p, 3, r * 1.2, Math.PI / 2);
    regular(p, 3, r * 0.5, Math.PI / 2, true);
  },
  diamond: (p, r) =>
    polygon(p, [
      [0, -r * 1.15],
      [r * 0.95, 0],
      [0, r * 1.15],
      [-r * 0.95, 0],
    ]),
  star: (p, r) => star(p, r * 1.15),
  "star-open": (p, r) => {
    star(p, r * 1.2);
    p.moveTo(r * 0.3, 0);
    p.arc(0, 0, r * 0.3, 0, 2 * Math.PI, true);
  },
  plus: (p, r) => cross(p, r, 0),
  cross: (p, r) => cross(p, r, Math.PI / 4),
  bar: (p, r) => p.rect(-r * 1.25, -r * 0.6, r * 2.5, r * 1.2),
  arrow: (p, r) =>
    polygon(p, [
      [-r, -r * 0.8],
      [r * 0.2, -r * 0.8],
      [r, 0],
      [r * 0.2, r * 0.8],
      [-r, r * 0.8],
    ]),
  flag: (p, r) =>
    polygon(p, [
      [-r, -r],
      [r, -r * 0.35],
      [-r * 0.4, r * 0.3],
      [-r * 0.4, r],
      [-r, r],
    ]),
  ribbon: (p, r) =>
    polygon(p, [
      [-r * 0.7, -r],
      [r * 0.7, -r],
      [r * 0.7, r],
      [0, r * 0.45],
      [-r * 0.7, r],
    ]),
  page: (p, r) =>
    polygon(p, [
      [-r * 0.75, -r],
      [r * 0.3, -r],
      [r * 0.75, -r * 0.5],
      [r * 0.75, r],
      [-r * 0.75, r],
    ]),
};
const PATHS = new Map();

function polygon(p, points, reverse = false) {
  const ordered = reverse ? [...points].reverse() : points;
  ordered.forEach(([x, y], number) => (number ? p.lineTo(x, y) : p.moveTo(x, y)));
  p.closePath();
}
function square(p, r, reverse = false) {
  polygon(
    p,
    [
      [-r, -r],
      [r, -r],
      [r, r],
      [-r, r],
    ],
    reverse,
  );
}
function regular(p, corners, r, turn, reverse = false) {
  polygon(
    p,
    Array.from({ length: corners }, (_, n) => onCircle(r, turn + (2 * Math.PI * n) / corners)),
    reverse,
  );
}
function star(p, r) {
  polygon(
    p,
    Array.from({ length: 10 }, (_, n) => onCircle(n % 2 ? r * 0.5 : r, -Math.PI / 2 + (Math.PI * n) / 5)),
  );
}
function cross(p, r, turn) {
  const a = r * 0.36;
  const corners = [
    [-a, -r],
    [a, -r],
    [a, -a],
    [r, -a],
    [r, a],
    [a, a],
    [a, r],
    [-a, r],
    [-a, a],
    [-r, a],
    [-r, -a],
    [-a, -a],
  ];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  polygon(
    p,
    corners.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]),
  );
}
function onCircle(r, angle) {
  return [r * Math.cos(angle), r * Math.sin(angle)];
}

function pathOf(shape, size) {
  const key = `${shape} ${size}`;
  if (!PATHS.has(key)) {
    const path = new Path2D();
    (SHAPES[shape] ?? SHAPES.dot)(path, size);
    PATHS.set(key, path);
  }
  return PATHS.get(key);
}

/** The colours of the theme, from the style sheet. */
let palette = null;
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const families = new Set(["other", ...KINDS.map((kind) => kind.family)]);
  const read = (name) => style.getPropertyValue(name).trim();
  palette = {
    background: read("--canvas"),
    ink: read("--ink"),
    soft: read("--soft"),
    faint: read("--faint"),
    star: read("--star"),
    edge: read("--edge"),
    strong: read("--accent"),
    font: read("--font"),
    families: new Map(
      [...families].map((family) => [family, { fill: read(`--${family}`), line: read(`--${family}-line`) }]),
    ),
  };
}

/** One mark at the origin: filled when confirmed, pale and dashed with "?" when not. */
function paintMark(ctx, kind, size, certainty, halo = null) {
  const colour = palette.families.get(kind.family);
  const path = pathOf(kind.shape, size);
  if (halo) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = 7;
    ctx.stroke(path);
  }
  ctx.fillStyle = certainty === 2 ? palette.background : colour.fill;
  ctx.fill(path);
  ctx.strokeStyle = colour.line;
  ctx.lineWidth = certainty ? 1.8 : 1.2;
  ctx.setLineDash(certainty === 2 ? [2.5, 2] : certainty === 1 ? [5, 2] : []);
  ctx.stroke(path);
  ctx.setLineDash([]);
  if (certainty === 2) {
    ctx.fillStyle = colour.line;
    ctx.font = `bold ${Math.round(size * 1.4)}px ${palette.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText("?", 0, size * 0.08);
  }
}
