//! The page that sets GitHub's syntax beside a scenario's: each scenario on it runs, and a number changes when
//! the lines that are marked with an arrow are left out. `UPDATE_DOCS=1 cargo test docs` writes the numbers.

use super::root;
use cache_budget::diagnostic::Style;
use cache_budget::observe::measure;
use cache_budget::random::Draws;
use cache_budget::scenario::load;
use cache_budget::units::Bytes;
use rayon::prelude::*;

const PAGE: &str = "docs/from-workflow.md";
const BASE: &str = "```text\n# base.toml\n";
const ARROW: &str = "# ←";

/// A scenario of the page and the metric under it.
struct Pair<'a> {
    toml: &'a str,
    /// The line that begins with the metric.
    line: &'a str,
}

/// The text of the page's code block after this opening line, and what comes after it.
fn block<'a>(text: &'a str, opening: &str) -> Option<(&'a str, &'a str)> {
    let (_, rest) = text.split_once(opening)?;
    rest.split_once("```\n")
}

fn pairs(page: &str) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    let (_, mut rest) = block(page, BASE).expect("a base");
    while let Some((toml, after)) = block(rest, "```toml\n") {
        let line = after.lines().next().expect("a line under each scenario");
        pairs.push(Pair { toml, line });
        rest = after;
    }
    pairs
}

/// The scenario without the marked lines. What stands behind an arrow takes a line's place.
fn without(toml: &str) -> String {
    let line = |line: &str| match line.split_once(ARROW) {
        Some((_, instead)) => instead.trim().to_owned(),
        None => line.to_owned(),
    };
    toml.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The value of a metric such as `runner.minutes{stat=mean}` in a scenario on the page's base.
fn value((base, listing): (&str, &str), toml: &str, metric: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("base.toml"), base).expect("a file");
    std::fs::write(folder.path().join("caches.json"), listing).expect("a file");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, format!("extends = \"base.toml\"\n{toml}")).expect("a file");
    let loaded =
        load(&path, &[]).unwrap_or_else(|report| panic!("{toml}\n{}", report.render(&Style::default())));
    let outcome = measure(&loaded.model, Draws::new(1, 0)).expect("within the limits");
    let (name, labels) = metric.split_once('{').unwrap_or((metric, "}"));
    let wanted: Vec<(&str, &str)> =
        labels.trim_end_matches('}').split(", ").filter_map(|label| label.split_once('=')).collect();
    let found = outcome.values.iter().find(|value| {
        value.metric.name == name
            && value.labels.len() == wanted.len()
            && wanted.iter().all(|(name, text)| value.labels.iter().any(|(n, t)| n == name && t == text))
    });
    found.map_or(0.0, |found| found.value)
}

#[test]
fn every_construct_changes_a_number_when_it_is_left_out() {
    let page = std::fs::read_to_string(root().join(PAGE)).expect("the page");
    let [(base, _), (listing, _)] =
        [BASE, "```json\n"].map(|opening| block(&page, opening).expect("a block"));
    let pairs = pairs(&page);
    assert!(pairs.len() >= 20, "{} scenarios", pairs.len());
    let said: Vec<(bool, String)> = pairs
        .par_iter()
        .map(|Pair { toml, line }| {
            assert!(toml.contains(ARROW), "a line is marked\n{toml}");
            let metric = line.split('`').nth(1).expect("the metric in backticks");
            let [with, without] =
                [toml.to_string(), without(toml)].map(|toml| value((base, listing), &toml, metric));
            let differs = (with - without).abs() > 0.01 * with.abs();
            let shown = |value: f64| match metric.contains("bytes") {
                true => Bytes(value as u64).to_string(),
                false if with.max(without) < 10.0 => format!("{value:.2}"),
                false => format!("{value:.0}"),
            };
            (differs, format!("`{metric}`: {} with it, {} without.", shown(with), shown(without)))
        })
        .collect();
    let same: Vec<_> = said.iter().zip(&pairs).filter(|((differs, _), _)| !differs).collect();
    let same: Vec<_> = same.iter().map(|((_, said), pair)| format!("{}{said}", pair.toml)).collect();
    assert!(same.is_empty(), "{} constructs change nothing:\n{}", same.len(), same.join("\n"));
    let mut fresh = page.clone();
    for (Pair { line, .. }, (_, said)) in pairs.iter().zip(&said) {
        fresh = fresh.replacen(&format!("```\n{line}\n"), &format!("```\n{said}\n"), 1);
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(PAGE), &fresh).expect("written");
    } else {
        assert!(fresh == page, "{PAGE} is stale; write it again with UPDATE_DOCS=1 cargo test docs");
    }
}
