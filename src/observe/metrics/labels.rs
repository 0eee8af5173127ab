//! Labels of metrics: job names with their groups, kinds of refs, and the combinations of labels over which counts
//! are summed. `traffic.rs` and `duration.rs` use them.

use crate::event::{Names, RefClass, RefKind};

/// Values of the `job` label. Each job has its own name, and a leg of a matrix also has the name of
/// its group. Jobs with the same name in two workflows share a label.
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

    /// The labels under which a job counts.
    pub fn of(&self, job: usize) -> &[u32] {
        &self.of_job[job]
    }

    /// The text of a label; `None` if there is no label.
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

/// A value of the `ref` label: a class, or a kind that is a part of the class `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RefLabel {
    Class(RefClass),
    Kind(RefKind),
}

impl RefLabel {
    /// The labels under which a kind of ref counts: its class, and itself if it is one of `other`.
    pub fn of(kind: RefKind) -> impl Iterator<Item = RefLabel> {
        let own = (kind.class() == RefClass::Other).then_some(RefLabel::Kind(kind));
        std::iter::once(RefLabel::Class(kind.class())).chain(own)
    }

    /// The text of the label.
    pub fn text(self) -> &'static str {
        match self {
            RefLabel::Class(class) => class.label(),
            RefLabel::Kind(kind) => kind.label(),
        }
    }
}

/// All combinations in which each label is either given or left out; a sum is kept for each. Each
/// of `jobs` is a possible value of the job label.
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
