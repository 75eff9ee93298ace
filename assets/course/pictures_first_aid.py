"""Pictures of unit 2, each on a card of 384 × 308. `t` is seconds in the scene, `point` the line of the list being spoken of."""
import math

from pen import AMBER, BLUE, GREEN, GREY, INK, LINE, RED, RED_WASH, SKIN, SOFT, SUNKEN, TEAL, TEAL_WASH, Pen, ease

PRESSES_PER_MIN = 110


def lying(pen: Pen, y: float, rise: float = 0, on_side: bool = False) -> None:
    """A person lying, seen from the side; `rise` lifts the chest; on the side the upper knee is drawn up."""
    pen.line([(30, y + 26), (354, y + 26)], GREY, 6)
    pen.circle(72, y, 21, SKIN)
    pen.line([(106, y + 6), (156, y + 2 - rise), (206, y + 6)], TEAL, 34)
    pen.line([(210, y + 8), (338, y + 12)], "#33505A", 18)
    pen.line([(338, y + 12), (344, y - 8)], INK, 10)
    if on_side:
        pen.line([(208, y + 4), (262, y - 24), (296, y + 12)], "#3F616D", 18)
        pen.line([(118, y + 2), (82, y + 14)], SKIN, 12)


def switchoff(pen: Pen, t: float, point: int | None) -> None:
    """Do not touch; open the switch; push the wire away; keep off high voltage."""
    which = point if point is not None else 0
    pen.line([(20, 282), (364, 282)], GREY, 5)
    if which == 0:
        pen.person(250, 280, 180, "#6B7B82", hand=(300, 120))
        pen.line([(300, 24), (300, 120)], RED, 5)
        pen.bolt(318, 84, 52)
        pen.person(110, 280, 180, TEAL, hand=(160, 150))
        if (t % 1.6) < 1.1:
            pen.cross(192, 150, 22)
        pen.text("不要伸手拉", 110, 60, 20, RED, True, "centre")
    elif which == 1:
        down = ease((t % 5) - 1.2)
        pen.box(70, 60, 130, 180, TEAL_WASH, 12)
        pen.box(70, 60, 130, 180, TEAL, 12, 4)
        angle = -1.1 + 2.2 * down
        pen.line([(136, 150), (136 + 66 * math.cos(angle), 150 + 66 * math.sin(angle))], RED if down < 0.5 else GREEN, 13)
        pen.circle(136, 150, 13, INK)
        pen.text("断" if down > 0.5 else "通", 100, 100, 26, GREEN if down > 0.5 else RED, True, "centre")
        pull = 40 * down
        pen.line([(364, 166), (310 + pull / 2, 166)], INK, 6)
        pen.box(284 + pull / 2, 150, 30, 32, INK, 6)
        pen.box(246, 140, 24, 52, GREY, 5)
        pen.text("拔插头", 292, 226, 19, INK, True, "centre")
    elif which == 2:
        push = 34 * ease((t % 4.5) / 2)
        pen.line([(250, 270), (330, 262)], "#6B7B82", 26)
        pen.circle(236, 262, 17, SKIN)
        pen.line([(364, 60), (300 + push, 190), (270 + push, 248 - push)], RED, 5)
        pen.bolt(310 + push, 140, 34)
        pen.person(90, 264, 176, TEAL, hand=(140, 160))
        pen.line([(116, 138), (276 + push, 236 - push * 0.8)], "#A9743B", 9)
        pen.box(44, 264, 96, 14, "#A9743B", 4)
        pen.text("干木杆 · 干木板", 140, 50, 18, GREEN, True, "centre")
    else:
        pen.line([(250, 280), (280, 40), (310, 280)], GREY, 5)
        pen.line([(236, 84), (324, 84)], GREY, 5)
        pen.line([(262, 180), (300, 230), (258, 180)], GREY, 3)
        pen.line([(240, 88), (196, 278)], RED, 4)
        pen.bolt(196, 236, 40)
        pen.person(60, 280, 128, TEAL)
        pen.line([(66, 296), (194, 296)], RED, 3)
        pen.text("8 m", 130, 272, 26, RED, True, "centre", alpha=0.7 + 0.3 * math.sin(t * 3))


def check(pen: Pen, t: float, point: int | None) -> None:
    """Tap and shout; watch the chest; call; recovery position."""
    which = point if point is not None else 1
    breathing = 5 * math.sin(t * 1.6) if which == 3 else 0
    lying(pen, 220, breathing, on_side=which == 3)
    if which == 0:
        for ring in range(3):
            grow = (t * 0.8 + ring / 3) % 1
            pen.arc(72, 160, 14 + 44 * grow, 200, 140, TEAL, 4 * (1 - grow) + 0.5)
        tap = 8 * abs(math.sin(t * 4))
        pen.line([(128, 120), (112, 190 - tap)], SKIN, 13)
        pen.text("喂！你怎么了？", 230, 110, 22, INK, True, "centre")
    elif which == 1:
        seconds = min(10, t % 12)
        pen.circle(220, 104, 62, SUNKEN, 10)
        pen.arc(220, 104, 62, -90, 36 * seconds, GREEN if seconds >= 5 else TEAL, 10)
        pen.text(f"{int(seconds)}", 220, 116, 40, INK, True, "centre")
        pen.text("秒", 258, 116, 18, SOFT)
    elif which == 2:
        shake = 2 * math.sin(t * 14)
        pen.box(84 + shake, 40, 72, 124, INK, 14)
        pen.box(91 + shake, 52, 58, 92, "#DDEBEE", 6)
        pen.text("120", 120 + shake, 108, 27, RED, True, "centre")
        pen.box(222, 66, 104, 84, GREEN, 12)
        pen.text("AED", 274, 106, 28, "#FFFFFF", True, "centre")
        pen.shape([(274, 140), (259, 125), (274, 119), (289, 125)], "#FFFFFF")
    else:
        pen.text("侧卧 · 气道通畅", 192, 80, 22, GREEN, True, "centre")
        pen.line([(x, 140 - 16 * math.sin(x * 0.05) * math.sin(t * 1.6)) for x in range(90, 295, 5)], TEAL, 4)
    pen.line([(60, 284), (324, 284)], LINE, 2)


def press(pen: Pen, t: float, point: int | None) -> None:
    """Compressions at the beat that is heard, with depth and count."""
    phase = (t * PRESSES_PER_MIN / 60) % 1
    down = math.sin(math.pi * min(1, phase / 0.5)) if phase < 0.5 else 0
    y = 232
    lying(pen, y, -down * 13)
    hand = (156, y - 18 + down * 13)
    pen.line([(156, 118 + down * 10), hand], SKIN, 12)
    pen.line([(176, 122 + down * 10), hand], SKIN, 12)
    pen.line([(166, 116 + down * 10), (214, 150 + down * 4), (226, 234)], "#33505A", 30)
    pen.circle(158, 82 + down * 10, 22, SKIN)
    pen.box(hand[0] - 18, hand[1] - 5, 36, 12, SKIN, 6)
    pen.box(300, 40, 26, 150, SUNKEN, 10)
    pen.box(300, 40, 26, 24 + 100 * down, GREEN if down > 0.7 else AMBER, 10)
    pen.line([(294, 140), (332, 140)], INK, 3)
    pen.line([(294, 164), (332, 164)], INK, 3)
    pen.text("5", 340, 146, 16, INK, True)
    pen.text("6 cm", 340, 170, 16, INK, True)
    count = int(t * PRESSES_PER_MIN / 60) % 30 + 1
    pen.text(f"{count}", 58, 110, 46, TEAL, True, "centre")
    pen.text("次", 58, 136, 17, SOFT, False, "centre")
    pen.text(f"{PRESSES_PER_MIN} 次/分", 60, 44, 18, RED, True, "centre")


def breath(pen: Pen, t: float, point: int | None) -> None:
    """Chin up; thirty presses, two breaths."""
    if point == 1 or point is None:
        tilt = 24 * ease((t % 5) - 0.6)
        pen.canvas.save()
        pen.canvas.rotate(-tilt, 150, 170)
        pen.circle(150, 150, 58, SKIN)
        pen.circle(145, 94, 11, SKIN)
        pen.line([(116, 108), (126, 102)], INK, 4)
        pen.arc(150, 150, 53, 105, 115, "#33302C", 11)
        pen.line([(174, 99), (182, 111)], "#9C5B4A", 4)
        pen.canvas.restore()
        pen.line([(192, 186), (350, 208)], TEAL, 52)
        pen.line([(30, 242), (356, 242)], GREY, 6)
        throat = [(160, 74), (168, 130), (214, 186), (330, 202)]
        pen.line(throat, BLUE, 5)
        pen.flow(throat, t, "#CFE3FA", 50, 20, 4)
        pen.text("仰头举颏", 280, 80, 24, INK, True, "centre")
        return
    cycle = t % 9
    pressing = cycle < 6
    rise = 0 if pressing else 12 * abs(math.sin((cycle - 6) * math.pi / 1.5))
    lying(pen, 226, rise)
    for number in range(30):
        done = pressing and number <= cycle / 6 * 30 or not pressing
        pen.circle(66 + (number % 10) * 28, 52 + (number // 10) * 28, 9, TEAL if done else SUNKEN)
    for number in range(2):
        done = not pressing and cycle - 6 > number * 1.5
        pen.circle(150 + number * 84, 152, 20, BLUE if done else SUNKEN)
        pen.text("吹", 150 + number * 84, 159, 18, "#FFFFFF" if done else SOFT, True, "centre")


def aed(pen: Pen, t: float, point: int | None) -> None:
    """Pads on the chest, the heart's line, nobody touches."""
    which = point if point is not None else 0
    pen.circle(108, 52, 30, SKIN)
    pen.box(44, 84, 128, 172, SKIN, 34)
    pen.line([(44, 110), (26, 220)], SKIN, 24)
    pen.line([(172, 110), (190, 220)], SKIN, 24)
    slide = ease(t * 0.7) if which >= 1 else 0
    if which >= 1:
        for x, y in ((60, 106), (122, 178)):
            pen.box(x, y - 20 * (1 - slide), 36, 46, "#FFFFFF", 8)
            pen.box(x, y - 20 * (1 - slide), 36, 46, BLUE, 8, 3)
        pen.line([(96, 128), (200, 120), (232, 150)], BLUE, 2.5)
        pen.line([(158, 204), (206, 196), (232, 170)], BLUE, 2.5)
    pen.box(226, 84, 136, 150, GREEN, 14)
    pen.box(238, 96, 112, 64, "#10251A", 6)
    points = []
    for x in range(0, 113, 2):
        u = (x + t * 70) % 56
        jag = 24 if 20 < u < 24 else (-14 if 24 <= u < 28 else 0)
        wild = 12 * math.sin((x + t * 150) * 0.23) + 7 * math.sin((x - t * 120) * 0.41)
        points.append((238 + x, 130 - (wild if which < 3 else jag)))
    pen.line(points, "#7CD49B", 2.5)
    pen.circle(294, 196, 21, AMBER if which == 2 and (t % 1) < 0.5 else "#FFFFFF")
    pen.bolt(294, 180, 32, RED)
    if which == 2:
        pen.box(60, 262, 268, 38, RED_WASH, 10)
        pen.text("谁都不要碰！", 194, 289, 24, RED, True, "centre")
    if which == 3:
        pen.text("马上继续按压", 194, 289, 22, GREEN, True, "centre")


def myths(pen: Pen, t: float, point: int | None) -> None:
    """What not to do, and what to do."""
    which = point if point is not None else 0
    for number, name in enumerate(("泼冷水", "埋沙土", "乱打强心针")):
        y = 40 + number * 58
        pen.box(40, y, 304, 46, RED_WASH, 12)
        pen.text(name, 104, y + 31, 21, RED, True)
        grow = ease(t / 1.2 - number * 0.8)
        if grow > 0.05:
            pen.cross(70, y + 23, 11 * grow)
    pen.box(40, 218, 304, 62, "#E2F1E7", 12)
    pen.text("坚持按压，等医生接手" if which < 3 else "去医院，查心律", 106, 257, 21, GREEN, True)
    pen.tick(72, 249, 13, ease(t - 2.4) if which < 2 else 0.6 + 0.4 * abs(math.sin(t)))


PICTURES = {"switchoff": switchoff, "check": check, "press": press, "breath": breath, "aed": aed, "myths": myths}
