//! Shares: on games whose answer is known, and on any game that they sum to the whole.

use cache_budget::statistics::shapley;
use proptest::prelude::*;

fn close(found: &[f64], expected: &[f64]) {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(near), "{found:?}");
}

#[test]
fn the_glove_game() {
    // Player 0 has a left glove, 1 and 2 a right one each; a pair is worth 1: 2/3, 1/6, 1/6.
    let worth = |subset: usize| f64::from(u8::from(subset & 1 == 1 && subset & 6 != 0));
    let values: Vec<f64> = (0..8).map(worth).collect();
    close(&shapley(&values), &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]);
}

#[test]
fn who_acts_alone_has_what_he_adds() {
    let effects = [-3.0, 0.5, 7.0, 0.0];
    let members = |subset: usize| (0..4_usize).filter(move |player| subset >> player & 1 == 1);
    let values: Vec<f64> =
        (0..16).map(|subset| 11.0 + members(subset).map(|player| effects[player]).sum::<f64>()).collect();
    close(&shapley(&values), &effects);
    close(&shapley(&[4.0]), &[]);
}

proptest! {
    #[test]
    fn shares_sum_to_the_whole_in_any_game(players in 1_usize..=8, seed in prop::collection::vec(-1e3..1e3, 256)) {
        let values = &seed[..1 << players];
        let whole = values[values.len() - 1] - values[0];
        let shares = shapley(values);
        prop_assert_eq!(shares.len(), players);
        prop_assert!((shares.iter().sum::<f64>() - whole).abs() < 1e-9 * 1e3);
    }

    #[test]
    fn exchangeable_players_have_equal_shares(by_size in prop::collection::vec(-1e3..1e3, 6)) {
        let values: Vec<f64> = (0..32_u32).map(|subset| by_size[subset.count_ones() as usize]).collect();
        let shares = shapley(&values);
        prop_assert!(shares.iter().all(|share| (share - shares[0]).abs() < 1e-9));
    }
}
