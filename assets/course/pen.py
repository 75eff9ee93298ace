"""A pen over a Skia canvas: the few strokes, words and figures that the slides are drawn with."""
import math
from itertools import pairwise
from typing import ClassVar

import skia

FONT_FILE = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
SIMPLIFIED = 2  # index of the simplified Chinese face in the collection

PAPER, SURFACE, SUNKEN, INK, SOFT, LINE = "#F7F8F6", "#FFFFFF", "#ECEFED", "#17232B", "#46555E", "#D3DADA"
TEAL, TEAL_WASH, AMBER, RED, RED_WASH = "#0B5563", "#E0EEEF", "#F2B84B", "#A3271D", "#FBE6E3"
GREEN, GREEN_WASH, BLUE, GREY, SKIN = "#1A6B3C", "#E2F1E7", "#1F5A96", "#9AA7AC", "#E9C9A8"


def ease(x: float) -> float:
    """Smooth 0 to 1, flat at both ends."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


def mix(one: str, other: str, share: float) -> str:
    """Colour between `one` (share 0) and `other` (share 1)."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * min(1, max(0, share))):02X}" for a, b in pairs)


class Pen:
    """Draws on one canvas."""

    _faces: ClassVar[dict[bool, skia.Typeface]] = {}

    def __init__(self, canvas: skia.Canvas) -> None:
        self.canvas = canvas

    @staticmethod
    def _paint(colour: str, width: float | None, alpha: float) -> skia.Paint:
        paint = skia.Paint(AntiAlias=True, Color=skia.Color(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), round(255 * alpha)))
        if width is not None:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(width)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        return paint

    def _font(self, size: float, bold: bool) -> skia.Font:
        if bold not in self._faces:
            file = FONT_FILE.format(weight="Bold" if bold else "Regular")
            self._faces[bold] = skia.Typeface.MakeFromFile(file, SIMPLIFIED)
        font = skia.Font(self._faces[bold], size)
        font.setSubpixel(True)
        return font

    def text(self, words: str, x: float, y: float, size: float, colour: str = INK, bold: bool = False, align: str = "left", fit: float | None = None, alpha: float = 1) -> None:
        """Words on the baseline `y`; made smaller until they fit into `fit` pixels."""
        font = self._font(size, bold)
        width = font.measureText(words)
        if fit and width > fit:
            font = self._font(size * fit / width, bold)
            width = fit
        x -= {"left": 0, "centre": width / 2, "right": width}[align]
        self.canvas.drawString(words, x, y, font, self._paint(colour, None, alpha))

    def line(self, points: list, colour: str = INK, width: float = 4, alpha: float = 1) -> None:
        """An open stroke through the points."""
        path = skia.Path()
        path.addPoly([skia.Point(*p) for p in points], False)
        self.canvas.drawPath(path, self._paint(colour, width, alpha))

    def shape(self, points: list, colour: str, alpha: float = 1) -> None:
        """A filled polygon."""
        path = skia.Path()
        path.addPoly([skia.Point(*p) for p in points], True)
        self.canvas.drawPath(path, self._paint(colour, None, alpha))

    def circle(self, x: float, y: float, r: float, colour: str, width: float | None = None, alpha: float = 1) -> None:
        """A disc, or a ring when `width` is given."""
        self.canvas.drawCircle(x, y, r, self._paint(colour, width, alpha))

    def arc(self, x: float, y: float, r: float, start: float, sweep: float, colour: str, width: float) -> None:
        """Part of a ring; degrees clockwise from three o'clock."""
        path = skia.Path()
        path.addArc(skia.Rect.MakeLTRB(x - r, y - r, x + r, y + r), start, sweep)
        self.canvas.drawPath(path, self._paint(colour, width, 1))

    def box(self, x: float, y: float, w: float, h: float, colour: str, r: float = 8, width: float | None = None, alpha: float = 1) -> None:
        """A rounded box, filled or as an outline."""
        self.canvas.drawRoundRect(skia.Rect.MakeXYWH(x, y, w, h), r, r, self._paint(colour, width, alpha))

    def flow(self, points: list, t: float, colour: str = AMBER, speed: float = 60, gap: float = 26, r: float = 4) -> None:
        """Dots that wander along a stroke: a current."""
        lengths = [math.dist(a, b) for a, b in pairwise(points)]
        at = (t * speed) % gap
        while at < sum(lengths):
            rest = at
            for (a, b), length in zip(pairwise(points), lengths):
                if rest <= length:
                    share = rest / length if length else 0
                    self.circle(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, r, colour)
                    break
                rest -= length
            at += gap

    def bolt(self, x: float, y: float, size: float, colour: str = AMBER, alpha: float = 1) -> None:
        """A flash, `size` high."""
        s = size / 100
        self.shape([(x + a * s, y + b * s) for a, b in ((10, 0), (-28, 56), (-4, 56), (-14, 100), (28, 38), (4, 38))], colour, alpha)

    def person(self, x: float, ground: float, height: float, colour: str = TEAL, hand: tuple | None = None, spread: float = 0.16) -> None:
        """A standing figure; one hand may reach for a point."""
        head = height * 0.11
        hip, neck = ground - height * 0.45, ground - height * 0.76
        self.circle(x, ground - height + head, head, SKIN)
        self.line([(x, neck), (x, hip)], colour, height * 0.17)
        for side in (-1, 1):
            self.line([(x + side * 3, hip), (x + side * height * spread, ground - 4)], colour, height * 0.075)
        self.line([(x, neck + 4), (x - height * 0.17, hip + 2)], colour, height * 0.06)
        self.line([(x, neck + 4), hand or (x + height * 0.17, hip + 2)], colour, height * 0.06)
        if hand:
            self.circle(*hand, height * 0.04, SKIN)

    def tick(self, x: float, y: float, size: float, share: float = 1, colour: str = GREEN) -> None:
        """A check mark, drawn up to `share`."""
        a, b, c = (x - size, y), (x - size * 0.3, y + size * 0.7), (x + size, y - size * 0.7)
        first, second = min(1, share * 3), max(0, (share - 1 / 3) * 1.5)
        points = [a, (a[0] + (b[0] - a[0]) * first, a[1] + (b[1] - a[1]) * first)]
        if second > 0:
            points.append((b[0] + (c[0] - b[0]) * second, b[1] + (c[1] - b[1]) * second))
        self.line(points, colour, size * 0.32)

    def cross(self, x: float, y: float, size: float, colour: str = RED) -> None:
        """Not so."""
        self.line([(x - size, y - size), (x + size, y + size)], colour, size * 0.36)
        self.line([(x - size, y + size), (x + size, y - size)], colour, size * 0.36)

    def mark(self, x: float, y: float, size: float, stroke: str, play: str, share: float = 1) -> None:
        """The mark of 真学, `size` wide, its strokes written one after the other up to `share`."""
        s = size / 512
        at = lambda points: [(x + (a - 256) * s, y + (b - 256) * s) for a, b in points]
        strokes = [[(150, 128), (362, 128)], [(256, 84), (256, 176)], [(172, 352), (172, 176), (340, 176), (340, 352)], [(108, 352), (404, 352)], [(214, 384), (170, 430)], [(298, 384), (342, 430)]]
        for number, points in enumerate(strokes):
            part = ease(share * len(strokes) - number)
            if part <= 0:
                break
            lengths = [math.dist(a, b) for a, b in pairwise(points)]
            left, drawn = part * sum(lengths), [points[0]]
            for (a, b), length in zip(pairwise(points), lengths):
                step = min(1, left / length)
                drawn.append((a[0] + (b[0] - a[0]) * step, a[1] + (b[1] - a[1]) * step))
                left -= length
                if left <= 0:
                    break
            self.line(at(drawn), stroke, 36 * s)
        if share >= 1:
            self.shape(at([(232, 226), (232, 302), (296, 264)]), play)
            self.line(at([(232, 226), (232, 302), (296, 264), (232, 226)]), play, 14 * s)
