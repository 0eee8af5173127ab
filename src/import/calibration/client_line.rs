//! A line of a log, if a cache client printed it. Lines are known by their texts, never by their level, which
//! bundling changes. A refused upload prints two lines: that of the rate limit, and that of a lost race.

/// What a client says in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ClientLine {
    /// An entry was found under this key; more lines follow.
    Found(String),
    /// An entry was restored. `exact`: whether it was that of the key itself, if the line says so.
    Restored {
        /// Its key.
        key: String,
        /// Whether the key was the one that was asked for.
        exact: Option<bool>,
    },
    /// Nothing was found.
    Missed,
    /// The size of an entry, in bytes.
    Size(u64),
    /// A finished upload.
    Sent {
        /// Its bytes.
        bytes: u64,
        /// Its speed in MB/s.
        speed: f64,
    },
    /// An entry was saved under this key.
    Saved(String),
    /// A request was refused by a rate limit.
    RateLimited,
    /// A save did not get its key.
    NotReserved,
    /// sccache's hits, misses and failed writes; a line of its table has one of them.
    Sccache([u64; 3]),
    /// A step of an image was done.
    Step {
        /// Whether it was cached.
        cached: bool,
    },
}

/// What the text of a line says.
pub(super) fn said(text: &str) -> Option<ClientLine> {
    let text = text.trim();
    let text = ["##[warning]", "##[error]", "##[debug]", "[warning]"]
        .iter()
        .find_map(|level| text.strip_prefix(level))
        .unwrap_or(text);
    let key = |prefix: &str| text.strip_prefix(prefix).map(|key| key.trim().to_owned());
    if let Some(key) = key("Cache hit for: ").or_else(|| key("Cache hit for restore-key: ")) {
        return Some(ClientLine::Found(key));
    }
    if let Some(key) = key("Cache restored from key: ") {
        return Some(ClientLine::Restored { key, exact: None });
    }
    if let Some(key) = key("Cache saved with key: ") {
        return Some(ClientLine::Saved(key));
    }
    if let Some(rest) = text.strip_prefix("Restored from cache key \"") {
        let (key, rest) = rest.split_once('"')?;
        return Some(ClientLine::Restored { key: key.to_owned(), exact: Some(rest.contains("true")) });
    }
    match () {
        () if text.starts_with("Cache not found for input keys:") || text == "No cache found." => {
            Some(ClientLine::Missed)
        }
        () if text.contains("You've hit a rate limit") => Some(ClientLine::RateLimited),
        () if text.contains("Unable to reserve cache with key") => Some(ClientLine::NotReserved),
        () if text.starts_with("Cache Size: ") => size(text).map(ClientLine::Size),
        () if text.starts_with("Sent ") => sent(text),
        () if text.starts_with('#') => step(text),
        () if text.starts_with('{') => sccache_json(text),
        () => sccache_table(text),
    }
}

/// The exact bytes of `Cache Size: ~3 MB (3000784 B)`.
fn size(text: &str) -> Option<u64> {
    let (_, bytes) = text.split_once('(')?;
    bytes.strip_suffix(" B)")?.parse().ok().filter(|bytes| *bytes <= BYTES_MAX)
}

/// No entry is larger.
const BYTES_MAX: u64 = 10_000_000_000_000;

/// `Sent 3000784 of 3000784 (100.0%), 79.5 MBs/sec`, once all is sent.
fn sent(text: &str) -> Option<ClientLine> {
    let words: Vec<&str> = text.split(' ').collect();
    let [_, sent, "of", all, _, speed, "MBs/sec"] = words[..] else { return None };
    let (sent, bytes): (u64, u64) = (sent.parse().ok()?, all.parse().ok()?);
    let speed: f64 = speed.parse().ok()?;
    let is_real = speed.is_finite() && speed >= 0.0 && bytes <= BYTES_MAX;
    (sent == bytes && is_real).then_some(ClientLine::Sent { bytes, speed })
}

/// `#9 CACHED` and `#9 DONE 1.2s`.
fn step(text: &str) -> Option<ClientLine> {
    let (number, word) = text.strip_prefix('#')?.split_once(' ')?;
    number.parse::<u32>().ok()?;
    match word {
        "CACHED" => Some(ClientLine::Step { cached: true }),
        _ if word.starts_with("DONE ") && word.ends_with('s') => Some(ClientLine::Step { cached: false }),
        _ => None,
    }
}

/// A line of sccache's table: words, then a number.
fn sccache_table(text: &str) -> Option<ClientLine> {
    let (name, number) = text.rsplit_once(' ')?;
    let place =
        ["Cache hits", "Cache misses", "Cache write errors"].iter().position(|own| *own == name.trim())?;
    let mut counts = [0; 3];
    counts[place] = number.parse().ok()?;
    Some(ClientLine::Sccache(counts))
}

/// `sccache --show-stats --stats-format json`.
fn sccache_json(text: &str) -> Option<ClientLine> {
    let json: serde_json::Value =
        text.contains("\"compile_requests\"").then(|| serde_json::from_str(text).ok())??;
    let stats = json.get("stats")?;
    let sum = |name: &str| {
        let counts = stats.get(name).and_then(|own| own.get("counts")).and_then(serde_json::Value::as_object);
        counts.into_iter().flatten().filter_map(|(_, count)| count.as_u64()).fold(0, u64::saturating_add)
    };
    let errors = stats.get("cache_write_errors").and_then(serde_json::Value::as_u64).unwrap_or(0);
    Some(ClientLine::Sccache([sum("cache_hits"), sum("cache_misses"), errors]))
}
