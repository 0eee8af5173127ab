use super::number::{bytes, percent};
use super::verdict::{eviction_loss, main_evictor, most_refused};
use crate::study::Study;

/// One suggestion: the first rule whose symptom shows, which it names. Simulating it is the user's
/// next step, so it promises nothing.
pub fn hint(study: &Study) -> String {
    let rules = [pull_request_writes, other_client, unreachable, refused_writes, itself, expiry];
    rules.iter().find_map(|rule| rule(study)).unwrap_or_else(|| room(study))
}

fn pull_request_writes(study: &Study) -> Option<String> {
    evicts(study)?;
    let all = mean(study, "save.stored_bytes", &[])?;
    let from_pull_requests = mean(study, "save.stored_bytes", &[("ref", "pull_request")])?;
    let share = from_pull_requests / all;
    (share >= 0.5).then(|| {
        format!(
            "{} of the bytes stored come from pull requests, which main cannot read, and take \
             room from what it can. Try saving on the default branch only.",
            percent(share)
        )
    })
}

fn other_client(study: &Study) -> Option<String> {
    evicts(study)?;
    let (evictor, victim, size) = largest_blame(study)?;
    (evictor != victim).then(|| {
        format!(
            "{evictor}'s writes evict {} a day of {victim}'s entries. Try another store for {evictor}, or \
             fewer writes from it.",
            bytes(size)
        )
    })
}

fn unreachable(study: &Study) -> Option<String> {
    let dead = mean(study, "cache.unreachable_bytes", &[("stat", "mean")])?;
    let all = mean(study, "cache.bytes", &[("stat", "mean")])?;
    (dead >= 0.3 * all && dead > 0.0).then(|| {
        format!(
            "{} of the cache ({}) can never be restored: superseded, or of closed pull requests. Try deleting \
             entries when a pull request closes, or saving on the default branch only.",
            percent(dead / all),
            bytes(dead)
        )
    })
}

fn refused_writes(study: &Study) -> Option<String> {
    let (client, share) = most_refused(study).filter(|(_, share)| *share >= 0.1)?;
    Some(format!(
        "The rate limit refuses {} of {client}'s writes. Try writing from one job only, or another store for \
         {client}.",
        percent(share)
    ))
}

fn itself(study: &Study) -> Option<String> {
    evicts(study)?;
    let (evictor, victim, size) = largest_blame(study)?;
    let (_, share) = main_evictor(study, victim)?;
    (evictor == victim).then(|| {
        format!(
            "{victim} evicts itself: {} a day, and {} of the misses that follow. Try fewer or smaller \
             entries: one key for several jobs, or saving on the default branch only.",
            bytes(size),
            percent(share)
        )
    })
}

fn expiry(study: &Study) -> Option<String> {
    let expired = mean(study, "restore.evicted_share", &[("reason", "idle")])?;
    (expired >= 0.2).then(|| {
        format!(
            "{} of the misses are of entries that expired before anyone used them again. A scheduled run \
             would keep them in use.",
            percent(expired)
        )
    })
}

fn room(study: &Study) -> String {
    let peak = mean(study, "cache.bytes", &[("stat", "peak")]).unwrap_or(0.0);
    let free = study.first.limit.as_f64() - peak;
    if free > 0.0 {
        return format!("Nothing stands out; {} of the limit are never used.", bytes(free));
    }
    "Nothing stands out.".into()
}

fn largest_blame(study: &Study) -> Option<(&str, &str, f64)> {
    let pairs = study.estimates.iter().filter(|estimate| estimate.metric.name == "blame.evicted_bytes");
    let pairs = pairs
        .filter_map(|estimate| Some((estimate.label("evictor")?, estimate.label("victim")?, estimate.mean)));
    pairs.max_by(|a, b| a.2.total_cmp(&b.2))
}

/// Whether eviction costs anybody a restore worth a word.
fn evicts(study: &Study) -> Option<()> {
    (eviction_loss(study) >= 0.01).then_some(())
}

fn mean(study: &Study, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    study.estimate(name, labels).map(|estimate| estimate.mean)
}
