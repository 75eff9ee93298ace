//! What a run of the load generator saw, for people and as JSON.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::fmt;

/// Beats in one class hour: 2 700 s at one beat in 10 s.
pub const BEATS_PER_CLASS_HOUR: u64 = 270;

/// One measured run. Times are in microseconds, sizes in bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which database: `sqlite`, `postgres`, or `unknown` where the server was started by somebody else.
    pub database: &'static str,
    /// Open connections.
    pub connections: usize,
    /// Study sessions that the beats belong to.
    pub learners: usize,
    /// Beats per second that were asked for; `None` in a closed loop.
    pub open_loop_rate: Option<u64>,
    /// Length of the measured period.
    pub measured_ms: u64,
    /// Beats with a receipt in the measured period.
    pub beats: u64,
    /// The same by second.
    pub beats_per_s: u64,
    /// Half of the receipts came within this time.
    pub p50_us: u64,
    /// 99 of 100.
    pub p99_us: u64,
    /// 999 of 1 000.
    pub p999_us: u64,
    /// The slowest.
    pub max_us: u64,
    /// Requests that got no receipt, warm-up included.
    pub errors: u64,
    /// The first few of them.
    pub error_examples: Vec<String>,
    /// Memory of the server at the end.
    pub server_resident_bytes: Option<u64>,
    /// The most memory that the server ever had.
    pub server_resident_bytes_max: Option<u64>,
    /// Processor time of the server by beat in the measured period. The database's own processes are not in it.
    pub server_processor_us_per_beat: Option<u64>,
    /// Growth of the database by beat.
    pub database_bytes_per_beat: Option<u64>,
    /// The same for a class hour.
    pub database_bytes_per_class_hour: Option<u64>,
}

impl Report {
    /// Enters the latencies.
    pub fn set_latencies(&mut self, latencies_us: &Histogram<u64>) {
        self.p50_us = latencies_us.value_at_quantile(0.5);
        self.p99_us = latencies_us.value_at_quantile(0.99);
        self.p999_us = latencies_us.value_at_quantile(0.999);
        self.max_us = latencies_us.max();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |us: u64| format!("{}.{:02} ms", us / 1000, us % 1000 / 10);
        let mib = |bytes: u64| format!("{} MiB", bytes / 1_048_576);
        let pace = self
            .open_loop_rate
            .map_or("closed loop".to_owned(), |rate| {
                format!("{rate}/s asked for")
            });
        writeln!(
            f,
            "{}: {} connections, {} learners, {pace}, {} s measured",
            self.database,
            self.connections,
            self.learners,
            self.measured_ms / 1000
        )?;
        writeln!(f, "  durable beats   {}/s", self.beats_per_s)?;
        writeln!(
            f,
            "  latency         p50 {}  p99 {}  p99.9 {}  max {}",
            ms(self.p50_us),
            ms(self.p99_us),
            ms(self.p999_us),
            ms(self.max_us)
        )?;
        writeln!(f, "  errors          {}", self.errors)?;
        for example in &self.error_examples {
            writeln!(f, "                  {example}")?;
        }
        if let (Some(now), Some(most)) =
            (self.server_resident_bytes, self.server_resident_bytes_max)
        {
            writeln!(
                f,
                "  server memory   {} at the end, {} at most",
                mib(now),
                mib(most)
            )?;
        }
        if let Some(us) = self.server_processor_us_per_beat {
            writeln!(f, "  server CPU      {us} µs by beat")?;
        }
        if let (Some(beat), Some(hour)) = (
            self.database_bytes_per_beat,
            self.database_bytes_per_class_hour,
        ) {
            writeln!(
                f,
                "  database        {beat} bytes by beat, {} KiB by class hour ({BEATS_PER_CLASS_HOUR} beats)",
                hour / 1024
            )?;
        }
        Ok(())
    }
}
