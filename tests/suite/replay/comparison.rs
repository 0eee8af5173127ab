use super::player::{line, settings};
use cache_budget::diagnostic::Style;
use cache_budget::replay::{Comparison, ComparisonRow, LogReader, Player};
use cache_budget::report::replay::comparison_table;
use cache_budget::service::Sweep;
use cache_budget::units::Bytes;

fn compare(limits: &[u64], lines: &[&str]) -> (Vec<ComparisonRow>, u64) {
    let limits: Vec<_> = limits.iter().map(|limit| Bytes(*limit)).collect();
    let text: String = lines.iter().map(|text| line(text)).collect();
    let mut comparison = Comparison::new(&limits, &settings(0, Sweep::Instant));
    let mut log = LogReader::new(text.as_bytes(), false);
    while let Some(operation) = log.next_operation().expect("readable") {
        comparison.play(&operation).expect("it fits");
    }
    (comparison.rows(), comparison.unsized_misses())
}

const LOG: [&str; 8] = [
    "20 10:00 restore a",
    "20 10:01 save a 60",
    "20 10:02 save b 30",
    "20 10:03 restore a",
    "20 10:04 save c 40",
    "20 10:05 restore a",
    "20 10:06 restore b",
    "20 10:07 restore never",
];

#[test]
fn each_limit_is_played_as_if_alone() {
    let (rows, _) = compare(&[50, 120, 1_000], &LOG);
    for row in &rows[..3] {
        let mut player = Player::new(&settings(row.limit.expect("a limit").0, Sweep::Instant));
        for text in LOG {
            let text = line(text);
            let operation = LogReader::new(text.as_bytes(), false).next_operation().expect("readable");
            player.play(&operation.expect("an operation"), &mut Vec::new()).expect("it fits");
        }
        assert_eq!(player.tally(), &row.tally);
    }
}

#[test]
fn hit_ratios_by_hand() {
    let (rows, unsized_misses) = compare(&[120], &LOG);
    // 60 + 30 + 40 = 130: b, accessed least recently, goes; a is hit twice, b and `never` are not.
    assert_eq!(rows[0].tally.hits(), 2);
    assert_eq!(rows[0].tally.restores(), 5);
    // Hit: 2 × 60. Missed: 30 (b) that no limit would have restored, 60 (a) before it was saved.
    assert_eq!(rows[0].byte_hit_ratio, 120.0 / 210.0);
    // Without a limit b is hit too.
    assert_eq!((rows[1].limit, rows[1].tally.hits(), rows[1].byte_hit_ratio), (None, 3, 150.0 / 210.0));
    assert_eq!(unsized_misses, 1, "`never` has no size");
}

#[test]
fn the_sentence_names_the_limit_from_which_more_changes_nothing() {
    let told = |limits: &[u64]| {
        let text = comparison_table(&compare(limits, &LOG).0, 0, Style::default());
        text.lines().next().expect("a sentence").to_owned()
    };
    // Of `a` (not yet stored), `a`, `a`, `b` and `never`, three are found without a limit.
    assert_eq!(
        told(&[50, 120, 1_000]),
        "Of 5 restores, 0 % hit at 50 B; from 1 kB on, 60 % do, as without a limit."
    );
    assert_eq!(told(&[500, 1_000]), "Of 5 restores, 60 % hit at 500 B, as without a limit.");
    assert_eq!(told(&[40, 50]), "Of 5 restores, 0 % hit at 40 B, 0 % at 50 B and 60 % without a limit.");
}
