//! What to try next, in a sentence. Every report of a run calls it.

use super::failures::remedy;
use super::number::{bytes, limit, percent, plain};
use super::verdict::{eviction_loss, most_refused, refused_share};
use crate::observe::{Metric, metric};
use crate::result::failing;
use crate::study::Study;

/// One suggestion: the first rule whose symptom shows, with the number it follows from. Simulating
/// it is the user's next step, so it promises nothing.
pub fn hint(study: &Study) -> String {
    let rules = [failing_job, contended, refused_writes, expiry];
    rules.iter().find_map(|rule| rule(study)).unwrap_or_else(|| room(study))
}

/// From which share of refused writes on, the rate limit is the symptom.
const REFUSED_SHARE_MIN: f64 = 0.1;
/// From which share of a client's bytes on, pull requests are where they come from.
const PULL_REQUEST_SHARE_MIN: f64 = 0.5;
/// From which share of misses on, expiry is the symptom.
const EXPIRED_SHARE_MIN: f64 = 0.2;
/// From which share of restores on, eviction costs anybody one worth a word.
const LOST_SHARE_MIN: f64 = 0.01;

/// Where a job mostly fails, everything else can wait.
fn failing_job(study: &Study) -> Option<String> {
    remedy(&failing(study))
}

/// Where entries are evicted that somebody wants, the client that stores most takes the room; what
/// helps depends on which one that is.
fn contended(study: &Study) -> Option<String> {
    let writer = Writer::largest(study).filter(|_| eviction_loss(study) >= LOST_SHARE_MIN)?;
    let refused = refused_share(study, writer.client).filter(|share| *share >= REFUSED_SHARE_MIN);
    Some(match (writer.client, refused) {
        ("buildkit", _) => format!(
            "{}: try moving its layers to a registry, a scope for each image, or mode=min.",
            writer.says()
        ),
        ("sccache", Some(refused)) => format!(
            "{}, and the rate limit refuses {} of its writes: try dropping it, or moving it to an external \
             store.",
            writer.says(),
            percent(refused)
        ),
        _ if writer.from_pull_requests >= PULL_REQUEST_SHARE_MIN && writer.chooses_when_to_save() => format!(
            "{}, and {} of that comes from pull requests, which main cannot read: try saving on the default \
             branch only.",
            writer.says(),
            percent(writer.from_pull_requests)
        ),
        _ => format!(
            "{}, and what all clients store fills the {} in {} days: try a larger limit.",
            writer.says(),
            limit(study.first.limit),
            plain(study.first.limit.as_f64() / writer.all_bytes)
        ),
    })
}

fn refused_writes(study: &Study) -> Option<String> {
    let (client, share) = most_refused(study).filter(|(_, share)| *share >= REFUSED_SHARE_MIN)?;
    Some(format!(
        "The rate limit refuses {} of {client}'s writes: try writing from one job only, or another store \
         for {client}.",
        percent(share)
    ))
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
    /// What it stores per day.
    bytes: f64,
    /// What all clients store per day.
    all_bytes: f64,
    /// The share of its bytes stored by pull requests.
    from_pull_requests: f64,
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
        Some(Writer { client, bytes, all_bytes, from_pull_requests })
    }

    fn says(&self) -> String {
        let share = percent(self.bytes / self.all_bytes);
        format!("{} stores {} a day, {share} of everything stored", self.client, bytes(self.bytes))
    }

    /// The setup actions save whenever they missed.
    fn chooses_when_to_save(&self) -> bool {
        !self.client.starts_with("setup-")
    }
}

fn mean(study: &Study, metric: &Metric, labels: &[(&str, &str)]) -> Option<f64> {
    study.estimate(metric, labels).map(|estimate| estimate.mean)
}
