//! A sweep on several machines.

use super::Case;

const SWEEP: [&str; 9] = [
    "sweep",
    "ci.toml",
    "--vary",
    "cache.limit=2GB..8GB:2GB",
    "--strategy",
    "drop-sccache",
    "--replications",
    "2",
    "--quiet",
];

impl Case {
    /// Plays these parts of 3, each into its default folder.
    fn parts(&self, parts: &[&str], more: &[&str]) {
        for part in parts {
            self.stdout(&[&SWEEP[..], &["--shard", part], more].concat());
        }
    }

    fn merge_refused(&self, folders: &[&str]) -> String {
        let output = self.run(&[&["merge"], folders, &["--output", "whole"]].concat());
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(output.stdout.is_empty() && !self.path("whole").exists(), "nothing is written");
        String::from_utf8(output.stderr).expect("UTF-8")
    }
}

const PARTS: [&str; 3] = ["output/ci/sweep/1-of-3", "output/ci/sweep/2-of-3", "output/ci/sweep/3-of-3"];

#[test]
fn parts_join_to_the_same_bytes() {
    let case = Case::new();
    let whole = case.stdout(&[&SWEEP[..], &["--output", "at-once"]].concat());
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    // In any order.
    let [first, second, third] = PARTS;
    let merged = case.stdout(&["merge", third, first, second, "--output", "whole", "--quiet"]);
    assert_eq!(merged, whole);
    assert_eq!(case.files("whole"), case.files("at-once"));
    // Each part says that it is one.
    let part = String::from_utf8(case.files(first)[2].clone()).expect("UTF-8");
    assert!(
        part.contains("Part 1/3: 3 of 8 points") && part.contains(r#""shard": {"index":1,"of":3}"#),
        "{part}"
    );
}

#[test]
fn more_parts_than_points_leave_some_empty() {
    let case = Case::new();
    let two = ["sweep", "ci.toml", "--vary", "cache.limit=2GB,4GB", "--replications", "2", "--quiet"];
    case.stdout(&[&two[..], &["--output", "at-once"]].concat());
    let parts: Vec<String> = (1..=3).map(|n| format!("{n}/3")).collect();
    parts.iter().for_each(|part| drop(case.stdout(&[&two[..], &["--shard", part]].concat())));
    case.stdout(&[&["merge"], &PARTS[..], &["--output", "whole", "--quiet"]].concat());
    assert_eq!(case.files("whole"), case.files("at-once"));
}

#[test]
fn what_is_missing_or_there_twice_is_named() {
    let case = Case::new();
    case.parts(&["1/3", "3/3"], &[]);
    let said = case.merge_refused(&[PARTS[0], PARTS[2], PARTS[2]]);
    assert!(
        said.contains("part 3/3 is given twice: output/ci/sweep/3-of-3, output/ci/sweep/3-of-3"),
        "{said}"
    );
    assert!(said.contains("missing: part 2/3"), "{said}");
    let said = case.merge_refused(&[PARTS[0], "nowhere"]);
    assert!(said.contains("nowhere contains no sweep"), "{said}");
}

#[test]
fn parts_of_different_sweeps_are_refused() {
    let case = Case::new();
    case.parts(&["1/3"], &[]);
    let others: [(&[&str], &str); 6] = [
        (&["--seed", "2"], "the seed (1 and 2)"),
        (&["--set", "workload.days=20"], "the scenario (ci "),
        (&["--vary", "workload.pushes-per-day=4,8"], "the varied inputs"),
        (&["--all-metrics"], "the kept metrics"),
        (&["--metric", "push.runner_minutes"], "the metric (push.green {stat=mean} and push.runner_minutes)"),
        (&["--sample", "8"], "the design"),
    ];
    for (more, difference) in others {
        case.parts(&["2/3"], more);
        let said = case.merge_refused(&[PARTS[0], PARTS[1]]);
        assert!(said.contains(difference) && said.contains("parts of different sweeps"), "{said}");
    }
}

#[test]
fn another_version_is_refused() {
    let case = Case::new();
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    let plan = case.path("output/ci/sweep/2-of-3/sweep.json");
    let text = std::fs::read_to_string(&plan).expect("a plan");
    let version = concat!("\"version\":\"", env!("CARGO_PKG_VERSION"), "\"");
    assert!(text.contains(version));
    std::fs::write(&plan, text.replace(version, "\"version\":\"9.9.9\"")).expect("a file");
    let said = case.merge_refused(&PARTS);
    assert!(said.contains("the version (") && said.contains("9.9.9"), "{said}");
}

#[test]
fn what_was_tampered_with_is_refused() {
    let case = Case::new();
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    let points = case.path("output/ci/sweep/2-of-3/points.csv");
    let whole = std::fs::read_to_string(&points).expect("points");
    let refused = |text: &str| {
        std::fs::write(&points, text).expect("a file");
        let output = case.run(&[&["merge"], &PARTS[..], &["--output", "whole"]].concat());
        assert!(matches!(output.status.code(), Some(1 | 3)), "{output:?}");
        assert!(!case.path("whole/result.json").exists() && output.stdout.is_empty());
    };
    let lines: Vec<&str> = whole.lines().collect();
    refused(&lines[..lines.len() / 2].join("\n"));
    refused(&whole.replace("push.waiting", "push.wailing"));
    refused(&whole.replace("\n2,", "\n7,"));
    refused("");
    refused(&format!("{whole}{}\n", lines[1]));
    let plan = case.path("output/ci/sweep/2-of-3/sweep.json");
    let text = std::fs::read_to_string(&plan).expect("a plan");
    std::fs::write(&points, &whole).expect("a file");
    for (from, to) in
        [("\"replications\":2", "\"replications\":4000000000"), ("\"of\":3", "\"of\":0"), ("{", "[")]
    {
        std::fs::write(&plan, text.replacen(from, to, 1)).expect("a file");
        case.merge_refused(&PARTS);
    }
}

#[test]
fn a_whole_sweep_and_an_unfinished_part_are_no_parts() {
    let case = Case::new();
    case.stdout(&[&SWEEP[..], &["--output", "all"]].concat());
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    let plan = case.path("output/ci/sweep/2-of-3/sweep.json");
    let text = std::fs::read_to_string(&plan).expect("a plan");
    std::fs::write(&plan, text.replace("\"finished\":true", "\"finished\":false")).expect("a file");
    let said = case.merge_refused(&["all", PARTS[0], PARTS[1], PARTS[2]]);
    assert!(said.contains("all contains a complete sweep, not a part of one"), "{said}");
    assert!(
        said.contains(
            "the part in output/ci/sweep/2-of-3 is not finished: continue it with \
        --resume"
        ),
        "{said}"
    );
}

#[test]
fn a_part_is_not_overwritten_by_the_whole() {
    let case = Case::new();
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    let before = case.files(PARTS[0]);
    let output = case.run(&[&["merge"], &PARTS[..], &["--output", PARTS[0]]].concat());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(case.files(PARTS[0]), before);
}

/// What is damaged is there: it is not missing, and the command that mends it is told.
#[test]
fn a_damaged_part_is_not_called_missing() {
    let case = Case::new();
    case.parts(&["1/3", "2/3", "3/3"], &[]);
    let points = case.path("output/ci/sweep/1-of-3/points.csv");
    let whole = std::fs::read_to_string(&points).expect("points");
    let line = whole.lines().find(|line| line.contains("push.count")).expect("a line");
    let (begin, value) = line.rsplit_once(',').expect("cells");
    std::fs::write(&points, whole.replacen(line, &format!("{begin},1{value}"), 1)).expect("a file");
    let said = case.merge_refused(&PARTS);
    assert!(said.contains("damaged") && !said.contains("missing"), "{said}");
    assert!(said.contains("--shard 1/3") && said.contains("--resume"), "{said}");
    // Another one is missing as well, and only that one.
    let said = case.merge_refused(&PARTS[..2]);
    assert!(said.contains("missing: part 3/3; play it with"), "{said}");
}
