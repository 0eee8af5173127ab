use super::folder::{ScenarioFolder, VALID};
use cache_budget::diagnostic::{REGISTRY, Style};
use cache_budget::observe::metric::CATALOGUE;
use cache_budget::scenario::grammar::{Field, Kind, Presence, ROOT, Table};
use cache_budget::scenario::{effective, load, read, schema};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every `.toml` file below a folder.
fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let toml = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut all: Vec<_> = folders.iter().flat_map(|folder| scenarios(folder)).chain(toml).collect();
    all.sort();
    all
}

fn shipped() -> Vec<PathBuf> {
    let all = scenarios(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
    assert!(!all.is_empty());
    all
}

/// A TOML text as the JSON an editor would validate.
fn json(text: &str) -> serde_json::Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

/// True if `check` has something to say about the file, and rightly: in this lesson one leg is meant to be stopped.
fn is_remarked(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("16-fail-fast"))
}

#[test]
fn shipped_scenarios_load_without_a_remark() {
    for file in shipped().into_iter().filter(|file| !is_remarked(file)) {
        let loaded = load(&file, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default())));
        assert_eq!(loaded.report.render(&Style::default()), "", "{}", file.display());
    }
}

#[test]
fn schema_accepts_shipped_scenarios() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for file in shipped() {
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario = read(&file, &[]).unwrap();
        for text in [text, effective(&scenario.root)] {
            let errors: Vec<_> =
                validator.iter_errors(&json(&text)).map(|e| format!("{} {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
        }
    }
}

#[test]
fn schema_refuses_what_the_checker_refuses() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    assert!(validator.is_valid(&json(VALID)));
    for wrong in [
        "cache.limt = \"1 GB\"",
        "cache.limit = 5",
        "cache.limit = \"5\"",
        "cache.order = \"fifo\"",
        "runner.x.cores = 0",
        "runner.x.boot = { lognormal = { median = \"1 s\" } }",
        "workload.pull-requests.share = 2",
        "cache.limit = \"5 min\"",
        "cache.limit = \"5 Gb\"",
        "cache.limit = \"5 GBit\"",
        "cache.retention = \"5 GB\"",
        "cache.price = \"5 EUR\"",
        "runner.x.download = \"5 MB\"",
        "runner.x.download = \"5 Mb/s\"",
    ] {
        let text = format!("{wrong}\n{VALID}");
        assert!(!validator.is_valid(&json(&text)), "the schema accepts {wrong}");
        ScenarioFolder::new(&text).problems(&[]);
    }
}

/// What is in braces but can be neither a placeholder nor an axis is refused by both.
#[test]
fn schema_refuses_what_no_template_can_be() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for key in ["{hsah:lock}", "${{ github.sha }}", "{days:x}", "{}"] {
        let step = format!("{{ size = \"1 B\", key = \"{key}\" }}");
        let job = format!("workflow.x = {{ on = \"push main\", job.a.cache.actions-cache = {step} }}");
        let text = format!("{job}\n{VALID}");
        assert!(!validator.is_valid(&json(&text)), "the schema accepts {key}");
        assert!(ScenarioFolder::new(&text).remarks().contains("error[wrong-key]"), "{key}");
    }
}

/// Whatever the checker reads as a quantity is one for an editor, too.
#[test]
fn schema_accepts_the_quantities_that_the_checker_accepts() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for line in [
        "cache.limit = \" 1_000.5 gb \"",
        "cache.limit = \"10 GiB\"",
        "cache.limit = \"10 b\"",
        "cache.retention = \"3d12h\"",
        "cache.retention = \"1h 5m\"",
        "cache.retention = \"2 Days\"",
        "cache.price = \"0.07 usd\"",
        "runner.x.download = \"80mb/s\"",
        "workflow.x = { on = \"push main\", job.a.cache.actions-cache = { size = \"1 B\", key = \"k-{hash:lock, go-sum}-{days:7}-{os}\" } }",
    ] {
        let text = format!("{line}\n{VALID}");
        assert!(validator.is_valid(&json(&text)), "the schema refuses {line}");
        ScenarioFolder::new(&text).load(&[]);
    }
}

#[test]
fn shipped_scenarios_with_defaults_written_out_are_the_same() {
    for file in shipped().into_iter().filter(|file| !is_remarked(file)) {
        let loaded = load(&file, &[]).unwrap();
        let mut folder = ScenarioFolder::new(&effective(&loaded.root));
        for data in data_beside(&file) {
            folder = folder.with(&data, std::fs::read(file.with_file_name(&data)).unwrap());
        }
        assert!(folder.load(&[]).model == loaded.model, "{}", file.display());
    }
}

/// The names of the tables beside a scenario that it may use.
fn data_beside(file: &Path) -> Vec<String> {
    let files = std::fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    files.filter_map(|name| name.into_string().ok()).filter(|name| name.ends_with(".csv")).collect()
}

/// Calls `visit` for every table that can be reached, with its path.
fn walk(table: &'static Table, path: &str, visit: &mut dyn FnMut(&str, &'static Table)) {
    visit(path, table);
    for field in table.fields {
        walk_kind(&field.kind, &format!("{path}.{}", field.name), visit);
    }
}

fn walk_kind(kind: &'static Kind, path: &str, visit: &mut dyn FnMut(&str, &'static Table)) {
    match kind {
        Kind::Table(table) | Kind::Switch(table) | Kind::Tables(table) => walk(table, path, visit),
        Kind::Map { of, .. } | Kind::List(of) | Kind::Or(_, of) => walk_kind(of, path, visit),
        Kind::PlainOrTable(plain, table) => {
            walk_kind(plain, path, visit);
            walk_kind(table, path, visit);
        }
        _ => {}
    }
}

fn fields() -> Vec<(String, &'static Field)> {
    let mut all = Vec::new();
    walk(&ROOT, "", &mut |path, table| {
        all.extend(table.fields.iter().map(|field| (format!("{path}.{}", field.name), field)));
    });
    all
}

#[test]
fn every_key_is_documented_and_unique() {
    walk(&ROOT, "", &mut |path, table| {
        let names: BTreeSet<_> = table.names().collect();
        assert_eq!(names.len(), table.fields.len(), "{path} has a key twice");
    });
    for (path, field) in fields() {
        assert!(field.doc.len() > 8 && field.doc.ends_with('.'), "{path}: {}", field.doc);
        assert!(!field.basis.ends_with('.') && !field.doc.contains('\n'), "{path}");
    }
}

/// Defaults are text that a user could write; each is read like one.
#[test]
fn every_default_is_a_valid_value() {
    let flavour = "dependency-work = \"1 s\"\ndependency-archive = \"1 B\"\n";
    let scenario = ScenarioFolder::new(&format!("{VALID}[project.flavour.f]\n{flavour}"));
    let text = scenario.effective(&[]);
    let again = ScenarioFolder::new(&text).effective(&[]);
    assert!(text.contains("# default: "));
    assert!(!again.contains("# default: "), "a default was not written out: {again}");
    for (path, field) in fields() {
        if let Presence::Default(default) = field.presence {
            let toml: Result<toml::Table, _> = toml::from_str(&format!("x = {default}"));
            assert!(toml.is_ok(), "{path} = {default}");
        }
    }
}

#[test]
fn every_label_of_the_catalogue_can_be_expected() {
    let known: BTreeSet<_> =
        fields().iter().filter_map(|(path, _)| path.strip_prefix(".expect.").map(str::to_owned)).collect();
    for label in CATALOGUE.iter().flat_map(|metric| metric.labels) {
        assert!(known.contains(*label), "`expect` has no key `{label}`");
    }
}

#[test]
fn registry_and_source_agree() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let slugs: Vec<_> = REGISTRY.iter().map(|explanation| explanation.slug).collect();
    assert!(slugs.is_sorted());
    for slug in &slugs {
        let quoted = format!("\"{slug}\"");
        assert!(sources.iter().any(|text| text.contains(&quoted)), "nothing reports `{slug}`");
    }
    for call in sources.iter().flat_map(|text| text.split("Diagnostic::").skip(1)) {
        let argument = call.strip_prefix("error(").or(call.strip_prefix("warning(")).map(str::trim_start);
        let slug = argument.and_then(|rest| rest.strip_prefix('"')?.split('"').next());
        assert!(slug.is_none_or(|slug| slugs.contains(&slug)), "{slug:?} is not registered");
    }
}

/// Every source text but the registry itself.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.iter().filter(|path| !path.ends_with("diagnostic/registry.rs"));
    let texts = files.map(|path| std::fs::read_to_string(path).unwrap());
    texts.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}
