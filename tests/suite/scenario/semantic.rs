use super::folder::{ScenarioFolder, VALID};
use insta::assert_snapshot;

fn remarks(text: &str) -> String {
    ScenarioFolder::new(text).remarks()
}

/// A scenario with these lines in its only job.
fn job(lines: &str) -> String {
    remarks(&format!("[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n{lines}\n"))
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of it is the expected output")]
fn unknown_names_suggest_what_is_there() {
    let text = "[workload]\npath-classes = [\"rust\", \"ui\"]\nchanges = { paths = { rsut = 0.5 } }\n\
        [project.flavour.debug]\ndependency-work = \"1 h\"\ndependency-archive = \"1 GB\"\n\
        [workflow.ci]\non = \"push main\"\npaths = [\"uii\"]\n\
        [workflow.ci.job.test]\nrunner = \"ubuntu-latests\"\ncompile = { flavour = \"debgu\", packages = [\"nothing\"] }\n\
        [workflow.ci.job.image]\nneeds = [\"tset\"]\nimage = \"api\"\n";
    assert_snapshot!(remarks(text), @r#"
    error[unknown-name]: there is no path class `rsut`
     --> s.toml:3:23
      |
    3 | changes = { paths = { rsut = 0.5 } }
      |                       ^^^^
      |
    help: did you mean `"rust"`?
      |
    3 - changes = { paths = { rsut = 0.5 } }
    3 + changes = { paths = { "rust" = 0.5 } }
      |

    error[unknown-name]: there is no path class `uii`
     --> s.toml:9:10
      |
    9 | paths = ["uii"]
      |          ^^^^^
      |
    help: did you mean `"ui"`?
      |
    9 - paths = ["uii"]
    9 + paths = ["ui"]
      |

    error[unknown-name]: there is no runner `ubuntu-latests`
      --> s.toml:11:10
       |
    11 | runner = "ubuntu-latests"
       |          ^^^^^^^^^^^^^^^^
       |
    help: did you mean `"ubuntu-latest"`?
       |
    11 - runner = "ubuntu-latests"
    11 + runner = "ubuntu-latest"
       |

    error[unknown-name]: there is no flavour `debgu`
      --> s.toml:12:23
       |
    12 | compile = { flavour = "debgu", packages = ["nothing"] }
       |                       ^^^^^^^
       |
    help: did you mean `"debug"`?
       |
    12 - compile = { flavour = "debgu", packages = ["nothing"] }
    12 + compile = { flavour = "debug", packages = ["nothing"] }
       |

    error[unknown-name]: there is no package `nothing`
      --> s.toml:12:44
       |
    12 | compile = { flavour = "debgu", packages = ["nothing"] }
       |                                            ^^^^^^^^^
       |
       = help: known: `workspace`

    error[unknown-name]: there is no job `tset` in this workflow
      --> s.toml:14:10
       |
    14 | needs = ["tset"]
       |          ^^^^^^
       |
    help: did you mean `"test"`?
       |
    14 - needs = ["tset"]
    14 + needs = ["test"]
       |

    error[unknown-name]: there is no image `api`
      --> s.toml:15:9
       |
    15 | image = "api"
       |         ^^^^^
       |
       = help: the scenario has no image

    7 errors
    "#);
}

#[test]
fn jobs_in_a_circle() {
    let text = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job]\n\
        a = { needs = [\"b\"] }\nb = { needs = [\"c\"] }\nc = { needs = \"b\" }\nd = {}\n";
    assert_snapshot!(remarks(text), @r#"
    error[needs-cycle]: jobs wait for each other: `b` needs `c` needs `b`
     --> s.toml:5:15
      |
    5 | b = { needs = ["c"] }
      |               ^^^^^
      |
      = help: remove one of the `needs`

    1 error
    "#);
}

#[test]
fn measured_times_that_contradict_each_other() {
    assert_snapshot!(job("cold = \"4 min\"\nwarm = \"17 min\""), @r#"
    error[out-of-range]: `warm` (17.0 min) is longer than `cold` (4.0 min)
     --> s.toml:5:8
      |
    5 | warm = "17 min"
      |        ^^^^^^^^
      |
     ::: s.toml:4:8
      |
    4 | cold = "4 min"
      |        ------- without any cache

    1 error
    "#);
    assert_snapshot!(job("cold = \"17 min\"\nwarm = \"4 min\"\nsetup = \"3 min\"\nfinish = \"2 min\""), @r#"
    error[out-of-range]: `setup`, `prepare` and `finish` (5.0 min) take longer than the warm job (4.0 min)
     --> s.toml:5:8
      |
    5 | warm = "4 min"
      |        ^^^^^^^
      |
      = help: `cold` and `warm` are times of the whole job, including fixed steps

    1 error
    "#);
    assert_snapshot!(job("cold = \"17 min\""), @"
    error[missing-key]: a measured job also needs `warm`
     --> s.toml:3:18
      |
    3 | [workflow.ci.job.test]
      |                  ^^^^
      |
      = help: `cold` is its time without any cache, and `warm` its time when all dependencies are cached

    1 error
    ");
}

#[test]
fn a_job_is_described_once() {
    let said = job("cold = \"9 min\"\nwarm = \"1 min\"\nimage = \"x\"");
    assert!(said.contains("error[conflict]: a job is described by `cold` or `image`, not both"), "{said}");
}

#[test]
fn clients_in_the_wrong_job() {
    assert_snapshot!(job("cache.buildkit-gha = true\ncache.buildkit-s3 = {}\ncache.sccache = true"), @r#"
    error[conflict]: BuildKit's cache has no effect in a job that builds no image
     --> s.toml:4:7
      |
    4 | cache.buildkit-gha = true
      |       ^^^^^^^^^^^^
      |
      = help: name the image that the job builds: `image = "…"`

    error[conflict]: BuildKit's cache has no effect in a job that builds no image
     --> s.toml:5:7
      |
    5 | cache.buildkit-s3 = {}
      |       ^^^^^^^^^^^
      |
      = help: name the image that the job builds: `image = "…"`

    error[conflict]: a job cannot have both `buildkit-gha` and `buildkit-s3`
     --> s.toml:5:21
      |
    5 | cache.buildkit-s3 = {}
      |                     ^^
      |
      = help: remove one; to remove an inherited one, write `cache.buildkit-gha = false`

    3 errors
    "#);
}

#[test]
fn actions_cache_needs_a_key_and_a_size() {
    assert_snapshot!(job("cache.actions-cache = { key = \"Linux-{lokc}\", restore-keys = \"x{\" }"), @r#"
    error[missing-key]: a step with actions/cache needs `size`
     --> s.toml:4:23
      |
    4 | cache.actions-cache = { key = "Linux-{lokc}", restore-keys = "x{" }
      |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write the size of the archive, for example `size = "0.4 GB"`

    error[wrong-key]: `{lokc}` is not a placeholder: did you mean `lock`?
     --> s.toml:4:31
      |
    4 | cache.actions-cache = { key = "Linux-{lokc}", restore-keys = "x{" }
      |                               ^^^^^^^^^^^^^^

    error[wrong-key]: the placeholder `{` is not closed
     --> s.toml:4:62
      |
    4 | cache.actions-cache = { key = "Linux-{lokc}", restore-keys = "x{" }
      |                                                              ^^^^

    3 errors
    "#);
}

#[test]
fn size_beside_a_model_is_a_warning() {
    let text = "[project.flavour.debug]\ndependency-work = \"1 h\"\ndependency-archive = \"1 GB\"\n\
        [workflow.ci]\non = \"push main\"\n\
        job.test = { compile = { flavour = \"debug\" }, cache.rust-cache = { size = \"2 GB\" } }\n";
    assert_snapshot!(remarks(text), @r#"
    warning[no-effect]: `size` has no effect in a job with `compile`
     --> s.toml:6:75
      |
    6 | job.test = { compile = { flavour = "debug" }, cache.rust-cache = { size = "2 GB" } }
      |                                                                           ^^^^^^
      |
      = help: the size follows from the flavour's `dependency-archive` and from `registry`

    1 warning
    "#);
}

#[test]
fn steps_of_an_image() {
    let text = format!(
        "{VALID}[[image.api.step]]\nname = \"a\"\nparent = \"b\"\nwork = \"1 s\"\n\
         [[image.api.step]]\nname = \"b\"\ncopies-from = [\"aa\"]\n\
         [[image.api.step]]\nname = \"b\"\nstage = true\nparent = \"a\"\nwork = \"1 s\"\ncore-work = \"1 s\"\n"
    );
    assert_snapshot!(remarks(&text), @r#"
    error[unknown-name]: there is no earlier step `b`
     --> s.toml:6:10
      |
    6 | parent = "b"
      |          ^^^
      |
      = help: the scenario has no earlier step

    error[missing-key]: a build step needs `work` or `core-work`
     --> s.toml:9:8
      |
    9 | name = "b"
      |        ^^^
      |
      = help: write for example `work = "30 s"`, or `core-work` if more cores make it faster

    error[unknown-name]: there is no earlier step `aa`
      --> s.toml:10:16
       |
    10 | copies-from = ["aa"]
       |                ^^^^
       |
    help: did you mean `"a"`?
       |
    10 - copies-from = ["aa"]
    10 + copies-from = ["a"]
       |

    error[duplicate-name]: two steps of the image are called `b`
      --> s.toml:12:8
       |
    12 | name = "b"
       |        ^^^

    error[conflict]: a step that starts a stage has no parent
      --> s.toml:14:10
       |
    14 | parent = "a"
       |          ^^^
       |
       = help: keep one of `stage` and `parent`

    5 errors
    "#);
}

#[test]
fn expectations_name_metrics_and_their_labels() {
    let text = format!(
        "{VALID}[[expect]]\nmetric = \"restore.hit_ration\"\nmin = 0.9\n\
         [[expect]]\nmetric = \"cache.bytes\"\njob = \"test\"\n"
    );
    assert_snapshot!(remarks(&text), @r#"
    error[unknown-name]: there is no metric `restore.hit_ration`
     --> s.toml:5:10
      |
    5 | metric = "restore.hit_ration"
      |          ^^^^^^^^^^^^^^^^^^^^
      |
    help: did you mean `"restore.hit_ratio"`?
      |
    5 - metric = "restore.hit_ration"
    5 + metric = "restore.hit_ratio"
      |

    error[missing-key]: an expectation needs `min`, `max`, `below` or `above`
     --> s.toml:7:1
      |
    7 | [[expect]]
      | ^^^^^^^^^^

    error[missing-key]: `cache.bytes` needs a `stat`: one of `mean`, `peak`, `final`
     --> s.toml:7:1
      |
    7 | [[expect]]
      | ^^^^^^^^^^

    error[unknown-name]: there is no label of cache.bytes called `job`
     --> s.toml:9:7
      |
    9 | job = "test"
      |       ^^^^^^
      |
      = help: known: `stat`, `ref`, `client`

    4 errors
    "#);
}

#[test]
fn too_many_pushes_are_refused_before_they_are_drawn() {
    assert_snapshot!(remarks(&format!("[workload]\npushes-per-day = 100000\ndays = 3000\n{VALID}")), @"
    error[limit-exceeded]: about 300000000 pushes are more than 1000000
     --> s.toml:2:18
      |
    2 | pushes-per-day = 100000
      |                  ^^^^^^
      |
      = help: lower `pushes-per-day` or `days`

    1 error
    ");
    let said = remarks(&format!("[workload]\npushes-per-day = 1e12\n{VALID}"));
    assert!(said.contains("error[out-of-range]"), "{said}");
    let said = remarks(&format!("[workload]\npushes-per-day = 100\nevent-limit = 1000\n{VALID}"));
    assert!(said.contains("error[limit-exceeded]"), "{said}");
}

#[test]
fn too_many_legs() {
    let values: Vec<_> = (0..257).map(|n| format!("\"{n}\"")).collect();
    let said = job(&format!("matrix = {{ n = [{}] }}", values.join(",")));
    assert!(said.contains("the matrix has 257 legs, not 1 to 256"), "{said}");
}

#[test]
fn time_runs_forward() {
    let said = remarks(&format!("[workload]\nfrom = 2026-02-01\nuntil = 2026-01-31\n{VALID}"));
    assert!(said.contains("error[out-of-range]: pushes are drawn for -24.0 h"), "{said}");
    let said = remarks(&format!("[workload]\nhours = [1, 2]\nweekdays = [0, 0, 0, 0, 0, 0, 0]\n{VALID}"));
    assert!(said.contains("`hours` has 2 numbers instead of 24"), "{said}");
    assert!(said.contains("the numbers of `weekdays` are all 0"), "{said}");
}

#[test]
fn something_is_left_to_measure() {
    assert_snapshot!(remarks(&format!("[workload]\ndays = 10\nwarmup = \"14 d\"\n{VALID}")), @"
    error[out-of-range]: the warm-up (14.0 d) is not shorter than the simulated time (10.0 d)
     --> s.toml:3:10
      |
    3 | warmup = \"14 d\"
      |          ^^^^^^
      |
      = help: nothing would be measured: shorten `warmup` or simulate more days

    1 error
    ");
}

#[test]
fn what_would_stand_still_is_refused() {
    let said =
        remarks(&format!("[cache]\nsweep = \"1 ms\"\n[project]\nbase-image-period = \"0 s\"\n{VALID}"));
    assert!(said.contains("`sweep` must be at least 1.0 s"), "{said}");
    assert!(said.contains("`base-image-period` must be at least 1.0 min"), "{said}");
    let said = remarks(&format!("[runner.slow]\ndownload = \"0 B/s\"\n{VALID}"));
    assert!(said.contains("error[out-of-range]: at a rate of 0, nothing ever arrives"), "{said}");
}

#[test]
fn data_files_are_checked_row_by_row() {
    let folder = ScenarioFolder::new(&format!(
        "[workload]\nevents = \"data/events.csv\"\npushes-per-day = 9\n[project]\ncrates = \"no.csv\"\n{VALID}"
    ));
    let events = "at,event,pr,author,paths,changes,crates\n\
                  2026-01-05T08:00:00Z,main_push,,human,,lock,3\n\
                  yesterday,main_push,,human,,lokc,3\n";
    assert_snapshot!(folder.with("data/events.csv", events).remarks(), @r#"
    warning[no-effect]: `pushes-per-day` has no effect with `events`
     --> s.toml:3:18
      |
    3 | pushes-per-day = 9
      |                  ^
      |
     ::: s.toml:2:10
      |
    2 | events = "data/events.csv"
      |          ----------------- the file defines the pushes

    error[missing-file]: cannot read `no.csv`: No such file or directory (os error 2)
     --> s.toml:5:10
      |
    5 | crates = "no.csv"
      |          ^^^^^^^^

    error[wrong-row]: `yesterday` is not a time; write for example `2026-06-30T19:28:23Z`
     --> data/events.csv:3:1
      |
    3 | yesterday,main_push,,human,,lokc,3
      | ^^^^^^^^^

    error[wrong-row]: unknown change `lokc`: did you mean `lock`? Known: lock, manifests, toolchain, source, targets, web-lock, requirements, go-sum, dockerfile
     --> data/events.csv:3:29
      |
    3 | yesterday,main_push,,human,,lokc,3
      |                             ^^^^

    3 errors, 1 warning
    "#);
}

#[test]
fn data_files_outside_are_refused() {
    let said = remarks(&format!("[workload]\nevents = \"../events.csv\"\n{VALID}"));
    assert!(said.contains("error[escapes-folder]"), "{said}");
}

#[test]
fn a_setup_action_without_restore_keys_has_no_partial_hits() {
    let caches = "cache.setup-go = { partial = \"5 s\" }";
    assert_snapshot!(job(caches), @r#"
    warning[never-changes]: the key of setup-go never changes: `workload.changes.go-sum` is 0 by default; set it to the share of pushes that change these files, such as 0.05
     --> s.toml:4:7
      |
    4 | cache.setup-go = { partial = "5 s" }
      |       ^^^^^^^^

    warning[no-effect]: `partial` has no effect: setup-go has no restore keys
     --> s.toml:4:30
      |
    4 | cache.setup-go = { partial = "5 s" }
      |                              ^^^^^
      |
      = help: it restores exactly or not at all; `miss` is the cost of the latter

    2 warnings
    "#);
}

#[test]
fn a_measured_job_says_itself_what_its_downloads_cost() {
    let measured = "cold = \"9 min\"\nwarm = \"3 min\"\n";
    let said =
        job(&format!("{measured}cache.rust-cache = {{ size = \"1 GB\", registry-rate = \"5 MB/s\" }}"));
    assert!(said.contains("`registry-rate` has no effect in a job with `cold` and `warm`"), "{said}");
    let said = job("cache.rust-cache = { size = \"1 GB\", registry-rate = \"5 MB/s\" }");
    assert!(!said.contains("registry-rate"), "{said}");
}
