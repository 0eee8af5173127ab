//! Actions whose one step restores, works and saves: their time is work.

use super::{imported, line};
use crate::import::Repository;

/// A job that ends well after these steps, with their seconds.
fn job(run: u64, steps: &[(&str, u32)]) -> String {
    let at = |second: u32| format!("2026-11-02T10:{:02}:{:02}Z", second / 60, second % 60);
    let (mut now, mut shown) = (10, Vec::new());
    for (name, seconds) in steps {
        shown.push(format!(
            "{{\"name\":\"{name}\",\"status\":\"completed\",\"conclusion\":\"success\",\"number\":1,\"started_at\":\"{}\",\
             \"completed_at\":\"{}\"}}",
            at(now),
            at(now + seconds)
        ));
        now += seconds;
    }
    format!(
        "{{\"id\":{run}9,\"run_id\":{run},\"run_attempt\":1,\"workflow_name\":\"CI\",\"head_branch\":\"main\",\"name\":\"a\",\
         \"status\":\"completed\",\"conclusion\":\"success\",\"started_at\":\"{}\",\"completed_at\":\"{}\",\"runner_name\":\"r\",\
         \"steps\":[{}]}}",
        at(10),
        at(now),
        shown.join(",")
    )
}

/// The scenario of a job with this step, whose run takes so many seconds in each of the runs, after a checkout of 3 s.
fn timed(step: &str, name: &str, seconds: &[u32]) -> (String, String) {
    let repository = Repository::with(&format!(
        "name: CI\non: {{ push: {{ branches: [main] }} }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         actions/checkout@v5\n      - {step}\n"
    ));
    let of = |(run, seconds): (u64, &u32)| {
        job(
            run,
            &[
                ("Set up job", 2),
                ("Run actions/checkout@v5", 3),
                (name, *seconds),
                (&format!("Post {name}"), 1),
            ],
        )
    };
    let jobs: Vec<String> = (1..).zip(seconds).map(of).collect();
    repository.write("jobs.json", &format!("{{\"jobs\":[{}]}}", jobs.join(",")));
    imported(&repository, &["--jobs", "jobs.json"])
}

const TABLE: &str = "[workflow.ci.job.a]";

/// 90 s and 3 s of checkout: 93 s. One group tells no miss, which costs what a store of packages costs.
#[test]
fn a_step_that_lints_or_installs_is_work() {
    for uses in [
        "golangci/golangci-lint-action@v8",
        "pre-commit/action@v3.0.1",
        "ruby/setup-ruby@v1 # bundler",
        "cypress-io/github-action@v6",
        "j178/prek-action@v1",
        "prefix-dev/setup-pixi@v0.9.0",
    ] {
        let uses = uses.replace(" # bundler", "\n        with: { bundler-cache: true }");
        let name = format!("Run {}", uses.lines().next().unwrap_or_default());
        let (scenario, _) = timed(&format!("uses: {uses}"), &name, &[89, 90, 91, 90]);
        let time = line(&scenario, TABLE, "prepare");
        assert!(time.starts_with("prepare = \"1.6 min\" # from jobs.json: 4 runs"), "{uses}\n{scenario}");
        assert!(scenario.contains("miss = \"60 s\" # assumed"), "{scenario}");
    }
}

/// Three runs of 30 s and three of 300 s, and 3 s of checkout each, are two groups: 33 s, and 303 s = 5.1 min (5.05).
#[test]
fn two_groups_of_a_step_that_works_are_with_and_without_its_cache() {
    let step = "uses: golangci/golangci-lint-action@v8";
    let (scenario, _) = timed(step, "Run golangci/golangci-lint-action@v8", &[30, 300, 31, 301, 29, 299]);
    assert!(
        line(&scenario, TABLE, "warm").starts_with("warm = \"33 s\" # from jobs.json: 3 of 6"),
        "{scenario}"
    );
    assert!(
        line(&scenario, TABLE, "cold").starts_with("cold = \"5.1 min\" # from jobs.json: 3 of 6"),
        "{scenario}"
    );
    assert!(!scenario.contains("miss ="), "{scenario}");
}

/// The step that builds an image is the image's time, and the rest is the job's: 3 s. A script with a name of its own is
/// such a step, too.
#[test]
fn the_build_of_an_image_is_the_images_time() {
    let steps = [
        (
            "uses: docker/build-push-action@v6\n        with: { context: ., cache-from: type=gha, cache-to: 'type=gha,mode=max' }",
            "Run docker/build-push-action@v6",
        ),
        (
            "name: Image\n        run: docker buildx build --cache-from type=gha --cache-to type=gha,mode=max .",
            "Image",
        ),
    ];
    for (step, name) in steps {
        let (scenario, _) = timed(step, name, &[60, 240, 61, 241, 59, 239]);
        assert!(
            line(&scenario, TABLE, "setup").starts_with("setup = \"3 s\" # from jobs.json: 6 runs"),
            "{scenario}"
        );
        let image = "[image.ci-a]";
        assert!(
            line(&scenario, image, "warm").starts_with("warm = \"60 s\" # from jobs.json: 3 of 6"),
            "{scenario}"
        );
        assert!(
            line(&scenario, image, "cold").starts_with("cold = \"4 min\" # from jobs.json: 3 of 6"),
            "{scenario}"
        );
        // (61 + 239) / 2
        assert!(scenario.contains("# - jobs.json: the build of ci / a takes 150 s, in 6 runs"), "{scenario}");
    }
}

/// actions/cache does nothing but restore and save: its 60 s are no work.
#[test]
fn a_step_that_only_restores_is_no_work() {
    let step = "uses: actions/cache@v4\n        with: { path: target, key: k }";
    let (scenario, _) = timed(step, "Run actions/cache@v4", &[60, 61, 60]);
    assert!(line(&scenario, TABLE, "warm").starts_with("warm = \"3 s\""), "{scenario}");
}
