"""One frame of the film: heading, list, picture, the voice's wave, progress and time code."""
import math

import skia

import pictures_basics
import pictures_craft
import pictures_first_aid
from pen import AMBER, GREY, INK, LINE, PAPER, SOFT, SURFACE, TEAL, TEAL_WASH, Pen, ease

WIDTH, HEIGHT = 854, 480
WAVE_PX = 8  # how far the voice's wave travels in one frame
SCENE_CLOCK = ("title", "recap", "press", "record", "myths", "licence")  # pictures that do not start again with each point
PICTURES = pictures_basics.PICTURES | pictures_first_aid.PICTURES | pictures_craft.PICTURES


def timecode(ms: int) -> str:
    """Minutes, seconds and tenths."""
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms // 100 % 10}"


STILL_AFTER_S = 3.0  # by then everything has come in, and the ground only changes with the point


class Screen:
    """Draws the frames of one film; keeps the ground of a scene while it stands still."""

    def __init__(self, film: dict) -> None:
        self._film = film
        self._surface = skia.Surface(WIDTH, HEIGHT)
        self._ground: tuple | None = None

    def frame(self, ms: int, loudness: list[float]) -> skia.Surface:
        """The frame at `ms`; `loudness` holds the voice's last moments, newest first."""
        scenes = self._film["scenes"]
        number = max(i for i, scene in enumerate(scenes) if scene["from_ms"] <= ms)
        scene = scenes[number]
        t = (ms - scene["from_ms"]) / 1000
        points = [line.get("point") for line in scene["lines"] if line["from_ms"] <= ms]
        point = points[-1] if points else None
        canvas = self._surface.getCanvas()
        if t < STILL_AFTER_S:
            self._draw_ground(Pen(canvas), number, t, point)
        else:
            if self._ground is None or self._ground[0] != (number, point):
                self._draw_ground(Pen(canvas), number, t, point)
                self._ground = (number, point), self._surface.makeImageSnapshot()
            canvas.drawImage(self._ground[1], 0, 0)

        began = next((line["from_ms"] for line in scene["lines"] if point is not None and line.get("point") == point), scene["from_ms"])
        clock = t if scene["picture"] in SCENE_CLOCK else (ms - began) / 1000
        pen = Pen(canvas)
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(440, 72, 380, 304))
        canvas.translate(438, 70)
        PICTURES[scene["picture"]](pen, clock, point)
        canvas.restore()

        wave = [(438 + x, 414 + (2 + 20 * loudness[x // WAVE_PX]) * math.sin(x * 0.07 - ms / 420)) for x in range(0, 385, 4)]
        pen.line(wave, TEAL, 2, 0.3)
        length_ms = self._film["duration_ms"]
        pen.line([(24, 460), (24 + 616 * ms / length_ms, 460)], TEAL, 6)
        for other in scenes[1:]:
            pen.circle(24 + 616 * other["from_ms"] / length_ms, 460, 3, SURFACE)
        pen.text(f"{timecode(ms)} / {timecode(length_ms)[:5]}", WIDTH - 24, 467, 19, SOFT, True, "right")
        return self._surface

    def _draw_ground(self, pen: Pen, number: int, t: float, point: int | None) -> None:
        """Heading, list and frames."""
        film, scene = self._film, self._film["scenes"][number]
        pen.canvas.clear(skia.ColorWHITE)
        pen.box(0, 0, WIDTH, HEIGHT, PAPER, 0)
        pen.box(0, 0, WIDTH, 48, TEAL, 0)
        pen.mark(30, 24, 34, "#FFFFFF", AMBER)
        pen.text(film["course"], 54, 31, 17, "#DCEBED")
        pen.text(f"{film['title']}  {number + 1}/{len(film['scenes'])}", WIDTH - 24, 31, 17, "#FFFFFF", True, "right")
        enter = ease(t / 0.7)
        pen.text(scene["heading"], 40 + 14 * (1 - enter), 100, 31, INK, True, alpha=enter)
        pen.line([(40, 116), (40 + 96 * enter, 116)], AMBER, 5)
        for i, words in enumerate(scene["points"]):
            come = ease(t / 0.6 - 0.35 * (i + 1))
            y, x = 136 + i * 60, 40 + 16 * (1 - come)
            on = i == point
            if on:
                pen.box(x - 8, y, 386, 50, TEAL_WASH, 12, alpha=come)
            pen.circle(x + 17, y + 25, 15, TEAL if on else GREY, alpha=come)
            pen.text(str(i + 1), x + 17, y + 31, 17, "#FFFFFF", True, "centre", alpha=come)
            pen.text(words, x + 44, y + 33, 21, INK if on else SOFT, on, fit=326, alpha=come)
        pen.box(438, 70, 384, 308, SURFACE, 18, alpha=enter)
        pen.box(438, 70, 384, 308, LINE, 18, 2, alpha=enter)
        pen.line([(24, 460), (640, 460)], LINE, 6)
