#!/usr/bin/env python3
"""Make the films, captions and course.json of the demo course from script.json. README.md says what it needs."""
import argparse
import hashlib
import json
import pathlib
import subprocess
import sys

import numpy as np
import skia

import slides
from narrate import Narrator, write_wav
from timeline import FRAME_MS, captions, plan, sound

HERE = pathlib.Path(__file__).resolve().parent
WAVE_FRAMES = 50
SIZE_MAX = 4 * 1024 * 1024
KEYFRAME_EVERY = 37  # frames, so just below 3 s


def encode(film: dict, wav: pathlib.Path, level: np.ndarray, out: pathlib.Path) -> None:
    """Draw every frame and hand it to ffmpeg."""
    command = (
        f"ffmpeg -v error -y -f rawvideo -pix_fmt bgra -s {slides.WIDTH}x{slides.HEIGHT} -r 1000/{FRAME_MS} -i - -i {wav} -map 0:v -map 1:a "
        f"-vf scale=out_color_matrix=bt709:out_range=tv -c:v libx264 -profile:v main -pix_fmt yuv420p -preset medium -tune animation -b:v 84k -maxrate 200k -bufsize 800k "
        f"-g {KEYFRAME_EVERY} -keyint_min 12 -threads 2 -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv "
        f"-c:a aac -b:a 36k -ac 1 -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact {out}"
    )
    ffmpeg = subprocess.Popen(command.split(), stdin=subprocess.PIPE)
    screen = slides.Screen(film)
    for frame in range(len(level)):
        recent = [float(level[frame - age]) if age <= frame else 0.0 for age in range(WAVE_FRAMES)]
        surface = screen.frame(frame * FRAME_MS, recent)
        ffmpeg.stdin.write(surface.toarray(colorType=skia.kBGRA_8888_ColorType).tobytes())
    ffmpeg.stdin.close()
    if ffmpeg.wait() != 0:
        sys.exit(f"ffmpeg could not encode {out.name}")


def probe(path: pathlib.Path) -> dict:
    """What ffprobe says about the film."""
    command = ["ffprobe", "-v", "error", "-print_format", "json", "-show_streams", "-show_format", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def digest(path: pathlib.Path) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Make the units that were asked for, then describe all of them in course.json."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--voices", type=pathlib.Path, required=True, help="folder of Kokoro's style vectors")
    ask.add_argument("--cache", type=pathlib.Path, default=HERE.parents[1] / "target" / "course-cache")
    ask.add_argument("--unit", action="append", help="only this unit, such as unit-1")
    ask.add_argument("--still", type=float, action="append", help="only write a PNG of this second of the chosen units into the cache")
    args = ask.parse_args()
    course = json.loads((HERE / "script.json").read_text("utf-8"))
    narrator = Narrator(args.voices, args.cache)
    for unit in course["units"]:
        if args.unit and unit["id"] not in args.unit:
            continue
        film = plan(course, unit, narrator)
        samples, level = sound(film)
        for second in args.still or ():
            surface = slides.Screen(film).frame(round(second * 1000), [0.3] * WAVE_FRAMES)
            surface.makeImageSnapshot().save(str(args.cache / f"{unit['id']}-{second:g}.png"))
        if args.still:
            continue
        wav = args.cache / f"{unit['id']}.wav"
        write_wav(wav, samples)
        encode(film, wav, level, HERE / f"{unit['id']}.mp4")
        for language in ("zh", "en"):
            (HERE / f"{unit['id']}.{language}.vtt").write_text(captions(film, language), "utf-8")
        print(unit["id"], film["duration_ms"], "ms", (HERE / f"{unit['id']}.mp4").stat().st_size, "bytes", flush=True)
    if all((HERE / f"{unit['id']}.mp4").exists() for unit in course["units"]):
        describe(course)


def describe(course: dict) -> None:
    """Write course.json from the files as they are."""
    units = []
    for unit in course["units"]:
        film = HERE / f"{unit['id']}.mp4"
        facts = probe(film)
        if film.stat().st_size > SIZE_MAX:
            sys.exit(f"{film.name} is larger than {SIZE_MAX} bytes")
        units.append(
            {
                "id": unit["id"],
                "title": unit["title"],
                "kind": unit["kind"],
                "film": film.name,
                "sha256": digest(film),
                "bytes": film.stat().st_size,
                "duration_ms": min(int(float(stream["duration"]) * 1000 + 1e-6) for stream in facts["streams"]),
                "captions": [
                    {"language": tag, "label": label, "file": f"{unit['id']}.{short}.vtt", "sha256": digest(HERE / f"{unit['id']}.{short}.vtt")}
                    for short, tag, label in (("zh", "zh-CN", "中文"), ("en", "en", "English"))
                ],
            }
        )
    told = {"title": course["title"], "occupation": course["occupation"], "units": units}
    (HERE / "course.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
