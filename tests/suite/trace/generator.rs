//! Generated traces.

use cache_budget::mrc::KeyAccess;
use cache_budget::random::Distribution;
use cache_budget::replay::trace::{Recipe, TraceKind, Zipf, open};
use cache_budget::units::SimTime;

const RECIPE: Recipe = Recipe {
    requests: 60_000,
    objects: 500,
    alpha: 0.9,
    sizes: Distribution::LogNormal { median: 16_384.0, sigma: 1.5 },
    rate: 100.0,
};

fn zipf(seed: u64) -> Zipf {
    Zipf::new(RECIPE, seed).expect("in range")
}

fn written(zipf: &Zipf, kind: TraceKind) -> Vec<u8> {
    let mut bytes = Vec::new();
    zipf.write(kind, &mut bytes).expect("memory can be written");
    bytes
}

fn read(bytes: &[u8], kind: TraceKind) -> Vec<KeyAccess> {
    let mut trace = open(bytes, kind);
    let mut requests = Vec::new();
    while let Some(batch) = trace.next().expect("well-formed") {
        requests.extend_from_slice(batch);
    }
    requests
}

#[test]
fn both_forms_hold_the_same_trace() {
    let zipf = zipf(1);
    let rows = read(&written(&zipf, TraceKind::Csv), TraceKind::Csv);
    assert_eq!(rows, read(&written(&zipf, TraceKind::OracleGeneral), TraceKind::OracleGeneral));
    assert_eq!(rows.len() as u64, RECIPE.requests);
    assert_eq!(rows.last().map(|row| row.time), Some(SimTime(599_000)));
    let KeyAccess { id, size, .. } = zipf.request(4_711);
    assert_eq!((rows[4_711].id, rows[4_711].size), (id, size));
}

#[test]
fn the_seed_decides_everything() {
    assert_eq!(written(&zipf(1), TraceKind::Csv), written(&zipf(1), TraceKind::Csv));
    assert_ne!(written(&zipf(1), TraceKind::Csv), written(&zipf(2), TraceKind::Csv));
}

#[test]
fn popularity_and_sizes_are_as_asked_for() {
    let rows = read(&written(&zipf(1), TraceKind::Csv), TraceKind::Csv);
    let total: f64 = (1..=RECIPE.objects).map(|k| f64::from(k).powf(-RECIPE.alpha)).sum();
    for key in [1u64, 2, 10, 100] {
        let expected = rows.len() as f64 * (key as f64).powf(-RECIPE.alpha) / total;
        let seen = rows.iter().filter(|row| row.id == key).count() as f64;
        // Five standard deviations of a Poisson count.
        assert!((seen - expected).abs() < 5.0 * expected.sqrt(), "key {key}: {seen}, not {expected}");
    }
    let mut sizes: Vec<f64> = Vec::new();
    for key in 1..=u64::from(RECIPE.objects) {
        sizes.extend(rows.iter().find(|row| row.id == key).map(|row| row.size.as_f64().ln()));
    }
    let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
    // The mean logarithm of 500 sizes: 1.5 / √500 = 0.067 is its standard deviation.
    assert!((mean - 16_384f64.ln()).abs() < 0.3, "{mean}");
}

#[test]
fn the_next_access_is_the_row_of_the_same_key() {
    let bytes = written(&zipf(1), TraceKind::OracleGeneral);
    let rows = read(&bytes, TraceKind::OracleGeneral);
    for (row, record) in bytes.chunks(24).enumerate().step_by(97) {
        let next = i64::from_le_bytes(record[16..].try_into().expect("eight bytes"));
        let expected = rows[row + 1..].iter().position(|other| other.id == rows[row].id);
        assert_eq!(next, expected.map_or(-1, |after| (row + 1 + after) as i64), "row {row}");
    }
}

#[test]
fn recipes_out_of_range_are_refused() {
    let wrong = [
        Recipe { requests: u64::MAX, ..RECIPE },
        Recipe { objects: 0, ..RECIPE },
        Recipe { objects: u32::MAX, ..RECIPE },
        Recipe { alpha: f64::NAN, ..RECIPE },
        Recipe { alpha: -1.0, ..RECIPE },
        Recipe { rate: 0.0, ..RECIPE },
        Recipe { rate: 1e-6, ..RECIPE },
    ];
    for recipe in wrong {
        let problem = Zipf::new(recipe, 1).map(|_| ()).expect_err("it is out of range");
        assert!(problem.to_string().contains(" must be "), "{problem}");
    }
}
