"""Pictures of unit 3, each on a card of 384 × 308. `t` is seconds in the scene, `point` the line of the list being spoken of."""
import math

import skia

from pen import AMBER, BLUE, GREEN, GREY, INK, LINE, RED, SOFT, SUNKEN, SURFACE, TEAL, TEAL_WASH, Pen, ease, mix

COPPER = "#C77B3B"


def spirit(pen: Pen, t: float, point: int | None) -> None:
    """Four phrases around the mark."""
    which = point if point is not None else int(t / 1.5) % 4
    pen.circle(192, 154, 96, LINE, 3)
    pen.arc(192, 154, 96, -90 + which * 90 - 40, 80, AMBER, 7)
    pen.circle(192, 154, 52, TEAL)
    pen.mark(192, 154, 88, "#FFFFFF", AMBER)
    for number, phrase in enumerate(("执着", "求精", "不苟", "卓越")):
        angle = math.radians(-90 + number * 90)
        x, y = 192 + 112 * math.cos(angle), 154 + 104 * math.sin(angle)
        on = number == which
        grow = 40 + (3 * math.sin(t * 2.4) if on else 0)
        pen.circle(x, y, grow, AMBER if on else TEAL_WASH)
        pen.text(phrase, x, y + 8, 23, INK if on else TEAL, True, "centre")


def terminal(pen: Pen, t: float, point: int | None) -> None:
    """Strip, insert, tighten, measure: a terminal warms when it is loose."""
    which = point if point is not None else 0
    slide = [0, 0.25 + 0.75 * ease((t % 5) / 2), 1, 1][which] if which != 1 else ease((t % 5) / 2)
    hot = (0.5 + 0.5 * math.sin(t * 0.9)) if which == 3 else (0.35 if which == 2 else 0)
    tip = 176 + 72 * slide
    if hot:
        for ring in range(5):
            pen.circle(240, 170, 40 + ring * 17, RED, None, 0.06 * hot)
    pen.box(196, 112, 120, 116, mix("#CDD6D6", "#E5794F", hot * 0.8), 10)
    pen.box(196, 112, 120, 116, GREY, 10, 3)
    pen.box(196, 150, 96, 42, "#55646A", 6)
    pen.line([(20, 171), (tip - 62, 171)], BLUE, 30)
    for number in range(5):
        nick = which == 0 and number == 0 and (t % 3) > 1.5
        pen.line([(tip - 62, 161 + number * 5), (tip - (44 if nick else 0), 161 + number * 5)], COPPER, 4)
    turn = (t * 140) % 360 if which == 2 and t % 4 < 2.6 else 20
    pen.circle(244, 112, 24, GREY)
    pen.circle(244, 112, 24, INK, 3)
    dx, dy = 18 * math.cos(math.radians(turn)), 18 * math.sin(math.radians(turn))
    pen.line([(244 - dx, 112 - dy), (244 + dx, 112 + dy)], INK, 5)
    if which == 2:
        pen.text("按规定力矩", 244, 64, 20, TEAL, True, "centre")
        pen.text("Q = I² R t", 110, 270, 26, INK, True, "centre")
    if which == 3:
        pen.text(f"{35 + int(55 * hot)} ℃", 244, 66, 30, mix(GREEN, RED, hot), True, "centre")
        pen.text("松 → 热 → 氧化 → 更松", 192, 276, 19, RED, True, "centre")
    if which == 0:
        pen.text("线芯完整？", 110, 120, 20, INK, True, "centre")
    if which == 1:
        pen.text("插到底", 110, 120, 20, GREEN, True, "centre")


def colours(pen: Pen, t: float, point: int | None) -> None:
    """Five wires in their colours, current on its way."""
    wires = [("L1", "#E0B400"), ("L2", "#23834A"), ("L3", "#C22F24"), ("N", "#6FB4E8"), ("PE", "#23834A")]
    for number, (name, shade) in enumerate(wires):
        y = 48 + number * 53
        on = point is None or (point == 0 and number < 3) or (point == 1 and number == 3) or (point >= 2 and number == 4)
        alpha = 1 if on else 0.45
        height = lambda x, y=y, number=number: y + 5 * math.sin(x * 0.03 + t * 1.4 + number)
        way = [(x, height(x)) for x in range(80, 345, 6)]
        pen.line(way, shade, 19, alpha)
        if name == "PE":
            for start in range(2, len(way) - 3, 6):
                pen.line(way[start : start + 3], "#F2D11B", 19, alpha)
        elif on:
            pen.flow(way, t, SURFACE, 55, 40, 4)
        pen.text(name, 40, y + 8, 23, INK if on else SOFT, True, "centre")
    if point == 3:
        pen.box(150, 232, 130, 56, SURFACE, 10, None, 0.9)
        pen.text("只作保护", 215, 268, 24, GREEN, True, "centre")


def licence(pen: Pen, t: float, point: int | None) -> None:
    """The certificate and its six years."""
    pen.box(62, 30, 260, 150, SURFACE, 14)
    pen.box(62, 30, 260, 150, TEAL, 14, 4)
    pen.box(62, 30, 260, 36, TEAL, 12)
    pen.text("特种作业操作证", 192, 56, 20, "#FFFFFF", True, "centre")
    pen.box(82, 82, 62, 80, SUNKEN, 6)
    pen.circle(113, 108, 14, GREY)
    pen.arc(113, 156, 24, 180, 180, GREY, 12)
    pen.text("低压电工作业", 160, 106, 18, INK, True)
    pen.line([(160, 124), (296, 124)], LINE, 4)
    pen.line([(160, 146), (262, 146)], LINE, 4)
    shine = (t * 90) % 460 - 80
    pen.canvas.save()
    pen.canvas.clipRect(skia.Rect.MakeXYWH(64, 68, 256, 110))
    pen.shape([(60 + shine, 66), (90 + shine, 66), (60 + shine, 182), (30 + shine, 182)], AMBER, 0.22)
    pen.canvas.restore()
    now = (t / 9) % 1
    pen.line([(50, 232), (334, 232)], SUNKEN, 12)
    pen.line([(50, 232), (50 + 284 * now, 232)], TEAL, 12)
    for year in range(7):
        x = 50 + 284 * year / 6
        due = year in (3, 6)
        pen.circle(x, 232, 11 if due else 5, AMBER if due else GREY)
        pen.text(str(year), x, 262, 16, INK if due else SOFT, due, "centre")
    pen.text("复审", 192, 288, 17, RED, True, "centre")
    pen.text("换证", 334, 288, 17, RED, True, "centre")


def record(pen: Pen, t: float, point: int | None) -> None:
    """A meter's needle, and what is written down."""
    pen.box(26, 44, 150, 170, "#2A3A42", 16)
    pen.box(38, 58, 126, 90, "#F4F1E2", 8)
    pen.arc(101, 150, 66, 205, 130, INK, 2)
    reading = 0.62 + 0.02 * math.sin(t * 3) if t % 8 > 1.2 else 0.62 * ease((t % 8) / 1.2)
    angle = math.radians(205 + 130 * reading)
    pen.line([(101, 146), (101 + 62 * math.cos(angle), 150 + 62 * math.sin(angle))], RED, 3)
    pen.text("MΩ", 101, 134, 15, INK, True, "centre")
    pen.circle(101, 182, 17, AMBER)
    pen.box(200, 30, 158, 236, SURFACE, 8)
    pen.box(200, 30, 158, 236, LINE, 8, 3)
    pen.text("检测记录", 279, 60, 19, INK, True, "centre")
    rows = [("L1–PE", "120 MΩ"), ("L2–PE", "118 MΩ"), ("L3–PE", "121 MΩ"), ("N–PE", "未测")]
    for number, (name, value) in enumerate(rows):
        y = 98 + number * 40
        pen.line([(212, y + 10), (346, y + 10)], LINE, 2)
        pen.text(name, 214, y, 16, SOFT)
        written = ease(t / 1.3 - number * 1.2 - 0.4)
        if written > 0:
            shown = value[: max(1, math.ceil(len(value) * written))]
            pen.text(shown, 346, y, 17, RED if value == "未测" else TEAL, True, "right")
    pen.text("签名：电工本人", 279, 254, 14, SOFT, False, "centre")
    if point == 3:
        pen.text("真学，真会", 101, 262, 25, TEAL, True, "centre")
    else:
        pen.text("测多少写多少", 101, 260, 19, INK, True, "centre")


def future(pen: Pen, t: float, point: int | None) -> None:
    """Alternating current crosses zero, direct current does not: the arc stays."""
    which = point if point is not None else 2
    if which == 0:
        pen.circle(318, 60, 26 + 2 * math.sin(t * 2), AMBER)
        for ray in range(8):
            a = ray * math.pi / 4 + t * 0.3
            pen.line([(318 + 36 * math.cos(a), 60 + 36 * math.sin(a)), (318 + 46 * math.cos(a), 60 + 46 * math.sin(a))], AMBER, 4)
        pen.shape([(40, 190), (170, 190), (210, 90), (80, 90)], BLUE)
        for share in (0.25, 0.5, 0.75):
            pen.line([(40 + 130 * share, 190), (80 + 130 * share, 90)], "#BBD6EF", 2)
            pen.line([(40 + 40 * share, 190 - 100 * share), (170 + 40 * share, 190 - 100 * share)], "#BBD6EF", 2)
        pen.line([(120, 192), (120, 262), (250, 262)], INK, 4)
        pen.flow([(120, 192), (120, 262), (250, 262)], t, AMBER, 60, 22, 4.5)
        pen.box(252, 170, 60, 116, TEAL, 12)
        pen.box(262, 182, 40, 32, "#CFE6E9", 5)
        pen.bolt(282, 224, 46)
        pen.line([(312, 220), (346, 236), (346, 280)], INK, 5)
        return
    for number, (name, shade) in enumerate((("交流", TEAL), ("直流", RED))):
        base = 84 + number * 140
        pen.line([(40, base), (250, base)], LINE, 3)
        way = []
        for x in range(40, 251, 3):
            high = 40 * math.sin((x - t * 60) * 0.06) if number == 0 else 36
            way.append((x, base - high))
        pen.line(way, shade, 5)
        pen.text(name, 40, base - 52, 20, shade, True)
        gap = 292
        pen.line([(262, base), (gap, base)], INK, 8)
        pen.line([(gap + 44, base), (374, base)], INK, 8)
        strength = abs(math.sin(-t * 3.6)) if number == 0 else 1
        if number == 0 and strength < 0.35:
            pen.text("熄灭", gap + 22, base + 34, 16, GREEN, True, "centre")
        else:
            zig = [(gap + 4 + k * 6, base + 8 * math.sin(k * 2.3 + t * 21) * strength) for k in range(7)]
            pen.line(zig, AMBER, 7 * strength)
            pen.line(zig, "#FFFFFF", 2.5 * strength)
            if number == 1:
                pen.text("持续燃弧", gap + 22, base + 38, 16, RED, True, "centre")


PICTURES = {"spirit": spirit, "terminal": terminal, "colours": colours, "licence": licence, "record": record, "future": future}
