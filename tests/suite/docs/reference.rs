//! The pages under `docs/reference`. `UPDATE_DOCS=1 cargo test docs` writes them again.

use super::root;
use cache_budget::cli::command;
use cache_budget::observe::CATALOGUE;
use cache_budget::report::{catalogue, reference, strategies};
use cache_budget::strategy::STRATEGIES;

const WRITTEN: &str = "Written from the program.";

/// Holds a page to what it should say.
fn fresh(page: &str, said: &str) {
    let path = root().join("docs/reference").join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        std::fs::write(&path, said).expect("written");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == said,
        "docs/reference/{page} is stale; write it again with UPDATE_DOCS=1 cargo test docs"
    );
}

#[test]
fn every_scenario_key() {
    fresh("scenario.md", &reference::scenario());
}

#[test]
fn every_diagnostic() {
    fresh("diagnostics.md", &reference::diagnostics());
}

#[test]
fn every_metric() {
    let table = catalogue::markdown(CATALOGUE);
    fresh("metrics.md", &format!("# Metrics\n\n{WRITTEN}\n\n{table}"));
}

#[test]
fn every_strategy() {
    let table = strategies::markdown(STRATEGIES);
    fresh("strategies.md", &format!("# Strategies\n\n{WRITTEN}\n\n{table}"));
}

#[test]
fn every_command() {
    let mut whole = command();
    whole.build();
    let mut page = format!("# Commands\n\n{WRITTEN}\n");
    for sub in whole.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
        let (name, help) = (sub.get_name().to_owned(), help(sub));
        page += &format!("\n## `{name}`\n\n```text\n{help}\n```\n");
    }
    fresh("commands.md", &page);
}

fn help(of: &mut clap::Command) -> String {
    let text = of.render_long_help().to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
