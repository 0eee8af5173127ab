use super::lookup::position;
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::view::View;

/// The jobs of a workflow with needed ones first, otherwise in the order of the file. Each has the
/// positions, in the result, of the jobs it needs.
pub(super) fn needed_first<'a>(
    jobs: Vec<(&'a str, View<'a>)>,
    report: &mut Report,
) -> Vec<(&'a str, View<'a>, Vec<usize>)> {
    let needs: Vec<Vec<usize>> = jobs
        .iter()
        .map(|(_, view)| {
            let names = jobs.iter().map(|(name, _)| *name);
            let find = |(name, span)| position(name, span, "job in this workflow", names.clone(), report);
            view.texts("needs").into_iter().filter_map(find).collect()
        })
        .collect();
    let mut placed: Vec<usize> = Vec::new();
    while placed.len() < jobs.len() {
        let is_next =
            |job: &usize| !placed.contains(job) && needs[*job].iter().all(|need| placed.contains(need));
        match (0..jobs.len()).find(is_next) {
            Some(job) => placed.push(job),
            None => {
                report.push(circle(&jobs, &needs, &placed));
                return Vec::new();
            }
        }
    }
    let at = |job: &usize| placed.iter().position(|placed| placed == job).expect("every job is placed");
    placed.iter().map(|&job| (jobs[job].0, jobs[job].1, needs[job].iter().map(at).collect())).collect()
}

/// Some jobs wait for each other: follows `needs` from one of them until one comes up again.
fn circle(jobs: &[(&str, View)], needs: &[Vec<usize>], placed: &[usize]) -> Diagnostic {
    let mut path: Vec<usize> = Vec::new();
    let mut job = (0..jobs.len()).find(|job| !placed.contains(job)).expect("some job is not placed");
    while !path.contains(&job) {
        path.push(job);
        job = *needs[job].iter().find(|need| !placed.contains(need)).expect("it waits for one that waits");
    }
    let from = path.iter().position(|&other| other == job).expect("it came up before");
    let names: Vec<_> = path[from..].iter().chain([&job]).map(|&job| format!("`{}`", jobs[job].0)).collect();
    let message = format!("jobs wait for each other: {}", names.join(" needs "));
    Diagnostic::error("needs-cycle", message).at(jobs[job].1.span("needs")).help("remove one of the `needs`")
}
