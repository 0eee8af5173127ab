//! The page that sets GitHub's syntax beside a scenario's: what stands on its left imports to what stands on its
//! right, as far as a workflow says it. The lines that are marked on the page are the ones that have to be there.

use super::Repository;

const PAGE: &str = include_str!("../../../docs/from-workflow.md");

/// Constructs that a workflow says otherwise or not at all, each with the reason.
const OTHERWISE: [(&str, &str); 21] = [
    ("Stacked pull requests", "how many there are is not in a workflow"),
    ("One file", "`import` makes a class of paths of each filter"),
    ("Values of some legs", "times of legs are not in a workflow"),
    ("`hashFiles` of any files", "how often files change is not in a workflow"),
    ("Several files in one hash", "how often files change is not in a workflow"),
    ("A schedule", "the page marks a cron; a cron is a list"),
    ("After another workflow", "what waits for a workflow without a cache is left out"),
    (
        "After another workflow's successful runs on main",
        "what waits for a workflow without a cache is left out",
    ),
    ("`cancel-in-progress`", "the group is written out"),
    ("`cancel-in-progress` as a condition", "the group is written out"),
    ("A save after a failure", "the step on the page has no key"),
    ("A workflow that deletes entries", "what a script deletes is not read"),
    ("After a pull request is closed", "what a script deletes is not read"),
    ("A save on some events", "a condition on one step is not an event of the client's yet"),
    ("Delete, then save", "what a script deletes is not read"),
    ("Several merges at once", "the settings of a merge queue are in no file"),
    (
        "Not on the branches of the queue",
        "no file says that there is a queue, if nothing runs on `merge_group`",
    ),
    ("Jobs of a called workflow", "the page shows one of the two files"),
    ("A key of the pull request", "the number is written as the branch of the pull request's runs"),
    (
        "Runners of your own that keep their files",
        "whether a disk stays, and how many machines there are, is in no file",
    ),
    ("A build cache under a key that never changes", "how content ages is not in a workflow"),
];

/// A construct: its heading, the workflow, and the marked lines of the scenario.
struct Construct<'a> {
    heading: &'a str,
    yaml: &'a str,
    marked: Vec<&'a str>,
}

fn constructs() -> Vec<Construct<'static>> {
    let mut constructs = Vec::new();
    for section in PAGE.split("\n### ").skip(1) {
        let heading = section.lines().next().expect("a heading");
        let block =
            |opening: &str| section.split_once(opening).and_then(|(_, rest)| rest.split_once("\n```"));
        let (Some((yaml, _)), Some((toml, _))) = (block("```yaml\n"), block("```toml\n")) else { continue };
        let marked = toml
            .lines()
            .filter_map(|line| Some(line.split_once("# ←")?.0.trim()))
            .filter(|line| !line.is_empty());
        constructs.push(Construct { heading, yaml, marked: marked.collect() });
    }
    constructs
}

/// A whole workflow around a part of one, by the first key of the part.
fn whole(yaml: &str) -> String {
    let indented = |text: &str, by: usize| {
        text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect::<String>()
    };
    let yaml = yaml.replace(", … }", " }").replace('…', "p");
    let first =
        yaml.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let key = first.trim_start_matches("- ").split([':', ' ']).next().unwrap_or_default();
    let cached =
        "    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { key: k, path: p } }]\n";
    let on = "on: { push: { branches: [main] }, pull_request: }\n";
    let job = |body: &str| format!("{on}jobs:\n  test:\n{body}{cached}");
    match key {
        "on" if yaml.contains("jobs:") => yaml,
        "on" => format!("{yaml}\njobs:\n  test:\n{cached}"),
        "permissions" => format!("{on}{yaml}\njobs:\n  test:\n{cached}"),
        "concurrency" => format!("{on}{yaml}\njobs:\n  test:\n{cached}"),
        "strategy" | "timeout-minutes" => job(&indented(&yaml, 4)),
        "key" | "restore-keys" => {
            format!(
                "{on}jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: p\n{}",
                indented(&yaml, 10)
            )
        }
        "with" => format!(
            "{on}jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n{}",
            indented(&yaml, 8)
        ),
        _ if first.starts_with('-') => {
            format!("{on}jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n{}", indented(&yaml, 6))
        }
        _ => jobs(on, &yaml, cached, &indented),
    }
}

/// Jobs, each with what it lacks: a runner, steps with a cache.
fn jobs(on: &str, yaml: &str, cached: &str, indented: &dyn Fn(&str, usize) -> String) -> String {
    let mut text = format!("{on}jobs:\n");
    let mut lines = yaml.lines().peekable();
    while let Some(line) = lines.next() {
        let (name, rest) = line.split_once(':').expect("a job");
        text += &format!("  {name}:\n");
        let inner = rest.trim().trim_start_matches('{').trim_end_matches('}').trim();
        let mut own = String::new();
        for part in split(inner) {
            own += &format!("    {part}\n");
        }
        while lines.peek().is_some_and(|next| next.starts_with(' ')) {
            own += &indented(lines.next().expect("it is there"), 2);
        }
        text += &own;
        let has_steps = own.contains("steps:");
        let lacking = cached.lines().filter(|line| !(line.contains("runs-on") && own.contains("runs-on")));
        let lacking = lacking.filter(|line| !(line.contains("steps:") && has_steps));
        lacking.for_each(|line| text += &format!("{line}\n"));
    }
    text + &needed(yaml)
}

/// The jobs that a part of a workflow needs and leaves out; GitHub refuses a workflow without them.
fn needed(yaml: &str) -> String {
    let needs = yaml.lines().filter_map(|line| Some(line.split_once("needs: ")?.1));
    let names = needs.flat_map(|text| match text.strip_prefix('[') {
        Some(list) => list.split(']').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
        None => text.split([',', ' ', '}']).take(1).collect(),
    });
    let is_there = |name: &&str| yaml.lines().any(|line| line.starts_with(&format!("{name}:")));
    let absent = names.map(str::trim).filter(|name| !is_there(name));
    absent.map(|name| format!("  {name}: {{ runs-on: ubuntu-latest, steps: [{{ run: x }}] }}\n")).collect()
}

/// The entries of a mapping on one line, at commas that are in no brackets or quotes.
fn split(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, letter) in inner.char_indices() {
        match letter {
            '"' | '\'' => quoted = !quoted,
            '{' | '[' | '(' if !quoted => depth += 1,
            '}' | ']' | ')' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => {
                parts.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inner[start..].trim());
    parts.into_iter().filter(|part| part.contains(':')).collect()
}

/// The marked lines that the import of a construct lacks. A table on one line counts as the lines in it.
fn lacking(construct: &Construct) -> Result<Vec<String>, String> {
    let workflow = whole(construct.yaml);
    let draft = std::panic::catch_unwind(|| Repository::with(&workflow).draft());
    let draft = draft
        .map_err(|_| format!("does not read\n{workflow}"))?
        .ok_or(format!("writes nothing\n{workflow}"))?;
    let has = |line: &str| {
        let line =
            line.strip_prefix("cache.").and_then(|rest| rest.split_once('.')).map_or(line, |(_, rest)| rest);
        draft.text.lines().any(|own| own.split(" # ").next() == Some(line))
    };
    let lines = construct.marked.iter().flat_map(|line| match line.split_once("= {") {
        Some((_, table)) if line.starts_with("cache.") => {
            let entries = split_toml(table.trim_end_matches('}').trim());
            entries
                .into_iter()
                .filter(|entry| !["size", "miss"].iter().any(|own| entry.starts_with(own)))
                .collect()
        }
        _ => vec![(*line).to_owned()],
    });
    Ok(lines.filter(|line| !(has(line) || line.starts_with("cache.") && line.ends_with("= true"))).collect())
}

fn split_toml(inner: &str) -> Vec<String> {
    let with_colons = inner.replace(" = ", ": ");
    split(&with_colons).into_iter().map(|part| part.replacen(": ", " = ", 1)).collect()
}

#[test]
fn the_left_side_of_the_page_imports_to_its_right_side() {
    let (mut same, mut said) = (0, Vec::new());
    for construct in constructs() {
        let is_known = OTHERWISE.iter().any(|(heading, _)| *heading == construct.heading);
        match lacking(&construct) {
            Ok(lacking) if lacking.is_empty() && !is_known => same += 1,
            Ok(lacking) if !is_known => {
                said.push(format!("{}: lacks {lacking:?}\n{}", construct.heading, whole(construct.yaml)))
            }
            Ok(lacking) if lacking.is_empty() => {
                said.push(format!("{} is the same after all", construct.heading))
            }
            Err(problem) if !is_known => said.push(format!("{}: {problem}", construct.heading)),
            _ => {}
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n\n"));
    assert!(same >= 18, "only {same} constructs are the same on both sides");
}
