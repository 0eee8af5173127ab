//! The past of a repository as a draft needs it: rates in place of assumptions, and the event log. Nothing here is
//! guessed; where the history is not known, this says why.

use super::git::Git;
use super::history::{
    GitHistory, HistoryLimits, HistoryRates, NoHistory, PushRecord, RecordedKind, RecordedPush,
};
use super::pattern::NamedPatterns;
use crate::units::{Duration, SimTime, counted};
use std::collections::BTreeSet;
use std::path::Path;

/// The history that is known of a repository, or why none is.
#[derive(Debug)]
pub struct RepositoryPast {
    known: Result<GitHistory, String>,
}

/// What the history says of certain inputs and classes of paths.
#[derive(Debug)]
pub struct MeasuredPast {
    /// The branch that was measured.
    pub branch: String,
    /// The pushes to it that were measured.
    pub pushes: usize,
    /// The rates of the newest year.
    pub rates: HistoryRates,
    /// The pushes of the newest days, to be replayed.
    pub recent: PushRecord,
    /// True if the compiler changes with Rust's releases.
    pub takes_stable_rust: bool,
}

/// What a draft wants to know of the past.
pub struct WantedPast<'a> {
    /// The inputs.
    pub inputs: Vec<NamedPatterns>,
    /// The classes of paths.
    pub classes: Vec<NamedPatterns>,
    /// True for the tags that start something.
    pub means_tag: &'a dyn Fn(&str) -> bool,
    /// True if no file of the repository names a compiler of Rust, so that the newest stable one is taken.
    pub takes_stable_rust: bool,
}

/// The input that is the compiler of Rust.
const TOOLCHAIN: &str = "toolchain";

/// How much of the history tells rates, before its newest commit. (Assumed: older rates are another project's.)
const RATES: Duration = Duration(365 * Duration::DAY.0);
/// The fewest days and pushes to the default branch that tell rates. (Assumed: below, one busy hour stands for a year.)
const RATES_MIN: (f64, usize) = (7.0, 10);
/// How much of it is replayed: three times GitHub's retention of a week, twice that of a warm-up.
const REPLAYED: Duration = Duration(60 * Duration::DAY.0);
/// The fewest days and pushes to the default branch that are replayed.
const REPLAYED_MIN: (f64, usize) = (28.0, 30);

/// What is missing where pull requests leave one commit each.
const SQUASHED: &str = "its pull requests were squashed, so that only one push of each is seen: on GitHub there are more runs, and \
                        the heads of pull requests (`git fetch origin 'refs/pull/*/head:refs/pull/*/head'`) or `--runs` tell them";

impl RepositoryPast {
    /// The past of a repository whose history is not read.
    pub fn unread() -> RepositoryPast {
        RepositoryPast { known: Err("the history was not read".to_owned()) }
    }

    /// The past of the repository in this folder.
    pub fn read(folder: &Path) -> RepositoryPast {
        RepositoryPast::from(GitHistory::read(folder, &HistoryLimits::default()))
    }

    /// The past of an open repository.
    pub fn of(git: &Git) -> RepositoryPast {
        RepositoryPast::from(GitHistory::of(git, &HistoryLimits::default()))
    }

    fn from(read: Result<GitHistory, NoHistory>) -> RepositoryPast {
        RepositoryPast { known: read.map_err(|why| why.to_string()) }
    }

    /// The past as it was at a time; unknown, if nothing had happened by then.
    pub fn before(self, at: SimTime) -> RepositoryPast {
        let known = self.known.map(|mut history| {
            history.commits.retain(|commit| commit.at <= at);
            history.releases.retain(|release| release.at <= at);
            history
        });
        RepositoryPast { known }
    }

    /// True if a history was read.
    pub fn is_known(&self) -> bool {
        self.known.is_ok()
    }

    /// Why nothing is known, or what was left out: sentences without a full stop.
    pub fn remarks(&self) -> Vec<String> {
        match &self.known {
            Ok(history) => history.left_out.clone(),
            Err(why) => vec![why.clone()],
        }
    }

    /// The branches that the clone knows; `None` if its history is not known, or it has one branch only, as after
    /// `git clone --single-branch`.
    pub fn branches(&self) -> Option<&BTreeSet<String>> {
        self.known.as_ref().ok().map(|history| &history.branches).filter(|branches| branches.len() > 1)
    }

    /// What is known of these things.
    ///
    /// # Errors
    /// Why nothing is.
    pub fn measured(&self, wanted: &WantedPast) -> Result<MeasuredPast, String> {
        let WantedPast { inputs, classes, means_tag, takes_stable_rust } = wanted;
        let history = self.known.as_ref().map_err(Clone::clone)?;
        let newest = history.commits.iter().map(|commit| commit.at).max().unwrap_or(SimTime(0));
        let record = |span| {
            let mut record = PushRecord::new(history, inputs, classes, Some(newest - span));
            let has_tag = |push: &RecordedPush| push.tags.iter().any(|tag| means_tag(tag));
            record.pushes.retain(|push| push.kind != RecordedKind::Release || has_tag(push));
            if *takes_stable_rust {
                record.follow_rust_releases(TOOLCHAIN);
            }
            record
        };
        let (record, recent) = (record(RATES), record(REPLAYED));
        let rates = HistoryRates::new(&record)
            .ok_or("the history has fewer than two pushes in its newest year, which give no rates")?;
        let main: Vec<&RecordedPush> = record.of(RecordedKind::Main).collect();
        let pushes = main.len();
        let (days_min, pushes_min) = RATES_MIN;
        if rates.days < days_min || pushes < pushes_min {
            return Err(format!(
                "the history has {pushes} pushes in {}, which are too few to tell rates (from {pushes_min} pushes and \
                 {days_min:.0} days on they do)",
                main[pushes - 1].at - main[0].at
            ));
        }
        Ok(MeasuredPast {
            branch: history.branch.name.clone(),
            pushes,
            rates,
            recent,
            takes_stable_rust: *takes_stable_rust,
        })
    }
}

/// A span of days in words.
fn in_days(days: f64) -> String {
    match days.round() as usize {
        0 => "in less than a day".to_owned(),
        days => format!("in {}", counted(days, "day", "days")),
    }
}

impl MeasuredPast {
    /// What the history hides, in a sentence without a full stop.
    pub fn hidden(&self) -> Option<String> {
        let is_squashed = self.rates.pull_requests.as_ref().is_some_and(|pulls| pulls.pushes_each.is_none());
        is_squashed.then(|| SQUASHED.to_owned())
    }

    /// Why the newest pushes cannot be replayed; `None` if they can.
    pub fn why_not_replayed(&self) -> Option<String> {
        let main = || self.recent.of(RecordedKind::Main);
        let (all, named) = (main().count(), main().filter(|push| push.number.is_some()).count());
        let days = main().next().zip(main().last()).map_or(0.0, |(a, b)| (b.at - a.at).as_days_f64());
        let (days_min, pushes_min) = REPLAYED_MIN;
        if all < pushes_min || days < days_min {
            let (pushes, days) = (counted(all, "push", "pushes"), in_days(days));
            return Some(format!("the newest 60 days have {pushes} {days}, which are too few"));
        }
        let is_rebased = 2 * named < all;
        is_rebased.then(|| format!("only {named} of {all} pushes name their pull request, as after rebases"))
    }
}
