use crate::event::Names;

/// The values of the `job` label: every job under its own name and, where it is a leg of a matrix,
/// under the name of its group too. Jobs of the same name in two workflows share a label.
#[derive(Debug)]
pub(super) struct JobLabels {
    texts: Vec<String>,
    of_job: Vec<Vec<u32>>,
}

impl JobLabels {
    /// The labels of all jobs of a simulation.
    pub fn new(names: &Names) -> JobLabels {
        let mut labels = JobLabels { texts: vec![], of_job: vec![] };
        for job in &names.jobs {
            let mut of_job = vec![labels.intern(&job.name)];
            if job.group != job.name {
                of_job.push(labels.intern(&job.group));
            }
            labels.of_job.push(of_job);
        }
        labels
    }

    /// The labels a job counts under.
    pub fn of(&self, job: usize) -> &[u32] {
        &self.of_job[job]
    }

    /// The text of a label, if there is one.
    pub fn text(&self, label: Option<u32>) -> Option<&str> {
        label.map(|label| self.texts[label as usize].as_str())
    }

    fn intern(&mut self, text: &str) -> u32 {
        let known = self.texts.iter().position(|known| known == text);
        let index = known.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        index as u32
    }
}

/// Every way to name or leave out each of some label values: the combinations a sum is asked for.
/// `job` stands for any of its labels.
pub(super) fn combinations<A: Copy, C: Copy>(
    first: A,
    jobs: &[u32],
    last: C,
) -> impl Iterator<Item = (Option<A>, Option<u32>, Option<C>)> {
    let jobs = std::iter::once(None).chain(jobs.iter().copied().map(Some));
    jobs.flat_map(move |job| {
        [(None, job, None), (Some(first), job, None), (None, job, Some(last)), (Some(first), job, Some(last))]
    })
}
