"""Generated registers of firms with known truth: what one firm's name looks like in two lists, and what only looks alike.

Brand cores are drawn from the characters of GB 2312 (skewed, as names are); trade words, legal forms and towns are the
generator's own, partly absent from the matcher's lexicon. `Part.UNSEEN` draws from the other half of all of them.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate
from pathlib import Path

from kg.resolve.codes import ALPHABET, check_character


class Part(Enum):
    """The half of the pools that a register is drawn from: the one weights were set on, or the other."""

    SEEN = 0
    UNSEEN = 1


CITIES = """北京 天津 上海 重庆 石家庄 唐山 保定 太原 大同 呼和浩特 包头 沈阳 大连 鞍山 长春 吉林 哈尔滨 大庆 南京 苏州 无锡 常州 南通 徐州 盐城
扬州 杭州 宁波 温州 嘉兴 绍兴 金华 台州 合肥 芜湖 蚌埠 福州 厦门 泉州 漳州 南昌 九江 赣州 济南 青岛 烟台 潍坊 临沂 淄博 威海 东营 郑州 洛阳
南阳 新乡 武汉 襄阳 宜昌 黄石 长沙 株洲 湘潭 衡阳 岳阳 广州 深圳 珠海 佛山 东莞 中山 惠州 汕头 南宁 柳州 桂林 海口 成都 绵阳 德阳 宜宾 贵阳
遵义 昆明 曲靖 拉萨 西安 宝鸡 咸阳 兰州 西宁 银川 乌鲁木齐 昆山 江阴 张家港 义乌 慈溪 晋江 诸暨 寿光 滕州 巩义 浏阳 仙桃""".split()

TOWNS = "横店 盛泽 虎门 均安 店口 织里 柳市 龙港 佛堂 大唐 濮院 许村 桥头 寮步 乐从".split()

PROVINCES = {"苏州": "江苏省", "无锡": "江苏省", "南通": "江苏省", "杭州": "浙江省", "宁波": "浙江省", "合肥": "安徽省",
             "厦门": "福建省", "青岛": "山东省", "烟台": "山东省", "济南": "山东省", "武汉": "湖北省", "长沙": "湖南省",
             "广州": "广东省", "深圳": "广东省", "佛山": "广东省", "成都": "四川省", "西安": "陕西省", "郑州": "河南省"}  # fmt: skip

TRADES = """电子 卤味食品 生物医药 花岗岩 机械 陶粒 新材料 假发制品 化工 电热毯 软件 墙纸 汽车零部件 竹制品 精密模具 渔具 光电 蜂业 医疗器械 香料
环保设备 箱柜 半导体 羽绒 纺织 玉雕 数控机床 酵母 钢结构 宠物用品 制药 矿泉水 智能装备 石斛 通信 藤艺 包装 烟花 能源 琴行 铝业 门锁 橡胶 伞业
物联网 蜡烛 轴承 打火机 食品 冷链 仪表 粉丝 电缆 乐器 建材 吸管 阀门 童装 塑料 刺绣 造船 红木 水泥 拉链 家具 气雾剂 电机 海苔 涂料 木偶
传感器 葡萄干 锂电池 枸杞 风电设备 皮毛 机器人 酱菜 稀土材料 渔网 激光 铅笔 服装 魔芋 玻璃 咖啡 印刷 火锅料 照明 辣椒 农业 蚊香 饲料 窗帘
航空配件 毛巾 电梯 雨具 制冷 茶具 泵阀 马桶 石油装备 瑜伽用品 肥料 滑雪 电源 沙发 显示器件 麻将机 集成电路 灯笼 焊材 玩偶""".split()

GENERIC = ["科技", "实业", "技术", "工业", "发展", "国际"]
ASIDE = ["销售", "贸易", "物流", "置业", "进出口", "投资", "安装维保", "售后"]
FORMS = ["有限公司"] * 14 + ["股份有限公司"] * 3 + ["有限责任公司"] * 4 + ["厂", "合伙企业（有限合伙）", "股份合作公司", "集体企业", "有限公司（合资）"]
BRANCHES = ["分公司", "办事处", "第二分公司", "直营店"]

TRADITIONAL = dict(zip(
    "华电苏众兴东龙业机汉长达马广云风丽宝银铁钢铜铝锂资质农药医疗济齐鲁张贵乐庆湾岛宁厦陕辽黑龙吉沈阳连无锡盐扬绍温台门泉赣烟潍临郑乡阳黄宜"
    "团总厂务设备装备导体轴阀门缆线灯显示传感激光热动车轮胶纺织丝绸饮饲肥树种产销贸进财图书画艺数据网络软计划证监检测验试剂仪表标准应用发展实",
    "華電蘇眾興東龍業機漢長達馬廣雲風麗寶銀鐵鋼銅鋁鋰資質農藥醫療濟齊魯張貴樂慶灣島寧廈陝遼黑龍吉瀋陽連無錫鹽揚紹溫臺門泉贛煙濰臨鄭鄉陽黃宜"
    "團總廠務設備裝備導體軸閥門纜線燈顯示傳感激光熱動車輪膠紡織絲綢飲飼肥樹種產銷貿進財圖書畫藝數據網絡軟計劃證監檢測驗試劑儀表標準應用發展實",
    strict=True,
))  # fmt: skip
"""The generator's own table, of characters that stand in its words."""

DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm as it is."""

    core: str
    city: str
    trade: str
    generic: str
    form: str
    code: str
    town: str = ""
    group: str = ""
    branch: str = ""
    place_last: bool = False

    def name(self) -> str:
        """Return the name in full."""
        body = self.core + self.trade + self.generic
        if self.place_last:
            return f"{self.core}{self.trade}{self.generic}（{self.city}）{self.group}{self.form}{self.branch}"
        return f"{self.town or self.city}{body}{self.group}{self.form}{self.branch}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register."""

    id: str
    name: str
    city: str
    code: str


class Source:
    """A stream of firms of one part, the same for one seed."""

    def __init__(self, seed: int, part: Part):
        self.random = random.Random(f"{seed}-{part.name}")
        half = part.value
        shuffled = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
        random.Random(2312).shuffle(shuffled)
        self.characters = [c for c in shuffled[half::2] if c not in "省市县区厂州国"]
        self.weights = list(accumulate(1 / (rank + 8) for rank in range(len(self.characters))))
        self.cities = CITIES[half::2]
        mixed = random.Random(2).sample(TRADES, len(TRADES))
        self.trades = mixed[half::2] + mixed[:8]
        self.shares = list(accumulate(1 / (rank + 5) for rank in range(len(self.trades))))

    def firm(self) -> Firm:
        """Return the next firm."""
        r = self.random
        return Firm(
            core=self.core(),
            city=r.choice(self.cities),
            trade=r.choices(self.trades, cum_weights=self.shares)[0],
            generic=r.choice(GENERIC) if r.random() < 0.4 else "",
            form=r.choice(FORMS),
            code=self.code(),
            town=r.choice(TOWNS) if r.random() < 0.02 else "",
            group=r.choice(("集团", "控股")) if r.random() < 0.06 else "",
            place_last=r.random() < 0.1,
        )

    def core(self) -> str:
        """Return a brand: mostly two characters, of which some are far more usual than others."""
        r = self.random
        if r.random() < 0.02:
            return "".join(r.choice("ABCDEFGHKLMNPRSTWXYZ") for _ in range(r.choice((3, 4))))
        if r.random() < 0.02:
            return r.choice(("", "第")) + "".join(r.choice("一二三五六八九") for _ in range(2)) + self.characters[r.randrange(200)]
        size = r.choices((2, 3, 4), (45, 30, 25))[0]
        return "".join(r.choices(self.characters, cum_weights=self.weights, k=size))

    def code(self) -> str:
        """Return a valid unified social credit code."""
        body = "91" + "".join(self.random.choices("0123456789", k=6)) + "".join(self.random.choices(ALPHABET, k=9))
        return body + check_character(body)

    def sibling(self, firm: Firm) -> Firm:
        """Return another firm that only looks alike: the near-miss negatives."""
        r = self.random
        kind = r.choices(("trade", "city", "both", "subsidiary", "branch", "seat", "letter"), (26, 26, 12, 14, 10, 8, 4))[0]
        other = replace(firm, code=self.code())
        if kind in {"trade", "both"}:
            other = replace(other, trade=self._other(self.trades, firm.trade))
        if kind in {"city", "both"}:
            other = replace(other, city=self._other(self.cities, firm.city), town="")
        if kind == "subsidiary":
            other = replace(other, trade=firm.trade + r.choice(ASIDE), generic="", group="")
        if kind == "branch":
            other = replace(other, branch=r.choice(("", self._other(self.cities, firm.city))) + r.choice(BRANCHES))
        if kind == "seat":
            other = replace(other, core=firm.core, form="有限公司", group="", branch=f"{self._other(self.cities, firm.city)}分公司")
        if kind == "letter":
            other = replace(other, core=self.mistyped(firm.core))
        return other

    def _other(self, pool: list[str], but: str) -> str:
        return next(word for word in iter(lambda: self.random.choice(pool), None) if word != but)

    def mistyped(self, word: str) -> str:
        """Return a word with one character put wrong, left out, doubled or two swapped."""
        r = self.random
        at = r.randrange(len(word))
        kind = r.choices(("wrong", "lost", "swapped", "added"), (6, 2, 2, 1))[0]
        new = self.characters[r.randrange(400)]
        if kind == "lost" and len(word) > 2:
            return word[:at] + word[at + 1 :]
        if kind == "swapped" and at + 1 < len(word) and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == "added":
            return word[:at] + new + word[at:]
        return word[:at] + (new if new != word[at] else self.characters[500]) + word[at + 1 :]

    def variant(self, firm: Firm) -> str:
        """Return the name of a firm as another list prints it."""
        r = self.random
        kinds = {
            "same": 12, "no form": 12, "short": 14, "core": 4, "form": 12, "moved": 8, "less trade": 6, "group": 5,
            "typo": 10, "province": 6, "no place": 8, "digits": 3,
        }  # fmt: skip
        written = self._written(firm, r.choices(list(kinds), list(kinds.values()))[0])
        if r.random() < 0.08:
            written = "".join(TRADITIONAL.get(character, character) for character in written)
        if r.random() < 0.06:
            written = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
            written = written.replace("公司", "公司　") if r.random() < 0.5 else written
        if r.random() < 0.05:
            at = r.randrange(1, len(written))
            written = written[:at] + r.choice((" ", "·", "-", "  ")) + written[at:]
        return written

    def _written(self, firm: Firm, kind: str) -> str:
        """Return one way to write a name; each stands for something that registers do."""
        r = self.random
        body = firm.core + firm.trade + firm.generic
        match kind:
            case "no form":
                return f"{firm.city}{body}{firm.group}{firm.branch}"
            case "short":
                return f"{firm.core}{firm.trade}{firm.branch}"
            case "core":
                return firm.core + (r.choice(("", "集团")) if firm.group else "") + firm.branch
            case "form":
                return replace(firm, form=r.choice(["有限公司", "股份有限公司", "有限责任公司", "公司"])).name()
            case "moved":
                return replace(firm, place_last=not firm.place_last, town="").name()
            case "less trade":
                return replace(firm, generic="" if firm.generic else r.choice(GENERIC[:2])).name()
            case "group":
                return replace(firm, group="" if firm.group else "集团").name()
            case "typo":
                return self._typo(firm).name()
            case "province":
                return PROVINCES.get(firm.city, "") + (firm.city if firm.place_last else "") + firm.name()
            case "no place":
                return f"{body}{firm.group}{firm.form}{firm.branch}"
            case "digits":
                return replace(firm, core="".join(DIGITS.get(c, c) for c in firm.core)).name()
        return firm.name()

    def _typo(self, firm: Firm) -> Firm:
        """Return a firm with a typing error, in the trade or the core as often as they are long."""
        if self.random.random() < len(firm.core) / len(firm.core + firm.trade):
            return replace(firm, core=self.mistyped(firm.core))
        return replace(firm, trade=self.mistyped(firm.trade))


@dataclass(frozen=True, slots=True)
class Registers:
    """Two registers and the pairs (left id, right id) that are one firm."""

    left: list[Row]
    right: list[Row]
    truth: set[tuple[str, str]]


def generate(size: int, *, seed: int = 1, part: Part = Part.SEEN) -> Registers:
    """Return registers of `size` rows together: about six rows of ten on each side have a counterpart."""
    source = Source(seed, part)
    r = source.random
    left: list[Row] = []
    right: list[Row] = []
    truth: set[tuple[str, str]] = set()
    while len(left) + len(right) < size:
        firm = source.firm()
        kin = [firm] + [source.sibling(firm) for _ in range(r.choices((0, 1, 2), (65, 25, 10))[0])]
        for member in kin:
            where = r.choices(("both", "left", "right"), (55, 25, 20))[0]
            if where != "right":
                left.append(_row(source, f"L{len(left):07d}", member, member.name(), (0.05, 0.6)))
            if where != "left":
                right.append(_row(source, f"R{len(right):07d}", member, source.variant(member), (0.15, 0.12)))
            if where == "both":
                truth.add((left[-1].id, right[-1].id))
    return Registers(_shuffled(left, r), _shuffled(right, r), truth)


def _row(source: Source, identifier: str, firm: Firm, name: str, shares: tuple[float, float]) -> Row:
    """Return a row that lacks the city, and has a code (one of a hundred wrong), in these shares of cases."""
    r = source.random
    code = firm.code if r.random() < shares[1] else ""
    if code and r.random() < 0.01:
        code = code[:-1] + ("0" if code[-1] != "0" else "1")
    city = "" if r.random() < shares[0] else firm.city + r.choice(("", "市"))
    return Row(identifier, name, city, code)


def _shuffled(rows: list[Row], r: random.Random) -> list[Row]:
    return r.sample(rows, len(rows))


def write(rows: list[Row], path: Path) -> None:
    """Writes a register as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "name", "city", "code"))
        writer.writerows((row.id, row.name, row.city, row.code) for row in rows)


def samples(count: int, *, seed: int = 1, part: Part = Part.SEEN) -> Iterator[tuple[str, str]]:
    """Yield names in full with the same firms as another list prints them: to look at."""
    source = Source(seed, part)
    for _ in range(count):
        firm = source.firm()
        yield firm.name(), source.variant(firm)
