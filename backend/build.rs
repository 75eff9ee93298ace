//! Lets the server compile before the page was ever built: it then says so.

fn main() {
    let dist = std::path::Path::new("../frontend/dist");
    println!("cargo::rerun-if-changed=../frontend/dist");
    println!("cargo::rerun-if-changed=build.rs");
    if !dist.exists()
        && let Err(error) = std::fs::create_dir_all(dist)
    {
        println!("cargo::error=cannot make {}: {error}", dist.display());
    }
}
