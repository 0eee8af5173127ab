use cache_budget::diagnostic::{Report, Style};
use cache_budget::scenario::{Loaded, Scenario, effective, load, read};
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with a scenario `s.toml` and whatever lies beside it.
pub struct ScenarioFolder {
    folder: TempDir,
}

/// The shortest scenario that is accepted.
pub const VALID: &str =
    "[workflow.ci]\non = \"push main\"\njob.test = { cold = \"17 min\", warm = \"4 min\" }\n";

impl ScenarioFolder {
    pub fn new(text: &str) -> ScenarioFolder {
        let folder = ScenarioFolder { folder: tempfile::tempdir().unwrap() };
        folder.with("s.toml", text)
    }

    /// Writes one more file.
    pub fn with(self, name: &str, content: impl AsRef<[u8]>) -> ScenarioFolder {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, sets: &[&str]) -> Result<Scenario, String> {
        let sets: Vec<String> = sets.iter().map(|set| set.to_string()).collect();
        read(&self.path("s.toml"), &sets).map_err(|report| self.render(&report))
    }

    /// What is said about the scenario; fails if nothing is.
    pub fn problems(&self, sets: &[&str]) -> String {
        self.read(sets).expect_err("the scenario was accepted")
    }

    fn load_with(&self, sets: &[&str]) -> Result<Loaded, String> {
        let sets: Vec<String> = sets.iter().map(|set| set.to_string()).collect();
        load(&self.path("s.toml"), &sets).map_err(|report| self.render(&report))
    }

    fn render(&self, report: &Report) -> String {
        report.render(&Style::default()).replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// The model; fails if the scenario is refused or anything is said about it but that some value has no
    /// effect: most of these scenarios have nothing that runs.
    pub fn load(&self, sets: &[&str]) -> Loaded {
        let loaded = self.load_with(sets).unwrap_or_else(|problems| panic!("{problems}"));
        let other = loaded.report.diagnostics().iter().any(|said| said.slug != "no-effect");
        assert!(!other, "{}", self.render(&loaded.report));
        loaded
    }

    /// What is said when the model is built: errors, or warnings; empty if nothing is.
    pub fn remarks(&self) -> String {
        self.load_with(&[]).map_or_else(|problems| problems, |loaded| self.render(&loaded.report))
    }

    /// The whole scenario with its defaults; fails if it is refused.
    pub fn effective(&self, sets: &[&str]) -> String {
        effective(&self.read(sets).unwrap_or_else(|problems| panic!("{problems}")).root)
    }
}
