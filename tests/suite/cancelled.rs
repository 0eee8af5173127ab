//! What a cancelled job still does: steps and jobs with `if: always()` run, for five minutes at most.

use crate::ci::at;
use crate::miniature::{HOUR, MB, Miniature, Played, Told, ms};
use cache_budget::event::{Conclusion, RestoreOutcome};
use cache_budget::units::{Bytes, SimTime};

/// A job of 100 s that saves 100 MB at its end; a newer push cancels it.
fn scene(save: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\nconcurrency = \"cancel\"\n[workflow.ci.job.test]\nprepare = \"100 s\"\n\
         cache.actions-cache = {{ action = \"save\", key = \"k-{{run-id}}\", size = \"100 MB\", {save} }}\n"
    ))
}

/// Two pushes, the second one 40 s after the first.
fn played(scene: Miniature) -> Played {
    scene.event(0, "main_push", "").event(40, "main_push", "source").play()
}

fn sizes(played: &Played) -> Vec<Bytes> {
    let mut sizes: Vec<Bytes> = played.stored().iter().map(|entry| entry.size).collect();
    sizes.sort_unstable();
    sizes
}

/// 40 of 100 s are done, so 40 of 100 MB are there: they are packed and uploaded in 0.4 s each.
#[test]
fn a_save_that_always_runs_stores_what_was_made_until_the_cancellation() {
    let always = played(scene("on-cancel = true"));
    let cancelled = always.run(0, "test");
    assert_eq!((cancelled.conclusion, cancelled.took()), (Conclusion::Cancelled, ms(40_800)));
    assert_eq!(sizes(&always), [Bytes(40_000_000), Bytes(100_000_000)]);
    // Its group is free, and its run over, only then.
    assert_eq!(always.run(1, "test").started, at(40) + ms(800));
    assert_eq!(always.workflow(0).conclusion, Conclusion::Cancelled);

    let unless = played(scene("on-failure = true"));
    assert_eq!(unless.run(0, "test").took(), ms(40_000));
    assert_eq!(sizes(&unless), [Bytes(100_000_000)]);
}

/// The second job finds 100 MB by a prefix and has 20 of 100 s to make again. It is cancelled 10 s after its start, so of
/// that fifth a little more than the half is missing, and it stores almost 90 MB, not the half of 100.
#[test]
fn what_a_cancelled_job_had_restored_is_in_what_it_saves() {
    let both = "key = \"k-{run-id}\", size = \"100 MB\"";
    let finds = "restore-keys = [\"k-\"], miss = \"100 s\", partial = \"20 s\"";
    let one_step = format!("[{{ {both}, {finds}, on-cancel = true }}]");
    let two_steps = format!(
        "[{{ action = \"restore\", {both}, {finds} }}, {{ action = \"save\", {both}, on-cancel = true }}]"
    );
    for steps in [one_step, two_steps] {
        let scene = || {
            let text = format!(
                "[workflow.ci]\non = \"push main\"\nconcurrency = \"cancel\"\n[workflow.ci.job.test]\n\
                 cache.actions-cache = {steps}\n"
            );
            Miniature::new(&text).event(0, "main_push", "").event(1_000, "main_push", "source")
        };
        let whole = scene().play();
        // 100 s, a save of 1 s and 1 s, and the look-up.
        let first = whole.run(0, "test").took();
        assert!(ms(102_000) < first && first < ms(104_000), "{first:?}");
        let restored = whole.run(1, "test").took() - ms(20_000) - ms(2_000);
        let played = scene().event(1_010, "main_push", "source").play();
        assert_eq!(played.run(1, "test").conclusion, Conclusion::Cancelled);
        let missing = 0.2 * (1.0 - (ms(10_000) - restored).as_secs_f64() / 20.0);
        assert_eq!(sizes(&played)[0], MB.scaled(100.0 * (1.0 - missing)), "{restored:?}");
    }
}

/// 40 GB take 400 s to pack. After 300 s the job is ended.
#[test]
fn after_five_minutes_a_cancelled_job_ends_whatever_it_does() {
    let late = played(scene("on-cancel = true").set("workflow.ci.job.test.cache.actions-cache.size=100 GB"));
    let cancelled = late.run(0, "test");
    assert_eq!((cancelled.conclusion, cancelled.took()), (Conclusion::Cancelled, ms(340_000)));
    assert_eq!(sizes(&late), [Bytes(100_000_000_000)], "that of the second run");
}

#[test]
fn a_job_out_of_time_is_cancelled() {
    let late = scene("on-cancel = true").set("workflow.ci.job.test.timeout=50 s").event(0, "main_push", "");
    let late = late.play();
    let run = late.run(0, "test");
    assert_eq!((run.conclusion, run.took()), (Conclusion::TimedOut, ms(51_000)));
    assert_eq!(sizes(&late), [Bytes(50_000_000)]);
}

#[test]
fn a_save_without_a_cancellation_is_told() {
    let said = scene("on-cancel = true").set("workflow.ci.concurrency=unlimited").event(0, "main_push", "");
    let said = said.remarks();
    assert!(
        said.contains("`on-cancel` has no effect: the job never fails, and nothing cancels it"),
        "{said}"
    );
    let said = scene("on-cancel = true, on-failure = true").set("workflow.ci.job.test.fails-on-main=0.5");
    let said = said.event(0, "main_push", "").remarks();
    assert!(said.contains("`on-failure` has no effect: `on-cancel` already saves after a failure"), "{said}");
}

/// The look-up takes 0.5–1.5 s, the registry 1 s, `a` 10 s: at 20 s there are 10 MB of `a` and 10 MB of registry.
/// A later run hits exactly, so it never saves, and it builds the rest: 30 s of crates, 5 s of `app`, 2 s.
#[test]
fn rust_cache_that_saves_after_a_failure_saves_in_a_cancelled_job_and_leaves_a_part() {
    let text = "[workflow.ci]\non = \"push main\"\nconcurrency = \"cancel\"\n[workflow.ci.job.test]\n\
        compile = { flavour = \"dev\" }\ncache.rust-cache = { registry = \"10 MB\", on-failure = true }\n";
    let cut = |text: &str| {
        let scene = Miniature::new(text).event(0, "main_push", "").event(20, "main_push", "source");
        scene.event(HOUR, "main_push", "source").play()
    };
    let played = cut(text);
    let (cancelled, next) = (played.run(0, "test"), played.run(2, "test"));
    assert_eq!((cancelled.took(), cancelled.saves()), (ms(20_400), (1, 0)));
    // The second run begins before the entry can be found, and learns that its key is taken.
    assert_eq!(
        (played.run(1, "test").found(), played.run(1, "test").saves()),
        (vec![RestoreOutcome::Miss], (1, 1))
    );
    assert_eq!((next.found(), next.build, next.saves()), (vec![RestoreOutcome::Exact], ms(37_000), (0, 0)));
    assert_eq!(sizes(&played), [Bytes(20 * MB.0)]);
    let without = cut(&text.replace(", on-failure = true", ""));
    assert_eq!(without.run(2, "test").build, ms(7_000));
}

fn pipeline(condition: &str, concurrency: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\nconcurrency = \"{concurrency}\"\n[workflow.ci.job.test]\n\
         setup = \"100 s\"\n[workflow.ci.job.clean]\nneeds = [\"test\"]\nif = \"{condition}\"\nsetup = \"10 s\"\n"
    ))
}

#[test]
fn a_job_that_runs_always_runs_in_a_cancelled_run() {
    let begun = |played: &Played, event| played.find(event, "test").map(|run| run.started);
    let always = played(pipeline("always()", "cancel"));
    let clean = always.run(0, "clean");
    assert_eq!((clean.started, clean.ended, clean.succeeded()), (at(40), at(50), true));
    assert_eq!((begun(&always, 1), always.workflow(0).ended), (Some(at(50)), at(50)));
    assert_eq!(always.workflow(0).conclusion, Conclusion::Cancelled);

    let unless = played(pipeline("!cancelled()", "cancel"));
    assert_eq!(
        (unless.find(0, "clean").map(|run| run.took()), begun(&unless, 1)),
        (Some(ms(0)), Some(at(40)))
    );
}

/// The second of three pushes waits for the first, and the third takes its place.
#[test]
fn a_run_that_never_began_does_nothing_when_it_is_cancelled() {
    let scene = pipeline("always()", "queue").event(0, "main_push", "").event(40, "main_push", "");
    let played = scene.event(60, "main_push", "").play();
    let ran = |event, job: &str| {
        played.find(event, job).filter(|run| run.ended > run.started).map(|run| run.started)
    };
    assert_eq!((ran(1, "test"), ran(1, "clean")), (None::<SimTime>, None));
    assert_eq!((ran(2, "test"), ran(2, "clean")), (Some(at(110)), Some(at(210))));
}
