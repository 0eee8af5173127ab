//! `diagnose --gh`: a stand-in for `gh` on PATH answers from files and writes down what it was asked.

use assert_cmd::Command;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use tempfile::TempDir;

/// A repository with a remote, and the stand-in: it answers from `caches-N` and `pulls-N`.
fn shop(caches: &str, pulls: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    for name in ["objects", "refs"] {
        fs::create_dir_all(folder.path().join("repo/.git").join(name)).expect("a folder");
    }
    write("repo/.git/HEAD", "ref: refs/heads/main\n");
    write("repo/.git/config", "[remote \"origin\"]\n\turl = https://github.com/some-owner/shop.git\n");
    write(
        "bin/gh",
        "#!/bin/sh\nhere=$(dirname \"$0\")/..\nfor last; do :; done\necho \"$*\" >> \"$here/asked\"\npage=${last##*page=}\n\
         case \"$last\" in\n  */actions/caches*) cat \"$here/caches-$page\" ;;\n  */pulls*) cat \"$here/pulls-$page\" ;;\n  \
         *) exit 9 ;;\nesac\n",
    );
    fs::set_permissions(folder.path().join("bin/gh"), fs::Permissions::from_mode(0o755)).expect("executable");
    write("caches-1", caches);
    (1..).zip(pulls).for_each(|(page, text)| write(&format!("pulls-{page}"), text));
    folder
}

fn diagnosed(folder: &TempDir, more: &[&str]) -> Output {
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").expect("a PATH"));
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.current_dir(folder.path()).env("PATH", path).env_remove("GH_REPO").env_remove("GH_HOST");
    command
        .args(["diagnose", "--gh", "--repo", "repo", "--format", "json"])
        .args(more)
        .output()
        .expect("it runs")
}

/// Three entries: of main, of an open pull request, and of one that is not among the open ones.
fn caches() -> String {
    let entry = |id: u32, reference: &str, bytes: u32| {
        format!(
            "{{\"id\":{id},\"ref\":\"{reference}\",\"key\":\"k-{id}\",\"version\":\"v\",\"size_in_bytes\":{bytes},\
             \"created_at\":\"2026-05-01T00:00:00Z\",\"last_accessed_at\":\"2026-05-02T00:00:00Z\"}}"
        )
    };
    let all = [
        entry(1, "refs/heads/main", 100),
        entry(2, "refs/pull/7/merge", 20),
        entry(3, "refs/pull/8/merge", 3),
    ];
    format!("{{\"total_count\":3,\"actions_caches\":[{}]}}", all.join(","))
}

#[test]
fn the_listing_and_the_open_pull_requests_are_githubs() {
    let folder = shop(&caches(), &["[{\"number\":7,\"state\":\"open\",\"title\":\"One\"}]"]);
    let output = diagnosed(&folder, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // 100 + 20 + 3 bytes; what pull request 8 has stored, which is closed, nothing can reach.
    assert_eq!(
        (json["usage_bytes"].as_u64(), json["unreachable_bytes"].as_u64()),
        (Some(123), Some(3)),
        "{json}"
    );
    let asked = fs::read_to_string(folder.path().join("asked")).expect("it was asked");
    let asked: Vec<&str> = asked.lines().collect();
    assert_eq!(
        asked,
        [
            "api --method GET repos/some-owner/shop/actions/caches?per_page=100&page=1",
            "api --method GET repos/some-owner/shop/pulls?state=open&per_page=100&page=1",
        ]
    );
    assert!(folder.path().join("output/diagnose.gh/pulls.json").exists());
}

/// A page of pull requests does not say how many there are: after a full one the next is asked for.
#[test]
fn after_a_full_page_the_next_one_is_read() {
    let full: Vec<String> = (101..201).map(|at| format!("{{\"number\":{at},\"state\":\"open\"}}")).collect();
    let full = format!("[{}]", full.join(","));
    let folder = shop(&caches(), &[&full, "[{\"number\":7,\"state\":\"open\"}]"]);
    let output = diagnosed(&folder, &["--output", "out"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["unreachable_bytes"].as_u64(), Some(3), "{json}");
    assert!(folder.path().join("out/gh/pulls-2.json").exists());
}

#[test]
fn without_listings_and_without_gh_it_is_wrong_usage() {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    assert_eq!(command.arg("diagnose").output().expect("it runs").status.code(), Some(2));
    let folder = shop("{}", &[]);
    let output = diagnosed(&folder, &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no `actions_caches`"), "{output:?}");
}
