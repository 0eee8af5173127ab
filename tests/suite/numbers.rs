//! How numbers are printed: counts with their nouns, zeros without a sign, sizes in one family of units.

use crate::case::{CROWDED, Case};
use cache_budget::observe::metric;
use cache_budget::report::{amount, bytes, limit, percent, stated};
use cache_budget::statistics::Estimate;
use cache_budget::units::{Bytes, counted};

#[test]
fn one_thing_is_no_plural() {
    assert_eq!(counted(1_u64, "entry", "entries"), "1 entry");
    assert_eq!(counted(0_usize, "entry", "entries"), "0 entries");
    assert_eq!(counted(2_u32, "entry was evicted", "entries were evicted"), "2 entries were evicted");
}

/// Whatever has one of a thing says so, in every command that counts what it was given.
#[test]
fn a_recording_of_one_thing_is_told_in_the_singular() {
    let case = Case::with(CROWDED);
    case.write("trace.csv", "time,key,size\n1,a,10\n");
    let said = case.stdout(&["replay", "trace.csv", "--limit", "1kB"]);
    assert!(said.contains("of 1 request hit") && said.contains("1 distinct key,"), "{said}");
    let at = "\"at\":\"2026-01-01T00:00:00Z\"";
    let of = "\"ref\":\"refs/heads/main\",\"key\":\"k\",\"version\":\"v\"";
    let (save, restore) = (
        format!("{{{at},\"op\":\"save\",{of},\"size\":10}}\n"),
        format!("{{{at},\"op\":\"restore\",{of}}}\n"),
    );
    case.write("log.jsonl", &format!("{save}{restore}"));
    let said = case.stdout(&["replay", "log.jsonl"]).replace('\n', " ");
    assert!(said.contains("of 1 restore hit") && said.contains("in 1 entry is stored at the end"), "{said}");
    let said = case.stdout(&["replay", "log.jsonl", "--limit", "1GB", "--limit", "2GB"]);
    assert!(said.contains("Of 1 restore,"), "{said}");
    case.write("broken.jsonl", &format!("{save}nonsense\n"));
    let output = case.run(&["replay", "broken.jsonl", "--lenient"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("1 malformed line was skipped"), "{said}");
}

#[test]
fn a_zero_has_no_sign() {
    let estimate = |metric, mean: f64| Estimate {
        metric,
        labels: vec![],
        mean,
        low: -0.0,
        high: -0.0,
        n: 3,
        prediction: None,
    };
    assert_eq!(amount(&estimate(&metric::RESTORE_HIT_RATIO, -0.0)), "0 % (0–0)");
    // −0.004 rounds to zero.
    assert_eq!(amount(&estimate(&metric::PUSH_GREEN, -0.0)), "0 min (0–0)");
    assert_eq!(stated(&estimate(&metric::PUSH_GREEN, -0.0)), "0 min");
    assert_eq!((percent(-0.0), bytes(-0.0)), ("0 %".to_owned(), "0 B".to_owned()));
}

/// Nothing is evicted, so differences between equal numbers are written in every format.
#[test]
fn no_format_has_a_zero_with_a_sign() {
    let case = Case::with(&CROWDED.replace("days = 24", "days = 12\nwarmup = \"2 d\""));
    let compare = ["compare", "ci.toml", "--no-limits", "--strategy", "raise-limit=20GB"];
    for format in ["json", "csv", "markdown", "table"] {
        let text =
            case.stdout(&[&compare[..], &["--replications", "2", "--quiet", "--format", format]].concat());
        let signed = text.split(|c: char| !(c.is_ascii_digit() || "-−.".contains(c))).find(|word| {
            let number = word.strip_prefix(['-', '−']).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|digit| b"0.".contains(&digit))
        });
        assert_eq!(signed, None, "{format}: {text}");
    }
}

#[test]
fn sizes_are_decimal_and_a_limit_is_as_it_was_set() {
    // 2^30 B are 1.07 GB, 3 × 2^30 B are 3.22 GB.
    assert_eq!((bytes(1_073_741_824.0), bytes(3_221_225_472.0)), ("1.1 GB".to_owned(), "3.2 GB".to_owned()));
    assert_eq!(
        (limit(Bytes(10 << 30)), limit(Bytes(20_000_000_000))),
        ("10 GiB".to_owned(), "20 GB".to_owned())
    );
}

#[test]
fn only_all_is_a_hundred_per_cent() {
    let shares = [0.994, 0.9953, 0.9996, 1.0, 0.0];
    assert_eq!(shares.map(percent), ["99 %", "99.5 %", "99.96 %", "100 %", "0 %"]);
}
