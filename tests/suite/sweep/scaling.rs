//! What `docs/scaling.md` says is ready to use is used here: every `run:` line of its workflow for every
//! value of the matrix, its line for GNU parallel, its script for Slurm, Snakemake's rules and the command of a pod.
#![cfg(unix)]

use super::Case;
use serde_json::Value;
use std::path::Path;
use std::process::Command as Process;

/// The blocks of code in the page, by their language.
fn blocks(language: &str) -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scaling.md"));
    let page = page.expect("there is the page");
    let fence = format!("```{language}\n");
    let opened = page.split(&fence).skip(1);
    opened.map(|rest| rest.split("```").next().expect("it is closed").to_owned()).collect()
}

impl Case {
    /// Runs lines in a shell that finds the program.
    fn shell(&self, script: &str, variables: &[(&str, &str)]) {
        let program = assert_cmd::cargo::cargo_bin!("cache-budget");
        let folder = program.parent().expect("it is in a folder").display().to_string();
        let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
        let output = Process::new("sh")
            .args(["-e", "-c", script])
            .current_dir(self.folder())
            .env("PATH", path)
            .envs(variables.iter().copied())
            .output()
            .expect("there is a shell");
        assert!(output.status.success(), "{script}\n{output:?}");
    }

    /// The files are those of the sweep that the page divides, at once.
    fn whole_is_as_at_once(&self) {
        let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=2GB..16GB:2GB", "--replications", "4"];
        self.stdout(&[&sweep[..], &["--output", "at-once", "--quiet"]].concat());
        assert_eq!(self.files("whole"), self.files("at-once"));
    }
}

/// The `run:` lines of a workflow, each with whether its job is a matrix.
fn runs(workflow: &str) -> Vec<(bool, String)> {
    let (mut matrix, mut runs) = (false, vec![]);
    for line in workflow.lines() {
        let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
        if name.is_some() {
            matrix = false;
        }
        matrix |= line.trim() == "matrix:";
        runs.extend(line.trim().strip_prefix("- run: ").map(|run| (matrix, run.to_owned())));
    }
    runs
}

#[test]
fn the_workflow_gives_the_whole() {
    let [workflow] = blocks("yaml").try_into().expect("one workflow");
    let values = workflow.lines().find_map(|line| line.trim().strip_prefix("part: [")?.strip_suffix(']'));
    let values: Vec<&str> = values.expect("a matrix").split(", ").collect();
    let case = Case::new();
    let mut swept = 0;
    for (matrix, run) in runs(&workflow) {
        // The program is there already: that it can be installed is no matter of the sweep.
        if run.starts_with("cargo install") {
            continue;
        }
        let each: Vec<&str> = if matrix { values.clone() } else { vec![""] };
        for value in each {
            let line = run.replace("${{ matrix.part }}", value);
            assert!(!line.contains("${{"), "{line}");
            case.shell(&line, &[("GITHUB_STEP_SUMMARY", "summary.md")]);
            swept += usize::from(line.contains("--shard"));
        }
    }
    assert_eq!(swept, 4);
    let summary = std::fs::read_to_string(case.path("summary.md")).expect("a summary");
    assert!(summary.starts_with("### Cache budget: ci under other settings"), "{summary}");
    case.whole_is_as_at_once();
}

#[test]
fn the_line_for_gnu_parallel_gives_the_whole() {
    let version = Process::new("parallel").arg("--version").output();
    if !version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).starts_with("GNU parallel")) {
        println!("skipped: GNU parallel is not installed");
        return;
    }
    let scripts = blocks("sh");
    let script = scripts.iter().find(|script| script.starts_with("parallel")).expect("a line for it");
    let case = Case::new();
    case.shell(script, &[("PARALLEL_HOME", ".")]);
    case.whole_is_as_at_once();
}

#[test]
fn the_script_for_slurm_gives_the_whole() {
    let scripts = blocks("sh");
    let script = scripts.iter().find(|script| script.contains("#SBATCH")).expect("a script for it");
    let join = scripts.iter().find(|script| script.starts_with("sbatch")).expect("the joining");
    let join = join.split('\'').nth(1).expect("what it wraps");
    let array = script.lines().find_map(|line| line.strip_prefix("#SBATCH --array=1-")).expect("an array");
    let case = Case::new();
    for task in 1..=array.parse::<u32>().expect("a number") {
        let task = task.to_string();
        let variables = [
            ("SLURM_ARRAY_TASK_ID", task.as_str()),
            ("SLURM_ARRAY_TASK_COUNT", array),
            ("SLURM_CPUS_PER_TASK", "2"),
        ];
        case.shell(script, &variables);
    }
    case.shell(join, &[]);
    case.whole_is_as_at_once();
}

#[test]
fn the_rules_for_snakemake_give_the_whole() {
    let [rules] = blocks("python").try_into().expect("one file of rules");
    let shells = rules.lines().filter_map(|line| line.trim().strip_prefix("shell: \"")?.strip_suffix('"'));
    let [join, part] = shells.collect::<Vec<_>>().try_into().expect("two rules");
    let case = Case::new();
    for number in 1..=4 {
        let line = part.replace("{wildcards.part}", &number.to_string()).replace("{threads}", "2");
        assert!(!line.contains('{'), "{line}");
        case.shell(&line, &[]);
    }
    case.shell(join, &[]);
    case.whole_is_as_at_once();
}

#[test]
fn the_job_for_kubernetes_gives_the_whole() {
    let [job] = blocks("json").try_into().expect("one job");
    let job: Value = serde_json::from_str(&job).expect("JSON");
    let pods = job["spec"]["completions"].as_u64().expect("a number");
    let command = job["spec"]["template"]["spec"]["containers"][0]["args"][0].as_str().expect("a command");
    let case = Case::new();
    for index in 0..pods {
        case.shell(command, &[("JOB_COMPLETION_INDEX", &index.to_string())]);
    }
    case.shell("cache-budget merge parts/* --output whole", &[]);
    case.whole_is_as_at_once();
}
