//! Event logs, what pushes change, and drawn arrivals.

use cache_budget::project::{Checkout, CrateGraph, InputId, crate_table};
use cache_budget::random::{Distribution, Draws};
use cache_budget::units::{Duration, SimTime};
use cache_budget::workload::{
    Arrivals, ChangeShares, EventLog, InputShare, LogProblem, LoggedPush, MergeRules, OtherEvents, PathSet,
    ProjectInput, PullRequests, Push, PushChange, PushKind, PushSource, RateChange, Stochastic, Workload,
    log_table::{self, LogNames},
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

const HEADER: &str = "crate,version,kind,weight,dependencies\n";

/// 20 libraries (0–19) and the members `small` (20, weight 1) and `large` (21, weight 1e9).
pub fn graph() -> CrateGraph {
    let libraries: String = (10..30).map(|i| format!("library-{i},1,library,,\n")).collect();
    let text = format!("{HEADER}{libraries}x-small,1,workspace,1,\nx-zlarge,1,workspace,1e9,\n");
    crate_table::read(&text, 100).expect("the table is fine")
}

fn classes() -> Vec<String> {
    vec!["rust".to_owned(), "ui".to_owned()]
}

fn inputs() -> Vec<String> {
    InputId::BUILT_IN.map(str::to_owned).to_vec()
}

fn read(text: &str, classes: &[String], rows_max: usize) -> Result<EventLog, Vec<LogProblem>> {
    log_table::read(text, LogNames { classes, inputs: &inputs(), branches: &[] }, rows_max)
}

pub fn log(rows: &[&str]) -> EventLog {
    let text = format!("at,event,pr,paths,changes,crates\n{}\n", rows.join("\n"));
    read(&text, &classes(), 5_000).expect("the log is fine")
}

pub fn workload(source: PushSource) -> Workload {
    Workload {
        source,
        path_classes: classes(),
        input_paths: vec![],
        inputs: inputs().into_iter().map(|name| ProjectInput { name, reverts: 0.0 }).collect(),
        branches: vec![],
        other_events: OtherEvents::default(),
        bounds: [None; 2],
        crons: vec![],
        fixes: None,
        cron_delay: Distribution::Constant(0.0),
        pull_request_lag: Duration::ZERO,
        drift_per_day: 0.0,
        lock_committed_from: SimTime(0),
        crates_per_lock_change: 3.0,
        crates_per_source_change: 1.0,
    }
}

pub fn played(rows: &[&str]) -> Vec<Push> {
    workload(PushSource::Log(log(rows))).pushes(&graph(), &Draws::new(1, 0))
}

pub fn changed(a: &Checkout, b: &Checkout) -> Vec<usize> {
    (0..a.versions.len()).filter(|&i| a.versions[i] != b.versions[i]).collect()
}

fn at(text: &str) -> SimTime {
    text.parse().expect("a time")
}

#[test]
fn a_log_is_read_row_by_row() {
    let text = "at,event,pr,author,paths,changes,crates,commit\n\
                2026-01-01T10:00:00Z,pr_push,7,bot,rust; ui,lock;web-lock,12,abc\n\
                2026-01-01T10:00:00+01:00,main_push,,,,source,,\n";
    let problems = read(text, &classes(), 10).expect_err("09:00 UTC comes second");
    assert_eq!((problems[0].line, problems[0].column), (3, Some("at")));
    let text = text.replace("+01:00", "-01:00");
    let log = read(&text, &classes(), 10).expect("now it is 11:00 UTC");
    let first = &log.pushes[0];
    let said = (first.kind, first.number, first.bot, first.paths);
    assert_eq!(said, (PushKind::PullRequest, Some(7), true, PathSet(0b11)));
    let change = PushChange::of(&[InputId::LOCK, InputId::WEB_LOCK]);
    assert_eq!(first.change, PushChange { crates: Some(12), ..change });
    let (at, change) = (at("2026-01-01T11:00:00Z"), PushChange::of(&[InputId::SOURCE]));
    assert_eq!((log.pushes[1].at, log.pushes[1].change), (at, change));
}

#[test]
fn every_problem_of_a_log_is_reported_at_once_with_line_and_column() {
    let text = "at,event,pr,author,paths,changes,crates\n\
                yesterday,main_push,,,,,\n\
                2026-01-01,main_psuh,,,,,\n\
                2026-01-01,pr_push,,,,,\n\
                2026-01-01,main_push,x,robot,rsut,lokc,\n\
                2026-01-01,main_push,,,,lock,many\n\
                2026-01-01,main_push,,,,source,3\n";
    let problems = read(text, &classes(), 10).expect_err("every row is wrong");
    let places: Vec<_> = problems.iter().map(|p| (p.line, p.column.unwrap_or(""))).collect();
    let (first, last) = ([(2, "at"), (3, "event"), (4, "pr")], [(6, "crates"), (7, "crates")]);
    let fifth = [(5, "pr"), (5, "author"), (5, "paths"), (5, "changes")];
    assert_eq!(places, [&first[..], &fifth, &last].concat());
    assert!(problems[1].message.contains("did you mean `main_push`?"), "{}", problems[1].message);
    assert!(problems[5].message.contains("did you mean `rust`?"), "{}", problems[5].message);
    assert!(problems[6].message.contains("did you mean `lock`?"), "{}", problems[6].message);
}

#[test]
fn a_log_with_an_unknown_column_too_many_rows_or_problems_is_refused() {
    let unknown = &read("at,event,when\n", &[], 10).expect_err("`when` is unknown")[0].message;
    assert!(unknown.contains("`when`") && unknown.contains("author"));
    let row = "2026-01-01,main_push\n";
    let three = read(&format!("at,event\n{}", row.repeat(3)), &[], 2).expect_err("3 > 2");
    assert_eq!((three.len(), three[0].line), (1, 4));
    let bad = read(&format!("at,event\n{}", "x,y\n".repeat(500)), &[], 1_000);
    assert_eq!(bad.expect_err("all are wrong").len(), 50);
}

#[test]
fn closings_a_log_leaves_out_are_added() {
    let log = log(&[
        "2026-01-01T00:00:00Z,pr_push,1,,,", // merged on the 3rd
        "2026-01-02T00:00:00Z,pr_push,2,,,", // closed by a row
        "2026-01-02T12:00:00Z,pr_push,3,,,", // quiet from here: closed on the 16th at noon
        "2026-01-03T00:00:00Z,main_push,1,,,",
        "2026-01-04T00:00:00Z,pr_closed,2,,,",
        "2026-01-15T00:00:00Z,pr_push,4,,,", // still open when the log ends
        "2026-01-20T00:00:00Z,main_push,,,,",
    ]);
    let closings: Vec<(SimTime, u32)> = log
        .with_closings()
        .pushes
        .iter()
        .filter(|push| push.kind == PushKind::Closed)
        .map(|push| (push.at, push.number.expect("a closing has a number")))
        .collect();
    let expected = [("2026-01-03", 1), ("2026-01-04", 2), ("2026-01-16T12:00:00Z", 3)];
    assert_eq!(closings, expected.map(|(time, number)| (at(time), number)));
    let pushes = workload(PushSource::Log(log)).pushes(&graph(), &Draws::new(1, 0));
    assert!(pushes.iter().zip(0..).all(|(push, id)| push.nth == id), "numbered in time order");
}

#[test]
fn each_change_moves_what_depends_on_it() {
    let fields = |changes: &str| {
        let row = format!("2026-01-02T00:00:00Z,main_push,,,{changes},");
        let pushes = played(&["2026-01-01T00:00:00Z,main_push,,,,", &row]);
        let (a, b) = (&pushes[0].checkout, &pushes[1].checkout);
        let differs = |input| a.input(input) != b.input(input);
        let moved = [
            ("versions", a.versions != b.versions),
            ("toolchain", differs(InputId::TOOLCHAIN)),
            ("manifests", differs(InputId::MANIFESTS)),
            ("lock", differs(InputId::LOCK)),
            ("recipe", a.recipe != b.recipe),
            ("dockerfile", differs(InputId::DOCKERFILE)),
            ("web_lock", differs(InputId::WEB_LOCK)),
            ("requirements", differs(InputId::REQUIREMENTS)),
            ("go_sum", differs(InputId::GO_SUM)),
            ("context", a.context != b.context),
        ];
        let moved: Vec<&str> = moved.iter().filter(|(_, moved)| *moved).map(|(name, _)| *name).collect();
        moved.join(" ")
    };
    assert_eq!(fields(""), "context");
    assert_eq!(fields("lock"), "versions lock recipe context");
    assert_eq!(fields("manifests"), "manifests recipe context");
    assert_eq!(fields("toolchain"), "toolchain recipe context");
    assert_eq!(fields("source"), "versions context");
    assert_eq!(fields("targets"), "recipe context");
    assert_eq!(fields("dockerfile"), "dockerfile context");
    assert_eq!(fields("web-lock"), "web_lock context");
    assert_eq!(fields("requirements"), "requirements context");
    assert_eq!(fields("go-sum"), "go_sum context");
}

#[test]
fn releases_and_schedules_see_main_and_versions_are_shared_where_nothing_changed() {
    let pushes = played(&[
        "2026-01-01T00:00:00Z,main_push,,,source,",
        "2026-01-01T01:00:00Z,release,,,,",
        "2026-01-01T02:00:00Z,schedule,,,,",
        "2026-01-01T03:00:00Z,main_push,,ui,web-lock,",
    ]);
    assert!(Rc::ptr_eq(&pushes[0].checkout, &pushes[1].checkout));
    assert!(Rc::ptr_eq(&pushes[0].checkout, &pushes[2].checkout));
    assert!(Rc::ptr_eq(&pushes[0].checkout.versions, &pushes[3].checkout.versions));
}

#[test]
fn before_a_lock_is_committed_versions_drift_and_its_identity_does_not() {
    let mut workload = workload(PushSource::Log(log(&[
        "2026-01-01T23:00:00Z,main_push,,,,",
        "2026-01-02T01:00:00Z,main_push,,,,",
        "2026-01-02T23:00:00Z,main_push,,,lock,2",
        "2026-01-05T00:00:00Z,main_push,,,,",
        "2026-01-09T00:00:00Z,main_push,,,lock,2",
    ])));
    workload.drift_per_day = 3.0;
    workload.lock_committed_from = at("2026-01-04T12:00:00Z");
    let pushes = workload.pushes(&graph(), &Draws::new(1, 0));
    let moved = |a: usize, b: usize| changed(&pushes[a].checkout, &pushes[b].checkout).len();
    // Midnight passed once: exactly 3 different crates. Within a day: only the 2 of the change.
    assert_eq!(moved(0, 1), 3);
    assert_eq!(moved(1, 2), 2);
    assert_eq!((pushes[2].checkout.input(InputId::LOCK), pushes[2].checkout.recipe), (0, 0));
    // The 3rd and the 4th, then nothing drifts any more: two draws of 3, perhaps the same ones.
    assert!((3..=6).contains(&moved(2, 3)), "{}", moved(2, 3));
    assert_eq!(moved(3, 4), 2);
    assert_ne!(pushes[4].checkout.input(InputId::LOCK), 0);
}

#[test]
fn a_replication_of_a_log_varies_only_what_the_log_does_not_fix() {
    let workload = workload(PushSource::Log(log(&["2026-01-01T00:00:00Z,main_push,,rust,lock;source,5"])));
    let pushes = |replication| workload.pushes(&graph(), &Draws::new(1, replication));
    assert_eq!(pushes(0), pushes(0));
    let (a, b) = (&pushes(0)[0], &pushes(1)[0]);
    let fixed = |push: &Push| (push.at, push.kind, push.paths, push.checkout.input(InputId::LOCK));
    assert_eq!(fixed(a), fixed(b));
    assert_ne!(a.checkout.versions, b.checkout.versions);
    let libraries = |push: &Push| push.checkout.versions[..20].iter().filter(|&&v| v != 0).count();
    assert_eq!((libraries(a), libraries(b)), (5, 5));
}

#[test]
fn drawn_crates_meet_their_mean_and_follow_weight() {
    let rows: Vec<String> =
        (0..2_000).map(|i| format!("{},main_push,,,lock;source,", SimTime(i * 1_000))).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let pushes = workload(PushSource::Log(log(&rows))).pushes(&graph(), &Draws::new(3, 0));
    let pairs = pushes.windows(2).map(|pair| changed(&pair[0].checkout, &pair[1].checkout));
    let (mut libraries, mut large, mut small) = (0, 0, 0);
    for moved in pairs {
        libraries += moved.iter().filter(|&&i| i < 20).count();
        small += usize::from(moved.contains(&20));
        large += usize::from(moved.contains(&21));
    }
    // Geometric with mean 3 cut off at 20: 3 × (1 − (2/3)^20) = 2.9991; deviation √6 = 2.45, so the
    // mean of 1,999 draws has a standard error of 0.055: within four of them.
    let mean = libraries as f64 / 1_999.0;
    assert!((mean - 3.0).abs() < 0.22, "{mean}");
    // One member each, and it is practically always the one with nearly all lines.
    assert_eq!((large, small), (1_999, 0));
}

pub fn stochastic() -> Stochastic {
    let mut hours = [0.0; 24];
    hours[8..18].fill(1.0);
    let share =
        |name: &str| [("lock", 0.2), ("source", 1.0)].iter().find(|s| s.0 == name).map_or(0.0, |s| s.1);
    Stochastic {
        from: at("2026-01-05"),
        days: 70.0,
        pushes_per_day: 20.0,
        hours,
        weekdays: [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
        growth: vec![],
        pull_requests: PullRequests {
            share: 0.6,
            pushes_each: 2.0,
            counts: vec![],
            merged: 0.5,
            hours_between: 0.5,
            hours_to_merge: None,
            forks: 0.25,
            stacked: 0.0,
        },
        changes: ChangeShares {
            inputs: inputs().into_iter().map(|name| InputShare { share: share(&name), name }).collect(),
            paths: vec![1.0, 0.5],
        },
        bursts_per_week: 1.0,
        burst_size: 4,
        burst_merged: 0.0,
        burst_paths: PathSet(1),
        rebases: None,
        releases_per_month: 3.0,
        merge_queue: false,
        queue_time: Duration(45 * 60_000),
        merge_rules: MergeRules { least: 1, most: 5, wait: Duration(5 * 60_000), timeout: None },
        schedules_per_day: 2.0,
        branches: vec![],
    }
}

pub fn drawn(plan: &Stochastic, replication: u32) -> Vec<Push> {
    workload(PushSource::Stochastic(plan.clone())).pushes(&graph(), &Draws::new(5, replication))
}

fn count(pushes: &[Push], kind: PushKind) -> f64 {
    pushes.iter().filter(|push| push.kind == kind && !push.bot).count() as f64
}

#[test]
fn drawn_arrivals_meet_their_rates() {
    let plan = stochastic();
    let replications = 30;
    let all: Vec<Push> = (0..replications).flat_map(|r| drawn(&plan, r)).collect();
    let per_day = |kind| count(&all, kind) / f64::from(replications) / plan.days;
    // 20 a day, 60 % to pull requests: 12 (a quarter from forks), and 8 to main; 2,100 days in all.
    // A pull request has 2 pushes on average (variance 2), so 6 × 2,100 of them make 25,200 pushes
    // with a deviation of √(12,600 × (2 + 2²)) = 275, 0.13 a day; under 1 % pass the end.
    let (own, forks) = (per_day(PushKind::PullRequest), per_day(PushKind::ForkPullRequest));
    assert!((own + forks - 12.0).abs() < 0.4, "{own} + {forks}");
    assert!((forks / (own + forks) - 0.25).abs() < 0.02, "{forks}");
    let main = per_day(PushKind::Main);
    assert!((main - 8.0).abs() < 0.3, "{main}");
    // Half of the 6 a day are merged.
    let merges = all.iter().filter(|p| p.kind == PushKind::Main && p.number.is_some()).count();
    assert!((merges as f64 / 2_100.0 - 3.0).abs() < 0.2, "{merges}");
    assert!((per_day(PushKind::Release) - 0.1).abs() < 0.03);
    // Every twelve hours; the 140th would be at the very end.
    assert_eq!(count(&all, PushKind::Schedule), 139.0 * 30.0);
    let bots = all.iter().filter(|push| push.bot).count() as f64 / 30.0;
    // Ten weeks of one burst of four: 40; the standard error of 30 such counts is 4 √10 / √30 = 2.3.
    assert!((bots - 40.0).abs() < 8.0, "{bots}");
    let expected = workload(PushSource::Stochastic(plan)).expected_pushes() * 30.0;
    let pushes = all.iter().filter(|push| push.kind != PushKind::Closed).count() as f64;
    assert!((pushes / expected - 1.0).abs() < 0.03, "{pushes} of {expected}");
}

/// 5 weeks at the stated 20 a day and 5 at three times that: 20 × 350 × (1 + 3) / 10 pushes, and so expected.
#[test]
fn the_rate_of_pushes_may_change() {
    let at = stochastic().from + Duration::DAY.scaled(35.0);
    let plan = Stochastic { growth: vec![RateChange { at, factor: 3.0 }], ..stochastic() };
    let direct = |push: &&Push| push.kind == PushKind::Main && push.number.is_none();
    let all: Vec<Push> = (0..10).flat_map(|replication| drawn(&plan, replication)).collect();
    let (early, late): (Vec<&Push>, Vec<&Push>) = all.iter().filter(direct).partition(|push| push.at < at);
    // 5 a day reach main without a pull request: 1,750 of 350 days, with a deviation of 42.
    assert!((early.len() as f64 - 1_750.0).abs() < 170.0, "{}", early.len());
    assert!((late.len() as f64 - 5_250.0).abs() < 300.0, "{}", late.len());
    let expected = workload(PushSource::Stochastic(plan)).expected_pushes() * 10.0;
    let pushes = all.iter().filter(|push| push.kind != PushKind::Closed).count() as f64;
    assert!((pushes / expected - 1.0).abs() < 0.03, "{pushes} of {expected}");
}

#[test]
fn pull_requests_may_have_one_of_several_numbers_of_pushes() {
    let pulls = stochastic().pull_requests;
    let of = PullRequests { pushes_each: 3.0, counts: vec![1, 1, 7], hours_between: 0.1, ..pulls };
    let pushes = drawn(&Stochastic { pull_requests: of, bursts_per_week: 0.0, ..stochastic() }, 0);
    let mut each: BTreeMap<u32, u32> = BTreeMap::new();
    let is_pull = |push: &&Push| matches!(push.kind, PushKind::PullRequest | PushKind::ForkPullRequest);
    for push in pushes.iter().filter(is_pull) {
        *each.entry(push.number.expect("a pull request")).or_default() += 1;
    }
    let share = |count| each.values().filter(|own| **own == count).count() as f64 / each.len() as f64;
    // 20 × 0.6 × 70 / 3 = 280 pull requests; one at the end may be cut off.
    assert!((share(1) - 2.0 / 3.0).abs() < 0.1 && (share(7) - 1.0 / 3.0).abs() < 0.1, "{each:?}");
    assert!(share(1) + share(7) > 0.98, "{each:?}");
}

#[test]
fn branches_begin_at_the_hours_and_on_the_days_given() {
    let plan = stochastic();
    let pushes = drawn(&plan, 0);
    let direct = pushes.iter().filter(|p| p.kind == PushKind::Main && p.number.is_none());
    let direct: Vec<SimTime> = direct.map(|push| push.at).collect();
    assert!(direct.iter().all(|at| (8..18).contains(&at.hour()) && at.weekday() < 5), "{direct:?}");
    assert!(direct.len() > 100, "{}", direct.len());
}

#[test]
fn a_drawn_pull_request_lives_once() {
    let plan = Stochastic { merge_queue: true, ..stochastic() };
    let pushes = drawn(&plan, 0);
    assert!(pushes.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].nth + 1 == pair[1].nth));
    for number in 1..60 {
        let life: Vec<&Push> = pushes.iter().filter(|push| push.number == Some(number)).collect();
        let Some(closed) = life.iter().position(|push| push.kind == PushKind::Closed) else { continue };
        let kinds: Vec<PushKind> = life[closed + 1..].iter().map(|push| push.kind).collect();
        assert!(kinds.is_empty() || kinds == [PushKind::Main], "{number}: {kinds:?}");
        let queued = life.iter().filter(|push| push.kind == PushKind::MergeGroup).count();
        assert_eq!(queued, kinds.len(), "a merge passes through the queue");
        if let [.., group, closed, merged] = &life[..]
            && merged.kind == PushKind::Main
        {
            assert_eq!(merged.at, closed.at);
            assert_eq!(merged.at - group.at, plan.queue_time);
        }
    }
}

#[test]
fn another_length_leaves_the_earlier_pushes_as_they_were() {
    let short = drawn(&Stochastic { days: 20.0, ..stochastic() }, 2);
    let long = drawn(&stochastic(), 2);
    assert!(short.len() > 300);
    for (a, b) in short.iter().zip(&long) {
        assert_eq!((a.at, a.kind, a.number, a.paths), (b.at, b.kind, b.number, b.paths));
        assert_eq!(a.checkout, b.checkout);
    }
}

#[test]
fn absurd_rates_are_foreseen_before_anything_is_drawn() {
    let plan = Stochastic { pushes_per_day: 1e12, ..stochastic() };
    assert!(workload(PushSource::Stochastic(plan)).expected_pushes() > 7e13);
    let nothing =
        Stochastic { pushes_per_day: 0.0, bursts_per_week: 0.0, releases_per_month: 0.0, ..stochastic() };
    let silent = drawn(&Stochastic { schedules_per_day: 0.0, ..nothing.clone() }, 0);
    assert!(silent.is_empty());
    let dead_hours = drawn(&Stochastic { hours: [0.0; 24], ..nothing }, 0);
    assert_eq!(dead_hours.len(), 139);
}

proptest! {
    #[test]
    fn no_text_makes_the_log_panic(text in "(at|event|pr|paths|changes|crates|2026-01-01|main_push|lock|[,;\n\"a-c0-9-]){0,40}") {
        let _ = read(&text, &classes(), 5);
        let _ = read(&format!("at,event,pr,paths,changes,crates\n{text}"), &classes(), 5);
    }

    /// Ids count up, versions keep their length, and nothing of a pull request reaches main before its merge.
    #[test]
    fn histories_are_consistent(rows in prop::collection::vec((0u8..4, 1u32..4, 0usize..4), 1..40)) {
        let changes = ["lock", "source", "manifests;source", "web-lock"];
        let lines: Vec<String> = rows.iter().enumerate().map(|(i, (kind, number, change))| {
            let (event, number) = match kind {
                0 => ("main_push", String::new()),
                1 => ("main_push", number.to_string()),
                2 => ("merge_group", number.to_string()),
                _ => ("pr_push", number.to_string()),
            };
            format!("{},{event},{number},,{},", SimTime(i as i64 * 60_000), changes[*change])
        }).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let pushes = played(&lines);
        let mut main: Option<&Push> = None;
        for (id, push) in (0..).zip(&pushes) {
            prop_assert_eq!(push.nth, id);
            prop_assert_eq!(push.checkout.versions.len(), 22);
            if push.kind == PushKind::Closed {
                let before = main.map_or(0, |main| main.checkout.context);
                prop_assert_eq!(push.checkout.context, before);
            }
            if push.kind == PushKind::Main {
                prop_assert!(main.is_none_or(|main| main.checkout.context != push.checkout.context));
                main = Some(push);
            }
        }
    }
}

#[test]
fn the_shipped_log_is_a_year_of_pushes() {
    let text = include_str!("../../scenarios/meteroid/events.csv");
    let classes = ["rust", "openapi", "audit", "ui"].map(str::to_owned);
    let log = read(text, &classes, 10_000).expect("the log is fine");
    let count = |kind| log.pushes.iter().filter(|push| push.kind == kind).count();
    let kinds = [PushKind::Main, PushKind::PullRequest, PushKind::Release];
    assert_eq!(kinds.map(count), [335, 765, 15]);
}

#[test]
fn drawn_branches_change_requirements_and_modules_without_shifting_anything_else() {
    let without = stochastic();
    let mut with = without.clone();
    with.changes.inputs[InputId::REQUIREMENTS.index()].share = 0.3;
    with.changes.inputs[InputId::GO_SUM.index()].share = 1.0;
    let (without, with) =
        (Arrivals::draw(&without, &Draws::new(5, 0)), Arrivals::draw(&with, &Draws::new(5, 0)));
    let drawn: Vec<_> = with.iter().filter(|push| push.change.has(InputId::GO_SUM)).collect();
    // Every push of people, and none of bots, releases and schedules.
    assert!(drawn.iter().all(|push| !push.bot) && drawn.len() > 1_000);
    let share = drawn.iter().filter(|push| push.change.has(InputId::REQUIREMENTS)).count() as f64
        / drawn.len() as f64;
    // Of some 550 branches: a deviation of √(0.3 × 0.7 / 550) = 0.02.
    assert!((share - 0.3).abs() < 0.08, "{share}");
    let plain = |pushes: &[LoggedPush]| -> Vec<LoggedPush> {
        let plain = |push: &LoggedPush| {
            let own = [InputId::REQUIREMENTS, InputId::GO_SUM];
            let inputs = push.change.inputs.iter().filter(|input| !own.contains(input)).collect();
            let change = PushChange { inputs, ..push.change };
            LoggedPush { change, ..push.clone() }
        };
        pushes.iter().map(plain).collect()
    };
    assert_eq!(plain(&with), without);
}

/// Neither a path class that no other push has, nor a rate that changes after the end, moves any push.
#[test]
fn what_is_added_shifts_nothing_else() {
    let draw = |plan: &Stochastic| Arrivals::draw(plan, &Draws::new(5, 0));
    let mut more = stochastic();
    more.changes.paths.push(0.4);
    more.growth = vec![RateChange { at: more.end() + Duration::DAY, factor: 3.0 }];
    let without = |push: LoggedPush| {
        let own = |paths: PathSet| PathSet(paths.0 & 0b11);
        LoggedPush { paths: own(push.paths), pushed_paths: push.pushed_paths.map(own), ..push }
    };
    let plain: Vec<LoggedPush> = draw(&more).into_iter().map(without).collect();
    assert_eq!(plain, draw(&stochastic()));
}
