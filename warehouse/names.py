"""Chinese short names, pinyin and English names of divisions, derived once and kept in reference/places_names.csv.

`write_names()` writes that file again after the register or the exceptions have changed; nothing calls it at run
time, and only it needs pypinyin. Readings that a dictionary of words gets wrong in names of places (长子, 六安,
乐清) and English names in use that are not pinyin (Hohhot, Inner Mongolia) are in reference/names_exceptions.csv.
"""

import csv
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from warehouse.divisions import Division, Rung, read_csv, walk_back

NAMES_FILE = "places_names.csv"
COLUMNS = ("place_id", "name_zh", "short_zh", "name_en", "short_en", "pinyin", "initials")

PEOPLES = {
    "蒙古": "Mongol", "回": "Hui", "藏": "Tibetan", "维吾尔": "Uygur", "苗": "Miao", "彝": "Yi", "壮": "Zhuang",
    "布依": "Bouyei", "朝鲜": "Korean", "满": "Manchu", "侗": "Dong", "瑶": "Yao", "白": "Bai", "土家": "Tujia",
    "哈尼": "Hani", "哈萨克": "Kazak", "傣": "Dai", "黎": "Li", "傈僳": "Lisu", "佤": "Va", "畲": "She",
    "拉祜": "Lahu", "水": "Sui", "东乡": "Dongxiang", "纳西": "Naxi", "景颇": "Jingpo", "柯尔克孜": "Kirgiz",
    "土": "Tu", "达斡尔": "Daur", "仫佬": "Mulao", "羌": "Qiang", "布朗": "Blang", "撒拉": "Salar",
    "毛南": "Maonan", "仡佬": "Gelao", "锡伯": "Xibe", "普米": "Pumi", "塔吉克": "Tajik", "怒": "Nu",
    "鄂温克": "Ewenki", "保安": "Bonan", "裕固": "Yugur", "独龙": "Derung", "鄂伦春": "Oroqen", "各": "Multi-Ethnic",
}  # fmt: skip
"""The peoples that autonomous divisions are named after; 各族 stands for several."""

_PEOPLE = "|".join(sorted(PEOPLES, key=len, reverse=True))
_AUTONOMOUS = re.compile(
    rf"(?P<core>.{{2,}}?)(?:(?P<peoples>(?:(?:{_PEOPLE})族?)*)(?P<kind>自治[州县旗区])"
    rf"|(?P<people>(?:{_PEOPLE})族)(?P<district>区))"
)

KINDS = {
    "特别行政区": "Special Administrative Region", "省": "Province", "自治区": "Autonomous Region", "自治州": "Autonomous Prefecture", "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner", "地区": "Prefecture", "盟": "League", "新区": "New Area", "林区": "Forestry District",
    "特区": "Special District", "矿区": "Mining District", "区": "District", "县": "County", "市": "City", "旗": "Banner",
}  # fmt: skip
"""What the end of a name says about the kind of a division below the province; the longest ending that leaves a
name of at least two characters counts, so 城区 keeps its 区."""


@cache
def exceptions() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Readings by text, short texts first, and English names by Chinese name."""
    rows = [row for _, row in read_csv("names_exceptions.csv")]
    readings = {row["text"]: row["pinyin"].split() for row in rows if row["pinyin"]}
    english = {row["text"]: row["english"] for row in rows if row["english"]}
    return dict(sorted(readings.items(), key=lambda item: len(item[0]))), english


def syllables(text: str) -> list[str]:
    """The toneless reading, one syllable a character; ü is written v, as on a keyboard."""
    from pypinyin import lazy_pinyin

    read: list[str] = lazy_pinyin(text)
    for part, reading in exceptions()[0].items():
        for match in re.finditer(part, text):
            read[match.start() : match.end()] = reading
    return read


def romanise(text: str, read: list[str]) -> str:
    """One capitalised word: 西安 Xi'an, 吕梁 Lüliang."""
    word = "".join(
        f"'{syllable}" if index and syllable[0] in "aeo" else syllable
        for index, syllable in enumerate(read[: len(text)])
    )
    return re.sub("(?<=[ln])v", "ü", word).capitalize()


def split_name(name: str) -> tuple[str, list[str], str]:
    """The proper part, the peoples and the ending: 玉屏侗族自治县 -> 玉屏, [Dong], 自治县; 城区 -> 城区, [], 区."""
    if match := _AUTONOMOUS.fullmatch(name):
        named = match["peoples"] or match["people"] or ""
        peoples = [PEOPLES[people] for people in re.findall(_PEOPLE, named)]
        return match["core"].removesuffix("族"), peoples, match["kind"] or match["district"]
    endings = [kind for kind in KINDS if name.endswith(kind)]
    for kind in endings:
        if len(name) - len(kind) >= (
            3 if kind == "林区" else 2
        ):  # 神农架 is a forest, 万柏林 a place
            return name.removesuffix(kind), [], kind
    return name, [], endings[-1] if endings else ""


def short_chinese(rung: Rung, name: str) -> str:
    """湖南, 长沙, 恩施; a county keeps its kind, an autonomous one loses its peoples (玉屏县)."""
    core, _, kind = split_name(name)
    if name.endswith("兵团"):
        return "兵团"
    if rung <= Rung.PREFECTURE:
        return name if kind == "盟" else core
    return core + kind.removeprefix("自治") if kind.startswith("自治") else name


def short_english(name: str, read: list[str]) -> str:
    core, _, _ = split_name(name)
    return exceptions()[1].get(name) or romanise(core, read)


def english(rung: Rung, name: str, read: list[str]) -> str:
    """Hunan, Changsha, Yuelu District, Enshi Tujia and Miao Autonomous Prefecture."""
    if name.endswith("兵团"):
        return "Xinjiang Production and Construction Corps"
    short = short_english(name, read)
    _, peoples, kind = split_name(name)
    if rung <= Rung.PROVINCE or (rung is Rung.PREFECTURE and kind == "市"):
        return short
    named = (
        ", ".join(peoples[:-1]) + " and " + peoples[-1] if len(peoples) > 1 else "".join(peoples)
    )
    return " ".join(part for part in (short, named, KINDS.get(kind, "")) if part)


def name_row(place: Division) -> tuple[int, str, str, str, str, str, str]:
    """The names of a division as it was last called, in the order of COLUMNS."""
    name = place.spells[0].name
    read = syllables(name)
    return (
        place.place_id,
        name,
        short_chinese(place.rung, name),
        english(place.rung, name, read),
        short_english(name, read),
        "".join(read),
        "".join(syllable[0] for syllable in read),
    )


def name_rows() -> list[tuple[int, str, str, str, str, str, str]]:
    """The whole file, by place."""
    return sorted(name_row(place) for place in walk_back()[0])


def write_names() -> None:
    """Write reference/places_names.csv into the package's own folder (run from a checkout)."""
    rows = name_rows()
    path = Path(str(files("warehouse").joinpath("reference", NAMES_FILE)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
