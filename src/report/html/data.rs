//! The data that a page embeds for its tooltips and sortable tables, and how much of it there is.

use crate::event::RefClass;
use crate::observe::Label;
use crate::observe::timeline::{Moved, Ran, Timeline};
use crate::report::charts::{self, NamedTimeline};
use crate::report::number::limit;
use crate::report::sweep;
use crate::result::SavedResult;
use crate::statistics::Estimate;
use serde::Serialize;

/// The amount of detail in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// Most steps of a timeline.
    steps: usize,
    /// Most job runs of a timeline.
    runs: usize,
    /// Most rows of metrics, over all results.
    metrics: usize,
    /// Most timelines.
    timelines: usize,
    /// Most figures of one kind.
    pub figures: usize,
}

impl Detail {
    /// The most that a page can show.
    pub const FULL: Detail = Detail { steps: 4_400, runs: 6_000, metrics: 20_000, timelines: 6, figures: 6 };

    /// Half the detail; `None` if nothing is left to halve.
    pub fn coarser(self) -> Option<Detail> {
        let Detail { steps, runs, metrics, timelines, figures } = self;
        let half = Detail {
            steps: (steps / 2).max(200),
            runs: (runs / 2).max(200),
            metrics: (metrics / 2).max(500),
            timelines: timelines - usize::from(timelines > 1),
            figures: figures - usize::from(figures > 1),
        };
        (half != self).then_some(half)
    }

    /// A sentence on what was left out; empty if nothing was.
    pub fn note(self, results: &[SavedResult]) -> String {
        let all: usize = results.iter().map(|saved| estimates(saved).len()).sum();
        if all <= self.metrics && self == Detail::FULL {
            return String::new();
        }
        let metrics = self.metrics.min(all);
        format!(
            "To keep the page small, it contains {metrics} of {all} values, and timelines are thinned; \
             result.json has everything."
        )
    }
}

/// The data for the script.
#[derive(Serialize)]
struct Data<'a> {
    metrics: Vec<(&'static str, String, &'static str, f64, f64, f64, u32)>,
    timelines: Vec<Thinned<'a>>,
}

/// A timeline with as many steps as fit.
#[derive(Serialize)]
struct Thinned<'a> {
    start: i64,
    step: i64,
    unit: u64,
    limit: u64,
    limit_text: String,
    clients: Vec<&'a str>,
    inks: Vec<&'static str>,
    jobs: &'a [String],
    refs: [&'static str; RefClass::ALL.len()],
    held: Vec<Vec<u64>>,
    peak: Vec<u64>,
    stored: Vec<(usize, usize, u64)>,
    evicted: Vec<(usize, usize, u64)>,
    runs: Vec<Ran>,
}

/// The data as JSON inside a page. It contains no `<`, so that no text can end the script element.
pub(super) fn json(results: &[SavedResult], detail: Detail) -> String {
    let several = results.len() > 1;
    let rows = results.iter().flat_map(|saved| estimates(saved).into_iter().map(move |row| (saved, row)));
    let row = |(saved, (setting, estimate)): (&SavedResult, (String, &Estimate))| {
        let mut of = labels(&estimate.labels);
        if !setting.is_empty() {
            of = format!("{setting}: {of}");
        }
        if several {
            of = format!("{}: {of}", saved.name());
        }
        let round = |value: f64| format!("{value:.6e}").parse().unwrap_or(value);
        let [mean, low, high] = [estimate.mean, estimate.low, estimate.high].map(round);
        (estimate.metric.name, of, estimate.metric.unit, mean, low, high, estimate.n)
    };
    let metrics = rows.take(detail.metrics).map(row).collect();
    let told = told(results, detail);
    let timelines = told.iter().map(|told| thinned(told.timeline, detail)).collect();
    let text = serde_json::to_string(&Data { metrics, timelines })
        .expect("numbers and texts always have a JSON form");
    text.replace('<', "\\u003c")
}

/// The timelines that a page shows.
pub(super) fn told(results: &[SavedResult], detail: Detail) -> Vec<NamedTimeline<'_>> {
    let mut told = charts::timelines(results);
    told.truncate(detail.timelines);
    told
}

/// Every estimate with its settings, which only a sweep has.
fn estimates(saved: &SavedResult) -> Vec<(String, &Estimate)> {
    let SavedResult::Sweep(swept) = saved else {
        let study = saved.study().into_iter();
        return study.flat_map(|study| &study.estimates).map(|estimate| (String::new(), estimate)).collect();
    };
    let of = |index: usize| {
        let setting = sweep::point(swept, index);
        swept.points[index].iter().map(move |estimate| (setting.clone(), estimate))
    };
    (0..swept.points.len()).flat_map(of).collect()
}

fn labels(labels: &[Label]) -> String {
    labels.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join(", ")
}

fn thinned(timeline: &Timeline, detail: Detail) -> Thinned<'_> {
    // Clients that never hold anything are left out; the others get new indices.
    let used: Vec<usize> = charts::holding(timeline);
    let each = timeline.steps.count.div_ceil(detail.steps).max(1);
    let runs_each = timeline.runs.len().div_ceil(detail.runs).max(1);
    let last = |row: &[u64]| row.chunks(each).filter_map(|steps| steps.last().copied()).collect();
    let most = |row: &[u64]| row.chunks(each).filter_map(|steps| steps.iter().max().copied()).collect();
    let moved = |rows: &[Moved]| {
        let mut sums = std::collections::BTreeMap::<(usize, usize), u64>::new();
        for Moved { step, client, size, .. } in rows {
            if let Some(place) = used.iter().position(|used| *used == usize::from(*client)) {
                *sums.entry((*step as usize / each, place)).or_default() += size;
            }
        }
        sums.into_iter().map(|((step, client), size)| (step, client, size)).collect()
    };
    Thinned {
        start: timeline.steps.start.0,
        step: timeline.steps.seconds * each as i64,
        unit: timeline.unit.0,
        limit: timeline.limit.0,
        limit_text: limit(timeline.limit),
        clients: used.iter().map(|client| timeline.clients[*client].as_str()).collect(),
        inks: used.iter().map(|client| charts::client_color(timeline, *client)).collect(),
        jobs: &timeline.jobs,
        refs: RefClass::ALL.map(RefClass::label),
        held: used.iter().map(|client| last(&timeline.held[*client])).collect(),
        peak: most(&timeline.peak),
        stored: moved(&timeline.stored),
        evicted: moved(&timeline.evicted),
        runs: timeline.runs.iter().step_by(runs_each).copied().collect(),
    }
}
