//! Workflows that delete entries: what starts them, what they delete, and which scripts are left undecided.

use super::{Repository, checked};

const CI: &str = "name: CI\non: { push: { branches: [main] }, pull_request: }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      \
                  - uses: actions/setup-node@v4\n        with: { cache: npm }\n";

/// The draft of a repository with a cache and this cleanup, and what is left blank of the latter.
fn cleanup(on: &str, steps: &str) -> (String, Vec<String>) {
    let repository = Repository::with(CI);
    let job = format!("on: {on}\njobs:\n  cleanup:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    repository.write(".github/workflows/cleanup.yml", &job);
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    assert!(!draft.text.contains("cleanup.yml: it has no cache"), "{}", draft.text);
    let own = draft.blanks.iter().filter(|(place, _)| place.contains("cleanup.yml"));
    (draft.text.clone(), own.map(|(_, what)| what.clone()).collect())
}

/// The lines of the table below its header.
fn janitor(text: &str) -> Vec<&str> {
    let (_, rest) = text
        .split_once("[janitor.cleanup] # .github/workflows/cleanup.yml:")
        .unwrap_or_else(|| panic!("{text}"));
    rest.lines().skip(1).take_while(|line| !line.is_empty() && !line.starts_with('[')).collect()
}

fn run(script: &str) -> String {
    format!("      - run: |\n          {}\n", script.replace('\n', "\n          "))
}

/// As in GitHub's documentation ("Force deleting cache entries"), in today's form and in that of the extension.
#[test]
fn the_documented_cleanup_of_closed_pull_requests_is_a_janitor() {
    let documented = "echo \"Fetching list of cache keys\"\nkeys=$(gh cache list --ref $BRANCH --limit 100 --json id --jq '.[].id')\nset \
                      +e\nfor key in $keys\ndo\n    gh cache delete $key\ndone";
    let env = "        env: { BRANCH: 'refs/pull/${{ github.event.pull_request.number }}/merge' }\n";
    let extension = "BRANCH=\"refs/pull/${{ github.event.pull_request.number }}/merge\"\nkeys=$(gh actions-cache list -R $REPO -B $BRANCH \
                     -L 100 | cut -f 1)\nfor key in $keys; do gh actions-cache delete $key -R $REPO -B $BRANCH --confirm; done";
    let piped = "gh cache list --ref refs/pull/${{ github.event.pull_request.number }}/merge --limit 100 --json id --jq '.[].id' | xargs \
                 -n1 gh cache delete";
    let octokit = "      - uses: actions/github-script@v7\n        with:\n          script: |\n            const caches = await \
                   github.rest.actions.getActionsCacheList({ owner, repo, ref: `refs/pull/${context.payload.number}/merge` });\n            \
                   for (const cache of caches.data.actions_caches) await github.rest.actions.deleteActionsCacheById({ owner, repo, \
                   cache_id: cache.id });\n";
    for steps in [run(documented) + env, run(extension), run(piped), octokit.to_owned()] {
        for event in ["pull_request", "pull_request_target"] {
            let (text, blanks) = cleanup(&format!("{{ {event}: {{ types: [closed] }} }}"), &steps);
            assert_eq!(janitor(&text), ["on = \"closed\""], "{text}");
            assert!(blanks.is_empty(), "{blanks:?}");
        }
    }
}

/// 604,800 s are seven days, and so are 7 × 24 × 60 × 60 × 1,000 ms.
#[test]
fn scheduled_cleanups_say_what_they_delete() {
    let cases = [
        ("gh cache delete --all", vec!["older-than = \"0 s\" # all"]),
        (
            "gh cache list --key nightly- --json id --jq '.[].id' | xargs -n1 gh cache delete",
            vec!["prefix = \"nightly-\""],
        ),
        (
            "gh cache list --ref refs/heads/main --json id --jq '.[].id' | xargs -n1 gh cache delete",
            vec!["refs = [\"main\"]"],
        ),
        (
            "gh cache list --limit 10000 --json id,createdAt --jq '.[] | select((.createdAt | fromdate) < (now - 604800)) | .id' | xargs \
             gh cache delete",
            vec!["older-than = \"7 days\""],
        ),
        (
            "cutoff=$(date -d '3 days ago' +%s)\ngh cache list --json id,lastAccessedAt --jq \".[] | select(.lastAccessedAt < $cutoff) | \
             .id\" | xargs gh cache delete",
            vec!["idle-for = \"3 days\""],
        ),
        (
            "gh cache list --json id,ref --jq '.[] | select(.ref | startswith(\"refs/pull/\")) | .id' | xargs gh cache delete",
            vec!["refs = [\"pull_request_open\", \"pull_request_closed\"]"],
        ),
    ];
    for (script, lines) in cases {
        let (text, blanks) =
            cleanup("{ schedule: [{ cron: '0 4 * * 1' }], workflow_dispatch: }", &run(script));
        assert_eq!(janitor(&text), [vec!["cron = [\"0 4 * * 1\"]"], lines].concat(), "{script}\n{text}");
        assert!(blanks.is_empty(), "{blanks:?}");
    }
    let octokit = "      - uses: actions/github-script@v7\n        with:\n          script: |\n            const old = Date.now() - 7 * 24 * \
                   60 * 60 * 1000;\n            for (const cache of caches) if (new Date(cache.last_accessed_at) < old) await \
                   github.rest.actions.deleteActionsCacheByKey({ owner, repo, key: cache.key });\n";
    let (text, _) = cleanup("{ push: { branches: [main] } }", octokit);
    assert_eq!(janitor(&text), ["on = \"push main\"", "idle-for = \"7 days\""], "{text}");
}

#[test]
fn a_cleanup_after_a_workflow_of_the_scenario_starts_with_its_runs() {
    let (text, _) =
        cleanup("{ workflow_run: { workflows: [CI], types: [completed] } }", &run("gh cache delete --all"));
    assert_eq!(janitor(&text), ["after = \"ci\"", "older-than = \"0 s\" # all"], "{text}");
}

/// A choice that is not understood, entries of others, a ref that is not known, and a start by hand are blanks.
#[test]
fn what_is_not_decided_is_a_blank() {
    let closed = "{ pull_request: { types: [closed] } }";
    let cron = "{ schedule: [{ cron: '0 4 * * 1' }] }";
    let cases = [
        (closed, "gh cache delete --all", "it also deletes what others have stored"),
        (cron, "gh cache list --json id --jq '.[1:][].id' | xargs gh cache delete", "it chooses by `[1:]`"),
        (
            cron,
            "gh cache list --sort created_at | tail -n +20 | xargs gh cache delete",
            "it chooses by `sort`",
        ),
        (cron, "gh cache list --ref $REF --json id | xargs gh cache delete", "the ref is not known"),
        (cron, "gh cache list --key $KEY --json id | xargs gh cache delete", "the key `$KEY` is not known"),
        ("{ workflow_dispatch: }", "gh cache delete --all", "nothing that is simulated starts it"),
    ];
    for (on, script, why) in cases {
        let (text, blanks) = cleanup(on, &run(script));
        assert!(!text.contains("[janitor"), "{script}\n{text}");
        assert!(
            blanks.iter().any(|blank| blank.contains("deletes entries") && blank.contains(why)),
            "{script} {blanks:?}"
        );
    }
}

/// A job with a cache may delete an entry to save it anew, and other scripts only list.
#[test]
fn other_jobs_are_no_janitors() {
    let (text, _) = cleanup(
        "{ push: { branches: [main] } }",
        "      - run: gh cache delete k || true\n      - uses: actions/cache/save@v4\n        with: { key: k, path: p }\n",
    );
    assert!(!text.contains("[janitor"), "{text}");
    let repository = Repository::with(CI);
    repository.write(
        ".github/workflows/list.yml",
        "on: { schedule: [{ cron: '0 4 * * 1' }] }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: gh cache list }]\n",
    );
    let text = repository.draft().expect("a scenario").text;
    assert!(text.contains("list.yml: it has no cache") && !text.contains("[janitor"), "{text}");
}

/// What is skipped under the event that starts the workflow deletes nothing there, and an action deletes by age.
#[test]
fn a_step_deletes_under_its_event_alone() {
    let closed = "      - if: github.event_name == 'pull_request'\n        run: gh cache list --ref refs/pull/${{ \
                  github.event.pull_request.number }}/merge --json id --jq '.[].id' | xargs -n1 gh cache delete\n";
    let purge = |with: &str| {
        format!(
            "      - if: github.event_name == 'schedule'\n        uses: MyAlbum/purge-cache@v2\n        with: {{ {with} }}\n"
        )
    };
    let on = "{ schedule: [{ cron: '0 4 * * *' }], pull_request: { types: [closed] } }";
    for (with, age) in [
        ("max-age: 172800", Some("idle-for = \"2 days\"")),
        ("max-age: 172800, accessed: false, created: true", Some("older-than = \"2 days\"")),
        ("", Some("idle-for = \"7 days\"")),
        ("max-age: 172800, created: true", None),
        ("max-age: \"${{ vars.AGE }}\"", None),
    ] {
        let (text, blanks) = cleanup(on, &(purge(with) + closed));
        match age {
            Some(age) => {
                assert_eq!(janitor(&text), ["cron = [\"0 4 * * *\"]", age], "{text}");
                assert!(
                    text.contains("[janitor.cleanup-cleanup]") && text.contains("on = \"closed\""),
                    "{text}"
                );
                assert!(blanks.is_empty(), "{blanks:?}");
            }
            None => assert!(blanks.len() == 1 && blanks[0].contains("which is not decided"), "{blanks:?}"),
        }
        assert!(!text.contains("speaks of a cache"), "{text}");
    }
    let (_, blanks) = cleanup("{ schedule: [{ cron: '0 4 * * *' }] }", closed);
    assert!(blanks.is_empty(), "it never deletes: {blanks:?}");
}
