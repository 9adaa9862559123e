// The right column: an entity with every fact and the source of each, or a path with its steps.
const ROWS_FIRST = 4;
const LIST_FIRST = 30;
const openLists = new Set();

function drawDetails() {
  const panel = document.getElementById("details");
  const open = state.selected !== null || state.path !== null;
  panel.hidden = !open;
  document.body.classList.toggle("with-details", open);
  if (!open) return;
  keepFocus(() => replace("details", state.path ? drawPath() : drawEntity(state.selected)));
}

function drawEntity(entity) {
  const kind = kindOf(entity);
  const key = DATA.entities.confirmation[entity];
  const english = ENGLISH.get(entity);
  const other = state.language === "zh" ? english : DATA.entities.zh[entity];
  const names = [...new Set([other, ...(NAMES.get(entity) ?? [])])].filter((name) => name && shown(name) !== labelOf(entity));
  return [
    element("header", { class: "details-head" },
      element("div", { class: "details-kind" }, mark(kind, doubt(key)), element("span", {}, either(kind.names)), key ? drawConfirmation(key) : null),
      closeButton(),
      element("h2", { id: "details-title", tabindex: -1 }, told(labelOf(entity))),
      names.length ? element("p", { class: "details-names" }, names.slice(0, 6).map((name, place) => [place ? " · " : "", told(name)])) : null),
    drawActions(entity),
    drawFacts(entity),
    kind.drawn ? drawNeighbours(entity) : drawIncoming(entity),
    drawBacked(entity),
    element("p", { class: "details-id" }, told(DATA.release.base + DATA.entities.id[entity])),
  ];
}

function drawConfirmation(key) {
  return element("span", { class: `confirmation doubt-${doubt(key)}` }, doubt(key) === 2 ? "? " : doubt(key) === 1 ? "~ " : "✓ ", told(confirmationLabel(key)));
}

function doubtText(entity) {
  const key = DATA.entities.confirmation[entity];
  return doubt(key) ? ` · ${confirmationLabel(key)}` : "";
}

function drawActions(entity) {
  if (!kindOf(entity).drawn) return null;
  const kept = state.kept.includes(entity);
  return element("div", { class: "actions" },
    element("button", { "data-key": "keep", "aria-pressed": String(kept), onclick: () => toggleKept(entity) }, kept ? say("kept") : say("keep")),
    element("button", { "data-key": "path-from", "aria-pressed": String(pathFrom === entity), onclick: () => startPath(pathFrom === entity ? null : entity) },
      pathFrom === entity ? say("pathCancel") : say("pathFrom")),
    element("button", { "data-key": "center", onclick: showSelected }, say("center")));
}

/** Own facts by predicate; labels come last, for they are in the heading already. */
function drawFacts(entity) {
  const byPredicate = new Map();
  for (const [predicate, value, evidence] of DATA.entities.facts[entity]) listOf(byPredicate, predicate).push([value, evidence]);
  const order = [...byPredicate.keys()].sort((a, b) => isLabel(a) - isLabel(b) || a - b);
  if (!order.length) return null;
  return element("section", {},
    element("h3", {}, say("facts"), " ", element("span", { class: "count" }, String(DATA.entities.facts[entity].length))),
    element("dl", { class: "facts" }, order.map((predicate) => [
      element("dt", {}, told(either(PREDICATES[predicate].names))),
      byPredicate.get(predicate).map(([value, evidence]) => element("dd", {}, drawValue(value), drawEvidence(evidence))),
    ])));
}

function isLabel(predicate) {
  return LABEL_PREDICATES.has(PREDICATES[predicate].iri) ? 1 : 0;
}

function drawValue(value) {
  if (typeof value === "number") return entityButton(value);
  if (typeof value === "string") return told(value);
  const [text, language] = value;
  return language === "iri" ? told(text, { class: "iri" }) : told(text, { lang: language });
}

function entityButton(entity) {
  return element("button", { class: "entity", onclick: () => choose(entity), "data-key": `to ${entity}` },
    mark(kindOf(entity), doubt(DATA.entities.confirmation[entity])), told(labelOf(entity)));
}

/** The claims behind a fact: source and its grade, confirmation, file and row, address as text and never as a link. */
function drawEvidence(evidence) {
  const backings = DATA.evidence[evidence].map((number) => DATA.backings[number]);
  if (!backings.length) return null;
  return element("ul", { class: "evidence" }, backings.map(([source, confirmation, rows, asOf]) => {
    const [grade, address] = SOURCES.get(source) ?? ["", ""];
    const own = IDS.get(`source/${source}`);
    return element("li", {},
      own === undefined ? told(source) : element("button", { class: "source", onclick: () => choose(own) }, told(source)),
      grade ? element("span", { class: "grade" }, told(GRADES.has(grade) ? either(GRADES.get(grade)) : grade)) : null,
      confirmation ? drawConfirmation(confirmation) : null,
      asOf ? element("span", {}, `${say("asOf")} `, told(asOf)) : null,
      element("span", { class: "rows" }, told(rows.slice(0, ROWS_FIRST).join(" ")), rows.length > ROWS_FIRST ? ` ${say("moreRows", { count: rows.length })}` : null),
      address ? element("span", { class: "address" }, told(address)) : null);
  }));
}

function drawNeighbours(entity) {
  const rows = [...neighboursOf(entity)].filter(([, facts]) => facts.some((fact) => fact[2] === entity));
  return drawEntityList("neighbours", say("incoming"), rows.map(([other, facts]) => [other, facts.filter((fact) => fact[2] === entity)]));
}

function drawIncoming(entity) {
  const bySubject = new Map();
  for (const fact of INCOMING.get(entity) ?? []) listOf(bySubject, fact[0]).push(fact);
  return drawEntityList("incoming", say("incoming"), [...bySubject]);
}

function drawEntityList(key, title, rows) {
  if (!rows.length) return null;
  const sorted = rows.sort(([a], [b]) => byKindAndLabel(a, b));
  const open = openLists.has(key) || sorted.length <= LIST_FIRST + 5;
  return element("section", {},
    element("h3", {}, title, " ", element("span", { class: "count" }, String(sorted.length))),
    element("ul", { class: "entities" }, sorted.slice(0, open ? sorted.length : LIST_FIRST).map(([other, facts]) => element("li", {},
      entityButton(other),
      element("span", { class: "predicate" }, [...new Set(facts.map((fact) => fact[1]))].map((predicate, place) => [place ? "、" : "", told(either(PREDICATES[predicate].names))])),
      element("details", {}, element("summary", {}, say("sources")), facts.map((fact) => drawEvidence(fact[3])))))),
    open ? null : element("button", { class: "quiet", "data-key": `all ${key}`, onclick: () => { openLists.add(key); drawDetails(); } }, say("showMore", { count: sorted.length - LIST_FIRST })));
}

/** For a source: every fact that it backs. */
function drawBacked(entity) {
  const id = DATA.entities.id[entity];
  const facts = id.startsWith("source/") ? BACKED.get(id.slice(7)) ?? [] : [];
  if (!facts.length) return null;
  const open = openLists.has("backed");
  return element("section", {},
    element("h3", {}, say("backedFacts"), " ", element("span", { class: "count" }, String(facts.length))),
    element("ul", { class: "backed" }, facts.slice(0, open ? facts.length : LIST_FIRST).map(([subject, predicate, value]) =>
      element("li", {}, entityButton(subject), " ", told(either(PREDICATES[predicate].names), { class: "predicate" }), " ", drawValue(value)))),
    open || facts.length <= LIST_FIRST ? null : element("button", { class: "quiet", "data-key": "all backed", onclick: () => { openLists.add("backed"); drawDetails(); } }, say("showMore", { count: facts.length - LIST_FIRST })));
}

function closeButton() {
  return element("button", { class: "close", "aria-label": say("close"), title: say("close"), "data-key": "details-close", onclick: closeDetails }, "×");
}

function closeDetails() {
  if (state.path) change({ path: null });
  else change({ selected: null });
  canvasBox.focus();
}
