//! JPEG bytes to pixels, with limits checked before anything is unpacked.

use serde::{Deserialize, Serialize};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// A decoded picture: three bytes (red, green, blue) for each pixel, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The bytes, `3 * width * height` of them.
    pub rgb: Vec<u8>,
}

/// What a sender may make us unpack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest file, in bytes.
    pub bytes_max: usize,
    /// Most pixels, width × height.
    pub pixels_max: usize,
}

impl Limits {
    /// A frame of a face check: 640×480 at quality 85 is 29 to 42 KB; four times the pixels and ten times the bytes are room
    /// enough for a camera that gives no smaller picture.
    pub const FRAME: Self = Self {
        bytes_max: 400 * 1024,
        pixels_max: 1280 * 960,
    };
    /// A photo file that an operator hands to the command line.
    pub const PHOTO: Self = Self {
        bytes_max: 24 * 1024 * 1024,
        pixels_max: 40_000_000,
    };
}

/// Why bytes did not become a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The file is longer than allowed; nothing was read.
    #[error("the picture has {bytes} bytes, more than the {bytes_max} allowed")]
    TooManyBytes {
        /// Length of the file.
        bytes: usize,
        /// Longest allowed.
        bytes_max: usize,
    },
    /// The header announces more pixels than allowed; nothing was unpacked.
    #[error("the picture has {width} × {height} pixels, more than the {pixels_max} allowed")]
    TooManyPixels {
        /// Width in the header.
        width: usize,
        /// Height in the header.
        height: usize,
        /// Most pixels allowed.
        pixels_max: usize,
    },
    /// Not a JPEG, or a broken one.
    #[error("the bytes are not a JPEG picture: {0}")]
    NotJpeg(String),
}

/// Decode a JPEG.
///
/// The decoder runs without its hand-written SIMD: bytes from strangers then meet no `unsafe` code, and browser and server
/// see the very same pixels.
///
/// # Errors
/// If the bytes are too many, would unpack to too many pixels, or are not a JPEG.
pub fn decode(jpeg: &[u8], limits: Limits) -> Result<Picture, DecodeError> {
    let mut decoder = header(jpeg, limits)?;
    let (width, height) = size(&decoder);
    let rgb = decoder
        .decode()
        .map_err(|error| DecodeError::NotJpeg(format!("{error:?}")))?;
    if width * height == 0 || rgb.len() != 3 * width * height {
        return Err(DecodeError::NotJpeg("it holds no pixels".into()));
    }
    Ok(Picture { width, height, rgb })
}

/// Whether bytes announce themselves as a JPEG within the limits, from their header alone: microseconds, nothing is unpacked.
///
/// # Errors
/// As [`decode`]; what is broken behind the header is found only there.
pub fn check_header(jpeg: &[u8], limits: Limits) -> Result<(), DecodeError> {
    header(jpeg, limits).map(|_| ())
}

/// Width and height that a header announced.
fn size(decoder: &JpegDecoder<ZCursor<&[u8]>>) -> (usize, usize) {
    decoder
        .info()
        .map(|info| (usize::from(info.width), usize::from(info.height)))
        .unwrap_or_default()
}

/// A decoder that has read the header of a picture within the limits.
fn header(jpeg: &[u8], limits: Limits) -> Result<JpegDecoder<ZCursor<&[u8]>>, DecodeError> {
    if jpeg.len() > limits.bytes_max {
        return Err(DecodeError::TooManyBytes {
            bytes: jpeg.len(),
            bytes_max: limits.bytes_max,
        });
    }
    let options = DecoderOptions::new_safe()
        .set_use_unsafe(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        // A progressive file of 400 KB with endless tiny scans would cost seconds; cameras write one, phones about ten.
        .jpeg_set_max_scans(32)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder
        .decode_headers()
        .map_err(|error| DecodeError::NotJpeg(format!("{error:?}")))?;
    let (width, height) = size(&decoder);
    if width * height > limits.pixels_max {
        return Err(DecodeError::TooManyPixels {
            width,
            height,
            pixels_max: limits.pixels_max,
        });
    }
    Ok(decoder)
}

impl Picture {
    /// Brightness of one pixel, 0 to 255 (Rec. 601, as JPEG itself has it).
    #[must_use]
    pub fn luma(&self, x: usize, y: usize) -> f32 {
        let at = 3 * (y * self.width + x);
        let [red, green, blue] = [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]].map(f32::from);
        0.299 * red + 0.587 * green + 0.114 * blue
    }

    /// The picture at half the size, each pixel the mean of four; an odd last row or column is dropped.
    #[must_use]
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut rgb = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            let rows = [2 * y, (2 * y + 1).min(self.height - 1)];
            for x in 0..width {
                let columns = [2 * x, (2 * x + 1).min(self.width - 1)];
                for channel in 0..3 {
                    let sum: u16 = rows
                        .iter()
                        .flat_map(|row| {
                            columns
                                .map(|column| self.rgb[3 * (row * self.width + column) + channel])
                        })
                        .map(u16::from)
                        .sum();
                    rgb.push(((sum + 2) / 4).to_le_bytes()[0]);
                }
            }
        }
        Self { width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_before_anything_is_unpacked() {
        let limits = Limits {
            bytes_max: 10,
            pixels_max: 1,
        };
        assert_eq!(
            decode(&[0; 11], limits),
            Err(DecodeError::TooManyBytes {
                bytes: 11,
                bytes_max: 10
            })
        );
        // Only a header, 65535 × 65535 pixels: refused for what it announces, with no pixel data behind it.
        let header = [
            0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x22, 0, 2, 0x11,
            0, 3, 0x11, 0, 0xff, 0xda, 0x00, 0x0c, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0,
        ];
        let refused = decode(&header, Limits::FRAME);
        assert!(
            matches!(
                refused,
                Err(DecodeError::TooManyPixels {
                    width: 65535,
                    height: 65535,
                    ..
                })
            ),
            "{refused:?}"
        );
    }

    #[test]
    fn anything_else_is_no_picture() {
        for bytes in [&b""[..], b"GIF89a", &[0xff, 0xd8], &[0xff; 300]] {
            assert!(
                matches!(decode(bytes, Limits::FRAME), Err(DecodeError::NotJpeg(_))),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn halving_takes_the_mean_of_four() {
        let picture = Picture {
            width: 2,
            height: 2,
            rgb: vec![0, 10, 20, 4, 10, 20, 8, 10, 20, 12, 10, 23],
        };
        assert_eq!(
            picture.halved(),
            Picture {
                width: 1,
                height: 1,
                rgb: vec![6, 10, 21]
            }
        );
    }
}
