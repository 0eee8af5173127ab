use crate::study::Estimate;

/// An estimate with its unit and its interval, for example `41 % (37–45)`. A single replication
/// has no interval and shows none.
pub fn amount(estimate: &Estimate) -> String {
    let unit = estimate.metric.unit;
    let (scale, name) = match unit {
        "ratio" => (100.0, " %"),
        _ if unit.starts_with("bytes") => byte_scale(estimate.mean),
        "minutes" => (1.0, " min"),
        "hours" => (1.0, " h"),
        _ if unit.starts_with("USD") => (1.0, " USD"),
        _ => (1.0, ""),
    };
    let decimals = decimals(estimate.mean * scale);
    let number = |value: f64| format!("{:.decimals$}", value * scale);
    let mean = number(estimate.mean);
    if estimate.n < 2 {
        return format!("{mean}{name}");
    }
    format!("{mean}{name} ({}–{})", number(estimate.low), number(estimate.high))
}

/// A share as a percentage, for example `41 %`.
pub fn percent(share: f64) -> String {
    let decimals = decimals(share * 100.0);
    format!("{:.decimals$} %", share * 100.0)
}

/// A size with its unit and three digits at most, for example `10 GB`.
pub fn bytes(size: f64) -> String {
    let (scale, name) = byte_scale(size);
    let decimals = if (size * scale).fract() < 0.005 { 0 } else { decimals(size * scale) };
    format!("{:.decimals$}{name}", size * scale)
}

fn byte_scale(size: f64) -> (f64, &'static str) {
    match size.abs() {
        size if size >= 999.5e9 => (1e-12, " TB"),
        size if size >= 999.5e6 => (1e-9, " GB"),
        size if size >= 999.5e3 => (1e-6, " MB"),
        size if size >= 999.5 => (1e-3, " kB"),
        _ => (1.0, " B"),
    }
}

/// How many decimals show two or three digits.
fn decimals(value: f64) -> usize {
    match value.abs() {
        0.0 => 0,
        value if value < 0.995 => 2,
        value if value < 9.95 => 1,
        _ => 0,
    }
}
