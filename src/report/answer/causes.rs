//! What is lost to which cause, in sentences and as a table. The verdict and the overview of a run use it.

use super::failures::part;
use crate::client::{ClientKind, HitUnit};
use crate::event::{LossCause, RefKind};
use crate::observe::{NO_CLIENT, metric};
use crate::report::number::{plain, stated, unitless};
use crate::report::section::{Cell, Section};
use crate::result::lost;
use crate::statistics::{Estimate, Study};
use crate::units::counted;
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::hash::Hash;

/// Behind the largest cause, those with a smaller share of the lost time are not named in the verdict.
const NAMED_SHARE_MIN: f64 = 0.2;
/// The most causes that the verdict names.
const NAMED_MAX: usize = 2;
/// Causes with a smaller share of the lost time are not shown in the table.
const SHOWN_SHARE_MIN: f64 = 0.01;
/// The most jobs that a row names, and the most letters of their names together, if they are several: more would break
/// the headings of a table on 80 columns.
const JOBS_MAX: usize = 2;
const JOBS_WIDTH_MAX: usize = 24;
/// Minimum share of a row's time for a kind of ref to be named alone.
const ALONE_SHARE_MIN: f64 = 0.9;
/// Minimum share of the runner time that a perfect cache would save for the verdict to say so.
const SAVED_SHARE_MIN: f64 = 0.02;

/// What one cause costs one client, in all jobs.
pub(in crate::report) struct ClientLoss<'a> {
    cause: LossCause,
    client: &'a str,
    /// Minutes per day.
    minutes: f64,
    /// The jobs without their legs, each on each kind of ref, with its minutes, the most first.
    places: LossPlaces<'a>,
}

/// Jobs, each on a kind of ref, with minutes per day.
type LossPlaces<'a> = Vec<((&'a str, &'a str), f64)>;

/// The losses of each client by cause, the most minutes first.
pub(in crate::report) fn by_client(study: &Study) -> Vec<ClientLoss<'_>> {
    let jobs = study.first.names.jobs.iter().rev();
    let groups: BTreeMap<&str, &str> = jobs.map(|job| (job.name.as_str(), job.group.as_str())).collect();
    let mut sums: IndexMap<(LossCause, &str), LossPlaces> = IndexMap::new();
    for row in lost(study) {
        let group = groups.get(row.job).copied().unwrap_or(row.job);
        sums.entry((row.cause, row.client)).or_default().push(((group, row.of), row.mean_minutes()));
    }
    let sums = sums.into_iter();
    let mut all: Vec<ClientLoss> =
        sums.map(|((cause, client), places)| ClientLoss::of(cause, client, places)).collect();
    all.sort_by(|a, b| b.minutes.total_cmp(&a.minutes));
    all
}

/// The sums of what stands under one key, in the order of the keys' first parts.
fn summed<K: Hash + Eq>(parts: impl Iterator<Item = (K, f64)>) -> Vec<(K, f64)> {
    let mut sums = IndexMap::new();
    parts.for_each(|(of, minutes)| *sums.entry(of).or_insert(0.0) += minutes);
    sums.into_iter().collect()
}

impl<'a> ClientLoss<'a> {
    /// What one client lost to one cause in these places, some of them given twice.
    fn of(cause: LossCause, client: &'a str, places: LossPlaces<'a>) -> ClientLoss<'a> {
        let minutes = places.iter().map(|(_, minutes)| minutes).sum();
        let mut places = summed(places.into_iter());
        places.sort_by(|a, b| b.1.total_cmp(&a.1));
        ClientLoss { cause, client, minutes, places }
    }

    fn is_transfer(&self) -> bool {
        self.cause == LossCause::Transfer
    }

    /// Minutes per day.
    pub(in crate::report) fn minutes(&self) -> f64 {
        self.minutes
    }

    /// The cause and the client in a few words.
    pub(in crate::report) fn name(&self) -> String {
        match self.client {
            NO_CLIENT => "nothing caches it".to_owned(),
            client => format!("{}, {client}", spoken(self.cause)),
        }
    }

    /// What was lost, as a clause after "lost to".
    fn clause(&self) -> String {
        let Self { cause, client, .. } = self;
        let what = match ClientKind::unit_of(client) {
            HitUnit::Restores => "entries",
            HitUnit::Objects => "objects",
            HitUnit::Steps => "layers",
        };
        let clause = match cause {
            LossCause::NeverSaved if *client == NO_CLIENT => "work that nothing caches".to_owned(),
            LossCause::Evicted => format!("{client} {what} evicted for size"),
            LossCause::Expired => format!("{client} {what} that expired"),
            LossCause::Deleted => format!("{client} {what} that were deleted"),
            LossCause::NeverSaved => format!("{client} {what} that were wanted before and not saved"),
            LossCause::UnreadableScope => format!("{client} {what} stored only where the job cannot read"),
            LossCause::NewKey => format!("new {client} keys"),
            LossCause::StaleContents => format!("{client} {what} that are found, but out of date"),
            LossCause::Overwritten => format!("{client} steps that a newer index no longer lists"),
            LossCause::RateLimited => format!("{client} requests refused by the rate limit"),
            LossCause::TooLarge => format!("{client} {what} too large to be stored"),
            LossCause::Transfer => format!("moving {client} {what}"),
        };
        format!("{clause} ({})", self.place())
    }

    /// The jobs that lose most, and the kind of ref if it is one: then only the jobs that lose something there.
    pub(in crate::report) fn place(&self) -> String {
        let only = self.only_ref();
        let places = self.places.iter().filter(|((_, of), _)| only.is_none_or(|only| only == *of));
        let mut jobs = summed(places.map(|((job, _), minutes)| (*job, *minutes)));
        jobs.sort_by(|a, b| b.1.total_cmp(&a.1));
        let loses = jobs.iter().filter(|(_, minutes)| *minutes > 0.0).count();
        jobs.truncate(loses.max(1));
        let width = |count: usize| jobs[..count].iter().map(|(job, _)| job.chars().count()).sum::<usize>();
        let most = jobs.len().min(JOBS_MAX);
        let shown = if width(most) <= JOBS_WIDTH_MAX { most } else { 1 };
        let mut text: String = jobs[..shown].iter().map(|(job, _)| *job).collect::<Vec<_>>().join(", ");
        if jobs.len() > shown {
            text += &format!(" and {} more", jobs.len() - shown);
        }
        if let Some(of) = only {
            text += &format!(" {}", on(of));
        }
        text
    }

    /// The kind of ref on which nearly all of it is lost, unless that is usual.
    fn only_ref(&self) -> Option<&str> {
        let refs = summed(self.places.iter().map(|((_, of), minutes)| (*of, *minutes)));
        let (of, minutes) = refs.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (refs.len() > 1 || of != RefKind::PullRequest.label())
            .then_some(of)
            .filter(|_| minutes >= ALONE_SHARE_MIN * self.minutes && self.minutes > 0.0)
    }
}

/// Where a run takes place, after the name of its job.
fn on(of: &str) -> &str {
    match of {
        "main" => "on main",
        "pull_request" => "on pull requests",
        "merge_queue" => "in the merge queue",
        "tag" => "on tags",
        _ => "on branches",
    }
}

/// What a perfect cache would save, and which causes that is due to. `None` if it is little. `begin` is how the
/// sentence begins.
pub(in crate::report) fn sentence(study: &Study, begin: &str) -> Option<String> {
    let causes = avoidable(study);
    let all: f64 = causes.iter().map(|loss| loss.minutes).sum();
    let runners = study.estimate(&metric::RUNNER_MINUTES, &[])?.mean;
    if causes.is_empty() {
        return without_causes(study);
    }
    if all < SAVED_SHARE_MIN * runners {
        return None;
    }
    let mut parts: Vec<String> =
        named(&causes).map(|loss| format!("{} to {}", part(loss.minutes / all), loss.clause())).collect();
    let first = parts.first_mut()?;
    *first = first.replacen(" to ", " of that is lost to ", 1);
    let saved = format!(
        "{begin} perfect cache would save {} of {} runner minutes a day{}: {}.",
        plain(all),
        plain(runners),
        money(study),
        parts.join(", ")
    );
    Some(std::iter::once(saved).chain(causes[0].why_unreadable(study)).collect::<Vec<_>>().join(" "))
}

/// What a perfect cache would save, the most minutes first.
fn avoidable(study: &Study) -> Vec<ClientLoss<'_>> {
    let mut causes = by_client(study);
    causes.retain(|loss| !loss.is_transfer() && loss.minutes > 0.0);
    causes
}

/// Those that the sentence names.
fn named<'a, 'b>(causes: &'a [ClientLoss<'b>]) -> impl Iterator<Item = &'a ClientLoss<'b>> {
    let all: f64 = causes.iter().map(|loss| loss.minutes).sum();
    let others = causes.iter().skip(1).filter(move |loss| loss.minutes >= NAMED_SHARE_MIN * all);
    causes.iter().take(1).chain(others).take(NAMED_MAX)
}

/// True if the sentence says that time is lost to evictions.
pub(super) fn names_eviction(study: &Study) -> bool {
    let causes = avoidable(study);
    sentence(study, "A").is_some() && named(&causes).any(|loss| loss.cause == LossCause::Evicted)
}

/// Minimum share of wasted build time to mention it.
const WASTED_SHARE_MIN: f64 = 0.05;

/// The sentence for a result that names no causes, as those of earlier versions.
fn without_causes(study: &Study) -> Option<String> {
    let wasted = study.estimate(&metric::JOB_WASTED_SHARE, &[])?;
    (wasted.mean >= WASTED_SHARE_MIN).then(|| {
        format!("Jobs spend {} of their build time on work a perfect cache would have saved.", stated(wasted))
    })
}

/// What the lost time costs, in brackets, if it costs anything.
fn money(study: &Study) -> String {
    let cost = study.estimate(&metric::LOST_COST, &[]).filter(|cost| cost.mean > 0.0);
    cost.map_or_else(String::new, |cost| format!(" (about {} USD in 30 days)", plain(cost.mean)))
}

impl ClientLoss<'_> {
    /// Who can read an entry that these jobs cannot.
    fn why_unreadable(&self, study: &Study) -> Option<String> {
        let ((job, of), _) = self.places.first().filter(|_| self.cause == LossCause::UnreadableScope)?;
        let labels = [("cause", self.cause.label()), ("client", self.client)];
        // Whoever may not read asks for nothing.
        if study.estimate(&metric::LOST_MISSES, &labels).is_none_or(|misses| misses.mean == 0.0) {
            return Some(format!(
                "{job} may not read the cache at all (`cache-mode`), and so is cold in every run."
            ));
        }
        let on_main = [("client", self.client), ("job", *job), ("ref", "main")];
        let is_saved = study.estimate(&metric::SAVE_STORED, &on_main).is_some_and(|stored| stored.mean > 0.0);
        Some(match *of {
            "main" => format!(
                "Main cannot read what other refs store, and no run of {job} on main has stored this key."
            ),
            of => format!(
                "{} can be read by that {} only{}.",
                match of {
                    "pull_request" => "What a pull request stores",
                    "merge_queue" => "What a run in the merge queue stores",
                    "tag" => "What a run on a tag stores",
                    _ => "What a run on a branch stores",
                },
                match of {
                    "pull_request" => "pull request",
                    "merge_queue" => "group",
                    "tag" => "tag",
                    _ => "branch",
                },
                match is_saved {
                    true => String::new(),
                    false => format!(", and no run on main saves what {job} asks for"),
                }
            ),
        })
    }
}

/// The table of causes, the most minutes first, with at most so many rows. Transfers come last: they are no loss that a
/// remedy for misses could mend.
pub(in crate::report) fn section(study: &Study, rows_max: usize) -> Section {
    let mut causes = by_client(study);
    let all: f64 = causes.iter().map(|loss| loss.minutes).sum();
    causes.retain(|loss| loss.minutes > 0.0);
    causes.sort_by_key(ClientLoss::is_transfer);
    let is_large = |loss: &ClientLoss| loss.minutes >= SHOWN_SHARE_MIN * all;
    let (mut shown, mut cut): (Vec<_>, Vec<_>) = causes.iter().partition(|loss| is_large(loss));
    cut.extend(shown.split_off(shown.len().min(rows_max)));
    let row = |loss: &&ClientLoss| {
        let labels = [("cause", loss.cause.label()), ("client", loss.client)];
        let number = |of: Option<&Estimate>| Cell::Number(of.map_or_else(|| "-".into(), unitless));
        vec![
            Cell::Name(spoken(loss.cause).to_owned()),
            Cell::Name(loss.client.to_owned()),
            Cell::Name(loss.place()),
            number(study.estimate(&metric::LOST_MINUTES, &labels)),
            number(study.estimate(&metric::LOST_MISSES, &labels)),
        ]
    };
    let rows = shown.iter().map(row).collect();
    let notes: Vec<String> = left_out(&cut).into_iter().chain(transfers(&causes)).collect();
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    let headings = vec!["lost to", "client", "where", "min a day", "misses a day"];
    Section { title: "Lost time by cause".into(), headings, rows, note }
}

/// The rows that have no room, without transfers, of which another sentence tells.
fn left_out(cut: &[&ClientLoss]) -> Option<String> {
    let cut: Vec<f64> = cut.iter().filter(|loss| !loss.is_transfer()).map(|loss| loss.minutes).collect();
    (!cut.is_empty()).then(|| {
        let rows = counted(cut.len(), "more row", "more rows");
        format!("{rows}: {} min a day.", plain(cut.iter().sum()))
    })
}

/// Why the rows add up to more than the verdict says.
fn transfers(causes: &[ClientLoss]) -> Option<String> {
    let minutes: f64 = causes.iter().filter(|loss| loss.is_transfer()).map(|loss| loss.minutes).sum();
    let minutes = Some(plain(minutes)).filter(|text| text.contains(|digit| ('1'..='9').contains(&digit)))?;
    Some(format!(
        "Transfers take {minutes} min a day. The verdict does not count them: a hit needs one, too."
    ))
}

/// The cause in a table.
pub(in crate::report) fn spoken(cause: LossCause) -> &'static str {
    match cause {
        LossCause::Evicted => "evicted",
        LossCause::Expired => "expired",
        LossCause::Deleted => "deleted",
        LossCause::NeverSaved => "never saved",
        LossCause::UnreadableScope => "unreadable scope",
        LossCause::NewKey => "new key",
        LossCause::StaleContents => "stale contents",
        LossCause::Overwritten => "overwritten",
        LossCause::RateLimited => "rate limited",
        LossCause::TooLarge => "too large",
        LossCause::Transfer => "transfer",
    }
}
