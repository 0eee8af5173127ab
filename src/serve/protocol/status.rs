//! The status page: what the cache holds and what clients did, for a browser. All texts of clients are escaped, and
//! there is no script.

use super::Protocol;
use crate::diagnostic::visible;
use crate::report::{Style, bytes, charts, limit};
use crate::units::{Bytes, counted};

/// Entries that are listed; the rest is counted.
const ROWS_MAX: usize = 200;

/// The page.
pub(super) fn page(protocol: &Protocol) -> String {
    let (entries, summary, now) = {
        let mut cache = protocol.cache();
        (cache.listing(), cache.summary(), cache.now())
    };
    let held: Bytes = entries.iter().map(|entry| entry.size).sum();
    let rows: String = entries
        .iter()
        .take(ROWS_MAX)
        .map(|entry| {
            let reference = entry.reference.as_deref().unwrap_or("");
            row(&[reference, &entry.key, &bytes(entry.size.as_f64()), &entry.accessed.to_string()])
        })
        .collect();
    let more = match entries.len().saturating_sub(ROWS_MAX) {
        0 => String::new(),
        more => format!("<p>and {more} more: <a href=\"/caches?format=gh\">all as JSON</a></p>"),
    };
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>cache-budget serve</title><style>{STYLE}</style>\
         <h1>cache-budget serve</h1><p>{now}: {}, {} of {}.</p><pre>{}</pre>\
         <table><tr><th>ref<th>key<th>size<th>last access</tr>{rows}</table>{more}\n",
        counted(entries.len(), "entry", "entries"),
        bytes(held.as_f64()),
        limit(protocol.limit),
        charts::escaped(&summary.table(Style { color: false, width: 100 })),
    )
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<td>{}", charts::escaped(&visible(cell)))).collect();
    format!("<tr>{cells}</tr>\n")
}

const STYLE: &str = "body{font:15px sans-serif;margin:2em}td,th{text-align:left;padding:.1em 1em .1em 0;\
     overflow-wrap:anywhere}";
