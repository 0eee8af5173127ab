//! Why time is lost, computed by hand: each cause in a scenario of its own, and the sum of all causes everywhere.

use crate::case::{CROWDED, Case};
use crate::metrics;
use crate::miniature::{HOUR, MINUTE, Miniature, Played};
use cache_budget::diagnostic::Style;
use cache_budget::event::{ClientId, Conclusion, JobId, JobRun, Loss, LossCause, RefKind};
use cache_budget::experiment::replicate;
use cache_budget::observe::{Outcome, measure};
use cache_budget::random::Draws;
use cache_budget::report;
use cache_budget::scenario::load;
use cache_budget::units::{Duration, Money, SimTime};
use std::convert::Infallible;
use std::path::Path;

/// All causes of a successful run but transfers and waits, with what followed from stalls, add up to what its build took over a perfect cache.
pub fn add_up(run: &JobRun) {
    if run.conclusion != Conclusion::Success {
        return;
    }
    let counted = run.losses.iter().filter(|loss| loss.cause != LossCause::Transfer);
    let lost: Duration = counted.map(|loss| loss.time).sum();
    assert_eq!(lost + run.stalled, run.build - run.ideal + run.waited, "{run:?}");
    let pairs: Vec<_> = run.losses.iter().map(|loss| (loss.client, loss.cause)).collect();
    assert!((1..pairs.len()).all(|place| !pairs[..place].contains(&pairs[place])), "{pairs:?}");
}

/// The metric's minutes are those of the successful runs, and its parts add up to its sum.
pub fn minutes_add_up(outcome: &Outcome) {
    let days = outcome.window.measured().as_days_f64();
    let successful = outcome.runs.iter().filter(|run| run.conclusion == Conclusion::Success);
    let counted = successful.filter(|run| outcome.window.measures(run.queued));
    let all: f64 = counted.flat_map(|run| &run.losses).map(|loss| loss.time.as_minutes_f64()).sum();
    let sum = |wanted: &[&str]| {
        let values = outcome.values.iter().filter(|value| value.metric.name == "lost.minutes");
        let same = values.filter(|value| {
            value.labels.len() == wanted.len()
                && wanted.iter().all(|name| value.labels.iter().any(|l| l.0 == *name))
        });
        let jobs = outcome.names.apart();
        let leaf = same.filter(|value| {
            value.labels.iter().all(|(name, text)| match *name {
                "job" => jobs.contains(text.as_str()),
                "ref" => ["main", "pull_request", "other"].contains(&text.as_str()),
                _ => true,
            })
        });
        leaf.map(|value| value.value).sum::<f64>() * days
    };
    for labels in [&[][..], &["cause"], &["client"], &["ref"], &["job"], &["cause", "client", "job", "ref"]] {
        let found = sum(labels);
        assert!((found - all).abs() <= 1e-6 * all.max(1.0), "{labels:?}: {found}, not {all}");
    }
}

/// The causes of a run's losses but transfers, with their seconds.
fn causes(run: &JobRun) -> Vec<(LossCause, i64)> {
    add_up(run);
    let counted = run.losses.iter().filter(|loss| loss.cause != LossCause::Transfer);
    counted.map(|Loss { cause, time, .. }| (*cause, time.0 / 1_000)).collect()
}

/// A job on pushes, pull requests, tags and releases with one archive.
fn scene(cache: &str) -> Miniature {
    Miniature::new(&format!(
        "[workflow.ci]\non = [\"push main\", \"pull_request\", \"release\"]\n[workflow.ci.job.test]\n\
         cache.actions-cache = {{ size = \"10 MB\", miss = \"100 s\", {cache} }}\n"
    ))
}

fn second(scene: Miniature, event: &str, changes: &str) -> Played {
    scene.event(0, "main_push", "").event(HOUR, event, changes).play()
}

#[test]
fn a_key_that_nobody_has_wanted_before_is_new() {
    let played = second(scene("key = \"k-{lock}\""), "main_push", "lock");
    assert_eq!(causes(played.run(0, "test")), [(LossCause::NewKey, 100)]);
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NewKey, 100)]);
    // 2 × 100 s, and both misses.
    assert_eq!(played.count("lost.minutes", &[("cause", "new_key")]), 3.333333);
    assert_eq!(played.count("lost.misses", &[("cause", "new_key"), ("client", "actions-cache")]), 2.0);
}

#[test]
fn what_an_older_entry_leaves_to_do_is_due_to_the_new_key() {
    let cache = "key = \"k-{lock}\", restore-keys = [\"k-\"], partial = \"30 s\"";
    let played = second(scene(cache), "main_push", "lock");
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NewKey, 30)]);
    // It finds something: that is no miss.
    assert_eq!(played.count("lost.misses", &[]), 1.0);
}

#[test]
fn a_wanted_key_that_no_run_saves_is_never_saved() {
    let played = second(scene("key = \"k\", action = \"restore\""), "main_push", "");
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NeverSaved, 100)]);
    let played = second(scene("key = \"k\", save-if = \"never\""), "main_push", "");
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NeverSaved, 100)]);
    // The first run of the pull request does not save either, but the key is new where it reads.
    let cache = "key = \"k\", save-if = \"default-branch\"";
    let scene = scene(cache).event(0, "pr_push 7", "").event(HOUR, "pr_push 7", "");
    let played = scene.play();
    assert_eq!(causes(played.run(0, "test")), [(LossCause::NewKey, 100)]);
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NeverSaved, 100)]);
}

/// A job that may not read: nobody saves the key; the key is new; an entry is there.
#[test]
fn what_a_job_may_not_look_up_is_out_of_reach_only_if_it_is_stored() {
    let second_cause = |key: &str, mode: &str| {
        let set = format!("workflow.ci.cache-mode=\"{mode}\"");
        let played = second(scene(&format!("key = \"{key}\"")).set(&set), "main_push", "");
        assert_eq!(causes(played.run(0, "test")), [(LossCause::NewKey, 100)]);
        causes(played.run(1, "test"))
    };
    assert_eq!(second_cause("k", "none"), [(LossCause::NeverSaved, 100)]);
    assert_eq!(second_cause("k-{sha}", "write-only"), [(LossCause::NewKey, 100)]);
    assert_eq!(second_cause("k", "write-only"), [(LossCause::UnreadableScope, 100)]);
}

/// The first job takes 100 s and is cancelled after one minute; the third run finds nothing of it.
#[test]
fn a_cancelled_run_has_saved_nothing() {
    let scene = scene("key = \"k\"").set("workflow.ci.concurrency=\"cancel\"");
    let scene = scene.event(0, "main_push", "").event(MINUTE, "main_push", "");
    let played = scene.play();
    assert_eq!(played.run(0, "test").conclusion, Conclusion::Cancelled);
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NeverSaved, 100)]);
}

/// Both runs ask before either of them has saved.
#[test]
fn a_key_that_another_run_is_about_to_save_is_new_to_both() {
    let played = scene("key = \"k\"").event(0, "main_push", "").event(10, "main_push", "").play();
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NewKey, 100)]);
}

#[test]
fn an_entry_of_another_ref_or_version_is_out_of_reach() {
    let pull = scene("key = \"k\"").event(0, "pr_push 7", "").event(HOUR, "pr_push 8", "");
    assert_eq!(causes(pull.play().run(1, "test")), [(LossCause::UnreadableScope, 100)]);
    let tag = scene("key = \"k\"").event(0, "release", "").event(HOUR, "release", "");
    let played = tag.play();
    assert_eq!(causes(played.run(1, "test")), [(LossCause::UnreadableScope, 100)]);
    let labels = [("cause", "unreadable_scope"), ("ref", "tag")];
    assert_eq!(played.count("lost.minutes", &labels), 1.666667);
}

/// A retention of two hours; the entry is asked for again after three.
#[test]
fn an_entry_that_was_idle_for_too_long_has_expired() {
    let scene = scene("key = \"k\"").set("cache.retention=2 h").set("cache.sweep=hourly");
    let played = scene.event(0, "main_push", "").event(3 * HOUR, "main_push", "").play();
    assert_eq!(causes(played.run(1, "test")), [(LossCause::Expired, 100)]);
}

/// Two entries of 10 MB under a limit of 15 MB: a sweep evicts the older one.
#[test]
fn an_entry_that_made_room_was_evicted() {
    let scene = Miniature::new(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         cache.actions-cache = { key = \"k-{hash:lock}\", size = \"10 MB\", miss = \"100 s\" }\n\
         [input.lock]\nreverts = 1\n",
    );
    let scene = scene.set("cache.limit=15 MB").set("cache.sweep=instant");
    let events = [("main_push", ""), ("main_push", "lock"), ("main_push", "lock")];
    let scene = (0..)
        .zip(events)
        .fold(scene, |scene, (hour, (event, changes))| scene.event(hour * HOUR, event, changes));
    let played = scene.play();
    // The second change returns to the first lock file.
    assert_eq!(causes(played.run(2, "test")), [(LossCause::Evicted, 100)]);
}

#[test]
fn an_entry_that_a_janitor_took_was_deleted() {
    let played = Miniature::new(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         cache.actions-cache = { key = \"k\", size = \"10 MB\", miss = \"100 s\" }\n\
         [janitor.tidy]\ncron = \"30 * * * *\"\nprefix = \"k\"\n",
    )
    .set("workload.cron-delay=0 s")
    .hourly_pushes(2)
    .play();
    assert_eq!(causes(played.run(1, "test")), [(LossCause::Deleted, 100)]);
}

/// An entry limit of 5 MB refuses 10 MB.
#[test]
fn an_entry_over_the_entry_limit_is_too_large() {
    let played = second(scene("key = \"k\"").set("cache.entry-limit=5 MB"), "main_push", "");
    assert_eq!(causes(played.run(1, "test")), [(LossCause::TooLarge, 100)]);
}

/// sccache offers five objects in each run, and the service takes three uploads a minute, of which the probe is one.
#[test]
fn a_refused_object_is_lost_to_the_rate_limit() {
    let played = Miniature::new(
        "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\ncompile.flavour = \"dev\"\n[workflow.ci.job.test.cache.sccache]\n\
         read = \"0 s\"\nwrite = \"0 s\"\n",
    )
    .set("cache.uploads-per-minute=2")
    .set("project.flavour.dev.dependency-work=4 s")
    .hourly_pushes(2)
    .play();
    let found = causes(played.run(1, "test"));
    assert!(found.iter().any(|(cause, _)| *cause == LossCause::RateLimited), "{found:?}");
}

/// Each push changes a tenth. Of the first push's entry 81 % are valid at the third one, and of the newest possible
/// one 90 %: 100 s × (0.9 − 0.81) = 9 s.
#[test]
fn an_exact_hit_on_old_contents_is_stale() {
    let played = scene("key = \"k\", ages = { changed = 0.1 }").hourly_pushes(3).play();
    assert_eq!(causes(played.run(2, "test")), [(LossCause::StaleContents, 9)]);
}

/// The entry is there, and its download stalls: the 100 s are made again, which no perfect cache would ask for.
#[test]
fn what_follows_a_stalled_download_is_wasted() {
    let played = second(scene("key = \"k\"").set("runner.ubuntu-latest.stall=1"), "main_push", "");
    let run = played.run(1, "test");
    assert_eq!(causes(run), []);
    assert_eq!((run.stalled.0, run.build - run.ideal), (100_000, run.stalled));
}

/// Two images with one index name: each build overwrites the other's index, although the layers are stored.
#[test]
fn an_index_that_another_build_has_overwritten() {
    let image = |name: &str| {
        format!(
            "[[image.{name}.step]]\nname = \"base\"\ncontent = \"base\"\nwork = \"5 s\"\nlayer = \"9 MB\"\n\
             [[image.{name}.step]]\nname = \"{name}\"\ncontent = \"recipe\"\nwork = \"40 s\"\nlayer = \"30 MB\"\nin-final = true\n"
        )
    };
    let job = |name: &str, needs: &str| {
        format!(
            "[workflow.ci.job.{name}]\nimage = \"{name}\"\n{needs}cache.buildkit-gha = {{ mode = \"max\" }}\n"
        )
    };
    let played = Miniature::new(&format!(
        "[workflow.ci]\non = \"push main\"\n{}{}{}{}",
        job("a", ""),
        job("b", "needs = [\"a\"]\n"),
        image("a"),
        image("b")
    ))
    .hourly_pushes(2)
    .play();
    let found = causes(played.run(1, "a"));
    assert!(found.contains(&(LossCause::Overwritten, 40)), "{found:?}");
}

/// Plays one replication of each scenario in a folder of `scenarios`, and says how many there are.
fn causes_add_up_in(folder: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(folder);
    let files = std::fs::read_dir(folder).expect("scenarios").map(|file| file.expect("a file").path());
    let scenarios: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    for path in &scenarios {
        let model =
            load(path, &[]).unwrap_or_else(|report| panic!("{}", report.render(&Style::default()))).model;
        let outcome = measure(&model, Draws::new(1, 1)).expect("within the limits");
        outcome.runs.iter().for_each(add_up);
        minutes_add_up(&outcome);
    }
    scenarios.len()
}

#[test]
fn in_every_lesson_the_causes_add_up() {
    let played = causes_add_up_in("lessons");
    assert!(played > 20, "{played} scenarios");
}

#[test]
fn in_the_other_shipped_scenarios_the_causes_add_up() {
    assert_eq!(causes_add_up_in("one-build"), 1);
    let played = causes_add_up_in("meteroid");
    assert!(played > 8, "{played} scenarios");
}

/// Another pull request wanted it before, and nobody saves it: it is not new to the next one, whose own first run it is.
#[test]
fn what_nobody_saves_is_new_once_only() {
    for keys in ["key = \"k\"", "key = \"k-{lock}\", restore-keys = [\"k-\"]"] {
        let scene = scene(&format!("{keys}, save-if = \"default-branch\""));
        let scene = scene.event(0, "pr_push 7", "").event(HOUR, "pr_push 8", "lock");
        let played = scene.play();
        assert_eq!(causes(played.run(0, "test")), [(LossCause::NewKey, 100)], "{keys}");
        assert_eq!(causes(played.run(1, "test")), [(LossCause::NeverSaved, 100)], "{keys}");
    }
    // Without restore keys, another lock file has a key that nobody has asked for.
    let scene = scene("key = \"k-{lock}\", save-if = \"default-branch\"");
    let played = scene.event(0, "pr_push 7", "").event(HOUR, "pr_push 8", "lock").play();
    assert_eq!(causes(played.run(1, "test")), [(LossCause::NewKey, 100)]);
}

#[test]
fn the_verdict_says_that_no_run_saves() {
    let text = verdict(
        "[workload]\npushes-per-day = 10\ndays = 10\nwarmup = \"2 d\"\n[workflow.ci]\non = [\"pull_request\"]\n\
         [workflow.ci.job.test]\ncold = \"20 min\"\nwarm = \"6 min\"\n\
         cache.rust-cache = { size = \"1 GB\", save-if = \"default-branch\" }\n",
    );
    assert!(text.starts_with("No run saves anything, so nothing is ever found"), "{text}");
    assert!(
        text.contains("of that is lost to rust-cache entries that were wanted before and not saved"),
        "{text}"
    );
    assert!(!text.contains("is enough"), "{text}");
}

/// The losses of one cause, in two jobs on two kinds of refs.
#[test]
fn the_place_of_a_loss_names_the_jobs_of_its_ref_alone() {
    let mut recorder = metrics::recorder();
    // 12 min a day on tags, 0.5 min of the other job on main: 96 % is lost on tags.
    for (job, kind, minutes) in [(JobId(1), RefKind::Tag, 24.0), (metrics::TEST, RefKind::Main, 1.0)] {
        let loss = Loss {
            client: Some(ClientId(0)),
            cause: LossCause::NewKey,
            time: Duration::MINUTE.scaled(minutes),
        };
        let run = metrics::run(job, 30.0, 2.0 * minutes + 2.0, Conclusion::Success);
        recorder.job(JobRun { losses: vec![loss], kind, ..run });
    }
    recorder.runner(SimTime(30 * HOUR), Duration::HOUR, Money(0));
    let outcome = recorder.finish();
    let Ok(study) = replicate(1, |_| Ok::<_, Infallible>(outcome.clone()));
    let verdict = report::verdict(&study);
    assert!(verdict.contains("new rust-cache keys (api on tags)"), "{verdict}");
}

/// What the verdict of `run` says of a scenario.
fn verdict(scenario: &str) -> String {
    let result = Case::with(scenario).json(&["run", "ci.toml", "--replications", "4"]);
    result["verdict"].as_str().expect("a text").to_owned()
}

#[test]
fn the_verdict_says_that_only_a_tag_can_read_what_it_stores() {
    let text = verdict(
        "[workload]\ndays = 30\npushes-per-day = 2\nreleases-per-month = 20\n[workflow.ship]\non = \"release\"\n\
         [workflow.ship.job.package]\ncold = \"30 min\"\nwarm = \"5 min\"\n\
         cache.actions-cache = { key = \"k-{lock}\", restore-keys = [\"k-\"], size = \"0.3 GB\" }\n",
    );
    assert!(text.contains("actions-cache entries stored only where the job cannot read (package"), "{text}");
    let reason = "What a run on a tag stores can be read by that tag only, and no run on main saves what package asks for.";
    assert!(text.contains(reason), "{text}");
}

#[test]
fn the_verdict_says_that_an_entry_is_larger_than_the_limit() {
    let text = verdict(
        "[workload]\ndays = 10\npushes-per-day = 8\n[cache]\nlimit = \"1 GB\"\n[workflow.ci]\non = \"push main\"\n\
         [workflow.ci.job.model]\ncold = \"30 min\"\nwarm = \"5 min\"\n\
         cache.actions-cache = { key = \"k\", size = \"2 GB\" }\n",
    );
    let expected =
        "The actions-cache entries of model are larger than the whole limit of 1 GB: 2 GB on average.";
    assert!(text.starts_with(expected), "{text}");
}

/// The rows of the table are more than what a perfect cache would save: its transfers remain.
#[test]
fn the_table_says_what_a_perfect_cache_would_not_save() {
    let case = Case::with(CROWDED);
    let run = ["run", "ci.toml", "--no-advice", "--replications", "4"];
    let result = case.json(&run);
    let minutes = |test: &dyn Fn(&str) -> bool| -> f64 {
        let rows = result["causes"].as_array().expect("causes").iter();
        let of = rows.filter(|row| test(row["cause"].as_str().expect("a cause")));
        of.map(|row| row["lost_minutes_per_day"]["mean"].as_f64().expect("a mean")).sum()
    };
    let (all, transfers) = (minutes(&|_| true), minutes(&|cause| cause == "transfer"));
    let text = case.stdout(&run).split_whitespace().collect::<Vec<_>>().join(" ");
    // Each number is printed with two digits.
    for (before, after, number) in [
        ("Transfers take ", " min a day. The verdict does not count them", transfers),
        ("A perfect cache would save ", " of ", all - transfers),
    ] {
        let told = text.split(after).find_map(|part| part.rsplit_once(before)).expect(before).1;
        let told: f64 = told.parse().expect("a number");
        assert!((told / number - 1.0).abs() < 0.1, "{before}{told}: {number}");
    }
}

#[test]
fn lost_time_costs_what_its_runner_does_without_transfers() {
    let mut recorder = metrics::recorder();
    let loss = |cause, minutes: f64| Loss { client: None, cause, time: Duration::MINUTE.scaled(minutes) };
    let losses = vec![loss(LossCause::NewKey, 6.0), loss(LossCause::Transfer, 3.0)];
    recorder.job(JobRun { losses, ..metrics::run(metrics::TEST, 30.0, 20.0, Conclusion::Success) });
    // 6 minutes in the two measured days, at 0.008 USD: 30 days have 15 times as many.
    metrics::close(metrics::value(&recorder.finish(), "lost.cost", &[]), 6.0 * 0.008 * 15.0);
}
