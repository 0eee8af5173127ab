use super::change::Change;
use super::log::LoggedPush;
use super::push::{PathSet, PushKind};
use super::stochastic::Stochastic;
use crate::random::{Distribution, Draws, Purpose};
use crate::units::{Duration, SimTime};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;

/// Draws the pushes of a stochastic workload.
///
/// Beginnings of branches come from a Poisson process thinned by hour and weekday; each is then a
/// push to main or the life of a pull request, drawn by its own number, so that another length of
/// the simulation leaves the earlier ones as they were.
pub(super) struct Arrivals<'a> {
    plan: &'a Stochastic,
    draws: &'a Draws,
    end: SimTime,
    next_number: u32,
    pushes: Vec<LoggedPush>,
}

impl<'a> Arrivals<'a> {
    pub fn draw(plan: &'a Stochastic, draws: &'a Draws) -> Vec<LoggedPush> {
        let end = plan.from + Duration::DAY.scaled(plan.days);
        let mut arrivals = Arrivals { plan, draws, end, next_number: 1, pushes: Vec::new() };
        arrivals.beginnings();
        arrivals.bursts();
        arrivals.releases();
        arrivals.schedules();
        let mut pushes = arrivals.pushes;
        pushes.retain(|push| push.at < end);
        pushes.sort_by_key(|push| push.at);
        pushes
    }

    fn beginnings(&mut self) {
        let pulls = &self.plan.pull_requests;
        let weights = peak(&self.plan.hours) * peak(&self.plan.weekdays);
        let mean = mean(&self.plan.hours) * mean(&self.plan.weekdays);
        // Of the pushes to pull requests `pushes_each` share a beginning; a merge is one of main's.
        let pull_beginnings = self.plan.pushes_per_day * pulls.share / pulls.pushes_each;
        let direct =
            (self.plan.pushes_per_day * (1.0 - pulls.share) - pull_beginnings * pulls.merged).max(0.0);
        let per_day = pull_beginnings + direct;
        let pull_share = pull_beginnings / per_day.max(f64::MIN_POSITIVE);
        let mut rng = self.draws.stream(Purpose::Arrival, 0);
        let gap = Distribution::Exponential { mean: 1.0 / (per_day * weights / mean) };
        let mut at = self.plan.from;
        while per_day > 0.0 {
            at = at + Duration::DAY.scaled(gap.sample(&mut rng));
            if at >= self.end {
                break;
            }
            let (keep, pull) = (rng.random::<f64>(), rng.random::<f64>());
            let weight = self.plan.hours[at.hour()] * self.plan.weekdays[at.weekday()];
            if keep * weights >= weight {
                continue;
            }
            let number = self.number();
            if pull < pull_share { self.pull_request(at, number) } else { self.direct(at, number) }
        }
    }

    fn number(&mut self) -> u32 {
        self.next_number += 1;
        self.next_number - 1
    }

    fn direct(&mut self, at: SimTime, number: u32) {
        let mut rng = self.draws.stream(Purpose::Change, number.into());
        let (change, paths) = self.change(&mut rng);
        self.add(at, PushKind::Main, None, false, paths, change);
    }

    /// Opened, pushed to, then merged or closed.
    fn pull_request(&mut self, opened: SimTime, number: u32) {
        let pulls = &self.plan.pull_requests;
        let mut rng = self.draws.stream(Purpose::Change, number.into());
        let (change, paths) = self.change(&mut rng);
        let fork = rng.random::<f64>() < pulls.forks;
        let kind = if fork { PushKind::ForkPullRequest } else { PushKind::PullRequest };
        let pause = Distribution::Exponential { mean: pulls.hours_between };
        let mut at = opened;
        loop {
            self.add(at, kind, Some(number), false, paths, change.clone());
            at = at + Duration::HOUR.scaled(pause.sample(&mut rng));
            // Geometric with the given mean.
            if rng.random::<f64>() < 1.0 / pulls.pushes_each {
                break;
            }
        }
        if rng.random::<f64>() < pulls.merged {
            self.merge(at, number, false, paths, change);
        } else {
            self.add(at, PushKind::Closed, Some(number), false, PathSet::default(), Change::default());
        }
    }

    fn merge(&mut self, at: SimTime, number: u32, bot: bool, paths: PathSet, change: Change) {
        if self.plan.merge_queue {
            self.add(at, PushKind::MergeGroup, Some(number), bot, paths, change.clone());
        }
        // The queue's own run comes first; half an hour is assumed for it.
        let merged = if self.plan.merge_queue { at + Duration(30 * Duration::MINUTE.0) } else { at };
        self.add(merged, PushKind::Main, Some(number), bot, paths, change);
    }

    fn change(&self, rng: &mut Pcg64Mcg) -> (Change, PathSet) {
        let shares = &self.plan.changes;
        let mut has = |share: f64| rng.random::<f64>() < share;
        let change = Change {
            lock: has(shares.lock).then_some(None),
            manifests: has(shares.manifests),
            toolchain: has(shares.toolchain),
            source: has(shares.source),
            targets: has(shares.targets),
            dockerfile: has(shares.dockerfile),
            web_lock: has(shares.web_lock),
        };
        let classes = shares.paths.iter().enumerate().filter(|(_, share)| has(**share));
        let paths = classes.fold(0, |set, (class, _)| set | 1 << class);
        (change, PathSet(paths))
    }

    /// A dependency bot opens several pull requests within a minute, each with its lock change.
    fn bursts(&mut self) {
        let mut rng = self.draws.stream(Purpose::Arrival, 1);
        let gap = Distribution::Exponential { mean: 7.0 / self.plan.bursts_per_week.max(1e-9) };
        let mut at = self.plan.from;
        loop {
            at = at + Duration::DAY.scaled(gap.sample(&mut rng).min(1e6));
            if at >= self.end {
                break;
            }
            for _ in 0..self.plan.burst_size {
                let (number, opened) = (self.number(), at + Duration::MINUTE.scaled(rng.random()));
                let change = Change { lock: Some(None), ..Change::default() };
                self.add(opened, PushKind::PullRequest, Some(number), true, self.plan.burst_paths, change);
            }
        }
    }

    fn releases(&mut self) {
        let mut rng = self.draws.stream(Purpose::Arrival, 2);
        let gap = Distribution::Exponential { mean: 30.0 / self.plan.releases_per_month.max(1e-9) };
        let mut at = self.plan.from;
        loop {
            at = at + Duration::DAY.scaled(gap.sample(&mut rng).min(1e6));
            if at >= self.end {
                break;
            }
            self.add(at, PushKind::Release, None, false, PathSet::default(), Change::default());
        }
    }

    fn schedules(&mut self) {
        if self.plan.schedules_per_day <= 0.0 {
            return;
        }
        let period = Duration::DAY.scaled(1.0 / self.plan.schedules_per_day);
        let mut at = self.plan.from + period;
        while at < self.end {
            self.add(at, PushKind::Schedule, None, false, PathSet::default(), Change::default());
            at = at + period;
        }
    }

    fn add(
        &mut self,
        at: SimTime,
        kind: PushKind,
        number: Option<u32>,
        bot: bool,
        paths: PathSet,
        change: Change,
    ) {
        self.pushes.push(LoggedPush { at, kind, number, bot, paths, change });
    }
}

impl Stochastic {
    /// The pushes of one replication, in time order.
    pub fn pushes(&self, draws: &Draws) -> Vec<LoggedPush> {
        Arrivals::draw(self, draws)
    }

    /// How many events to expect.
    pub fn expected_pushes(&self) -> f64 {
        let bursts = self.bursts_per_week / 7.0 * f64::from(self.burst_size);
        let queue = if self.merge_queue { 2.0 } else { 1.0 };
        self.days
            * (self.pushes_per_day * queue + bursts + self.releases_per_month / 30.0 + self.schedules_per_day)
    }
}

fn peak(weights: &[f64]) -> f64 {
    weights.iter().copied().fold(0.0, f64::max)
}

fn mean(weights: &[f64]) -> f64 {
    weights.iter().sum::<f64>() / weights.len() as f64
}
