//! One entry that is larger than the limit is foreseen from its stated size.

use crate::case::Case;

fn warnings(cache: &str, steps: &str) -> Vec<String> {
    let case = Case::with(&format!(
        "[cache]\n{cache}\n[workload]\npushes-per-day = 1\ndays = 30\n[runner.ubuntu-latest]\ndisk = \"100 GB\"\n\
         [workflow.ci]\non = \"push main\"\n[workflow.ci.job.cpu]\n{steps}\n"
    ));
    let output = case.run(&["check", "ci.toml"]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    said.lines().filter(|line| line.contains("larger than `cache.limit`")).map(str::to_owned).collect()
}

#[test]
fn the_figure_is_told() {
    let warned = warnings("", "cache.actions-cache = { key = \"k\", size = \"16.5 GB\" }");
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(
        warned[0].contains("one entry of 16.50 GB is larger than `cache.limit` (10.74 GB)"),
        "{warned:?}"
    );
}

#[test]
fn only_an_entry_that_is_larger_by_itself_counts() {
    let two = "cache.actions-cache = [{ key = \"a\", size = \"6 GB\" }, { key = \"b\", size = \"6 GB\" }]";
    assert_eq!(warnings("", two), [""; 0]);
    assert_eq!(warnings("limit = \"5 GB\"", two).len(), 2);
    assert_eq!(warnings("limit = \"5 GB\"\nsweep = \"none\"", two), [""; 0], "nothing is evicted");
    assert_eq!(warnings("limit = \"1 GB\"", "cache.setup-node = { size = \"2 GB\" }").len(), 1);
    assert_eq!(
        warnings(
            "limit = \"1 GB\"",
            "cold = \"9 min\"\nwarm = \"1 min\"\ncache.rust-cache = { size = \"2 GB\" }"
        )
        .len(),
        1
    );
    let drawn =
        "cache.actions-cache = { key = \"a\", size = { lognormal = { median = \"2 GB\", sigma = 1 } } }";
    assert_eq!(warnings("limit = \"1.9 GB\"", drawn).len(), 1);
    assert_eq!(warnings("limit = \"2.1 GB\"", drawn), [""; 0], "half of the entries fit");
}
