#!/usr/bin/env python3
"""Check the committed assets: the palette's contrasts, identifiers and links of the demo province, and that the course is what course.json says."""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE / "demo"), str(HERE / "brand")]
import check_contrast  # noqa: E402
import make_province  # noqa: E402
from check_digits import id_check, id_problem, organisation_check, usci_check, usci_problem  # noqa: E402

ROLES = {"admin", "teacher", "reviewer", "regulator", "operator"}
KINDS = {"theory", "safety_fire_environment_health", "craftsman_spirit"}
results = {"passed": 0, "failed": 0}


def hold(fact: object, what: str) -> None:
    """Count one fact."""
    results["passed" if fact else "failed"] += 1
    if not fact:
        print("FAILED", what)


def check_palette() -> None:
    """Every pair of colours in both themes, and that the style sheet holds the same colours."""
    for theme, front, back, ratio, floor in check_contrast.ratios():
        hold(ratio >= floor, f"{theme}: {front} on {back} is {ratio:.2f}")
    sheet = (HERE / "brand" / "palette.css").read_text("utf-8")
    for theme, colours in json.loads((HERE / "brand" / "palette.json").read_text("utf-8")).items():
        for name, colour in colours.items():
            hold(f"--{name.replace('_', '-')}: {colour.lower()};" in sheet, f"{theme} {name} in palette.css")


def check_digits() -> None:
    """The arithmetic, against examples from the standards' texts and with every single-sign error."""
    hold(id_check("11010519491231002") == "X", "GB 11643 example")
    hold(id_check("44052418800101001") == "4", "GB 11643 second example")
    hold(organisation_check("D2143569") == "X", "GB 11714 example")
    hold(usci_check("91350100M000100Y4") == "3", "GB 32100 example")
    good = "21010019900101001"
    good += id_check(good)
    for place in range(6, 17):
        for digit in "0123456789":
            if digit != good[place]:
                hold(id_problem(good[:place] + digit + good[place + 1 :]), f"an error at place {place} is found")


def check_province() -> None:
    """People, institutions and classes of the demo."""
    path = HERE / "demo" / "province.json"
    demo = json.loads(path.read_text("utf-8"))
    hold(demo == make_province.province(), "province.json is what the script makes")
    institutions = {institution["id"] for institution in demo["institutions"]}
    for institution in demo["institutions"]:
        hold(usci_problem(institution["usci"]) is None, f"USCI of {institution['id']}: {usci_problem(institution['usci'])}")
    people = demo["staff"] + demo["learners"]
    for person in people:
        hold(id_problem(person["id_number"]) is None, f"ID number of {person['phone']}: {id_problem(person['id_number'])}")
        hold(re.fullmatch(r"1380000\d{4}", person["phone"]), f"phone {person['phone']}")
        hold(2 <= len(person["name"]) <= 40, f"name of {person['phone']}")
        hold(person["institution"] in institutions | {None}, f"institution of {person['phone']}")
    for key in ("id_number", "phone"):
        hold(len({person[key] for person in people}) == len(people), f"every {key} is somebody's own")
    hold({person["role"] for person in demo["staff"]} == ROLES, "every role is there")
    hold(len(demo["institutions"]) == 3 and len(demo["learners"]) == 60, "3 institutions, 60 learners")
    hold(any(ord(sign) > 0xFFFF for person in people for sign in person["name"]), "a name beyond the basic plane")
    phones = {learner["phone"] for learner in demo["learners"]}
    for group in demo["classes"]:
        hold(set(group["learners"]) <= phones and group["learners"], f"learners of {group['id']}")
        hold((HERE / group["course"]).is_file() and group["institution"] in institutions, f"course of {group['id']}")
    known = {"liaoning-2026-11", "liaoning-2026-11-face"}
    hold({group["rules"] for group in demo["classes"]} == known, "classes with and without face checks")
    plain = [group for group in demo["classes"] if group["rules"] == "liaoning-2026-11"]
    hold(sorted(group["open"] for group in plain) == [False, True], "one open and one closed class without face checks")
    first = min((group for group in demo["classes"] if group["open"]), key=lambda group: group["ends_day"])
    hold(first in plain, "the open class on top of the list draws no checks")
    hold(8 <= len(demo["password"]) <= 128, "password")


def check_course() -> None:
    """Films, captions and their hashes."""
    folder = HERE / "course"
    course = json.loads((folder / "course.json").read_text("utf-8"))
    hold(len(course["units"]) == 3 and course["occupation"]["type"] in {"knowledge", "practical"}, "three units")
    for unit in course["units"]:
        name = unit["id"]
        film = (folder / unit["film"]).read_bytes()
        hold(hashlib.sha256(film).hexdigest() == unit["sha256"], f"hash of {name}")
        hold(len(film) == unit["bytes"] <= 4 * 1024 * 1024, f"size of {name}")
        hold(240_000 <= unit["duration_ms"] <= 300_000, f"length of {name}")
        hold(0 < film.find(b"moov") < film.find(b"mdat"), f"index of {name} is in front")
        hold(unit["kind"] in KINDS, f"kind of {name}")
        for caption in unit["captions"]:
            text = (folder / caption["file"]).read_text("utf-8")
            hold(hashlib.sha256(text.encode()).hexdigest() == caption["sha256"], f"hash of {caption['file']}")
            cues = [tuple(map(clock, pair)) for pair in re.findall(r"^([\d:.]{12}) --> ([\d:.]{12})$", text, re.M)]
            hold(text.startswith("WEBVTT") and len(cues) > 25, f"cues of {caption['file']}")
            hold(all(a < b for a, b in cues) and all(b <= c for (_, b), (c, _) in zip(cues, cues[1:])), f"order of {caption['file']}")
            hold(cues[-1][1] <= unit["duration_ms"], f"end of {caption['file']}")
        if shutil.which("ffprobe"):
            check_film(folder / unit["film"], unit)


def clock(text: str) -> int:
    """Milliseconds of a WebVTT time."""
    hours, minutes, seconds = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))


def check_film(path: pathlib.Path, unit: dict) -> None:
    """Codecs, frame rate, key frames and that it is to be heard, by ffprobe and ffmpeg."""
    probe = ["ffprobe", "-v", "error", "-of", "json"]
    streams = json.loads(subprocess.run([*probe, "-show_streams", str(path)], check=True, capture_output=True).stdout)["streams"]
    video, audio = (next(s for s in streams if s["codec_type"] == kind) for kind in ("video", "audio"))
    hold((video["codec_name"], video["pix_fmt"], audio["codec_name"], audio["channels"]) == ("h264", "yuv420p", "aac", 1), f"codecs of {path.name}")
    shorter = min(int(float(s["duration"]) * 1000 + 1e-6) for s in streams)
    hold(shorter == unit["duration_ms"], f"length of {path.name}: {shorter}")
    packets = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", str(path)],
        check=True, capture_output=True, text=True,
    ).stdout.split()
    times = sorted(float(line.split(",")[0]) for line in packets)
    keys = sorted(float(line.split(",")[0]) for line in packets if "K" in line.split(",")[1]) + [times[-1]]
    hold(max(b - a for a, b in zip(times, times[1:])) <= 1 / 12 + 1e-5, f"at least 12 frames a second in {path.name}")
    hold(max(b - a for a, b in zip(keys, keys[1:])) <= 4, f"a key frame every 4 s in {path.name}")
    volume = subprocess.run(["ffmpeg", "-hide_banner", "-i", str(path), "-map", "0:a", "-af", "volumedetect", "-f", "null", "-"], check=True, capture_output=True, text=True).stderr
    mean = float(re.search(r"mean_volume: (-?[\d.]+) dB", volume).group(1))
    hold(-35 < mean < -12, f"{path.name} is to be heard: {mean} dB")


check_palette()
check_digits()
check_province()
check_course()
print(f"{results['passed']} passed, {results['failed']} failed")
sys.exit(1 if results["failed"] else 0)
