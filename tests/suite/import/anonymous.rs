//! `import --anonymise`: a scenario of the same shape in which no name of the repository is left.

use super::Repository;
use super::fixtures::FIXTURES;
use cache_budget::diagnostic::Style;
use cache_budget::scenario::{Loaded, load};

fn loaded(text: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("imported.toml");
    std::fs::write(&path, text).expect("written");
    load(&path, &[]).unwrap_or_else(|report| panic!("{}\n{text}", report.render(&Style::default())))
}

#[test]
fn every_fixture_keeps_its_shape() {
    for (name, archive) in FIXTURES {
        let draft = Repository::of(archive).draft().unwrap_or_else(|| panic!("{name}"));
        let (plain, anonymous) = (loaded(&draft.text), loaded(&draft.anonymised().text));
        let shape = |loaded: &Loaded| -> Vec<(usize, Vec<usize>)> {
            let workflows = loaded.model.workflows.iter();
            workflows
                .map(|own| (own.jobs.len(), own.jobs.iter().map(|job| job.caches.len()).collect()))
                .collect()
        };
        assert_eq!(shape(&plain), shape(&anonymous), "{name}");
        assert_eq!(plain.assumed.len(), anonymous.assumed.len(), "{name}");
    }
}

#[test]
fn no_name_is_left_and_prefixes_stay_prefixes() {
    let repository = Repository::with(
        "name: Zebra\non: { push: { branches: [main, giraffe/**] }, pull_request: }\nconcurrency: lion-${{ github.ref }}\njobs:\n  \
         elephant:\n    runs-on: [self-hosted, hippo]\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: \
         rhino\n          key: v3-tiger-leopard-${{ hashFiles('puma.lock') }}\n          restore-keys: |\n            \
         v3-tiger-leopard-\n            v3-tiger-\n  ant: { needs: elephant, runs-on: windows-latest, steps: [{ run: x }] }\n",
    );
    let text = repository.draft().expect("a scenario").anonymised().text;
    let lower = text.to_lowercase();
    let names = [
        "zebra", "giraffe", "lion", "elephant", "hippo", "tiger", "leopard", "puma", "ant]", "rhino",
        "ci.yml",
    ];
    let left: Vec<&&str> = names.iter().filter(|name| lower.contains(**name)).collect();
    assert!(left.is_empty(), "{left:?}\n{text}");
    // A comment may hold any text of the workflow.
    assert!(text.lines().skip(1).all(|line| !line.contains('#') || line.ends_with("# assumed")), "{text}");
    let value = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}\n{text}"));
        line.split_once(" = ").expect("a value").1.trim_matches(['"', '[', ']']).to_owned()
    };
    let (key, keys) = (value("key"), value("restore-keys"));
    let keys: Vec<&str> = keys.split("\", \"").collect();
    assert_eq!(keys.len(), 2);
    assert!(key.starts_with("v3-") && keys.iter().all(|own| key.starts_with(own)), "{key} {keys:?}");
    assert!(text.contains("runner = \"windows-latest\""), "{text}");
    assert_eq!(loaded(&text).model.workflows[0].jobs.len(), 2);
}
