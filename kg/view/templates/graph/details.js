// The right column: an entity with every fact, and behind each fact the numbers of its sources, listed below as in a paper.
const LIST_FIRST = 30;
const openLists = new Set();
/** Claims cited by what is being drawn: number of the claim -> its number in the list of sources. */
let cited = new Map();

function drawDetails() {
  const panel = document.getElementById("details");
  const open = state.selected !== null || state.path !== null;
  panel.hidden = !open;
  document.body.classList.toggle("with-details", open);
  if (!open) return;
  const key = state.path ? state.path.join(" ") : state.selected;
  if (panel.dataset.shows !== String(key)) {
    openLists.clear();
    panel.scrollTop = 0;
  }
  panel.dataset.shows = key;
  cited = new Map();
  keepFocus(() => replace("details", state.path ? drawPath() : drawEntity(state.selected), drawCited()));
}

function drawEntity(entity) {
  const kind = kindOf(entity);
  const key = DATA.entities.confirmation[entity];
  const other = state.language === "zh" ? ENGLISH.get(entity) : DATA.entities.zh[entity];
  const names = [...new Set([other, ...(NAMES.get(entity) ?? [])])].filter(
    (name) => name && shown(name) !== labelOf(entity),
  );
  return [
    element(
      "header",
      { class: "details-head" },
      element(
        "div",
        { class: "details-kind" },
        mark(kind, doubt(key)),
        element("span", {}, either(kind.names) || say("noClass")),
        key ? drawConfirmation(key) : null,
      ),
      closeButton(),
      element("h2", { id: "details-title", tabindex: -1 }, told(labelOf(entity))),
      names.length
        ? element(
            "p",
            { class: "details-names" },
            names.slice(0, 6).map((name, place) => [place ? " · " : "", told(name)]),
          )
        : null,
    ),
    drawActions(entity),
    drawFacts(entity),
    drawIncoming(entity),
    drawBacked(entity),
    DATA.entities.left[entity]
      ? element("p", { class: "hint" }, say("left", { count: DATA.entities.left[entity] }))
      : null,
    element("p", { class: "details-id" }, told(DATA.release.base + DATA.entities.id[entity])),
  ];
}

function closeButton() {
  return element(
    "button",
    {
      class: "close",
      "aria-label": say("close"),
      title: say("close"),
      "data-key": "details-close",
      onclick: closeDetails,
    },
    "×",
  );
}

function drawConfirmation(key) {
  return element(
    "span",
    { class: `confirmation doubt-${doubt(key)}` },
    doubt(key) === 2 ? "? " : doubt(key) === 1 ? "~ " : "✓ ",
    told(confirmationLabel(key)),
  );
}

function doubtText(entity) {
  const key = DATA.entities.confirmation[entity];
  return doubt(key) ? ` · ${confirmationLabel(key)}` : "";
}

function drawActions(entity) {
  if (!kindOf(entity).drawn) return null;
  const kept = state.kept.includes(entity);
  const facet = ["province", "field", "list"].find(
    (name) => facetOf(entity, name).includes(entity) && DATA.scenes[entity],
  );
  const only = facet && state.chosen.get(facet).has(entity);
  return element(
    "div",
    { class: "actions" },
    button("keep", kept ? say("kept") : say("keep"), () => toggleKept(entity), { "aria-pressed": String(kept) }),
    button(
      "path-from",
      pathFrom === entity ? say("pathCancel") : say("pathFrom"),
      () => startPath(pathFrom === entity ? null : entity),
      { "aria-pressed": String(pathFrom === entity) },
    ),
    facet
      ? button("only", say("only"), () => toggleFacet(facet, entity, !only), { "aria-pressed": String(Boolean(only)) })
      : null,
    button("center", say("center"), () => showSelected()),
  );
}

/** Own facts by predicate: first what leads to other entities, last the names, which the heading has already. */
function drawFacts(entity) {
  const byPredicate = new Map();
  for (const [predicate, value, evidence] of DATA.entities.facts[entity])
    listOf(byPredicate, predicate).push([value, evidence]);
  const weight = (predicate) =>
    LABEL_PREDICATES.has(PREDICATES[predicate].iri)
      ? 2
      : byPredicate.get(predicate).some(([value]) => typeof value === "number")
        ? 0
        : 1;
  const order = [...byPredicate.keys()].sort((a, b) => weight(a) - weight(b) || a - b);
  if (!order.length) return null;
  return element(
    "section",
    {},
    element(
      "h3",
      {},
      say("facts"),
      " ",
      element("span", { class: "count" }, String(DATA.entities.facts[entity].length)),
    ),
    element(
      "dl",
      { class: "facts" },
      order.map((predicate) =>
        element(
          "div",
          {},
          element("dt", {}, told(either(PREDICATES[predicate].names))),
          byPredicate.get(predicate).map(([value, evidence]) => element("dd", {}, drawValue(value), cite([evidence]))),
        ),
      ),
    ),
  );
}

function drawValue(value) {
  if (typeof value === "number") return entityButton(value);
  if (typeof value === "string") return told(value);
  const [text, language] = value;
  return language === "iri" ? told(text, { class: "iri" }) : told(text, { lang: language });
}

function entityButton(entity) {
  return element(
    "button",
    { class: "entity", onclick: () => choose(entity), "data-key": `to ${entity}` },
    mark(kindOf(entity), doubt(DATA.entities.confirmation[entity])),
    told(labelOf(entity)),
  );
}

/** The numbers of the claims behind a fact, each a way to the list below; what no claim confirms says so in words. */
function cite(evidences) {
  const numbers = [...new Set(evidences.flatMap((evidence) => DATA.evidence[evidence]))];
  if (!numbers.length) return null;
  const best = numbers.map((number) => DATA.backings[number][1]).sort((a, b) => doubt(a) - doubt(b))[0];
  return [
    element(
      "span",
      { class: "cites" },
      numbers.map((number) => {
        if (!cited.has(number)) cited.set(number, cited.size + 1);
        const place = cited.get(number);
        return element(
          "button",
          {
            class: "cite",
            "aria-label": `${say("source")} ${place}: ${shown(DATA.backings[number][0])}`,
            onclick: () => showCited(place),
          },
          String(place),
        );
      }),
    ),
    doubt(best) ? drawConfirmation(best) : null,
  ];
}

function showCited(place) {
  const item = document.getElementById(`cited-${place}`);
  document.querySelectorAll(".cited .here").forEach((other) => other.classList.remove("here"));
  item.classList.add("here");
  item.scrollIntoView({ block: "center" });
  item.focus({ preventScroll: true });
}

/** The claims: source, its grade, confirmation, file and row; addresses are text and never links (reposts). */
function drawCited() {
  if (!cited.size) return null;
  return element(
    "section",
    {},
    element("h3", {}, say("sources"), " ", element("span", { class: "count" }, String(cited.size))),
    element(
      "ol",
      { class: "cited" },
      [...cited].map(([number, place]) => {
        const [source, confirmation, rows, asOf, quote, rule, confidence, dated, ...judged] = DATA.backings[number];
        const [grade, address] = SOURCES.get(source) ?? ["", ""];
        const own = IDS.get(`source/${source}`);
        return element(
          "li",
          { id: `cited-${place}`, tabindex: -1 },
          element("span", { class: "cited-number" }, String(place)),
          own === undefined
            ? told(source)
            : element("button", { class: "source", onclick: () => choose(own) }, told(source)),
          grade ? told(GRADES.has(grade) ? either(GRADES.get(grade)) : grade, { class: "grade" }) : null,
          confirmation ? drawConfirmation(confirmation) : null,
          asOf ? element("span", {}, `${say("asOf")} `, told(asOf)) : null,
          quote ? element("blockquote", { class: "quote", lang: "zh" }, told(quote)) : null,
          quote ? element("span", { class: "reading" }, told(say("reading", { rule, confidence }))) : null,
          dated ? element("span", {}, `${say("articleDate")} `, told(dated)) : null,
          rows.map((row) => element("span", { class: "rows" }, told(rowText(row)))),
          judged.length ? told(judgedText(...judged), { class: "judged" }) : null,
          address ? told(address, { class: "address" }) : null,
        );
      }),
    ),
  );
}

/** Who made a claim or let it in, when, and why. */
function judgedText(who, date, why) {
  if (!who) return why;
  return say("judged", { who, date }) + (why ? say("colon") + why : "");
}

/** "clusters.csv#row=5" in words; the header is row 1, as in a spreadsheet. Characters of an article count from 0. */
function rowText(row) {
  const [, text, start, end] = row.match(/^(.*)#char=(\d+),(\d+)$/) ?? [];
  if (text) return say("characters", { file: text, start, end });
  const [, file, number] = row.match(/^(.*)#row=(\d+)$/) ?? [];
  return file ? say("row", { file, number }) : row;
}

/** What points at the entity, by entity. */
function drawIncoming(entity) {
  const bySubject = new Map();
  for (const fact of INCOMING.get(entity) ?? []) listOf(bySubject, fact[0]).push(fact);
  const rows = [...bySubject].sort(([a], [b]) => byKindAndLabel(a, b));
  return drawLong("incoming", say("incoming"), rows, ([other, facts]) =>
    element(
      "li",
      {},
      entityButton(other),
      element(
        "span",
        { class: "predicate" },
        [...new Set(facts.map((fact) => fact[1]))].map((predicate, place) => [
          place ? say("comma") : "",
          told(either(PREDICATES[predicate].names)),
        ]),
      ),
      cite(facts.map((fact) => fact[3])),
    ),
  );
}

/** For a source: every fact that it backs. */
function drawBacked(entity) {
  const id = DATA.entities.id[entity];
  const facts = id.startsWith("source/") ? (BACKED.get(id.slice("source/".length)) ?? []) : [];
  return drawLong("backed", say("backedFacts"), facts, ([subject, predicate, value]) =>
    element(
      "li",
      {},
      entityButton(subject),
      " ",
      told(either(PREDICATES[predicate].names), { class: "predicate" }),
      " ",
      drawValue(value),
    ),
  );
}

/** A section with a list whose tail waits for a click. */
function drawLong(key, title, rows, draw) {
  if (!rows.length) return null;
  const open = openLists.has(key) || rows.length <= LIST_FIRST + 5;
  return element(
    "section",
    {},
    element("h3", {}, title, " ", element("span", { class: "count" }, String(rows.length))),
    element("ul", { class: "entities" }, (open ? rows : rows.slice(0, LIST_FIRST)).map(draw)),
    open
      ? null
      : button(
          `all ${key}`,
          say("showMore", { count: rows.length - LIST_FIRST }),
          () => {
            openLists.add(key);
            drawDetails();
          },
          { class: "quiet" },
        ),
  );
}

function closeDetails() {
  if (state.path) change({ path: null });
  else change({ selected: null });
  canvasBox.focus();
}
