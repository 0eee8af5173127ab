//! Every code block is tried: commands run and leave with code 0 (or 10, an expectation that does not
//! hold), scenarios pass `check`, JSON is JSON. Blocks of `text` are what a command printed.
//!
//! Commands run in a folder that has what the pages name: the guide's scenario as `ci.toml` (with
//! sccache, too, so that every remedy applies), its log as `log.jsonl`, a listing, saved results and the shipped
//! scenarios. Replications are cut to one, a year to four days, and one import ranks what it assumes.

use super::{name, pages, root, text};
use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// A fenced block.
struct Block {
    language: String,
    text: String,
    place: String,
}

fn blocks(page: &Path) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = text(page);
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else { continue };
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```");
        let text = body.map(|line| format!("{line}\n")).collect();
        blocks.push(Block {
            language: language.into(),
            text,
            place: format!("{}:{}", name(page), number + 1),
        });
    }
    blocks
}

fn all_blocks() -> Vec<Block> {
    pages().iter().flat_map(|page| blocks(page)).collect()
}

/// The first block of a language in the guide.
fn from_the_guide(language: &str) -> String {
    let blocks = blocks(&root().join("docs/guide.md"));
    blocks.into_iter().find(|block| block.language == language).expect("the guide has one").text
}

const LISTING: &str = r#"[{"id":1,"ref":"refs/heads/main","key":"k-1","version":"v","sizeInBytes":400,
    "createdAt":"2026-09-22T00:00:00Z","lastAccessedAt":"2026-09-22T00:00:00Z"}]"#;

/// A folder with everything that the pages name.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let job = "cache.rust-cache = { size = \"1.2 GB\" }\n";
    write("ci.toml", &from_the_guide("toml").replace(job, &format!("{job}cache.sccache = {{}}\n")));
    write("log.jsonl", &from_the_guide("json"));
    for name in ["listing.json", "caches.json"] {
        write(name, LISTING);
    }
    write("yesterday.json", &LISTING.replace("2026-09-22", "2026-09-21"));
    write("pulls.json", r#"[{"number":7,"state":"OPEN"}]"#);
    let mut files = Vec::new();
    copied(&root().join("scenarios"), &mut files);
    for file in files {
        let target = folder.path().join(file.strip_prefix(root()).expect("below the root"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("created");
        std::fs::copy(&file, target).expect("copied");
    }
    let mut unpack = std::process::Command::new("sh");
    unpack.args(["scenarios/repository/unpack.sh", "output/repository"]).current_dir(folder.path());
    assert!(unpack.status().expect("a shell").success());
    // The folder itself is a repository, too.
    let mut files = Vec::new();
    let repository = root().join("scenarios/repository");
    copied(&repository, &mut files);
    for file in files {
        let target = folder.path().join(file.strip_prefix(&repository).expect("below it"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("created");
        std::fs::copy(&file, target).expect("copied");
    }
    for (name, base) in [("before.toml", "before"), ("after.toml", "after")] {
        write(name, &format!("extends = \"scenarios/meteroid/{base}.toml\"\n"));
        let mut program = Command::cargo_bin("cache-budget").expect("the program");
        let output = format!("output/{base}");
        program.args(["run", "ci.toml", "--replications", "2", "--quiet", "--output", &output]);
        program.current_dir(folder.path()).assert().success();
    }
    folder
}

fn copied(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { copied(&path, files) } else { files.push(path) }
    }
}

/// The program's commands of a block, without `cargo run …` or what comes before and after a pipe.
fn commands(block: &Block) -> Vec<Vec<String>> {
    let joined = block.text.replace("\\\n", " ");
    let own = joined.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("$ ").trim_start_matches("run: ");
        let line =
            line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("cache-budget "))?;
        let line = line.split(" > ").next()?.split(" >> ").next()?.split(" | ").next()?;
        Some(words(line))
    });
    own.filter(|words| !words.iter().any(|word| is_placeholder(word))).collect()
}

/// Something for the reader to fill in, or a list that goes on.
fn is_placeholder(word: &str) -> bool {
    let capitals = word.len() > 1 && word.chars().all(|letter| letter.is_ascii_uppercase());
    capitals || ["…", "$", "{1}", "*"].iter().any(|mark| word.contains(mark))
}

/// Words as a shell splits them, as far as the pages need.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (' ', None) => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            (letter, _) => word.push(letter),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// The same command, but short: one replication where it has many, and four days of a year.
fn shortened(command: &[String]) -> Vec<String> {
    let mut command = command.to_vec();
    let is = |names: &[&str]| names.contains(&command[0].as_str());
    let (plays, repeats) = (is(&["run", "compare", "sweep", "explain"]), is(&["run", "compare", "sweep"]));
    let imports = is(&["import"]);
    if repeats && !command.iter().any(|word| word == "--replications") {
        command.extend(["--replications", "1"].map(String::from));
    }
    if plays && is_long(&command) {
        let days = ["from=2026-06-28T00:00:00Z", "until=2026-07-02T00:00:00Z", "warmup=1 d"];
        command.extend(days.iter().flat_map(|day| ["--set".into(), format!("workload.{day}")]));
    }
    // The folder has a `ci.toml` of its own, which `import` does not replace unasked.
    if imports
        && command.iter().any(|word| word == "--output")
        && !command.iter().any(|word| word == "--update")
    {
        command.push("--force".into());
    }
    // This folder is the repository of the scenarios, too, whose own import ranks the assumptions of both.
    if imports && command.windows(2).any(|pair| pair == ["--repo", "."]) {
        command.push("--no-advice".into());
    }
    if let Some(place) = command.iter().position(|word| word == "--requests") {
        command[place + 1] = "1000".into();
    }
    command
}

/// The course's blocks (`console`) are a command and what it prints: `lessons` holds them to that. Here they
/// save what its pictures are of.
fn has_commands(language: &str) -> bool {
    ["", "sh", "yaml"].contains(&language) || language.starts_with("console")
}

fn is_long(command: &[String]) -> bool {
    command.iter().any(|word| {
        word.contains("meteroid")
            || word.contains("founding-case")
            || word == "before.toml"
            || word == "after.toml"
    })
}

fn run_all(chosen: impl Fn(&[String]) -> bool) {
    let folder = workplace();
    let mut failed = Vec::new();
    for block in all_blocks().iter().filter(|block| has_commands(&block.language)) {
        for command in commands(block).into_iter().filter(|command| chosen(command)) {
            let mut program = Command::cargo_bin("cache-budget").expect("the program");
            let output =
                program.args(shortened(&command)).current_dir(folder.path()).output().expect("it runs");
            if !matches!(output.status.code(), Some(0 | 10)) {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                failed.push(format!("{}: {}\n{said}", block.place, command.join(" ")));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn commands_run() {
    run_all(|command| !is_long(command));
}

#[test]
#[ignore = "plays the founding case many times"]
fn commands_on_the_founding_case_run() {
    run_all(is_long);
}

#[test]
fn scenarios_pass_the_check() {
    let folder = workplace();
    for block in all_blocks().iter().filter(|block| block.language == "toml") {
        let file = folder.path().join("block.toml");
        std::fs::write(&file, &block.text).expect("written");
        let mut program = Command::cargo_bin("cache-budget").expect("the program");
        let output = program.arg("check").arg(&file).output().expect("it runs");
        assert!(output.status.success(), "{}: {output:?}", block.place);
    }
}

#[test]
fn json_is_json() {
    for block in all_blocks().iter().filter(|block| block.language == "json") {
        let whole = serde_json::from_str::<serde_json::Value>(&block.text).is_ok();
        let lines = || block.text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
        assert!(whole || lines(), "{}", block.place);
    }
}

#[test]
fn every_block_has_a_language_that_is_tried() {
    // `sweep::scaling` runs the rules for Snakemake.
    let known = ["", "sh", "text", "toml", "json", "yaml", "csv", "bash", "python"];
    let unknown: Vec<String> = all_blocks()
        .iter()
        .filter(|block| !block.language.starts_with("console"))
        .filter(|block| !known.contains(&block.language.as_str()))
        .map(|block| format!("{}: {}", block.place, block.language))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
