//! The verdict of a run, in sentences. Every report of a run begins with it.

use super::failures::{cost_of_cancelled, sentence};
use super::hits::Hits;
use super::refused_writes::RefusedWrites;
use super::{causes, evictors};
use crate::event::LossCause;
use crate::observe::metric;
use crate::report::number::{bytes, limit, percent, plain, stated};
use crate::result::{Failing, RunResult, failing};
use crate::statistics::{Estimate, Study};

/// The verdict in a few plain sentences: which jobs do not succeed, whether the limit is large enough, what
/// misses because of it, and what that costs. Each clause states a metric; the thresholds are below.
pub fn verdict(study: &Study) -> String {
    let failing = failing(study);
    let proves_nothing = if failing.iter().any(Failing::is_mostly) {
        Some("runs that fail save nothing, and more would be stored if they succeeded")
    } else {
        RefusedWrites::largest(study).and_then(|refusal| refusal.keeps_the_cache_small())
    };
    let (limit, praises) = match too_large(study).or_else(|| nothing_stored(study, &failing)) {
        Some(sentence) => (sentence, false),
        None => pressure(study, proves_nothing),
    };
    let lost = causes::sentence(study, if praises { "Even so, a" } else { "A" });
    let cancelled = cost_of_cancelled(study, &failing);
    let sentences = [sentence(&failing), cancelled, Some(limit), refused(study), lost, paid(study)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The verdict of a run, with the true effect of the largest evictor beside the accounting by bytes.
pub fn conclusion(answer: &RunResult) -> String {
    let sentences = std::iter::once(verdict(&answer.study)).chain(evictors::sentence(answer));
    sentences.collect::<Vec<_>>().join(" ")
}

/// Minimum share of a client's look-ups that miss evicted entries, for the limit to be too small.
const LOST_SHARE_MIN: f64 = 0.05;

/// The effect of the limit, and whether that is praise. `proves_nothing` says why a cache without pressure proves
/// nothing, if so.
fn pressure(study: &Study, proves_nothing: Option<&str>) -> (String, bool) {
    let limit = limit(study.first.limit);
    let Some(worst) = Losses::worst(study) else {
        return ("No measured job looks anything up in the cache.".into(), false);
    };
    let evicted = study.estimate(&metric::CACHE_EVICTED_BYTES, &[("reason", "size")]);
    let is_lost = eviction_loss(study) >= LOST_SHARE_MIN;
    match (evicted.filter(|evicted| evicted.mean > 0.0), proves_nothing) {
        (evicted, Some(why)) if !is_lost => (unproven(&limit, evicted, why), false),
        (None, _) => (holds(study, &limit), true),
        (Some(evicted), _) if !is_lost => {
            // Whoever says that evictions do no harm does not go on to say what they cost.
            let is_harmless = !causes::names_eviction(study) && costs_little(study);
            (evicts_little(study, &limit, evicted, is_harmless), is_harmless)
        }
        (Some(evicted), _) => match cheap(study) {
            Some(cost) => (
                format!(
                    "{limit} is nearly enough for this CI: {} a day are evicted for size, {cost}.",
                    stated(evicted)
                ),
                false,
            ),
            None => (does_not_hold(study, &limit, &worst), false),
        },
    }
}

/// The largest share of the runner minutes that evictions may cost and still not matter, however much they make miss.
const CHEAP_SHARE_MAX: f64 = 0.01;

/// What evictions cost, as the end of a sentence, if it hardly matters. Where misses have no price, their number counts.
fn cheap(study: &Study) -> Option<String> {
    let lost = study.estimate(&metric::LOST_MINUTES, &[("cause", LossCause::Evicted.label())])?.mean;
    let runners = study.estimate(&metric::RUNNER_MINUTES, &[])?.mean;
    (lost > 0.0 && lost < CHEAP_SHARE_MAX * runners)
        .then(|| format!("which costs {} of {} runner minutes a day", plain(lost), plain(runners)))
}

/// True if evictions cost less than 1 % of the runner minutes ([`CHEAP_SHARE_MAX`]).
fn costs_little(study: &Study) -> bool {
    let lost = study.estimate(&metric::LOST_MINUTES, &[("cause", LossCause::Evicted.label())]);
    lost.is_none_or(|lost| lost.mean <= 0.0) || cheap(study).is_some()
}

/// The smallest share that is not printed as 0.0 %.
const LEAST_SHARE: f64 = 0.0005;

/// The sentence for a cache that evicts little that is wanted. A limit that is mostly dead is not just enough.
fn evicts_little(study: &Study, limit: &str, evicted: &Estimate, is_harmless: bool) -> String {
    let dead = study.estimate(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
    let dead = dead.filter(|dead| dead.mean >= DEAD_SHARE_MIN * study.first.limit.as_f64());
    let begin = match (dead, is_harmless) {
        (Some(dead), true) => format!("{}, which does no harm so far", filled(study, limit, dead)),
        (Some(dead), false) => filled(study, limit, dead),
        (None, true) => format!("{limit} is just enough for this CI"),
        (None, false) => format!("{limit} is nearly enough for this CI"),
    };
    let but = if is_harmless { "but" } else { "and" };
    let most = largest_loss(study);
    let of = most.as_ref().map_or("restores", |most| most.hits.of);
    let missed = match most.map_or(0.0, |most| most.lost()) {
        share if share >= LEAST_SHARE => format!("at most {} of a client's {of} miss", percent(share)),
        share if share > 0.0 => format!("fewer than 0.1 % of a client's {of} miss"),
        _ => "no restore misses".to_owned(),
    };
    format!("{begin}: {} a day are evicted for size, {but} {missed} an evicted entry.", stated(evicted))
}

/// That a limit is filled with what no run can restore; full only if it is so in every replication.
fn filled(study: &Study, limit: &str, dead: &Estimate) -> String {
    let dead = bytes(dead.mean);
    match study.peaks.map(|peaks| peaks.full_replications) {
        Some(all) if all == study.replications => {
            format!("{limit} is full, mostly of entries that can never be restored ({dead})")
        }
        Some(some) if some > 0 => format!(
            "{limit} gets full in {some} of {} replications, mostly of entries that can never be restored ({dead})",
            study.replications
        ),
        _ => format!("{limit} holds mostly entries that can never be restored ({dead})"),
    }
}

/// Minimum share of the limit that no run can reach for the verdict to say so.
const DEAD_SHARE_MIN: f64 = 0.5;

/// The sentence for a cache that evicts little, but does not store everything that it should.
fn unproven(limit: &str, evicted: Option<&Estimate>, why: &str) -> String {
    let little = match evicted {
        None => "Nothing is evicted for size".to_owned(),
        Some(evicted) => format!(
            "Restores rarely miss the {} a day that are evicted for \
            size",
            stated(evicted)
        ),
    };
    format!("{little}, but that does not show that {limit} is enough: {why}.")
}

fn holds(study: &Study, limit: &str) -> String {
    let peak = study.estimate(&metric::CACHE_BYTES, &[("stat", "peak")]).map(stated).unwrap_or_default();
    format!("{limit} is enough for this CI: nothing is evicted for size; the peak is {peak}.")
}

fn does_not_hold(study: &Study, limit: &str, worst: &Losses) -> String {
    let mut text = format!(
        "{limit} is too small for this CI: {} of {}{} miss, {} of them because the entry had been evicted",
        missed(worst.hits.ratio),
        worst.what(),
        worst.place(),
        percent(worst.evicted)
    );
    if let Some((evictor, share)) = main_evictor(study, worst) {
        let whose = if evictor == worst.client { "its own".into() } else { format!("{evictor}'s") };
        text += &match share < 0.995 {
            true => format!(" (by bytes, {} by {whose} writes)", percent(share)),
            false => format!(" (all by {whose} writes)"),
        };
    }
    text + "."
}

/// The writes that are refused, if many are.
fn refused(study: &Study) -> Option<String> {
    let text = RefusedWrites::largest(study)?.clause();
    let first = text.chars().next()?;
    Some(format!("{}{}.", first.to_uppercase(), &text[first.len_utf8()..]))
}

/// The sentence about entries that are larger than the whole limit, if a client stores such.
fn too_large(study: &Study) -> Option<String> {
    let stored =
        study.estimates.iter().filter(|of| of.metric == &metric::SAVE_STORED && of.labels.len() == 2);
    let sizes = stored.filter_map(|stored| {
        let (client, job) = (stored.label("client")?, stored.label("job")?);
        let bytes = study.estimate(&metric::SAVE_STORED_BYTES, &[("client", client), ("job", job)])?.mean;
        Some((client, job, bytes / stored.mean)).filter(|(.., size)| *size > study.first.limit.as_f64())
    });
    let (client, job, size) = sizes.max_by(|a, b| a.2.total_cmp(&b.2))?;
    let limit = limit(study.first.limit);
    Some(format!(
        "The {client} entries of {job} are larger than the whole limit of {limit}: {} on average. Each evicts \
         everything else, and the next sweep evicts it too.",
        bytes(size)
    ))
}

/// The sentence for a cache that stays empty although jobs look things up, unless that is because they fail: then no
/// limit is enough or too small.
fn nothing_stored(study: &Study, failing: &[Failing]) -> Option<String> {
    let mean = |metric, labels: &[(&str, &str)]| study.estimate(metric, labels).map_or(0.0, |of| of.mean);
    let wanted = mean(&metric::RESTORE_COUNT, &[]) > 0.0 && mean(&metric::RESTORE_HIT_RATIO, &[]) == 0.0;
    let is_empty =
        mean(&metric::SAVE_STORED, &[]) == 0.0 && mean(&metric::CACHE_BYTES, &[("stat", "peak")]) == 0.0;
    let refused = RefusedWrites::largest(study).is_some();
    (wanted && is_empty && !refused && !failing.iter().any(Failing::is_mostly)).then(|| {
        format!(
            "No run saves anything, so nothing is ever found: {} stays empty, whatever its size. The runs that may save \
             (`save-if`, `cache-mode`) do not take place here.",
            limit(study.first.limit)
        )
    })
}

/// The smallest cost that is printed as more than nothing, in USD.
const CENT: f64 = 0.005;

/// What a raised limit costs, where it costs anything.
fn paid(study: &Study) -> Option<String> {
    let cost = study.estimate(&metric::CACHE_COST, &[]).filter(|cost| cost.mean > 0.0)?;
    let over = study.estimate(&metric::CACHE_OVERSHOOT_COST, &[]).map_or(0.0, |over| over.mean);
    let over = match over >= CENT {
        true => format!(", {over:.2} of it for what exceeds the limit until the next sweep"),
        false => String::new(),
    };
    Some(format!(
        "The space above the included 10 GiB costs {:.2} USD per 30 days, billed by the peak of each hour{over}.",
        cost.mean
    ))
}

/// The look-ups of one client: on main if there are any, unless only others lose much; otherwise on all refs.
struct Losses<'a> {
    client: &'a str,
    on_main: bool,
    hits: Hits<'a>,
    /// The share of its misses whose entry had been evicted for size.
    evicted: f64,
    /// Misses of evicted entries per day, times the mean size of the client's entries.
    bytes_again: f64,
}

impl Losses<'_> {
    /// The client that the verdict is about. Among those for which the limit is too small (or among all, if
    /// there are none), it is the one whose misses after eviction cost the most bytes to make again; among
    /// equals, the one that misses most.
    fn worst(study: &Study) -> Option<Losses<'_>> {
        let clients = || study.first.names.clients.iter().filter_map(|client| Losses::of(study, client));
        let loses = |losses: &Losses| losses.lost() >= LOST_SHARE_MIN;
        let any_loses = clients().any(|losses| loses(&losses));
        clients().filter(|losses| !any_loses || loses(losses)).max_by(|a, b| {
            let misses = |losses: &Losses| 1.0 - losses.hits.ratio.mean;
            // Only where eviction costs something does its volume decide.
            let again = |losses: &Losses| if any_loses { losses.bytes_again } else { 0.0 };
            again(a).total_cmp(&again(b)).then(misses(a).total_cmp(&misses(b)))
        })
    }

    fn of<'a>(study: &'a Study, client: &'a str) -> Option<Losses<'a>> {
        let [on_main, all] = [true, false].map(|on_main| Losses::on(study, client, on_main));
        let loses = |losses: &Losses| losses.lost() >= LOST_SHARE_MIN;
        match (on_main, all) {
            (Some(main), Some(all)) if loses(&all) && !loses(&main) => Some(all),
            (main, all) => main.or(all),
        }
    }

    /// The look-ups on main, or on all refs; `None` if there are none.
    fn on<'a>(study: &'a Study, client: &'a str, on_main: bool) -> Option<Losses<'a>> {
        // Entries outside GitHub's cache say nothing about the limit.
        study.estimate(&metric::RESTORE_HIT_RATIO, &[("client", client)])?;
        let hits = Hits::of(study, client, on_main.then_some("main"))?;
        let class = on_main.then_some(("ref", "main"));
        let (share, reason) = match hits.of {
            "restores" => (&metric::RESTORE_EVICTED_SHARE, Some(("reason", "size"))),
            _ => (&metric::OBJECT_EVICTED_SHARE, None),
        };
        let labels: Vec<_> = [("client", client)].into_iter().chain(reason).chain(class).collect();
        let evicted = study.estimate(share, &labels).map_or(0.0, |share| share.mean);
        let bytes_again = bytes_again(study, client).unwrap_or(0.0);
        Some(Losses { client, on_main, hits, evicted, bytes_again })
    }

    /// The share of all its restores that missed because the entry had been evicted.
    fn lost(&self) -> f64 {
        (1.0 - self.hits.ratio.mean) * self.evicted
    }

    /// The client and its unit, for example `rust-cache restores` or `buildkit steps`.
    fn what(&self) -> String {
        format!("{} {}", self.client, self.hits.of)
    }

    fn place(&self) -> &'static str {
        if self.on_main { " on main" } else { "" }
    }
}

/// The largest share, over the clients, of restores on main or on all refs that miss an entry evicted for size.
pub(super) fn eviction_loss(study: &Study) -> f64 {
    largest_loss(study).map_or(0.0, |most| most.lost())
}

/// The client that misses the largest share of what it looks up because of evictions.
fn largest_loss(study: &Study) -> Option<Losses<'_>> {
    let clients = study.first.names.clients.iter();
    let losses = clients.flat_map(|client| [true, false].map(|on_main| Losses::on(study, client, on_main)));
    losses.flatten().max_by(|one, other| one.lost().total_cmp(&other.lost()))
}

fn bytes_again(study: &Study, client: &str) -> Option<f64> {
    let mean = |metric, label| study.estimate(metric, &[(label, client)]).map(|estimate| estimate.mean);
    let entries = mean(&metric::SAVE_STORED, "client").filter(|stored| *stored > 0.0)?;
    Some(mean(&metric::BLAME_MISSES, "victim")? * mean(&metric::SAVE_STORED_BYTES, "client")? / entries)
}

/// The client to which most of the victim's misses are attributed, and its share of all attributed misses.
/// For image steps, which are no look-ups, it is the share of evicted bytes.
fn main_evictor<'a>(study: &'a Study, victim: &Losses) -> Option<(&'a str, f64)> {
    let metric = if victim.hits.of == "steps" { &metric::BLAME_EVICTED_BYTES } else { &metric::BLAME_MISSES };
    let blamed = |evictor| study.estimate(metric, &[("evictor", evictor), ("victim", victim.client)]);
    let clients = study.first.names.clients.iter();
    let each = clients.filter_map(|evictor| Some((evictor.as_str(), blamed(evictor)?.mean)));
    let each: Vec<(&str, f64)> = each.collect();
    let all: f64 = each.iter().map(|(_, blamed)| blamed).sum();
    let most = each.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|_| all > 0.0)?;
    Some((most.0, most.1 / all))
}

/// One minus a ratio, with its interval.
fn missed(hits: &Estimate) -> String {
    stated(&Estimate { mean: 1.0 - hits.mean, low: 1.0 - hits.high, high: 1.0 - hits.low, ..hits.clone() })
}
