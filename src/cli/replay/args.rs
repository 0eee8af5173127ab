//! The arguments of `replay`.

use crate::cli::Format;
use crate::experiment::ReplayRequest;
use crate::replay::trace::CsvLayout;
use crate::replay::{Input, Shift, TeamOfBuilds};
use crate::service::{OverQuota, Sweep};
use crate::units::{Bytes, Duration, SimTime};
use clap::ValueEnum;
use std::path::PathBuf;

/// Arguments of `cache-budget replay`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct ReplayArgs {
    /// Log to replay, or - for stdin; several operation logs are merged.
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,
    /// Format of LOG: operations, csv or oracle-general [default: detected].
    #[arg(long, value_enum, hide_possible_values = true, hide_short_help = true, value_name = "KIND")]
    input: Option<RecordingKind>,
    #[command(flatten)]
    pub form: FormArgs,
    /// Cache listing to start from (gh or REST).
    #[arg(long, value_name = "LISTING")]
    pub initial: Option<PathBuf>,
    /// Size limit; may be repeated [default: 10GiB].
    ///
    /// Several limits are compared, each replayed exactly. A trace without a limit is replayed at all limits.
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true)]
    pub limit: Vec<Bytes>,
    /// How often the service sweeps [default: hourly].
    ///
    /// hourly, daily, instant (after every save), none, or a period such as 90min. Sweeps run at whole
    /// periods of UTC unless --sweep-at sets another phase.
    #[arg(long, value_name = "WHEN", value_parser = sweep)]
    pub sweep: Option<Sweep>,
    /// Time of one sweep; fixes the phase.
    #[arg(long, value_name = "TIME")]
    pub sweep_at: Option<SimTime>,
    /// Time until an idle entry expires [default: 7d].
    #[arg(long, value_name = "DURATION")]
    pub retention: Option<Duration>,
    /// Saves allowed per UTC minute.
    #[arg(long, default_value_t = ReplayRequest::UPLOADS_PER_MINUTE, hide_short_help = true, value_name = "N")]
    pub uploads_per_minute: u32,
    /// Restores allowed per UTC minute.
    #[arg(long, default_value_t = ReplayRequest::DOWNLOADS_PER_MINUTE, hide_short_help = true, value_name = "N")]
    pub downloads_per_minute: u32,
    /// What happens to a save over the limit: evict (later), or reject.
    #[arg(long, value_enum, default_value_t = Over::Evict, hide_possible_values = true, hide_short_help = true, value_name = "WHAT")]
    over_quota: Over,
    /// Default branch, which every run may read.
    #[arg(long, default_value = ReplayRequest::DEFAULT_BRANCH, hide_short_help = true, value_name = "NAME")]
    pub default_branch: String,
    /// Stop the replay at this time.
    #[arg(long, value_name = "TIME")]
    pub until: Option<SimTime>,
    /// Begin later by a time, or compare such times.
    ///
    /// The rate limits count minutes of the clock. With 20s, the whole log is played 20 seconds later; 5s..60s
    /// plays it at twelve phases of the minute and prints what each refuses.
    #[arg(long, value_name = "TIME|A..B")]
    pub shift: Option<Shift>,
    /// Begin every log when the first one begins.
    ///
    /// By default, several logs are merged at the times at which they were recorded.
    #[arg(long, hide_short_help = true)]
    align: bool,
    /// Play each log as so many builds of a team.
    ///
    /// The recorded build comes first. Each further one begins later by --every, as the run of a pull request of its
    /// own: it reads the branch that was recorded and its own entries, and asks for the same keys.
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(TeamOfBuilds::MAX)))]
    scale: u32,
    /// How much later each further build of --scale begins [default: 10min].
    #[arg(long, value_name = "DURATION", requires = "scale", hide_short_help = true)]
    every: Option<Duration>,
    /// Print the miss-ratio curve: all limits in one pass.
    ///
    /// The accesses of a cache without a limit are replayed for all limits at once, and every miss is
    /// assumed to save what it missed. The result is too optimistic. Without --limit, it covers all
    /// limits.
    #[arg(long)]
    pub screen: bool,
    /// Skip malformed lines and count them.
    ///
    /// Unknown fields are ignored.
    #[arg(long)]
    pub lenient: bool,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    pub format: Format,
    /// Write result.json into this folder.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// How a trace in CSV is laid out.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct FormArgs {
    /// CSV trace: columns of time, key and size.
    ///
    /// Their names in the first line, or their numbers from 1, separated by commas.
    #[arg(long, hide_short_help = true, value_name = "TIME,KEY,SIZE", value_parser = three)]
    pub columns: Option<[String; 3]>,
    /// CSV trace: column separator (a character, tab or space) [default: detected].
    #[arg(long, hide_short_help = true, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// CSV trace: the first line is data, not a header.
    #[arg(long, hide_short_help = true)]
    pub no_header: bool,
}

impl FormArgs {
    fn layout(&self) -> Option<CsvLayout> {
        let is_given = self.columns.is_some() || self.delimiter.is_some() || self.no_header;
        is_given.then(|| CsvLayout {
            columns: self.columns.clone().unwrap_or(CsvLayout::default().columns),
            header: !self.no_header,
            delimiter: self.delimiter,
        })
    }
}

/// Parses three names or numbers.
fn three(text: &str) -> Result<[String; 3], String> {
    let columns: Vec<String> = text.split(',').map(|column| column.trim().to_owned()).collect();
    let three: Option<[String; 3]> =
        columns.try_into().ok().filter(|columns: &[String; 3]| !columns.contains(&String::new()));
    three.ok_or_else(|| "write three columns, such as timestamp,obj_id,obj_size or 1,3,4".into())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        ("space", _) => Ok(b' '),
        (_, [byte]) if byte.is_ascii_punctuation() && *byte != b'"' || matches!(byte, b' ' | b'\t') => {
            Ok(*byte)
        }
        _ => Err("write tab, space, or one character that is not a letter or digit".into()),
    }
}

impl ReplayArgs {
    pub(super) fn request(&self) -> ReplayRequest {
        ReplayRequest {
            log: self.logs.first().cloned().unwrap_or_default(),
            more: self.logs.iter().skip(1).cloned().collect(),
            is_aligned: self.align,
            team: TeamOfBuilds { builds: self.scale, every: self.every.unwrap_or(TeamOfBuilds::EVERY) },
            input: self.input.map(|kind| match kind {
                RecordingKind::Operations => Input::Operations,
                RecordingKind::Csv => Input::Csv,
                RecordingKind::OracleGeneral => Input::OracleGeneral,
            }),
            layout: self.form.layout(),
            initial: self.initial.clone(),
            limits: self.limit.clone(),
            sweep: self.sweep,
            sweep_at: self.sweep_at,
            retention: self.retention,
            uploads_per_minute: self.uploads_per_minute,
            downloads_per_minute: self.downloads_per_minute,
            over_quota: match self.over_quota {
                Over::Evict => OverQuota::Evict,
                Over::Reject => OverQuota::Reject,
            },
            default_branch: self.default_branch.clone(),
            until: self.until,
            shift: self.shift,
            screen: self.screen,
            lenient: self.lenient,
        }
    }
}

/// What a log can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RecordingKind {
    /// JSON lines of operations.
    Operations,
    /// A plain trace as CSV.
    Csv,
    /// A plain trace of binary records.
    OracleGeneral,
}

/// What a save meets while over the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Over {
    Evict,
    Reject,
}

/// A size with its unit; a whole number alone is bytes, as traces count.
fn size(text: &str) -> Result<Bytes, String> {
    match text.trim().parse::<u64>() {
        Ok(bytes) => Ok(Bytes(bytes)),
        Err(_) => text.parse::<Bytes>().map_err(|error| error.to_string()),
    }
}

/// When the service sweeps.
pub(in crate::cli) fn sweep(text: &str) -> Result<Sweep, String> {
    let every = |period| Sweep::Every { period, phase: None };
    match text {
        "hourly" => Ok(every(Duration::HOUR)),
        "daily" => Ok(every(Duration::DAY)),
        "instant" => Ok(Sweep::Instant),
        "none" => Ok(Sweep::Never),
        other => match other.parse::<Duration>() {
            Ok(Duration::ZERO) => Err("write `instant` for a sweep after every save".into()),
            Ok(period) => Ok(every(period)),
            Err(error) => Err(format!("write hourly, daily, instant, none or a period ({error})")),
        },
    }
}

const EXAMPLES: &str = "\
Examples:
  Which restores would have been hits?
    cache-budget replay log.jsonl --initial listing.json --format json

  Would a larger one have helped?
    cache-budget replay log.jsonl --limit 10GiB --limit 20GiB --limit 50GiB

  And for a team of ten, a build every five minutes?
    cache-budget replay log.jsonl --scale 10 --every 5min

A log is JSON lines in time order:
  {\"at\":\"2026-09-23T02:15:10Z\",\"op\":\"save\",\"ref\":\"refs/heads/main\",\"key\":\"k\",\"size\":123}
Operations: entry, restore, save, delete, sweep. Exit code 3 if a line is malformed.";
