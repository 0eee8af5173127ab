//! Workflow files for `import`: whatever is accepted becomes a scenario that `check` accepts, and the same one whether the
//! repository is in memory or in a folder, in which nothing changes.

use super::harness::files;
use crate::import::{Repository, parts};
use cache_budget::diagnostic::Style;
use cache_budget::import::calibration::Calibration;
use cache_budget::import::expression::Decider;
use cache_budget::import::tree::RepositoryTree;
use cache_budget::import::{
    FoundWorkflow, NO_FILE, RepositoryFolder, RepositoryPast, RepositorySources, draft, inventory,
};
use cache_budget::scenario::load;

const PLACE: &str = ".github/workflows/ci.yml";

/// The workflows of the small repositories.
pub fn corpus() -> Vec<Vec<u8>> {
    let archives = files("tests/suite/import/fixtures", "txt");
    let texts = archives.iter().flat_map(|archive| parts(&String::from_utf8_lossy(archive)));
    texts
        .filter(|(path, _)| path.starts_with(".github/workflows/"))
        .map(|(_, text)| text.into_bytes())
        .collect()
}

/// The inventory and the draft of a repository.
fn imported(folder: &RepositoryFolder) -> Option<(String, Option<String>)> {
    let sources = RepositorySources::read(folder).ok()?;
    let decider = Decider::default();
    let found = FoundWorkflow::all(&sources, &decider);
    let shown = format!("{:?}", inventory(&sources, &found, &decider));
    let known = (&Calibration::default(), &RepositoryPast::unread(), Err(NO_FILE));
    Some((shown, draft(&sources, &decider, &found, known).map(|draft| draft.text)))
}

/// Imports a workflow; true if it becomes a scenario.
pub fn feed(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let repository = Repository::with(text);
    let on_disk = imported(&RepositoryFolder::open(repository.folder()).expect("a folder"));
    let left = std::fs::read(repository.folder().join(PLACE)).expect("it is there");
    assert_eq!(left, text.as_bytes(), "an import changes no workflow");
    let entries = std::fs::read_dir(repository.folder()).expect("a folder").count();
    assert_eq!(entries, 1, "an import writes nothing into the repository");
    let name = repository.folder().file_name().expect("a name").to_string_lossy().into_owned();
    let tree = RepositoryTree {
        paths: vec![PLACE.to_owned()],
        texts: [(PLACE.to_owned(), text.to_owned())].into(),
        left_out: vec![],
    };
    let in_memory = imported(&RepositoryFolder::of_tree(&name, tree));
    let drafts = [&on_disk, &in_memory].map(|found| found.as_ref().and_then(|(_, draft)| draft.clone()));
    assert_eq!(drafts[0], drafts[1], "a repository in a folder and in memory");
    let Some(draft) = &drafts[0] else { return false };
    let file = repository.folder().join("imported.toml");
    std::fs::write(&file, draft).expect("a file");
    load(&file, &[]).unwrap_or_else(|problems| panic!("{}\n{draft}", problems.render(&Style::default())));
    true
}
