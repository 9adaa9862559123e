// Search as you type over labels, other names and ids; a combobox as the ARIA practices describe it.
const FOUND_AT_MOST = 12;
const INDEX = [];
let found = [];
let foundAt = -1;

function buildIndex() {
  for (let entity = 0; entity < COUNT; entity += 1) {
    const names = [
      ...new Set([DATA.entities.zh[entity], ENGLISH.get(entity), ...(NAMES.get(entity) ?? []), labelOf(entity)]),
    ].filter(Boolean);
    INDEX.push({ entity, names, folded: names.map(fold), id: DATA.entities.id[entity].toLowerCase() });
  }
}

/** Letters as they are compared: full-width as half-width, without case or spaces. */
function fold(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

/** Entities whose names hold all the words, best first: equal, beginning, holding; then by how much they connect. */
function search(text) {
  const words = text.trim().split(/\s+/).map(fold).filter(Boolean);
  if (!words.length) return [];
  const hits = directHits(words);
  const loose =
    hits.length < FOUND_AT_MOST / 2 ? looseHits(words.join(""), new Set(hits.map(({ entity }) => entity))) : [];
  return [...hits, ...loose].sort(
    (a, b) => a.rank - b.rank || degree(b.entity) - degree(a.entity) || a.entity - b.entity,
  );
}

/** Names that hold the letters in this order with others between: "烟台先进" for 烟台市先进结构材料产业集群. */
function looseHits(letters, except) {
  if ([...letters].length < 2) return [];
  const pattern = new RegExp(
    [...letters].map((letter) => letter.replace(/[^\p{L}\p{N}]/u, "\\$&")).join(".{0,3}?"),
    "u",
  );
  return INDEX.flatMap(({ entity, names, folded }) => {
    const place = except.has(entity) ? -1 : folded.findIndex((name) => pattern.test(name));
    return place < 0 ? [] : [{ entity, name: names[place], rank: 5 + demotion(entity) }];
  });
}

/** What is not drawn, or switched off, comes later. */
function demotion(entity) {
  return kindOf(entity).drawn && !state.off.has(DATA.entities.kind[entity]) ? 0 : 1.5;
}

function directHits(words) {
  const hits = [];
  for (const { entity, names, folded, id } of INDEX) {
    let best = Infinity;
    let name = "";
    folded.forEach((own, number) => {
      if (!words.every((word) => own.includes(word))) return;
      const rank = own === words[0] ? 0 : own.startsWith(words[0]) ? 1 : 2;
      if (rank < best) [best, name] = [rank, names[number]];
    });
    if (best === Infinity && words.every((word) => id.includes(word))) [best, name] = [3, DATA.entities.id[entity]];
    if (best < Infinity) hits.push({ entity, name, rank: best + name.length / 100 + demotion(entity) });
  }
  return hits;
}

function drawSearch() {
  const box = document.getElementById("search");
  const words = {
    placeholder: pathFrom === null ? say("search") : say("pathTo"),
    "aria-label": pathFrom === null ? say("search") : say("pathTo"),
  };
  if (box) {
    for (const [key, value] of Object.entries(words)) box.setAttribute(key, value);
    return;
  }
  replace(
    "finder",
    element("input", {
      id: "search",
      type: "search",
      autocomplete: "off",
      spellcheck: "false",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "found",
      "aria-autocomplete": "list",
      ...words,
      oninput: onSearch,
      onkeydown: onSearchKey,
      onfocus: onSearch,
      onblur: () => setTimeout(closeSearch, 150),
    }),
    element("ul", { id: "found", role: "listbox", "aria-label": say("search"), hidden: true }),
  );
}

function onSearch() {
  const text = document.getElementById("search").value;
  const hits = search(text);
  found = hits.slice(0, FOUND_AT_MOST);
  foundAt = found.length ? 0 : -1;
  showFound(text, hits.length);
}

function showFound(text, count) {
  const list = document.getElementById("found");
  const open = text.trim() !== "";
  list.hidden = !open;
  document.getElementById("search").setAttribute("aria-expanded", String(open && found.length > 0));
  if (!open) return;
  list.replaceChildren(...found.map(drawHit));
  if (!found.length)
    list.append(
      element(
        "li",
        { class: "found-none", role: "option", "aria-disabled": "true", "aria-selected": "false" },
        say("searchEmpty", { text: shown(text.trim()) }),
      ),
    );
  else if (count > found.length)
    list.append(
      element(
        "li",
        { class: "found-none", role: "option", "aria-disabled": "true", "aria-selected": "false" },
        say("results", { count }),
      ),
    );
  markFound();
}

function drawHit({ entity, name }, place) {
  const label = labelOf(entity);
  return element(
    "li",
    {
      id: `found-${place}`,
      role: "option",
      "aria-selected": "false",
      onpointerdown: (event) => {
        event.preventDefault();
        pickFound(place);
      },
    },
    mark(kindOf(entity), doubt(DATA.entities.confirmation[entity])),
    element(
      "span",
      { class: "found-label" },
      told(label),
      shown(name) === label ? null : element("small", {}, " ", told(name)),
    ),
    element("small", { class: "found-kind" }, either(kindOf(entity).names), doubtText(entity)),
  );
}

function markFound() {
  const box = document.getElementById("search");
  document
    .querySelectorAll("#found li")
    .forEach((item, place) => item.setAttribute("aria-selected", String(place === foundAt)));
  if (foundAt >= 0) box.setAttribute("aria-activedescendant", `found-${foundAt}`);
  else box.removeAttribute("aria-activedescendant");
  document.getElementById(`found-${foundAt}`)?.scrollIntoView({ block: "nearest" });
}

function onSearchKey(event) {
  const list = document.getElementById("found");
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!found.length) return;
    foundAt = (foundAt + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
    markFound();
  } else if (event.key === "Enter" && foundAt >= 0 && !list.hidden) pickFound(foundAt);
  else if (event.key === "Escape" && !list.hidden) {
    closeSearch();
    event.stopPropagation();
  } else return;
  event.preventDefault();
}

function pickFound(place) {
  const { entity } = found[place];
  document.getElementById("search").value = "";
  closeSearch();
  choose(entity);
}

function closeSearch() {
  document.getElementById("found").hidden = true;
  document.getElementById("search").setAttribute("aria-expanded", "false");
}
