//! What a report says, in every format, and that no text from a scenario can break it.

use crate::case::{CROWDED, Case};
use cache_budget::event::*;
use cache_budget::experiment::replicate;
use cache_budget::observe::*;
use cache_budget::report::{self, Cell, Style};
use cache_budget::result::RunResult;
use cache_budget::service::RemovalReason;
use cache_budget::statistics::{Study, WarmUp};
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::convert::Infallible;
use std::path::Path;

const RUST: ClientId = ClientId(0);
const SCCACHE: ClientId = ClientId(1);
const SETUP_NODE: ClientId = ClientId(3);
const PLAIN: Style = Style { color: false, width: 80 };

/// An entry that went, stored long before anything else.
fn victim(client: ClientId, size: Bytes, accessed: SimTime) -> Victim {
    Victim { client, size, created: SimTime(0), accessed }
}

fn at(hours: i64) -> SimTime {
    SimTime(hours * Duration::HOUR.0)
}

/// Two measured days of a limit of 10 GB and one job.
fn recorder(job: &str) -> Metrics {
    let names = Names {
        clients: ["rust-cache", "sccache", "buildkit", "setup-node"].map(String::from).to_vec(),
        workflows: vec!["ci".into()],
        jobs: vec![JobName {
            workflow: WorkflowId(0),
            name: job.into(),
            group: job.into(),
            after_failure: false,
        }],
        steps: vec![],
        sets: vec![],
    };
    let window = Window { start: at(0), measure_from: at(24), end: at(72) };
    Metrics::new(names, window, Bytes(10_000_000_000))
}

fn study_of(recorder: Metrics) -> Study {
    let outcome = recorder.finish();
    let Ok(study) = replicate(1, |_| Ok::<_, Infallible>(outcome.clone()));
    study
}

fn verdict_of(recorder: Metrics) -> String {
    report::verdict(&study_of(recorder))
}

/// Two measured days of a job that uses rust-cache, whose entries sccache's writes evict. On main,
/// `misses` of its ten look-ups miss, all of them an evicted entry.
fn day(job: &str, misses: u32) -> Outcome {
    let mut recorder = recorder(job);
    let site = |client| Site { client, job: JobId(0), kind: RefKind::Main };
    let size = Bytes(1_200_000_000);
    recorder.save(at(30), site(SCCACHE), SaveOutcome::Stored, size);
    recorder.level(at(30), size, 1);
    for look_up in 0..10 {
        let missed = look_up < misses;
        let (outcome, evicted) = if missed {
            (RestoreOutcome::Miss, Some(RemovalReason::Size))
        } else {
            (RestoreOutcome::Exact, None)
        };
        recorder.restore(at(40), site(RUST), outcome, size);
        if missed {
            recorder.evicted(at(39), &victim(RUST, size, at(29)), RemovalReason::Size);
            recorder.missed_evicted(at(40), &victim(RUST, Bytes(0), at(29)), at(39), RemovalReason::Size);
        }
        let restores = vec![Restore {
            client: RUST,
            outcome,
            evicted,
            cause: LossCause::NewKey,
            stalled: false,
            bytes: Bytes(0),
        }];
        recorder.job(run(restores, if missed { 20 } else { 5 }));
    }
    recorder.runner(at(40), Duration::HOUR, Money(0));
    recorder.finish()
}

fn run(restores: Vec<Restore>, minutes: i64) -> JobRun {
    JobRun {
        push: 0,
        workflow: WorkflowId(0),
        job: JobId(0),
        kind: RefKind::Main,
        queued: at(40),
        started: at(40),
        price_per_minute: Money(0),
        ended: at(40) + Duration(minutes * Duration::MINUTE.0),
        conclusion: Conclusion::Success,
        failure: None,
        build: Duration(minutes * Duration::MINUTE.0),
        ideal: Duration(5 * Duration::MINUTE.0),
        stalled: Duration::ZERO,
        waited: Duration::ZERO,
        losses: vec![],
        dependencies: Duration::ZERO,
        restores,
        objects_hit: 0,
        objects_missed: 0,
        writes_attempted: 0,
        writes_failed: 0,
        read_only: false,
        steps: vec![],
    }
}

/// Two replications with these misses.
fn answer_for(job: &str, misses: [u32; 2]) -> RunResult {
    let play = |replication: u32| Ok::<_, Infallible>(day(job, misses[replication as usize]));
    let Ok(study) = replicate(2, play);
    let at_least = |min| Expectation {
        measure: "restore.hit_ratio{client=rust-cache,ref=main}".parse().expect("a measure"),
        rivals: vec![],
        min: Some(min),
        max: None,
    };
    RunResult {
        command: "run",
        name: "example".into(),
        file: "example.toml".into(),
        hash: "0123456789abcdef".into(),
        seed: 7,
        reproduce: "cache-budget run example.toml --seed 7 --replications 2".into(),
        study,
        reached: None,
        warm_up: WarmUp::Fixed,
        rivals: vec![],
        advice: None,
        expectations: vec![at_least(0.25), at_least(0.9)],
    }
}

fn answer() -> RunResult {
    answer_for("test", [4, 4])
}

#[test]
fn the_verdict_says_what_misses_and_because_of_whom() {
    // 4 of 10 look-ups miss; build time 4 × 20 + 6 × 5 = 110 min, of which 4 × 15 = 60 are wasted.
    assert_eq!(
        report::verdict(&answer().study),
        "10 GB is too small for this CI: 40 % of rust-cache restores on main miss, 100 % of them \
         because the entry had been evicted (all by sccache's writes). Jobs spend 55 % of their \
         build time on work a perfect cache would have saved."
    );
    assert_eq!(
        report::verdict(&answer_for("test", [0, 0]).study),
        "10 GB is enough for this CI: nothing is evicted for size; the peak is 1.2 GB."
    );
}

#[test]
fn the_verdict_names_a_limit_that_is_no_whole_number_of_gib_to_a_tenth() {
    let mut answer = answer();
    for (limit, shown) in [(10_737_418_240, "10 GiB"), (10_700_000_000, "10.7 GB"), (12_000_000_000, "12 GB")]
    {
        answer.study.first.limit = Bytes(limit);
        let verdict = report::verdict(&answer.study);
        assert!(verdict.starts_with(&format!("{shown} is too small for this CI")), "{verdict}");
    }
}

/// A day on which rust-cache misses `rust` of 100 look-ups on main and setup-node 50 of 100, every
/// time an evicted entry. An entry of rust-cache is 1 GB, one of setup-node 10 MB.
fn two_victims(rust: usize) -> String {
    let mut recorder = recorder("test");
    for (client, misses, size) in [(RUST, rust, 1_000_000_000), (SETUP_NODE, 50, 10_000_000)] {
        let site = Site { client, job: JobId(0), kind: RefKind::Main };
        recorder.save(at(30), site, SaveOutcome::Stored, Bytes(size));
        for look_up in 0..100 {
            let missed = look_up < misses;
            let outcome = if missed { RestoreOutcome::Miss } else { RestoreOutcome::Exact };
            let evicted = missed.then_some(RemovalReason::Size);
            recorder.restore(at(40), site, outcome, Bytes(size));
            if missed {
                recorder.evicted(at(39), &victim(client, Bytes(size), at(29)), RemovalReason::Size);
                recorder.missed_evicted(
                    at(40),
                    &victim(client, Bytes(0), at(29)),
                    at(39),
                    RemovalReason::Size,
                );
            }
            recorder.job(run(
                vec![Restore {
                    client,
                    outcome,
                    evicted,
                    cause: LossCause::NewKey,
                    stalled: false,
                    bytes: Bytes(0),
                }],
                5,
            ));
        }
    }
    verdict_of(recorder)
}

#[test]
fn the_verdict_names_the_client_whose_misses_cost_most() {
    // 20 × 1 GB are more than 50 × 10 MB, though setup-node misses more often.
    let verdict = two_victims(20);
    assert!(verdict.contains("20 % of rust-cache restores on main miss"), "{verdict}");
    // 4 × 1 GB are still more, but 4 % is no reason to say that the limit is too small for this CI.
    let verdict = two_victims(4);
    assert!(verdict.contains("50 % of setup-node restores on main miss"), "{verdict}");
}

#[test]
fn the_hint_says_so_if_nothing_was_tried() {
    let quiet = report::hint(&answer_for("test", [0, 0]));
    assert_eq!(quiet, "No remedy was tried; 8.8 GB of the limit stays free in every replication.");
}

#[test]
fn the_table_is_one_screen_with_units_and_intervals() {
    let text = report::table(&answer(), Style { color: false, width: 120 }, true);
    for part in
        ["60 % (60–60)", "2.4 GB (2.4–2.4)", "Cache clients", "Jobs", "Who evicts whom", "sccache (100 %)"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(text.contains("✓ restore.hit_ratio {client=rust-cache, ref=main} >= 0.25: is 0.6000"), "{text}");
    assert!(text.contains("✗ restore.hit_ratio"), "{text}");
    assert!(text.ends_with("cache-budget run example.toml --seed 7 --replications 2 --details\n"), "{text}");
    // Where room is short, intervals stand below their means.
    let narrow = report::table(&answer(), PLAIN, true);
    assert!(narrow.contains("(60–60)") && !narrow.contains("60 % (60–60)"), "{narrow}");
    // Without the details the answer fits one screen, and says what it leaves out nowhere else.
    let short = report::table(&answer(), PLAIN, false);
    assert!(short.lines().count() <= 30 && !short.contains("Cache clients"), "{short}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let answer = answer_for("a job with quite a long name, as people have them (amd64, release)", [4, 3]);
    for width in [60, 80, 100] {
        for line in report::table(&answer, Style { color: false, width }, true).lines() {
            let shown = line.chars().count();
            let command = line.starts_with("cache-budget run"); // to be copied: never broken
            assert!(command || shown <= usize::from(width), "{shown} > {width}: {line}");
            // A number is on one line with its unit.
            assert!(!["% ", "GB ", "min "].iter().any(|unit| line.starts_with(unit)), "{line}");
        }
    }
}

#[test]
fn neither_a_name_nor_an_interval_is_broken_in_mid_word() {
    let number = |text: &str| Cell::Number(text.into());
    let mut row = vec![Cell::Name("buildkit-registry".into())];
    row.extend(vec![number("2803 (2743–2863)"); 6]);
    let headings = ["client", "restores per day", "hits", "exact", "stored per day", "failed", "evicted"];
    // In one line 17 + 6 × (2 + 16) = 125; with intervals below 17 + 6 × (1 + 11) = 89; without 17 + (1 + 8) + (1 + 4) + (1 + 5)
    // + 2 × (1 + 6) + (1 + 7) = 59, `restores` being the longest word of a heading.
    for (width, interval) in
        [(125, "2803 (2743–2863)"), (90, "(2743–2863)"), (89, "(2743–2863)"), (80, "2803"), (59, "2803")]
    {
        let text = report::columns(&headings, std::slice::from_ref(&row), width);
        assert!(text.contains("\nbuildkit-registry ") && text.contains(interval), "{width}:\n{text}");
        assert_eq!(text.contains("(Intervals need a wider terminal.)"), width < 89, "{width}:\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= width.into()), "{width}:\n{text}");
    }
    // Narrower still, the name gives way behind a sign, not the numbers.
    let text = report::columns(&headings, &[row], 52);
    assert!(
        text.contains("\nbuildkit- ") && text.contains("\nregistry") && text.contains(" 2803 "),
        "{text}"
    );
}

#[test]
fn words_keep_together_where_a_shorter_column_can_give_its_room() {
    let name = |text: &str| Cell::Name(text.into());
    let row =
        vec![name("ci.yml / test"), name("rust-cache via ./.github/actions/setup"), name("default-branch")];
    let text = report::columns(&["job", "client", "saves"], &[row], 36);
    // 36 − 6 − 14 − 2 leave 14 for the path, which breaks behind a slash.
    assert!(text.contains("default-branch") && text.contains("./.github/\n"), "{text}");
    assert!(text.contains("actions/setup"), "{text}");
}

/// What is ours and stands between backticks is code, whatever a name contains.
#[test]
fn markdown_shows_code_as_code_and_names_as_they_are() {
    let answer = answer();
    let text = report::markdown(&answer);
    assert!(text.contains("Reproduce with: `cache-budget run "), "{text}");
    assert!(!text.contains("\\`"), "{text}");
    let hostile = report::markdown(&answer_for("a`b @you", [4, 3]));
    assert!(!hostile.contains("@you"), "{hostile}");
}

#[test]
fn a_client_that_does_nothing_is_not_mentioned() {
    let answer = answer();
    // In JSON the names of all clients follow, for those who read it back.
    let json = report::json(&answer);
    let (metrics, _) = json.split_once("\"repository\"").expect("the names");
    for text in [report::table(&answer, PLAIN, true), metrics.to_owned(), report::csv(&answer)] {
        assert!(text.contains("sccache") && !text.contains("setup-node"), "{text}");
    }
}

#[test]
fn colour_is_only_there_when_wanted() {
    assert!(!report::table(&answer(), PLAIN, true).contains('\u{1b}'));
    assert!(
        report::table(&answer(), Style { color: true, width: 80 }, true).contains("\u{1b}[32m✓\u{1b}[0m")
    );
}

#[test]
fn no_control_character_of_a_name_reaches_the_terminal() {
    let text = report::table(&answer_for("te\u{1b}[2Jst\u{202e}\r", [4, 4]), PLAIN, true);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{text:?}");
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let text = report::json(&answer());
    let value: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    let order = [
        "schema_version",
        "tool",
        "command",
        "scenario",
        "seed",
        "replications",
        "simulated_days",
        "warmup_days",
        "verdict",
        "metrics",
        "expectations",
        "causes",
        "failures",
        "by_replication",
        "peaks",
        "reproduce",
        "repository",
        "first_replication",
    ];
    let places: Vec<_> = order.map(|key| text.find(&format!("\n  \"{key}\": ")).expect(key)).to_vec();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(value.as_object().map(|object| object.len()), Some(order.len()));
    assert_eq!(value["schema_version"], 1);
    assert_eq!(value["tool"]["name"], "cache-budget");
    assert_eq!(value["scenario"]["hash"], "0123456789abcdef");
    assert_eq!((value["seed"].as_u64(), value["replications"].as_u64()), (Some(7), Some(2)));
    assert_eq!((value["simulated_days"].as_f64(), value["warmup_days"].as_f64()), (Some(3.0), Some(1.0)));
    assert!(text.contains(
        r#"{"name":"restore.hit_ratio","labels":{"client":"rust-cache","job":"test","ref":"main"},"unit":"ratio","mean":0.6,"low":0.6,"high":0.6,"n":2}"#
    ), "{text}");
    assert_eq!(value["expectations"][0]["held"], true);
    assert_eq!(value["expectations"][1]["held"], false);
    assert_eq!(value["expectations"][1]["value"], 0.6);
}

#[test]
fn an_answer_holds_if_every_expectation_does() {
    let mut answer = answer();
    assert_eq!(answer.judgement(), Judgement::NotHeld);
    answer.expectations.pop();
    assert_eq!(answer.judgement(), Judgement::Held);
}

#[test]
fn csv_has_a_row_per_metric_and_a_column_per_label() {
    let answer = answer();
    let text = report::csv(&answer);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    for metric in CATALOGUE {
        assert!(metric.labels.iter().all(|label| headings.iter().any(|h| h == *label)), "{}", metric.name);
    }
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row as long as the headings")).collect();
    assert_eq!(rows.len(), answer.study.estimates.len());
    assert!(
        text.contains("\nrestore.hit_ratio,rust-cache,,test,main,,,,,,,,,,ratio,0.6,0.6,0.6,2\n"),
        "{text}"
    );
}

#[test]
fn csv_cells_are_never_formulas() {
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        let text = report::csv(&answer_for(name, [4, 4]));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let shown = reader.records().filter_map(|row| Some(row.ok()?.get(3)?.to_owned()));
        let shown: Vec<String> = shown.filter(|job| !job.is_empty()).collect();
        // Nothing that acts on a terminal either.
        let told = format!("'{}", name.replace('\t', "\\t").replace('\r', "\\r"));
        assert!(!shown.is_empty() && shown.iter().all(|job| *job == told), "{shown:?}");
    }
    let quoted = report::csv(&answer_for("a \"b\", c", [4, 4]));
    assert!(quoted.contains(r#","a ""b"", c","#), "{quoted}");
}

#[test]
fn markdown_shows_names_as_they_are() {
    let name = "<b>|`x`_y_ @all #12 https://a.b";
    let text = report::markdown(&answer_for(name, [4, 4]));
    let cell = "| &lt;b&gt;\\|\\`x\\`\\_y\\_ @\u{200b}all #\u{200b}12 https:\u{200b}//a.b |";
    assert!(text.contains(cell), "{text}");
    assert!(!text.contains("<b>") && text.contains("| 60 % (60–60) |"), "{text}");
    // Every row of a table has as many cells as its headings.
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let ragged =
        rows.windows(2).filter(|pair| pair[1].starts_with("| ---") && cells(pair[0]) != cells(pair[1]));
    assert_eq!(ragged.count(), 0, "{text}");
}

#[test]
fn numbers_carry_units_and_few_digits() {
    assert_eq!(report::bytes(10e9), "10 GB");
    assert_eq!(report::bytes(8.8e9), "8.8 GB");
    assert_eq!(report::limit(Bytes(10 << 30)), "10 GiB");
    assert_eq!(report::bytes(999.6e6), "1.0 GB");
    assert_eq!(report::bytes(0.0), "0 B");
    assert_eq!(report::percent(0.05), "5.0 %");
    assert_eq!(report::percent(0.712), "71 %");
    assert_eq!(report::percent(0.0066), "0.7 %");
    assert_eq!(report::percent(0.0), "0 %");
}

/// A verdict that says evictions do no harm does not go on to say what they cost, and only says that it would be praise
/// "even so" after praise.
#[test]
fn the_first_sentence_agrees_with_the_rest() {
    let lesson = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/lessons/03-hourly-sweeps.toml");
    let lesson = lesson.to_str().expect("UTF-8");
    let case = Case::with(CROWDED);
    // 4.2 % of a client's restores miss an evicted entry: less than makes a limit too small, and a quarter of the lost time.
    let asked = ["run", lesson, "--set", "cache.sweep=daily", "--replications", "1", "--quiet"];
    // With another sweep, what the lesson expects does not hold: the exit code is 10.
    let text = String::from_utf8(case.run(&asked).stdout).expect("UTF-8");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.starts_with("10 GB is nearly enough for this CI: "), "{text}");
    assert!(
        text.contains("and at most 4.2 % of a client's restores miss an evicted entry. A perfect"),
        "{text}"
    );
    assert!(text.contains("entries evicted for size"), "{text}");
    // Where only new keys cost time, evictions do none.
    let sets = ["cache.limit=10 GB", "workflow.ci.job.test.cache.rust-cache.key={sha}"];
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    let asked: Vec<&str> =
        ["run", "ci.toml", "--replications", "3", "--quiet"].into_iter().chain(sets).collect();
    let quiet = case.stdout(&asked).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(quiet.contains("does no harm so far") && !quiet.contains("evicted for size ("), "{quiet}");
}
