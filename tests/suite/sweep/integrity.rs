//! Bytes at rest: every replication in `points.csv` has a sum in `points.sum`. Damage is named, only what is
//! damaged is played again, and nothing damaged, foreign or doubled is merged.
#![cfg(unix)]

use super::Case;
use cache_budget::random::{mix, mix_str};

const SWEEP: [&str; 8] =
    ["sweep", "ci.toml", "--vary", "cache.limit=2GB..8GB:2GB", "--replications", "2", "--quiet", "--output"];

fn light() -> Case {
    Case::with(&crate::case::CROWDED.replace("cache.sccache = {}", "").replace("days = 24", "days = 6"))
}

impl Case {
    fn swept(&self, folder: &str, more: &[&str]) -> (i32, String) {
        self.said(&[&SWEEP[..], &[folder], more].concat())
    }

    fn said(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().expect("a code"), String::from_utf8(text).expect("UTF-8"))
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("a file")
    }

    fn put(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).expect("a file");
    }
}

/// The text with one digit of the value of this metric changed, in the block whose lines begin so.
fn with_another_digit(points: &[u8], block: &str, metric: &str) -> String {
    let text = String::from_utf8(points.to_vec()).expect("UTF-8");
    let line = text.lines().find(|line| line.starts_with(block) && line.contains(metric)).expect("a line");
    let value = line.rsplit(',').nth(2).expect("a value");
    let digit = value.chars().last().expect("a digit");
    let other = if digit == '7' { '3' } else { '7' };
    let changed = line.replace(&format!(",{value},"), &format!(",{}{other},", &value[..value.len() - 1]));
    assert_ne!(line, changed);
    text.replace(line, &changed)
}

#[test]
fn one_changed_digit_is_named_and_only_that_replication_is_played_again() {
    let case = light();
    case.swept("whole", &[]);
    let whole = case.files("whole");
    for block in ["1,1,", "3,2,", "4,2,"] {
        let [point, replication] = [&block[..1], &block[2..3]];
        case.put("whole/points.csv", with_another_digit(&whole[0], block, "push.count").as_bytes());
        let (code, said) = case.said(&["sweep", "--verify", "--output", "whole"]);
        let named = format!("replication {replication} of point {point} is damaged");
        assert!(code == 3 && said.contains(&named) && said.matches("damaged").count() == 2, "{said}");
        let (code, said) = case.swept("whole", &["--resume"]);
        assert!(code == 0 && said.contains(&named), "{said}");
        assert_eq!(case.files("whole"), whole, "played again");
    }
    let (code, said) = case.said(&["sweep", "--verify", "--output", "whole"]);
    assert_eq!(
        (code, said.as_str()),
        (0, "8 of 8 replications agree with points.sum; summary.csv and result.json follow from them.\n")
    );
}

/// What `points.sum` says of a block, counted as in the file: from its text and from what it is a block of.
fn sum_line(plan: &serde_json::Value, points: &str, point: u64, replication: u64) -> String {
    let head = points.split_inclusive('\n').next().expect("a head");
    let begin = format!("{point},{replication},");
    let lines: Vec<&str> = points.split_inclusive('\n').filter(|line| line.starts_with(&begin)).collect();
    let sweep = mix_str(plan["seed"].as_u64().expect("a seed"), head);
    let hash = plan["points"][point as usize - 1]["hash"].as_str().expect("a hash");
    let block = mix_str(mix(mix(sweep, point - 1), replication - 1), hash);
    let hash = lines.iter().fold(block, |hash, line| mix_str(hash, line));
    format!("{begin}{},{hash:016x}", lines.len())
}

/// Changes the text of the points, and the sum of one block as if it had been written so.
fn forged(case: &Case, folder: &str, points: &str, point: u64, replication: u64) {
    let plan: serde_json::Value =
        serde_json::from_slice(&case.read(&format!("{folder}/sweep.json"))).expect("a plan");
    let sums = String::from_utf8(case.read(&format!("{folder}/points.sum"))).expect("UTF-8");
    let begin = format!("{point},{replication},");
    let old = sums.lines().find(|line| line.starts_with(&begin)).expect("a sum");
    case.put(&format!("{folder}/points.csv"), points.as_bytes());
    case.put(
        &format!("{folder}/points.sum"),
        sums.replace(old, &sum_line(&plan, points, point, replication)).as_bytes(),
    );
}

#[test]
fn what_agrees_with_its_sum_is_not_simulated_again() {
    let case = light();
    case.swept("whole", &[]);
    let points = case.read("whole/points.csv");
    // A value that nobody would simulate, with its sum, and beside it a damaged block.
    let lied = with_another_digit(&points, "2,2,", "push.count");
    let line =
        lied.lines().find(|line| line.starts_with("2,2,") && line.contains("push.count")).expect("a line");
    forged(&case, "whole", &lied, 2, 2);
    let damaged = with_another_digit(lied.as_bytes(), "3,1,", "push.count");
    case.put("whole/points.csv", damaged.as_bytes());
    let (code, said) = case.swept("whole", &["--resume"]);
    assert!(code == 0 && said.contains("replication 1 of point 3 is damaged"), "{said}");
    assert_eq!(String::from_utf8_lossy(&case.read("whole/points.csv")), lied, "one is kept, one is played");
    assert!(line.starts_with("2,2,"));
}

#[test]
fn every_kind_of_damage_is_found_and_mended() {
    let case = light();
    case.swept("whole", &[]);
    let whole = case.files("whole");
    let points = String::from_utf8(whole[0].clone()).expect("UTF-8");
    let sums = String::from_utf8(whole[1].clone()).expect("UTF-8");
    let block =
        |begin: &str| points.split_inclusive('\n').filter(|l| l.starts_with(begin)).collect::<String>();
    let middle = points.len() / 2;
    let damages: Vec<(&str, Vec<u8>, String)> = vec![
        (
            "a line is missing",
            points.replacen(block("2,1,").lines().next().expect("a line"), "", 1).into(),
            sums.clone(),
        ),
        ("a block is there twice", format!("{points}{}", block("2,1,")).into(), sums.clone()),
        (
            "two blocks have changed places",
            points
                .replace(&block("1,2,"), "")
                .replacen("\n2,1,", &format!("\n{}2,1,", block("1,2,")), 1)
                .into(),
            sums.clone(),
        ),
        ("the head", points.replacen("point", "pqint", 1).into(), sums.clone()),
        (
            "bytes that are no text",
            [&points.as_bytes()[..middle], &[0xff, b'\n', 0xfe], &points.as_bytes()[middle..]].concat(),
            sums.clone(),
        ),
        (
            "a quotation mark",
            [&points.as_bytes()[..middle], b"\"", &points.as_bytes()[middle..]].concat(),
            sums.clone(),
        ),
        ("the end is cut off", points.as_bytes()[..points.len() - 9].to_vec(), sums.clone()),
        ("everything", vec![], sums.clone()),
        ("a sum", points.clone().into(), sums.replacen("\n2,2,", "\n2,2,1", 1)),
        ("the sums are cut off", points.clone().into(), sums[..sums.len() / 2].to_owned()),
    ];
    for (what, points, sums) in damages {
        case.put("whole/points.csv", &points);
        case.put("whole/points.sum", sums.as_bytes());
        let (code, said) = case.said(&["sweep", "--verify", "--output", "whole"]);
        // Blocks are whole in any order.
        assert!(code == if what.contains("places") { 0 } else { 3 }, "{what}: {said}");
        let (code, said) = case.swept("whole", &["--resume"]);
        assert!(code == 0 && case.files("whole") == whole, "{what}: {said}");
    }
    std::fs::remove_file(case.path("whole/points.sum")).expect("it is there");
    let (code, said) = case.swept("whole", &["--resume"]);
    assert!(code == 1 && said.contains("start over with --restart"), "{said}");
    assert_eq!(case.swept("whole", &["--restart"]).0, 0);
    assert_eq!(case.files("whole"), whole);
}

#[test]
fn files_that_do_not_follow_from_the_points_are_found() {
    let case = light();
    case.swept("whole", &[]);
    for name in ["summary.csv", "result.json"] {
        let before = case.read(&format!("whole/{name}"));
        case.put(&format!("whole/{name}"), &before[..before.len() - 2]);
        let (code, said) = case.said(&["sweep", "--verify", "--output", "whole"]);
        assert!(code == 3 && said.contains(&format!("{name} does not follow from points.csv")), "{said}");
        case.put(&format!("whole/{name}"), &before);
    }
    let (code, said) = case.swept("whole", &["--verify"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = case.swept("whole", &["--verify", "--seed", "2"]);
    assert!(code == 3 && said.contains("the seed (1 and 2)"), "{said}");
}

#[test]
fn damaged_foreign_and_doubled_blocks_are_not_merged() {
    let case = light();
    for part in ["1/2", "2/2"] {
        case.swept(&part[..1], &["--shard", part]);
    }
    case.swept("other", &["--shard", "2/2", "--seed", "2"]);
    let points = case.read("2/points.csv");
    let sums = case.read("2/points.sum");
    let refused = |text: &str| {
        let (code, said) = case.said(&["merge", "1", "2", "--output", "all"]);
        assert!(code == 3 && said.contains(text) && !case.path("all").exists(), "{said}");
    };
    case.put("2/points.csv", with_another_digit(&points, "4,1,", "push.count").as_bytes());
    refused("replication 1 of point 4 is damaged");
    // The points of another seed are damaged here, even with their sums.
    case.put("2/points.csv", &case.read("other/points.csv"));
    refused(
        "replication 1 of point 2, replication 2 of point 2, replication 1 of point 4, replication 2 of point 4 are damaged",
    );
    case.put("2/points.sum", &case.read("other/points.sum"));
    refused("are damaged");
    let text = String::from_utf8(points.clone()).expect("UTF-8");
    let doubled =
        text.split_inclusive('\n').skip(1).filter(|line| line.starts_with("2,1,")).collect::<String>();
    case.put("2/points.sum", &sums);
    case.put("2/points.csv", format!("{text}{doubled}").as_bytes());
    refused("replication 1 of point 2 is there twice");
    // A metric that is there twice, although the sum was made with it.
    let line = text.split_inclusive('\n').find(|line| line.starts_with("2,1,")).expect("a line");
    case.put("2/points.csv", &points);
    forged(&case, "2", &text.replacen(line, &line.repeat(2), 1), 2, 1);
    refused("replication 1 of point 2 is not sound: a metric is there twice");
    case.put("2/points.csv", &points);
    case.put("2/points.sum", &sums);
    let revision = format!("\"revision\":{}", cache_budget::engine::MODEL_REVISION);
    let plan = String::from_utf8(case.read("2/sweep.json")).expect("UTF-8");
    case.put("2/sweep.json", plan.replace(&revision, "\"revision\":0").as_bytes());
    refused("the model revision (");
}

#[test]
fn drafts_of_killed_processes_are_removed_on_resume() {
    let case = light();
    case.swept("whole", &[]);
    case.put("whole/cache-budget-a1B2c3.tmp", b"half a file");
    case.put("whole/cache-budget-mine.tmp", b"of the user");
    case.swept("whole", &["--resume"]);
    assert!(!case.path("whole/cache-budget-a1B2c3.tmp").exists());
    assert!(case.path("whole/cache-budget-mine.tmp").exists());
    // A sweep that was killed before it had a plan begins anew.
    std::fs::create_dir(case.path("begun")).expect("a folder");
    for more in ["--resume", "--restart"] {
        case.put("begun/cache-budget-a1B2c3.tmp", b"half a plan");
        assert_eq!(case.swept("begun", &[more]).0, 0);
        assert!(!case.path("begun/cache-budget-a1B2c3.tmp").exists(), "{more}");
    }
}
