//! The one font of a sheet: which characters it has, and how wide they are.

use krilla::{Data, text::Font};
use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
};

/// A font whose file was read. Cheap to clone.
#[derive(Clone)]
pub struct SheetFont {
    bytes: &'static [u8],
    font: Font,
    units_per_em: f32,
}

/// One character as it is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Its place in the font.
    pub(crate) id: u32,
    /// How far the next one stands from it, in ems.
    pub(crate) advance: f32,
}

impl SheetFont {
    /// Reads a TrueType or OpenType font; `None` where the bytes are none.
    #[must_use]
    pub fn new(bytes: &'static [u8]) -> Option<Self> {
        FontRef::new(bytes).ok()?;
        let font = Font::new(Data::from(bytes), 0)?;
        Some(Self {
            units_per_em: font.units_per_em(),
            bytes,
            font,
        })
    }

    /// The first character of `text` that the font has no glyph for. It would be printed as an empty box.
    #[must_use]
    pub fn missing(&self, text: &str) -> Option<char> {
        let font = self.read()?;
        let map = font.charmap();
        text.chars()
            .find(|c| map.map(*c).is_none_or(|glyph| glyph.to_u32() == 0))
    }

    /// The glyphs of `text`, one for each character; `None` where one is missing.
    pub(crate) fn glyphs(&self, text: &str) -> Option<Vec<(Glyph, std::ops::Range<usize>)>> {
        let font = self.read()?;
        let (map, metrics) = (
            font.charmap(),
            font.glyph_metrics(Size::unscaled(), LocationRef::default()),
        );
        text.char_indices()
            .map(|(at, c)| {
                let id = map.map(c).filter(|glyph| glyph.to_u32() != 0)?;
                let advance = metrics.advance_width(id)? / self.units_per_em;
                let id = id.to_u32();
                Some((Glyph { id, advance }, at..at + c.len_utf8()))
            })
            .collect()
    }

    /// Width of `text` in points at `size` points.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text).map_or(0.0, |glyphs| {
            glyphs.iter().map(|(glyph, _)| glyph.advance * size).sum()
        })
    }

    /// `text` in lines of at most `width` points: Chinese breaks anywhere but before a closing mark, Latin between words; a word that is
    /// longer than a line breaks where it must.
    pub(crate) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in words(text) {
            let fits = |line: &str, more: &str| {
                self.width(&format!("{line}{}", more.trim_end()), size) <= width
            };
            if fits(&line, word) {
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            for c in word.chars() {
                if !line.is_empty() && !fits(&line, c.encode_utf8(&mut [0; 4])) {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        if !line.is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }

    pub(crate) fn krilla(&self) -> Font {
        self.font.clone()
    }

    fn read(&self) -> Option<FontRef<'static>> {
        FontRef::new(self.bytes).ok()
    }
}

/// Marks that no line may begin with.
const CLOSING: &str = "，。、；：！？）》」』”’…%,.;:!?)";

/// `text` in pieces that a line may break between.
fn words(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let may_break = previous.is_some_and(|previous| {
            !CLOSING.contains(c) && (previous == ' ' || is_wide(previous) || is_wide(c))
        });
        if may_break && at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

/// Whether a line may break beside it.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_before_a_closing_mark() {
        assert_eq!(
            words("安全用电，safe use"),
            ["安", "全", "用", "电，", "safe ", "use"]
        );
        assert_eq!(words("a"), ["a"]);
        assert_eq!(words(""), [""]);
    }
}
