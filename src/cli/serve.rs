//! `serve`: the arguments, what is printed, and the exit code. The server is in [`serve`](crate::serve).

use super::attended::Attended;
use super::output::{print, say};
use super::replay::sweep;
use super::run::assignment;
use super::{Common, EXIT_FAILED, EXIT_FINE, Terminal, introduce, refused};
use crate::diagnostic::printable;
use crate::experiment::{Control, Failure, Refusal, ReplayRequest};
use crate::replay::WorkflowEvent;
use crate::serve::{
    Bodies, BuildEnd, ServeEnd, ServeRequest, ServedScenario, Server, asked_run, build_under, checked_ref,
};
use crate::service::{CacheMode, Sweep};
use crate::units::{Bytes, Duration, Rate, SimTime, counted};
use std::net::IpAddr;
use std::path::PathBuf;
use std::thread::sleep;

/// Arguments of `cache-budget serve`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ServeArgs {
    /// Scenario whose jobs use the cache as well.
    ///
    /// Its pushes, jobs and sweeps go on with simulated time and fill the same cache, under the rules of the
    /// scenario. Serving begins when its warm-up ends, or at --start.
    #[arg(long, value_name = "FILE", conflicts_with_all = SCENARIO_SAYS)]
    pub(super) scenario: Option<PathBuf>,
    /// Override a value in the scenario (repeatable).
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment, requires = "scenario")]
    set: Vec<String>,
    /// Seed for the random draws of the scenario.
    #[arg(long, default_value_t = 1, value_name = "N", requires = "scenario", hide_short_help = true)]
    seed: u64,
    /// Size limit.
    #[arg(long, value_name = "SIZE", default_value = "10GiB")]
    limit: Bytes,
    /// How often the service sweeps.
    ///
    /// hourly, daily, instant (after every save), none, or a period such as 10min, in simulated time.
    #[arg(long, value_name = "WHEN", default_value = "hourly", value_parser = sweep)]
    evict_every: Sweep,
    /// Time until an idle entry expires.
    #[arg(long, value_name = "DURATION", default_value = "7d")]
    retention: Duration,
    /// Saves per UTC minute.
    #[arg(long, default_value_t = ReplayRequest::UPLOADS_PER_MINUTE, value_name = "N")]
    uploads_per_minute: u32,
    /// Look-ups per UTC minute.
    #[arg(long, default_value_t = ReplayRequest::DOWNLOADS_PER_MINUTE, value_name = "N")]
    downloads_per_minute: u32,
    /// Simulated seconds per second.
    ///
    /// With 60, an hour passes in a minute: evictions, retention, minutes of the rate limits and Retry-After alike.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// Simulated time at the beginning [default: now, or the end of the scenario's warm-up].
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    start: Option<SimTime>,
    /// Ref of the run.
    #[arg(long = "ref", value_name = "REF", default_value = "refs/heads/main", value_parser = checked_ref)]
    reference: String,
    /// Event of the run [default: by its ref].
    #[arg(long, value_name = "EVENT", value_parser = WorkflowEvent::named)]
    event: Option<WorkflowEvent>,
    /// Target branch, if it is a pull request's run.
    #[arg(long, value_name = "BRANCH", hide_short_help = true, value_parser = checked_ref)]
    base: Option<String>,
    /// cache-mode: read, write, write-only or none.
    #[arg(long, value_name = "MODE", value_parser = mode)]
    cache_mode: Option<CacheMode>,
    /// Default branch, which every run may read.
    #[arg(long, default_value = ReplayRequest::DEFAULT_BRANCH, hide_short_help = true, value_name = "NAME",
          value_parser = checked_ref)]
    default_branch: String,
    /// Cache listing to start from (gh or REST).
    ///
    /// Its entries take room, are found and are evicted; they have no bodies, so their downloads fail.
    #[arg(long, value_name = "LISTING")]
    pub(super) initial: Option<PathBuf>,
    /// Time that each answer waits, on the real clock.
    #[arg(long, value_name = "DURATION", default_value = "0ms", hide_short_help = true)]
    latency: Duration,
    /// Speed of each upload and download, on the real clock.
    #[arg(long, value_name = "RATE", hide_short_help = true)]
    bandwidth: Option<Rate>,
    /// Folder for bodies, kept for the next server.
    ///
    /// Without it, they are in a temporary folder that goes with the server.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Keep sizes only; downloads are zeros.
    #[arg(long, conflicts_with = "store")]
    sizes_only: bool,
    /// Record an operation log for `replay`.
    #[arg(long, value_name = "LOG")]
    record: Option<PathBuf>,
    /// Port; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Address for other machines; needs --token.
    #[arg(long, value_name = "ADDRESS", requires = "token", hide_short_help = true)]
    listen: Option<IpAddr>,
    /// Secret that tokens contain.
    #[arg(long, value_name = "SECRET", hide_short_help = true, value_parser = secret)]
    token: Option<String>,
    /// Run a command under the server, then end.
    ///
    /// The variables are set for it. Its exit code is that of `serve`.
    #[arg(long, requires = "command")]
    run: bool,
    /// The command of --run.
    #[arg(last = true, requires = "run", value_name = "COMMAND")]
    command: Vec<String>,
}

/// What a scenario says itself, or has no use for.
const SCENARIO_SAYS: [&str; 8] = [
    "limit",
    "evict_every",
    "retention",
    "uploads_per_minute",
    "downloads_per_minute",
    "default_branch",
    "initial",
    "store",
];

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| (0.001..=100_000.0).contains(speed));
    speed.ok_or_else(|| "write a number from 0.001 to 100000".into())
}

fn mode(text: &str) -> Result<CacheMode, String> {
    CacheMode::named(text).ok_or_else(|| "write read, write, write-only or none".into())
}

/// A secret is part of tokens and of lines that a shell reads.
fn secret(text: &str) -> Result<String, String> {
    let is_plain =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_plain { Ok(text.to_owned()) } else { Err("use letters, digits, hyphens and underscores".into()) }
}

impl ServeArgs {
    fn request(&self) -> Result<ServeRequest, Refusal> {
        let run = asked_run(self.reference.clone(), self.event, self.base.clone(), self.cache_mode);
        let scenario =
            self.scenario.clone().map(|file| ServedScenario { file, set: self.set.clone(), seed: self.seed });
        Ok(ServeRequest {
            scenario,
            limit: self.limit,
            sweep: self.evict_every,
            retention: self.retention,
            uploads_per_minute: self.uploads_per_minute,
            downloads_per_minute: self.downloads_per_minute,
            speed: self.speed,
            start: self.start,
            run: run.map_err(Refusal::usage)?,
            default_branch: self.default_branch.clone(),
            initial: self.initial.clone(),
            latency: self.latency,
            bandwidth: self.bandwidth,
            bodies: match (&self.store, self.sizes_only) {
                (Some(folder), _) => Bodies::Folder(folder.clone()),
                (None, true) => Bodies::SizesOnly,
                (None, false) => Bodies::Temporary,
            },
            record: self.record.clone(),
            listen: self.listen,
            port: self.port,
            token: self.token.clone(),
        })
    }
}

/// Serves a cache until a command has ended, or the user asks to stop.
pub(super) fn run(args: &ServeArgs, common: &Common) -> anyhow::Result<u8> {
    let control = Attended::listen(common.quiet)?;
    let request = match args.request() {
        Ok(request) => request,
        Err(refusal) => return Ok(refused(&refusal, common)),
    };
    let server = match Server::start(&request) {
        Ok(server) => server,
        Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, common)),
        Err(Failure::Failed(problem)) => return Err(problem),
        Err(Failure::Cancelled) => unreachable!("what has not begun is not cancelled"),
    };
    if let Some(loaded) = &server.scenario {
        introduce(loaded, common);
    }
    for damage in &server.damage {
        say(format!("warning: {}\n", printable(damage)));
    }
    let code = match args.command.is_empty() {
        true => stand(&server, &control, common)?,
        false => built(&server, &args.command, &control)?,
    };
    let ServeEnd { summary, recorded, problems } = server.end();
    let style = Terminal::Stdout.style(common.color);
    match args.command.is_empty() {
        true => print(summary.table(style))?,
        // Stdout is the command's.
        false => say(summary.table(style)),
    }
    if let (Some((lines, left_out)), Some(path), false) = (recorded, &args.record, common.quiet) {
        let left_out = match left_out {
            0 => String::new(),
            1 => "; 1 save is left out, because it was never finalised".to_owned(),
            count => format!("; {count} saves are left out, because they were never finalised"),
        };
        let others = match args.scenario {
            Some(_) => "; what the scenario's jobs did is not in it, so a replay may answer otherwise",
            None => "",
        };
        let shown = path.display().to_string();
        let lines = counted(lines, "line", "lines");
        say(format!("Recorded {lines} in {}{left_out}{others}\n", printable(&shown)));
    }
    for problem in &problems {
        say(format!("error: {}\n", printable(problem)));
    }
    Ok(if code == EXIT_FINE && !problems.is_empty() { EXIT_FAILED } else { code })
}

/// Prints how clients find the server, and waits for a signal.
fn stand(server: &Server, control: &Attended, common: &Common) -> anyhow::Result<u8> {
    print(server.variables().to_string())?;
    if !common.quiet {
        say(format!("Serving at {} until Ctrl-C: look at it in a browser\n", server.url()));
    }
    while !control.is_cancelled() {
        sleep(std::time::Duration::from_millis(20));
    }
    Ok(control.exit_code())
}

/// Runs a command under the server.
fn built(server: &Server, command: &[String], control: &Attended) -> anyhow::Result<u8> {
    Ok(match build_under(command, &server.variables(), control)? {
        BuildEnd::Exit(code) => code,
        BuildEnd::Cancelled => control.exit_code(),
    })
}

const EXAMPLES: &str = "\
Examples:
  How does my build fare with 200 MB and 40 uploads a minute?
    cache-budget serve --limit 200MB --uploads-per-minute 40 \\
      --run -- cargo build

  And while the rest of the team pushes, an hour a minute?
    cache-budget serve --scenario ci.toml --speed 60 --run -- cargo build

  Serve until Ctrl-C, record, and look at it:
    cache-budget serve --port 8787 --record log.jsonl
    cache-budget replay log.jsonl --limit 1GB

Exit code: that of the command; 130 or 143 after a signal.";
