//! The tables behind `--details`: every client and job with intervals, who evicts whom, the largest evictions,
//! the one-pass curve, and the remedies that were tried. Markdown folds them, the page shows them.

use super::hits::{Hits, hits_of};
use super::summary::ranked_jobs;
use super::{evictors, trial};
use crate::observe::{EvictionBatch, Metric, SCREENED, metric};
use crate::report::number::{amount, bytes, percent};
use crate::report::section::{Cell, Section};
use crate::result::{BESIDE, RunResult};
use crate::statistics::Study;
use crate::units::{Bytes, Duration, SimTime, counted};

/// How many pairs of clients are shown; those with the most bytes come first.
const PAIRS_MAX: usize = 8;
/// How many evictions of the first replication are shown; the largest come first.
const BATCHES_MAX: usize = 3;

/// The tables that the overview leaves out, without those that have no rows.
pub fn details(answer: &RunResult) -> Vec<Section> {
    let study = &answer.study;
    let evictions = [pairs(study), evictors::section(answer), batches(study)];
    let all = [clients(study), jobs(study)].into_iter().chain(evictions);
    let all = all.chain([screen(study), trial::section(answer), trial::freeing(answer)]);
    all.filter(|section| !section.rows.is_empty()).collect()
}

fn clients(study: &Study) -> Section {
    let row = |client: &String| {
        let labels = [("client", client.as_str())];
        let evicted = [("client", client.as_str()), ("reason", "size")];
        let hits = Hits::of(study, client, None);
        let restores = hits.is_none_or(|hits| hits.of == "restores");
        vec![
            Cell::Name(if restores { client.clone() } else { format!("{client} ({})", hits_of(client).1) }),
            number(study, &metric::RESTORE_COUNT, &labels),
            Cell::Number(hits.map_or("-".into(), |hits| amount(hits.ratio))),
            if restores {
                number(study, &metric::RESTORE_EXACT_RATIO, &labels)
            } else {
                Cell::Number("-".into())
            },
            number(study, &metric::SAVE_STORED_BYTES, &labels),
            number(study, &metric::SAVE_FAILED_SHARE, &labels),
            number(study, &metric::CACHE_EVICTED_BYTES, &evicted),
        ]
    };
    let headings = vec![
        "client",
        "look-ups per day",
        "hits",
        "exact",
        "stored per day",
        "failed writes",
        "evicted per day",
    ];
    let acts = |client: &&String| {
        let has = |name| study.estimate(name, &[("client", client)]).is_some();
        has(&metric::RESTORE_COUNT) || has(&metric::SAVE_ATTEMPTS) || has(&metric::OBJECT_HIT_RATIO)
    };
    let shown = || study.first.names.clients.iter().filter(acts);
    let others = shown().any(|client| hits_of(client).1 != "restores");
    let others = others.then(|| {
        "Hits are counted over restores, or over objects or steps where a row says \
        so."
        .to_owned()
    });
    let vain = shown().filter_map(|client| packed_in_vain(study, client));
    let notes: Vec<String> = others.into_iter().chain(vain).collect();
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    Section { title: "Cache clients".into(), headings, rows: shown().map(row).collect(), note }
}

/// Minimum share of saves that find their entry stored already, for the table to state their cost.
const EXISTS_SHARE_MIN: f64 = 0.05;
/// Minimum minutes per day for that; less would be printed as 0.0.
const PACKED_IN_VAIN_MIN: f64 = 0.05;

/// The cost of a client's saves that find their entry stored already, if there are many.
fn packed_in_vain(study: &Study, client: &str) -> Option<String> {
    let labels = [("client", client)];
    let exist = study.estimate(&metric::SAVE_FAILED, &[("client", client), ("reason", "exists")])?.mean;
    let share = exist / study.estimate(&metric::SAVE_ATTEMPTS, &labels)?.mean;
    let minutes = study.estimate(&metric::SAVE_PACKED_IN_VAIN, &labels)?;
    (share >= EXISTS_SHARE_MIN && minutes.mean >= PACKED_IN_VAIN_MIN).then(|| {
        format!(
            "{} of {client}'s saves find that their entry already exists: no write fails, but {} a day are \
             spent packing for nothing.",
            percent(share),
            amount(minutes)
        )
    })
}

fn jobs(study: &Study) -> Section {
    let row = |job: &&str| {
        let duration = |stat| number(study, &metric::JOB_DURATION, &[("job", job), ("stat", stat)]);
        vec![
            Cell::Name((*job).to_owned()),
            number(study, &metric::JOB_RUNS, &[("job", job)]),
            number(study, &metric::JOB_SUCCESS_SHARE, &[("job", job)]),
            duration("mean"),
            duration("p50"),
            duration("p90"),
            number(study, &metric::JOB_WASTED_SHARE, &[("job", job)]),
        ]
    };
    let headings = vec!["job", "runs per day", "succeed", "mean", "p50", "p90", "wasted build time"];
    let note = Some("Times are those of successful runs.".to_owned());
    Section { title: "All jobs".into(), headings, rows: ranked_jobs(study).iter().map(row).collect(), note }
}

fn pairs(study: &Study) -> Section {
    let mut pairs: Vec<_> = study
        .estimates
        .iter()
        .filter(|estimate| estimate.metric == &metric::BLAME_EVICTED_BYTES)
        .filter_map(|estimate| Some((estimate, estimate.label("evictor")?, estimate.label("victim")?)))
        .collect();
    pairs.sort_by(|a, b| b.0.mean.total_cmp(&a.0.mean));
    let row = |(estimate, evictor, victim): &(&_, &str, &str)| {
        let misses = number(study, &metric::BLAME_MISSES, &[("evictor", evictor), ("victim", victim)]);
        let [evictor, victim] = [evictor, victim].map(|name| Cell::Name((*name).to_owned()));
        vec![evictor, victim, Cell::Number(amount(estimate)), misses]
    };
    let headings = vec!["writes of", "evict entries of", "evicted per day", "misses it causes per day"];
    let (shown, cut) = pairs.split_at(pairs.len().min(PAIRS_MAX));
    let evicted: f64 = cut.iter().map(|(estimate, ..)| estimate.mean).sum();
    let more = match cut.len() {
        0 => String::new(),
        more => format!("{}: {} a day. ", counted(more, "more row", "more rows"), bytes(evicted)),
    };
    let note = more
        + "An accounting by bytes: an evicted entry is charged to all that was stored since its last access.";
    let rows = shown.iter().map(row).collect();
    Section { title: "Who evicts whom".into(), headings, rows, note: Some(note) }
}

fn batches(study: &Study) -> Section {
    let names = &study.first.names.clients;
    let row = |batch: &EvictionBatch| {
        let evictor = batch
            .evictor
            .map(|(client, share)| format!("{} ({})", names[usize::from(client.0)], percent(share)));
        vec![
            Cell::Number(minute(batch.at)),
            Cell::Name(names[usize::from(batch.victim.0)].clone()),
            Cell::Number(format!(
                "{} in {}",
                bytes(batch.bytes.as_f64()),
                counted(batch.entries, "entry", "entries")
            )),
            Cell::Number(format!("≥ {}", batch.idle_min)),
            Cell::Name(evictor.unwrap_or_else(|| "-".into())),
        ]
    };
    let headings = vec!["at (UTC)", "client", "evicted", "idle", "largest part by"];
    let rows = study.first.top_evictions.iter().take(BATCHES_MAX).map(row).collect();
    Section { title: "Largest evictions in the first replication".into(), headings, rows, note: None }
}

/// The one-pass miss-ratio curve next to simulated hit ratios, if the run made them.
fn screen(study: &Study) -> Section {
    let limit = study.first.limit;
    let row = |(tenths, label): (u64, &str)| {
        let labels = [("stat", label)];
        study.estimate(&metric::SCREEN_HIT_RATIO, &labels)?;
        Some(vec![
            Cell::Number(crate::report::number::limit(Bytes(limit.0 / 10 * tenths))),
            number(study, &metric::SCREEN_HIT_RATIO, &labels),
            number(study, &metric::SCREEN_SIMULATED_HIT_RATIO, &labels),
            number(study, &metric::SCREEN_LIFETIME, &labels),
        ])
    };
    Section {
        title: "Hit ratio at other limits: one-pass curve and simulation".into(),
        headings: vec!["limit", "one pass", "simulated", "an entry lives"],
        rows: SCREENED.into_iter().filter_map(row).collect(),
        note: Some(BESIDE.into()),
    }
}

fn number(study: &Study, metric: &Metric, labels: &[(&str, &str)]) -> Cell {
    let absent = if metric.zero_when_absent { "0" } else { "-" };
    Cell::Number(study.estimate(metric, labels).map_or_else(|| absent.into(), amount))
}

/// An instant to the minute, for example `2026-01-30 21:35`.
fn minute(at: SimTime) -> String {
    let whole = SimTime(at.window(Duration::MINUTE) * Duration::MINUTE.0).to_string();
    whole.trim_end_matches(":00Z").replace('T', " ")
}
