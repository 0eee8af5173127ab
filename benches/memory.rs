//! Memory of a million stored objects: how much the process grows for each entry the service
//! holds. Fails above 150 bytes.
//!
//! It reads what the kernel says the process occupies (Linux only), so the growth of tables that
//! have room to spare counts as far as it was ever touched.

#![allow(clippy::print_stdout, reason = "a bench prints, reads clocks and compares")]

use cache_budget::service::{Access, Limits, Owner, Payload, Reserve, Service};
use cache_budget::units::{Bytes, SimTime};
use std::process::ExitCode;

const ENTRIES: u64 = 1_000_000;
const BYTES_PER_ENTRY_MAX: f64 = 150.0;

fn main() -> ExitCode {
    let Some(before) = status("VmRSS:") else {
        println!("memory: not measured, this system has no /proc/self/status");
        return ExitCode::SUCCESS;
    };
    let service = stored();
    let per_entry = |after: Option<u64>| (after.unwrap_or(before) - before) as f64 / service.len() as f64;
    let now = per_entry(status("VmRSS:"));
    println!("entries                    {:>10}", service.len());
    println!("bytes per entry            {now:>10.1} (at most {BYTES_PER_ENTRY_MAX})");
    println!("bytes per entry, at peak   {:>10.1}", per_entry(status("VmHWM:")));
    if now > BYTES_PER_ENTRY_MAX { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A service that holds a million objects as sccache stores them: one text, a digest each. A
/// hundred a second, so they were all stored within three hours and none is given up yet.
fn stored() -> Service {
    let limits = Limits { limit: Bytes(u64::MAX), uploads_per_minute: None, ..Limits::default() };
    let mut service = Service::new(limits);
    let scope = service.names.scope("refs/heads/main");
    let (access, version) = (Access::new(&[scope], Some(scope)), service.names.version("v"));
    let stem = service.names.key("sccache-");
    for number in 0..ENTRIES {
        let key = service.names.object(stem, number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let now = SimTime(number as i64 * 10);
        let Reserve::Granted(reservation) = service.reserve(now, &access, version, key, Owner(0), |_, _| ())
        else {
            unreachable!("every key is new and nothing is limited")
        };
        service.finalise(now, reservation, Bytes(900_000), Payload(0));
    }
    service
}

/// A line of the kernel's account of this process, in bytes.
fn status(line: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = text.lines().find_map(|l| l.strip_prefix(line))?.trim().trim_end_matches(" kB");
    Some(kilobytes.parse::<u64>().ok()? * 1024)
}
