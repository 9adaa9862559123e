// The help dialog: how to move, what the marks say, and where the data comes from.

function openHelp() {
  drawHelp();
  document.getElementById("help").showModal();
}

function drawHelp() {
  const keys = [
    ["← ↑ → ↓", "helpArrows"],
    ["Enter", "helpEnter"],
    ["+ − 0", "helpZoom"],
    ["K", "helpKeep"],
    ["P", "helpPath"],
    ["D", "helpDetails"],
    ["T", "helpTable"],
    ["/", "helpSearch"],
    ["Esc", "helpEscape"],
  ];
  replace(
    "help",
    element("h2", { id: "help-title" }, say("help")),
    element("p", {}, aboutText()),
    element("p", {}, say("helpClick")),
    element("h3", {}, say("helpMarks")),
    element(
      "ul",
      { class: "help-marks" },
      element("li", {}, mark(sampleKind(), 0), say("markSure")),
      element("li", {}, mark(sampleKind(), 1), say("markPartly")),
      element("li", {}, mark(sampleKind(), 2), say("markUnsure")),
    ),
    element("h3", {}, say("helpKeys")),
    element(
      "dl",
      { class: "keys" },
      keys.map(([key, words]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, say(words))]),
    ),
    element("form", { method: "dialog" }, element("button", {}, say("close"))),
  );
}

function aboutText() {
  const { entities, claims, id, version } = DATA.release;
  return say("about", { entities, claims, id: shown(id).slice(0, 12), version });
}
