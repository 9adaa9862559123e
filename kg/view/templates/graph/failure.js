// First of all scripts: whatever goes wrong from here on is told on the page, in both languages, for the language may not be known.
const FAILED =
  "页面出错了；同样的数据在同一目录的 report.html 和 tables/ 里。 The page failed; the same data is in report.html and tables/ beside it.";

addEventListener("error", (event) => {
  const box = document.getElementById("failure");
  box.hidden = false;
  box.textContent = `${FAILED} (${event.message})`;
});
