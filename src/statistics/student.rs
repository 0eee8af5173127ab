//! Quantiles of Student's t distribution. Written here because results must be equal on all
//! machines; the sources of the formulas are named below.

/// The quantile `p` of Student's t distribution with `df` degrees of freedom: the t with P(T ≤ t) =
/// `p`, to about 12 digits.
///
/// Found by bisection of the distribution function, which is a regularised incomplete beta
/// function: P(|T| > t) = I(df ÷ (df + t²); df/2, 1/2).
///
/// # Panics
/// If `p` is not in 0.5..1 or `df` is not positive.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    assert!((0.5..1.0).contains(&p) && df > 0.0, "t quantile {p} with {df} degrees of freedom");
    let beyond = 2.0 * (1.0 - p);
    let (mut low, mut high) = (0.0, 1.0);
    while two_tails(high, df) > beyond {
        low = high;
        high *= 2.0;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if two_tails(middle, df) > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// P(|T| > t).
fn two_tails(t: f64, df: f64) -> f64 {
    incomplete_beta(df / (df + t * t), df / 2.0, 0.5)
}

/// The regularised incomplete beta function I(x; a, b), for x in 0..=1.
///
/// Computed by the continued fraction DLMF 8.17.22 (Olver et al., "NIST Digital Library of
/// Mathematical Functions"), which converges fast below the mean of the distribution; above it, by
/// symmetry.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let front = libm::exp(a * libm::log(x) + b * libm::log1p(-x) - log_beta) / a;
    front / continued_fraction(x, a, b)
}

/// The fraction 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, evaluated forwards by Lentz's method as
/// modified by Thompson and Barnett (1986).
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let (mut value, mut c, mut d) = (1.0, 1.0, 0.0);
    for k in 1..10_000u32 {
        let m = f64::from(k / 2);
        let term = if k % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 + term * d;
        d = 1.0 / if d == 0.0 { TINY } else { d };
        c = 1.0 + term / c;
        c = if c == 0.0 { TINY } else { c };
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}
