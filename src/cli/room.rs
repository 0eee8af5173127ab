//! Threads that have room: how much memory is free, and how many replications fit into it at once.

use super::Common;
use super::output::say;
use crate::engine::Model;
use crate::experiment::Demand;
use crate::units::Bytes;
use anyhow::{Context, bail};

/// The pool of threads on which a command plays replications of a model, this many in all. Without a number, it has one
/// thread per core, and fewer if the memory is too small for them. What a large replication takes is said first.
///
/// # Errors
/// If not even one replication fits.
pub(super) fn pool(
    threads: Option<u16>,
    model: &Model,
    replications: u64,
    common: &Common,
) -> anyhow::Result<rayon::ThreadPool> {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let wanted = threads.map_or(cores, u64::from).max(1);
    let threads = match Demand::of(model).filter(Demand::is_large) {
        Some(demand) => fitting(&demand, wanted.min(replications.max(1)), common, replications)?,
        None => wanted,
    };
    rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build().context("cannot start threads")
}

/// How many threads have room, with notes on it.
fn fitting(demand: &Demand, wanted: u64, common: &Common, replications: u64) -> anyhow::Result<u64> {
    let free = free();
    let fit = free.map_or(wanted, |free| free.0 / demand.memory.0.max(1));
    if fit == 0 {
        let (each, free) = (demand.memory, free.unwrap_or_default());
        bail!(
            "a replication takes about {each} of memory, and {free} are free: lower `workload.days` or the number of \
             pushes"
        );
    }
    let threads = wanted.min(fit);
    if !common.quiet {
        let seconds = demand.seconds * replications.div_ceil(threads) as f64;
        let fewer = if threads < wanted {
            format!(" ({} of memory are free)", free.unwrap_or_default())
        } else {
            String::new()
        };
        say(format!(
            "note: {}; on {threads} of {wanted} threads about {}{fewer}\n",
            told(demand),
            time(seconds)
        ));
    }
    Ok(threads)
}

/// What a replication takes, in words: "about 370,000 pushes, 1.2 GB a thread, 40 s a replication".
pub(super) fn told(demand: &Demand) -> String {
    let Demand { pushes, memory, seconds, .. } = demand;
    format!("about {} pushes, {memory} a thread, {} a replication", thousands(*pushes), time(*seconds))
}

/// A number to two digits, with commas.
fn thousands(number: f64) -> String {
    let mut step = 1_u64;
    while number / step as f64 >= 100.0 {
        step *= 10;
    }
    let digits = ((number / step as f64).round() as u64 * step).to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

fn time(seconds: f64) -> String {
    match seconds {
        ..60.0 => format!("{:.0} s", seconds.max(1.0)),
        ..7_200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.0} h", seconds / 3_600.0),
    }
}

/// The memory that this process may still take, as far as the system says so: Linux does, for the machine, for the group
/// of a container, and for the process.
fn free() -> Option<Bytes> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let number = |text: &str| text.split_whitespace().next()?.parse::<u64>().ok();
    let machine = read("/proc/meminfo")
        .and_then(|text| number(text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?))
        .map(|kibibytes| kibibytes * 1_024);
    let most = read("/sys/fs/cgroup/memory.max").and_then(|text| number(&text));
    let used = read("/sys/fs/cgroup/memory.current").and_then(|text| number(&text)).unwrap_or(0);
    let own = read("/proc/self/limits")
        .and_then(|text| number(text.lines().find_map(|line| line.strip_prefix("Max address space"))?));
    [machine, most.map(|most| most.saturating_sub(used)), own].into_iter().flatten().min().map(Bytes)
}
