//! How often things happen, for a workload that is drawn. Each rate is known or unknown; an unknown one says why, and
//! which key of the scenario states it.

use super::pushes::{PushRecord, RecordedKind, RecordedPush};
use crate::units::Duration;

/// The rates of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRates {
    /// Days from the first push to the last.
    pub days: f64,
    /// Pushes to the default branch per day.
    pub main_pushes_per_day: f64,
    /// Pull requests: `None` if too few commits name theirs.
    pub pull_requests: Option<MergeRhythm>,
    /// Releases in 30 days.
    pub releases_per_month: f64,
    /// For each input, in their order, how often pushes to the default branch change it.
    pub inputs: Vec<InputRate>,
    /// For each class of paths, in their order, the share of pushes to the default branch that touch it.
    pub classes: Vec<InputRate>,
    /// Share of the pushes in each hour of the day (UTC), times 24: 1 is the mean. `None` if there are too few.
    pub hours: Option<[f64; 24]>,
    /// Share of the pushes on each day of the week from Monday, times 7. `None` if there are too few.
    pub weekdays: Option<[f64; 7]>,
    /// What is not known.
    pub unknown: Vec<UnknownRate>,
}

/// The rhythm of merged pull requests. Those that were closed without a merge leave no trace.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeRhythm {
    /// Merges per day.
    pub merged_per_day: f64,
    /// Share of them by dependency bots.
    pub bot_share: f64,
    /// Mean number of pushes to each; `None` if the commits of too few pull requests are known.
    pub pushes_each: Option<f64>,
    /// Mean hours between two pushes to one; `None` if none has two.
    pub hours_between: Option<f64>,
    /// Mean hours from the last push to the merge.
    pub hours_to_merge: Option<f64>,
}

/// How often pushes to the default branch change an input.
#[derive(Debug, Clone, PartialEq)]
pub struct InputRate {
    /// Its name.
    pub name: String,
    /// How many of them.
    pub pushes: usize,
    /// Share of the pushes, 0–1.
    pub share: f64,
}

/// A rate that the history does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRate {
    /// The scenario's key.
    pub key: &'static str,
    /// Why it is not known.
    pub why: String,
}

/// At least this share of the pushes to the default branch must name their pull request. Below, it cannot be told pull
/// requests that are merged by rebase from pushes without one.
const NAMED_SHARE: f64 = 1.0 / 3.0;

/// At least this share of the merged pull requests must show their commits. Where most are squashed, the few that are merged
/// are others, such as a branch of a release with all that was done for it.
const KNOWN_SHARE: f64 = 1.0 / 3.0;

/// From this many pushes on, their hours and weekdays are more than chance.
const PUSHES_FOR_HOURS: usize = 100;

impl HistoryRates {
    /// The rates of these pushes; `None` if there are fewer than two pushes to the default branch.
    pub fn new(record: &PushRecord) -> Option<HistoryRates> {
        let main: Vec<&RecordedPush> = record.of(RecordedKind::Main).collect();
        let (first, last) = (main.first()?, main.last()?);
        let days = (last.at - first.at).as_days_f64();
        if days <= 0.0 {
            return None;
        }
        let per_day = |count: usize| count as f64 / days;
        let known: Vec<&RecordedPush> =
            record.pushes.iter().filter(|push| !push.is_inferred && push.at >= first.at).collect();
        let enough = known.len() >= PUSHES_FOR_HOURS;
        let mut rates = HistoryRates {
            days,
            main_pushes_per_day: per_day(main.len()),
            pull_requests: MergeRhythm::new(record, &main, days),
            releases_per_month: 30.0 * per_day(record.of(RecordedKind::Release).count()),
            inputs: shares(&record.inputs, &main, |push| &push.changes),
            classes: shares(&record.classes, &main, |push| &push.paths),
            hours: enough.then(|| spread(&known, |push| push.at.hour())),
            weekdays: enough.then(|| spread(&known, |push| push.at.weekday())),
            unknown: Vec::new(),
        };
        rates.unknown = rates.missing();
        Some(rates)
    }

    /// Pushes per day, to the default branch and to pull requests, as `workload.pushes-per-day` counts them; without
    /// pull requests that are known, only those to the default branch.
    pub fn pushes_per_day(&self) -> f64 {
        self.main_pushes_per_day + self.pull_pushes_per_day()
    }

    /// The share of pushes to pull requests; `None` if it is unknown.
    pub fn pull_request_share(&self) -> Option<f64> {
        self.pull_requests.as_ref().map(|_| self.pull_pushes_per_day() / self.pushes_per_day())
    }

    /// A squashed pull request had at least one push.
    fn pull_pushes_per_day(&self) -> f64 {
        self.pull_requests
            .as_ref()
            .map_or(0.0, |pulls| pulls.merged_per_day * pulls.pushes_each.unwrap_or(1.0))
    }

    fn missing(&self) -> Vec<UnknownRate> {
        let mut unknown = Vec::new();
        let mut add = |key, why: &str| unknown.push(UnknownRate { key, why: format!("{why}: give a rate") });
        match &self.pull_requests {
            None => add("workload.pull-requests.share", "too few commits name their pull request"),
            Some(pulls) => {
                if pulls.pushes_each.is_none() {
                    add("workload.pull-requests.pushes-each", "squashed pull requests show one commit");
                    add(
                        "workload.pull-requests.hours-to-merge",
                        "squashed pull requests do not show their pushes",
                    );
                }
                if pulls.hours_between.is_none() {
                    add("workload.pull-requests.hours-between", "no pull request shows two pushes");
                }
            }
        }
        add("workload.pull-requests.merged", "pull requests closed without a merge leave no commit");
        add("workload.pull-requests.forks", "commits do not say which repository they come from");
        if self.hours.is_none() {
            add("workload.hours", "there are too few pushes to tell hours and weekdays");
        }
        unknown
    }
}

impl PushRecord {
    /// The pushes of one kind.
    pub fn of(&self, kind: RecordedKind) -> impl Iterator<Item = &RecordedPush> {
        self.pushes.iter().filter(move |push| push.kind == kind)
    }
}

impl MergeRhythm {
    fn new(record: &PushRecord, main: &[&RecordedPush], days: f64) -> Option<MergeRhythm> {
        let merges: Vec<&&RecordedPush> = main.iter().filter(|push| push.number.is_some()).collect();
        if merges.is_empty() || (merges.len() as f64) < NAMED_SHARE * main.len() as f64 {
            return None;
        }
        let mut lives = Vec::new();
        let mut bots = 0;
        for merge in &merges {
            let of_pull = record.of(RecordedKind::PullRequest).filter(|push| push.number == merge.number);
            let pushes: Vec<&RecordedPush> = of_pull.collect();
            bots += usize::from(pushes.iter().any(|push| push.is_bot));
            if let (Some(first), Some(last)) =
                (pushes.first(), pushes.last().filter(|push| !push.is_inferred))
            {
                lives.push((pushes.len(), last.at - first.at, merge.at - last.at));
            }
        }
        if (lives.len() as f64) < KNOWN_SHARE * merges.len() as f64 {
            lives.clear();
        }
        let known = !lives.is_empty();
        let pushes: usize = lives.iter().map(|(pushes, ..)| pushes).sum();
        let gaps = pushes - lives.len();
        let hours = |times: Duration, count: usize| (count > 0).then(|| times.as_hours_f64() / count as f64);
        Some(MergeRhythm {
            merged_per_day: merges.len() as f64 / days,
            bot_share: bots as f64 / merges.len() as f64,
            pushes_each: known.then(|| pushes as f64 / lives.len() as f64),
            hours_between: hours(lives.iter().map(|(_, between, _)| *between).sum(), gaps),
            hours_to_merge: hours(lives.iter().map(|(.., wait)| *wait).sum(), lives.len()),
        })
    }
}

/// How many of the pushes have each of these.
fn shares(
    names: &[String],
    pushes: &[&RecordedPush],
    of: fn(&RecordedPush) -> &Vec<usize>,
) -> Vec<InputRate> {
    let rate = |(index, name): (usize, &String)| {
        let changed = pushes.iter().filter(|push| of(push).contains(&index)).count();
        InputRate { name: name.clone(), pushes: changed, share: changed as f64 / pushes.len() as f64 }
    };
    names.iter().enumerate().map(rate).collect()
}

/// The share of the pushes in each of N places, times N.
fn spread<const N: usize>(pushes: &[&RecordedPush], place: fn(&RecordedPush) -> usize) -> [f64; N] {
    let mut counts = [0.0; N];
    pushes.iter().for_each(|push| counts[place(push)] += 1.0);
    counts.map(|count| count * N as f64 / pushes.len() as f64)
}
