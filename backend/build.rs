//! Lets the server compile before the page was ever built: it then says so. And takes the font of the sheets from npm's packages.

use std::{env, fs, path::Path};

/// Pinned in package.json; under the SIL Open Font License 1.1, whose text is in the package.
const FONT: &str =
    "../node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf";

fn main() {
    let dist = Path::new("../frontend/dist");
    println!("cargo::rerun-if-changed=../frontend/dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={FONT}");
    if !dist.exists()
        && let Err(error) = fs::create_dir_all(dist)
    {
        println!("cargo::error=cannot make {}: {error}", dist.display());
    }
    let out = env::var("OUT_DIR").unwrap_or_default();
    let font = Path::new(&out).join("sheet-font.ttf");
    let bytes = fs::read(FONT).unwrap_or_else(|error| {
        println!(
            "cargo::warning=no font for PDFs ({FONT}: {error}); `cargo xtask setup` brings it"
        );
        Vec::new()
    });
    // Only where it changed: 10 MB that are newer than before would link everything again.
    if fs::read(&font).is_ok_and(|there| there == bytes) {
        return;
    }
    if let Err(error) = fs::write(&font, bytes) {
        println!("cargo::error=cannot write {}: {error}", font.display());
    }
}
