//! `diagnose`: the arguments, the output and the exit code. The diagnosis itself is in
//! [`experiment`](crate::experiment::diagnose).

use super::attended::Attended;
use super::import::fetched::fetched_pages;
use super::output::result_file::{PlannedResult, ResultFile};
use super::output::{print, say, write};
use super::{Common, EXIT_FINE, EXIT_UNEXPECTED, Format, Terminal, failed, refused, stopped};
use crate::diagnose::FailCondition;
use crate::diagnostic::printable;
use crate::experiment::diagnose::diagnose;
use crate::experiment::{DiagnoseRequest, Failure};
use crate::import::github::{RecordPage, RecordPlan};
use crate::report::diagnose::{csv, failures, json, markdown, table};
use crate::result::Diagnosis;
use crate::units::{Bytes, Duration, SimTime};
use std::path::{Path, PathBuf};

/// Arguments of `cache-budget diagnose`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct DiagnoseArgs {
    /// Cache listings (gh or REST), or - for stdin.
    ///
    /// The output of `gh cache list`, with --json or as a table, or pages of GitHub's REST API. Pages of one
    /// listing may be several files. Several listings are taken in the order of the newest time in each.
    #[arg(required_unless_present = "gh", value_name = "LISTING")]
    listings: Vec<PathBuf>,
    /// Which pull requests are open: gh's JSON.
    ///
    /// The output of `gh pr list --state all --limit 10000 --json number,state`.
    #[arg(long, value_name = "FILE")]
    pulls: Option<PathBuf>,
    /// Get listing and pull requests with your own `gh`.
    ///
    /// The repository is the remote `origin` of --repo, or what GH_REPO says. The pages are kept in `output/diagnose.gh`, or in
    /// `gh` of --output. They are the newest listing, after those that are named.
    #[arg(long, conflicts_with = "pulls")]
    gh: bool,
    /// The repository's folder, for --gh.
    #[arg(long, value_name = "DIR", default_value = ".", hide_short_help = true)]
    repo: PathBuf,
    /// Recognise key families by this scenario's jobs.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Size limit.
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size, allow_hyphen_values = true)]
    limit: Bytes,
    /// Time of the last listing [default: newest in it].
    #[arg(long, value_name = "TIME")]
    at: Option<SimTime>,
    /// Time until an idle entry expires [default: 7d].
    ///
    /// The default is longer if the listing has an entry that was idle for longer.
    #[arg(long, value_name = "DURATION")]
    retention: Option<Duration>,
    /// Default branch [default: main, or as listed].
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    default_branch: Option<String>,
    /// Exit with code 10 on any of these conditions.
    ///
    /// Separated by commas: over=80% or over=8GiB (usage), family=NAME (it is there), family=NAME:2GiB or
    /// family=30% (it, or any, holds more), new-writer (a family that the first listing does not have).
    #[arg(long, value_name = "CONDITIONS", value_parser = conditions)]
    fail_on: Option<Conditions>,
    /// Print all tables, findings and edits.
    #[arg(long)]
    details: bool,
    /// table, json, csv or markdown.
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "FORMAT")]
    format: Format,
    /// Write result.json into this folder.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// The conditions of `--fail-on`.
#[derive(Debug, Clone)]
struct Conditions(Vec<FailCondition>);

fn conditions(text: &str) -> Result<Conditions, String> {
    FailCondition::read_all(text).map(Conditions)
}

/// A size with its unit; a large whole number alone is bytes.
fn size(text: &str) -> Result<Bytes, String> {
    match text.trim().parse::<u64>() {
        Ok(number @ ..1_000_000) => Err(format!("`{number}` has no unit; write for example `{number}GB`")),
        Ok(bytes) => Ok(Bytes(bytes)),
        Err(_) => text.parse::<Bytes>().map_err(|error| error.to_string()),
    }
}

impl DiagnoseArgs {
    /// The files that it reads.
    pub fn inputs(&self) -> Vec<&PathBuf> {
        self.listings.iter().chain(&self.pulls).chain(&self.scenario).collect()
    }

    fn request(&self) -> DiagnoseRequest {
        DiagnoseRequest {
            listings: self.listings.clone(),
            pulls: self.pulls.clone(),
            scenario: self.scenario.clone(),
            limit: self.limit,
            at: self.at,
            retention: self.retention,
            default_branch: self.default_branch.clone(),
            fail_on: self.fail_on.clone().map_or(vec![], |conditions| conditions.0),
        }
    }
}

/// The request with what `--gh` fetches, or the exit code of a fetch that was stopped.
fn asked(args: &DiagnoseArgs, common: &Common) -> anyhow::Result<Result<DiagnoseRequest, u8>> {
    let request = args.request();
    if !args.gh {
        return Ok(Ok(request));
    }
    let folder = args.output.as_ref();
    let folder = folder.map_or_else(|| PathBuf::from("output/diagnose.gh"), |folder| folder.join("gh"));
    let control = Attended::listen(common.quiet)?;
    match fetched_pages(RecordPlan::of_listing(), &args.repo, &folder, &control) {
        Ok((_, pages)) => with_pages(request, &pages, &folder).map(Ok),
        Err(Failure::Cancelled) => Ok(Err(stopped("the pages so far are kept", &control))),
        Err(failure) => failed(failure, &control, common).map(Err),
    }
}

/// The request with these pages of GitHub's in this folder. A page of pull requests is a list; all of them are one file.
fn with_pages(
    mut request: DiagnoseRequest,
    pages: &[RecordPage],
    folder: &Path,
) -> anyhow::Result<DiagnoseRequest> {
    let mut pulls = String::new();
    for page in pages {
        let file = folder.join(page.file());
        match page {
            RecordPage::Pulls(_) => pulls += &std::fs::read_to_string(file)?,
            _ => request.listings.push(file),
        }
    }
    let file = folder.join("pulls.json");
    write(&file, &pulls)?;
    request.pulls = Some(file);
    Ok(request)
}

/// Judges the listings, and prints the diagnosis.
pub(super) fn run(args: &DiagnoseArgs, common: &Common) -> anyhow::Result<u8> {
    let request = match asked(args, common)? {
        Ok(request) => request,
        Err(code) => return Ok(code),
    };
    let diagnosis = match diagnose(&request) {
        Ok(diagnosis) => diagnosis,
        Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, common)),
        Err(Failure::Failed(problem)) => return Err(problem),
        Err(Failure::Cancelled) => unreachable!("a diagnosis is not cancelled"),
    };
    let planned = PlannedResult { command: "diagnose", name: "diagnosis", file: None };
    let file = args.output.as_deref().map(|folder| ResultFile::of(Some(folder), &planned));
    let saved = file.as_ref().map(|file| file.save(&json(&diagnosis)));
    saved.iter().for_each(|saved| saved.announce(common));
    if !common.quiet {
        // JSON and Markdown contain the notes.
        let notes = diagnosis.notes.iter().map(|note| format!("note: {}\n", printable(note)));
        say(notes.collect::<String>());
    }
    print(shown(&diagnosis, args, common))?;
    failures(&diagnosis).for_each(|failure| say(format!("{}\n", printable(&failure))));
    let code = saved.map_or(EXIT_FINE, |saved| saved.code);
    Ok(if diagnosis.failed_on.is_empty() { code } else { EXIT_UNEXPECTED })
}

fn shown(diagnosis: &Diagnosis, args: &DiagnoseArgs, common: &Common) -> String {
    match args.format {
        Format::Table => table(diagnosis, args.details, Terminal::Stdout.style(common.color)),
        Format::Json => json(diagnosis),
        Format::Csv => csv(diagnosis),
        Format::Markdown => markdown(diagnosis, args.details),
    }
}

const EXAMPLES: &str = "\
Examples:
  What is in my cache now?
    gh cache list --limit 10000 --json \\
      id,key,ref,version,sizeInBytes,createdAt,lastAccessedAt > caches.json
    cache-budget diagnose caches.json

  The same, fetched by your own `gh`, with the open pull requests:
    cache-budget diagnose --gh

  What of it can nothing read any more?
    gh pr list --state all --limit 10000 --json number,state > pulls.json
    cache-budget diagnose caches.json --pulls pulls.json --details

  As a check in CI (exit code 10), against an earlier listing:
    cache-budget diagnose before.json after.json --fail-on over=80%,new-writer";
