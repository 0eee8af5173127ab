//! Draws the pushes of a stochastic workload. Its settings are in `stochastic.rs`; what each push
//! does to the checkout is in `history.rs`.

use super::change::PushChange;
use super::log::LoggedPush;
use super::poisson::{DAYS_MAX, instants};
use super::push::{BranchId, PathSet, PushId, PushKind, Stream};
use super::stack::{OpenPull, OpenPulls};
use super::stochastic::{InputShare, Stochastic};
use crate::project::{InputId, InputSet};
use crate::random::{Distribution, Draws, Purpose, mix, mix_str};
use crate::units::{Duration, SimTime};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Draws the pushes of a stochastic workload.
///
/// Branches begin at the instants of a Poisson process, thinned by hour and weekday. Each is either
/// a push to main or the life of a pull request. It is drawn by its own number, so that a longer
/// simulation does not change earlier branches.
pub struct Arrivals<'a> {
    plan: &'a Stochastic,
    draws: &'a Draws,
    end: SimTime,
    pushes: Vec<LoggedPush>,
    /// The pull requests that may be stacked on.
    open: OpenPulls,
}

/// The inputs whose changes are drawn one after the other.
const IN_TURN: [InputId; 7] = [
    InputId::LOCK,
    InputId::MANIFESTS,
    InputId::TOOLCHAIN,
    InputId::SOURCE,
    InputId::TARGETS,
    InputId::DOCKERFILE,
    InputId::WEB_LOCK,
];

/// Time after which a bot's pull request is closed, superseded by its next one, or is merged at the latest. (Assumed:
/// bots work weekly.)
const SUPERSEDED: Duration = Duration(7 * Duration::DAY.0);

impl<'a> Arrivals<'a> {
    /// The pushes of one replication, in time order.
    pub fn draw(plan: &'a Stochastic, draws: &'a Draws) -> Vec<LoggedPush> {
        let end = plan.end();
        let mut arrivals = Arrivals { plan, draws, end, pushes: Vec::new(), open: OpenPulls::default() };
        arrivals.beginnings();
        arrivals.bursts();
        arrivals.releases();
        arrivals.schedules();
        arrivals.other_branches();
        let mut pushes = arrivals.pushes;
        pushes.retain(|push| push.at < end);
        pushes.sort_by_key(|push| push.at);
        pushes
    }

    fn beginnings(&mut self) {
        let Stochastic { hours, weekdays, .. } = self.plan;
        let peak = peak(hours) * peak(weekdays) * self.plan.growth_peak();
        let rates = self.plan.rates();
        let per_day = rates.pull_requests + rates.direct;
        let mut rng = self.draws.stream(Purpose::Arrival, 0);
        for (number, at) in (0..).zip(self.instants(0, per_day * peak / (mean(hours) * mean(weekdays)))) {
            let (keep, pull) = (rng.random::<f64>(), rng.random::<f64>());
            if keep * peak >= hours[at.hour()] * weekdays[at.weekday()] * self.plan.growth_at(at) {
                continue;
            }
            // People have odd numbers and bots even ones, so that neither shifts the other's.
            let number = 2 * number + 1;
            if pull * per_day < rates.pull_requests {
                self.pull_request(at, number);
            } else {
                self.direct(at, number);
            }
        }
    }

    fn instants(&self, kind: u64, per_day: f64) -> impl Iterator<Item = SimTime> + use<> {
        instants(self.draws, kind, per_day, (self.plan.from, self.end))
    }

    fn direct(&mut self, at: SimTime, number: u32) {
        let mut rng = self.draws.stream(Purpose::Change, number.into());
        let (change, paths) = self.change(number.into(), &mut rng);
        let push = LoggedPush::event(PushId::drawn(Stream::Direct, number.into()), at, PushKind::Main, None);
        self.pushes.push(LoggedPush { paths, change, ..push });
    }

    /// A pull request is opened, pushed to, and then merged or closed.
    fn pull_request(&mut self, opened: SimTime, number: u32) {
        let pulls = &self.plan.pull_requests;
        let mut rng = self.draws.stream(Purpose::Change, number.into());
        let (change, paths) = self.change(number.into(), &mut rng);
        let fork = rng.random::<f64>() < pulls.forks;
        let merged = rng.random::<f64>() < pulls.merged;
        let kind = if fork { PushKind::ForkPullRequest } else { PushKind::PullRequest };
        let (pause, end) = (Distribution::Exponential { mean: 1.0 }, pulls.hours_to_merge);
        let below = self.below(opened, number).filter(|_| !fork);
        let branch = below.map_or_else(|| self.base(number), |below| below.branch);
        let stacked_on = below.map(|below| below.number);
        let count = self.count(number);
        let (mut at, mut nth) = (opened, 0);
        while at < self.end {
            let id = PushId::of_branch(number, nth);
            let pushed_paths = (nth > 0).then(|| self.touched_again(id, paths));
            let push = LoggedPush::event(id, at, kind, Some(number));
            self.pushes.push(LoggedPush { branch, stacked_on, paths, pushed_paths, change, ..push });
            nth += 1;
            let wait = pause.sample(&mut rng);
            // Without numbers to choose from, that of pushes is geometric with the given mean.
            let ends = rng.random::<f64>() < 1.0 / pulls.pushes_each;
            let is_last = count.map_or(ends, |count| nth >= count);
            let mean = end.filter(|_| is_last).unwrap_or(pulls.hours_between);
            at = at + Duration::HOUR.scaled((wait * mean).min(HOURS_MAX));
            if is_last {
                break;
            }
        }
        // The one below comes first.
        let mut end = below.map_or(at, |below| below.end.max(at));
        if merged {
            end = self.merge(end, number, branch, paths, change);
        } else {
            self.pushes.push(LoggedPush::closed(end, number));
        }
        if !fork && self.plan.pull_requests.stacked > 0.0 {
            self.open.add(OpenPull { number, branch, end });
        }
    }

    /// The pull request that one which is opened at this instant is stacked on.
    fn below(&mut self, opened: SimTime, number: u32) -> Option<OpenPull> {
        let draw = self.draws.unit(Purpose::Change, mix_str(number.into(), "stacked"));
        let is_stacked = draw < self.plan.pull_requests.stacked;
        self.open.newest(opened).filter(|_| is_stacked)
    }

    /// The classes of a pull request's diff that a later push to it touches: each as often as any push.
    fn touched_again(&self, id: PushId, paths: PathSet) -> PathSet {
        self.touched(id.address(), |class| paths.0 >> class & 1 == 1)
    }

    /// The number of pushes to a pull request, if it is one of several given ones.
    fn count(&self, number: u32) -> Option<u32> {
        let counts = &self.plan.pull_requests.counts;
        let draw = self.draws.unit(Purpose::Change, mix_str(number.into(), "pushes"));
        counts.get((draw * counts.len() as f64) as usize).copied()
    }

    /// A pull request is merged, through the queue if there is one. Returns when.
    fn merge(
        &mut self,
        at: SimTime,
        number: u32,
        branch: BranchId,
        paths: PathSet,
        change: PushChange,
    ) -> SimTime {
        let mut merged = at;
        let to_main = branch == BranchId::DEFAULT;
        if self.plan.merge_queue && to_main {
            let queued = PushId::drawn(Stream::Queued, number.into());
            let push = LoggedPush::event(queued, at, PushKind::MergeGroup, Some(number));
            self.pushes.push(LoggedPush { paths, change, ..push });
            // Pushes do not wait for simulated jobs.
            merged = at + self.plan.queue_time;
        }
        self.pushes.push(LoggedPush::closed(merged, number));
        let kind = if to_main { PushKind::Main } else { PushKind::Branch };
        let id = PushId::drawn(Stream::Merged, number.into());
        let push = LoggedPush::event(id, merged, kind, Some(number));
        self.pushes.push(LoggedPush { branch, paths, change, ..push });
        merged
    }

    /// What a branch changes. Some built-in inputs are drawn one after the other; each other input has a
    /// draw of its own, so that one more shifts no other draw.
    fn change(&self, address: u64, rng: &mut Pcg64Mcg) -> (PushChange, PathSet) {
        let shares = &self.plan.changes;
        let mut has = |share: f64| rng.random::<f64>() < share;
        let mut inputs: InputSet = IN_TURN.into_iter().filter(|input| has(shares.of(*input))).collect();
        let others = InputId::all(shares.inputs.len()).zip(&shares.inputs);
        for (input, InputShare { name, share }) in others.filter(|(input, _)| !IN_TURN.contains(input)) {
            if self.draws.unit(Purpose::Change, mix_str(address, name)) < *share {
                inputs.insert(input);
            }
        }
        (PushChange { inputs, crates: None }, self.touched(address, |_| true))
    }

    /// The path classes that a push touches, each drawn for itself: one more shifts nothing else.
    fn touched(&self, address: u64, may: impl Fn(usize) -> bool) -> PathSet {
        let shares = self.plan.changes.paths.iter().enumerate();
        let is_touched = |class: usize, share: f64| {
            may(class)
                && self.draws.unit(Purpose::Change, mix_str(mix(address, class as u64), "paths")) < share
        };
        let touched = shares.filter(|(class, share)| is_touched(*class, **share));
        PathSet(touched.fold(0, |set, (class, _)| set | 1 << class))
    }

    /// A dependency bot opens several pull requests within a minute, each with a lock change. Some are merged, the others
    /// superseded. Bursts never share numbers, whatever their size.
    fn bursts(&mut self) {
        for (burst, at) in (0..).zip(self.instants(1, self.plan.bursts_per_week / 7.0)) {
            for nth in 0..self.plan.burst_size {
                let number = 2 * (burst * BURST_MAX + nth + 1);
                let opened = at + Duration::MINUTE.scaled(self.draws.unit(Purpose::Arrival, number.into()));
                let id = PushId::of_branch(number, 0);
                let push = LoggedPush::event(id, opened, PushKind::PullRequest, Some(number));
                let change = PushChange::of(&[InputId::LOCK]);
                let paths = self.plan.burst_paths;
                self.pushes.push(LoggedPush { bot: true, paths, change, ..push });
                match self.bot_merge(number) {
                    Some(wait) => {
                        self.merge(opened + wait, number, BranchId::DEFAULT, paths, change);
                    }
                    None => self.pushes.push(LoggedPush::closed(opened + SUPERSEDED, number)),
                }
            }
        }
    }

    /// After how long a bot's pull request is merged: as long as anybody's after its last push. `None` if never.
    fn bot_merge(&self, number: u32) -> Option<Duration> {
        let pulls = &self.plan.pull_requests;
        let address = mix_str(number.into(), "merged");
        let is_merged = self.draws.unit(Purpose::Change, address) < self.plan.burst_merged;
        let mut rng = self.draws.stream(Purpose::Change, mix(address, WAIT));
        let hours = Distribution::Exponential { mean: 1.0 }.sample(&mut rng)
            * pulls.hours_to_merge.unwrap_or(pulls.hours_between);
        is_merged.then(|| Duration::HOUR.scaled(hours.min(HOURS_MAX)).min(SUPERSEDED))
    }

    fn releases(&mut self) {
        for (nth, at) in (0..).zip(self.instants(2, self.plan.releases_per_month / 30.0)) {
            let id = PushId::drawn(Stream::Release, nth);
            self.pushes.push(LoggedPush::event(id, at, PushKind::Release, None));
        }
    }

    fn schedules(&mut self) {
        if self.plan.schedules_per_day <= 0.0 {
            return;
        }
        let period = Duration::DAY.scaled(1.0 / self.plan.schedules_per_day).max(Duration(1));
        let mut at = self.plan.from + period;
        while at < self.end {
            let id = PushId::drawn(Stream::Schedule, (at - self.plan.from).0 as u64);
            self.pushes.push(LoggedPush::event(id, at, PushKind::Schedule, None));
            at = at + period;
        }
    }

    /// Pushes to other branches than main. They come at any hour.
    fn other_branches(&mut self) {
        for (branch, of) in (1..).zip(&self.plan.branches) {
            for (nth, at) in (0..).zip(self.instants(100 + u64::from(branch), of.pushes_per_day)) {
                let id = PushId::drawn(Stream::OtherBranch, (u64::from(branch) << 40) | nth);
                let mut rng = self.draws.stream(Purpose::Change, id.address());
                let (change, paths) = self.change(id.address(), &mut rng);
                let push = LoggedPush::event(id, at, PushKind::Branch, None);
                self.pushes.push(LoggedPush { branch: BranchId(branch), paths, change, ..push });
            }
        }
    }

    /// The branch that a pull request is to be merged into.
    fn base(&self, number: u32) -> BranchId {
        let mut draw = self.draws.unit(Purpose::Change, mix_str(number.into(), "base"));
        for (branch, of) in (1..).zip(&self.plan.branches) {
            if draw < of.pull_requests {
                return BranchId(branch);
            }
            draw -= of.pull_requests;
        }
        BranchId::DEFAULT
    }
}

impl Stochastic {
    /// Mean number of days for which a pull request of a bot is open: of those that are merged, that of an exponential
    /// distribution that is cut off.
    pub(super) fn bot_days(&self) -> f64 {
        let pulls = &self.pull_requests;
        let longest = SUPERSEDED.as_days_f64();
        let mean = pulls.hours_to_merge.unwrap_or(pulls.hours_between) / 24.0;
        let merged = if mean > 0.0 { -mean * libm::expm1(-longest / mean) } else { 0.0 };
        longest + self.burst_merged * (merged - longest)
    }
}

/// The largest number of pull requests in a burst that a scenario allows.
const BURST_MAX: u32 = 1_000;

const HOURS_MAX: f64 = 24.0 * DAYS_MAX;

/// Address of the draw how long a bot's pull request waits for its merge.
const WAIT: u64 = 1;

fn peak(weights: &[f64]) -> f64 {
    weights.iter().copied().fold(0.0, f64::max)
}

fn mean(weights: &[f64]) -> f64 {
    weights.iter().sum::<f64>() / weights.len() as f64
}
