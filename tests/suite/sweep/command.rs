//! What a sweep answers and leaves behind.

use super::{Case, FILES};
use serde_json::Value;

const LIMITS: [&str; 6] = ["sweep", "ci.toml", "--vary", "cache.limit=2GB..8GB:2GB", "--replications", "6"];

/// Long enough to tell an elbow from chance.
const LONG: [&str; 2] = ["--set", "workload.days=60"];

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn rows(text: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text).records().map(|row| row.expect("a row")).collect()
}

#[test]
fn the_answer_is_in_the_first_line_and_the_evidence_below() {
    let case = Case::new();
    let text = case.stdout(&[&LIMITS[..], &LONG, &["--quiet"]].concat());
    assert!(
        text.starts_with("Beyond cache.limit = 4 GB, each extra GB changes time to green by at most "),
        "{text}"
    );
    assert!(text.contains("By cache.limit") && text.contains("95 %"), "{text}");
    assert!(
        text.contains("cache-budget sweep ci.toml --vary cache.limit=2GB..8GB:2GB --set workload.days=60 --seed 1 --replications 6")
    );
    let prose = text.lines().filter(|line| !line.starts_with("cache-budget"));
    assert!(prose.clone().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn points_are_in_long_form_and_the_summary_is_their_mean() {
    let case = Case::new();
    let printed = case.stdout(&[&LIMITS[..], &["--quiet", "--output", "out", "--format", "csv"]].concat());
    let files = case.files("out");
    assert_eq!(printed.as_bytes(), files[3], "the CSV is the summary");
    let head = "point,replication,cache.limit,metric,client,workflow,job,ref,outcome,reason,conclusion,step,stat,evictor,victim,cause,set,unit,value,whole,trials\n";
    assert!(files[0].starts_with(head.as_bytes()));
    let points = rows(&files[0]);
    let waiting = |row: &&csv::StringRecord| {
        &row[3] == "push.waiting" && &row[12] == "mean" && (4..12).all(|at| row[at].is_empty())
    };
    let waiting: Vec<_> = points.iter().filter(waiting).collect();
    // Four points of six replications, in their order.
    let places: Vec<(&str, &str)> = waiting.iter().map(|row| (&row[0], &row[1])).collect();
    let expected: Vec<(String, String)> =
        (1..=4).flat_map(|point| (1..=6).map(move |n| (point.to_string(), n.to_string()))).collect();
    assert_eq!(places, expected.iter().map(|(point, n)| (point.as_str(), n.as_str())).collect::<Vec<_>>());
    for point in 1..=4 {
        let of_point = waiting.iter().filter(|row| row[0] == point.to_string());
        let values: Vec<f64> = of_point.map(|row| row[18].parse().expect("a number")).collect();
        let summary = rows(&files[3]);
        let mean = summary.iter().find(|row| {
            row[0] == point.to_string()
                && &row[2] == "push.waiting"
                && &row[11] == "mean"
                && row[6].is_empty()
        });
        let mean: f64 = mean.expect("a row")[17].parse().expect("a number");
        assert!((values.iter().sum::<f64>() / 6.0 - mean).abs() < 1e-9);
    }
}

#[test]
fn a_point_is_what_run_makes_of_it() {
    let case = Case::new();
    let swept = json(&case.stdout(&[&LIMITS[..], &["--quiet", "--format", "json"]].concat()));
    let run = json(&case.stdout(&[
        "run",
        "ci.toml",
        "--set",
        "cache.limit=6 GB",
        "--replications",
        "6",
        "--quiet",
        "--format",
        "json",
        "--output",
        "alone",
    ]));
    let point = &swept["points"][2];
    assert_eq!(
        (&point["settings"]["cache.limit"], &point["hash"]),
        (&"6 GB".into(), &run["scenario"]["hash"])
    );
    let alone = run["metrics"].as_array().expect("a list");
    let metrics = point["metrics"].as_array().expect("a list");
    // A sweep keeps no samples, of which `run` makes one quantile for all replications.
    let is_quantile = |metric: &Value| {
        metric["labels"]["stat"].as_str().is_some_and(|stat| stat.starts_with('p') && stat != "peak")
    };
    let same = |metric: &Value| is_quantile(metric) || alone.contains(metric);
    assert!(metrics.len() > 50 && metrics.iter().all(same), "the very same numbers");
}

#[test]
fn json_is_as_the_contract_has_it() {
    let case = Case::new();
    let printed =
        case.stdout(&[&LIMITS[..], &LONG, &["--quiet", "--format", "json", "--output", "out"]].concat());
    assert_eq!(printed.as_bytes(), case.files("out")[2]);
    let result = json(&printed);
    for key in
        ["tool", "scenario", "seed", "replications", "simulated_days", "warmup_days", "verdict", "metrics"]
    {
        assert!(result.get(key).is_some(), "{key}");
    }
    assert_eq!((&result["schema_version"], &result["command"]), (&1.into(), &"sweep".into()));
    assert_eq!(result["scenario"]["name"], "ci");
    assert_eq!(
        result["points"][0]["values"].as_array().map(Vec::len),
        result["replications"].as_u64().map(|n| n as usize)
    );
    let elbow = &result["elbows"][0];
    assert_eq!(
        (&elbow["finding"], &elbow["at"], &elbow["per"]),
        (&"flattens".into(), &"4 GB".into(), &"GB".into())
    );
    assert!(elbow["below"]["value"].as_f64() < elbow["above"]["value"].as_f64(), "steeper below: {elbow}");
}

#[test]
fn every_axis_gets_its_curves_for_each_setting_of_the_others() {
    let case = Case::new();
    let more = [
        "--vary",
        "workload.pushes-per-day=4,8,12",
        "--strategy",
        "drop-sccache",
        "--quiet",
        "--format",
        "json",
    ];
    let result = json(&case.stdout(&[&LIMITS[..4], &["--replications", "2"], &more].concat()));
    assert_eq!(result["points"].as_array().map(Vec::len), Some(24));
    let elbows = result["elbows"].as_array().expect("a list");
    let of = |axis: &str| elbows.iter().filter(|elbow| elbow["axis"] == axis).count();
    // Limits: 3 × 2 others. Pushes: 4 × 2. Off and on is no number.
    assert_eq!((of("cache.limit"), of("workload.pushes-per-day"), elbows.len()), (6, 8, 14));
    assert_eq!(elbows[0]["with"]["drop-sccache"], "off");
}

#[test]
fn strategies_are_an_axis() {
    let case = Case::new();
    let of = |arguments: &[&str]| {
        json(
            &case.stdout(
                &[&["sweep", "ci.toml", "--quiet", "--format", "json", "--replications", "3"], arguments]
                    .concat(),
            ),
        )
    };
    let listed = of(&["--vary", "strategy=none,drop-sccache,drop-sccache+raise-limit=20GB"]);
    let switched = of(&["--strategy", "drop-sccache", "--strategy", "raise-limit=20GB"]);
    let hash = |result: &Value, point: usize| result["points"][point]["hash"].clone();
    // Off and off, off and on, on and off, on and on.
    assert_eq!(hash(&listed, 0), listed["scenario"]["hash"]);
    assert_eq!(
        [hash(&listed, 0), hash(&listed, 1), hash(&listed, 2)],
        [0, 2, 3].map(|point| hash(&switched, point))
    );
    assert!(listed["elbows"].as_array().is_some_and(Vec::is_empty));
    let text = case.stdout(&[
        "sweep",
        "ci.toml",
        "--quiet",
        "--replications",
        "3",
        "--strategy",
        "raise-limit=20GB",
    ]);
    assert!(text.contains("off *") && text.contains("* is the unchanged scenario."), "{text}");
}

#[test]
fn a_strategy_that_is_pointless_somewhere_is_passed_over_there() {
    let case = Case::new();
    let arguments = ["sweep", "ci.toml", "--vary", "cache.limit=3GB,20GB", "--strategy", "raise-limit=20GB"];
    let result = json(
        &case.stdout(&[&arguments[..], &["--quiet", "--format", "json", "--replications", "2"]].concat()),
    );
    let hash = |point: usize| &result["points"][point]["hash"];
    assert!(hash(0) != hash(1) && hash(2) == hash(3), "20 GB are what it asks for");
}

#[test]
fn another_metric_and_all_metrics() {
    let case = Case::new();
    let job = "job.duration{job=test,stat=p90}";
    let asked = json(&case.stdout(
        &[&LIMITS[..], &["--quiet", "--metric", job, "--format", "json", "--output", "asked"]].concat(),
    ));
    assert_eq!(asked["metric"]["labels"]["job"], "test");
    let has = |folder: &str, text: &str| String::from_utf8_lossy(&case.files(folder)[0]).contains(text);
    assert!(has("asked", "job.duration,,,test") && !has("asked", "job.runs,,ci,test"));
    case.stdout(&[&LIMITS[..], &["--quiet", "--all-metrics", "--output", "all"]].concat());
    assert!(has("all", "job.runs,,ci,test"));
    // A count that never occurs is 0, not unknown.
    let never = "save.failed{reason=read_only}";
    let never =
        json(&case.stdout(&[&LIMITS[..], &["--quiet", "--metric", never, "--format", "json"]].concat()));
    assert!(
        never["verdict"].as_str().is_some_and(|verdict| verdict.contains("no distinguishable difference")),
        "{never}"
    );
}

#[test]
fn a_warm_up_that_is_to_be_detected_is_told_to_be_fixed() {
    let case = Case::new();
    let limits = ["sweep", "ci.toml", "--vary", "cache.limit=2GB,4GB", "--replications", "1"];
    let output =
        case.run(&[&limits[..], &["--set", "workload.warmup=auto", "--set", "workload.days=40"]].concat());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        said.contains("note: a sweep does not detect the warm-up") && said.contains("here 14.0 d"),
        "{said}"
    );
}

#[test]
fn a_sample_and_both_analyses_answer() {
    let case = Case::new();
    let vary =
        ["sweep", "ci.toml", "--vary", "cache.limit=2GB..6GB", "--vary", "workload.changes.lock=0.05..0.3"];
    let text = |more: &[&str]| case.stdout(&[&vary[..], &["--quiet", "--replications", "2"], more].concat());
    let sample = text(&["--sample", "16"]);
    assert!(sample.starts_with("The lowest time to green"), "{sample}");
    for how in ["sobol", "morris"] {
        let sensitivity = text(&["--sensitivity", how, "--sample", "8"]);
        // The limit can be chosen, and how often a lock file changes can be measured.
        assert!(sensitivity.starts_with("Choose cache.limit with care: it "), "{sensitivity}");
        assert!(sensitivity.contains("Measure workload.changes.lock: it "), "{sensitivity}");
        assert!(
            sensitivity.lines().filter(|l| !l.starts_with("cache-budget")).all(|l| l.chars().count() <= 80),
            "{sensitivity}"
        );
        let markdown = text(&["--sensitivity", how, "--sample", "8", "--format", "markdown"]);
        assert!(markdown.contains("| cache.limit | 2 GB..6 GB |"), "{markdown}");
        let result = json(&text(&["--sensitivity", how, "--sample", "8", "--format", "json"]));
        let row = &result["sensitivity"][0];
        let of = &row[if how == "sobol" { "total" } else { "mu_star" }];
        assert!(
            row["path"] == "cache.limit"
                && of["low"].as_f64() <= of["value"].as_f64()
                && of["value"].as_f64() <= of["high"].as_f64()
        );
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let case = Case::new();
    for threads in ["1", "2"] {
        let more = ["--strategy", "drop-sccache", "--threads", threads, "--output", threads, "--quiet"];
        case.stdout(&[&LIMITS[..], &more].concat());
    }
    assert_eq!(case.files("1"), case.files("2"));
    assert_eq!(FILES.len(), case.files("1").len());
}

/// Releases push tags, and nothing waits for them to get green.
#[test]
fn where_nothing_gets_green_a_sweep_is_about_runner_minutes() {
    let scenario = |on: &str, more: &str| {
        format!(
            "[workload]\npushes-per-day = 4\nreleases-per-month = 60\ndays = 10\nwarmup = \"1 d\"\n[workflow.ci]\n\
             on = \"{on}\"\n{more}job.test = {{ cold = \"17 min\", warm = \"4 min\", cache.rust-cache = {{ size = \
             \"1.2 GB\" }} }}\n"
        )
    };
    let swept = |text: &str| {
        let case = Case::with(text);
        let asked = ["sweep", "ci.toml", "--vary", "cache.limit=2GB,3GB", "--replications", "2"];
        let result = case.json(&asked);
        let said = String::from_utf8(case.run(&asked).stderr).expect("UTF-8");
        (
            result["plan"]["metric"].as_str().or(result["metric"].as_str()).unwrap_or_default().to_owned(),
            said,
            case,
        )
    };
    let note = "note: nothing that is pushed here can get green, so this is about runner.minutes";
    for (on, more) in [("push tags", ""), ("schedule", "cron = \"0 3 * * *\"\n")] {
        let (_, said, case) = swept(&scenario(on, more));
        assert!(said.contains(note), "{on}: {said}");
        let text = case.stdout(&["report", "output/ci/sweep"]);
        assert!(text.contains("runner") && !text.contains("push to green"), "{on}: {text}");
    }
    for on in ["pull_request", "push main"] {
        let (_, said, case) = swept(&scenario(on, ""));
        assert!(!said.contains("can get green"), "{on}: {said}");
        let text = case.stdout(&["report", "output/ci/sweep"]);
        assert!(text.contains("push to green"), "{on}: {text}");
    }
}
