//! What stands where on a sheet.

use crate::{
    draw::Sheet,
    font::SheetFont,
    pen::{Ink, MARGIN, Mark, PAGE, Pen, Style, WIDTH},
    qr::Qr,
    words,
};
use contract::credential::{CheckCounts, UnitCredit};
use study::Rules;

/// Side of the QR code: 42 mm, so that a module of the largest code is half a millimetre.
const CODE: f32 = 119.0;
const RIGHT: f32 = PAGE.0 - MARGIN;
const LABEL: Style = Style::plain(7.6, Ink::SOFT);
const VALUE: Style = Style::plain(11.0, Ink::TEXT);
const SMALL: Style = Style::plain(8.0, Ink::SOFT);
const BODY: Style = Style::plain(9.0, Ink::TEXT);
const HEAD: Style = Style::strong(11.5, Ink::ACCENT);

pub(crate) fn pages(sheet: &Sheet<'_>, qr: Qr, font: &SheetFont) -> Vec<Vec<Mark>> {
    let mut pen = Pen::new(font);
    head(&mut pen, sheet, qr);
    notice(&mut pen, sheet);
    facts(&mut pen, sheet);
    units(&mut pen, sheet);
    if let Some(counts) = sheet.proof.subject.checks {
        checks(&mut pen, counts);
    }
    not_checked(&mut pen, sheet);
    seals(&mut pen, sheet);
    feet(&mut pen, sheet);
    pen.pages
}

/// Title and total on the left, the code on the right.
fn head(pen: &mut Pen<'_>, sheet: &Sheet<'_>, qr: Qr) {
    let subject = &sheet.proof.subject;
    let top = pen.y;
    pen.rect(MARGIN, top, 30.0, 3.0, Ink::ACCENT);
    pen.put(
        MARGIN,
        top + 13.0,
        Style::strong(23.0, Ink::TEXT),
        &sheet.proof.title.zh,
    );
    pen.put(
        MARGIN,
        top + 45.0,
        Style::plain(13.0, Ink::SOFT),
        &sheet.proof.title.en,
    );

    let y = top + 80.0;
    let number = subject.class_hours.0.to_string();
    let big = Style::strong(40.0, Ink::ACCENT);
    pen.put(MARGIN, y, big, &number);
    let x = MARGIN + pen.font.width(&number, big.size) + 9.0;
    pen.put(
        x,
        y + 10.0,
        Style::strong(13.0, Ink::ACCENT),
        words::HOURS.0,
    );
    pen.put(x, y + 28.0, Style::plain(9.5, Ink::ACCENT), words::HOURS.1);
    let (zh, en) = words::length_words(subject.credited_ms);
    let x = x + pen.font.width(words::HOURS.1, 9.5) + 26.0;
    pen.put(
        x,
        y + 2.0,
        LABEL,
        &format!("{} {}", words::TOTAL.0, words::TOTAL.1),
    );
    pen.put(x, y + 14.0, Style::plain(12.0, Ink::TEXT), &zh);
    pen.put(x, y + 31.0, Style::plain(9.5, Ink::SOFT), &en);

    let x = RIGHT - CODE;
    pen.mark(Mark::Code {
        x,
        y: top,
        side: CODE,
        qr,
    });
    let below = top + CODE + 7.0;
    let middle =
        |pen: &Pen<'_>, text: &str, size: f32| x + (CODE - pen.font.width(text, size)) / 2.0;
    let at = middle(pen, words::SCAN.0, 9.0);
    pen.put(at, below, Style::plain(9.0, Ink::TEXT), words::SCAN.0);
    let at = middle(pen, words::SCAN.1, 7.6);
    pen.put(at, below + 12.5, LABEL, words::SCAN.1);
    pen.y = below + 30.0;
}

/// The sentence that it is no vocational certificate, before anything else is read.
fn notice(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    let (inner, x) = (WIDTH - 26.0, MARGIN + 15.0);
    let (zh, en) = (Style::strong(9.6, Ink::TEXT), Style::plain(8.4, Ink::SOFT));
    let notice = &sheet.proof.notice;
    let height = pen.height(inner, zh, &notice.zh) + pen.height(inner, en, &notice.en) + 17.0;
    let y = pen.y;
    pen.rect(MARGIN, y, WIDTH, height, Ink::WARN);
    pen.rect(MARGIN, y, 3.0, height, Ink::WARN_EDGE);
    let first = pen.block(x, y + 8.0, inner, zh, &notice.zh);
    pen.block(x, y + 9.0 + first, inner, en, &notice.en);
    pen.y = y + height + 15.0;
}

/// Who, where, what, when: two to a row.
fn facts(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    let subject = &sheet.proof.subject;
    let (date, time) = words::local(sheet.proof);
    let class = words::evidence_class(subject.evidence_class);
    let offset = words::offset_hours(sheet.proof);
    let facts = [
        [
            (words::NAME, subject.name.as_str(), ""),
            (words::ID_NUMBER, &subject.id_number, ""),
        ],
        [
            (
                words::INSTITUTION,
                &subject.institution.zh,
                &subject.institution.en,
            ),
            (words::CLASS, &subject.class.zh, &subject.class.en),
        ],
        [
            (words::COURSE, &subject.course.zh, &subject.course.en),
            (words::IDENTITY, class.0, class.1),
        ],
        [
            (
                words::ISSUED,
                &format!("{date} {time}"),
                &format!("UTC+{offset:02}:00"),
            ),
            (words::RULES, &subject.rules.version, ""),
        ],
    ];
    let column = WIDTH / 2.0;
    for row in facts {
        let width = column - 18.0;
        let height = row
            .iter()
            .map(|(_, zh, en)| 13.0 + pen.height(width, VALUE, zh) + pen.height(width, SMALL, en))
            .fold(0.0, f32::max);
        pen.need(height);
        let y = pen.y;
        for ((label, zh, en), x) in row.into_iter().zip([MARGIN, MARGIN + column]) {
            pen.put(x, y, LABEL, &format!("{} {}", label.0, label.1));
            let below = y + 12.0;
            let first = pen.block(x, below, width, VALUE, zh);
            if !en.is_empty() {
                pen.block(x, below + first - 1.0, width, SMALL, en);
            }
        }
        pen.y = y + height + 4.0;
    }
}

fn heading(pen: &mut Pen<'_>, (zh, en): (&str, &str), with: f32) {
    pen.need(24.0 + with);
    pen.y += 5.0;
    let y = pen.y;
    pen.put(MARGIN, y, HEAD, zh);
    let x = MARGIN + pen.font.width(zh, HEAD.size) + 7.0;
    pen.put(x, y + 2.0, Style::plain(8.6, Ink::SOFT), en);
    pen.rect(MARGIN, y + 17.5, WIDTH, 0.7, Ink::LINE);
    pen.y = y + 24.0;
}

const FILM: f32 = RIGHT - 132.0;
const CREDITED: f32 = RIGHT - 64.0;

fn units(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    let subject = &sheet.proof.subject;
    heading(pen, words::UNITS, 60.0);
    columns(pen);
    for (position, unit) in subject.units.iter().enumerate() {
        one_unit(pen, position + 1, unit, &subject.rules);
    }
    pen.need(16.0);
    let y = pen.y;
    let words = format!("{} {}", words::ROUNDED.0, words::ROUNDED.1);
    pen.y += pen.block(MARGIN, y, WIDTH, LABEL, &words) + 4.0;
}

fn columns(pen: &mut Pen<'_>) {
    let y = pen.y;
    for (right, label) in [
        (FILM, words::UNIT_FILM),
        (CREDITED, words::UNIT_CREDITED),
        (RIGHT, words::HOURS),
    ] {
        pen.put_right(right, y, LABEL, &format!("{} {}", label.0, label.1));
    }
    pen.y = y + 14.0;
}

fn one_unit(pen: &mut Pen<'_>, number: usize, unit: &UnitCredit, rules: &Rules) {
    let (x, width) = (MARGIN + 22.0, FILM - 64.0 - MARGIN - 22.0);
    let title = Style::plain(10.0, Ink::TEXT);
    let height =
        pen.height(width, title, &unit.title.zh) + pen.height(width, SMALL, &unit.title.en);
    if pen.need(height + 14.0) {
        columns(pen);
    }
    let y = pen.y;
    pen.put(
        MARGIN,
        y,
        Style::plain(10.0, Ink::SOFT),
        &number.to_string(),
    );
    let first = pen.block(x, y, width, title, &unit.title.zh);
    pen.block(x, y + first - 1.0, width, SMALL, &unit.title.en);
    pen.put_right(
        FILM,
        y,
        Style::plain(10.0, Ink::SOFT),
        &words::length(unit.film_ms),
    );
    pen.put_right(CREDITED, y, title, &words::length(unit.credited_ms));
    let hours = words::hours(unit.credited_ms, rules);
    pen.put_right(RIGHT, y, Style::strong(10.0, Ink::ACCENT), &hours);
    bar(pen, y + height + 1.0, unit);
    pen.y = y + height + 8.0;
}

/// Which parts of the film were credited.
fn bar(pen: &mut Pen<'_>, y: f32, unit: &UnitCredit) {
    let (x, width) = (MARGIN + 22.0, WIDTH - 22.0);
    pen.rect(x, y, width, 3.0, Ink::LINE);
    // In thousandths of the film, so that no float measures time.
    let permille = |at: u64| {
        let part = at
            .saturating_mul(1_000)
            .checked_div(unit.film_ms.0)
            .unwrap_or(0);
        u16::try_from(part.min(1_000)).map_or(0.0, f32::from) / 1_000.0
    };
    for interval in unit.credited.intervals() {
        let (from, to) = (permille(interval.from.0), permille(interval.to.0));
        pen.rect(x + from * width, y, (to - from) * width, 3.0, Ink::ACCENT);
    }
}

fn checks(pen: &mut Pen<'_>, counts: CheckCounts) {
    heading(pen, words::CHECKS, 54.0);
    let CheckCounts {
        passed,
        supervised,
        made_up,
        missed,
        by_people,
        waiting,
    } = counts;
    let numbers = [passed, supervised, made_up, missed, by_people, waiting];
    let (gap, y) = (6.0, pen.y);
    let width = (WIDTH - 5.0 * gap) / 6.0;
    let mut x = MARGIN;
    for (number, (zh, en)) in numbers.into_iter().zip(words::COUNTS) {
        pen.rect(x, y, width, 47.0, Ink::TINT);
        pen.put(
            x + 8.0,
            y + 4.0,
            Style::strong(14.0, Ink::TEXT),
            &number.to_string(),
        );
        pen.put(x + 8.0, y + 22.0, Style::plain(8.6, Ink::TEXT), zh);
        pen.put(x + 8.0, y + 33.5, LABEL, en);
        x += width + gap;
    }
    pen.y = y + 53.0;
}

fn not_checked(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    heading(pen, words::NOT_CHECKED, 30.0);
    for what in &sheet.proof.not_checked {
        let (zh, en) = words::not_checked(*what);
        let (x, width) = (MARGIN + 12.0, WIDTH - 12.0);
        let height = pen.height(width, BODY, zh) + pen.height(width, LABEL, en);
        pen.need(height);
        let y = pen.y;
        pen.rect(MARGIN + 2.0, y + 4.6, 3.4, 3.4, Ink::WARN_EDGE);
        pen.y = y + both(pen, x, width, BODY, zh, en) + 2.5;
    }
}

/// Chinese and English on one line where both fit, else one below the other; returns how high that is.
fn both(pen: &mut Pen<'_>, x: f32, width: f32, style: Style, zh: &str, en: &str) -> f32 {
    let y = pen.y;
    let (first, gap) = (pen.font.width(zh, style.size), 8.0);
    if first + gap + pen.font.width(en, LABEL.size) <= width {
        pen.put(x, y, style, zh);
        pen.put(x + first + gap, y + 1.3, LABEL, en);
        return style.line();
    }
    let height = pen.block(x, y, width, style, zh);
    height + pen.block(x, y + height - 1.0, width, LABEL, en)
}

fn seals(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    heading(pen, words::SEALS, 105.0);
    let y = pen.y;
    pen.y += pen.block(MARGIN, y, WIDTH, BODY, words::HOW.0) + 1.0;
    let y = pen.y;
    pen.y += pen.block(MARGIN, y, WIDTH, LABEL, words::HOW.1) + 5.0;
    let digest = sheet.digest.to_string();
    let rules = sheet.proof.subject.rules_hash.to_string();
    let status = sheet.proof.status.as_ref();
    let lines = [
        (words::DIGEST, digest.as_str()),
        (words::RULES_HASH, &rules),
        (words::ID, &sheet.proof.id),
        (words::ISSUER, &sheet.proof.issuer),
    ];
    for (label, value) in lines
        .into_iter()
        .chain(status.map(|entry| (words::STATUS, entry.id.as_str())))
    {
        pen.need(14.0);
        let y = pen.y;
        pen.put(MARGIN, y + 0.4, LABEL, &format!("{} {}", label.0, label.1));
        pen.put(MARGIN + 168.0, y, Style::plain(8.0, Ink::TEXT), value);
        pen.y = y + 13.0;
    }
}

/// On every page: what it is, and which page of how many.
fn feet(pen: &mut Pen<'_>, sheet: &Sheet<'_>) {
    let n_pages = pen.pages.len();
    let style = Style::plain(7.4, Ink::SOFT);
    let y = PAGE.1 - 38.0;
    let what = format!(
        "真学 Zhenxue · {} {}",
        sheet.proof.title.zh, sheet.proof.title.en
    );
    let digest: String = sheet.digest.to_string().chars().take(16).collect();
    for page in 0..n_pages {
        let right = format!("{digest} · {} / {n_pages}", page + 1);
        let x = RIGHT - pen.font.width(&right, style.size);
        let line = Mark::Rect {
            x: MARGIN,
            y: y - 6.0,
            width: WIDTH,
            height: 0.7,
            ink: Ink::LINE,
        };
        let text = |x: f32, text: &str| Mark::Text {
            x,
            baseline: y + style.size,
            style,
            text: text.to_owned(),
        };
        let (left, right) = (text(MARGIN, &what), text(x, &right));
        if let Some(marks) = pen.pages.get_mut(page) {
            marks.extend([line, left, right]);
        }
    }
}
