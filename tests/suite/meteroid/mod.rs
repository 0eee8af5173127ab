//! The founding case: what pull request #1201 and the public facts claim, what the simulation
//! says, and whether the claim holds. The table in `scenarios/meteroid/README.md` is this module's
//! output; `UPDATE_CLAIMS=1 cargo test --release --test suite meteroid -- --ignored` writes it.

mod basis;
mod claims;
mod crates;
mod evidence;
mod table;

use claims::Verdict;
use evidence::Evidence;
use rayon::prelude::*;
use std::path::PathBuf;

/// Replications of each scenario behind the table.
const REPLICATIONS: u32 = 4;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/meteroid")
}

/// Every scenario of the case, played.
fn play() -> Vec<Evidence> {
    let names = [
        "before",
        "after",
        "after-tag-per-arch",
        "scope-per-image-only",
        "drop-sccache-only",
        "save-on-main-only",
        "limit-20gb-only",
        "no-rate-limit",
    ];
    names
        .par_iter()
        .map(|name| Evidence::gather(&folder().join(format!("{name}.toml")), REPLICATIONS))
        .collect()
}

#[test]
#[ignore = "plays a year of pushes 32 times; run by .ci/run"]
fn the_table_of_claims_is_what_the_simulation_says() {
    let evidence = play();
    let claims = claims::judge(&evidence);
    let rendered = table::render(&claims, &evidence);
    let page = folder().join("README.md");
    let text = std::fs::read_to_string(&page).expect("the case has its page");
    let updated = table::replaced(&text, &rendered);
    if std::env::var_os("UPDATE_CLAIMS").is_some() {
        std::fs::write(&page, &updated).expect("the page can be written");
    } else {
        assert!(
            text == updated,
            "run again with UPDATE_CLAIMS=1 and read what changed; now it is:\n{rendered}"
        );
    }
    let broken: Vec<_> = claims.iter().filter(|c| c.verdict == Verdict::Broken).collect();
    assert!(broken.is_empty(), "a claim that held does not hold any more: {broken:#?}");
}
