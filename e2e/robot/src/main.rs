//! `robot load` measures a server, `robot attack` tries to cheat it.

use clap::{Args, Parser, Subcommand};
use robot::{
    RobotError, attack,
    load::{Disk, Options, measure, prepare, report::Report},
    postgres::Cluster,
    server::Server,
};
use std::{
    io::{IsTerminal as _, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

/// Learners without a screen, for measuring and for attacking a Zhenxue server over its real API.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends valid beats of many learners and says how many became durable, how fast, and what they cost.
    Load(Load),
    /// Runs every adversary for some seconds and says what each was credited: never more than real time.
    Attack(Attack),
}

#[derive(Args)]
struct Target {
    /// A running server with the demo class, e.g. 127.0.0.1:8443 (plain http).
    #[arg(long, value_name = "ADDRESS", required_unless_present = "spawn")]
    url: Option<String>,
    /// Start this zhenxue program on a free port with fresh data instead; DATABASE_URL is passed through.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "url")]
    spawn: Option<PathBuf>,
    /// With --spawn: use a private PostgreSQL cluster that lives as long as the run.
    #[arg(long, requires = "spawn")]
    postgres: bool,
}

#[derive(Args)]
struct Load {
    #[command(flatten)]
    target: Target,
    /// Process of the server at --url, for memory and processor time.
    #[arg(long)]
    pid: Option<u32>,
    /// Data directory of the server at --url, for its growth.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Connections held open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Learners studying, shared out over the connections.
    #[arg(long, default_value_t = 256)]
    learners: usize,
    /// Length of the measured period.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Load before it.
    #[arg(long, default_value_t = 5)]
    warm_up_seconds: u64,
    /// Ask for this many beats per second, whatever the server answers, instead of a closed loop.
    #[arg(long, value_name = "BEATS_PER_S")]
    open_loop_rate: Option<u64>,
    /// Measure so often, each time from fresh data with --spawn.
    #[arg(long, default_value_t = 1)]
    runs: u32,
    /// Print one JSON array of the runs instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Attack {
    #[command(flatten)]
    target: Target,
    /// How long each adversary goes on.
    #[arg(long, default_value_t = 12)]
    seconds: u64,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("robot: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Load(load) => run_load(&load).await,
            Command::Attack(attack) => run_attack(&attack).await,
        }
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("robot: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The server under test, and what it stands on.
struct Ground {
    // Fields drop in order: the server goes before its database and its files.
    server: Option<Server>,
    cluster: Option<Cluster>,
    _scratch: Option<tempfile::TempDir>,
    address: SocketAddr,
    data_dir: Option<PathBuf>,
    database: &'static str,
}

impl Ground {
    async fn prepare(target: &Target, data_dir: Option<PathBuf>) -> Result<Self, RobotError> {
        let Some(program) = &target.spawn else {
            let url = target.url.as_deref().unwrap_or_default();
            let address = url.trim_start_matches("http://").trim_end_matches('/');
            let address = address.parse().map_err(|_| {
                RobotError::Machine(format!(
                    "{url} is not ADDRESS:PORT of a server on plain http"
                ))
            })?;
            return Ok(Self {
                server: None,
                cluster: None,
                _scratch: None,
                address,
                data_dir,
                database: "unknown",
            });
        };
        let scratch = tempfile::Builder::new()
            .prefix("zhenxue-load-")
            .tempdir()
            .map_err(|error| RobotError::Machine(error.to_string()))?;
        let cluster = target.postgres.then(Cluster::start).transpose()?;
        let database_url = match &cluster {
            Some(cluster) => Some(cluster.url()),
            None => std::env::var("DATABASE_URL").ok(),
        };
        let data_dir = scratch.path().join("data");
        let server = Server::start(program, &data_dir, database_url.as_deref()).await?;
        let (data_dir, database) = match database_url {
            Some(_) => (None, "postgres"),
            None => (Some(data_dir), "sqlite"),
        };
        Ok(Self {
            address: server.address(),
            server: Some(server),
            cluster,
            _scratch: Some(scratch),
            data_dir,
            database,
        })
    }

    /// Bytes of the database. A server of ours is stopped for it, so that all it keeps is where it belongs.
    async fn bytes(&mut self, restart: bool) -> Result<Option<u64>, RobotError> {
        if let Some(server) = &mut self.server {
            server.stop().await?;
        }
        let disk = match (&self.cluster, &self.data_dir) {
            (Some(cluster), _) => Disk::Postgres(cluster),
            (None, Some(dir)) => Disk::Directory(dir),
            (None, None) => Disk::Unknown,
        };
        let bytes = disk.bytes()?;
        if let (Some(server), true) = (&mut self.server, restart) {
            server.restart().await?;
        }
        Ok(bytes)
    }
}

async fn run_load(load: &Load) -> Result<ExitCode, RobotError> {
    let mut reports = Vec::new();
    for _ in 0..load.runs.max(1) {
        let report = load_once(load).await?;
        if !load.json {
            println!("{report}");
        }
        reports.push(report);
    }
    if load.json {
        let text = serde_json::to_string_pretty(&reports)
            .map_err(|error| RobotError::Machine(error.to_string()))?;
        println!("{text}");
    } else if reports.len() > 1 {
        let mut rates: Vec<u64> = reports.iter().map(|report| report.beats_per_s).collect();
        rates.sort_unstable();
        println!(
            "durable beats per second over {} runs: {rates:?}",
            reports.len()
        );
    }
    Ok(if reports.iter().all(|report| report.errors == 0) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn load_once(load: &Load) -> Result<Report, RobotError> {
    let mut ground = Ground::prepare(&load.target, load.data_dir.clone()).await?;
    let mut options = Options {
        address: ground.address,
        pid: load.pid,
        connections: load.connections.max(1),
        learners: load.learners,
        warm_up: Duration::from_secs(load.warm_up_seconds),
        measured: Duration::from_secs(load.seconds.max(1)),
        open_loop_rate: load.open_loop_rate,
        database: ground.database,
    };
    let quiet = !std::io::stderr().is_terminal();
    let seats = prepare(&options, |done, all| {
        if !quiet || done == all {
            eprint!("\rlearners ready: {done} of {all}");
            let _not_shown = std::io::stderr().flush();
        }
    })
    .await?;
    eprintln!();
    let before = ground.bytes(true).await?;
    if let Some(server) = &ground.server {
        options.pid = Some(server.pid());
    }
    let (mut report, beats) = measure(&options, seats).await?;
    report.set_growth(before, ground.bytes(false).await?, beats);
    Ok(report)
}

async fn run_attack(attack: &Attack) -> Result<ExitCode, RobotError> {
    let ground = Ground::prepare(&attack.target, None).await?;
    let outcomes = attack::all(ground.address, Duration::from_secs(attack.seconds)).await;
    let mut code = ExitCode::SUCCESS;
    for outcome in outcomes {
        println!("{outcome}");
        if !outcome.held() {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
