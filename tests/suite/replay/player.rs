use cache_budget::replay::{LogReader, OperationOutcome, Player, Settings, StatedEntry};
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};

const HOURLY: Sweep = Sweep::Every { period: Duration::HOUR, phase: None };

pub fn settings(limit: u64, sweep: Sweep) -> Settings {
    let limits = Limits {
        limit: Bytes(limit),
        sweep,
        uploads_per_minute: None,
        downloads_per_minute: None,
        ..Limits::default()
    };
    Settings { limits, default_branch: "refs/heads/main".into(), until: None }
}

/// A line of the log: `day hour:minute save key size` or `… restore key`.
pub fn line(text: &str) -> String {
    let words: Vec<_> = text.split(' ').collect();
    let rest = match words[2] {
        "save" => format!(r#""save","ref":"main","key":"{}","size":{}"#, words[3], words[4]),
        other => format!(r#""{other}","ref":"main","key":"{}""#, words[3]),
    };
    format!("{{\"at\":\"2026-09-{}T{}:00Z\",\"op\":{rest}}}\n", words[0], words[1])
}

/// The outcomes, shortly, of all lines and of going on until `end`.
fn play(settings: &Settings, lines: &[&str], end: Option<&str>) -> (Vec<String>, Player) {
    let text: String = lines.iter().map(|text| line(text)).collect();
    let (mut log, mut player, mut told) =
        (LogReader::new(text.as_bytes(), false), Player::new(settings), vec![]);
    while let Some(operation) = log.next_operation().expect("readable") {
        player.play(&operation, &mut told).expect("it fits");
    }
    assert_eq!(log.problems().list(), []);
    if let Some(end) = end {
        player.finish(end.parse().expect("a time"), &mut told);
    }
    (told.iter().map(short).collect(), player)
}

fn short(outcome: &OperationOutcome) -> String {
    match outcome {
        OperationOutcome::Restore { outcome, .. } => outcome.name().into(),
        OperationOutcome::Save { outcome, .. } => outcome.name().into(),
        OperationOutcome::Evict { at, id, key, reason, .. } => {
            format!("{at} {} {key} {id}", reason.label())
        }
    }
}

#[test]
fn a_sweep_runs_at_every_full_hour_and_after_what_happens_at_it() {
    let lines = ["20 10:00 save a 60", "20 10:30 save b 60", "20 11:00 restore a"];
    let (told, _) = play(&settings(100, HOURLY), &lines, Some("2026-09-20T11:00:00Z"));
    assert_eq!(told, ["stored", "stored", "exact", "2026-09-20T11:00:00Z size b 2"]);
    let (told, _) = play(&settings(100, HOURLY), &lines, None);
    assert_eq!(told.len(), 3, "until the end is told, its sweep has not run");
}

/// What is stated later than it expired goes with the next sweep, at that instant or later; and a sweep at the instant of
/// an operation comes after it.
#[test]
fn what_expired_before_it_was_stated_goes_at_once() {
    let stated = r#"{"at":"2026-09-21T09:00:00Z","op":"entry","id":5,"ref":"main","key":"k","size":10,"created_at":"2026-09-10T00:00:00Z"}"#;
    let text = [&line("21 08:00 restore x"), stated, "\n", &line("21 10:00 restore k")].concat();
    let daily = Sweep::Every { period: Duration(36 * Duration::HOUR.0), phase: None };
    for sweep in [HOURLY, daily] {
        let (mut log, mut told) = (LogReader::new(text.as_bytes(), false), vec![]);
        let mut player = Player::new(&settings(100, sweep));
        while let Some(operation) = log.next_operation().expect("readable") {
            player.play(&operation, &mut told).expect("it fits");
        }
        let told: Vec<_> = told.iter().map(short).collect();
        assert_eq!(told, ["miss", "2026-09-21T09:00:00Z idle k 5", "miss"]);
    }
}

/// GitHub's changelog of 2026-09-10: what each mode allows, and that a declared one overrides the
/// read-only default of an untrusted trigger, which writes the default branch's scope then.
#[test]
fn the_declared_cache_mode_decides() {
    let at = |minute: u32| format!(r#""at":"2026-09-15T00:{minute:02}:00Z""#);
    let main = r#""ref":"refs/heads/main","event":"push""#;
    let pull = r#""ref":"refs/pull/7/merge","base":"refs/heads/main","event":"pull_request""#;
    let target = r#""ref":"refs/heads/main","event":"pull_request_target""#;
    let cases = [
        (main, "save", "", "deps-1", "stored"),
        (main, "restore", "write-only", "deps-1", "denied"),
        (main, "save", "read", "deps-2", "denied"),
        (pull, "save", "none", "deps-3", "denied"),
        (pull, "restore", "read", "deps-1", "exact"),
        (target, "save", "", "deps-4", "denied"),
        (target, "save", "write", "deps-4", "stored"),
        (main, "restore", "write", "deps-4", "exact"),
        (target, "restore", "none", "deps-4", "denied"),
        (pull, "save", "write-only", "deps-1", "stored"),
    ];
    let lines = cases.iter().zip(0..).map(|((run, op, mode, key, _), minute)| {
        let mode = if mode.is_empty() { String::new() } else { format!(r#","mode":"{mode}""#) };
        let size = if *op == "save" { r#","size":1"# } else { "" };
        format!("{{{},{run}{mode},\"op\":\"{op}\",\"key\":\"{key}\"{size}}}\n", at(minute))
    });
    let text: String = lines.collect();
    let (mut log, mut told) = (LogReader::new(text.as_bytes(), false), vec![]);
    let mut player = Player::new(&settings(100, Sweep::Never));
    while let Some(operation) = log.next_operation().expect("readable") {
        player.play(&operation, &mut told).expect("it fits");
    }
    assert_eq!(log.problems().list(), []);
    let told: Vec<_> = told.iter().map(short).collect();
    assert_eq!(told, cases.map(|(.., outcome)| outcome));
}

#[test]
fn a_gap_without_operations_costs_nothing_and_misses_no_expiry() {
    // A sweep every millisecond for ten days: 864 million of them, had each to be run.
    let every = Sweep::Every { period: Duration(1), phase: None };
    let lines = ["10 10:00 save a 1", "10 11:00 save b 1", "20 10:00 restore a"];
    let (told, player) = play(&settings(100, every), &lines, Some("2026-09-30T00:00:00Z"));
    let expired = ["2026-09-17T10:00:00.001Z idle a 1", "2026-09-17T11:00:00.001Z idle b 2"];
    assert_eq!(told, ["stored", "stored", expired[0], expired[1], "miss"]);
    assert_eq!(player.tally().expired, (2, 2));
}

#[test]
fn skipping_idle_sweeps_gives_what_running_each_gives() {
    // Explicit sweeps at every full hour act whatever the clock says, so nothing can be skipped.
    let operations = ["01 10:30 save a 60", "02 09:15 save b 30", "03 09:00 restore a", "06 09:10 save c 20"];
    let (skipped, _) = play(&settings(100, HOURLY), &operations, Some("2026-09-20T00:00:00Z"));
    let mut each: Vec<String> = operations.iter().map(ToString::to_string).collect();
    for hour in 0..19 * 24 {
        each.push(format!("{:02} {:02}:00 sweep -", 1 + hour / 24, hour % 24));
    }
    each.sort_by_key(|text| (text[..8].to_owned(), text.contains("sweep")));
    let each: String = each.iter().map(|text| line(text).replace(r#","ref":"main","key":"-""#, "")).collect();
    let (mut log, mut told) = (LogReader::new(each.as_bytes(), false), vec![]);
    let mut player = Player::new(&settings(100, Sweep::Never));
    while let Some(operation) = log.next_operation().expect("readable") {
        player.play(&operation, &mut told).expect("it fits");
    }
    assert_eq!(log.problems().list(), []);
    assert_eq!(skipped, told.iter().map(short).collect::<Vec<_>>());
    assert!(
        skipped.iter().any(|text| text.contains("idle")) && skipped.iter().any(|text| text.contains("size"))
    );
}

#[test]
fn texts_no_entry_uses_are_forgotten_without_changing_an_answer() {
    let mut player = Player::new(&settings(2_000, Sweep::Instant));
    let mut told = Vec::new();
    // 150,000 keys of which 1,999 fit: the texts of the others are forgotten on the way.
    for number in 0..150_000_u32 {
        let seconds = number / 10;
        let at = SimTime(1_790_000_000_000) + Duration(i64::from(seconds) * 1_000);
        for op in ["save", "restore"] {
            let size = if op == "save" { ",\"size\":1" } else { "" };
            let text = format!(r#"{{"at":"{at}","op":"{op}","ref":"main","key":"k{number}"{size}}}"#);
            let operation = LogReader::new(text.as_bytes(), false).next_operation().expect("readable");
            player.play(&operation.expect("an operation"), &mut told).expect("it fits");
        }
    }
    let tally = player.tally();
    assert_eq!((tally.hits(), tally.saved(cache_budget::replay::SaveAnswer::Stored)), (150_000, 150_000));
    // At 2,001 two go: the total stops below the limit.
    assert_eq!(tally.evicted.0 + player.listing().len() as u64, 150_000);
    assert_eq!(player.listing()[0].key, "k149999");
    assert!((1_999..=2_000).contains(&player.listing().len()));
}

#[test]
fn more_bytes_than_can_be_counted_are_refused() {
    let mut player = Player::new(&settings(u64::MAX, Sweep::Never));
    let size = 10_000_000_000_000_u64;
    let stated = |key: u64| StatedEntry {
        id: None,
        reference: None,
        key: key.to_string(),
        version: String::new(),
        size: Bytes(size),
        created: SimTime(0),
        accessed: SimTime(0),
    };
    for key in 0..u64::MAX / size {
        assert_eq!(player.state(&stated(key), 0), Ok(()));
    }
    let problem = player.state(&stated(u64::MAX), 7).expect_err("it does not fit");
    assert_eq!(problem.to_string(), "7: more bytes at once than can be counted: sweep more often");
}
