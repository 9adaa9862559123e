// The same entities as a table: for screen readers, for sorting, and for what the picture does not draw.
const PAGE_ROWS = 100;
const COLUMNS = [
  { key: "name", text: (entity) => labelOf(entity) },
  { key: "type", text: (entity) => either(kindOf(entity).names), order: (entity) => DATA.entities.kind[entity] },
  { key: "province", text: (entity) => facetText(entity, "province") },
  { key: "field", text: (entity) => facetText(entity, "field") },
  { key: "list", text: (entity) => facetText(entity, "list") },
  {
    key: "confirmation",
    text: (entity) => facetText(entity, "confirmation"),
    order: (entity) => doubt(DATA.entities.confirmation[entity]),
  },
  { key: "neighbours", text: (entity) => String(degree(entity)), order: degree },
  { key: "sources", text: (entity) => String(sourcesOf(entity).size), order: (entity) => sourcesOf(entity).size },
];
const sorting = { column: "type", up: true };
let tablePage = 0;
let tableFor = "";
/** On paper there is no next page to click. */
let allRows = false;

function facetText(entity, facet) {
  const values = facetOf(entity, facet);
  const names = values
    .slice(0, 3)
    .map((value) => facetLabel(facet, value))
    .join(say("comma"));
  return values.length > 3 ? `${names} … (${values.length})` : names;
}

function sourcesOf(entity) {
  return new Set(
    DATA.entities.facts[entity].flatMap(([, , evidence]) =>
      DATA.evidence[evidence].map((backing) => DATA.backings[backing][0]),
    ),
  );
}

function drawTable() {
  const box = document.getElementById("table");
  document.getElementById("stage").hidden = state.view === "table";
  box.hidden = state.view !== "table";
  if (state.view !== "table") return;
  const rows = sortedRows();
  const filters = JSON.stringify([[...state.off], [...state.chosen].map(([facet, values]) => [facet, [...values]])]);
  if (filters !== tableFor) tablePage = 0;
  tableFor = filters;
  const perPage = allRows ? Math.max(1, rows.length) : PAGE_ROWS;
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  tablePage = Math.min(tablePage, pages - 1);
  keepFocus(() =>
    box.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, say("tableCaption", { count: rows.length })),
        element("thead", {}, element("tr", {}, COLUMNS.map(drawColumnHead))),
        element("tbody", {}, rows.slice(tablePage * perPage, (tablePage + 1) * perPage).map(drawRow)),
      ),
      drawPages(pages),
    ),
  );
}

function sortedRows() {
  const column = COLUMNS.find(({ key }) => key === sorting.column);
  const keyed = [];
  for (let entity = 0; entity < COUNT; entity += 1) {
    if (passes(entity)) keyed.push([entity, column.order ? column.order(entity) : column.text(entity)]);
  }
  const sign = sorting.up ? 1 : -1;
  const compare = (a, b) => (column.order ? a - b : (a === "") - (b === "") || compareText(a, b));
  return keyed.sort((a, b) => sign * compare(a[1], b[1]) || byKindAndLabel(a[0], b[0])).map(([entity]) => entity);
}

function drawColumnHead({ key }) {
  const active = sorting.column === key;
  return element(
    "th",
    { scope: "col", "aria-sort": active ? (sorting.up ? "ascending" : "descending") : "none" },
    element(
      "button",
      {
        class: "sort",
        "data-key": `sort ${key}`,
        title: say("sortBy", { column: say(key) }),
        onclick: () => sortBy(key),
      },
      say(key),
      element(
        "span",
        { "aria-hidden": "true", class: active ? "arrow" : "arrow off" },
        active && !sorting.up ? "▾" : "▴",
      ),
    ),
  );
}

function sortBy(key) {
  sorting.up = sorting.column === key ? !sorting.up : true;
  sorting.column = key;
  tablePage = 0;
  drawTable();
}

function drawRow(entity) {
  return element(
    "tr",
    { class: entity === state.selected ? "chosen" : null },
    COLUMNS.map(({ key, text }) => {
      if (key === "name") return element("th", { scope: "row" }, entityButton(entity));
      const words = text(entity);
      if (key === "confirmation" && words)
        return element("td", {}, drawConfirmation(DATA.entities.confirmation[entity]));
      return element("td", { class: key === "neighbours" || key === "sources" ? "number" : null }, told(words));
    }),
  );
}

function drawPages(pages) {
  if (pages < 2) return null;
  const turn = (step) => {
    tablePage += step;
    drawTable();
    document.getElementById("table").scrollTop = 0;
  };
  return element(
    "nav",
    { class: "pages", "aria-label": say("table") },
    element("button", { "data-key": "page-back", disabled: tablePage === 0, onclick: () => turn(-1) }, say("previous")),
    element("span", {}, say("page", { page: tablePage + 1, pages })),
    element(
      "button",
      { "data-key": "page-on", disabled: tablePage === pages - 1, onclick: () => turn(1) },
      say("next"),
    ),
  );
}
