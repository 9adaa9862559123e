// The page's own words. Names of classes, predicates and entities come from the graph, never from here.
const MESSAGES = {
  zh: {
    search: "搜索名称或别名", searchEmpty: "没有找到“{text}”", results: "{count} 个结果", clear: "清除",
    graph: "图", table: "表格", language: "EN", languageTitle: "Switch to English", theme: "深浅",
    light: "浅色", dark: "深色", help: "帮助", more: "更多", close: "关闭", back: "返回",
    types: "类型", province: "省份", field: "领域", list: "名单", confirmation: "证实程度", filters: "筛选",
    showAll: "全部显示", reset: "清除筛选", showMore: "再显示 {count} 项", showLess: "收起",
    arrangement: "排列", map: "按地区", byField: "按领域", rings: "按远近", groups: "按社群",
    zoomIn: "放大", zoomOut: "缩小", fit: "全图", png: "存图", print: "打印",
    facts: "事实", incoming: "被引用", neighbours: "相邻", sources: "来源", names: "其他名称",
    noSource: "没有记录来源", source: "来源", grade: "等级", rows: "数据行", asOf: "截至", address: "地址",
    unsourced: "无来源", neighbourCount: "{count} 个相邻实体", factCount: "{count} 条事实",
    unfold: "展开", fold: "收起展开", keep: "保持展开", kept: "已保持展开", center: "居中",
    pathFrom: "查找路径", pathTo: "到哪里？搜索或点一个实体", pathNone: "这两个实体之间没有路径（关闭的类型不参与）",
    pathTitle: "路径：{count} 步", pathCancel: "取消", pathSwap: "互换", pathHint: "关掉某个类型，路径就绕开它。",
    noMatch: "没有符合筛选条件的实体", empty: "这个图里没有实体", emptyHint: "往数据目录里放入表格，再运行 kg build。",
    carried: "图很大：页面只带了 {carried} 个实体（共 {entities} 个），按相邻数目选取。全部数据在 tables/ 和 SPARQL 里。",
    limited: "符合条件的有 {count} 个，图中画出 {shown} 个；表格里有全部。", starLimited: "另有 {count} 个相邻实体没有画出，见右侧列表。",
    canvas: "关系图。方向键在标记间移动，回车打开，加减号缩放，0 看全图。", onCanvas: "{label}，{kind}，{count} 个相邻实体",
    name: "名称", type: "类型", count: "数目", previous: "上一页", next: "下一页", page: "第 {page} / {pages} 页",
    tableCaption: "{count} 个实体", sortBy: "按{column}排序", ascending: "升序", descending: "降序",
    copied: "已复制链接", copyLink: "复制链接", kindOff: "（已关闭）", about: "{entities} 个实体 · {claims} 条陈述 · 版本 {id}",
    marksNote: "虚线边框和问号：未完全证实", ofAll: "{count} / {all}", backedFacts: "这个来源支持的事实", outside: "不在本页",
    row: "{file} 第 {number} 行", only: "只看它", view: "视图", target: "目标", comma: "、", details: "详情", tableOnly: "只在表格里", noClass: "未分类", notConfirmed: "未证实",
    around: "这一页只有“{label}”附近的 {count} 个实体。", pathBegun: "从“{label}”出发：再选一个实体，看怎么连过去。",
    helpMarks: "边框与记号", markSure: "实线：已证实", markPartly: "长虚线：只有转载，或部分证实", markUnsure: "短虚线和问号：未证实或存疑",
    helpKeys: "键盘（焦点在图上时）", helpArrows: "移到那个方向的标记", helpEnter: "打开：看事实和来源，展开相邻实体", helpZoom: "放大、缩小、看全图",
    helpKeep: "保持展开", helpPath: "从这里查找路径", helpDetails: "跳到详情", helpTable: "表格", helpSearch: "搜索", helpEscape: "关闭",
    helpClick: "点一个标记：看它的事实和每条事实的来源，并展开与它相邻的实体；双击则保持展开。点空白处返回。网址里的 # 之后记着当前画面，可以收藏和发给别人。",
  },
  en: {
    search: "Search a name or alias", searchEmpty: "Nothing found for “{text}”", results: "{count} results", clear: "Clear",
    graph: "Graph", table: "Table", language: "中文", languageTitle: "切换到中文", theme: "Theme",
    light: "Light", dark: "Dark", help: "Help", more: "More", close: "Close", back: "Back",
    types: "Types", province: "Province", field: "Field", list: "List", confirmation: "Confirmation", filters: "Filters",
    showAll: "Show all", reset: "Clear filters", showMore: "{count} more", showLess: "Show fewer",
    arrangement: "Arrange", map: "By place", byField: "By field", rings: "By distance", groups: "By community",
    zoomIn: "Zoom in", zoomOut: "Zoom out", fit: "All", png: "PNG", print: "Print",
    facts: "Facts", incoming: "Referred to by", neighbours: "Neighbours", sources: "Sources", names: "Other names",
    noSource: "no source recorded", source: "Source", grade: "Grade", rows: "Rows", asOf: "As of", address: "Address",
    unsourced: "no source", neighbourCount: "{count} neighbours", factCount: "{count} facts",
    unfold: "Unfold", fold: "Fold", keep: "Keep unfolded", kept: "Kept unfolded", center: "Centre",
    pathFrom: "Find a path", pathTo: "To where? Search or click an entity", pathNone: "No path between these two (types switched off take no part)",
    pathTitle: "Path: {count} steps", pathCancel: "Cancel", pathSwap: "Swap", pathHint: "Switch a type off and the path goes around it.",
    noMatch: "No entity matches the filters", empty: "This graph has no entities", emptyHint: "Put tables into the data folder and run kg build.",
    carried: "This graph is large: the page carries {carried} of {entities} entities, those with most neighbours. Everything is in tables/ and SPARQL.",
    limited: "{count} match, {shown} of them are drawn; the table has all.", starLimited: "{count} more neighbours are not drawn; see the list on the right.",
    canvas: "Graph. Arrow keys move between marks, Enter opens, plus and minus zoom, 0 shows everything.", onCanvas: "{label}, {kind}, {count} neighbours",
    name: "Name", type: "Type", count: "Count", previous: "Previous", next: "Next", page: "Page {page} of {pages}",
    tableCaption: "{count} entities", sortBy: "Sort by {column}", ascending: "ascending", descending: "descending",
    copied: "Link copied", copyLink: "Copy link", kindOff: " (switched off)", about: "{entities} entities · {claims} claims · release {id}",
    marksNote: "Dashed border and question mark: not fully confirmed", ofAll: "{count} of {all}", backedFacts: "Facts this source backs", outside: "not on this page",
    row: "{file} row {number}", only: "Only this", view: "View", target: "target", comma: ", ", details: "Details", tableOnly: "In the table only", noClass: "No class", notConfirmed: "not confirmed",
    around: "This page holds only the {count} entities around “{label}”.", pathBegun: "From “{label}”: choose another entity to see how they connect.",
    helpMarks: "Borders and marks", markSure: "Solid: confirmed", markPartly: "Long dashes: reposts only, or partly confirmed", markUnsure: "Short dashes and “?”: unconfirmed or doubtful",
    helpKeys: "Keys (while the picture has the focus)", helpArrows: "to the mark in that direction", helpEnter: "open: facts, sources, neighbours", helpZoom: "zoom in, zoom out, everything",
    helpKeep: "keep unfolded", helpPath: "find a path from here", helpDetails: "to the details", helpTable: "table", helpSearch: "search", helpEscape: "close",
    helpClick: "Click a mark for its facts and the source of each; its neighbours unfold around it. A double click keeps them unfolded. Click an empty place to go back. What follows # in the address holds the picture: bookmark it or send it on.",
  },
};

/** The message of this key in the page's language, with `{name}` filled in. */
function say(key, values = {}) {
  const text = MESSAGES[state.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** Of a [zh, en] pair the one in the page's language, else the other. */
function either(pair) {
  return (state.language === "en" ? pair[1] || pair[0] : pair[0] || pair[1]) || "";
}
