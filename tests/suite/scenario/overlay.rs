use super::folder::{ScenarioFolder, VALID};
use cache_budget::units::Duration;
use insta::assert_snapshot;

#[test]
fn extends_merges_tables_and_replaces_values() {
    let after = "extends = \"before.toml\"\n[cache]\nretention = \"14 d\"\n\
                 [workflow.ci.job.test]\ncold = \"10 min\"\ncache.rust-cache = false\n";
    let before = "[cache]\nlimit = \"20 GB\"\nretention = \"3 d\"\n[workflow.ci]\non = \"push main\"\n\
                  job.test = { cold = \"17 min\", warm = \"4 min\", cache.rust-cache = { size = \"1 GB\" } }\n";
    let text = ScenarioFolder::new(after).with("before.toml", before).effective(&[]);
    assert!(text.contains("limit = \"20 GB\"\nretention = \"14 d\"\n"), "{text}");
    assert!(text.contains("cold = \"10 min\"\nwarm = \"4 min\"\n"), "{text}");
    assert!(!text.contains("rust-cache]"), "{text}");
}

#[test]
fn a_distribution_is_replaced_as_a_whole() {
    let after =
        "extends = \"before.toml\"\nrunner.x.boot = { uniform = { low = \"1 s\", high = \"2 s\" } }\n";
    let before = format!("[runner.x]\nboot = {{ lognormal = {{ median = \"9 s\", sigma = 0.2 }} }}\n{VALID}");
    let text = ScenarioFolder::new(after).with("before.toml", before).effective(&[]);
    assert!(text.contains("boot = { uniform = { low = \"1 s\", high = \"2 s\" } }"), "{text}");
}

#[test]
fn effective_scenario_read_again_is_the_same() {
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(" # default").next().unwrap_or("").to_owned()).collect()
    };
    let once = ScenarioFolder::new(VALID).effective(&["cache.limit=12 GB", r#"title="a \"b\" \u001b""#]);
    assert_eq!(values(&ScenarioFolder::new(&once).effective(&[])), values(&once));
    assert!(once.contains("limit = \"12 GB\"\nretention = \"7 d\" # default"), "{once}");
}

#[test]
fn extends_itself() {
    let folder = ScenarioFolder::new("extends = \"b.toml\"\n").with("b.toml", "extends = \"./s.toml\"\n");
    assert_snapshot!(folder.problems(&[]), @r#"
    error[extends-cycle]: this scenario extends itself: s.toml → b.toml → ./s.toml
     --> b.toml:1:11
      |
    1 | extends = "./s.toml"
      |           ^^^^^^^^^^
      |
      = help: remove one `extends`

    1 error
    "#);
}

#[test]
fn extends_what_is_missing_or_elsewhere() {
    let missing = ScenarioFolder::new(&format!("extends = \"nowhere.toml\"\n{VALID}"));
    assert_snapshot!(missing.problems(&[]), @r#"
    error[missing-file]: cannot read `nowhere.toml`: No such file or directory (os error 2)
     --> s.toml:1:11
      |
    1 | extends = "nowhere.toml"
      |           ^^^^^^^^^^^^^^

    1 error
    "#);
    for elsewhere in ["../x.toml", "/etc/passwd", "a/../../x.toml"] {
        let said = ScenarioFolder::new(&format!("extends = \"{elsewhere}\"\n{VALID}")).problems(&[]);
        assert!(said.contains("error[escapes-folder]"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let outside = ScenarioFolder::new("secret");
    let folder = ScenarioFolder::new(&format!("extends = \"link.toml\"\n{VALID}"));
    std::os::unix::fs::symlink(outside.path("s.toml"), folder.path("link.toml")).unwrap();
    let said = folder.problems(&[]);
    assert!(said.contains("error[escapes-folder]") && !said.contains("secret"), "{said}");
}

#[test]
fn a_long_chain_is_refused() {
    let mut folder = ScenarioFolder::new("extends = \"1.toml\"\n");
    for n in 1..12 {
        folder = folder.with(&format!("{n}.toml"), format!("extends = \"{}.toml\"\n", n + 1));
    }
    let said = folder.with("12.toml", VALID).problems(&[]);
    assert!(said.contains("error[extends-too-deep]") && said.contains("8.toml:1:11"), "{said}");
}

#[test]
fn problems_of_every_layer_are_reported() {
    let folder = ScenarioFolder::new("extends = \"b.toml\"\ncache.limit = \"1\"\n")
        .with("b.toml", format!("cache.retention = \"x\"\n{VALID}"));
    let said = folder.problems(&[]);
    assert!(said.contains("s.toml:2:15") && said.contains("b.toml:1:19"), "{said}");
}

#[test]
fn removing_what_is_not_there() {
    let folder =
        ScenarioFolder::new("extends = \"b.toml\"\nworkflow.ci.job.tset = false\n").with("b.toml", VALID);
    assert_snapshot!(folder.problems(&[]), @"
    error[unknown-key]: there is no inherited `workflow.ci.job.tset` to remove
     --> s.toml:2:17
      |
    2 | workflow.ci.job.tset = false
      |                 ^^^^
      |
    help: did you mean `test`?
      |
    2 - workflow.ci.job.tset = false
    2 + workflow.ci.job.test = false
      |

    1 error
    ");
}

#[test]
fn set_reaches_every_value() {
    let folder = ScenarioFolder::new(&format!("{VALID}[[expect]]\nmetric = \"cache.bytes\"\nmax = 1.0\n"));
    let text = folder.effective(&[
        "workflow.ci.job.test.cold=3 min",
        "workflow.\"ci\".on=[\"push main\", \"pull_request\"]",
        "expect.0.max = 12",
        "title=5",
        "workflow.ci.job.test.cache.rust-cache=true",
        "runner.big={ cores = 16 }",
    ]);
    assert!(text.contains("cold = \"3 min\""), "{text}");
    assert!(text.contains("on = [\"push main\", \"pull_request\"]"), "{text}");
    assert!(text.contains("max = 12\n") && text.contains("title = \"5\"\n"), "{text}");
    assert!(text.contains("[workflow.ci.job.test.cache.rust-cache]"), "{text}");
    assert!(text.contains("[runner.big]\ncores = 16\n"), "{text}");
}

#[test]
fn set_takes_a_plain_factor_where_a_distribution_may_stand() {
    let folder = ScenarioFolder::new(&format!("[runner.big]\ncores = 16\n{VALID}"));
    let text = folder.effective(&["runner.big.speed-noise=0.5", "runner.big.transfer-noise=2"]);
    assert!(text.contains("speed-noise = 0.5\n") && text.contains("transfer-noise = 2\n"), "{text}");
}

#[test]
fn set_says_what_to_do_where_nothing_has_a_name_yet() {
    let said = ScenarioFolder::new(VALID).problems(&["runner.big.cores=16"]);
    assert!(said.contains("the scenario has no `big`"), "{said}");
    assert!(said.contains("= help: write it in the scenario first"), "{said}");
}

#[test]
fn set_refuses_paths_that_lead_nowhere() {
    let said = ScenarioFolder::new(VALID).problems(&[
        "cache.limt=1 GB",
        "workflow.ic.job.test.cold=1 min",
        "cache.limit.x=1",
        "expect.0.min=1",
        "cache.limit",
        "=1",
        "cache.limit=many",
    ]);
    assert_snapshot!(said, @r#"
    error[unknown-key]: there is no key `limt` here
     --> --set:1:7
      |
    1 | cache.limt=1 GB
      |       ^^^^
      |
    help: did you mean `limit`?
      |
    1 | cache.limit=1 GB
      |          +

    error[bad-set]: the scenario has no `ic`
     --> --set:1:10
      |
    1 | workflow.ic.job.test.cold=1 min
      |          ^^
      |
    help: did you mean `ci`?
      |
    1 - workflow.ic.job.test.cold=1 min
    1 + workflow.ci.job.test.cold=1 min
      |

    error[bad-set]: `x` leads into a value that has no parts
     --> --set:1:13
      |
    1 | cache.limit.x=1
      |             ^

    error[bad-set]: `0` is not an element of this list of 0
     --> --set:1:8
      |
    1 | expect.0.min=1
      |        ^
      |
      = help: elements are counted from 0

    error[bad-set]: there is no `=` between path and value
     --> --set:1:1
      |
    1 | cache.limit
      | ^^^^^^^^^^^
      |
      = help: write `--set PATH=VALUE`, for example `--set cache.limit="20 GB"`

    error[bad-set]: this is not a dotted path
     --> --set:1:1
      |
    1 | =1
      | ^^
      |
      = help: write `--set PATH=VALUE`, for example `--set cache.limit="20 GB"`

    error[wrong-unit]: `many` does not start with a number
     --> --set:1:13
      |
    1 | cache.limit=many
      |             ^^^^
      |
      = help: write for example `1.2 GB`

    7 errors
    "#);
}

/// A list of one may be written as its only table. `--set` and `[assumed]` take the same paths, with its number or without.
#[test]
fn a_list_of_one_is_entered_with_its_number_or_without() {
    let step = "{ key = \"k\", size = \"1 MB\", miss = \"5 min\" }";
    for written in [step.to_owned(), format!("[{step}]")] {
        for place in ["actions-cache.0.miss", "actions-cache.miss", "setup-node.miss"] {
            let path = format!("workflow.ci.job.t.cache.{place}");
            let text = format!(
                "[workload.changes]\nweb-lock = 0.1\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.t]\ncache.actions-cache = {written}\n\
                 cache.setup-node = {{}}\n[assumed]\n\"{path}\" = {{ range = \"2 min..10 min\" }}\n"
            );
            let folder = ScenarioFolder::new(&text);
            // What setup-node costs without its cache is not written, but can be.
            assert_eq!(folder.load(&[]).assumed.len(), 1, "{path}: {written}");
            let model = folder.load(&[&format!("{path}=7 min")]).model;
            let misses: Vec<_> = model.workflows[0].jobs[0].caches.iter().map(|cache| cache.miss()).collect();
            assert!(misses.contains(&Duration(7 * Duration::MINUTE.0)), "{path}: {written}: {misses:?}");
        }
    }
}
