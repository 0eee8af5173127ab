//! A replay without its command line: the request prints the command that gives the same result, and a log
//! that is cancelled ends where it was.

use super::Cancelled;
use super::reproduced::words;
use crate::case::Case;
use cache_budget::experiment::replay::{PreparedReplay, Replayed};
use cache_budget::experiment::{Control, Ended, ReplayRequest, Unattended};
use cache_budget::replay::trace::CsvLayout;
use cache_budget::replay::{Input, OperationOutcome, TeamOfBuilds};
use cache_budget::report::replay::accesses;
use cache_budget::report::replay::{JsonOutcomes, comparison_json, shifts_json};
use cache_budget::service::{OverQuota, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};
use std::fs::File;
use std::io::Read;

const LISTING: &str = r#"[{"id":1,"ref":"refs/heads/trunk","key":"a","version":"v","sizeInBytes":600,
"createdAt":"2026-01-01T00:00:00Z","lastAccessedAt":"2026-01-02T00:00:00Z"}]"#;

/// A save and a restore each minute, with a line that is malformed.
fn log(minutes: usize) -> String {
    let minute = |minute: usize| {
        let at = SimTime(1_767_312_000_000 + 60_000 * minute as i64);
        let run = format!(r#""ref":"refs/heads/trunk","version":"v","key":"k{}""#, minute % 5);
        format!(
            "{{\"at\":\"{at}\",\"op\":\"save\",{run},\"size\":400}}\n{{\"at\":\"{at}\",\"op\":\"restore\",{run}}}\n"
        )
    };
    (0..minutes).map(minute).collect::<String>() + "{\"op\":\"no\"}\n"
}

/// A request in which every option of a log differs from its default.
fn of_a_log(case: &Case, limits: Vec<Bytes>) -> ReplayRequest {
    case.write("the log.jsonl", &log(90));
    case.write("listing.json", LISTING);
    ReplayRequest {
        log: case.path("the log.jsonl"),
        more: vec![],
        is_aligned: false,
        team: TeamOfBuilds { builds: 1, every: TeamOfBuilds::EVERY },
        input: Some(Input::Operations),
        layout: None,
        initial: Some(case.path("listing.json")),
        limits,
        sweep: Some(Sweep::Every { period: Duration(1_234_567), phase: None }),
        sweep_at: Some(SimTime(1_767_312_000_123)),
        retention: Some(Duration(2_345_678)),
        uploads_per_minute: 7,
        downloads_per_minute: 8,
        over_quota: OverQuota::Reject,
        default_branch: "trunk".into(),
        until: Some(SimTime(1_767_316_000_000)),
        shift: "1234ms".parse().ok(),
        screen: false,
        lenient: true,
    }
}

fn of_a_trace(case: &Case) -> ReplayRequest {
    case.write("trace.csv", "1;a;10\n2;b;20\n3;a;10\n4;c;15\nno\n5;b;20\n");
    let columns = ["1", "2", "3"].map(str::to_owned);
    ReplayRequest {
        input: Some(Input::Csv),
        layout: Some(CsvLayout { columns, header: false, delimiter: Some(b';') }),
        limits: vec![Bytes(25), Bytes(40)],
        lenient: true,
        ..ReplayRequest::of(case.path("trace.csv"))
    }
}

fn opened(request: &ReplayRequest) -> Vec<Box<dyn Read>> {
    request.logs().map(|log| Box::new(File::open(log).expect("the log")) as Box<dyn Read>).collect()
}

/// The result as the command writes it.
fn json(request: &ReplayRequest) -> String {
    let prepared = PreparedReplay::prepare(request.clone(), opened(request)).expect("it is well-formed");
    let mut outcomes = JsonOutcomes::new(Vec::new()).expect("memory");
    let mut keep = |outcome: &OperationOutcome| Ok(outcomes.write(outcome)?);
    let Ended { result, cancelled } = prepared.play(&mut keep, &Unattended).expect("it can be played");
    assert_eq!(cancelled, None);
    match result {
        Replayed::Log(log) => String::from_utf8(outcomes.finish(&log).expect("memory")).expect("text"),
        Replayed::Limits(all) => comparison_json(&all.rows, all.skipped, all.unsized_misses),
        Replayed::Shifts(all) => shifts_json(&all.rows, all.skipped),
        Replayed::Accesses(curve) => accesses::json(&curve),
    }
}

#[test]
fn the_request_is_the_command() {
    let case = Case::with("");
    let log = |limits: &[u64]| of_a_log(&case, limits.iter().copied().map(Bytes).collect());
    let plain =
        ReplayRequest { initial: None, lenient: true, ..ReplayRequest::of(case.path("the log.jsonl")) };
    let requests = [
        log(&[900]),
        log(&[900, 1_700]),
        ReplayRequest { screen: true, ..log(&[]) },
        ReplayRequest { shift: "90s".parse().ok(), ..log(&[900]) },
        ReplayRequest { shift: "5s..60s".parse().ok(), ..log(&[900]) },
        ReplayRequest {
            team: TeamOfBuilds { builds: 3, every: Duration(90_000) },
            more: vec![case.path("the log.jsonl")],
            is_aligned: true,
            ..log(&[900])
        },
        ReplayRequest { sweep: Some(Sweep::Instant), sweep_at: None, ..log(&[900]) },
        plain,
        of_a_trace(&case),
    ];
    for request in requests {
        let command = words(&request.to_string());
        let mut command: Vec<&str> = command.iter().map(String::as_str).collect();
        command.extend(["--quiet", "--format", "json"]);
        assert_eq!(case.stdout(&command), json(&request), "{request}");
    }
}

#[test]
fn a_log_that_is_cancelled_ends_where_it_was() {
    let case = Case::with("");
    case.write("long.jsonl", &log(5_000));
    let request = ReplayRequest { lenient: true, ..ReplayRequest::of(case.path("long.jsonl")) };
    let play = |request: &ReplayRequest, control: &dyn Control| {
        let prepared = PreparedReplay::prepare(request.clone(), opened(request)).expect("it is well-formed");
        prepared.play(&mut |_| Ok(()), control).expect("it can be played")
    };
    let Ended { result: Replayed::Log(cut), cancelled } = play(&request, &Cancelled) else {
        panic!("one limit")
    };
    // 4,096 operations are two in each of the first 2,048 minutes: the last is minute 2,047.
    let last = SimTime(1_767_312_000_000 + 60_000 * 2_047);
    let told = format!("the log was replayed until {last}, for 4096 operations");
    assert_eq!(cancelled, Some(told));
    let until = ReplayRequest { until: Some(last), ..request };
    let Ended { result: Replayed::Log(whole), .. } = play(&until, &Unattended) else { panic!("one limit") };
    assert_eq!((cut.tally, cut.bytes), (whole.tally, whole.bytes));
}
