// The shortest path between two entities: fewest steps first, then over the least connected ones, which tell more.

/** The entities of the path from one to the other; null where there is none. Types that are off take no part. */
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

/** The next entity that is chosen becomes the end of a path from this one; null gives that up. */
let pathFrom = null;
function startPath(entity) {
  pathFrom = entity;
  drawSearch();
  drawDetails();
  drawNotes();
  if (entity !== null) document.getElementById("search").focus();
}

function drawPath() {
  const [from, to] = state.path;
  const chain = picture.path;
  return [
    element(
      "header",
      { class: "details-head" },
      closeButton(),
      element(
        "h2",
        { id: "details-title", tabindex: -1 },
        chain ? say("pathTitle", { count: chain.length - 1 }) : say("pathNone"),
      ),
    ),
    element(
      "div",
      { class: "actions" },
      button("swap", say("pathSwap"), () => change({ path: [to, from] })),
    ),
    element(
      "ol",
      { class: "path" },
      (chain ?? [from, to]).map((entity, place) =>
        element("li", {}, place && chain ? drawStep(chain[place - 1], entity) : null, entityButton(entity)),
      ),
    ),
    element("p", { class: "hint" }, say("pathHint")),
  ];
}

function drawStep(one, other) {
  return element(
    "div",
    { class: "step" },
    neighboursOf(one)
      .get(other)
      .map(([subject, predicate, , evidence]) =>
        element("div", {}, subject === one ? "↓ " : "↑ ", told(either(PREDICATES[predicate].names)), cite([evidence])),
      ),
  );
}
