//! What clients did to a served cache, in words and as JSON.

use super::traffic::{ClientTraffic, ServedTraffic, Writer};
use crate::replay::{RestoreAnswer, SaveAnswer};
use crate::report::{Cell, Style, bytes, columns, limit, percent};
use crate::units::{Bytes, Duration, counted};
use serde_json::{Value, json};

/// What came of serving a cache.
#[derive(Debug, Clone)]
pub struct ServeSummary {
    /// Number of calls of the protocol.
    pub requests: u64,
    /// Counts by client.
    pub traffic: ServedTraffic,
    /// Number of entries stored.
    pub entries: u64,
    /// Their bytes.
    pub bytes: Bytes,
    /// The size limit.
    pub limit: Bytes,
    /// How long it was served, on the real clock.
    pub real: Duration,
    /// How long it was served, in simulated time.
    pub simulated: Duration,
    /// True if simulated time runs at another speed.
    pub is_faster: bool,
    /// Number of uploads that are not finalised.
    pub uploads: u64,
}

impl ServeSummary {
    /// As text of this style.
    pub fn table(&self, style: Style) -> String {
        let mut text = style.wrapped(&self.sentence()) + "\n";
        if self.requests == 0 {
            return text;
        }
        let mut add = |headings: &[&str], rows: Vec<Vec<Cell>>| {
            if !rows.is_empty() {
                text += &format!("\n{}\n", columns(headings, &rows, style.width));
            }
        };
        add(RESTORES, self.traffic.clients().map(restores).collect());
        add(SAVES, self.traffic.clients().map(saves).collect());
        let blame = |(evictor, victim, size): (Writer, Writer, u128)| {
            vec![named(evictor), named(victim), Cell::Number(bytes(size as f64))]
        };
        add(&["evicted by", "of", "bytes"], self.traffic.blamed().into_iter().map(blame).collect());
        text
    }

    fn sentence(&self) -> String {
        if self.requests == 0 {
            return "No client has asked for anything.".to_owned();
        }
        let real = || self.traffic.clients().filter(|(writer, _)| !writer.is_simulated);
        let sum = |of: &dyn Fn(&ClientTraffic) -> u64| real().map(|(_, t)| of(t)).sum::<u64>();
        let restores = sum(&|t| RestoreAnswer::ALL.iter().map(|answer| t.restores(*answer)).sum());
        let hits = sum(&hits);
        let saves = sum(&|t| SaveAnswer::ALL.iter().map(|answer| t.saves(*answer)).sum());
        let [stored, refused] =
            [SaveAnswer::Stored, SaveAnswer::RateLimited].map(|answer| sum(&|t| t.saves(answer)));
        let share = |part: u64, whole: u64| percent(part as f64 / whole.max(1) as f64);
        let simulated = match self.is_faster {
            true => format!(" ({} simulated)", self.simulated),
            false => String::new(),
        };
        let looked = match restores {
            0 => "Nothing was restored.".to_owned(),
            _ => format!(
                "Of {}, {hits} hit ({}).",
                counted(restores, "restore", "restores"),
                share(hits, restores)
            ),
        };
        let saved = match (saves, refused) {
            (0, _) => "Nothing was saved.".to_owned(),
            (_, 0) if stored == saves => format!("{}.", counted(saves, "save was made", "saves were made")),
            (_, 0) => format!("Of {}, {stored} stored an entry.", counted(saves, "save", "saves")),
            _ => format!(
                "Of {}, {stored} stored an entry and the rate limit refused {refused} ({}).",
                counted(saves, "save", "saves"),
                share(refused, saves)
            ),
        };
        let held = match self.entries {
            0 => format!("Nothing is stored at the end; the limit is {}.", limit(self.limit)),
            _ => format!(
                "{} of {} are stored at the end, in {}.",
                bytes(self.bytes.as_f64()),
                limit(self.limit),
                counted(self.entries, "entry", "entries"),
            ),
        };
        format!("{looked} {saved} {held} It took {}{simulated}.", self.real)
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let client = |(writer, traffic): (Writer, &ClientTraffic)| {
            let restores = RestoreAnswer::ALL.iter().map(|a| (a.name(), traffic.restores(*a)));
            let saves = SaveAnswer::ALL.iter().map(|a| (a.name(), traffic.saves(*a)));
            json!({
                "client": writer.client,
                "scenario": writer.is_simulated,
                "restores": counts(restores),
                "saves": counts(saves),
                "restored_bytes": traffic.restored as u64,
                "stored_bytes": traffic.stored as u64,
                "evicted": { "entries": traffic.evicted.0, "bytes": traffic.evicted.1 as u64 },
                "expired": traffic.expired,
            })
        };
        let blamed = self.traffic.blamed().into_iter().map(
            |(evictor, victim, bytes)| json!({ "evictor": evictor.to_string(), "victim": victim.to_string(), "bytes": bytes as u64 }),
        );
        let whole = json!({
            "schema_version": 1,
            "command": "serve",
            "requests": self.requests,
            "entries": self.entries,
            "bytes": self.bytes.0,
            "limit_bytes": self.limit.0,
            "seconds": self.real.as_secs_f64(),
            "simulated_seconds": self.simulated.as_secs_f64(),
            "open_uploads": self.uploads,
            "clients": self.traffic.clients().map(client).collect::<Vec<_>>(),
            "evictions": blamed.collect::<Vec<_>>(),
        });
        format!("{whole:#}\n")
    }
}

const RESTORES: &[&str] = &["restores by", "hits", "misses", "refused", "denied", "bytes"];
const SAVES: &[&str] = &["saves by", "stored", "existed", "refused", "denied", "bytes", "evicted"];

fn hits(traffic: &ClientTraffic) -> u64 {
    traffic.restores(RestoreAnswer::Exact) + traffic.restores(RestoreAnswer::Prefix)
}

fn restores((writer, traffic): (Writer, &ClientTraffic)) -> Vec<Cell> {
    let [misses, refused, denied] =
        [RestoreAnswer::Miss, RestoreAnswer::RateLimited, RestoreAnswer::Denied].map(|a| traffic.restores(a));
    row(
        writer,
        [hits(traffic), misses, refused, denied]
            .map(|n| n.to_string())
            .into_iter()
            .chain([bytes(traffic.restored as f64)]),
    )
}

fn saves((writer, traffic): (Writer, &ClientTraffic)) -> Vec<Cell> {
    let [stored, existed, refused] =
        [SaveAnswer::Stored, SaveAnswer::Exists, SaveAnswer::RateLimited].map(|a| traffic.saves(a));
    let denied = traffic.saves(SaveAnswer::Denied) + traffic.saves(SaveAnswer::OverQuota);
    let sizes = [traffic.stored, traffic.evicted.1].map(|size| bytes(size as f64));
    row(writer, [stored, existed, refused, denied].map(|n| n.to_string()).into_iter().chain(sizes))
}

fn row(writer: Writer, numbers: impl Iterator<Item = String>) -> Vec<Cell> {
    [named(writer)].into_iter().chain(numbers.map(Cell::Number)).collect()
}

fn named(writer: Writer) -> Cell {
    Cell::Name(writer.to_string())
}

fn counts<'a>(named: impl Iterator<Item = (&'a str, u64)>) -> Value {
    Value::Object(named.map(|(name, count)| (name.to_owned(), Value::from(count))).collect())
}
