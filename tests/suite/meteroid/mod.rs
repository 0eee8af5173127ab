//! The founding case: what pull request #1201 and the public facts claim, what the simulation
//! says, and whether the claim holds. The tables in `scenarios/meteroid/README.md` are this module's
//! output; `UPDATE_CLAIMS=1 cargo test --release --test suite meteroid -- --ignored` writes them.

mod alternatives;
mod basis;
mod claims;
mod crates;
mod evidence;
mod held_out;
mod imported;
mod table;

use claims::Verdict;
use evidence::Evidence;
use rayon::prelude::*;
use std::path::PathBuf;

/// The scenarios that claims are held against, and how often each is played.
const CLAIMED: ([&str; 4], u32) = (["before", "c-files-past-sccache", "after", "after-tag-per-arch"], 20);
/// Those that only stand in the table of remedies. Fewer, because the whole has to be checked before each
/// change: what they are compared in differs far more than their replications do.
const COMPARED: ([&str; 5], u32) = (
    ["scope-per-image-only", "drop-sccache-only", "save-on-main-only", "limit-20gb-only", "no-rate-limit"],
    4,
);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid")
}

/// Every scenario of the case, played.
fn play() -> Vec<Evidence> {
    let of = |(names, replications): (&'static [&'static str], u32)| {
        names.iter().map(move |name| (*name, replications))
    };
    let all: Vec<(&str, u32)> = of((&CLAIMED.0, CLAIMED.1)).chain(of((&COMPARED.0, COMPARED.1))).collect();
    all.par_iter()
        .map(|(name, replications)| {
            Evidence::gather(&folder().join(format!("{name}.toml")), &[], *replications)
        })
        .collect()
}

#[test]
#[ignore = "plays a year of pushes 100 times, and three months 120 times; run by .ci/run"]
fn the_tables_of_the_page_are_what_the_simulation_says() {
    let evidence = play();
    let (claims, held_out) = (claims::judge(&evidence), claims::held_out(&evidence));
    let rendered = table::render(&claims, &held_out, &evidence, &alternatives::play());
    let page = folder().join("README.md");
    let text = std::fs::read_to_string(&page).expect("the case has its page");
    let updated = table::replaced(&text, &rendered);
    if std::env::var_os("UPDATE_CLAIMS").is_some() {
        std::fs::write(&page, &updated).expect("the page can be written");
    } else {
        assert!(
            text == updated,
            "run again with UPDATE_CLAIMS=1 and read what changed; now it is:\n{rendered:#?}"
        );
    }
    let broken: Vec<_> = claims.iter().chain(&held_out).filter(|c| c.verdict == Verdict::Broken).collect();
    assert!(broken.is_empty(), "a claim that held does not hold any more: {broken:#?}");
}
