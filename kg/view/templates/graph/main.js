// Wires the parts: each change of the state redraws what shows it.

/** Opens an entity, or makes it the end of the path that was begun. */
function choose(entity) {
  if (entity !== null && pathFrom !== null && entity !== pathFrom) {
    const path = [pathFrom, entity];
    pathFrom = null;
    change({ path, selected: null, view: "graph" });
  } else {
    change({ selected: entity, path: null });
    if (entity !== null) announce(`${labelOf(entity)} ${either(kindOf(entity).names)}${doubtText(entity)}`);
  }
}

function toggleKept(entity) {
  change({
    kept: state.kept.includes(entity) ? state.kept.filter((other) => other !== entity) : [...state.kept, entity],
  });
}

function toggleSide(open) {
  document.body.classList.toggle("with-side", open);
  document.querySelector('[data-key="filters"]').setAttribute("aria-expanded", String(open));
  if (open) document.querySelector('[data-key="side-close"]').focus();
}

let moreOpen = false;
function toggleMore(open = !moreOpen) {
  moreOpen = open;
  drawTools();
}

function drawTools() {
  const view = (name) =>
    element(
      "label",
      {},
      element("input", {
        type: "radio",
        name: "view",
        value: name,
        checked: state.view === name,
        "data-key": `view ${name}`,
        onchange: () => change({ view: name }),
      }),
      element("span", {}, say(name)),
    );
  keepFocus(() => {
    replace(
      "tools",
      element(
        "button",
        {
          "data-key": "filters",
          class: "narrow-only",
          "aria-expanded": "false",
          "aria-controls": "side",
          onclick: () => toggleSide(!document.body.classList.contains("with-side")),
        },
        say("filters"),
      ),
      element(
        "div",
        { class: "segments", role: "radiogroup", "aria-label": say("view") },
        view("graph"),
        view("table"),
      ),
      button("language", say("language"), () => change({ language: state.language === "zh" ? "en" : "zh" }), {
        lang: state.language === "zh" ? "en" : "zh-Hans",
      }),
      button("more", say("more"), () => toggleMore(), {
        class: "narrow-only",
        "aria-expanded": String(moreOpen),
        "aria-controls": "more",
      }),
      element(
        "div",
        { id: "more", class: moreOpen ? "open" : null },
        button("theme", say("theme"), toggleTheme),
        button("png", say("png"), saveImage, { disabled: state.view === "table" }),
        button("print", say("print"), () => print()),
        button("help", say("help"), openHelp),
      ),
    );
    replace(
      "zoom",
      button("in", "+", () => zoom(1.25), { title: say("zoomIn"), "aria-label": say("zoomIn") }),
      button("out", "−", () => zoom(0.8), { title: say("zoomOut"), "aria-label": say("zoomOut") }),
      button("fit", say("fit"), () => fit()),
    );
  });
}

function button(key, label, onclick, attributes = {}) {
  return element("button", { "data-key": key, onclick, ...attributes }, label);
}

function drawNotes() {
  const notes = [];
  const { carried, entities } = DATA.release;
  if (COUNT === 0)
    notes.push(element("p", { class: "empty" }, element("strong", {}, say("empty")), " ", say("emptyHint")));
  if (DATA.focus !== null) notes.push(element("p", {}, say("around", { count: COUNT, label: labelOf(DATA.focus) })));
  else if (carried < entities && isWhole()) notes.push(element("p", {}, say("carried", { carried, entities })));
  if (pathFrom !== null)
    notes.push(
      element(
        "p",
        {},
        say("pathBegun", { label: labelOf(pathFrom) }),
        " ",
        button("path-cancel", say("pathCancel"), () => startPath(null)),
      ),
    );
  if (state.view === "graph") notes.push(...pictureNotes());
  keepFocus(() => replace("notes", notes));
}

/** Whether nothing is chosen, searched or filtered. */
function isWhole() {
  return state.selected === null && state.path === null && !filtering();
}

function pictureNotes() {
  const notes = [];
  const reset = () => button("notes-reset", say("reset"), resetFilters);
  if (COUNT && picture.marks.size === 0) notes.push(element("p", { class: "empty" }, say("noMatch"), " ", reset()));
  else if (filtering() && !picture.path) {
    const matching = DATA.entities.id.filter((_, entity) => kindOf(entity).drawn && passes(entity)).length;
    const drawn = [...picture.marks.keys()].filter((entity) => passes(entity)).length;
    if (drawn < matching)
      notes.push(
        element(
          "p",
          {},
          say("limited", { count: matching, shown: drawn }),
          " ",
          button("to-table", say("table"), () => change({ view: "table" })),
        ),
      );
  }
  if (picture.left) notes.push(element("p", {}, say("starLimited", { count: picture.left })));
  return notes;
}

function redrawAll() {
  wasTall = isTall();
  document.documentElement.lang = state.language === "en" ? "en" : "zh-Hans";
  const { title, id } = DATA.release;
  const heading = shown((state.language === "en" ? (title.en ?? title.zh) : (title.zh ?? title.en)) ?? id);
  document.getElementById("title").textContent = heading;
  document.title = state.selected === null ? heading : `${labelOf(state.selected)} · ${heading}`;
  canvasBox.setAttribute("aria-label", say("canvas"));
  document.getElementById("side").setAttribute("aria-label", say("filters"));
  document.getElementById("details").setAttribute("aria-label", say("details"));
  drawTools();
  drawSearch();
  drawPicture();
  drawLegend();
  drawDetails();
  drawTable();
  drawNotes();
  if (state.view === "graph") {
    redraw();
    follow();
  }
}

/** Turning a telephone changes which places fit the screen. */
let wasTall = null;
function onResize() {
  if (isTall() !== wasTall) redrawAll();
}

function onKey(event) {
  if (event.key !== "Escape" || document.getElementById("help").open) return;
  if (moreOpen) toggleMore(false);
  else if (document.body.classList.contains("with-side")) toggleSide(false);
  else if (pathFrom !== null) startPath(null);
  else if (state.selected !== null || state.path !== null) closeDetails();
}

function start() {
  Object.assign(state, readHash());
  readPalette();
  buildIndex();
  startCanvas();
  watchSize();
  watch(redrawAll);
  redrawAll();
  canvasBox.addEventListener("keydown", onCanvasKey);
  addEventListener("hashchange", onHashChange);
  addEventListener("resize", onResize);
  document.addEventListener("pointerdown", (event) => {
    if (moreOpen && !event.target.closest("#tools")) toggleMore(false);
  });
  addEventListener("keydown", onKey);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

start();
