use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::view::View;

/// One leg of a job's matrix: the value of each axis. Without a matrix there is one leg without
/// axes.
#[derive(Debug, Clone, Default)]
pub(super) struct Leg<'a> {
    values: Vec<(&'a str, &'a str)>,
}

/// The most legs of one job. GitHub's documented limit.
const LEGS_MAX: usize = 256;

impl<'a> Leg<'a> {
    /// All legs of a job, the last axis changing fastest.
    pub fn all(job: View<'a>, report: &mut Report) -> Vec<Leg<'a>> {
        if !job.has("matrix") {
            return vec![Leg::default()];
        }
        let axes = job.text_lists("matrix");
        let count = axes.iter().map(|(_, values)| values.len()).fold(1, usize::saturating_mul);
        if count == 0 || count > LEGS_MAX {
            let message = format!("the matrix has {count} legs, not 1 to {LEGS_MAX}");
            report.push(Diagnostic::error("limit-exceeded", message).at(job.span("matrix")));
            return vec![Leg::default()];
        }
        let mut legs = vec![Leg::default()];
        for (axis, values) in axes {
            legs = legs.iter().flat_map(|leg| values.iter().map(|value| leg.with(axis, value))).collect();
        }
        legs
    }

    fn with(&self, axis: &'a str, value: &'a str) -> Leg<'a> {
        let mut values = self.values.clone();
        values.push((axis, value));
        Leg { values }
    }

    /// The job's name with the leg in brackets: `build (api, amd64)`.
    pub fn name(&self, group: &str) -> String {
        let values: Vec<_> = self.values.iter().map(|(_, value)| *value).collect();
        if values.is_empty() { group.to_owned() } else { format!("{group} ({})", values.join(", ")) }
    }

    /// The value of an axis.
    pub fn value(&self, axis: &str) -> Option<&'a str> {
        self.values.iter().find(|(name, _)| *name == axis).map(|(_, value)| *value)
    }

    /// The names of its axes.
    pub fn axes(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.values.iter().map(|(axis, _)| *axis)
    }

    /// Whether some axis has this value.
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(_, known)| *known == value)
    }

    /// The text with every `{axis}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (axis, value)| text.replace(&format!("{{{axis}}}"), value))
    }
}
