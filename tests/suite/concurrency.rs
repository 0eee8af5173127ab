//! Concurrency groups that a scenario refuses.

use crate::miniature::Miniature;
use cache_budget::diagnostic::Style;
use cache_budget::scenario::load;

fn said(of_runs: &str, of_job: &str) -> String {
    let text = format!(
        "[workflow.ci]\non = \"push main\"\nconcurrency = {of_runs}\n[workflow.ci.job.test]\nsetup = \"60 s\"\n\
         concurrency = {of_job}\n"
    );
    let (_folder, file) = Miniature::new(&text).event(0, "main_push", "").write();
    match load(&file, &[]) {
        Ok(loaded) => loaded.report.render(&Style::default()),
        Err(report) => report.render(&Style::default()),
    }
}

#[test]
fn a_group_that_nothing_could_leave_or_name_is_refused() {
    let free = "\"unlimited\"";
    for (of_runs, of_job, message) in [
        (
            "{ group = \"x\" }",
            "{ group = \"X\" }",
            "`test` waits for the group that its own run of `ci` is in",
        ),
        ("{ group = \"ci-{job}\" }", free, "cannot contain `{job}`, which only a job has"),
        ("{ group = \"\" }", free, "a concurrency group needs a name"),
        ("{ group = \"{brnach}\" }", free, "did you mean `branch`?"),
        ("{ queue = \"max\", cancel-in-progress = true }", free, "exclude each other"),
    ] {
        let said = said(of_runs, of_job);
        assert!(said.contains("error[") && said.contains(message), "{of_runs} {of_job}\n{said}");
    }
    assert!(!said("{ group = \"x\" }", "{ group = \"x-{job}\" }").contains("error["));
}
