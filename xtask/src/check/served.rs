//! The README's first command, tried as a person would: it must start a server that answers.

use crate::{place, say};
use anyhow::{Context as _, Result, bail};
use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

/// Against a server that hangs, not a measure: where a source changed since the build, the whole is built once more first.
const READY_WITHIN: Duration = Duration::from_secs(20 * 60);

/// `cargo xtask run` on a free port and an empty folder, asked for its page and whether it can take a beat.
pub(super) fn by_the_readme() -> Result<String> {
    let data = place::notes().join("run-data");
    let _ = fs::remove_dir_all(&data);
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let log = say::log_file("run")?;
    let mut run = Command::new(env::current_exe()?);
    run.args(["run", "--listen", &address.to_string(), "--data"])
        .arg(&data)
        .current_dir(place::root());
    let mut server = Guard(say::spawn_logged(&mut run, &log)?);

    let started = Instant::now();
    let ready = loop {
        if let Some(status) = server.0.try_wait()? {
            bail!(
                "{}",
                say::log_tail(&log, &format!("the server ended with {status}"))
            );
        }
        if started.elapsed() > READY_WITHIN {
            bail!(
                "{}",
                say::log_tail(&log, "the server was not ready in time")
            );
        }
        match get(address, "/api/ready") {
            Ok(answer) if answer.starts_with("HTTP/1.1 2") => break started.elapsed(),
            Ok(_) | Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    };
    let page = get(address, "/")?;
    if !page.starts_with("HTTP/1.1 200") || !page.contains("<html") {
        bail!(
            "GET / is not the page: {}",
            page.lines().next().unwrap_or_default()
        );
    }
    let printed = fs::read_to_string(&log).context("the server's output")?;
    if !printed.contains(&address.to_string()) {
        bail!(
            "{}",
            say::log_tail(&log, "the address is not in what the server prints")
        );
    }
    drop(server);
    fs::remove_dir_all(&data).context("the folder of the trial run")?;
    Ok(format!("ready after {}", say::elapsed(ready)))
}

/// Ends the server however the check ends.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
