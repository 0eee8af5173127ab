//! Sobol indices and Morris's effects of functions of which they are known.

use cache_budget::statistics::sweep::{Design, Effect, Explained, Interval, effects, explained};
use std::f64::consts::PI;

fn sobol(rows: u32, inputs: usize, of: impl Fn(&[f64]) -> f64) -> Vec<Explained> {
    let places = Design::Sobol(rows).places(&vec![None; inputs], 1);
    let results: Vec<f64> = places.iter().map(|place| of(place)).collect();
    explained(&[results], inputs).expect("it varies")
}

fn near(found: Interval, truth: f64, by: f64) {
    assert!((found.value - truth).abs() < by, "{found:?} is not {truth}");
    assert!(found.low <= found.value && found.value <= found.high);
    assert!(found.low - 1e-9 <= truth && truth <= found.high + 1e-9, "{found:?} does not hold {truth}");
}

/// Ishigami and Homma (1990): sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ over −π..π.
fn ishigami(place: &[f64]) -> f64 {
    let x: Vec<f64> = place.iter().map(|place| (2.0 * place - 1.0) * PI).collect();
    let (sine, other) = (libm::sin(x[0]), libm::sin(x[1]));
    sine + 7.0 * other * other + 0.1 * x[2] * x[2] * x[2] * x[2] * sine
}

#[test]
fn indices_of_the_ishigami_function() {
    let found = sobol(2_048, 3, ishigami);
    // V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2 with a = 7, b = 0.1; V₁ = (1 + bπ⁴/5)²/2, V₂ = a²/8,
    // V₃ = 0, V₁₃ = b²π⁸ (1/18 − 1/50).
    let (a, b, p4): (f64, f64, f64) = (7.0, 0.1, PI * PI * PI * PI);
    let v1 = (1.0 + b * p4 / 5.0) * (1.0 + b * p4 / 5.0) / 2.0;
    let (v2, v13) = (a * a / 8.0, b * b * p4 * p4 * (1.0 / 18.0 - 1.0 / 50.0));
    let v = v1 + v2 + v13;
    for (input, first, total) in [(0, v1, v1 + v13), (1, v2, v2), (2, 0.0, v13)] {
        near(found[input].alone, first / v, 0.02);
        near(found[input].in_all, total / v, 0.02);
    }
}

#[test]
fn indices_of_the_g_function_of_sobol() {
    // Π (|4xᵢ − 2| + aᵢ)/(1 + aᵢ): Vᵢ = 1/(3 (1 + aᵢ)²), V = Π (1 + Vᵢ) − 1.
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let found =
        sobol(2_048, 5, |x| x.iter().zip(&a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product());
    let parts = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let whole: f64 = parts.iter().map(|part| 1.0 + part).product::<f64>() - 1.0;
    for (input, part) in parts.iter().enumerate() {
        near(found[input].alone, part / whole, 0.02);
        // Everything that has to do with the input: Vᵢ Π over the others of (1 + Vⱼ).
        let total = part * (whole + 1.0) / (1.0 + part) / whole;
        near(found[input].in_all, total, 0.02);
    }
}

#[test]
fn of_a_sum_every_input_acts_alone() {
    // Variances of cᵢ xᵢ are cᵢ²/12: shares 1/14, 4/14, 9/14.
    let found = sobol(1_024, 3, |x| 100.0 + x[0] + 2.0 * x[1] + 3.0 * x[2]);
    for (input, share) in [1.0 / 14.0, 4.0 / 14.0, 9.0 / 14.0].into_iter().enumerate() {
        near(found[input].alone, share, 0.01);
        near(found[input].in_all, share, 0.01);
    }
}

#[test]
fn where_nothing_varies_nothing_is_explained() {
    let places = Design::Sobol(8).places(&[None, None], 1);
    let constant = vec![vec![1e9; places.len()]; 2];
    assert_eq!(explained(&constant, 2), None);
}

#[test]
fn intervals_of_indices_hold_the_truth_about_as_often_as_they_say() {
    // The Ishigami function again, few rows, other rows each time. Resampling rows of a sequence that
    // is more even than chance makes intervals wider than they had to be.
    let truth = [0.3139, 0.4424, 0.0];
    let mut held = 0;
    for seed in 0..60 {
        let places = Design::Sobol(64).places(&[None; 3], seed);
        let results: Vec<f64> = places.iter().map(|place| ishigami(place)).collect();
        let found = explained(&[results], 3).expect("it varies");
        let holds =
            |(found, truth): (&Explained, &f64)| found.alone.low <= *truth && *truth <= found.alone.high;
        held += found.iter().zip(&truth).filter(|pair| holds(*pair)).count();
    }
    assert!((162..=180).contains(&held), "{held} of 180 is not 90 % or more");
}

#[test]
fn noise_of_replications_widens_the_intervals() {
    let places = Design::Sobol(128).places(&[None, None], 1);
    let exact: Vec<f64> = places.iter().map(|x| x[0] + x[1]).collect();
    let noisy = |number: usize| -> Vec<f64> {
        // Something like noise that differs from point to point and from replication to replication.
        let noise = |at: usize| libm::sin((at * 7_919 + number * 104_729) as f64);
        exact.iter().enumerate().map(|(at, value)| value + 0.5 * noise(at)).collect()
    };
    let width = |of: &Explained| of.alone.high - of.alone.low;
    let sure = explained(&[exact.clone(), exact.clone()], 2).expect("it varies");
    let unsure = explained(&[noisy(0), noisy(1)], 2).expect("it varies");
    assert!(width(&unsure[0]) > 1.3 * width(&sure[0]), "{unsure:?} {sure:?}");
}

fn morris(paths: u32, counts: &[Option<usize>], of: impl Fn(&[f64]) -> f64) -> Vec<Effect> {
    let places = Design::Morris(paths).places(counts, 1);
    let results: Vec<f64> = places.iter().map(|place| of(place)).collect();
    effects(&[results], &places, counts)
}

#[test]
fn effects_of_a_sum_are_its_coefficients() {
    let found = morris(10, &[None; 3], |x| 5.0 + 2.0 * x[0] - 3.0 * x[1]);
    for (input, effect) in [2.0, -3.0, 0.0].into_iter().enumerate() {
        let Effect { size, direction, spread } = found[input];
        assert!((size.value - f64::abs(effect)).abs() < 1e-9 && (direction.value - effect).abs() < 1e-9);
        assert!(spread < 1e-9 && size.high - size.low < 1e-9, "it is the same everywhere");
    }
}

#[test]
fn an_input_that_acts_through_another_has_spread_and_no_direction() {
    // (x₁ − ½) x₂: moving x₂ does −½ to ½ depending on where x₁ stands, 0 on average.
    let found = morris(400, &[None; 2], |x| (x[0] - 0.5) * x[1]);
    let acting = found[1];
    // x₁ is at 0, ⅓, ⅔ or 1, equally often: |effect| is ½, ⅙, ⅙, ½; μ* = ⅓, σ = √((¼ + 1/36)/2) = 0.373.
    assert!((acting.size.value - 1.0 / 3.0).abs() < 0.03, "{acting:?}");
    assert!(acting.direction.low < 0.0 && acting.direction.high > 0.0, "{acting:?}");
    assert!((acting.spread - 0.373).abs() < 0.03, "{acting:?}");
}

#[test]
fn a_switch_is_moved_as_a_whole() {
    // Off or on: +4. Of three values, a step of ⅔ goes one or two values on: each is 1 of 2 steps.
    let counts = [Some(2), Some(3)];
    let value = |place: f64, count: usize| ((place * count as f64) as usize).min(count - 1) as f64;
    let found = morris(50, &counts, |x| 4.0 * value(x[0], 2) + 3.0 * value(x[1], 3));
    assert!((found[0].size.value - 4.0).abs() < 1e-9, "{found:?}");
    assert!((found[1].size.value - 6.0).abs() < 1e-9, "from the first to the last: {found:?}");
}
