//! A compiler that builds for the browser: rustup's where it can fetch the target, otherwise Debian's, which gets a standard
//! library for wasm built from its own sources once.

use super::{system, tool_dirs};
use crate::{place, say};
use anyhow::{Context as _, Result, bail};
use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

const TARGET: &str = "wasm32-unknown-unknown";
/// rustup waits for ever on a network that swallows packets; a reachable server answers in far less.
const FIRST_BYTE_WITHIN: Duration = Duration::from_secs(20);
/// Once something arrives, the 20 MB may take their time.
const DOWNLOAD_WITHIN: Duration = Duration::from_secs(600);
/// The compiler and its sources are one version and come from one Debian release; the linker is of the same LLVM.
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_LINTER: &str = "rust-web-clippy";

/// Who compiles for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The toolchain that `rust-toolchain.toml` names.
    Rustup,
    /// Debian's, under `/usr/bin`.
    Debian,
}

impl Compiler {
    /// A program that uses this compiler and the browser's build tools, in the repository.
    pub(crate) fn command(self, program: &str) -> Result<Command> {
        let mut dirs = tool_dirs()?;
        if self == Self::Debian {
            dirs.insert(0, PathBuf::from("/usr/bin"));
        }
        let found = match self {
            Self::Debian => dirs
                .iter()
                .map(|dir| dir.join(program))
                .find(|file| file.is_file()),
            Self::Rustup => None,
        };
        let mut command = found.map_or_else(|| Command::new(program), Command::new);
        command
            .current_dir(place::root())
            .env("PATH", place::path_with(&dirs))
            .env("CARGO_TARGET_DIR", place::wasm_target())
            // The cargo that runs this task names itself and its libraries there; the other compiler must not find them.
            .env_remove("CARGO")
            .env_remove("LD_LIBRARY_PATH");
        Ok(command)
    }

    /// What to call it, with its version.
    pub(crate) fn version(self) -> Result<String> {
        say::answer(self.command("rustc")?.arg("--version"))
            .context("rustc --version gave no answer")
    }

    /// Whether it links a wasm file: a missing or stale standard library and a missing linker all show here.
    fn works(self) -> bool {
        let probe = place::notes().join("probe");
        let source = probe.join("probe.rs");
        let written = fs::create_dir_all(&probe).and_then(|()| {
            fs::write(
                &source,
                "#[unsafe(no_mangle)] pub extern \"C\" fn probe() -> String { String::new() }",
            )
        });
        let Ok(mut rustc) = self.command("rustc") else {
            return false;
        };
        rustc.args([
            "--target",
            TARGET,
            "--edition",
            "2024",
            "--crate-type",
            "cdylib",
            "--cap-lints",
            "allow",
            "-o",
        ]);
        rustc.arg(probe.join("probe.wasm")).arg(&source);
        written.is_ok() && say::answer(&mut rustc).is_some()
    }
}

/// Finds or makes a compiler for the browser.
pub(super) fn ensure() -> Result<Compiler> {
    for compiler in [Compiler::Rustup, Compiler::Debian] {
        let installed = compiler == Compiler::Rustup || Path::new("/usr/bin/rustc").is_file();
        if installed && compiler.works() {
            say::present("browser target", &compiler.version()?);
            return Ok(compiler);
        }
    }
    if place::find("rustup").is_some() && fetch_with_rustup()? && Compiler::Rustup.works() {
        return Ok(Compiler::Rustup);
    }
    build_on_debian()?;
    Ok(Compiler::Debian)
}

/// Makes sure that the browser's compiler has its linter.
pub(super) fn ensure_linter(compiler: Compiler) -> Result<()> {
    let linter = say::answer(compiler.command("cargo-clippy")?.arg("--version"));
    match (linter, compiler) {
        (Some(version), _) => say::present("browser linter", &version),
        (None, Compiler::Debian) => system::install(
            "browser linter",
            "clippy for Debian's compiler",
            &[DEBIAN_LINTER],
        )?,
        (None, Compiler::Rustup) => bail!("clippy is missing: rustup component add clippy"),
    }
    Ok(())
}

/// `true` where rustup got the target; `false` where it cannot be reached or refuses.
fn fetch_with_rustup() -> Result<bool> {
    let started = Instant::now();
    println!("  ..  {:<24} asking rustup for {TARGET}", "browser target");
    let log = say::log_file("rustup-target")?;
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .current_dir(place::root());
    let before = downloads();
    let mut child = say::spawn_logged(&mut rustup, &log)?;
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                say::present("browser target", &say::elapsed(started.elapsed()));
            } else {
                say::note("rustup could not fetch it");
            }
            return Ok(status.success());
        }
        let limit = if downloads() == before {
            FIRST_BYTE_WITHIN
        } else {
            DOWNLOAD_WITHIN
        };
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            say::note(&format!(
                "nothing arrived within {}: going on without rustup",
                say::elapsed(limit)
            ));
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Names and sizes of what rustup is downloading: they change as soon as something arrives.
fn downloads() -> Vec<(PathBuf, u64)> {
    let home = env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".rustup")));
    let files = home.and_then(|home| fs::read_dir(home.join("downloads")).ok());
    let mut found: Vec<(PathBuf, u64)> = files
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|file| Some((file.path(), file.metadata().ok()?.len())))
        .filter(|(_, len)| *len > 0)
        .collect();
    found.sort();
    found
}

/// Debian's compiler, with a standard library for wasm built from Debian's sources of it.
fn build_on_debian() -> Result<()> {
    if place::find("apt-get").is_none() {
        bail!(
            "this machine's Rust cannot build for the browser, and rustup cannot fetch the target. Please run, with a network: rustup target add {TARGET}"
        );
    }
    let needed = [
        "/usr/bin/rustc",
        "/usr/bin/cargo",
        "/usr/bin/lld-22",
        "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
    ];
    if needed.iter().any(|file| !Path::new(file).is_file()) {
        system::install(
            "browser compiler",
            "Debian's Rust with its sources, and lld",
            DEBIAN_PACKAGES,
        )?;
    }
    if !system::may_be_root() {
        bail!(
            "the standard library for wasm has to be put under /usr/lib/rustlib: please run `cargo xtask setup` once as root"
        );
    }
    say::step(
        "browser target",
        "building the standard library for wasm once, about two minutes",
        build_std,
    )?;
    if !Compiler::Debian.works() {
        bail!(
            "the standard library for wasm was built, but rustc still cannot link with it; see {}",
            place::notes().join("logs").display()
        );
    }
    Ok(())
}

/// Builds std as a dependency of an empty crate and copies its parts to where rustc looks for them.
fn build_std() -> Result<()> {
    let empty = place::notes().join("wasm-std");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("src/lib.rs"), "")?;
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"throwaway\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let built = empty.join("target");
    let mut cargo = Compiler::Debian.command("cargo")?;
    cargo
        .current_dir(&empty)
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort,panic_unwind,test",
            "--target",
            TARGET,
        ])
        .env("CARGO_TARGET_DIR", &built)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode, `lto = true` later cannot read the library.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes -Cdebuginfo=0")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3");
    say::quietly("wasm-std", &mut cargo)?;

    let lib = Path::new("/usr/lib/rustlib").join(TARGET).join("lib");
    say::quietly(
        "wasm-std-install",
        system::as_root("rm").arg("-rf").arg(&lib),
    )?;
    say::quietly(
        "wasm-std-install",
        system::as_root("mkdir").arg("-p").arg(&lib),
    )?;
    let deps = built.join(TARGET).join("release/deps");
    let parts: Vec<PathBuf> = fs::read_dir(&deps)
        .with_context(|| deps.display().to_string())?
        .flatten()
        .map(|file| file.path())
        .filter(|file| file.extension() == Some(OsStr::new("rlib")) && !named(file, "libthrowaway"))
        .collect();
    say::quietly(
        "wasm-std-install",
        system::as_root("cp").args(&parts).arg(&lib),
    )?;

    let host = say::answer(
        Compiler::Debian
            .command("rustc")?
            .args(["--print", "host-tuple"]),
    )
    .context("rustc --print host-tuple gave no answer")?;
    let bin = Path::new("/usr/lib/rustlib").join(host).join("bin");
    say::quietly(
        "wasm-std-install",
        system::as_root("mkdir").arg("-p").arg(&bin),
    )?;
    let link = bin.join("rust-lld");
    say::quietly(
        "wasm-std-install",
        system::as_root("ln")
            .args(["-sf", "/usr/bin/lld-22"])
            .arg(link),
    )?;
    fs::remove_dir_all(&empty)?;
    Ok(())
}

fn named(file: &Path, prefix: &str) -> bool {
    file.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
}
