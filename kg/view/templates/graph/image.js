// The picture as an image: what is in view, at twice the size, with title and legend; also what gets printed.
const IMAGE_SCALE = 2;
const LEGEND_WIDTH = 150;

/** A canvas with title, picture and legend, in the colours of the page's theme. */
function paintImage() {
  const kinds = KINDS.filter((kind) => [...picture.marks.keys()].some((entity) => kindOf(entity) === kind));
  const [width, height] = [canvasBox.clientWidth, canvasBox.clientHeight];
  const columns = Math.max(1, Math.floor((width - 32) / LEGEND_WIDTH));
  const foot = Math.ceil((kinds.length + 1) / columns) * 24 + 40;
  const image = element("canvas", { width: width * IMAGE_SCALE, height: (44 + height + foot) * IMAGE_SCALE });
  const ctx = image.getContext("2d");
  ctx.scale(IMAGE_SCALE, IMAGE_SCALE);
  ctx.fillStyle = palette.background;
  ctx.fillRect(0, 0, width, 44 + height + foot);
  ctx.fillStyle = palette.ink;
  ctx.textBaseline = "middle";
  ctx.font = `bold 17px ${palette.font}`;
  ctx.fillText(clip(document.getElementById("title").textContent, width * 0.66), 16, 24);
  withEnlarged((drawing) => ctx.drawImage(drawing, 0, 44, width, height));
  paintLegend(ctx, kinds, columns, 44 + height + 14);
  ctx.font = `11px ${palette.font}`;
  ctx.fillStyle = palette.soft;
  ctx.fillText(aboutText(), 16, 44 + height + foot - 14);
  return image;
}

/** Paints the view larger, hands its canvas over, and puts everything back; the screen shows nothing of it. */
function withEnlarged(use) {
  const [scale, position] = [network.getScale(), network.getViewPosition()];
  enlarged = Math.max(1, IMAGE_SCALE / devicePixelRatio);
  canvasBox.style.width = `${canvasBox.clientWidth * enlarged}px`;
  canvasBox.style.height = `${canvasBox.clientHeight * enlarged}px`;
  try {
    redraw();
    network.moveTo({ scale: scale * enlarged, position, animation: false });
    redraw();
    use(canvasBox.querySelector("canvas"));
  } finally {
    enlarged = 1;
    canvasBox.style.width = "";
    canvasBox.style.height = "";
    redraw();
    network.moveTo({ scale, position, animation: false });
    redraw();
  }
}

function paintLegend(ctx, kinds, columns, top) {
  ctx.textAlign = "left";
  [...kinds, null].forEach((kind, number) => {
    const [x, y] = [28 + (number % columns) * LEGEND_WIDTH, top + Math.floor(number / columns) * 24];
    ctx.save();
    ctx.translate(x, y);
    paintMark(ctx, kind ?? sampleKind(), 7, kind ? 0 : 2);
    ctx.restore();
    ctx.font = `12px ${palette.font}`;
    ctx.fillStyle = palette.ink;
    ctx.fillText(clip(shown(kind ? either(kind.names) : say("notConfirmed")), LEGEND_WIDTH - 34), x + 14, y);
  });
}

function saveImage() {
  paintImage().toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: `${imageName()}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });
}

function imageName() {
  const what = state.selected !== null ? DATA.entities.id[state.selected] : "graph";
  return what.replace(/[^\p{L}\p{N}-]+/gu, "-").slice(0, 60);
}

/** Paper is white: the picture is painted anew in light colours and stands in for the canvas while printing. */
let themeBeforePrint = null;
function beforePrint() {
  themeBeforePrint = document.documentElement.dataset.theme;
  allRows = true;
  setTheme("light");
  if (state.view === "graph") document.getElementById("print").src = paintImage().toDataURL();
}

function afterPrint() {
  document.getElementById("print").removeAttribute("src");
  allRows = false;
  setTheme(themeBeforePrint);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  readPalette();
  redrawAll();
}

function toggleTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("cluster-kg theme", theme);
  } catch {
    announce(say("theme")); // not remembered where storage is forbidden
  }
  setTheme(theme);
}
