//! Writes a JPEG's pixels as the pipeline sees them (`width height` in a line, then the bytes), for `tests/golden/make.mjs`.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: decode FILE.jpg > FILE.rgb")?;
    let picture = face::image::decode(&std::fs::read(path)?, face::Limits::PHOTO)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} {}", picture.width, picture.height)?;
    out.write_all(&picture.rgb)?;
    Ok(())
}
