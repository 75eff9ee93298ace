//! The real server as a process: started on a free port with a data directory, killed without warning, started again.

use crate::{Connection, RobotError};
use contract::routes;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::OpenOptions,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A first start makes the database and loads the demo province; a debug build is slow at it.
const START_MAX: Duration = Duration::from_secs(60);
/// A stop writes what is in flight.
const STOP_MAX: Duration = Duration::from_secs(15);

/// A running `zhenxue serve --demo`. Dropping it kills the process.
pub struct Server {
    program: PathBuf,
    data_dir: PathBuf,
    database_url: Option<String>,
    address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts `program` on a free port of this machine, with its files in `data_dir` and its tables in `database_url`, or in
    /// SQLite where there is none. Returns once it can take beats.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where it does not start, with the last lines it wrote.
    pub async fn start(
        program: &Path,
        data_dir: &Path,
        database_url: Option<&str>,
    ) -> Result<Self, RobotError> {
        let address = free_address()?;
        let child = spawn(program, data_dir, database_url, address)?;
        let mut server = Self {
            program: program.to_owned(),
            data_dir: data_dir.to_owned(),
            database_url: database_url.map(str::to_owned),
            address,
            child,
        };
        server.wait_until_ready().await?;
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where its files are.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// What it wrote to its standard output and error so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(log_path(&self.data_dir)).unwrap_or_default()
    }

    /// `kill -9`: nothing in the process gets to say a word.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where the process had ended before, which is a fault of its own.
    pub fn crash(&mut self) -> Result<(), RobotError> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Err(RobotError::Machine(format!(
                "the server had ended by itself ({status}): {}",
                self.log_tail()
            )));
        }
        self.child.kill().map_err(machine)?;
        self.child.wait().map_err(machine)?;
        Ok(())
    }

    /// Starts it again after [`Self::crash`] or [`Self::stop`], at the same address with the same data.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn restart(&mut self) -> Result<(), RobotError> {
        self.child = self.spawn_again()?;
        self.wait_until_ready().await
    }

    fn spawn_again(&self) -> Result<Child, RobotError> {
        spawn(
            &self.program,
            &self.data_dir,
            self.database_url.as_deref(),
            self.address,
        )
    }

    /// Starts it again and kills it `after` that long, whatever it is doing: recovering, most likely.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where it ended by itself before.
    pub async fn restart_and_crash(&mut self, after: Duration) -> Result<(), RobotError> {
        self.child = self.spawn_again()?;
        tokio::time::sleep(after).await;
        self.crash()
    }

    /// Asks it to stop (SIGTERM) and waits.
    ///
    /// # Errors
    /// [`RobotError::Machine`] where it does not stop in time or says that something went wrong.
    pub async fn stop(&mut self) -> Result<(), RobotError> {
        let pid = i32::try_from(self.child.id())
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| RobotError::Machine("the server has no process id".into()))?;
        kill_process(pid, Signal::TERM).map_err(machine)?;
        let asked_at = Instant::now();
        while asked_at.elapsed() < STOP_MAX {
            if let Some(status) = self.child.try_wait().map_err(machine)? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(RobotError::Machine(format!(
                        "asked to stop, the server ended with {status}: {}",
                        self.log_tail()
                    )))
                };
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(RobotError::Machine(format!(
            "asked to stop, the server still runs after {STOP_MAX:?}"
        )))
    }

    async fn wait_until_ready(&mut self) -> Result<(), RobotError> {
        let started_at = Instant::now();
        let mut connection = Connection::new(self.address);
        while started_at.elapsed() < START_MAX {
            if let Some(status) = self.child.try_wait().map_err(machine)? {
                return Err(RobotError::Machine(format!(
                    "the server ended with {status} instead of starting: {}",
                    self.log_tail()
                )));
            }
            if let Ok(answer) = connection.get(routes::READY, None).await
                && answer.status.is_success()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(RobotError::Machine(format!(
            "the server is not ready after {START_MAX:?}: {}",
            self.log_tail()
        )))
    }

    fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines
            .get(lines.len().saturating_sub(12)..)
            .unwrap_or_default()
            .join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended before: then there is nothing to kill.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A port that nobody listens on right now.
///
/// # Errors
/// [`RobotError::Machine`] where this machine gives none.
pub fn free_address() -> Result<SocketAddr, RobotError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(machine)
}

fn log_path(data_dir: &Path) -> PathBuf {
    data_dir.with_extension("log")
}

fn spawn(
    program: &Path,
    data_dir: &Path,
    database_url: Option<&str>,
    address: SocketAddr,
) -> Result<Child, RobotError> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log_path(data_dir))
        .map_err(machine)?;
    let mut command = Command::new(program);
    command
        .arg("serve")
        .arg("--demo")
        .arg("--data")
        .arg(data_dir)
        .arg("--listen")
        .arg(address.to_string())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(machine)?)
        .stderr(log);
    if let Some(url) = database_url {
        command.env("DATABASE_URL", url);
    }
    command
        .spawn()
        .map_err(|error| RobotError::Machine(format!("{}: {error}", program.display())))
}

fn machine(error: impl std::error::Error) -> RobotError {
    RobotError::Machine(error.to_string())
}
