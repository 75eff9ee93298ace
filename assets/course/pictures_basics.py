"""Pictures of unit 1, each on a card of 384 × 308. `t` is seconds in the scene, `point` the line of the list being spoken of."""
import math

from pen import AMBER, BLUE, GREEN, GREY, INK, LINE, RED, RED_WASH, SOFT, SUNKEN, TEAL, TEAL_WASH, Pen, ease, mix


def title(pen: Pen, t: float, point: int | None) -> None:
    """The mark, written stroke by stroke, with quiet rings."""
    for ring in range(4):
        grow = (t * 0.12 + ring / 4) % 1
        pen.circle(192, 154, 70 + grow * 90, TEAL, 1.5, 0.25 * (1 - grow))
    pen.circle(192, 154, 92, TEAL)
    pen.mark(192, 154, 150, "#FFFFFF", AMBER, min(1, t / 3.2))


def scale(pen: Pen, t: float, point: int | None) -> None:
    """Milliamperes on a scale, and the person that they pass through."""
    steps = [(1, "感觉", GREEN), (10, "难松手", "#B98A12"), (30, "呼吸困难", "#C4641B"), (50, "室颤危险", RED)]
    level = [0.12, 0.4, 0.62, 0.9][point] if point is not None else 0.25 + 0.1 * math.sin(t * 0.8)
    colour = mix("#3C9A62", RED, level)
    pen.person(92, 270, 200, TEAL, hand=(158, 92))
    pen.line([(158, 60), (158, 92)], GREY, 5)
    pen.bolt(158, 22, 40)
    pen.flow([(158, 94), (96, 128), (92, 180), (66, 262)], t, colour, 40 + 130 * level, 22, 4.5)
    pen.line([(30, 272), (170, 272)], GREY, 4)
    pen.box(222, 30, 26, 244, SUNKEN, 13)
    high = 236 * level
    pen.box(226, 270 - high, 18, high, colour, 9)
    for number, (amount, what, shade) in enumerate(steps):
        y = 270 - 236 * [0.12, 0.4, 0.62, 0.9][number]
        on = point is not None and number <= point
        pen.line([(250, y), (262, y)], shade, 3)
        pen.text(f"{amount} mA", 270, y - 2, 17, INK if on else SOFT, True)
        pen.text(what, 270, y + 17, 14, shade if on else SOFT)


def contact(pen: Pen, t: float, point: int | None) -> None:
    """Single phase, two phases, step voltage."""
    pen.line([(20, 270), (364, 270)], GREY, 5)
    which = point if point is not None else 0
    if which < 2:
        for number, (name, shade) in enumerate((("L1", "#C49A06"), ("L2", GREEN))):
            y = 44 + number * 44
            pen.line([(30, y), (354, y)], shade, 6)
            pen.text(name, 30, y - 9, 15, SOFT, True)
            pen.flow([(30, y), (354, y)], t, shade, 30, 60, 3)
        if which == 0:
            pen.person(190, 268, 168, TEAL, hand=(236, 92))
            pen.flow([(236, 92), (192, 146), (190, 196), (216, 264)], t, RED, 90, 20, 5)
            pen.bolt(250, 66, 38)
        else:
            pen.person(190, 268, 168, TEAL, hand=(236, 92))
            pen.line([(190, 144), (142, 50)], TEAL, 10)
            pen.flow([(142, 48), (190, 140), (236, 92)], t, RED, 140, 18, 5)
            pen.bolt(130, 24, 38)
            pen.bolt(250, 66, 38)
            pen.text("380 V", 290, 150, 26, RED, True)
        return
    for ring in range(5):
        grow = (t * 0.25 + ring / 5) % 1
        pen.canvas.save()
        pen.canvas.translate(110, 270)
        pen.canvas.scale(1, 0.22)
        pen.circle(0, 0, 20 + grow * 240, RED, 4, 0.55 * (1 - grow))
        pen.canvas.restore()
    pen.line([(40, 40), (70, 150), (110, 266)], INK, 4)
    pen.bolt(110, 214, 44)
    shuffle = 3 * math.sin(t * 5)
    pen.person(292 + shuffle, 266, 140, TEAL, spread=0.04)
    pen.line([(110, 292), (292, 292)], SOFT, 2)
    pen.text("室内 4 m · 室外 8 m 以外", 200, 30, 18, RED, True, "centre")
    pen.text("双脚并拢，小步挪开", 292, 106, 15, SOFT, False, "centre")


def voltage(pen: Pen, t: float, point: int | None) -> None:
    """A hand lamp and the voltage that fits the place."""
    volts = ["36 V", "24 V", "12 V"]
    which = point if point is not None else int(t / 2.2) % 3
    glow = 0.6 + 0.1 * math.sin(t * 2.5)
    for ring in range(6, 0, -1):
        pen.circle(192, 112, 34 + ring * 11, AMBER, None, 0.05 * glow * (3 - which * 0.6))
    pen.circle(192, 112, 36, mix("#FFF3D2", AMBER, glow))
    pen.line([(178, 118), (186, 98), (192, 116), (198, 98), (206, 118)], "#8A5A00", 3)
    pen.box(176, 146, 32, 30, GREY, 5)
    pen.box(170, 172, 44, 52, INK, 10)
    pen.line([(192, 224), (192, 246)], INK, 5)
    for number, volt in enumerate(volts):
        x, on = 74 + number * 118, number == which
        pen.box(x - 48, 246, 96, 44, TEAL if on else TEAL_WASH, 10)
        pen.text(volt, x, 276, 22, "#FFFFFF" if on else TEAL, True, "centre")
    pen.text(["一般危险场所", "潮湿、导电地面", "金属容器内"][which], 192, 34, 19, INK, True, "centre")


def rcd(pen: Pen, t: float, point: int | None) -> None:
    """Current out and current back; when they differ, the switch opens."""
    leak = point == 1 or (point == 0 and t > 9)
    tripped = leak and (t % 4) > 2
    blind = point == 3
    button = point == 2 and (t % 2.4) < 0.8
    pen.box(120, 60, 96, 190, TEAL_WASH, 12)
    pen.box(120, 60, 96, 190, TEAL, 12, 3)
    pen.circle(168, 196, 30, TEAL, 6)
    pen.circle(168, 94, 13, RED if button else AMBER)
    pen.text("T", 168, 100, 16, INK, True, "centre")
    open_ = tripped or button
    for number, (name, shade) in enumerate((("L", RED), ("N", BLUE))):
        y = 184 + number * 26
        pen.line([(20, y), (118, y)], shade, 5)
        pen.line([(118, y), (150, y - (22 if open_ else 0))], shade, 5)
        pen.line([(152, y), (300, y)], shade, 5)
        pen.text(name, 24, y - 8, 15, shade, True)
        if not open_:
            way = [(20, y), (300, y)] if number == 0 else [(300, y), (20, y)]
            pen.flow(way, t, shade, 60, 24 if not (leak and number == 1) else 44, 4.5)
    pen.box(300, 168, 56, 58, SUNKEN, 8)
    pen.box(300, 168, 56, 58, GREY, 8, 3)
    pen.text("负载", 328, 204, 17, SOFT, True, "centre")
    if leak:
        pen.line([(328, 228), (328, 276)], AMBER, 3)
        if not open_:
            pen.flow([(328, 228), (328, 276)], t, RED, 60, 18, 4.5)
        pen.line([(306, 278), (350, 278)], GREY, 4)
    if blind:
        pen.person(262, 168, 116, TEAL, hand=(286, 160))
        pen.text("分辨不出", 168, 40, 18, RED, True, "centre")
    else:
        words = "断开！" if open_ else ("流出 ≠ 流回" if leak else "流出 = 流回")
        pen.text(words, 168, 40, 20, RED if leak or open_ else GREEN, True, "centre")
    if point == 1:
        pen.text("≤ 30 mA · 0.1 s", 364, 130, 16, SOFT, True, "right")


def steps(pen: Pen, t: float, point: int | None) -> None:
    """Isolate, prove dead, earth, tag."""
    which = point if point is not None else int(t / 1.3) % 4
    for number, name in enumerate(("停电", "验电", "接地", "挂牌")):
        x, on = 56 + number * 91, number == which
        pen.box(x - 38, 18, 76, 36, TEAL if on else TEAL_WASH, 18)
        pen.text(name, x, 43, 18, "#FFFFFF" if on else TEAL, True, "centre")
    for number, shade in enumerate(("#C49A06", GREEN, RED)):
        y = 110 + number * 46
        lift = 30 * ease((t % 5) * 1.5 - 1) if which == 0 else 30
        pen.line([(26, y), (120, y)], shade, 6)
        pen.line([(122, y), (166, y - lift)], shade, 6)
        pen.circle(122, y, 6, INK)
        pen.circle(170, y, 6, INK)
        pen.line([(170, y), (360, y)], shade if which == 0 and lift < 3 else mix(shade, GREY, 0.6), 6)
        pen.flow([(26, y), (120, y)], t, shade, 40, 26, 4)
    if which == 1:
        y = 110 + 46 * (int(t / 1.2) % 3)
        pen.line([(268, y + 4), (292, y + 60)], INK, 12)
        pen.circle(268, y + 4, 6, AMBER)
        pen.text("无电", 312, y + 50, 18, GREEN, True)
    if which == 2:
        grow = ease(t % 6 - 0.5)
        pen.line([(262, 262), (262, 262 - 150 * grow)], "#6E8F1F", 6)
        for number in range(3):
            pen.line([(240 + 7 * number, 264 + 10 * number), (284 - 7 * number, 264 + 10 * number)], INK, 4)
        pen.text("先接地端，后导体端", 192, 300, 15, SOFT, False, "centre")
    if which == 3:
        swing = 3 * math.sin(t * 2)
        pen.line([(146, 140), (112 + swing, 196)], SOFT, 2)
        pen.line([(146, 140), (280 + swing, 196)], SOFT, 2)
        pen.box(82 + swing, 194, 228, 84, RED_WASH, 10)
        pen.box(82 + swing, 194, 228, 84, RED, 10, 4)
        pen.text("禁止合闸", 196 + swing, 230, 26, RED, True, "centre")
        pen.text("有人工作", 196 + swing, 264, 24, RED, True, "centre")


def fire(pen: Pen, t: float, point: int | None) -> None:
    """A burning cabinet, the plug pulled, the right extinguisher."""
    pen.box(40, 130, 120, 150, "#CBD3D3", 8)
    pen.box(40, 130, 120, 150, GREY, 8, 3)
    fade = 1 if point is None or point < 2 else 0.55
    for number in range(5):
        x = 58 + number * 21
        high = (48 + 18 * math.sin(t * 5 + number * 1.9)) * fade
        pen.shape([(x - 15, 134), (x + 15, 134), (x + 4 * math.sin(t * 4 + number), 134 - high)], "#D9541E", 0.9)
        pen.shape([(x - 8, 134), (x + 8, 134), (x, 134 - high * 0.55)], AMBER)
    pen.box(262, 140, 62, 138, RED, 20)
    pen.box(280, 112, 26, 34, INK, 6)
    pen.line([(270, 112), (322, 100)], INK, 8)
    pen.line([(282, 126), (236, 150), (224, 132)], INK, 7)
    pen.text("CO2", 293, 206, 20, "#FFFFFF", True, "centre")
    pen.text("干粉", 293, 234, 17, "#FFFFFF", True, "centre")
    if point is not None and point >= 2:
        for number in range(9):
            go = (t * 1.1 + number / 9) % 1
            pen.circle(222 - go * 96, 130 - 22 * math.sin(number) * go, 4 + 15 * go, "#B9C6CA", None, 0.6 * (1 - go))
    out = 26 * ease(t * 0.8) if point == 0 else 26
    pen.line([(20, 300), (100 - out, 300)], INK, 5)
    pen.box(100 - out, 291, 18, 18, INK, 4)
    pen.box(124, 288, 26, 20, GREY, 4)
    if point == 3:
        pen.text("119", 192, 78, 52, RED, True, "centre", alpha=0.75 + 0.25 * math.sin(t * 4))


def recap(pen: Pen, t: float, point: int | None) -> None:
    """Four ticks, one after the other, below the mark."""
    pen.circle(192, 110, 66, TEAL)
    pen.mark(192, 110, 108, "#FFFFFF", AMBER)
    pen.arc(192, 110, 78, -90, 360 * ease(t / 9), AMBER, 5)
    for number in range(4):
        x = 72 + number * 80
        pen.circle(x, 238, 27, TEAL_WASH)
        pen.tick(x, 238, 13, ease(t / 1.6 - number * 0.9))
    pen.line([(60, 288), (324, 288)], LINE, 2)


PICTURES = {"title": title, "scale": scale, "contact": contact, "voltage": voltage, "rcd": rcd, "steps": steps, "fire": fire, "recap": recap}
