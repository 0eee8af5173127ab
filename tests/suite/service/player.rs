//! A log played by `replay` and by the naive model: the same outcomes line by line, the same
//! evictions at the same sweeps, the same entries at the end.

use super::naive::{Naive, Name};
use cache_budget::replay::{LogReader, OperationOutcome, Player, Settings};
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;

const HOUR: i64 = Duration::HOUR.0;
const MAIN: &str = "refs/heads/main";

/// Who asks: a ref, the event, what it may read in order, and whether it may write.
const RUNS: [(&str, &str, &[&str], bool); 4] = [
    (MAIN, "push", &[MAIN], true),
    ("refs/pull/1/merge", "pull_request", &["refs/pull/1/merge", MAIN], true),
    ("refs/pull/2/merge", "pull_request", &["refs/pull/2/merge", MAIN], true),
    (MAIN, "issue_comment", &[MAIN], false),
];
const KEYS: [&str; 6] = ["deps-", "deps-1", "deps-12", "deps-2", "tools-1", "tools-2"];

#[derive(Debug, Clone)]
struct Step {
    /// Milliseconds since the step before.
    gap: i64,
    action: usize,
    run: usize,
    key: usize,
    restore_key: Option<usize>,
    version: bool,
    size: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![3 => 0..20_000i64, 2 => 0..3 * HOUR, 1 => Just(HOUR), 1 => 0..100 * HOUR];
    let step = (gap, 0..10usize, 0..4usize, 0..6usize, prop::option::of(0..6usize), any::<bool>(), 1..60u64);
    let step = step.prop_map(|(gap, action, run, key, restore_key, version, size)| Step {
        gap,
        action,
        run,
        key,
        restore_key,
        version,
        size,
    });
    prop::collection::vec(step, 1..80)
}

impl Step {
    fn version(&self) -> &'static str {
        if self.version { "v1" } else { "v2" }
    }

    fn line(&self, at: SimTime) -> String {
        let (reference, event, ..) = RUNS[self.run];
        let (key, version) = (KEYS[self.key], self.version());
        let head = format!("{{\"at\":\"{at}\",");
        let run = format!(
            "\"ref\":\"{reference}\",\"event\":\"{event}\",\"key\":\"{key}\",\"version\":\"{version}\""
        );
        head + &match self.action {
            0..5 => {
                let restore_keys: Vec<_> = self.restore_key.iter().map(|key| KEYS[*key]).collect();
                format!("\"op\":\"restore\",{run},\"restore_keys\":{restore_keys:?}}}\n")
            }
            5..8 => format!("\"op\":\"save\",{run},\"size\":{}}}\n", self.size),
            8 => format!("\"op\":\"delete\",\"ref\":\"{reference}\",\"key\":\"{key}\"}}\n"),
            _ => "\"op\":\"sweep\"}\n".to_owned(),
        }
    }

    /// The same asked of the naive model; what it says, as the outcomes of a log are told here.
    fn ask(&self, now: i64, naive: &mut Naive) -> Vec<String> {
        let answer = self.answer(now, naive);
        let expired = naive.gone();
        let swept = if answer == ["stored"] && naive.sweeps_at_once() { naive.sweep(now) } else { vec![] };
        let told = |gone: Vec<String>| gone.into_iter().map(move |gone| evicted(now, &gone));
        told(expired).chain(answer).chain(told(swept)).collect()
    }

    fn answer(&self, now: i64, naive: &mut Naive) -> Vec<String> {
        let (reference, _, readable, writes) = RUNS[self.run];
        let name = |key: usize| Name::Text(KEYS[key].to_owned());
        match self.action {
            0..5 => {
                let names: Vec<_> = std::iter::once(self.key).chain(self.restore_key).map(name).collect();
                let scopes: Vec<_> = readable.iter().map(ToString::to_string).collect();
                vec![found(&naive.look_up(now, &scopes, self.version(), &names, true))]
            }
            5..8 => {
                let scope = writes.then_some(reference);
                let stored = naive.reserve(now, scope, self.version(), &name(self.key), 0);
                vec![match stored {
                    Ok(number) => {
                        assert!(naive.finalise(now, number, self.size));
                        "stored".to_owned()
                    }
                    Err(why) => match why.as_str() {
                        "ReadOnly" => "denied".to_owned(),
                        "RateLimited" => "rate_limited".to_owned(),
                        other => other.to_lowercase(),
                    },
                }]
            }
            8 => {
                naive.delete_key(Some(reference), &name(self.key));
                vec![]
            }
            _ => naive.sweep(now).iter().map(|gone| evicted(now, gone)).collect(),
        }
    }
}

/// `Exact scope|version|key|…` as `exact scope key`.
fn found(answer: &str) -> String {
    let Some((how, entry)) = answer.split_once(' ') else {
        return if answer == "RateLimited" { "rate_limited" } else { "miss" }.to_owned();
    };
    let fields: Vec<_> = entry.split('|').collect();
    format!("{} {} {}", how.to_lowercase(), fields[0], fields[2])
}

fn evicted(at: i64, gone: &str) -> String {
    let (why, entry) = gone.split_once(' ').expect("a reason");
    let fields: Vec<_> = entry.split('|').collect();
    format!("{} {} {} {}", SimTime(at), why.to_lowercase(), fields[0], fields[2])
}

fn told(outcome: &OperationOutcome) -> String {
    match outcome {
        OperationOutcome::Restore { outcome, reference, key, .. } => {
            let words = [Some(outcome.name().to_owned()), reference.clone(), key.clone()];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        OperationOutcome::Save { outcome, .. } => outcome.name().to_owned(),
        OperationOutcome::Evict { at, reference, key, reason, .. } => {
            format!("{at} {} {reference} {key}", reason.label())
        }
    }
}

/// A sweep every so many hours.
fn every(hours: i64) -> Sweep {
    Sweep::Every { period: Duration(hours * HOUR), phase: None }
}

/// Plays the steps on the naive model. Sweeps fall on whole periods, after what happens at their instant;
/// where none comes within a day, entries expire as their retention ends.
fn naively(limits: &Limits, start: i64, steps: &[Step]) -> (Vec<String>, Naive) {
    let (mut naive, mut said, mut now) = (Naive::new(limits.clone()), Vec::new(), start);
    let period = match limits.sweep {
        Sweep::Every { period, .. } => Some(period.0),
        Sweep::Instant | Sweep::Never => None,
    };
    let at_once = period.is_none_or(|period| period > Duration::DAY.0);
    let mut due = period.map_or(i64::MAX, |period| start.div_euclid(period) * period + period);
    for step in steps {
        now += step.gap;
        loop {
            let expiry = naive.first_expiry().filter(|_| at_once).unwrap_or(i64::MAX);
            let next = due.min(expiry);
            if next >= now {
                break;
            }
            let gone = if due <= expiry { naive.sweep(next) } else { naive.expire(next) };
            said.extend(gone.iter().map(|gone| evicted(next, gone)));
            due += if due == next { period.unwrap_or(0) } else { 0 };
        }
        said.extend(step.ask(now, &mut naive));
    }
    (said, naive)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_log_is_played_as_the_naive_model_plays_it(
        steps in steps(),
        sweep in prop::sample::select(vec![every(1), every(24), every(36), every(30 * 24), Sweep::Instant]),
    ) {
        let limits = Limits {
            limit: Bytes(150),
            sweep,
            retention: Duration(99 * HOUR),
            uploads_per_minute: Some(3),
            downloads_per_minute: Some(4),
            visibility_lag: Duration::ZERO,
            ..Limits::default()
        };
        let start: SimTime = "2026-07-20T00:30:00Z".parse().expect("a time");
        let (mut text, mut now) = (String::new(), start);
        for step in &steps {
            now = now + Duration(step.gap);
            text += &step.line(now);
        }
        let settings = Settings { limits: limits.clone(), default_branch: MAIN.to_owned(), until: None };
        let (mut log, mut player, mut outcomes) =
            (LogReader::new(text.as_bytes(), false), Player::new(&settings), Vec::new());
        while let Some(operation) = log.next_operation().expect("readable") {
            player.play(&operation, &mut outcomes).expect("it fits");
        }
        prop_assert_eq!(log.problems().list(), &[]);
        let (said, naive) = naively(&limits, start.0, &steps);
        prop_assert_eq!(outcomes.iter().map(told).collect::<Vec<_>>(), said);
        let mut listing: Vec<_> = player
            .listing()
            .iter()
            .map(|entry| {
                let reference = entry.reference.as_deref().unwrap_or("");
                let (size, created, accessed) = (entry.size.0, entry.created.0, entry.accessed.0);
                format!("{reference}|{}|{}|0|{size}|{created}|{accessed}", entry.version, entry.key)
            })
            .collect();
        listing.reverse();
        prop_assert_eq!(listing, naive.listing());
    }
}
