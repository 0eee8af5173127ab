//! The distributions that a scenario can give for a quantity: constant, log-normal, uniform and
//! exponential. Transcendental functions come from `libm`, so that draws are equal on all machines.

use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Exp1, StandardNormal};

/// A distribution of a non-negative quantity, in that quantity's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Always the same value.
    Constant(f64),
    /// Log-normal: `median` × exp(`sigma` × standard normal).
    LogNormal {
        /// The median, > 0.
        median: f64,
        /// The standard deviation of the logarithm, 0–5.
        sigma: f64,
    },
    /// Uniform between two bounds.
    Uniform {
        /// The lower bound, ≥ 0.
        low: f64,
        /// The upper bound, ≥ `low`.
        high: f64,
    },
    /// Exponential with the given mean.
    Exponential {
        /// The mean, ≥ 0.
        mean: f64,
    },
}

impl Distribution {
    /// A value that no draw exceeds in practice: one of 10¹⁵ does at most.
    pub fn utmost(&self) -> f64 {
        match *self {
            Distribution::Constant(value) => value,
            Distribution::LogNormal { median, sigma } => median * libm::exp(8.0 * sigma),
            Distribution::Uniform { high, .. } => high,
            Distribution::Exponential { mean } => 35.0 * mean,
        }
    }

    /// Draws one value; never negative.
    pub fn sample<R: Rng>(&self, rng: &mut R) -> f64 {
        match *self {
            Distribution::Constant(value) => value,
            Distribution::LogNormal { median, sigma } => {
                let z: f64 = StandardNormal.sample(rng);
                median * libm::exp(sigma * z)
            }
            Distribution::Uniform { low, high } => low + (high - low) * rng.random::<f64>(),
            Distribution::Exponential { mean } => {
                let e: f64 = Exp1.sample(rng);
                mean * e
            }
        }
    }

    /// The expected value.
    pub fn mean(&self) -> f64 {
        match *self {
            Distribution::Constant(value) => value,
            Distribution::LogNormal { median, sigma } => median * libm::exp(sigma * sigma / 2.0),
            Distribution::Uniform { low, high } => (low + high) / 2.0,
            Distribution::Exponential { mean } => mean,
        }
    }

    /// The value that half of the draws exceed.
    pub fn median(&self) -> f64 {
        match *self {
            Distribution::LogNormal { median, .. } => median,
            Distribution::Exponential { mean } => mean * std::f64::consts::LN_2,
            Distribution::Constant(_) | Distribution::Uniform { .. } => self.mean(),
        }
    }

    /// The distribution of this one's values multiplied by `factor` (≥ 0).
    pub fn scaled(&self, factor: f64) -> Distribution {
        match *self {
            Distribution::Constant(value) => Distribution::Constant(value * factor),
            Distribution::LogNormal { median, sigma } => {
                Distribution::LogNormal { median: median * factor, sigma }
            }
            Distribution::Uniform { low, high } => {
                Distribution::Uniform { low: low * factor, high: high * factor }
            }
            Distribution::Exponential { mean } => Distribution::Exponential { mean: mean * factor },
        }
    }
}
