//! Turns `locales/*.json` into Rust. A key that one language lacks stops the build, so no page is ever half translated.

use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};
use sha2::{Digest, Sha256};
use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");

    let config = Config::new("zh-CN")?
        .add_locale("en")?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(Some(here.clone()), config)?;
    let warnings: Vec<String> = parsed
        .diag
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    if !warnings.is_empty() {
        return Err(format!(
            "the languages do not say the same things:\n{}",
            warnings.join("\n")
        )
        .into());
    }
    let code = leptos_i18n_codegen::gen_code(&parsed, None, false, None, false)?;
    // One line of 200 KB would drown each compiler message about it.
    fs::write(
        out.join("i18n.rs"),
        prettyplease::unparse(&syn::parse2(code)?),
    )?;

    // Player and charts are loaded by name where they are shown; the digest in the address lets browsers keep them for good.
    for (name, variable) in [
        ("player.js", "ZHENXUE_PLAYER_VERSION"),
        ("charts.js", "ZHENXUE_CHARTS_VERSION"),
    ] {
        let script = here.join("generated").join(name);
        println!("cargo::rerun-if-changed={}", script.display());
        let version = fs::read(&script).map_or_else(
            |_| "none".into(),
            |bytes| {
                hex::encode(Sha256::digest(&bytes))
                    .chars()
                    .take(12)
                    .collect::<String>()
            },
        );
        println!("cargo::rustc-env={variable}={version}");
    }
    Ok(())
}
