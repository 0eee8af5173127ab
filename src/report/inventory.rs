//! How an inventory is shown: a verdict, a table of clients, and what is not known.

use super::markdown::section as markdown_section;
use super::{Cell, Section, escaped};
use crate::diagnostic::{Style, visible};
use crate::result::{ClientItem, Inventory, InventoryNote, JobItem, WorkflowItem};
use crate::units::counted;

/// How many notes are shown; JSON has all.
const NOTES_MAX: usize = 20;

/// The inventory for a terminal.
pub fn table(inventory: &Inventory, style: Style) -> String {
    let mut blocks = vec![style.bold(&style.wrapped(&verdict(inventory)))];
    blocks.extend(sections(inventory).iter().map(|section| style.section(section)));
    blocks.join("\n\n") + "\n"
}

/// The inventory in GitHub's Markdown.
pub fn markdown(inventory: &Inventory) -> String {
    let mut blocks = vec![format!("**{}**", escaped(&verdict(inventory)))];
    blocks.extend(sections(inventory).iter().map(markdown_section));
    blocks.join("\n\n") + "\n"
}

fn verdict(inventory: &Inventory) -> String {
    let jobs = || inventory.workflows.iter().flat_map(|workflow| &workflow.jobs);
    let clients = jobs().flat_map(|job| &job.clients).count();
    let savers = jobs().flat_map(|job| &job.clients).filter(|client| client.saves == "always").count();
    let open = inventory.unknown.len();
    format!(
        "{} with {} {} {}{}.{}",
        counted(inventory.workflows.len(), "workflow", "workflows"),
        counted(jobs().count(), "job", "jobs"),
        if inventory.workflows.len() == 1 { "has" } else { "have" },
        if clients == 0 {
            "no cache client".to_owned()
        } else {
            counted(clients, "cache client", "cache clients")
        },
        match (clients, savers) {
            (0, _) => String::new(),
            (_, 1) => ", of which 1 saves in every run that may".to_owned(),
            (_, savers) => format!(", of which {savers} save in every run that may"),
        },
        match open {
            0 => String::new(),
            more => {
                format!(" {} could not be decided from the files.", counted(more, "thing", "things"))
            }
        },
    )
}

fn sections(inventory: &Inventory) -> Vec<Section> {
    let all =
        [clients(inventory), notes("Not known", &inventory.unknown), notes("Assumed", &inventory.assumed)];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn clients(inventory: &Inventory) -> Section {
    let rows = inventory.workflows.iter().flat_map(|workflow| {
        workflow.jobs.iter().flat_map(move |job| {
            job.clients.iter().map(move |client| {
                let via = client.via.as_ref().map_or(String::new(), |via| format!(" via {via}"));
                vec![
                    name(&format!("{} / {}", short(workflow), job.id)),
                    legs(job, client),
                    name(&format!("{}{via}", client.client)),
                    name(&client.saves),
                    name(client.place.rsplit('/').next().unwrap_or_default()),
                ]
            })
        })
    });
    let headings = vec!["job", "legs", "client", "saves", "place"];
    Section { title: "Cache clients".to_owned(), headings, rows: rows.collect(), note: None }
}

/// The legs in which a client runs, and of how many if those are not all.
fn legs(job: &JobItem, client: &ClientItem) -> Cell {
    Cell::Number(match (client.legs, job.legs) {
        (Some(own), Some(all)) if own != all => format!("{own} of {all}"),
        (_, Some(all)) => all.to_string(),
        _ => "?".to_owned(),
    })
}

fn short(workflow: &WorkflowItem) -> &str {
    workflow.file.rsplit('/').next().unwrap_or(&workflow.file)
}

fn notes(title: &str, notes: &[InventoryNote]) -> Section {
    let row = |note: &InventoryNote| vec![name(&note.place), name(&note.what), name(&note.why)];
    let rest = notes.len().saturating_sub(NOTES_MAX);
    Section {
        title: title.to_owned(),
        headings: vec!["place", "what", "why"],
        rows: notes.iter().take(NOTES_MAX).map(row).collect(),
        note: (rest > 0).then(|| format!("{} in `--format json`.", counted(rest, "more is", "more are"))),
    }
}

fn name(text: &str) -> Cell {
    Cell::Name(visible(text).into_owned())
}
