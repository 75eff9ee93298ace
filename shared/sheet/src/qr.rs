//! The QR code: its modules, and a picture of them.

use flate2::{Compression, Crc, write::ZlibEncoder};
use qrcode::{Color, EcLevel, QrCode};
use std::io::Write as _;

/// Light modules around a code (ISO/IEC 18004).
pub const QUIET: usize = 4;

/// The modules of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

/// More than a code can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much for a QR code")]
pub struct TooMuch;

impl Qr {
    /// The code of `text`: level M, so that it is still read with a seventh of it gone.
    ///
    /// # Errors
    /// [`TooMuch`]
    pub fn of(text: &str) -> Result<Self, TooMuch> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooMuch)?;
        Ok(Self {
            width: code.width(),
            dark: code
                .to_colors()
                .into_iter()
                .map(|color| color == Color::Dark)
                .collect(),
        })
    }

    /// Modules in a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Runs of dark modules: row, first column, how many.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.dark
            .chunks(self.width.max(1))
            .enumerate()
            .flat_map(|(row, modules)| {
                let mut runs = Vec::new();
                let mut start = None;
                for (column, dark) in modules.iter().copied().chain([false]).enumerate() {
                    match (dark, start) {
                        (true, None) => start = Some(column),
                        (false, Some(first)) => {
                            runs.push((row, first, column - first));
                            start = None;
                        }
                        _ => {}
                    }
                }
                runs
            })
    }

    /// A PNG of it, `scale` pixels to a module, with its quiet zone.
    ///
    /// # Errors
    /// Never: it is written to memory.
    pub fn png(&self, scale: usize) -> std::io::Result<Vec<u8>> {
        let side = (self.width + 2 * QUIET) * scale;
        let stride = side.div_ceil(8);
        let mut light = vec![0xff_u8; stride * side];
        for (row, first, n) in self.runs() {
            for y in (row + QUIET) * scale..(row + QUIET + 1) * scale {
                for x in (first + QUIET) * scale..(first + n + QUIET) * scale {
                    light[y * stride + x / 8] &= !(0x80 >> (x % 8));
                }
            }
        }
        // Each row begins with its filter: none.
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        for row in light.chunks(stride) {
            packed.write_all(&[0])?;
            packed.write_all(row)?;
        }
        let packed = packed.finish()?;
        let side = u32::try_from(side)
            .map_err(std::io::Error::other)?
            .to_be_bytes();
        // One bit of grey per pixel.
        let head = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in [(b"IHDR", &head), (b"IDAT", &packed), (b"IEND", &Vec::new())] {
            let len = u32::try_from(data.len()).map_err(std::io::Error::other)?;
            png.extend(len.to_be_bytes());
            png.extend(kind);
            png.extend(data);
            let mut crc = Crc::new();
            crc.update(kind);
            crc.update(data);
            png.extend(crc.sum().to_be_bytes());
        }
        Ok(png)
    }
}
