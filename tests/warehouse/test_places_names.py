import subprocess
import sys

import pytest

from warehouse.divisions import read_csv
from warehouse.names import COLUMNS, NAMES_FILE, name_rows
from warehouse.places import Register, read_register


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register()


def test_the_kept_file_is_what_would_be_written_today() -> None:
    kept = [tuple(row[column] for column in COLUMNS) for _, row in read_csv(NAMES_FILE)]
    assert kept == [tuple(map(str, row)) for row in name_rows()]


@pytest.mark.parametrize(
    ("place_id", "short_zh", "pinyin", "name_en"),
    [
        (430000, "湖南", "hunansheng", "Hunan"),
        (150000, "内蒙古", "neimengguzizhiqu", "Inner Mongolia"),
        (540000, "西藏", "xizangzizhiqu", "Xizang"),
        (610000, "陕西", "shanxisheng", "Shaanxi"),
        (140000, "山西", "shanxisheng", "Shanxi"),
        (500000, "重庆", "chongqingshi", "Chongqing"),
        (
            660000,
            "兵团",
            "xinjiangshengchanjianshebingtuan",
            "Xinjiang Production and Construction Corps",
        ),
        (430100, "长沙", "changshashi", "Changsha"),
        (350200, "厦门", "xiamenshi", "Xiamen"),
        (341500, "六安", "luanshi", "Lu'an"),
        (341600, "亳州", "bozhoushi", "Bozhou"),
        (340300, "蚌埠", "bengbushi", "Bengbu"),
        (331000, "台州", "taizhoushi", "Taizhou"),
        (331100, "丽水", "lishuishi", "Lishui"),
        (211300, "朝阳", "chaoyangshi", "Chaoyang"),
        (141100, "吕梁", "lvliangshi", "Lüliang"),
        (411100, "漯河", "luoheshi", "Luohe"),
        (
            422800,
            "恩施",
            "enshitujiazumiaozuzizhizhou",
            "Enshi Tujia and Miao Autonomous Prefecture",
        ),
        (152500, "锡林郭勒盟", "xilinguolemeng", "Xilingol League"),
        (110105, "朝阳区", "chaoyangqu", "Chaoyang District"),
        (140428, "长子县", "zhangzixian", "Zhangzi County"),
        (522223, "玉屏县", "yupingdongzuzizhixian", "Yuping Dong Autonomous County"),
        (140109, "万柏林区", "wanbolinqu", "Wanbolin District"),
        (429021, "神农架林区", "shennongjialinqu", "Shennongjia Forestry District"),
        (310112, "闵行区", "minhangqu", "Minhang District"),
        (410304, "瀍河回族区", "chanhehuizuqu", "Chanhe Hui District"),
        (140302, "城区", "chengqu", "Chengqu District"),
        (500157, "两江新区", "liangjiangxinqu", "Liangjiang New Area"),
    ],
)
def test_names(register: Register, place_id: int, short_zh: str, pinyin: str, name_en: str) -> None:
    row = register.row(place_id)
    assert (row["short_zh"], row["pinyin"], row["name_en"]) == (short_zh, pinyin, name_en)


def test_every_name_has_a_reading_in_plain_letters(register: Register) -> None:
    for row in register.places.iter_rows(named=True):
        assert row["pinyin"].isascii()
        assert row["pinyin"].isalpha()
        assert len(row["initials"]) == len(row["name_zh"])
        assert row["name_en"][0].isupper()
        assert row["short_zh"]


def test_provinces_have_distinct_short_names(register: Register) -> None:
    provinces = register.places.filter(register.places["rung"] == 1)
    for column in ("short_zh", "short_en", "name_en"):
        assert provinces[column].is_unique().all()


def test_reading_the_register_needs_no_dictionary_and_importing_reads_nothing() -> None:
    program = (
        "import sys, warehouse.places as p; "
        "assert p.read_register.cache_info().currsize == 0; p.read_register(); "
        "assert 'pypinyin' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
