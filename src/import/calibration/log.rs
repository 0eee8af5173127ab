//! Logs of jobs, in their three shapes: the log of a job (a time in front of each line), what `gh run view --log` prints
//! (job, step and time in front), and the files of an archive, whose names tell the job. What the clients print
//! in them is in `client_line.rs`. An operation log, which `serve` records, says sizes as well.

use super::client_line::{ClientLine, said};
use crate::replay::listing::{ListedEntry, Snapshot};
use crate::replay::{Action, Input, Operation};
use crate::units::Bytes;
use std::collections::BTreeMap;

/// What logs say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Logs {
    /// What they say of each job, by the name under which they have it.
    pub jobs: BTreeMap<String, LoggedJob>,
    /// The compressed sizes of entries by their keys.
    pub sizes: BTreeMap<String, u64>,
    /// Lines that are too long to be a client's, which were not read.
    pub long_lines: u64,
    /// Lines after the most that are read.
    pub unread: u64,
    lines: u64,
}

/// What logs say of a job, in all of its runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoggedJob {
    /// Restores that found the key itself.
    pub exact_hits: u64,
    /// Restores that found another key.
    pub prefix_hits: u64,
    /// Restores that found nothing.
    pub misses: u64,
    /// Requests that a rate limit refused.
    pub rate_limited: u64,
    /// Saves that another job was faster with.
    pub races: u64,
    /// Speeds of uploads in MB/s.
    pub uploads: Vec<f64>,
    /// sccache: hits, misses and writes that failed.
    pub sccache: [u64; 3],
    /// BuildKit: steps that were cached, and that were run.
    pub steps: [u64; 2],
    /// Restores and saves of an operation log.
    pub recorded: [u64; 2],
}

/// A longer line is no client's, in bytes.
const LINE_BYTES_MAX: usize = 16_384;
/// The bytes by which an operation log is told from the log of a job.
const HEAD_BYTES: usize = 4_096;
/// The most lines of all files.
const LINES_MAX: u64 = 50_000_000;
/// The most jobs and the most keys that are kept.
const NAMES_MAX: usize = 100_000;
/// How many lines after that of a rate limit may say that the same save has failed.
const SAME_REFUSAL: u64 = 3;

/// Where a reader is in the log of one job.
#[derive(Debug, Default)]
struct LogState {
    key: Option<String>,
    bytes: Option<u64>,
    /// The number of the line with a rate limit.
    limited: Option<u64>,
}

impl Logs {
    /// Reads a file. `path` is its path below the folder of logs, with `/`.
    pub fn read(&mut self, path: &str, bytes: &[u8]) {
        match Input::detect(&bytes[..bytes.len().min(HEAD_BYTES)]) {
            Some(Input::Operations) if begins_with_operation(bytes) => self.read_recording(path, bytes),
            _ => self.read_job_log(path, bytes),
        }
    }

    /// Reads an operation log, as `serve` records it: the sizes of what was saved or is stored. A save that a rate limit
    /// refused has the mean size of its client, and none if that had stored nothing.
    fn read_recording(&mut self, path: &str, bytes: &[u8]) {
        let name = job_of_file(path);
        let job = self.jobs.entry(name.strip_suffix(".jsonl").unwrap_or(&name).to_owned()).or_default();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            self.lines += 1;
            if self.lines > LINES_MAX {
                self.unread += 1;
                continue;
            }
            match Operation::read(line, self.lines, true).map(|operation| operation.action) {
                Ok(Action::Save { key, size, .. }) => {
                    job.recorded[1] += 1;
                    keep(&mut self.sizes, &key, size.0);
                }
                Ok(Action::Entry(entry)) => keep(&mut self.sizes, &entry.key, entry.size.0),
                Ok(Action::Restore { .. }) => job.recorded[0] += 1,
                Ok(Action::Delete { .. } | Action::Sweep) => {}
                Err(_) => self.unread += 1,
            }
        }
    }

    fn read_job_log(&mut self, path: &str, bytes: &[u8]) {
        let of_file = job_of_file(path);
        let mut states: BTreeMap<String, LogState> = BTreeMap::new();
        for line in bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).split(|byte| *byte == b'\n') {
            self.lines += 1;
            match () {
                () if self.lines > LINES_MAX => self.unread += 1,
                () if line.len() > LINE_BYTES_MAX => self.long_lines += 1,
                () => {
                    let line = String::from_utf8_lossy(line);
                    let (job, text) = parts(line.trim_end_matches('\r'), &of_file);
                    if self.jobs.len() >= NAMES_MAX && !self.jobs.contains_key(job) {
                        self.unread += 1;
                        continue;
                    }
                    if let Some(said) = said(text) {
                        let state = states.entry(job.to_owned()).or_default();
                        self.take(job, said, state);
                    }
                }
            }
        }
    }

    fn take(&mut self, job: &str, said: ClientLine, state: &mut LogState) {
        let job = self.jobs.entry(job.to_owned()).or_default();
        match said {
            // Its size is printed after this line, or after none in older versions.
            ClientLine::Found(key) => (state.key, state.bytes) = (Some(key), None),
            ClientLine::Restored { key, exact } => {
                let exact = exact.unwrap_or(true);
                *(if exact { &mut job.exact_hits } else { &mut job.prefix_hits }) += 1;
                if let Some(bytes) = state.bytes.take() {
                    keep(&mut self.sizes, &key, bytes);
                }
                state.key = None;
            }
            ClientLine::Missed => job.misses += 1,
            ClientLine::Size(bytes) => match state.key.take() {
                Some(key) => keep(&mut self.sizes, &key, bytes),
                None => state.bytes = Some(bytes),
            },
            ClientLine::Sent { bytes, speed } => {
                state.bytes = Some(bytes);
                job.uploads.push(speed);
            }
            ClientLine::Saved(key) => {
                if let Some(bytes) = state.bytes.take() {
                    keep(&mut self.sizes, &key, bytes);
                }
            }
            ClientLine::RateLimited => {
                job.rate_limited += 1;
                state.limited = Some(self.lines);
            }
            ClientLine::NotReserved => {
                let is_limited = state.limited.take().is_some_and(|line| self.lines - line <= SAME_REFUSAL);
                job.races += u64::from(!is_limited);
            }
            ClientLine::Sccache(counts) => {
                for (sum, count) in job.sccache.iter_mut().zip(counts) {
                    *sum = sum.saturating_add(count);
                }
            }
            ClientLine::Step { cached } => job.steps[usize::from(!cached)] += 1,
        }
    }

    /// The entries whose sizes were printed, as a listing that knows no more.
    pub fn listing(&self) -> Snapshot {
        let entry = |(row, (key, bytes)): (u64, (&String, &u64))| ListedEntry {
            row,
            id: None,
            reference: None,
            key: key.clone(),
            version: None,
            size: Bytes(*bytes),
            created: None,
            accessed: None,
        };
        Snapshot { entries: (1..).zip(&self.sizes).map(entry).collect(), ..Snapshot::default() }
    }

    /// What they say besides sizes, a line for each job.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> =
            self.jobs.iter().filter_map(|(name, job)| Some(format!("{name}: {}", job.told()?))).collect();
        if self.long_lines > 0 {
            remarks
                .push(format!("{} lines of more than {LINE_BYTES_MAX} bytes were not read", self.long_lines));
        }
        if self.unread > 0 {
            remarks.push(format!("{} lines were not read: pass fewer logs", self.unread));
        }
        remarks
    }
}

impl LoggedJob {
    fn told(&self) -> Option<String> {
        let mut said = Vec::new();
        let restores = self.exact_hits + self.prefix_hits + self.misses;
        if restores > 0 {
            let (exact, prefix) = (self.exact_hits, self.prefix_hits);
            said.push(format!("of {restores} restores {exact} found their key and {prefix} another"));
        }
        if let Some(speed) = super::Sample::of(self.uploads.iter().copied()).median() {
            said.push(format!("uploads at {} MB/s", libm::round(speed * 10.0) / 10.0));
        }
        for (number, what) in
            [(self.rate_limited, "refused by a rate limit"), (self.races, "lost to another job")]
        {
            if number > 0 {
                said.push(format!("{number} {what}"));
            }
        }
        let [hits, misses, errors] = self.sccache;
        if hits + misses > 0 {
            said.push(format!("sccache hit {hits} of {}, {errors} writes failed", hits + misses));
        }
        let [restored, saved] = self.recorded;
        if restored + saved > 0 {
            said.push(format!("a recording of {restored} restores and {saved} saves"));
        }
        let [cached, ran] = self.steps;
        if cached + ran > 0 {
            said.push(format!("{cached} of {} image steps cached", cached + ran));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }
}

/// True if the first line is one of an operation log. The log of a job may begin with a brace as well.
fn begins_with_operation(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
    first.len() <= LINE_BYTES_MAX && Operation::read(first, 1, true).is_ok()
}

fn keep(sizes: &mut BTreeMap<String, u64>, key: &str, bytes: u64) {
    if sizes.len() < NAMES_MAX && !key.is_empty() && bytes > 0 {
        sizes.insert(key.to_owned(), bytes);
    }
}

/// The job of an archive's file: `3_lint.txt`, or `lint/5_Run cargo test.txt`.
fn job_of_file(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let name = match folder.rsplit('/').next() {
        Some(folder) if !folder.is_empty() => folder,
        _ => file.strip_suffix(".txt").or_else(|| file.strip_suffix(".log")).unwrap_or(file),
    };
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once('_').filter(|(number, _)| is_number(number)).map_or(name, |(_, name)| name).to_owned()
}

/// The job and the text of a line, without the time in front.
fn parts<'a>(line: &'a str, of_file: &'a str) -> (&'a str, &'a str) {
    let mut fields = line.splitn(3, '\t');
    if let (Some(job), Some(_), Some(rest)) = (fields.next(), fields.next(), fields.next())
        && let Some(text) = after_time(rest.trim_start_matches('\u{feff}'))
    {
        return (job, text);
    }
    (of_file, after_time(line).unwrap_or(line))
}

/// The text after a time such as `2026-05-07T19:34:15.1536288Z`.
fn after_time(line: &str) -> Option<&str> {
    let (time, text) = line.split_once(' ').unwrap_or((line, ""));
    let bytes = time.as_bytes();
    let is_time = bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T' && bytes.ends_with(b"Z");
    is_time.then_some(text)
}
