//! Who pushes what: `[workload]`, from the history where it is known, and guessed where it is not.

use super::basis::{PushBasis, of_pushes, share};
use super::ledger::{Assumption, Ledger};
use crate::import::history::{HistoryRates, MergeRhythm};
use crate::import::past::MeasuredPast;
use crate::import::toml_text::{TomlLines, key, list, number, quoted};
use std::collections::BTreeSet;

/// The table, and the lines that have to go where nothing depends on them.
pub(super) fn workload(ledger: &mut Ledger, basis: PushBasis) -> TomlLines {
    let mut writer = WorkloadWriter { ledger, lines: TomlLines::default() };
    writer.lines.table("[workload]", "");
    match basis {
        PushBasis::Log(past, file) => writer.replayed(past, file),
        PushBasis::Rates(past) => writer.drawn(past),
        PushBasis::Guess => writer.guessed(),
    }
    writer.other_events();
    writer.classes(basis);
    writer.recorded();
    writer.lines
}

struct WorkloadWriter<'a> {
    ledger: &'a mut Ledger,
    lines: TomlLines,
}

/// The inputs of `workload.changes` that a draft measures.
const CHANGES: [&str; 5] = ["lock", "manifests", "toolchain", "source", "dockerfile"];
/// The share of pull requests that are merged; those that are closed leave no commit.
const MERGED: f64 = 0.85;

impl WorkloadWriter<'_> {
    fn assume(&mut self, path: &[&str], value: &str, range: &str, basis: &'static str) {
        let (value, about) = self.ledger.assume(path, Assumption::new(value, range, basis));
        self.lines.value(&path[1..].join("."), &value, &about);
    }

    fn guessed(&mut self) {
        self.pushes_guessed();
        self.assume(&["workload", "changes", "lock"], "0.15", "0.05..0.3", GIT);
        if !self.ledger.on_tags.is_empty() {
            self.assume(&["workload", "releases-per-month"], "2", "0.5..8", GIT);
        }
    }

    fn pushes_guessed(&mut self) {
        self.assume(&["workload", "pushes-per-day"], "6", "1..50", GIT);
        self.assume(&["workload", "pull-requests", "share"], "0.7", "0.4..0.9", GIT);
    }

    /// A line from the history. Where nothing depends on it, it is taken out again.
    fn measured(&mut self, name: &str, value: &str, about: &str) {
        self.lines.value(name, value, &format!("{MEASURED}{about}"));
    }

    fn replayed(&mut self, past: &MeasuredPast, file: &str) {
        let count = past.recent.pushes.len();
        self.lines.remark(&format!(
            "The newest 60 days of {} are replayed: {count} pushes and tags. Pull requests that were closed without a merge are not in it.",
            past.branch
        ));
        self.lines.value("events", &quoted(file), "git log");
    }

    fn drawn(&mut self, past: &MeasuredPast) {
        let rates = &past.rates;
        let about = format!("{} pushes to {} in {:.0} days", past.pushes, past.branch, rates.days);
        match &rates.pull_requests {
            Some(pulls) => self.pulls(rates, pulls, &about),
            None => {
                self.lines.remark("Too few commits name their pull request: their share is assumed.");
                // Each push to the default branch stands for that share of pushes to pull requests beside it.
                let value = number(rates.main_pushes_per_day / (1.0 - 0.7));
                self.lines.value("pushes-per-day", &value, &about);
                self.assume(&["workload", "pull-requests", "share"], "0.7", "0.4..0.9", GIT);
            }
        }
        if !self.ledger.on_tags.is_empty() {
            self.measured("releases-per-month", &number(rates.releases_per_month), "tags");
        }
        for name in CHANGES {
            if let Some((value, about)) = PushBasis::Rates(past).input(name) {
                self.measured(&format!("changes.{name}"), &value, &about);
            }
        }
        let weights = |weights: &[f64]| {
            let weights: Vec<String> =
                weights.iter().map(|weight| number((weight * 100.0).round() / 100.0)).collect();
            format!("[{}]", weights.join(", "))
        };
        if let Some(hours) = &rates.hours {
            self.measured("hours", &weights(hours), "UTC");
        }
        if let Some(days) = &rates.weekdays {
            self.measured("weekdays", &weights(days), "from Monday");
        }
    }

    fn pulls(&mut self, rates: &HistoryRates, pulls: &MergeRhythm, about: &str) {
        let of_pulls = (rates.pushes_per_day() - rates.main_pushes_per_day) / MERGED;
        let all = rates.main_pushes_per_day + of_pulls;
        self.lines.remark(&format!(
            "{about}; {} pull requests were merged a day, {:.0} % of them by bots.",
            number(pulls.merged_per_day),
            100.0 * pulls.bot_share
        ));
        self.lines.value("pushes-per-day", &number(all), "with the pull requests that were closed");
        self.lines.value("pull-requests.share", &number(of_pulls / all), "");
        self.assume(
            &["workload", "pull-requests", "merged"],
            "0.85",
            "0.6..0.95",
            "`gh pr list --state closed`",
        );
        for (name, value) in [
            ("pushes-each", pulls.pushes_each),
            ("hours-between", pulls.hours_between),
            ("hours-to-merge", pulls.hours_to_merge),
        ] {
            if let Some(value) = value {
                self.measured(&format!("pull-requests.{name}"), &number(value), "merged ones");
            }
        }
    }

    /// What starts runs beside pushes.
    fn other_events(&mut self) {
        if self.ledger.merge_queue {
            self.lines.value("merge-queue", "true", "");
        }
        for rate in self.ledger.rates.clone() {
            self.assume(&["workload", "events-per-day", rate], "0.2", "0.01..5", "`gh run list`");
        }
    }

    /// What the records of runs tell. Without them, these are as the scenario's defaults say.
    fn recorded(&mut self) {
        for path in [["workload", "cron-delay"].as_slice(), &["workload", "re-runs", "share"]] {
            if let Some(known) = self.ledger.calibration.known(path).cloned() {
                self.lines.value(&path[1..].join("."), &known.value, &known.source);
            }
        }
    }

    fn classes(&mut self, basis: PushBasis) {
        let classes = self.ledger.classes.clone();
        if !classes.is_empty() {
            self.lines.value("path-classes", &list(classes.keys().map(String::as_str)), "");
        }
        for (class, place) in classes.into_iter().filter(|_| !matches!(basis, PushBasis::Log(..))) {
            let name = format!("changes.paths.{}", key(&class));
            let past = basis.measured();
            let rate = past
                .and_then(|past| past.rates.classes.iter().find(|rate| rate.name == class).zip(Some(past)));
            match rate {
                Some((rate, past)) => {
                    let about = format!("{}, {place}", of_pushes(rate, past));
                    self.measured(&name, &share(rate, past), &about);
                }
                None => {
                    let path = ["workload", "changes", "paths", &class];
                    let assumption = Assumption::new("0.5", "0.1..0.9", "`git log --name-only`");
                    let (value, about) = self.ledger.assume(&path, assumption);
                    self.lines.value(&name, &value, &format!("{about}; {place}"));
                }
            }
        }
    }
}

const GIT: &str = "`git log`";
/// What the comment of a measured line begins with.
const MEASURED: &str = "history: ";

/// The numbers of the lines of a draft that were measured, from 1.
pub(super) fn measured_lines(text: &str) -> BTreeSet<usize> {
    let marked = (1..).zip(text.lines()).filter(|(_, line)| line.contains(&format!(" # {MEASURED}")));
    marked.map(|(number, _)| number).collect()
}
