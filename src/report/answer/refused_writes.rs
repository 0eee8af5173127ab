//! Refused writes: which client loses the most, and why. The verdict and the hint name it.

use crate::client::{ClientKind, HitUnit};
use crate::event::SaveOutcome;
use crate::observe::metric;
use crate::report::number::percent;
use crate::statistics::Study;

/// The share of a client's writes that is refused for one reason.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RefusedWrites<'a> {
    /// The client.
    pub client: &'a str,
    /// The reason.
    pub why: SaveOutcome,
    /// From 0 to 1.
    pub share: f64,
}

/// The smallest share of refused writes that is worth a sentence.
const SHARE_MIN: f64 = 0.1;

impl RefusedWrites<'_> {
    /// The largest one, if it is worth a sentence.
    pub fn largest(study: &Study) -> Option<RefusedWrites<'_>> {
        let clients = study.first.names.clients.iter();
        let each = clients.flat_map(|client| {
            SaveOutcome::FAILURES.into_iter().filter_map(|why| RefusedWrites::of(study, client, why))
        });
        each.max_by(|a, b| a.share.total_cmp(&b.share))
    }

    /// The refusals of one client for one reason, if they are worth a sentence.
    pub fn of<'a>(study: &'a Study, client: &'a str, why: SaveOutcome) -> Option<RefusedWrites<'a>> {
        let on_main = match why {
            // What exists already can be restored.
            SaveOutcome::Stored | SaveOutcome::Exists => return None,
            // A run on main may write, unless the cache is over its budget. sccache counts the objects that
            // its own settings keep it from writing.
            SaveOutcome::ReadOnly if ClientKind::unit_of(client) == HitUnit::Objects => return None,
            SaveOutcome::ReadOnly => Some(("ref", "main")),
            _ => None,
        };
        let labels: Vec<_> = std::iter::once(("client", client)).chain(on_main).collect();
        let attempts = study.estimate(&metric::SAVE_ATTEMPTS, &labels)?.mean;
        let refused: Vec<_> = labels.into_iter().chain([("reason", why.label())]).collect();
        let share = study.estimate(&metric::SAVE_FAILED, &refused)?.mean / attempts;
        (share >= SHARE_MIN).then_some(RefusedWrites { client, why, share })
    }

    /// What happens, without a capital and a full stop.
    pub fn clause(&self) -> String {
        let (share, client) = (percent(self.share), self.client);
        match self.why {
            SaveOutcome::RateLimited => format!("the rate limit refuses {share} of {client}'s writes"),
            SaveOutcome::ReadOnly => {
                format!("the cache is read-only for {share} of {client}'s writes on main")
            }
            SaveOutcome::OverQuota => format!("the full cache refuses {share} of {client}'s writes"),
            SaveOutcome::TooLarge => {
                format!("{share} of {client}'s entries are larger than `cache.entry-limit` and not stored")
            }
            SaveOutcome::ReservationExpired => {
                format!("{share} of {client}'s uploads take longer than `cache.reservation` and are lost")
            }
            SaveOutcome::Stored | SaveOutcome::Exists => unreachable!("these are not refused"),
        }
    }

    /// Why little is stored, unless the rate limit is the reason: its minute passes.
    pub fn keeps_the_cache_small(&self) -> Option<&'static str> {
        match self.why {
            SaveOutcome::RateLimited => None,
            _ => Some("refused writes take no space, and more would be stored without the refusals"),
        }
    }

    /// What to try.
    pub fn remedy(&self) -> String {
        let client = self.client;
        let what = match self.why {
            SaveOutcome::ReadOnly => {
                "a larger budget (`cache.budget`, `cache.monthly-budget`), or storing less".into()
            }
            SaveOutcome::OverQuota => "a larger limit, or storing less".into(),
            SaveOutcome::TooLarge => "smaller entries, or a larger `cache.entry-limit`".into(),
            SaveOutcome::ReservationExpired => "smaller entries, or a faster upload".into(),
            _ => format!("writing from one job only, or another store for {client}"),
        };
        let clause = self.clause();
        format!("{}{}: try {what}.", clause[..1].to_uppercase(), &clause[1..])
    }
}
