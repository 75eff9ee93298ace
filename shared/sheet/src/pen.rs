//! What is drawn, as data: pages of texts and rectangles, top left is the origin, points are the unit.

use crate::{font::SheetFont, qr::Qr};

/// A4, in points (ISO 216: 210 × 297 mm).
pub(crate) const PAGE: (f32, f32) = (595.276, 841.89);
/// Left and right margin.
pub(crate) const MARGIN: f32 = 48.0;
/// Width of what stands between the margins.
pub(crate) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Where the text of a page ends; the foot stands below.
const BOTTOM: f32 = PAGE.1 - 54.0;
/// Where the text of a page begins.
const TOP: f32 = 38.0;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ink(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Ink {
    pub(crate) const TEXT: Self = Self(0x1c, 0x28, 0x33);
    pub(crate) const SOFT: Self = Self(0x54, 0x63, 0x72);
    pub(crate) const ACCENT: Self = Self(0x0b, 0x62, 0x6b);
    pub(crate) const TINT: Self = Self(0xee, 0xf4, 0xf5);
    pub(crate) const WARN: Self = Self(0xfb, 0xf3, 0xe2);
    pub(crate) const WARN_EDGE: Self = Self(0xb4, 0x6a, 0x00);
    pub(crate) const LINE: Self = Self(0xd3, 0xdb, 0xe0);
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) ink: Ink,
    /// Thickness that is drawn around the glyphs: one font file serves headings, too.
    pub(crate) weight: f32,
}

impl Style {
    pub(crate) const fn plain(size: f32, ink: Ink) -> Self {
        Self {
            size,
            ink,
            weight: 0.0,
        }
    }

    pub(crate) const fn strong(size: f32, ink: Ink) -> Self {
        Self {
            size,
            ink,
            weight: size * 0.032,
        }
    }

    /// From one line to the next.
    pub(crate) fn line(self) -> f32 {
        self.size * 1.42
    }
}

/// One thing on a page.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        style: Style,
        text: String,
    },
    Rect {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Code {
        x: f32,
        y: f32,
        side: f32,
        qr: Qr,
    },
}

/// Draws from the top to the bottom, and goes on where it left off.
pub(crate) struct Pen<'a> {
    pub(crate) font: &'a SheetFont,
    pub(crate) pages: Vec<Vec<Mark>>,
    /// The next free line.
    pub(crate) y: f32,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(font: &'a SheetFont) -> Self {
        Self {
            font,
            pages: vec![Vec::new()],
            y: TOP,
        }
    }

    /// Begins a new page where `height` does not fit any more.
    pub(crate) fn need(&mut self, height: f32) -> bool {
        let over = self.y + height > BOTTOM;
        if over {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        over
    }

    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    pub(crate) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.mark(Mark::Rect {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    /// One line, its top at `y`.
    pub(crate) fn put(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.mark(Mark::Text {
            x,
            baseline: y + style.size * 1.04,
            style,
            text: text.to_owned(),
        });
    }

    /// One line that ends at `right`.
    pub(crate) fn put_right(&mut self, right: f32, y: f32, style: Style, text: &str) {
        let x = right - self.font.width(text, style.size);
        self.put(x, y, style, text);
    }

    /// As many lines as it takes, the first at `y`; returns how high they are together.
    pub(crate) fn block(&mut self, x: f32, y: f32, width: f32, style: Style, text: &str) -> f32 {
        let mut height = 0.0;
        for line in self.font.wrap(text, style.size, width) {
            self.put(x, y + height, style, &line);
            height += style.line();
        }
        height
    }

    /// How high [`Self::block`] would be.
    pub(crate) fn height(&self, width: f32, style: Style, text: &str) -> f32 {
        let mut height = 0.0;
        for _ in self.font.wrap(text, style.size, width) {
            height += style.line();
        }
        height
    }
}
