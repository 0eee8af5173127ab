//! What `--vary` reads.

use cache_budget::scenario::{VALUES_MAX, ValueRange, amount};
use proptest::prelude::*;

fn listed(text: &str) -> Vec<String> {
    match ValueRange::parse(text) {
        Ok(ValueRange::Listed(values)) => values,
        other => panic!("{text}: {other:?}"),
    }
}

fn wrong(text: &str) -> String {
    let misread = ValueRange::parse(text).expect_err(text);
    assert!(misread.at.end <= text.len() && misread.help.contains("5GB..50GB:5GB"));
    misread.message
}

#[test]
fn lists_are_split_at_commas_outside_quotes_and_brackets() {
    assert_eq!(listed("1,5,20"), ["1", "5", "20"]);
    assert_eq!(listed(" 5GB , \"10 GB\",20 GiB"), ["5 GB", "10 GB", "20 GiB"]);
    assert_eq!(
        listed(r#"{ lognormal = { median = "1 GB", sigma = 0.4 } },["a", "b"],"x,y""#),
        [r#"{ lognormal = { median = "1 GB", sigma = 0.4 } }"#, r#"["a", "b"]"#, r#""x,y""#]
    );
    assert_eq!(
        listed("none,drop-sccache+mode-min,raise-limit=20GB"),
        ["none", "drop-sccache+mode-min", "raise-limit=20GB"]
    );
}

#[test]
fn ranges_go_in_steps_by_factors_or_in_so_many_values() {
    assert_eq!(listed("5GB..20GB:5GB"), ["5 GB", "10 GB", "15 GB", "20 GB"]);
    // 0.1 + 0.2 is not 0.3 in binary; nobody wants to read 0.30000000000000004.
    assert_eq!(listed("0..0.3:0.1"), ["0", "0.1", "0.2", "0.3"]);
    // The last step would lie beyond the end.
    assert_eq!(listed("1..8:3"), ["1", "4", "7"]);
    assert_eq!(listed("1GB..64GB:x2"), ["1 GB", "2 GB", "4 GB", "8 GB", "16 GB", "32 GB", "64 GB"]);
    assert_eq!(listed("0..1:lin5"), ["0", "0.25", "0.5", "0.75", "1"]);
    // Ratios of the square root of ten.
    assert_eq!(listed("1..100:log5"), ["1", "3.16228", "10", "31.6228", "100"]);
    assert_eq!(listed("500MB..2GB:500MB"), ["500 MB", "1000 MB", "1500 MB", "2000 MB"]);
    assert_eq!(listed("90s..3min:0.5 min"), ["90 s", "120 s", "150 s", "180 s"]);
    assert_eq!(listed("1,5..15:5,100"), ["1", "5", "10", "15", "100"]);
}

#[test]
fn a_range_without_a_step_is_everything_between() {
    let values = ValueRange::parse("10GB..20GB").expect("a range");
    assert_eq!(values.count(), None);
    let at = |place: f64| values.at(place, false);
    assert_eq!([at(0.0), at(0.25), at(1.0)], ["10 GB", "12.5 GB", "20 GB"]);
    let log = ValueRange::parse("1..100:log").expect("a range");
    assert_eq!([log.at(0.0, false), log.at(0.5, false), log.at(1.0, false)], ["1", "10", "100"]);
    // Of whole numbers each has the same share of the places: 2, 3 and 4 a third each.
    let whole = ValueRange::parse("2..4").expect("a range");
    let found: Vec<String> = [0.0, 0.33, 0.34, 0.66, 0.67, 1.0].map(|place| whole.at(place, true)).to_vec();
    assert_eq!(found, ["2", "2", "3", "3", "4", "4"]);
    assert_eq!(log.to_string(), "1..100:log");
}

#[test]
fn a_range_is_spread_so_that_a_value_is_near_its_middle() {
    let spread = |range: &str, value: &str| {
        ValueRange::parse(range).expect("a range").spread_around(value).to_string()
    };
    // By difference 6 has a place of 5 ÷ 49 = 0.10, by ratio ln 6 ÷ ln 50 = 0.46.
    assert_eq!(spread("1..50", "6"), "1..50:log");
    assert_eq!(spread("0.02 GB..2 GB", "200 MB"), "0.02 GB..2 GB:log");
    // (0.7 − 0.4) ÷ 0.5 = 0.6, and ln 1.75 ÷ ln 2.25 = 0.69.
    assert_eq!(spread("0.4..0.9", "0.7"), "0.4..0.9");
    // Nothing is known of a value that cannot be compared, and 0 has no ratio.
    assert_eq!(
        [spread("1..50", "6 min"), spread("0..1", "0.1"), spread("a,b", "a")],
        ["1..50", "0..1", "a,b"]
    );
}

#[test]
fn a_list_gives_every_value_the_same_share_of_the_places() {
    let values = ValueRange::parse("a,b,c,d").expect("a list");
    let count = |wanted: &str| (0..1_000).filter(|n| values.at(f64::from(*n) / 1e3, false) == wanted).count();
    assert_eq!(["a", "b", "c", "d"].map(count), [250; 4]);
}

#[test]
fn what_cannot_be_read_is_said() {
    assert!(wrong("5GB..").contains("is not an end of a range"));
    assert!(wrong("..5GB").contains("is not an end of a range"));
    assert!(wrong("5GB..50 min:5GB").contains("cannot be compared"));
    assert!(wrong("50GB..5GB:5GB").contains("is not below"));
    assert!(wrong("5GB..50GB:0GB").contains("is not a step"));
    assert!(wrong("5GB..50GB:-5GB").contains("is not a step"));
    assert!(wrong("5GB..50GB:5").contains("is not a step"));
    assert!(wrong("0..10:x2").contains("starts above 0"));
    assert!(wrong("1..10:x1").contains("above 1"));
    assert!(wrong("0..10:log").contains("starts above 0"));
    assert!(wrong("1..10:log1").contains("from 2"));
    assert!(wrong("1..1e9:1").contains(&format!("more than {VALUES_MAX}")));
    assert!(wrong("1..2:lin99999999").contains("more than"));
    assert!(wrong("1,2,,3").contains("missing") && wrong("").contains("missing"));
    assert!(wrong("1,2,1").contains("listed twice"));
    assert!(wrong("1..3,7").contains("no step"));
    assert!(wrong("nan..inf:1").contains("is not an end"));
}

#[test]
fn amounts_of_one_quantity_compare() {
    let base = |text: &str| amount(text).map(|(base, ..)| base);
    assert_eq!(base("1.5 GB"), Some(1.5e9));
    assert_eq!(base("2 min"), Some(120_000.0));
    assert_eq!(base("80 MB/s"), Some(80e6));
    assert_eq!(base("0.07 USD"), Some(70_000.0));
    assert_eq!(base("0.25"), Some(0.25));
    assert_eq!([base("GB"), base("5 apples"), base("main"), base("")], [None; 4]);
    let held = |values: &str, text: &str| ValueRange::parse(values).expect("values").holds(text);
    assert_eq!(held("0.5 GB..1.5 GB", "900 MB"), Some(true));
    assert_eq!(held("0.5 GB..1.5 GB", "2 GB"), Some(false));
    assert_eq!(held("0.5 GB..1.5 GB", "7 min"), None);
    assert_eq!(held("1,5,20", "7"), Some(true));
}

proptest! {
    /// Nothing that is typed makes it panic, and what it lists can be read again.
    #[test]
    fn any_text_is_read_or_refused(text in r#"[0-9a-zGMB.,:x"'\[\]{} -]{0,40}"#) {
        if let Ok(values) = ValueRange::parse(&text) {
            let again = ValueRange::parse(&values.to_string());
            prop_assert_eq!(again, Ok(values));
        }
    }

    /// Steps are even, the first is the low end, and none lies beyond the high end.
    #[test]
    fn steps_are_even(low in 0u32..1_000, span in 1u32..1_000, step in 1u32..100) {
        let text = format!("{low}..{}:{step}", low + span);
        let numbers: Vec<u32> = listed(&text).iter().map(|n| n.parse().expect("a number")).collect();
        let expected: Vec<u32> = (low..=low + span).step_by(step as usize).collect();
        prop_assert_eq!(numbers, expected);
    }
}
