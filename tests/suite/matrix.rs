//! A job's matrix: which legs there are, what is different in some of them, and how they run together. The
//! rules are those of GitHub's documentation ("Running variations of jobs in a workflow").

use crate::miniature::{HOUR, Miniature, Played, Told, ms};
use cache_budget::diagnostic::Style;
use cache_budget::event::Conclusion;
use cache_budget::scenario::load;

/// A workflow with the job `test`.
fn scene(job: &str) -> Miniature {
    Miniature::new(&format!("[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n{job}\n"))
}

/// The names of the legs, in their order.
fn legs(matrix: &str) -> Vec<String> {
    let model = scene(&format!("matrix = {matrix}")).event(0, "main_push", "").model();
    let name =
        |job: &cache_budget::ci::Job| job.name.trim_start_matches("test (").trim_end_matches(')').to_owned();
    model.workflows[0].jobs.iter().map(name).collect()
}

/// With one runner, the second leg waits when the first one fails: it is cancelled, and what needs both is skipped.
#[test]
fn what_needs_a_leg_that_fail_fast_cancels_in_the_queue_is_skipped() {
    let text = "[runner.one]\nconcurrency = 1\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"one\"\n\
                setup = \"5 min\"\nfails-on-main = 1\nmatrix.leg = [\"a\", \"b\"]\n[workflow.ci.job.deploy]\n\
                needs = [\"test\"]\nsetup = \"1 min\"\n";
    let played = Miniature::new(text).event(0, "main_push", "").play();
    let ends: Vec<_> = played.outcome.runs.iter().map(|run| (run.job.0, run.conclusion)).collect();
    assert_eq!(ends, [(0, Conclusion::Failed), (1, Conclusion::Cancelled)]);
}

#[test]
fn exclude_removes_the_combinations_with_all_its_values() {
    let axes = "os = [\"linux\", \"mac\"], node = [\"18\", \"20\"], env = [\"a\", \"b\"]";
    let all = legs(&format!(
        "{{ {axes}, exclude = [{{ os = \"mac\", node = \"18\" }}, {{ env = \"b\", os = \"linux\" }}] }}"
    ));
    assert_eq!(all, ["linux, 18, a", "linux, 20, a", "mac, 20, a", "mac, 20, b"]);
}

#[test]
fn include_completes_the_legs_it_does_not_contradict_or_adds_one() {
    // The example of GitHub's documentation.
    let found = legs(
        "{ fruit = [\"apple\", \"pear\"], animal = [\"cat\", \"dog\"], include = [\
         { color = \"green\" }, { color = \"pink\", animal = \"cat\" }, { fruit = \"apple\", shape = \"circle\" }, \
         { fruit = \"banana\" }, { fruit = \"banana\", animal = \"cat\" }] }",
    );
    let expected = [
        "apple, cat, pink, circle",
        "apple, dog, green, circle",
        "pear, cat, pink",
        "pear, dog, green",
        "banana",
        "banana, cat",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_matrix_of_include_alone_has_a_leg_for_each_table() {
    assert_eq!(legs("{ include = [{ a = \"1\", b = \"x\" }, { a = \"2\" }] }"), ["1, x", "2"]);
}

#[test]
fn a_value_may_be_a_table_whose_parts_are_placeholders() {
    let played = scene(
        "matrix = { target = [{ name = \"gnu\", runner = \"ubuntu-latest\" }] }\nrunner = \"{target.runner}\"\n\
         cache.actions-cache = { key = \"{target.name}-{leg}\", size = \"1 MB\" }",
    )
    .event(0, "main_push", "")
    .play();
    assert_eq!(played.stored()[0].key, "gnu-gnu-ubuntu-latest");
}

#[test]
fn a_value_that_only_other_legs_have_is_empty() {
    let played = scene(
        "matrix = { os = [\"a\", \"b\"], include = [{ os = \"b\", flag = \"-x\" }] }\n\
         cache.actions-cache = { key = \"{os}{flag}\", size = \"1 MB\" }",
    )
    .event(0, "main_push", "")
    .play();
    let mut keys: Vec<&str> = played.stored().iter().map(|entry| entry.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["a", "b-x"]);
}

#[test]
fn a_leg_may_have_values_of_its_own() {
    let played = scene(
        "matrix = { os = [\"linux\", \"mac\", \"windows\"] }\nsetup = \"10 s\"\n\
         cache.actions-cache = { key = \"{os}\", size = \"100 MB\", miss = \"1 min\" }\n\
         leg = [\n\
           { when = { os = [\"mac\", \"windows\"] }, setup = \"20 s\" },\n\
           { when = { os = \"windows\" }, setup = \"30 s\", cache.actions-cache = { key = \"w\", size = \"200 MB\", miss = \"2 min\" } },\n\
         ]",
    )
    .event(0, "main_push", "")
    .play();
    // 100 MB/s for packing and for the upload, one after the other: 2 s for 100 MB, 4 s for 200 MB. Requests
    // take less than 2 s more.
    let took = |leg: &str| played.run(0, &format!("test ({leg})")).took().0 / 2_000 * 2;
    assert_eq!(["linux", "mac", "windows"].map(took), [72, 82, 154]);
    let windows = played.stored_under("w");
    assert_eq!(windows.len(), 1);
}

#[test]
fn a_client_may_be_missing_in_a_leg() {
    let played = scene(
        "matrix = { os = [\"a\", \"b\"] }\ncache.setup-node = { size = \"1 MB\" }\n\
         leg = { when = { os = \"b\" }, cache.setup-node = false }",
    )
    .event(0, "main_push", "")
    .play();
    assert_eq!(played.run(0, "test (a)").found().len(), 1);
    assert_eq!(played.run(0, "test (b)").found().len(), 0);
}

/// Two legs of 60 s, of which the first fails after 10 s.
fn one_fails(more: &str) -> Played {
    let job = format!(
        "matrix = {{ leg = [\"red\", \"slow\"] }}\nsetup = \"60 s\"\n\
         cache.actions-cache = {{ key = \"{{leg}}\", size = \"1 MB\" }}\n{more}\n\
         [[workflow.ci.job.test.leg]]\nwhen = {{ leg = \"red\" }}\nsetup = \"10 s\"\nfails-on-main = 1\n\
         [workflow.ci.job.after]\nneeds = [\"test\"]\nsetup = \"1 s\""
    );
    scene(&job).event(0, "main_push", "").play()
}

#[test]
fn a_leg_that_fails_cancels_the_others_unless_fail_fast_is_off() {
    let fast = one_fails("");
    assert_eq!(fast.run(0, "test (slow)").conclusion, Conclusion::Cancelled);
    // Red takes 10 s and its look-up.
    assert!((ms(10_000)..ms(12_000)).contains(&fast.run(0, "test (slow)").took()));
    assert!(fast.stored().is_empty(), "a cancelled leg saves nothing");
    let slow = one_fails("fail-fast = false");
    assert!(slow.run(0, "test (slow)").succeeded());
    assert_eq!(slow.stored().len(), 1);
    assert!(slow.find(0, "after").is_none(), "a leg has failed");
    assert_eq!(slow.workflow(0).conclusion, Conclusion::Failed);
}

#[test]
fn a_run_goes_on_after_a_job_with_continue_on_error() {
    let played = one_fails("continue-on-error = true");
    assert_eq!(played.run(0, "test (red)").conclusion, Conclusion::Failed);
    assert!(played.run(0, "test (slow)").succeeded(), "fail-fast does not see the failure");
    assert!(played.run(0, "after").succeeded());
    assert_eq!(played.workflow(0).conclusion, Conclusion::Success);
}

#[test]
fn at_most_max_parallel_legs_run_at_once() {
    let ends = |most: &str| -> Vec<i64> {
        let job = format!("matrix = {{ n = [\"1\", \"2\", \"3\", \"4\", \"5\"] }}\nsetup = \"60 s\"\n{most}");
        let played = scene(&job).event(0, "main_push", "").play();
        let begin = played.run(0, "test (1)").started;
        (1..=5).map(|n| (played.run(0, &format!("test ({n})")).ended - begin).0 / 1_000).collect()
    };
    assert_eq!(ends(""), [60; 5]);
    assert_eq!(ends("max-parallel = 2"), [60, 60, 120, 120, 180]);
    assert_eq!(ends("max-parallel = 1"), [60, 120, 180, 240, 300]);
}

#[test]
fn a_wrong_matrix_is_refused_with_its_reason() {
    let cases = [
        ("matrix = { os = [\"a\"], include = [\"b\"] }", "`include` lists tables"),
        ("matrix = { os = [\"a\"], exclude = [{ os = \"a\" }] }", "the matrix has 0 legs"),
        (
            "matrix = { os = [\"a\"] }\nleg = { when = { so = \"a\" }, setup = \"1 s\" }",
            "there is no axis of the matrix called `so`",
        ),
        ("build-axes = [\"n\"]\ncold = \"9 min\"\nwarm = \"2 min\"", "the job has no `matrix`"),
        (
            "matrix = { os = [\"a\"] }\nleg = { when = { os = \"b\" }, setup = \"1 s\" }",
            "no leg of the matrix has these values",
        ),
        ("matrix = { os = [\"a\"] }\nleg = { setup = \"1 s\" }", "does not say for which legs"),
        (
            "matrix = { os = [\"a\"] }\nleg = { when = { os = \"a\" }, needs = [] }",
            "`needs` applies to all legs",
        ),
        (
            "matrix = { os = [\"a\"] }\nleg = { when = { os = \"a\" }, setpu = \"1 s\" }",
            "unknown key `setpu`",
        ),
        ("matrix = { include = [{ a = \"1\" }, { a = \"1\" }] }", "this leg is in the matrix already"),
    ];
    for (job, message) in cases {
        let (_folder, path) = scene(job).event(0, "main_push", "").write();
        let report = load(&path, &[]).expect_err(message).render(&Style::default());
        assert!(report.contains(message), "{message}\n{report}");
    }
}

#[test]
fn an_exclude_that_excludes_nothing_is_warned_of() {
    let (_folder, path) = scene("setup = \"1 s\"\nmatrix = { os = [\"a\"], exclude = [{ os = \"c\" }] }")
        .event(HOUR, "main_push", "")
        .write();
    let loaded = load(&path, &[]).expect("a scenario");
    let said = loaded.report.render(&Style::default());
    assert!(said.contains("this `exclude` has no effect"), "{said}");
}

/// A leg says in which of its values it differs from the job's only step; everything else is the job's.
#[test]
fn a_leg_changes_a_part_of_the_only_step() {
    let job = |leg: &str| {
        format!(
            "matrix = {{ n = [\"1\", \"2\"] }}\ncache.actions-cache = {{ key = \"{{n}}-{{sha}}\", size = \"10 MB\" }}\n\
             leg = {{ when = {{ n = \"2\" }}, {leg} }}"
        )
    };
    let stored = |leg: &str| {
        let played = scene(&job(leg)).event(0, "main_push", "").play();
        let mut keys: Vec<_> =
            played.stored().iter().map(|entry| (entry.key[..2].to_owned(), entry.size.0)).collect();
        keys.sort();
        keys
    };
    let entry = |key: &str, size| (key.to_owned(), size);
    assert_eq!(stored("setup = \"1 s\""), [entry("1-", 10_000_000), entry("2-", 10_000_000)]);
    assert_eq!(stored("cache.actions-cache.save-if = \"never\""), [entry("1-", 10_000_000)]);
    let smaller = stored("cache.actions-cache.size = \"5 MB\"");
    assert_eq!(smaller, [entry("1-", 10_000_000), entry("2-", 5_000_000)]);
    // A table with its own key is another step.
    let other = stored("cache.actions-cache = { key = \"x-\", size = \"5 MB\" }");
    assert_eq!(other, [entry("1-", 10_000_000), entry("x-", 5_000_000)]);
    // Of two steps, it is not said which one is meant.
    let two = job("cache.actions-cache.save-if = \"never\"")
        .replace("cache.actions-cache = {", "cache.actions-cache = [{ key = \"a\", size = \"1 MB\" }, {")
        .replace("\"10 MB\" }", "\"10 MB\" }]");
    let said = scene(&two).event(0, "main_push", "").remarks();
    assert!(said.contains("a step with actions/cache needs `key`"), "{said}");
}
