//! The load generator: many learners' beats over a fixed number of connections, as fast as the server acknowledges them (closed
//! loop) or at a fixed rate (open loop). It shares its machine with the server, so it runs on one thread and does little.

pub mod machine;
pub mod report;
pub mod worker;

use crate::{Connection, Device, Identity, RobotError, postgres::Cluster};
use report::{BEATS_PER_CLASS_HOUR, Report};
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use tokio::{task::JoinSet, time::Instant};
use worker::{Pace, Seat, Tally, drive};

/// How many accounts are made at once: each costs the server one password hash.
const N_REGISTERING: usize = 4;

/// What to do to which server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the server is.
    pub address: SocketAddr,
    /// Its process, for memory and processor time.
    pub pid: Option<u32>,
    /// Open connections.
    pub connections: usize,
    /// Study sessions, shared out over the connections; at least one for each.
    pub learners: usize,
    /// Load before the measured period.
    pub warm_up: Duration,
    /// The measured period.
    pub measured: Duration,
    /// Beats per second over all connections; `None` for a closed loop.
    pub open_loop_rate: Option<u64>,
    /// Which database, for the report.
    pub database: &'static str,
}

/// Where the bytes are counted.
#[derive(Clone, Copy)]
pub enum Disk<'a> {
    /// In a directory.
    Directory(&'a PathBuf),
    /// In a private cluster.
    Postgres(&'a Cluster),
    /// Not at all.
    Unknown,
}

impl Disk<'_> {
    /// Bytes now.
    ///
    /// # Errors
    /// Where the database does not tell.
    pub fn bytes(self) -> Result<Option<u64>, RobotError> {
        match self {
            Self::Directory(dir) => Ok(Some(machine::directory_bytes(dir))),
            Self::Postgres(cluster) => cluster.database_bytes().map(Some),
            Self::Unknown => Ok(None),
        }
    }
}

/// Learners in study sessions, ready to beat.
///
/// # Errors
/// What the server or the network said.
pub async fn prepare(
    options: &Options,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<Seat>, RobotError> {
    let learners = options.learners.max(options.connections);
    let mut seats = Vec::with_capacity(learners);
    let mut making = JoinSet::new();
    let mut asked = 0;
    while seats.len() < learners {
        while asked < learners && making.len() < N_REGISTERING {
            let identity = Identity::fresh(u32::try_from(asked).unwrap_or(u32::MAX));
            making.spawn(take_seat(options.address, identity, asked));
            asked += 1;
        }
        if let Some(seat) = making.join_next().await {
            seats.push(seat.map_err(|error| RobotError::Machine(error.to_string()))??);
            progress(seats.len(), learners);
        }
    }
    Ok(seats)
}

async fn take_seat(
    address: SocketAddr,
    identity: Identity,
    idx: usize,
) -> Result<Seat, RobotError> {
    let mut device = Device::of(address, &identity, "load").await?;
    let class = device.join_any().await?;
    let unit = class
        .units
        .get(idx.checked_rem(class.units.len()).unwrap_or(0))
        .ok_or_else(|| RobotError::Machine("the class has no unit".into()))?
        .unit;
    let began_at = Instant::now();
    let study = device.start(class.class, unit, true).await?;
    Ok(Seat {
        cookie: device.cookie,
        study,
        began_at,
    })
}

/// Sends beats of `seats` for as long as the options say. Gives the report (without the disk's part) and the number of beats of
/// the whole run, warm-up included.
///
/// # Errors
/// Where a connection's task died.
pub async fn measure(options: &Options, seats: Vec<Seat>) -> Result<(Report, u64), RobotError> {
    let n_learners = seats.len();
    let mut shares: Vec<Vec<Seat>> = Vec::new();
    shares.resize_with(options.connections, Vec::new);
    for (seat, idx) in seats.into_iter().zip((0..options.connections).cycle()) {
        if let Some(share) = shares.get_mut(idx) {
            share.push(seat);
        }
    }
    let starts_at = Instant::now() + Duration::from_millis(50);
    let counts_from = starts_at + options.warm_up;
    let ends_at = counts_from + options.measured;
    let mut running = JoinSet::new();
    for (share, idx) in shares.into_iter().zip(0_u32..) {
        let every = options.open_loop_rate.map(|rate| {
            let gap = Duration::from_nanos(1_000_000_000 / rate.max(1));
            let connections = u32::try_from(options.connections).unwrap_or(u32::MAX);
            (gap * connections, gap * idx)
        });
        let pace = Pace {
            starts_at,
            counts_from,
            ends_at,
            every,
        };
        running.spawn(drive(Connection::new(options.address), share, pace));
    }
    tokio::time::sleep_until(counts_from).await;
    let processor_ms_before = options.pid.and_then(machine::processor_ms);
    tokio::time::sleep_until(ends_at).await;
    let processor_ms_after = options.pid.and_then(machine::processor_ms);
    let memory = options.pid.and_then(machine::memory_bytes);

    let mut total = Tally::new();
    while let Some(tally) = running.join_next().await {
        let tally = tally.map_err(|error| RobotError::Machine(error.to_string()))?;
        total.beats += tally.beats;
        total.beats_with_warm_up += tally.beats_with_warm_up;
        total.errors += tally.errors;
        total.error_examples.extend(tally.error_examples);
        // Histograms of one precision always add.
        let _added = total.latencies_us.add(&tally.latencies_us);
    }
    total.error_examples.truncate(5);
    let measured_ms = u64::try_from(options.measured.as_millis()).unwrap_or(u64::MAX);
    let mut report = Report {
        database: options.database,
        connections: options.connections,
        learners: n_learners,
        open_loop_rate: options.open_loop_rate,
        measured_ms,
        beats: total.beats,
        beats_per_s: (total.beats * 1000).checked_div(measured_ms).unwrap_or(0),
        p50_us: 0,
        p99_us: 0,
        p999_us: 0,
        max_us: 0,
        errors: total.errors,
        error_examples: total.error_examples,
        server_resident_bytes: memory.map(|(now, _)| now),
        server_resident_bytes_max: memory.map(|(_, most)| most),
        server_processor_us_per_beat: processor_ms_before.zip(processor_ms_after).and_then(
            |(before, after)| (after.saturating_sub(before) * 1000).checked_div(total.beats),
        ),
        database_bytes_per_beat: None,
        database_bytes_per_class_hour: None,
    };
    report.set_latencies(&total.latencies_us);
    Ok((report, total.beats_with_warm_up))
}

impl Report {
    /// Enters the growth of the database over `beats`.
    pub fn set_growth(&mut self, before: Option<u64>, after: Option<u64>, beats: u64) {
        let grown = before
            .zip(after)
            .map(|(before, after)| after.saturating_sub(before));
        self.database_bytes_per_beat = grown.and_then(|bytes| bytes.checked_div(beats));
        self.database_bytes_per_class_hour =
            grown.and_then(|bytes| (bytes * BEATS_PER_CLASS_HOUR).checked_div(beats));
    }
}
