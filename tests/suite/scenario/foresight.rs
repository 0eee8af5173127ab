//! What `check` foresees: jobs that cannot end in time or do not fit on the disk.

use super::folder::ScenarioFolder;

/// What is said of a job with these lines, on a runner with these.
fn said(job: &str, runner: &str) -> String {
    let text = format!(
        "[runner.ubuntu-latest]\n{runner}\n[image.api]\n[[image.api.step]]\nname = \"a\"\nwork = \"10 min\"\n\
         core-work = \"40 min\"\nlayer = \"1 GB\"\n[project.flavour.dev]\ndependency-work = \"3 h\"\n\
         workspace-work = \"1 h\"\ntail = \"10 min\"\ndependency-archive = \"1 GB\"\n\
         [workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n{job}\n"
    );
    ScenarioFolder::new(&text).remarks()
}

const NEVER: &str = "it never succeeds";
const COLD: &str = "such a run fails";

/// Whether a job is said to be stopped: always, or when it is cold.
fn stopped(job: &str) -> Option<&'static str> {
    let text = said(job, "cores = 4");
    [NEVER, COLD].into_iter().find(|end| text.contains("[never-ends]") && text.contains(end))
}

#[test]
fn a_job_that_cannot_end_before_its_timeout() {
    // The default timeout is 6 h; what takes just as long is in time.
    assert_eq!(stopped("cold = \"6 h\"\nwarm = \"5 min\""), None);
    assert_eq!(stopped("cold = \"361 min\"\nwarm = \"5 min\""), Some(COLD));
    assert_eq!(stopped("cold = \"8 h\"\nwarm = \"7 h\""), Some(NEVER));
    assert_eq!(stopped("setup = \"2 h\"\nprepare = \"2 h\"\nfinish = \"2 h\""), None);
    assert_eq!(stopped("setup = \"2 h\"\nprepare = \"2 h\"\nfinish = \"121 min\""), Some(NEVER));
    let package = "timeout = \"1 h\"\nprepare = \"40 min\"\ncache.setup-node = { miss = \"21 min\" }";
    assert_eq!(stopped(package), Some(COLD));
    assert_eq!(stopped(&package.replace("21", "20")), None);
    // On four cores 4 h of work take 1 h, and 10 min come after it.
    let compile = "timeout = \"69 min\"\ncompile = { flavour = \"dev\" }";
    assert_eq!(stopped(compile), Some(COLD));
    assert_eq!(stopped(&compile.replace("69", "70")), None);
    // 10 min and a quarter of 40 min.
    assert_eq!(stopped("timeout = \"19 min\"\nimage = \"api\""), Some(COLD));
    assert_eq!(stopped("timeout = \"20 min\"\nimage = \"api\""), None);
}

/// GitHub ends its own runners' jobs after 6 h; a runner with another label is somebody's own.
#[test]
fn a_longer_timeout_than_github_allows_is_told_and_not_simulated() {
    let long = "timeout = \"10 h\"\nsetup = \"8 h\"";
    let said = said(long, "cores = 4");
    assert!(
        said.contains("GitHub ends jobs on `ubuntu-latest` after 6.0 h") && said.contains(NEVER),
        "{said}"
    );
    assert!(said.contains("split the job") && !said.contains("raise `timeout`"), "{said}");
    let own = format!(
        "[runner.own]\ncores = 4\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"own\"\n{long}\n"
    );
    let said = ScenarioFolder::new(&own).remarks();
    assert!(!said.contains("GitHub ends") && !said.contains(NEVER), "{said}");
}

/// At a factor of 0 on its speed, no job would ever end.
#[test]
fn a_factor_of_nothing_is_refused() {
    for key in ["speed-noise", "transfer-noise"] {
        assert!(said("setup = \"1 min\"", &format!("{key} = 0")).contains("is out of range"), "{key}");
        assert!(!said("setup = \"1 min\"", &format!("{key} = 0.5")).contains("is out of range"), "{key}");
    }
}

#[test]
fn an_entry_that_does_not_fit_on_the_disk() {
    let job = |size: &str, more: &str| {
        let lines = format!(
            "cold = \"15 min\"\nwarm = \"5 min\"\ncache.rust-cache = {{ size = \"{size}\" }}\n{more}"
        );
        let text = said(&lines, "disk = \"11 GB\"");
        let full = text.contains("[does-not-fit]");
        full.then(|| text.contains(NEVER))
    };
    // 2.3 GB of crates at 4.5 and 0.2 GB of registry at 1.9: 10.73 GB; beside the archive 13.23 GB.
    assert_eq!(job("2.5 GB", ""), Some(false));
    assert_eq!(job("2.5 GB", "frees = \"2.3 GB\""), None);
    assert_eq!(job("2.5 GB", "unpacked-ratio = 3.5"), None);
    // 2.4 × 4.5 + 0.38 = 11.18 GB.
    assert_eq!(job("2.6 GB", ""), Some(true));
    // Whatever is archived: 5 times 1 GB, and 6 GB while it is unpacked.
    let node = |disk: &str| {
        let text = said("cache.setup-node = { size = \"1 GB\" }", &format!("disk = \"{disk}\""));
        text.contains("[does-not-fit]").then(|| text.contains(NEVER))
    };
    assert_eq!([node("4.9 GB"), node("5.9 GB"), node("6 GB")], [Some(true), Some(false), None]);
    let step = "cache.actions-cache = { key = \"k\", size = \"1 GB\" }";
    assert!(said(step, "disk = \"1.9 GB\"").contains(NEVER));
    // A layer of 1 GB holds 3 GB.
    assert!(said("image = \"api\"", "disk = \"2.9 GB\"").contains("[does-not-fit]"));
    assert!(!said("image = \"api\"", "disk = \"3 GB\"").contains("[does-not-fit]"));
}

#[test]
fn of_a_drawn_size_it_is_not_said_that_no_run_succeeds() {
    let job = |size: &str| {
        let step = format!("cache.actions-cache = {{ key = \"k\", size = {size} }}");
        said(&format!("finish = \"1 min\"\n{step}"), "disk = \"2 GB\"")
    };
    assert!(job("\"3 GB\"").contains(NEVER));
    // Its mean is above its median, and some draws are far below.
    let drawn = job("{ lognormal = { median = \"3 GB\", sigma = 0.4 } }");
    assert!(drawn.contains("[does-not-fit]") && drawn.contains("most of its runs fail"), "{drawn}");
    assert!(!drawn.contains(NEVER), "{drawn}");
}

#[test]
fn an_entry_over_the_clients_limit_is_never_stored() {
    let text = |cache: &str| {
        let job = "[workflow.ci]\non = \"push main\"\njob.test = { finish = \"1 min\", cache.actions-cache = { key = \"k\", size = \"3 GB\" } }\n";
        ScenarioFolder::new(&format!("[cache]\n{cache}\n{job}")).remarks()
    };
    let never = text("entry-limit = \"2 GB\"");
    assert!(
        never.contains(
            "one entry of 3.00 GB is larger than `cache.entry-limit` (2.00 GB): it is never stored"
        ),
        "{never}"
    );
    // What is never uploaded is not evicted either.
    let both = text("entry-limit = \"2 GB\"\nlimit = \"1 GB\"");
    assert!(!both.contains("the next sweep evicts it"), "{both}");
    assert!(text("limit = \"1 GB\"").contains("the next sweep evicts it"));
}

#[test]
fn keys_about_the_disk_that_change_nothing() {
    let frees = said("cold = \"15 min\"\nwarm = \"5 min\"\nfrees = \"20 GB\"", "");
    assert!(frees.contains("`frees` has no effect while runner `ubuntu-latest` has no `disk`"), "{frees}");
    let by_compressed = "pack = \"60 MB/s\"\nunpack = \"60 MB/s\"";
    let ratio = said("cold = \"15 min\"\nwarm = \"5 min\"\nunpacked-ratio = 2", by_compressed);
    assert!(ratio.contains("`unpacked-ratio` has no effect while runner"), "{ratio}");
    let alone = said("compile = { flavour = \"dev\" }\nunpacked-ratio = 2", "disk = \"90 GB\"");
    assert!(alone.contains("`unpacked-ratio` has no effect in a job that is not measured"), "{alone}");
    assert!(
        !said("cold = \"15 min\"\nwarm = \"5 min\"\nfrees = \"20 GB\"", "disk = \"14 GB\"")
            .contains("`frees` has no effect")
    );
}

#[test]
fn a_job_with_legs_is_warned_of_once() {
    let legs = said("matrix.os = [\"a\", \"b\", \"c\"]\ncold = \"7 h\"\nwarm = \"5 min\"", "");
    assert_eq!(legs.matches("[never-ends]").count(), 1, "{legs}");
}

/// The key of a copy is the content that it copies, so a copy of what changes needs one.
#[test]
fn a_copy_of_what_changes_without_a_content_of_its_own_is_told() {
    let said = |of_build: &str, of_copy: &str| {
        let text = format!(
            "[image.api]\n[[image.api.step]]\nname = \"build\"\n{of_build}\nwork = \"2 min\"\n\
             [[image.api.step]]\nname = \"test\"\nwork = \"1 min\"\n\
             [[image.api.step]]\nname = \"copy\"\nstage = true\ncopies-from = [\"test\"]\n{of_copy}\nwork = \"1 s\"\n\
             [workflow.ci]\non = \"push main\"\n[workflow.ci.job.image]\nimage = \"api\"\n"
        );
        ScenarioFolder::new(&text).remarks()
    };
    let told = "`copy` copies from `test`, whose result changes, and is cached for ever";
    assert!(said("content = \"context\"", "").contains(told));
    for (of_build, of_copy) in [
        ("", ""),
        ("content = \"context\"", "content = \"context\""),
        ("content = \"base\"", "content = \"fixed\""),
    ] {
        assert!(!said(of_build, of_copy).contains("[cached-for-ever]"), "{of_build} {of_copy}");
    }
}
