"""When each line is spoken, the sound of a unit, and its captions."""
import math

import numpy as np

from narrate import RATE_HZ
from pictures_first_aid import PRESSES_PER_MIN

FRAME_MS = 80  # 12.5 frames a second, in whole milliseconds
LENGTH_MS_MIN = 246_000
BEFORE_MS, AFTER_MS, PAUSE_MS_MIN, PAUSE_MS_MAX = 1_600, 1_800, 900, 2_600


def plan(course: dict, unit: dict, narrator) -> dict:
    """The unit with `from_ms`, `to_ms` and samples on every line; pauses are stretched until it lasts long enough."""
    spoken = [[narrator.speak(line.get("say", line["zh"])) for line in scene["lines"]] for scene in unit["scenes"]]
    speech_ms = sum(len(samples) for scene in spoken for samples in scene) * 1000 // RATE_HZ
    rests_ms = [line["rest_ms"] for scene in unit["scenes"] for line in scene["lines"] if "rest_ms" in line]
    pauses = sum(len(scene) - 1 for scene in spoken) - len(rests_ms)
    pause_ms = (LENGTH_MS_MIN - speech_ms - sum(rests_ms) - len(spoken) * (BEFORE_MS + AFTER_MS)) // pauses
    pause_ms = min(PAUSE_MS_MAX, max(PAUSE_MS_MIN, pause_ms))
    at, scenes = 0, []
    for scene, voices in zip(unit["scenes"], spoken):
        placed, lines = {**scene, "from_ms": at}, []
        at += BEFORE_MS
        for line, samples in zip(scene["lines"], voices):
            until = at + len(samples) * 1000 // RATE_HZ
            lines.append({**line, "from_ms": at, "to_ms": until, "samples": samples})
            rest_ms = line.get("rest_ms", pause_ms)
            at = until + rest_ms
        at = -(-(at - rest_ms + AFTER_MS) // FRAME_MS) * FRAME_MS
        scenes.append({**placed, "lines": lines})
    return {"course": course["title"]["zh"], "title": unit["title"]["zh"], "scenes": scenes, "duration_ms": at}


def sound(film: dict) -> tuple[np.ndarray, np.ndarray]:
    """Samples of voice, pad and beat together, and the voice's loudness (0 to 1) at each frame."""
    n_samples = film["duration_ms"] * RATE_HZ // 1000
    voice, beat = np.zeros(n_samples, np.float32), np.zeros(n_samples, np.float32)
    for i, scene in enumerate(film["scenes"]):
        for line in scene["lines"]:
            start = line["from_ms"] * RATE_HZ // 1000
            voice[start : start + len(line["samples"])] += line["samples"]
        if scene.get("tick_per_min") == PRESSES_PER_MIN:
            until = film["scenes"][i + 1]["from_ms"]
            period = 60_000 / PRESSES_PER_MIN
            for n in range(math.ceil((until - scene["from_ms"]) / period)):
                _add(beat, _tick(), round((scene["from_ms"] + (n + 0.25) * period) * RATE_HZ / 1000))
    loud = voice[np.abs(voice) > 0.01]
    voice *= 0.11 / np.sqrt((loud * loud).mean())
    mixed = np.tanh(voice * 1.1) + 0.09 * beat + _pad(n_samples)
    n_frames = film["duration_ms"] // FRAME_MS
    frames = voice.reshape(n_frames, -1)
    level = np.clip(np.sqrt((frames * frames).mean(axis=1)) / 0.16, 0, 1)
    return mixed, np.convolve(level, np.ones(3) / 3, "same")


def _add(into: np.ndarray, samples: np.ndarray, start: int) -> None:
    part = samples[: max(0, len(into) - start)]
    into[start : start + len(part)] += part


def _tick() -> np.ndarray:
    t = np.arange(RATE_HZ // 12) / RATE_HZ
    return (np.sin(2 * math.pi * 990 * t) * np.exp(-t * 60)).astype(np.float32)


def _pad(n_samples: int) -> np.ndarray:
    """Two slow chords of plain sines, far below the voice."""
    t = np.arange(n_samples, dtype=np.float64) / RATE_HZ
    turn = 0.5 + 0.5 * np.sin(2 * math.pi * t / 24)
    pad = np.zeros(n_samples)
    for chord, share in (((146.83, 220.0, 277.18), turn), ((123.47, 185.0, 246.94), 1 - turn)):
        for k, pitch in enumerate(chord):
            pad += share * np.sin(2 * math.pi * pitch * t) * (0.75 + 0.25 * np.sin(2 * math.pi * t / (7 + 2 * k)))
    edge = np.minimum(1, np.minimum(t / 3, (n_samples / RATE_HZ - t) / 3))
    return (0.0065 * pad * edge).astype(np.float32)


def captions(film: dict, language: str) -> str:
    """WebVTT with one cue for each line."""
    out = ["WEBVTT", f"Language: {'zh-CN' if language == 'zh' else 'en'}", ""]
    lines = [line for scene in film["scenes"] for line in scene["lines"]]
    for number, line in enumerate(lines):
        following = lines[number + 1]["from_ms"] if number + 1 < len(lines) else film["duration_ms"]
        until = min(line["to_ms"] + 700, following - 40)
        out += [f"{number + 1}", f"{_clock(line['from_ms'])} --> {_clock(until)}", _fold(line[language], language), ""]
    return "\n".join(out)


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _fold(words: str, language: str) -> str:
    """At most two lines, broken near the middle, after a mark in Chinese and at a space in English."""
    if len(words) <= (22 if language == "zh" else 48):
        return words
    ends = [i + 1 for i, sign in enumerate(words[:-1]) if sign in ("，；：、？。！" if language == "zh" else " ")]
    if not ends:
        return words
    middle = min(ends, key=lambda end: abs(end - len(words) / 2))
    return f"{words[:middle].rstrip()}\n{words[middle:]}"
