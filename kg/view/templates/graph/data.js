// The graph as the page holds it: entities are numbers, everything about them stands in arrays or Maps.
// Keys that come from data are only ever keys of Maps or numbers, so a label such as "__proto__" is only a label.
const DATA = JSON.parse(document.getElementById("data").textContent);
const COUNT = DATA.entities.id.length;
const KINDS = DATA.kinds.map(([iri, zh, en, look, drawn, shown], number) => ({
  number,
  iri,
  names: [zh || lastPart(iri), en || lastPart(iri)],
  ...look,
  drawn,
  shown,
}));
const IDS = new Map(DATA.entities.id.map((id, entity) => [id, entity]));
const PREDICATES = DATA.predicates.map(([iri, zh, en]) => ({ iri, names: [zh || lastPart(iri), en || lastPart(iri)] }));
const SOURCES = new Map(Object.entries(DATA.sources));
const CONFIRMATIONS = new Map(Object.entries(DATA.confirmations));
const GRADES = new Map(Object.entries(DATA.grades));
const ENGLISH = new Map(Object.entries(DATA.entities.en).map(([entity, label]) => [Number(entity), label]));
const NAMES = new Map(Object.entries(DATA.entities.names).map(([entity, names]) => [Number(entity), names]));
const FACETS = new Map(
  Object.entries(DATA.facets).map(([name, rows]) => [
    name,
    new Map(Object.entries(rows).map(([entity, values]) => [Number(entity), values])),
  ]),
);
const LABEL_PREDICATES = new Set([
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://www.w3.org/2004/02/skos/core#prefLabel",
]);

/** Facts that point at an entity: [subject, predicate, entity, evidence]. */
const INCOMING = new Map();
/** Neighbours of an entity among the drawn ones: Map neighbour -> [[subject, predicate, object, evidence]]. */
const NEIGHBOURS = new Map();
/** Facts that a source backs, by the source's id: [subject, predicate, value, evidence]. */
const BACKED = new Map();

for (let entity = 0; entity < COUNT; entity += 1) {
  for (const [predicate, value, evidence] of DATA.entities.facts[entity]) {
    const fact = [entity, predicate, value, evidence];
    for (const backing of DATA.evidence[evidence]) listOf(BACKED, DATA.backings[backing][0]).push(fact);
    if (typeof value !== "number") continue;
    listOf(INCOMING, value).push(fact);
    if (value !== entity && kindOf(entity).drawn && kindOf(value).drawn) {
      tie(entity, value, fact);
      tie(value, entity, fact);
    }
  }
}

function listOf(map, key) {
  if (!map.has(key)) map.set(key, []);
  return map.get(key);
}

function tie(one, other, fact) {
  if (!NEIGHBOURS.has(one)) NEIGHBOURS.set(one, new Map());
  listOf(NEIGHBOURS.get(one), other).push(fact);
}

function kindOf(entity) {
  return KINDS[DATA.entities.kind[entity]];
}

function neighboursOf(entity) {
  return NEIGHBOURS.get(entity) ?? new Map();
}

/** The last part of an IRI: what is shown of a term without a label. */
function lastPart(iri) {
  return (
    iri
      .replace(/[/#]+$/, "")
      .split(/[/#]/)
      .pop() || iri
  );
}

/** Text as it may be shown: no control characters, nothing that turns the reading direction of what follows. */
function shown(text) {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

const LABELS = { zh: new Map(), en: new Map() };
/** The label in the page's language; a figure's says what it counts, too. */
function labelOf(entity) {
  const labels = LABELS[state.language];
  if (!labels.has(entity)) {
    const english = state.language === "en" ? ENGLISH.get(entity) : undefined;
    labels.set(entity, caption(entity, shown(english ?? DATA.entities.zh[entity]) || DATA.entities.id[entity]));
  }
  return labels.get(entity);
}

/** "1000亿元" of a figure as "营业收入 ≥1000亿元 (2020)", from its indicator, comparator, period and status. */
function caption(entity, label) {
  const indicator = valueOf(entity, "indicator");
  if (typeof indicator !== "number" || indicator === entity) return label;
  const sign = { ">=": "≥", "~": "≈" }[valueOf(entity, "comparator")] ?? "";
  const target = valueOf(entity, "status") === "target" ? say("target") : "";
  const when = [valueOf(entity, "period"), target].filter(Boolean).join(" ");
  return `${labelOf(indicator)} ${sign}${label}${when ? ` (${shown(when)})` : ""}`;
}

/** The first value of the property of this name in the ontology of clusters. */
function valueOf(entity, name) {
  const fact = DATA.entities.facts[entity].find(([predicate]) =>
    PREDICATES[predicate].iri.endsWith(`ontology#${name}`),
  );
  return fact ? fact[1] : undefined;
}

/** The values of a facet that an entity has; confirmation is a facet whose values are keys. */
function facetOf(entity, facet) {
  if (facet === "confirmation") {
    const key = DATA.entities.confirmation[entity];
    return key ? [key] : [];
  }
  return FACETS.get(facet)?.get(entity) ?? [];
}

function facetLabel(facet, value) {
  return facet === "confirmation" ? confirmationLabel(value) : labelOf(value);
}

function confirmationLabel(key) {
  return CONFIRMATIONS.has(key) ? either(CONFIRMATIONS.get(key)) : key;
}

/** 0 confirmed, 1 partly (reposts, part of the name), 2 not: told by border and text, not by colour. */
function doubt(key) {
  if (key === "" || key === "confirmed") return 0;
  return key === "confirmed-by-repost" || key === "partly-confirmed" ? 1 : 2;
}

/** The doubt of a list of facts: that of the best claim among them. */
function doubtOfFacts(facts) {
  const doubts = facts.flatMap((fact) => DATA.evidence[fact[3]].map((backing) => doubt(DATA.backings[backing][1])));
  return doubts.length ? Math.min(...doubts) : 0;
}
