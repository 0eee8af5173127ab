use super::folder::{ScenarioFolder, VALID};
use insta::assert_snapshot;
use std::time::Instant;

fn problems(text: &str) -> String {
    ScenarioFolder::new(&format!("{text}\n{VALID}")).problems(&[])
}

#[test]
fn unknown_key_suggests_the_nearest() {
    assert_snapshot!(problems("[cache]\nlimt = \"10 GB\""), @r#"
    error[unknown-key]: unknown key `limt` in `cache`
     --> s.toml:2:1
      |
    2 | limt = "10 GB"
      | ^^^^
      |
    help: did you mean `limit`?
      |
    2 | limit = "10 GB"
      |    +

    1 error
    "#);
}

#[test]
fn wrong_unit_names_the_right_ones() {
    assert_snapshot!(problems("[cache]\nlimit = \"10 min\"\nretention = \"7\""), @r#"
    error[wrong-unit]: `min` is not a unit of size
     --> s.toml:2:9
      |
    2 | limit = "10 min"
      |         ^^^^^^^^
      |
      = help: use one of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB

    error[wrong-unit]: `7` has no unit
     --> s.toml:3:13
      |
    3 | retention = "7"
      |             ^^^
      |
      = help: write for example `17 min` (units: ms, s, min, m, h, d, days, day, w)

    2 errors
    "#);
}

#[test]
fn negative_size_is_out_of_range() {
    assert_snapshot!(problems("[cache]\nlimit = \"-1 GB\""), @r#"
    error[out-of-range]: `-1 GB` is out of range: size must be between 0 and 1000 TB
     --> s.toml:2:9
      |
    2 | limit = "-1 GB"
      |         ^^^^^^^

    1 error
    "#);
}

#[test]
fn bare_number_is_no_size() {
    assert_snapshot!(problems("[cache]\nlimit = 10"), @r#"
    error[wrong-type]: `cache.limit` cannot be a number without a unit
     --> s.toml:2:9
      |
    2 | limit = 10
      |         ^^ expected a size such as "1.2 GB"

    1 error
    "#);
}

#[test]
fn unquoted_size_is_a_syntax_error_and_nothing_else() {
    assert_snapshot!(problems("[cache]\nlimit = 10 GBB"), @r#"
    error[syntax]: string values must be quoted, expected literal string
     --> s.toml:2:9
      |
    2 | limit = 10 GBB
      |         ^^^^^^
      |
      = help: put texts, sizes, durations and times in quotes: `limit = "10 GB"`

    1 error
    "#);
}

#[test]
fn a_list_that_is_not_closed_is_one_mistake() {
    let text = "[cache]\nlimit = 10 GB\n[workflow.ci]\non = [\"push main\", \"pull_request\"\n\
                [workflow.ci.job.test]\ncold = \"17 min\"\nwarm = \"4 min\"\n";
    let said = problems(text);
    assert_eq!(said.matches("error[syntax]").count(), 2, "{said}");
    assert!(said.contains("s.toml:4:6") && said.contains("this list has no `]`"), "{said}");
    assert!(said.contains("put texts, sizes"), "what stands before it is said, too: {said}");
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_file() {
    let text = "[cache]\nlimit = 10 GB\nretentoin = \"7 d\"\n[workload]\npushes-per-day = -1\n\
                [workflow.ci]\non = [\"push main\", 3]\njob.test = { cold = \"4 parsecs\", warm = true }\n";
    assert_snapshot!(ScenarioFolder::new(text).problems(&[]), @r#"
    error[syntax]: string values must be quoted, expected literal string
     --> s.toml:2:9
      |
    2 | limit = 10 GB
      |         ^^^^^
      |
      = help: put texts, sizes, durations and times in quotes: `limit = "10 GB"`

    error[unknown-key]: unknown key `retentoin` in `cache`
     --> s.toml:3:1
      |
    3 | retentoin = "7 d"
      | ^^^^^^^^^
      |
    help: did you mean `retention`?
      |
    3 - retentoin = "7 d"
    3 + retention = "7 d"
      |

    error[out-of-range]: `workload.pushes-per-day` is out of range
     --> s.toml:5:18
      |
    5 | pushes-per-day = -1
      |                  ^^ expected a number from 0 to 100000

    error[wrong-type]: `workflow.ci.on.1` cannot be a number without a unit
     --> s.toml:7:20
      |
    7 | on = ["push main", 3]
      |                    ^ expected a word such as "push main", or "push …" or "pull_request …"

    error[wrong-unit]: `parsecs` is not a unit of duration
     --> s.toml:8:21
      |
    8 | job.test = { cold = "4 parsecs", warm = true }
      |                     ^^^^^^^^^^^
      |
      = help: use one of ms, s, min, m, h, d, days, day, w

    error[wrong-type]: `workflow.ci.job.test.warm` cannot be `true` or `false`
     --> s.toml:8:41
      |
    8 | job.test = { cold = "4 parsecs", warm = true }
      |                                         ^^^^ expected a duration such as "17 min"

    6 errors
    "#);
}

#[test]
fn missing_workflow() {
    assert_snapshot!(ScenarioFolder::new("[cache]\n").problems(&[]), @"
    error[missing-key]: a scenario needs `workflow`
     --> s.toml:1:1
      |
    1 | [cache]
      | ^
      |
      = note: The workflows and their jobs.
      = help: write a table of names, each with a table that describes a workflow

    1 error
    ");
}

#[test]
fn missing_scenario() {
    let folder = ScenarioFolder::new("");
    std::fs::remove_file(folder.path("s.toml")).unwrap();
    assert_snapshot!(folder.problems(&[]), @"
    error[unreadable]: cannot read `s.toml`: No such file or directory (os error 2)

    1 error
    ");
}

#[test]
fn folder_is_no_scenario() {
    let folder = ScenarioFolder::new("");
    std::fs::remove_file(folder.path("s.toml")).unwrap();
    std::fs::create_dir(folder.path("s.toml")).unwrap();
    assert_snapshot!(folder.problems(&[]), @"
    error[unreadable]: `s.toml` is not a file

    1 error
    ");
}

#[test]
fn not_utf_8_says_where() {
    let folder = ScenarioFolder::new("").with("s.toml", b"[cache]\nlimit = \"1\xff GB\"\n");
    assert_snapshot!(folder.problems(&[]), @r#"
    error[not-utf-8]: byte 18 is not valid UTF-8
     --> s.toml:2:11
      |
    2 | limit = "1� GB"
      |           ^
      |
      = help: save the file as UTF-8

    1 error
    "#);
}

#[test]
fn huge_file_is_refused_without_reading_it() {
    let folder = ScenarioFolder::new("");
    let file = std::fs::File::create(folder.path("s.toml")).unwrap();
    file.set_len(1_000_000_000).unwrap();
    let start = Instant::now();
    assert_snapshot!(folder.problems(&[]), @"
    error[limit-exceeded]: `s.toml` is larger than 4 MB
     |
     = help: is this the right file?

    1 error
    ");
    assert!(start.elapsed().as_millis() < 1_000);
}

#[test]
fn four_megabytes_of_garbage_are_answered_briefly() {
    let garbage = ScenarioFolder::new(&"= ] \" \n".repeat(500_000)).problems(&[]);
    assert!(garbage.lines().count() < 600, "{} lines", garbage.lines().count());
    assert!(garbage.contains("more"), "{garbage}");
    let one_line = ScenarioFolder::new(&"x".repeat(3_900_000)).problems(&[]);
    assert!(one_line.len() < 5_000, "{} bytes", one_line.len());
}

/// The number in the last line, "N errors".
fn counted(said: &str) -> usize {
    said.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn hundreds_of_thousands_of_problems_are_counted_quickly() {
    let start = Instant::now();
    let keys: String = (0..300_000).map(|n| format!("k{n}=1,")).collect();
    let said = ScenarioFolder::new(&format!("cache = {{ {keys} }}\n[workflow]\n= 1\n")).problems(&[]);
    assert!(counted(&said) >= 300_001, "{}", &said[said.len() - 100..]);
    let lines: String = (0..150_000).map(|n| format!("k{n} = 1\n= 2\n")).collect();
    let said = ScenarioFolder::new(&lines).problems(&[]);
    assert!(counted(&said) >= 300_000, "{}", &said[said.len() - 100..]);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!("title = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(ScenarioFolder::new(&text).problems(&[]).contains("error[syntax]"));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let text = "\"\\u001b[31mred\" = 1\n[cache]\n\"\\u202Ex\" = 1\nlimit = \"\u{9b}31m\u{202e}\"\n";
    let said = problems(text);
    let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!said.contains(hidden), "{said:?}");
    assert!(said.contains(r"\u{1b}[31mred"), "{said}");
}

#[test]
fn names_are_short_and_plain() {
    assert_snapshot!(problems("[runner.\"a\\tb\"]\ncores = 2\n[runner.\"\"]\n"), @r#"
    error[wrong-name]: `a\tb` cannot be a name
     --> s.toml:1:9
      |
    1 | [runner."a\tb"]
      |         ^^^^^^
      |
      = help: a name has 1 to 100 visible characters and no space at either end

    error[wrong-name]: `` cannot be a name
     --> s.toml:3:9
      |
    3 | [runner.""]
      |         ^^
      |
      = help: a name has 1 to 100 visible characters and no space at either end

    2 errors
    "#);
}

#[test]
fn too_many_names() {
    let runners: String = (0..10_001).map(|n| format!("[runner.r{n}]\n")).collect();
    let said = problems(&runners);
    assert!(said.contains("`runner` has 10001 elements, more than 10000"), "{said}");
}

#[test]
fn distributions_have_one_shape_with_sensible_bounds() {
    let text = "[runner]\n\
        a.boot = { uniform = { low = \"2 min\", high = \"1 min\" } }\n\
        b.boot = { lognormal = { median = \"0 s\", sigma = 1 } }\n\
        c.boot = { exponential = { mean = \"1 min\" }, uniform = { low = \"0 s\", high = \"1 s\" } }\n\
        d.boot = { lognormal = { median = \"1 GB\", sigma = 9 } }\n\
        e.boot = { pareto = { alpha = 1 } }\n\
        f.speed-noise = \"fast\"\n\
        g.speed-noise = { uniform = { low = -1, high = 1 } }\n";
    assert_snapshot!(problems(text), @r#"
    error[out-of-range]: in `runner.a.boot`, `low` is larger than `high`
     --> s.toml:2:10
      |
    2 | a.boot = { uniform = { low = "2 min", high = "1 min" } }
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[out-of-range]: in `runner.b.boot`, the median must be more than 0
     --> s.toml:3:10
      |
    3 | b.boot = { lognormal = { median = "0 s", sigma = 1 } }
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[out-of-range]: `runner.c.boot` names 2 distributions instead of one
     --> s.toml:4:10
      |
    4 | c.boot = { exponential = { mean = "1 min" }, uniform = { low = "0 s", high = "1 s" } }
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: keep one of `lognormal`, `uniform` and `exponential`, or write a plain value

    error[wrong-unit]: `GB` is not a unit of duration
     --> s.toml:5:35
      |
    5 | d.boot = { lognormal = { median = "1 GB", sigma = 9 } }
      |                                   ^^^^^^
      |
      = help: use one of ms, s, min, m, h, d, days, day, w

    error[out-of-range]: `runner.d.boot.lognormal.sigma` is out of range
     --> s.toml:5:51
      |
    5 | d.boot = { lognormal = { median = "1 GB", sigma = 9 } }
      |                                                   ^ expected a number from 0 to 5

    error[unknown-key]: unknown key `pareto` in `runner.e.boot`
     --> s.toml:6:12
      |
    6 | e.boot = { pareto = { alpha = 1 } }
      |            ^^^^^^
      |
      = help: known here: `lognormal`, `uniform`, `exponential`

    error[wrong-type]: `runner.f.speed-noise` cannot be a text
     --> s.toml:7:17
      |
    7 | f.speed-noise = "fast"
      |                 ^^^^^^ expected a factor such as 1.0 or a distribution such as `{ lognormal = { median = 1.0, sigma = 0.4 } }`

    error[out-of-range]: `runner.g.speed-noise.uniform.low` is out of range
     --> s.toml:8:37
      |
    8 | g.speed-noise = { uniform = { low = -1, high = 1 } }
      |                                     ^^ expected a number from 0 to 1000

    8 errors
    "#);
}

/// One pass shows the wrong values and what is wrong besides, but nothing that only follows from them.
#[test]
fn problems_of_all_stages_are_shown_at_once() {
    let text = "[workload]\ndays = \"30\"\n[runner.mine]\ncores = 0\n\
        [workflow.ci]\non = \"push main\"\n\
        [workflow.ci.job.test]\nrunner = \"mien\"\ncold = \"5 GB\"\nwarm = \"5 min\"\n\
        cache.actions-cache = { key = \"{lokc}\", size = \"1 GB\" }\n\
        [workflow.ci.job.build]\nrunner = \"mine\"\nneeds = [\"tset\"]\nsetup = 5\n\
        [workflow.late]\non = \"schedule\"\ncron = \"0 3 * *\"\njob.x = { nees = [\"y\"] }\n";
    let said = ScenarioFolder::new(text).remarks();
    for message in [
        "`workload.days`",
        "`runner.mine.cores` is out of range",
        "`GB` is not a unit of duration",
        "`workflow.ci.job.build.setup`",
        "unknown key `nees`",
        "there is no runner `mien`",
        "did you mean `lock`?",
        "there is no job `tset` in this workflow",
        "has five fields",
    ] {
        assert!(said.contains(message), "{message}\n{said}");
    }
    assert!(!said.contains("needs `cold`") && !said.contains("there is no runner `mine`"), "{said}");
    assert!(said.contains("9 errors"), "{said}");
}
