// The left column: types with their marks (the legend, which toggles) and the facets, each with counts.
const FACET_FIRST = 8;
const openFacets = new Set();
let othersOpen = false;

function drawLegend() {
  keepFocus(() =>
    replace(
      "side",
      element(
        "div",
        { class: "side-head" },
        element("h2", {}, say("filters")),
        element(
          "button",
          { class: "quiet", "data-key": "reset", onclick: resetFilters, disabled: !isFiltered() },
          say("reset"),
        ),
        element(
          "button",
          { class: "quiet side-close", "data-key": "side-close", onclick: () => toggleSide(false) },
          say("close"),
        ),
      ),
      drawArrangements(),
      drawTypes(),
      FACET_NAMES.map(drawFacet),
      drawMarksNote(),
    ),
  );
}

function isFiltered() {
  return filtering() || writeHash().match(/[#&](on|off)=/) !== null;
}

function resetFilters() {
  const start = blankState();
  change({ off: start.off, chosen: start.chosen });
}

function drawArrangements() {
  if (ARRANGEMENTS.length < 2) return null;
  const names = { map: "map", field: "byField", rings: "rings", groups: "groups" };
  return element(
    "fieldset",
    { class: "arrangement" },
    element("legend", {}, say("arrangement")),
    element(
      "div",
      { class: "segments" },
      ARRANGEMENTS.map((name) =>
        element(
          "label",
          {},
          element("input", {
            type: "radio",
            name: "arrangement",
            value: name,
            checked: state.arrangement === name,
            "data-key": `by ${name}`,
            onchange: () => change({ arrangement: name }),
          }),
          element("span", {}, say(names[name] ?? name)),
        ),
      ),
    ),
  );
}

function drawTypes() {
  const counts = new Map();
  for (let entity = 0; entity < COUNT; entity += 1) {
    if (passes(entity, "types"))
      counts.set(DATA.entities.kind[entity], (counts.get(DATA.entities.kind[entity]) ?? 0) + 1);
  }
  const rows = (drawn) =>
    KINDS.filter((kind) => kind.drawn === drawn).map((kind) =>
      drawOption({
        key: `kind ${kind.number}`,
        label: either(kind.names) || say("noClass"),
        count: counts.get(kind.number) ?? 0,
        checked: !state.off.has(kind.number),
        picture: mark(kind),
        onchange: (on) => toggleKind(kind.number, on),
      }),
    );
  const others = rows(false);
  return [
    element("fieldset", { class: "types" }, element("legend", {}, say("types")), rows(true)),
    others.length
      ? element(
          "details",
          {
            class: "types",
            open: othersOpen,
            ontoggle: (event) => {
              othersOpen = event.target.open;
            },
          },
          element("summary", {}, say("tableOnly")),
          element("fieldset", {}, element("legend", { class: "unseen" }, say("tableOnly")), others),
        )
      : null,
  ];
}

function toggleKind(number, on) {
  const off = new Set(state.off);
  if (on) off.delete(number);
  else off.add(number);
  change({ off });
}

function drawFacet(facet) {
  const counts = new Map();
  for (let entity = 0; entity < COUNT; entity += 1) {
    if (!kindOf(entity).drawn || !passes(entity, facet)) continue;
    for (const value of facetOf(entity, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const chosen = state.chosen.get(facet);
  for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
  if (counts.size === 0) return null;
  const order =
    facet === "confirmation"
      ? [...CONFIRMATIONS.keys()].filter((key) => counts.has(key))
      : [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  const open = openFacets.has(facet) || order.length <= FACET_FIRST + 1;
  const visible = order.filter((value, place) => open || place < FACET_FIRST || chosen.has(value));
  return element(
    "fieldset",
    { class: "facet" },
    element("legend", {}, say(facet)),
    visible.map((value) =>
      drawOption({
        key: `${facet} ${value}`,
        label: facetLabel(facet, value),
        count: counts.get(value),
        checked: chosen.has(value),
        picture: facet === "confirmation" ? mark(sampleKind(), doubt(value)) : null,
        onchange: (on) => toggleFacet(facet, value, on),
      }),
    ),
    order.length > visible.length || (open && order.length > FACET_FIRST + 1)
      ? element(
          "button",
          {
            class: "quiet",
            "data-key": `more ${facet}`,
            onclick: () => {
              toggleSet(openFacets, facet);
              drawLegend();
            },
          },
          open ? say("showLess") : say("showMore", { count: order.length - visible.length }),
        )
      : null,
  );
}

function sampleKind() {
  return KINDS.find((kind) => kind.shape === "circle") ?? { family: "other", shape: "circle", size: 9 };
}

function toggleSet(set, value) {
  if (!set.delete(value)) set.add(value);
}

function toggleFacet(facet, value, on) {
  const chosen = new Map(state.chosen);
  const values = new Set(chosen.get(facet));
  if (on) values.add(value);
  else values.delete(value);
  chosen.set(facet, values);
  change({ chosen });
}

function drawOption({ key, label, count, checked, picture: drawing, onchange }) {
  return element(
    "label",
    { class: count === 0 ? "option none" : "option" },
    element("input", {
      type: "checkbox",
      checked,
      "data-key": key,
      onchange: (event) => onchange(event.target.checked),
    }),
    drawing,
    told(label, { class: "option-label" }),
    element("span", { class: "count" }, String(count)),
  );
}

function drawMarksNote() {
  return element("p", { class: "marks-note" }, mark(sampleKind(), 2), element("span", {}, say("marksNote")));
}
