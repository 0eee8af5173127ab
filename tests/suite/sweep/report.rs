//! What `report` makes of a sweep that was saved.

use super::{Case, FILES};
use cache_budget::report::Style;
use cache_budget::report::sweep as report;
use cache_budget::result::{SavedResult, read};

const PLAIN: Style = Style { color: false, width: 80 };

const PLAYS: [&[&str]; 3] = [
    &["--vary", "cache.limit=2GB..5GB:1GB", "--vary", "workload.pushes-per-day=4,8"],
    &[
        "--vary",
        "cache.limit=2GB..6GB",
        "--vary",
        "workload.changes.lock=0.05..0.3",
        "--sensitivity",
        "sobol",
        "--sample",
        "4",
    ],
    &[
        "--vary",
        "cache.limit=2GB..6GB",
        "--vary",
        "workload.changes.lock=0.05..0.3",
        "--sensitivity",
        "morris",
        "--sample",
        "4",
    ],
];

#[test]
fn a_saved_sweep_is_told_as_the_sweep_told_it() {
    for play in PLAYS {
        let case = Case::new();
        let sweep =
            [&["sweep", "ci.toml", "--quiet", "--replications", "2", "--output", "out"], play].concat();
        for format in ["table", "markdown"] {
            let told = case.stdout(&[&sweep[..], &["--format", format]].concat());
            assert_eq!(case.stdout(&["report", "out", "--format", format]), told);
        }
    }
}

#[test]
fn the_page_of_a_sweep_has_its_elbow_its_points_and_every_metric() {
    let case = Case::new();
    case.stdout(
        &[&["sweep", "ci.toml", "--quiet", "--replications", "2", "--output", "out"], PLAYS[0]].concat(),
    );
    case.stdout(&["report", "out", "--format", "html", "--quiet", "--output", "page.html"]);
    let page = std::fs::read_to_string(case.path("page.html")).expect("a page");
    for expected in ["Elbows of cache.limit", "change of", "limit = 2 GB, pushes-per-day = 4: stat=mean"] {
        assert!(page.to_lowercase().contains(&expected.to_lowercase()), "{expected}");
    }
}

#[test]
fn the_metrics_of_a_sweep_are_those_of_the_scenario_where_it_is_a_point() {
    let case = Case::new();
    let metrics = |limits: &str| {
        let vary = format!("cache.limit={limits}");
        let sweep =
            ["sweep", "ci.toml", "--replications", "1", "--quiet", "--format", "json", "--vary", &vary];
        let result: serde_json::Value = serde_json::from_str(&case.stdout(&sweep)).expect("JSON");
        (result["metrics"].clone(), result["points"][1]["metrics"].clone())
    };
    let (own, second) = metrics("2GB,3GB");
    assert!(own == second && own.as_array().is_some_and(|rows| rows.len() > 50), "{own}");
    assert_eq!(metrics("2GB,4GB").0, serde_json::json!([]), "its 3 GB are not among them");
}

#[test]
fn a_large_sweep_tells_only_headlines_and_can_be_reported_all_the_same() {
    let case = Case::new();
    let sweep = ["sweep", "ci.toml", "--replications", "2", "--output", "out"];
    let told = case.json(&[&sweep[..], PLAYS[0]].concat());
    assert_eq!(told["points_tell"], "all metrics");
    let saved =
        read(&std::fs::read(case.path("out").join(FILES[2])).expect("a result")).expect("it is sound");
    let SavedResult::Sweep(mut swept) = saved.saved else { panic!("it is of a sweep") };
    let table = report::table(&swept, PLAIN);
    for estimates in &mut swept.points {
        *estimates = estimates.iter().cycle().take(20_000).cloned().collect();
    }
    let large = report::json(&swept);
    // 160,000 metrics would be some 26 MB; those of the scenario itself, 20,000, are told.
    assert!(large.contains("\"points_tell\": \"headlines\"") && large.len() < 5_000_000, "{}", large.len());
    let SavedResult::Sweep(back) = read(large.as_bytes()).expect("it is sound").saved else {
        panic!("of a sweep")
    };
    assert!(back.points.iter().all(|estimates| estimates.len() < 2_000));
    assert_eq!(report::table(&back, PLAIN), table);
}

#[test]
fn a_part_is_no_whole_to_report() {
    let case = Case::new();
    case.stdout(
        &[
            &["sweep", "ci.toml", "--quiet", "--replications", "1", "--shard", "1/2", "--output", "out"],
            PLAYS[0],
        ]
        .concat(),
    );
    let refused = case.run(&["report", "out"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let said = String::from_utf8(refused.stderr).expect("UTF-8");
    assert!(said.contains("one part of a sweep") && said.contains("cache-budget merge"), "{said}");
}

#[test]
fn a_saved_sweep_that_was_tampered_with_is_refused() {
    let case = Case::new();
    case.stdout(
        &[&["sweep", "ci.toml", "--quiet", "--replications", "2", "--output", "out"], PLAYS[0]].concat(),
    );
    let path = case.path("out").join(FILES[2]);
    let whole: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a result")).expect("JSON");
    type Damage = fn(&mut serde_json::Value);
    let damages: [(Damage, &str); 6] = [
        (|r| r["design"] = "lattice".into(), "design: unknown variant `lattice`"),
        (
            |r| r["design"] = serde_json::json!({"sobol": 60_000}),
            "not a sweep that this version could have run",
        ),
        (|r| r["axes"][0]["values"] = "2 GB".into(), "not a sweep that this version could have run"),
        (
            |r| r["points"][1]["values"] = serde_json::json!([1.0]),
            "points[1].values: does not have a value for each",
        ),
        (
            |r| r["metric"]["name"] = "push.patience".into(),
            "metric: is a metric that this version does not know",
        ),
        (|r| r["reproduce"] = "rm it".into(), "reproduce: is not a command line"),
    ];
    for (damage, expected) in damages {
        let mut result = whole.clone();
        damage(&mut result);
        std::fs::write(&path, result.to_string()).expect("a file");
        let refused = case.run(&["report", "out"]);
        assert_eq!(refused.status.code(), Some(3), "{refused:?}");
        let said = String::from_utf8(refused.stderr).expect("UTF-8");
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
