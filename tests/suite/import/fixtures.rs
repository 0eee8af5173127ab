//! Repositories of different shapes, each with all that has to be found in it: workflows, jobs, legs, clients.
//!
//! A line of `-- found --` is a workflow (`ci.yml: push pull_request cron=… paths cancel`), a job below it
//! (`build needs=lint legs=3 calls=…`) or a client below that (`rust-cache Swatinem/rust-cache via=… saves=always`).

use super::{Repository, parts};
use cache_budget::result::{ClientItem, Inventory, JobItem, WorkflowItem};

pub const FIXTURES: [(&str, &str); 12] = [
    ("binaries", include_str!("fixtures/binaries.txt")),
    ("test-runner", include_str!("fixtures/test-runner.txt")),
    ("language-server", include_str!("fixtures/language-server.txt")),
    ("storage-library", include_str!("fixtures/storage-library.txt")),
    ("package-manager", include_str!("fixtures/package-manager.txt")),
    ("linter", include_str!("fixtures/linter.txt")),
    ("image-builder", include_str!("fixtures/image-builder.txt")),
    ("go-client", include_str!("fixtures/go-client.txt")),
    ("gradle-monorepo", include_str!("fixtures/gradle-monorepo.txt")),
    ("web-monorepo", include_str!("fixtures/web-monorepo.txt")),
    ("native-engine", include_str!("fixtures/native-engine.txt")),
    ("odd-events", include_str!("fixtures/odd-events.txt")),
];

fn workflow(item: &WorkflowItem) -> String {
    let file = item.file.rsplit('/').next().expect("a file");
    let crons = item.crons.iter().map(|cron| format!(" cron={cron}"));
    let flags = [(item.path_filters, " paths"), (item.cancel_in_progress, " cancel")];
    let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, word)| word.to_owned());
    format!("{file}: {}{}", item.triggers.join(" "), crons.chain(flags).collect::<String>())
}

fn job(item: &JobItem) -> String {
    let needs =
        if item.needs.is_empty() { String::new() } else { format!(" needs={}", item.needs.join(",")) };
    let legs = item.legs.map_or("?".to_owned(), |legs| legs.to_string());
    let calls = item.calls.as_ref().map_or(String::new(), |calls| format!(" calls={calls}"));
    format!("  {}{needs} legs={legs}{calls}", item.id)
}

fn client(item: &ClientItem) -> String {
    let action = item.action.as_deref().unwrap_or("-");
    let via = item.via.as_ref().map_or(String::new(), |via| format!(" via={via}"));
    format!("    {} {action}{via} saves={}", item.client, item.saves)
}

fn shown(inventory: &Inventory) -> String {
    let mut lines = Vec::new();
    for item in &inventory.workflows {
        lines.push(workflow(item));
        for item in &item.jobs {
            lines.push(job(item));
            lines.extend(item.clients.iter().map(client));
        }
    }
    lines.join("\n") + "\n"
}

/// The part of a fixture with this name; empty if there is none.
pub fn part(archive: &str, name: &str) -> String {
    parts(archive).into_iter().find(|(path, _)| path == name).map_or(String::new(), |(_, text)| text)
}

#[test]
fn every_shape_is_found_as_it_is() {
    for (name, archive) in FIXTURES {
        let inventory = Repository::of(archive).inventory();
        assert_eq!(shown(&inventory), part(archive, "found"), "{name}");
        let unknown: String = inventory
            .unknown
            .iter()
            .map(|note| format!("{} {} {}\n", note.job, note.what, note.why))
            .collect();
        for line in part(archive, "unknown").lines() {
            assert!(unknown.contains(line), "{name}: {line}\n{unknown}");
        }
        if part(archive, "unknown").is_empty() {
            assert_eq!(unknown, "", "{name}");
        }
    }
}

#[test]
fn keys_conditions_and_crons_become_lines_of_the_scenario() {
    for (name, archive) in FIXTURES {
        let wanted = part(archive, "scenario");
        if wanted.is_empty() {
            continue;
        }
        let text = Repository::of(archive).draft().unwrap_or_else(|| panic!("{name}")).text;
        let has = |line: &str| text.lines().any(|own| own.split(" # ").next() == Some(line));
        let missing: Vec<&str> = wanted.lines().filter(|line| !has(line)).collect();
        assert!(missing.is_empty(), "{name} lacks\n{}\n\n{text}", missing.join("\n"));
    }
}
