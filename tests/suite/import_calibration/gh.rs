//! `import --gh`: a stand-in for `gh` on PATH answers from files and writes down what it was asked.

use assert_cmd::Command;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const WORKFLOW: &str = "\
name: CI
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ uses: Swatinem/rust-cache@v2 }, { run: cargo build }]
";

/// A repository with a remote, and a folder with the stand-in.
struct Shop {
    folder: TempDir,
}

impl Shop {
    fn new(url: &str) -> Shop {
        let shop = Shop { folder: tempfile::tempdir().expect("a folder") };
        for folder in ["repo/.github/workflows", "repo/.git/objects", "repo/.git/refs", "bin", "answers"] {
            fs::create_dir_all(shop.path(folder)).expect("a folder");
        }
        shop.write("repo/.github/workflows/ci.yml", WORKFLOW);
        shop.write("repo/.git/HEAD", "ref: refs/heads/main\n");
        shop.write(
            "repo/.git/config",
            &format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n"),
        );
        // It answers `…/actions/runs/7/jobs?…&page=1` from `jobs-7-1`, counts its calls, and fails at the call in `fail`.
        shop.write(
            "bin/gh",
            "#!/bin/sh\nhere=$(dirname \"$0\")/..\nfor last; do :; done\necho \"$(pwd) $*\" >> \"$here/asked\"\n\
             [ \"$(wc -l < \"$here/asked\")\" = \"$(cat \"$here/fail\" 2>/dev/null)\" ] && { echo 'HTTP 403: rate limit' >&2; exit 1; }\n\
             page=${last##*page=}\ncase \"$last\" in\n  */actions/caches*) cat \"$here/answers/caches-$page\" ;;\n  */jobs*) \
             run=${last##*runs/}; cat \"$here/answers/jobs-${run%%/*}-$page\" ;;\n  */actions/runs*) cat \
             \"$here/answers/runs-$page\" ;;\n  *) exit 9 ;;\nesac\n",
        );
        fs::set_permissions(shop.path("bin/gh"), fs::Permissions::from_mode(0o755)).expect("executable");
        shop.answers();
        shop
    }

    /// 101 entries on two pages, and two runs with a job each.
    fn answers(&self) {
        let entry = |id: u32| {
            format!(
                "{{\"id\":{id},\"ref\":\"refs/heads/main\",\"key\":\"v0-rust-build-Linux-x64-{id:08x}-{id:08x}\",\"version\":\"v\",\
                 \"created_at\":\"2026-05-01T00:00:00Z\",\"last_accessed_at\":\"2026-05-02T00:00:00Z\",\"size_in_bytes\":400000000}}"
            )
        };
        let page = |ids: std::ops::Range<u32>| {
            let entries = ids.map(entry).collect::<Vec<_>>().join(",");
            format!("{{\"total_count\":101,\"actions_caches\":[{entries}]}}")
        };
        self.write("answers/caches-1", &page(0..100));
        self.write("answers/caches-2", &page(100..101));
        let run = |id: u32, minute: u32| {
            format!(
                "{{\"id\":{id},\"name\":\"CI\",\"run_number\":{id},\"run_attempt\":1,\"event\":\"push\",\"head_branch\":\"main\",\
                 \"status\":\"completed\",\"conclusion\":\"success\",\"created_at\":\"2026-05-01T0{minute}:00:00Z\",\
                 \"run_started_at\":\"2026-05-01T0{minute}:00:00Z\"}}"
            )
        };
        self.write(
            "answers/runs-1",
            &format!("{{\"total_count\":2,\"workflow_runs\":[{},{}]}}", run(7, 1), run(8, 2)),
        );
        for (id, hour) in [(7, 1), (8, 2)] {
            self.write(
                &format!("answers/jobs-{id}-1"),
                &format!(
                    "{{\"total_count\":1,\"jobs\":[{{\"id\":{id},\"run_id\":{id},\"workflow_name\":\"CI\",\"name\":\"build\",\
                     \"status\":\"completed\",\"conclusion\":\"success\",\"created_at\":\"2026-05-01T0{hour}:00:00Z\",\
                     \"started_at\":\"2026-05-01T0{hour}:00:10Z\",\"completed_at\":\"2026-05-01T0{hour}:06:10Z\",\"steps\":[]}}]}}"
                ),
            );
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    /// What the stand-in was asked, a line each, without where it ran.
    fn asked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("asked")).unwrap_or_default();
        fs::remove_file(self.path("asked")).ok();
        text.lines().map(|line| line.split_once(' ').expect("a folder first").1.to_owned()).collect()
    }

    fn import(&self, path: &str) -> Output {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        command.current_dir(self.folder.path()).env("PATH", path).env_remove("GH_REPO").env_remove("GH_HOST");
        let arguments = ["import", "--repo", "repo", "--gh", "--no-advice", "--output", "ci.toml"];
        command.args(arguments).output().expect("it runs")
    }

    fn imported(&self) -> Output {
        let path = std::env::var("PATH").expect("a PATH");
        self.import(&format!("{}:{path}", self.path("bin").display()))
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

#[test]
fn pages_become_sizes_and_times() {
    let shop = Shop::new("git@github.com:some-owner/shop.git");
    let output = shop.imported();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = fs::read_to_string(shop.path("ci.toml")).expect("a scenario");
    assert!(text.contains("\"400 MB\""), "{text}");
    assert!(!said(&output).contains("`gh cache list` would tell"), "{}", said(&output));
    let asked = shop.asked();
    let start = "api --method GET repos/some-owner/shop/actions/";
    assert!(asked.iter().all(|line| line.starts_with(start)), "{asked:?}");
    // Two pages of the cache, one of runs, and one for each run.
    assert_eq!(asked.len(), 5, "{asked:?}");
    for page in
        ["caches-1.json", "caches-2.json", "runs-1.json", "jobs-7-1.json", "jobs-8-1.json", "finished"]
    {
        assert!(exists(&shop.path("ci.gh"), page), "{page}");
    }
    // The next import asks again for what ages: not for the jobs of runs that have ended.
    assert_eq!(shop.imported().status.code(), Some(0));
    let asked = shop.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(!asked.iter().any(|line| line.contains("/jobs")), "{asked:?}");
}

#[test]
fn a_stopped_fetch_goes_on_where_it_was() {
    let shop = Shop::new("https://github.com/some-owner/shop");
    shop.write("fail", "4");
    let output = shop.imported();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("HTTP 403: rate limit"), "{}", said(&output));
    assert!(said(&output).contains("kept in ci.gh"), "{}", said(&output));
    assert!(!exists(shop.folder.path(), "ci.toml") && !exists(&shop.path("ci.gh"), "finished"));
    assert_eq!(shop.asked().len(), 4);
    fs::remove_file(shop.path("fail")).expect("removed");
    let output = shop.imported();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // Three pages were there.
    assert_eq!(shop.asked().len(), 2);
}

#[test]
fn what_is_no_page_is_named() {
    let shop = Shop::new("https://github.com/some-owner/shop.git");
    shop.write("answers/runs-1", "{\"message\": \"Not Found\"}");
    let output = shop.imported();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("there is no `workflow_runs`"), "{}", said(&output));
}

#[test]
fn only_a_plain_name_on_github_is_asked_for() {
    for url in [
        "https://example.org/some-owner/shop.git",
        "https://github.com.example.org/some-owner/shop",
        "https://github.com/--flag/shop",
        "https://github.com/a/b/../../c",
        "git@github.com:a/$(touch executed)",
        "ext::sh -c touch% executed",
    ] {
        let shop = Shop::new(url);
        let output = shop.imported();
        assert_eq!(output.status.code(), Some(1), "{url}: {}", said(&output));
        assert!(said(&output).contains("GH_REPO=owner/name"), "{url}: {}", said(&output));
        assert_eq!(shop.asked(), [""; 0], "{url}");
        assert!(!exists(shop.folder.path(), "executed"));
    }
}

#[test]
fn without_gh_there_is_a_way() {
    let shop = Shop::new("https://github.com/some-owner/shop");
    let output = shop.import("/nowhere");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("https://cli.github.com") && said(&output).contains("--caches"),
        "{}",
        said(&output)
    );
}
