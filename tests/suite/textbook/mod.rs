//! Results that are known from books, met by the service and the runners: what an LRU cache hits,
//! how long a job waits.

mod lru;
mod popularity;
mod waiting;

use cache_budget::random::mix;

/// A uniform number in (0, 1), the `index`-th of a stream.
fn uniform(stream: u64, index: u64) -> f64 {
    (mix(stream, index) >> 11) as f64 / (1u64 << 53) as f64 + f64::EPSILON / 4.0
}

/// An exponential number of this mean.
fn exponential(mean: f64, stream: u64, index: u64) -> f64 {
    -mean * libm::log(uniform(stream, index))
}
