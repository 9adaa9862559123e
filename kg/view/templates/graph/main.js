// Wires the parts: one change of the state redraws what shows it.
let pathFrom = null;

function choose(entity) {
  if (entity !== null && pathFrom !== null && entity !== pathFrom) {
    const path = [pathFrom, entity];
    pathFrom = null;
    change({ path, selected: null });
  } else change({ selected: entity, path: null });
}

function startPath(entity) {
  pathFrom = entity;
  drawSearch();
  drawDetails();
  if (entity !== null) document.getElementById("search").focus();
}

function toggleKept(entity) {
  change({ kept: state.kept.includes(entity) ? state.kept.filter((other) => other !== entity) : [...state.kept, entity] });
}

function showTip(entity, x, y) {
  let tip = document.getElementById("tip");
  if (!tip) {
    tip = element("div", { id: "tip", hidden: true });
    document.body.append(tip);
  }
  tip.hidden = entity === null;
  if (entity === null) return;
  tip.replaceChildren(told(labelOf(entity)), element("small", {}, ` ${either(kindOf(entity).names)}${doubtText(entity)}`));
  tip.style.left = `${Math.min(x + 14, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(y + 16, innerHeight - tip.offsetHeight - 8)}px`;
}

function toggleSide(open) {
  document.body.classList.toggle("with-side", open);
}

function drawTools() {
  keepFocus(() => replace("tools",
    element("button", { "data-key": "filters", class: "narrow-only", onclick: () => toggleSide(!document.body.classList.contains("with-side")) }, say("filters")),
    element("button", { "data-key": "fit", title: say("fit"), "aria-label": say("fit"), onclick: () => fit() }, "⤢"),
    element("button", { "data-key": "in", title: say("zoomIn"), "aria-label": say("zoomIn"), onclick: () => zoom(1.25) }, "+"),
    element("button", { "data-key": "out", title: say("zoomOut"), "aria-label": say("zoomOut"), onclick: () => zoom(0.8) }, "−"),
    element("button", { "data-key": "theme", title: say("theme"), "aria-label": say("theme"), onclick: toggleTheme }, "◐"),
    element("button", { "data-key": "language", title: say("languageTitle"), lang: state.language === "zh" ? "en" : "zh", onclick: () => change({ language: state.language === "zh" ? "en" : "zh" }) }, say("language"))));
}

function toggleTheme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  readPalette();
  redrawAll();
}

function drawNotes() {
  const notes = [];
  const { carried, entities } = DATA.release;
  if (COUNT === 0) notes.push(element("p", {}, `${say("empty")} ${say("emptyHint")}`));
  else if (carried < entities && !DATA.focus) notes.push(element("p", {}, say("carried", { carried, entities })));
  if (COUNT && picture.marks.size === 0) notes.push(element("p", {}, say("noMatch"), " ", element("button", { onclick: resetFilters }, say("reset"))));
  if (picture.left) notes.push(element("p", {}, say("starLimited", { count: picture.left })));
  replace("notes", notes);
}

let lastSelected = null;
function redrawAll() {
  document.documentElement.lang = state.language;
  const title = state.language === "en" ? DATA.release.title.en ?? DATA.release.title.zh : DATA.release.title.zh ?? DATA.release.title.en;
  document.getElementById("title").textContent = shown(title ?? DATA.release.id);
  canvasBox.setAttribute("role", "application");
  canvasBox.setAttribute("tabindex", "0");
  canvasBox.setAttribute("aria-label", say("canvas"));
  drawTools();
  drawSearch();
  drawPicture();
  drawLegend();
  drawDetails();
  drawNotes();
  if (state.path && picture.path) fit(picture.path);
  else if (state.selected !== null && state.selected !== lastSelected) showSelected();
  lastSelected = state.selected;
}

function fail(error) {
  const box = document.getElementById("failure");
  box.hidden = false;
  box.textContent = `${MESSAGES.zh.failed} · ${MESSAGES.en.failed}: ${error?.message ?? error}. ${MESSAGES.zh.failedHint} ${MESSAGES.en.failedHint}`;
}

function start() {
  addEventListener("error", (event) => fail(event.error ?? event.message));
  Object.assign(state, readHash());
  if (DATA.focus !== null && state.selected === null && !location.hash) state.selected = DATA.focus;
  readPalette();
  buildIndex();
  startCanvas();
  watch(redrawAll);
  redrawAll();
  if (!state.selected && !state.path) fit(undefined, false);
  addEventListener("hashchange", onHashChange);
  document.documentElement.dataset.ready = "yes";
}

try {
  start();
} catch (error) {
  fail(error);
  throw error;
}
