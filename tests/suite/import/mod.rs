//! `import`: what is found in repositories of different shapes, how expressions are decided, what is written, and
//! hostile files. Each file of `fixtures` is a small repository with what has to be found in it.

mod anonymous;
mod build_caches;
mod conditions;
mod draft;
mod events;
mod expression;
mod fixtures;
mod gaps;
mod hostile;
mod janitors;
mod job_outputs;
mod kept;
mod key_forms;
mod lost;
mod open_parts;
mod own_actions;
mod own_keys;
mod pairs;
mod runners;
mod shapes;
mod update;

use cache_budget::diagnostic::Style;
use cache_budget::import::calibration::Calibration;
use cache_budget::import::expression::Decider;
use cache_budget::import::{
    FoundWorkflow, NO_FILE, RepositoryFolder, RepositoryPast, RepositorySources, ScenarioDraft, draft,
    inventory,
};
use cache_budget::result::{ClientItem, Inventory};
use cache_budget::scenario::{Loaded, load};

/// The draft as a scenario, and what `check` says of it; fails if that is an error.
pub fn checked(draft: &ScenarioDraft) -> (Loaded, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("imported.toml");
    std::fs::write(&path, &draft.text).expect("written");
    let text = &draft.text;
    let loaded =
        load(&path, &[]).unwrap_or_else(|report| panic!("{}\n{text}", report.render(&Style::default())));
    let said = loaded.report.render(&Style::default());
    (loaded, said)
}

/// A repository in a folder of its own.
pub struct Repository(tempfile::TempDir);

impl Repository {
    /// From parts that each begin with a line `-- path --`.
    pub fn of(archive: &str) -> Repository {
        let repository = Repository(tempfile::tempdir().expect("a folder"));
        for (path, text) in parts(archive) {
            repository.write(&path, &text);
        }
        repository
    }

    /// With one workflow, `ci.yml`.
    pub fn with(workflow: &str) -> Repository {
        let repository = Repository(tempfile::tempdir().expect("a folder"));
        repository.write(".github/workflows/ci.yml", workflow);
        repository
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    pub fn folder(&self) -> &std::path::Path {
        self.0.path()
    }

    /// What is found in the only job of the only workflow: the clients with who saves, and what is unknown.
    pub fn found(&self) -> (Vec<String>, Vec<String>) {
        let inventory = self.inventory();
        let jobs = inventory.workflows.iter().flat_map(|own| &own.jobs);
        let client = |own: &ClientItem| {
            format!("{} {} {}", own.client, own.action.as_deref().unwrap_or("-"), own.saves)
        };
        let clients = jobs.flat_map(|job| &job.clients).map(client).collect();
        (clients, inventory.unknown.iter().map(|note| format!("{}: {}", note.what, note.why)).collect())
    }

    fn sources(&self) -> RepositorySources {
        RepositorySources::read(&RepositoryFolder::open(self.0.path()).expect("a folder")).expect("workflows")
    }

    pub fn inventory(&self) -> Inventory {
        let (sources, decider) = (self.sources(), Decider::default());
        inventory(&sources, &FoundWorkflow::all(&sources, &decider), &decider)
    }

    pub fn draft(&self) -> Option<ScenarioDraft> {
        let (sources, decider) = (self.sources(), Decider::default());
        let known = (&Calibration::default(), &RepositoryPast::unread(), Err(NO_FILE));
        draft(&sources, &decider, &FoundWorkflow::all(&sources, &decider), known)
    }
}

/// The parts of an archive: path and text.
pub fn parts(archive: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in archive.lines() {
        match line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(path) => parts.push((path.to_owned(), String::new())),
            None => parts.last_mut().expect("a path comes first").1 += &format!("{line}\n"),
        }
    }
    parts
}
