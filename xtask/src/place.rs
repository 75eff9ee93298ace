//! Where things are: the repository, what is built, and what is kept per person between builds.

use anyhow::{Context as _, Result};
use std::{
    env,
    ffi::OsString,
    path::{self, Path, PathBuf},
    process::Command,
};

/// The repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// What cargo builds for this machine.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(
        || root().join("target"),
        |dir| path::absolute(&dir).unwrap_or_else(|_| dir.into()),
    )
}

/// What cargo builds for the browser: apart, since another compiler may build it and two builds would wait for one lock.
pub(crate) fn wasm_target() -> PathBuf {
    target().join("wasm")
}

/// Logs, stamps and screenshots of these tasks.
pub(crate) fn notes() -> PathBuf {
    target().join("xtask")
}

/// The release server.
pub(crate) fn server() -> PathBuf {
    released("zhenxue")
}

/// The built page, which the server carries inside it.
pub(crate) fn dist() -> PathBuf {
    root().join("frontend/dist")
}

/// Build tools of this person, shared by all checkouts.
///
/// # Errors
/// Where there is no home directory.
pub(crate) fn tools() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set, so there is no place for build tools")?;
    Ok(cache.join("zhenxue/tools"))
}

/// `PATH` with `dirs` before everything else.
pub(crate) fn path_with(dirs: &[PathBuf]) -> OsString {
    let old = env::var_os("PATH").unwrap_or_default();
    env::join_paths(dirs.iter().cloned().chain(env::split_paths(&old))).unwrap_or(old)
}

/// The first program of this name on `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// The cargo that called us, in the repository.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told us about this package: build scripts of others look at names like these, and would run again (and all that
    // depends on them be compiled again) after each cargo command that was not ours.
    for (name, _) in env::vars_os() {
        let of_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if of_package {
            command.env_remove(name);
        }
    }
    // Said aloud, since a relative one would mean another folder from there.
    command
        .env("CARGO_TARGET_DIR", target())
        .current_dir(root());
    command
}

/// Builds one of our programs as `cargo test --release` would. With `-p`, cargo turns on just the features that this one package
/// asks for, and the tests would compile the database driver, the nets and fifty more crates a second time; without it and beside
/// an example, dev-dependencies count and all of it is shared. `read` is the smallest example there is.
pub(crate) fn release(program: &str) -> Command {
    let mut command = cargo();
    command.args(["build", "--release", "--bin", program, "--example", "read"]);
    command
}

/// Where [`release`] leaves a program.
pub(crate) fn released(program: &str) -> PathBuf {
    target().join("release").join(program)
}

/// The version that `Cargo.lock` names for a package.
///
/// # Errors
/// Where the lock file cannot be read or does not hold the package.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines
        .find(|line| *line == name)
        .and_then(|_| lines.next())
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock holds no package {package}"))
}
