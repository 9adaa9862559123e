// What the page shows, all of it in the address (#...): back, forward, reload and a copied link give the same picture.
const FACET_NAMES = ["province", "field", "list", "confirmation"];
const ARRANGEMENTS = Object.keys(DATA.places).filter((name) => !name.endsWith(" tall"));
const WATCHERS = [];

const state = blankState();

function blankState() {
  return {
    language: "zh",
    view: "graph",
    arrangement: ARRANGEMENTS[0] ?? "",
    selected: null,
    kept: [],
    path: null,
    off: new Set(KINDS.filter((kind) => !kind.shown).map((kind) => kind.number)),
    chosen: new Map(FACET_NAMES.map((name) => [name, new Set()])),
  };
}

/** Calls `watcher(changed)` after each change; `changed` names the parts of the state that differ. */
function watch(watcher) {
  WATCHERS.push(watcher);
}

/** Changes the state, writes it into the address (a new step of the history) and tells the watchers. */
function change(parts) {
  Object.assign(state, parts);
  const hash = writeHash();
  if (hash !== location.hash) {
    settingHash = hash;
    location.hash = hash;
  }
  tell();
}

let settingHash = null;
function onHashChange() {
  if (location.hash === settingHash) {
    settingHash = null;
    return;
  }
  Object.assign(state, readHash());
  tell();
}

function tell() {
  for (const watcher of WATCHERS) watcher();
}

function writeHash() {
  const words = new URLSearchParams();
  const start = blankState();
  if (state.view !== start.view) words.set("view", state.view);
  if (state.arrangement !== start.arrangement) words.set("by", state.arrangement);
  if (state.selected !== null) words.set("n", DATA.entities.id[state.selected]);
  for (const entity of state.kept) words.append("keep", DATA.entities.id[entity]);
  if (state.path) for (const entity of state.path) words.append("path", DATA.entities.id[entity]);
  for (const kind of KINDS) {
    if (state.off.has(kind.number) !== start.off.has(kind.number))
      words.append(state.off.has(kind.number) ? "off" : "on", kind.iri);
  }
  for (const [facet, values] of state.chosen) {
    for (const value of values) words.append(facet, typeof value === "number" ? DATA.entities.id[value] : value);
  }
  if (state.language !== start.language) words.set("lang", state.language);
  const text = words.toString().replaceAll("%2F", "/").replaceAll("%23", "%23");
  return text ? `#${text}` : location.hash ? "#" : "";
}

/** The state that the address names; what it does not know is ignored, so that an old link still opens. */
function readHash() {
  const words = new URLSearchParams(location.hash.slice(1));
  const read = blankState();
  const entities = (name) =>
    words
      .getAll(name)
      .map((id) => IDS.get(id))
      .filter((entity) => entity !== undefined);
  if (words.get("view") === "table") read.view = "table";
  if (ARRANGEMENTS.includes(words.get("by"))) read.arrangement = words.get("by");
  read.selected = entities("n")[0] ?? null;
  read.kept = entities("keep");
  read.path = entities("path").length === 2 ? entities("path") : null;
  for (const kind of KINDS) {
    if (words.getAll("off").includes(kind.iri)) read.off.add(kind.number);
    if (words.getAll("on").includes(kind.iri)) read.off.delete(kind.number);
  }
  for (const facet of FACET_NAMES) {
    const values =
      facet === "confirmation" ? words.getAll(facet).filter((key) => CONFIRMATIONS.has(key)) : entities(facet);
    read.chosen.set(facet, new Set(values));
  }
  if (words.get("lang") === "en") read.language = "en";
  return read;
}

/** Whether an entity passes the filters; `except` leaves one facet out, for its counts. */
function passes(entity, except = null) {
  if (except !== "types" && state.off.has(DATA.entities.kind[entity])) return false;
  return FACET_NAMES.every((facet) => {
    const chosen = state.chosen.get(facet);
    return facet === except || chosen.size === 0 || facetOf(entity, facet).some((value) => chosen.has(value));
  });
}

function filtering() {
  return FACET_NAMES.some((facet) => state.chosen.get(facet).size > 0);
}
