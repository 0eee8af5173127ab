use super::output::{Draft, copy, print, say};
use super::{Common, EXIT_FINE, EXIT_INVALID, EXIT_USAGE, Format, Terminal};
use crate::diagnostic::printable;
use crate::replay::trace::{self, Form, Replayed, Trace, TraceError};
use crate::replay::{
    CAUTION, Comparison, Input, InputError, LogReader, LogScreen, Outcome, Player, Problem, Problems,
    Settings, StatedEntry, listing,
};
use crate::report::accesses as trace_report;
use crate::report::replay::{
    CsvOutcomes, JsonOutcomes, Summary, comparison_csv, comparison_json, comparison_markdown,
    comparison_table, summary_markdown, summary_table,
};
use crate::service::{Limits, OverQuota, Sweep};
use crate::units::{Bytes, Duration, SimTime};
use anyhow::{Context, bail};
use clap::ValueEnum;
use std::fs::{self, File};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget replay`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct ReplayArgs {
    /// The log, or - for stdin.
    log: PathBuf,
    /// What LOG is: operations, csv or oracle-general [default: by its first bytes].
    #[arg(long, value_enum, hide_possible_values = true, hide_short_help = true, value_name = "KIND")]
    input: Option<Kind>,
    #[command(flatten)]
    form: FormArgs,
    /// What is stored before, from gh or REST.
    #[arg(long, value_name = "LISTING")]
    initial: Option<PathBuf>,
    /// Size limit; may be repeated [default: 10GiB].
    ///
    /// Several limits are compared, each played exactly. A trace without a limit is played under all.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    limit: Vec<Bytes>,
    /// When the service sweeps [default: hourly].
    ///
    /// hourly, daily, instant (after every save), none, or a period such as 90min.
    /// Sweeps fall on whole periods of UTC unless --sweep-at fixes another phase.
    #[arg(long, value_name = "WHEN", value_parser = sweep)]
    sweep: Option<Sweep>,
    /// An instant of a sweep: fixes the phase.
    #[arg(long, value_name = "TIME")]
    sweep_at: Option<SimTime>,
    /// How long an idle entry stays [default: 7d].
    #[arg(long, value_name = "DURATION")]
    retention: Option<Duration>,
    /// Saves a UTC minute admits.
    #[arg(long, default_value_t = 200, hide_short_help = true, value_name = "N")]
    uploads_per_minute: u32,
    /// Restores a UTC minute admits.
    #[arg(long, default_value_t = 1_500, hide_short_help = true, value_name = "N")]
    downloads_per_minute: u32,
    /// What a save over the limit meets: evict (later), or reject.
    #[arg(long, value_enum, default_value_t = Over::Evict, hide_possible_values = true, hide_short_help = true, value_name = "WHAT")]
    over_quota: Over,
    /// The branch every run may read.
    #[arg(long, default_value = "main", hide_short_help = true, value_name = "NAME")]
    default_branch: String,
    /// Play no further than this instant.
    #[arg(long, value_name = "TIME")]
    until: Option<SimTime>,
    /// All limits in one quick pass, too optimistic.
    ///
    /// What restores find and saves store in a cache without a limit is replayed for all limits at
    /// once; a miss is taken to save what it missed. Without --limit, under all limits.
    #[arg(long)]
    screen: bool,
    /// Skip and count malformed lines.
    ///
    /// Unknown fields are ignored.
    #[arg(long)]
    lenient: bool,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORM")]
    format: Format,
    /// Write result.json into this folder.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// How a trace in CSV is laid out.
#[derive(Debug, clap::Args)]
struct FormArgs {
    /// Of a trace in CSV: the columns of time, key and size.
    ///
    /// Their names in the first line, or their numbers from 1, separated by commas.
    #[arg(long, hide_short_help = true, value_name = "TIME,KEY,SIZE", value_parser = three)]
    columns: Option<[String; 3]>,
    /// Of a trace in CSV: what separates columns, a character, tab or space [default: by the first line].
    #[arg(long, hide_short_help = true, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Of a trace in CSV: the first line is a row and names no columns.
    #[arg(long, hide_short_help = true)]
    no_header: bool,
}

impl FormArgs {
    fn is_given(&self) -> bool {
        self.columns.is_some() || self.delimiter.is_some() || self.no_header
    }

    fn form(&self) -> Form {
        Form {
            columns: self.columns.clone().unwrap_or(Form::default().columns),
            header: !self.no_header,
            delimiter: self.delimiter,
        }
    }
}

/// Three names or numbers.
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
        _ => Err("write one character that is no letter or digit, tab or space".into()),
    }
}

impl ReplayArgs {
    /// An option that only an operation log can have, if one is given.
    fn of_operations(&self) -> Option<&'static str> {
        let given = [
            (self.initial.is_some(), "--initial"),
            (self.sweep.is_some(), "--sweep"),
            (self.sweep_at.is_some(), "--sweep-at"),
            (self.retention.is_some(), "--retention"),
            (self.until.is_some(), "--until"),
            (self.screen, "--screen"),
        ];
        given.into_iter().find(|(given, _)| *given).map(|(_, option)| option)
    }
}

/// What a log can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// JSON lines of operations.
    Operations,
    /// A plain trace as CSV.
    Csv,
    /// A plain trace of binary records.
    OracleGeneral,
}

/// What a save meets while over the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Over {
    Evict,
    Reject,
}

/// More limits than these are a grid, not a comparison.
const LIMITS_MAX: usize = 64;
/// The largest listing that is read, 1 GB: each of its entries takes about 300 bytes.
const LISTING_BYTES_MAX: u64 = 1_000_000_000;

/// Plays a recorded log against the service.
pub(super) fn run(args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    let known = args.input.map(|kind| match kind {
        Kind::Operations => Input::Operations,
        Kind::Csv => Input::Csv,
        Kind::OracleGeneral => Input::OracleGeneral,
    });
    let (kind, input) = match Input::of(open(&args.log)?, known) {
        Ok(found) => found,
        Err(InputError::Unreadable(problem)) => return Err(problem).with_context(|| cannot_read(&args.log)),
        Err(foreign) => {
            say(format!("error: {}:{foreign}\n", shown(&args.log)));
            return Ok(EXIT_INVALID);
        }
    };
    match kind {
        Input::Csv => accesses(args, common, trace::open(input, trace::Kind::Csv).laid_out(args.form.form())),
        _ if args.form.is_given() => {
            say("error: --columns, --delimiter and --no-header are for traces in CSV\n");
            Ok(EXIT_USAGE)
        }
        Input::Operations => operations(args, common, input),
        Input::OracleGeneral => accesses(args, common, trace::open(input, trace::Kind::OracleGeneral)),
    }
}

/// Plays a plain trace: under the limits named, or under all.
fn accesses<R: Read>(args: &ReplayArgs, common: &Common, trace: Trace<R>) -> anyhow::Result<u8> {
    if let Some(option) = args.of_operations() {
        say(format!(
            "error: {option} is for operation logs: a plain trace has no scopes, no idle expiry, and is swept at once\n"
        ));
        return Ok(EXIT_USAGE);
    }
    if args.limit.len() > trace::LIMITS_MAX {
        bail!("more than {} limits: replay in parts", trace::LIMITS_MAX);
    }
    let trace = if args.lenient { trace.lenient() } else { trace };
    let played =
        if args.limit.is_empty() { trace::curve(trace) } else { trace::simulate(trace, &args.limit) };
    let replayed = match played {
        Ok(replayed) => replayed,
        Err(TraceError::Unreadable(problem)) => return Err(problem).with_context(|| cannot_read(&args.log)),
        Err(problem) => {
            let name = shown(&args.log);
            say(problem.lines().iter().map(|line| format!("error: {name}:{line}\n")).collect::<String>());
            return Ok(EXIT_INVALID);
        }
    };
    replayed_accesses(&replayed, args, common)
}

/// Tells what became of accesses under each limit.
fn replayed_accesses(replayed: &Replayed, args: &ReplayArgs, common: &Common) -> anyhow::Result<u8> {
    if let Some(folder) = &args.output {
        let mut draft = Draft::named(folder, "result.json")?;
        io::Write::write_all(&mut draft, trace_report::json(replayed).as_bytes())
            .context("cannot write the result")?;
        let path = draft.publish()?;
        if !common.quiet {
            say(format!("Wrote {}\n", shown(&path)));
        }
    }
    if !common.quiet {
        // CSV has no place for what else there is to say.
        let caution = if args.format == Format::Csv { format!("note: {CAUTION}\n") } else { String::new() };
        say(trace_report::remarks(replayed) + &caution);
    }
    print(match args.format {
        Format::Table => trace_report::table(replayed, Terminal::Stdout.style(common.color)),
        Format::Json => trace_report::json(replayed),
        Format::Csv => trace_report::csv(replayed),
        Format::Markdown => trace_report::markdown(replayed),
    })?;
    Ok(EXIT_FINE)
}

fn operations(args: &ReplayArgs, common: &Common, input: impl BufRead) -> anyhow::Result<u8> {
    if args.limit.len() > LIMITS_MAX {
        bail!("more than {LIMITS_MAX} limits: compare fewer at once");
    }
    let initial = match args.initial.as_deref().map(initial).transpose()? {
        Some(Err(problems)) => return Ok(refused(args.initial.as_deref(), &problems)),
        Some(Ok(entries)) => entries,
        None => vec![],
    };
    let replay = Replay { args, common, settings: settings(args), log: LogReader::new(input, args.lenient) };
    match args.limit.len() {
        _ if args.screen => replay.screened(&initial),
        0 | 1 => replay.one(&initial),
        _ => replay.several(&initial),
    }
}

/// One command's run over a log.
struct Replay<'a, R> {
    args: &'a ReplayArgs,
    common: &'a Common,
    settings: Settings,
    log: LogReader<R>,
}

impl<R: BufRead> Replay<'_, R> {
    /// Under one limit: every outcome.
    fn one(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let mut player = Player::new(&self.settings);
        for entry in initial {
            if let Err(problem) = player.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        let mut drafts = Drafts::new(self.args)?;
        let mut told: Vec<Outcome> = Vec::new();
        let end = self.play(|operation| {
            let played = player.play(operation, &mut told);
            let written = told.iter().try_for_each(|outcome| drafts.write(outcome));
            told.clear();
            written.context("cannot keep the outcomes").map(|()| played)
        })?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        if let Some(end) = end {
            player.finish(end, &mut told);
        }
        told.iter().try_for_each(|outcome| drafts.write(outcome)).context("cannot keep the outcomes")?;
        let entries = player.listing();
        let summary = Summary {
            tally: player.tally(),
            limit: self.settings.limits.limit,
            bytes: player.bytes(),
            entries: &entries,
            skipped: self.log.skipped(),
        };
        self.remark(player.tally().without_ref, player.tally().stated_twice);
        drafts.publish(&summary, self.args, self.common)?;
        Ok(EXIT_FINE)
    }

    /// Under all limits in one pass.
    fn screened(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let all = self.args.limit.is_empty();
        let mut limits = if all { trace::grid() } else { self.args.limit.clone() };
        limits.sort_unstable();
        let mut screen = LogScreen::new(&limits, &self.settings);
        for entry in initial {
            if let Err(problem) = screen.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        self.play(|operation| Ok(screen.play(operation)))?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        let replayed = screen.finish(self.log.skipped());
        replayed_accesses(&if all { replayed.rising() } else { replayed }, self.args, self.common)
    }

    /// Under several: what was counted.
    fn several(mut self, initial: &[StatedEntry]) -> anyhow::Result<u8> {
        let mut comparison = Comparison::new(&self.args.limit, &self.settings);
        for entry in initial {
            if let Err(problem) = comparison.state(entry, 0) {
                return Ok(refused(self.args.initial.as_deref(), &problem.into()));
            }
        }
        let end = self.play(|operation| Ok(comparison.play(operation)))?;
        if !self.log.problems().is_empty() {
            return Ok(refused(Some(&self.args.log), self.log.problems()));
        }
        if let Some(end) = end {
            comparison.finish(end);
        }
        let (rows, unsized_misses) = (comparison.rows(), comparison.unsized_misses());
        let json = comparison_json(&rows, self.log.skipped(), unsized_misses);
        if let Some(folder) = &self.args.output {
            let mut draft = Draft::named(folder, "result.json")?;
            io::Write::write_all(&mut draft, json.as_bytes()).context("cannot write the result")?;
            self.wrote(&draft.publish()?);
        }
        let first = &rows[0].tally;
        self.remark(first.without_ref, first.stated_twice);
        print(match self.args.format {
            Format::Table => {
                comparison_table(&rows, unsized_misses, Terminal::Stdout.style(self.common.color))
            }
            Format::Json => json,
            Format::Csv => comparison_csv(&rows),
            Format::Markdown => comparison_markdown(&rows, unsized_misses),
        })?;
        Ok(EXIT_FINE)
    }

    /// Plays each operation until the log or `--until` ends, and tells when that was. After the
    /// first problem it only looks for more.
    fn play(
        &mut self,
        mut each: impl FnMut(&crate::replay::Operation) -> anyhow::Result<Result<(), Problem>>,
    ) -> anyhow::Result<Option<SimTime>> {
        let mut end = None;
        while let Some(operation) = self.log.next_operation().with_context(|| cannot_read(&self.args.log))? {
            if self.settings.until.is_some_and(|until| operation.at > until) {
                break;
            }
            end = Some(operation.at);
            if self.log.problems().is_empty()
                && let Err(problem) = each(&operation)?
            {
                self.log.refuse(problem);
                break;
            }
        }
        Ok(self.settings.until.or(end))
    }

    fn remark(&self, without_ref: u64, stated_twice: u64) {
        let remarks = [
            (self.log.skipped(), "malformed lines were skipped"),
            (without_ref, "entries have no ref: they are taken for the default branch's"),
            (stated_twice, "entries are stated though they are stored already: the first one stands"),
        ];
        for (count, what) in remarks.iter().filter(|(count, _)| *count > 0 && !self.common.quiet) {
            say(format!("note: {count} {what}\n"));
        }
    }

    fn wrote(&self, path: &Path) {
        if !self.common.quiet {
            say(format!("Wrote {}\n", shown(path)));
        }
    }
}

/// The results while they are made; nobody sees them before they are complete.
struct Drafts {
    /// For stdout.
    json: Option<JsonOutcomes<Draft>>,
    csv: Option<CsvOutcomes<Draft>>,
    /// For the folder.
    file: Option<JsonOutcomes<Draft>>,
}

impl Drafts {
    fn new(args: &ReplayArgs) -> anyhow::Result<Drafts> {
        let begun = || "cannot keep the outcomes";
        let json = |draft: Draft| JsonOutcomes::new(draft).with_context(begun);
        let named = args.output.as_deref().map(|folder| Draft::named(folder, "result.json")).transpose()?;
        let wanted = |format| (args.format == format).then(Draft::unnamed);
        Ok(Drafts {
            json: wanted(Format::Json).map(json).transpose()?,
            csv: wanted(Format::Csv).map(|draft| CsvOutcomes::new(draft).with_context(begun)).transpose()?,
            file: named.map(json).transpose()?,
        })
    }

    fn write(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.json.iter_mut().chain(&mut self.file).try_for_each(|json| json.write(outcome))?;
        self.csv.iter_mut().try_for_each(|csv| csv.write(outcome))
    }

    fn publish(self, summary: &Summary, args: &ReplayArgs, common: &Common) -> anyhow::Result<()> {
        if let Some(file) = self.file {
            let path = file.finish(summary).context("cannot write the result")?.publish()?;
            if !common.quiet {
                say(format!("Wrote {}\n", shown(&path)));
            }
        }
        if let Some(json) = self.json {
            return copy(json.finish(summary).context("cannot keep the outcomes")?);
        }
        if let Some(csv) = self.csv {
            return copy(csv.finish().context("cannot keep the outcomes")?);
        }
        print(match args.format {
            Format::Markdown => summary_markdown(summary),
            _ => summary_table(summary, Terminal::Stdout.style(common.color)),
        })
    }
}

fn settings(args: &ReplayArgs) -> Settings {
    let hourly = Sweep::Every { period: Duration::HOUR, phase: None };
    let sweep = match (args.sweep.unwrap_or(hourly), args.sweep_at) {
        (Sweep::Every { period, .. }, at) => Sweep::Every { period, phase: at.map(|at| Duration(at.0)) },
        (other, _) => other,
    };
    let default = &args.default_branch;
    let limits = Limits {
        limit: args.limit.first().copied().unwrap_or(Limits::INCLUDED),
        retention: args.retention.unwrap_or(Limits::default().retention),
        sweep,
        uploads_per_minute: Some(args.uploads_per_minute),
        downloads_per_minute: Some(args.downloads_per_minute),
        over_quota: if args.over_quota == Over::Reject { OverQuota::Reject } else { OverQuota::Evict },
        ..Limits::default()
    };
    let full = default.starts_with("refs/");
    let default_branch = if full { default.clone() } else { format!("refs/heads/{default}") };
    Settings { limits, default_branch, until: args.until }
}

fn open(log: &Path) -> anyhow::Result<Box<dyn Read>> {
    if log == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(File::open(log).with_context(|| cannot_read(log))?))
}

fn initial(path: &Path) -> anyhow::Result<Result<Vec<StatedEntry>, Problems>> {
    let size = fs::metadata(path).with_context(|| cannot_read(path))?.len();
    if size > LISTING_BYTES_MAX {
        bail!("{} has more than {LISTING_BYTES_MAX} bytes", shown(path));
    }
    Ok(listing::read(&fs::read(path).with_context(|| cannot_read(path))?))
}

/// Says what is wrong with a file and returns the exit code for it.
fn refused(file: Option<&Path>, problems: &Problems) -> u8 {
    let name = file.map(shown).unwrap_or_default();
    for problem in problems.list() {
        say(format!("error: {name}:{}\n", printable(&problem.to_string())));
    }
    if problems.is_full() {
        say(format!("error: {name}: more than {} problems, the rest was not read\n", Problems::MAX - 1));
    }
    EXIT_INVALID
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", shown(path))
}

/// A size with its unit; a whole number alone is bytes, as traces count.
fn size(text: &str) -> Result<Bytes, String> {
    match text.trim().parse::<u64>() {
        Ok(bytes) => Ok(Bytes(bytes)),
        Err(_) => text.parse::<Bytes>().map_err(|error| error.to_string()),
    }
}

fn sweep(text: &str) -> Result<Sweep, String> {
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
  What would the cache have answered?
    cache-budget replay log.jsonl --initial listing.json --format json

  Would a larger one have helped?
    cache-budget replay log.jsonl --limit 10GiB --limit 20GiB --limit 50GiB

A log is JSON lines in time order:
  {\"at\":\"2026-09-23T02:15:10Z\",\"op\":\"save\",\"ref\":\"refs/heads/main\",\"key\":\"k\",\"size\":123}
Operations: entry, restore, save, delete, sweep. Exit code 3 if a line is malformed.";
