//! The settings of drawn arrivals, and the rates that follow from them. `scenario` builds a
//! [`Stochastic`]; `arrivals.rs` draws the pushes.

use super::push::PathSet;
use super::rebase::{RebaseWhen, Rebases};
use crate::project::InputId;
use crate::units::{Duration, SimTime};

/// The life of pull requests.
#[derive(Debug, Clone, PartialEq)]
pub struct PullRequests {
    /// Share of all pushes that go to pull requests, 0–1. The rest goes to main.
    pub share: f64,
    /// Mean number of pushes to each pull request, ≥ 1 (geometric, unless `counts` has numbers).
    pub pushes_each: f64,
    /// The numbers of pushes of which each pull request has one, all equally likely.
    pub counts: Vec<u32>,
    /// Share of pull requests that are merged, 0–1. Each merge is one of main's pushes.
    pub merged: f64,
    /// Mean hours between pushes to one pull request.
    pub hours_between: f64,
    /// Mean hours from the last push to the merge or the closing; `None`: as between pushes.
    pub hours_to_merge: Option<f64>,
    /// Share of pull requests that come from forks, 0–1.
    pub forks: f64,
    /// Share of the others that are stacked on the newest open one of them, 0–1.
    pub stacked: f64,
}

/// The share of pushes that change each input, 0–1. All are independent.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeShares {
    /// Each input with its share, by its index.
    pub inputs: Vec<InputShare>,
    /// Each path class, by its index in the scenario.
    pub paths: Vec<f64>,
}

/// How often pushes change an input.
#[derive(Debug, Clone, PartialEq)]
pub struct InputShare {
    /// The input's name, which addresses its draws.
    pub name: String,
    /// Share of the pushes that change it, 0–1.
    pub share: f64,
}

impl ChangeShares {
    /// The share of pushes that change an input.
    pub fn of(&self, input: InputId) -> f64 {
        self.inputs.get(input.index()).map_or(0.0, |input| input.share)
    }

    /// The same shares, but these inputs never change.
    pub fn without(mut self, inputs: &[InputId]) -> ChangeShares {
        inputs.iter().for_each(|input| self.inputs[input.index()].share = 0.0);
        self
    }
}

/// Settings of drawn arrivals: a Poisson process whose rate follows the hour and the weekday.
#[derive(Debug, Clone, PartialEq)]
pub struct Stochastic {
    /// Start of the period in which pushes are drawn.
    pub from: SimTime,
    /// Length of the period in days.
    pub days: f64,
    /// Mean number of pushes per day, to main and to pull requests together.
    pub pushes_per_day: f64,
    /// Relative rate for each hour of the day in UTC.
    pub hours: [f64; 24],
    /// Relative rate for each weekday, from Monday.
    pub weekdays: [f64; 7],
    /// How the rate of people's pushes changes in the meantime, in order of time.
    pub growth: Vec<RateChange>,
    /// The life of pull requests.
    pub pull_requests: PullRequests,
    /// How often pushes change each input.
    pub changes: ChangeShares,
    /// Mean number of bursts of a dependency bot per week.
    pub bursts_per_week: f64,
    /// Pull requests that one burst opens within a minute. Each changes the lock file.
    pub burst_size: u32,
    /// Share of the bot's pull requests that are merged, 0–1. Each merge is one more push to main.
    pub burst_merged: f64,
    /// Path classes that a bot's pull request touches.
    pub burst_paths: PathSet,
    /// When the bot rebases its open pull requests; `None`: never.
    pub rebases: Option<Rebases>,
    /// Releases per 30 days.
    pub releases_per_month: f64,
    /// True if merges go through a merge queue.
    pub merge_queue: bool,
    /// Time from the beginning of a group in the merge queue to its merge.
    pub queue_time: Duration,
    /// When the queue merges, and how many at once.
    pub merge_rules: MergeRules,
    /// Scheduled runs on main per day, evenly spaced.
    pub schedules_per_day: f64,
    /// The branches besides the default branch, by [`BranchId`](super::BranchId) from 1.
    pub branches: Vec<Branch>,
}

/// The settings of a merge queue that decide when it merges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MergeRules {
    /// The fewest pull requests that are merged at once, ≥ 1.
    pub least: u32,
    /// The most pull requests that are merged at once, ≥ 1.
    pub most: u32,
    /// Once the first one in the queue was added so long ago, fewer are merged.
    pub wait: Duration,
    /// How long the queue waits for the required runs of a group; `None`: as long as they take.
    pub timeout: Option<Duration>,
}

/// From an instant on, people push at another rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateChange {
    /// The instant.
    pub at: SimTime,
    /// The factor on the stated rate, until the next change.
    pub factor: f64,
}

/// What is drawn for a branch other than the default branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// Mean number of pushes to it per day, merges of pull requests not counted.
    pub pushes_per_day: f64,
    /// Share of the pull requests that are to be merged into it, 0–1.
    pub pull_requests: f64,
}

impl Stochastic {
    /// End of the period; all pushes come before it.
    pub fn end(&self) -> SimTime {
        self.from + Duration::DAY.scaled(self.days)
    }

    /// The factor on the rate of people's pushes at this instant.
    pub fn growth_at(&self, at: SimTime) -> f64 {
        self.growth.iter().rev().find(|change| change.at <= at).map_or(1.0, |change| change.factor)
    }

    /// The largest factor on the rate of people's pushes.
    pub(super) fn growth_peak(&self) -> f64 {
        let begins = self.growth.first().is_some_and(|change| change.at <= self.from);
        let before = if begins { 0.0 } else { 1.0 };
        // What begins after the end moves nothing.
        let within = self.growth.iter().filter(|change| change.at < self.end());
        within.map(|change| change.factor).fold(before, f64::max)
    }

    /// The mean factor on the rate of people's pushes, over the whole period.
    fn mean_growth(&self) -> f64 {
        let ends = self.growth.iter().skip(1).map(|change| change.at).chain([self.end()]);
        let within = |at: SimTime| at.max(self.from).min(self.end());
        let more = self
            .growth
            .iter()
            .zip(ends)
            .map(|(change, end)| (change.factor - 1.0) * (within(end) - within(change.at)).as_days_f64());
        1.0 + more.sum::<f64>() / self.days
    }

    /// Expected number of pushes, including merges but not closings. The actual number is slightly
    /// smaller if the life of a pull request goes beyond the end.
    pub fn expected_pushes(&self) -> f64 {
        let Rates { pull_requests, .. } = self.rates();
        let merges = pull_requests * self.pull_requests.merged;
        let groups = if self.merge_queue { 1.0 } else { 0.0 };
        let queued = groups * merges;
        let bots = f64::from(self.burst_size) * self.bursts_per_week / 7.0;
        let bots = bots * (1.0 + self.rebases_each() + self.burst_merged * (1.0 + groups));
        self.days
            * ((self.people_per_day() + queued) * self.mean_growth()
                + bots
                + self.releases_per_month / 30.0
                + self.schedules_per_day
                + self.branches.iter().map(|branch| branch.pushes_per_day).sum::<f64>())
    }

    /// Mean number of pushes that people make per day, including merges. It exceeds
    /// `pushes_per_day` if there are more merges than main's share of pushes.
    pub fn people_per_day(&self) -> f64 {
        let Rates { pull_requests, direct } = self.rates();
        pull_requests * (self.pull_requests.pushes_each + self.pull_requests.merged) + direct
    }

    /// How often a pull request of a bot is rebased, on average. While a rebase is on its way, further pushes to the
    /// default branch begin none.
    fn rebases_each(&self) -> f64 {
        let Some(rebases) = &self.rebases else { return 0.0 };
        let share = match rebases.when {
            RebaseWhen::Conflicted => self.changes.of(InputId::LOCK),
            RebaseWhen::BehindBaseBranch => 1.0,
        };
        let bots = f64::from(self.burst_size) * self.bursts_per_week / 7.0 * self.burst_merged;
        let per_day = self.people_to_main() * share + bots;
        let each = self.bot_days() * per_day / (1.0 + per_day * rebases.after.mean() / 86_400.0);
        rebases.at_most.map_or(each, |most| each.min(most.into()))
    }

    /// Mean number of pushes that people make to main per day, merges included.
    fn people_to_main(&self) -> f64 {
        let Rates { pull_requests, direct } = self.rates();
        let elsewhere: f64 = self.branches.iter().map(|branch| branch.pull_requests).sum();
        let merges = pull_requests * self.pull_requests.merged * (1.0 - elsewhere).max(0.0);
        (merges + direct) * self.mean_growth()
    }

    /// How often branches begin. `pushes_each` pushes share a pull request, and its merge is one of
    /// main's pushes. If merges alone exceed main's share, there are no direct pushes to main.
    pub(super) fn rates(&self) -> Rates {
        let pulls = &self.pull_requests;
        let pull_requests = self.pushes_per_day * pulls.share / pulls.pushes_each.max(1.0);
        let to_main = self.pushes_per_day * (1.0 - pulls.share);
        Rates { pull_requests, direct: (to_main - pull_requests * pulls.merged).max(0.0) }
    }
}

/// New branches per day.
pub(super) struct Rates {
    /// Pull requests opened by people.
    pub pull_requests: f64,
    /// Pushes to main that do not merge a pull request.
    pub direct: f64,
}
