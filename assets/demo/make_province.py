#!/usr/bin/env python3
"""Make province.json: a fictional province for the demo. The same seed gives the same file, byte for byte."""
import datetime
import json
import pathlib
import random

from check_digits import id_check, organisation_check, usci_check

SEED = 20221213
LEARNERS = 60

# City-level codes of Liaoning: real people's numbers carry a county's code instead, so nobody's number is used here.
REGIONS = tuple(f"21{city:02}00" for city in range(1, 15))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武佟关那赫"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰春梅海燕建国志强雪松晓东红旗文博宇轩思远佳怡子涵立新长江永胜宝山凤芝云飞冬梅秋实"
# Characters outside the common sets, and one outside the Basic Multilingual Plane; names with a middle dot; three people of one name.
RARE = ("王䶮", "李犇", "张翀", "刘㛃", "孙𬭎", "赵曌", "那日松·白音", "阿拉腾其其格·包", "欧阳修竹", "佟佳·玉璋", "张伟", "张伟", "张伟")


def pick(chance: random.Random, things):
    """One of `things`; built on random(), whose sequence Python promises to keep."""
    return things[int(chance.random() * len(things))]


def id_number(chance: random.Random, taken: set[str], women: bool) -> str:
    """A valid number that nobody else here has."""
    while True:
        born = datetime.date(1964, 1, 1) + datetime.timedelta(days=int(chance.random() * 15_000))
        order = int(chance.random() * 499) * 2 + (2 if women else 1)
        head = f"{pick(chance, REGIONS)}{born:%Y%m%d}{order:03}"
        if head not in taken:
            taken.add(head)
            return head + id_check(head)


def usci(kind: str, region: str, organisation: str) -> str:
    """A whole code from registrar and kind, region, and eight signs of an organisation."""
    head = kind + region + organisation + organisation_check(organisation)
    return head + usci_check(head)


def province() -> dict:
    """The whole province."""
    chance = random.Random(SEED)
    taken: set[str] = set()

    def person(number: int, name: str | None = None) -> dict:
        women = chance.random() < 0.45
        given = pick(chance, GIVEN) + (pick(chance, GIVEN) if chance.random() < 0.8 else "")
        name = name or pick(chance, SURNAMES) + given
        return {"name": name, "id_number": id_number(chance, taken, women), "phone": f"1380000{number:04}"}

    institutions = [
        {
            "id": "xinghuo",
            "usci": usci("52", "210100", "MADEM001"),
            "kind": "licensed_trainer",
            "name": {"zh": "沈阳星火职业培训学校（演示）", "en": "Shenyang Spark Vocational School (demo)"},
        },
        {
            "id": "haiyan",
            "usci": usci("91", "210200", "MADEM002"),
            "kind": "enterprise",
            "name": {"zh": "大连海燕船舶电气有限公司（演示）", "en": "Dalian Petrel Marine Electric Co. (demo)"},
        },
        {
            "id": "gangcheng",
            "usci": usci("12", "210300", "MADEM003"),
            "kind": "skill_base",
            "name": {"zh": "鞍山钢城高技能人才培训基地（演示）", "en": "Anshan Steel City Skill Base (demo)"},
        },
    ]
    staff, number = [], 1
    for institution in institutions:
        for role in ("admin", "teacher", "teacher"):
            staff.append({**person(number), "role": role, "institution": institution["id"]})
            number += 1
    for role in ("reviewer", "regulator", "operator"):
        staff.append({**person(number), "role": role, "institution": None})
        number += 1
    learners = []
    for number in range(LEARNERS):
        rare = RARE[number // 4] if number % 4 == 3 and number // 4 < len(RARE) else None
        learners.append({**person(1001 + number, rare), "institution": institutions[number % 3]["id"]})

    def roster(institution: str) -> list[str]:
        return [learner["phone"] for learner in learners if learner["institution"] == institution]

    return {
        "about": "Fictional. No number, name or organisation here belongs to anybody; made by make_province.py.",
        "seed": SEED,
        "password": "zhenxuedemo",
        "name": {"zh": "演示省", "en": "Demo province"},
        "institutions": institutions,
        "staff": staff,
        "learners": learners,
        "classes": [
            {
                "id": "open-electrician",
                "name": {"zh": "低压电工入门公开班", "en": "Open class: low-voltage electrician, first steps"},
                "institution": "xinghuo",
                "course": "course/course.json",
                "open": True,
                "starts_day": -7,
                "ends_day": 180,
                "rules": "liaoning-2026-11",
                "learners": roster("xinghuo"),
            },
            {
                "id": "petrel-electrician",
                "name": {"zh": "海燕船舶电气内训班", "en": "Petrel Marine in-house class"},
                "institution": "haiyan",
                "course": "course/course.json",
                "open": False,
                "starts_day": -3,
                "ends_day": 60,
                "rules": "liaoning-2026-11",
                "learners": roster("haiyan"),
            },
            {
                "id": "steel-electrician",
                "name": {"zh": "低压电工入门公开班（人脸核验）", "en": "Open class with face checks: low-voltage electrician"},
                "institution": "gangcheng",
                "course": "course/course.json",
                "open": True,
                "starts_day": -1,
                "ends_day": 240,
                "rules": "liaoning-2026-11-face",
                "learners": roster("gangcheng")[:2],
            },
            {
                "id": "steel-finished",
                "name": {"zh": "钢城电工结业班（待申领）", "en": "Steel City electricians, finished, to be claimed for"},
                "institution": "gangcheng",
                "course": "course/course.json",
                "open": False,
                "starts_day": -20,
                "ends_day": 10,
                "rules": "liaoning-2026-11",
                "finished": True,
                "learners": roster("gangcheng")[2:7],
            },
        ],
    }


if __name__ == "__main__":
    text = json.dumps(province(), ensure_ascii=False, indent=2) + "\n"
    (pathlib.Path(__file__).parent / "province.json").write_text(text, "utf-8")
