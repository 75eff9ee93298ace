//! From marks to PDF/A-3, with the credential attached.

use crate::{
    draw::{NotDrawn, Sheet},
    font::SheetFont,
    pen::{Ink, Mark, PAGE, Style},
    words,
};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    text::{GlyphId, KrillaGlyph},
};

/// What the attached credential is called.
pub const ATTACHMENT: &str = "zhenxue-study-proof.json";

pub(crate) fn pdf(
    pages: Vec<Vec<Mark>>,
    sheet: &Sheet<'_>,
    font: &SheetFont,
) -> Result<Vec<u8>, NotDrawn> {
    let broken = |cause: &dyn std::fmt::Debug| NotDrawn::Pdf(format!("{cause:?}"));
    // PDF/A-3 (ISO 19005-3): made to be read after years, with a file of another kind inside. krilla refuses what would break it.
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_B)
        .finish()
        .map_err(|error| broken(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    for marks in pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
            .ok_or_else(|| NotDrawn::Pdf("the size of a page".into()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, font)?;
        }
        surface.finish();
        page.finish();
    }
    let created = moment(sheet);
    document.set_metadata(
        Metadata::new()
            .title(format!("{} {}", sheet.proof.title.zh, sheet.proof.title.en))
            .description(sheet.proof.notice.zh.clone())
            .language("zh-CN".into())
            .creator("Zhenxue 真学".into())
            .authors(vec![sheet.proof.subject.institution.zh.clone()])
            .document_id(sheet.digest.to_string())
            .creation_date(created),
    );
    document
        .embed_file(EmbeddedFile {
            path: ATTACHMENT.into(),
            mime_type: MimeType::new("application/json"),
            description: Some(words::ATTACHED.into()),
            association_kind: AssociationKind::Data,
            data: sheet.document.as_bytes().to_vec().into(),
            modification_date: Some(created),
            // As it is: readable without any tool, and by `contract::verify` without unpacking.
            compress: Some(false),
            location: None,
        })
        .ok_or_else(|| NotDrawn::Pdf("the attachment".into()))?;
    document.finish().map_err(|error| broken(&error))
}

/// When the proof was issued, where its learners live.
fn moment(sheet: &Sheet<'_>) -> DateTime {
    let (date, time) = words::local(sheet.proof);
    let number = |text: &str| text.parse::<u8>().unwrap_or_default();
    let year = date
        .get(..4)
        .and_then(|year| year.parse().ok())
        .unwrap_or_default();
    let part = |text: &str, at: usize| text.get(at..at + 2).map(number).unwrap_or_default();
    DateTime::new(year)
        .month(part(&date, 5))
        .day(part(&date, 8))
        .hour(part(&time, 0))
        .minute(part(&time, 3))
        .second(part(&time, 6))
        .utc_offset_hour(words::offset_hours(sheet.proof))
        .utc_offset_minute(0)
}

fn draw(surface: &mut Surface<'_>, mark: Mark, font: &SheetFont) -> Result<(), NotDrawn> {
    match mark {
        Mark::Text {
            x,
            baseline,
            style,
            text,
        } => write(surface, (x, baseline), style, &text, font),
        Mark::Rect {
            x,
            y,
            width,
            height,
            ink,
        } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(x, y, width, height) {
                path.push_rect(rect);
            }
            fill(surface, path, ink);
            Ok(())
        }
        Mark::Code { x, y, side, qr } => {
            let n = u16::try_from(qr.width()).map_or(1.0, f32::from);
            let module = side / n;
            let at = |index: usize| u16::try_from(index).map_or(0.0, f32::from) * module;
            let mut path = PathBuilder::new();
            for (row, first, n) in qr.runs() {
                if let Some(rect) = Rect::from_xywh(x + at(first), y + at(row), at(n), module) {
                    path.push_rect(rect);
                }
            }
            fill(surface, path, Ink(0, 0, 0));
            Ok(())
        }
    }
}

fn write(
    surface: &mut Surface<'_>,
    (x, baseline): (f32, f32),
    style: Style,
    text: &str,
    font: &SheetFont,
) -> Result<(), NotDrawn> {
    let glyphs: Vec<KrillaGlyph> = font
        .glyphs(text)
        .ok_or_else(|| NotDrawn::Pdf("a character was not looked for".into()))?
        .into_iter()
        .map(|(glyph, range)| {
            KrillaGlyph::new(
                GlyphId::new(glyph.id),
                glyph.advance,
                0.0,
                0.0,
                0.0,
                range,
                None,
            )
        })
        .collect();
    let color = rgb::Color::new(style.ink.0, style.ink.1, style.ink.2);
    surface.set_fill(Some(solid(style.ink)));
    surface.set_stroke((style.weight > 0.0).then(|| Stroke {
        paint: color.into(),
        width: style.weight,
        ..Stroke::default()
    }));
    surface.draw_glyphs(
        Point::from_xy(x, baseline),
        &glyphs,
        font.krilla(),
        text,
        style.size,
        false,
    );
    Ok(())
}

fn fill(surface: &mut Surface<'_>, path: PathBuilder, ink: Ink) {
    surface.set_stroke(None);
    surface.set_fill(Some(solid(ink)));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn solid(ink: Ink) -> Fill {
    Fill {
        paint: rgb::Color::new(ink.0, ink.1, ink.2).into(),
        opacity: NormalizedF32::ONE,
        ..Fill::default()
    }
}
