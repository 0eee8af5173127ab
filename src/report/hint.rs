//! What to try next, in a sentence. Every report of a run prints it.

use super::failures::remedy;
use super::number::{self, bytes, percent, plain};
use super::refused_writes::RefusedWrites;
use super::verdict::eviction_loss;
use crate::client::{ClientKind, HitUnit};
use crate::event::SaveOutcome;
use crate::observe::{Metric, metric};
use crate::result::failing;
use crate::statistics::Study;

/// One suggestion: that of the first rule whose symptom is seen, with the number behind it. It promises
/// nothing; simulating it is the user's next step.
pub fn hint(study: &Study) -> String {
    let rules = [failing_job, contended, refused_writes, expiry, unreachable];
    rules.iter().find_map(|rule| rule(study)).unwrap_or_else(|| room(study))
}

/// Minimum share of a client's bytes that pull requests store, for the hint about them.
const PULL_REQUEST_SHARE_MIN: f64 = 0.5;
/// Minimum share of misses due to expiry for the hint about the retention.
const EXPIRED_SHARE_MIN: f64 = 0.2;
/// Minimum share of the limit that nothing restores any more, for the hint about deleting it.
const UNREACHABLE_SHARE_MIN: f64 = 0.5;
/// Minimum share of restores that eviction costs, for a hint about eviction.
const LOST_SHARE_MIN: f64 = 0.01;

/// If a job mostly fails, nothing else matters yet.
fn failing_job(study: &Study) -> Option<String> {
    remedy(&failing(study))
}

/// If entries are evicted that are looked up later, the client that stores most takes the space. What helps
/// depends on the client.
fn contended(study: &Study) -> Option<String> {
    let writer = Writer::largest(study).filter(|_| eviction_loss(study) >= LOST_SHARE_MIN)?;
    let refused = RefusedWrites::of(study, writer.client, SaveOutcome::RateLimited);
    Some(match (ClientKind::unit_of(writer.client), refused) {
        (HitUnit::Steps, _) => format!(
            "{}: try moving its layers to a registry, a scope for each image, or mode=min.",
            writer.says()
        ),
        (HitUnit::Objects, Some(refused)) => format!(
            "{}, and the rate limit refuses {} of its writes: try dropping it, or moving it to an external \
             store.",
            writer.says(),
            percent(refused.share)
        ),
        _ if writer.is_absent_from_main => format!(
            "{}, all of it from pull requests, which cannot read each other's: try saving from runs on main \
             too, so that they all find what main stores.",
            writer.says()
        ),
        _ if writer.from_pull_requests >= PULL_REQUEST_SHARE_MIN && writer.saves_by_choice() => format!(
            "{}, and {} of that comes from pull requests, which main cannot read: try saving on the default \
             branch only.",
            writer.says(),
            percent(writer.from_pull_requests)
        ),
        _ => format!(
            "{}, and what all clients store fills the {} in {} days: try a larger limit.",
            writer.says(),
            number::limit(study.first.limit),
            plain(study.first.limit.as_f64() / writer.all_bytes)
        ),
    })
}

fn refused_writes(study: &Study) -> Option<String> {
    RefusedWrites::largest(study).map(|refusal| refusal.remedy())
}

fn expiry(study: &Study) -> Option<String> {
    let expired = mean(study, &metric::RESTORE_EVICTED_SHARE, &[("reason", "idle")])?;
    (expired >= EXPIRED_SHARE_MIN).then(|| {
        format!(
            "{} of the misses are for entries that expired before they were used again: try a scheduled \
             run, which keeps them in use.",
            percent(expired)
        )
    })
}

/// If most of the limit is held by entries that nothing restores any more. Those of closed pull requests go with
/// another remedy than superseded ones.
fn unreachable(study: &Study) -> Option<String> {
    let limit = study.first.limit;
    let dead = mean(study, &metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")])?;
    if dead < UNREACHABLE_SHARE_MIN * limit.as_f64() {
        return None;
    }
    let labels = [("stat", "mean"), ("ref", "pull_request_closed")];
    let closed = mean(study, &metric::CACHE_BYTES, &labels).unwrap_or(0.0).min(dead);
    let newest = "keeping the newest of each key family (`keep-newest`)";
    let on_close = "deleting what a pull request holds when it closes (`delete-on-close`)";
    let (of_which, first, second) = match closed {
        closed if closed >= 0.9 * dead => (" for closed pull requests".to_owned(), on_close, None),
        closed if closed >= 0.5 * dead => (of_closed(closed), on_close, Some(newest)),
        closed if closed >= 0.1 * dead => (of_closed(closed), newest, Some(on_close)),
        _ => (String::new(), newest, None),
    };
    let also = second.map(|second| format!(", and {second}")).unwrap_or_default();
    let (dead, limit) = (bytes(dead), number::limit(limit));
    Some(format!("{dead} of the {limit} can never be restored{of_which}: try {first}{also}."))
}

fn of_closed(bytes_closed: f64) -> String {
    format!(", {} of it of closed pull requests", bytes(bytes_closed))
}

fn room(study: &Study) -> String {
    let peak = mean(study, &metric::CACHE_BYTES, &[("stat", "peak")]).unwrap_or(0.0);
    let free = study.first.limit.as_f64() - peak;
    if free > 0.0 {
        return format!("Nothing stands out; {} of the limit is never used.", bytes(free));
    }
    "Nothing stands out.".into()
}

/// The client that stores the most bytes.
struct Writer<'a> {
    client: &'a str,
    /// Bytes it stores per day.
    bytes: f64,
    /// Bytes that all clients store per day.
    all_bytes: f64,
    /// The share of its bytes that pull requests store.
    from_pull_requests: f64,
    /// True if no run on main saves with it.
    is_absent_from_main: bool,
}

impl Writer<'_> {
    fn largest(study: &Study) -> Option<Writer<'_>> {
        let all_bytes = mean(study, &metric::SAVE_STORED_BYTES, &[])?;
        let clients = study.first.names.clients.iter().filter_map(|client| {
            Some((client.as_str(), mean(study, &metric::SAVE_STORED_BYTES, &[("client", client)])?))
        });
        let (client, bytes) = clients.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, bytes)| *bytes > 0.0)?;
        let labels = [("client", client), ("ref", "pull_request")];
        let from_pull_requests = mean(study, &metric::SAVE_STORED_BYTES, &labels).unwrap_or(0.0) / bytes;
        let on_main = [("client", client), ("ref", "main")];
        let is_absent_from_main =
            mean(study, &metric::SAVE_ATTEMPTS, &on_main).is_none_or(|saves| saves == 0.0);
        Some(Writer { client, bytes, all_bytes, from_pull_requests, is_absent_from_main })
    }

    fn says(&self) -> String {
        let share = percent(self.bytes / self.all_bytes);
        format!("{} stores {} a day, {share} of everything stored", self.client, bytes(self.bytes))
    }

    fn saves_by_choice(&self) -> bool {
        ClientKind::named(self.client).is_none_or(|kind| kind.saves_by_choice)
    }
}

fn mean(study: &Study, metric: &Metric, labels: &[(&str, &str)]) -> Option<f64> {
    study.estimate(metric, labels).map(|estimate| estimate.mean)
}
