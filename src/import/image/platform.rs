//! An image for platforms that its build names: BuildKit executes each step once for each of them, and their layers have
//! nothing in common, since a layer's key has its platform. A scenario has no word for it: the steps that start a stage
//! name the platform in their text, from which all keys above follow.

use super::cost::NOTHING;
use super::plan::{PlannedImage, PlannedStep};
use super::stage::USUAL_PLATFORM;

impl PlannedImage {
    /// The image for these platforms; for none, that of the runner.
    pub(super) fn on(self, platforms: &[String]) -> PlannedImage {
        match platforms {
            [] => self,
            [only] => {
                let steps = self.steps.iter().map(|step| step.on(only)).collect();
                PlannedImage { steps, ..self }
            }
            several => self.on_each(several),
        }
    }

    /// The steps once for each platform, and one more that needs all: the list of images that is pushed.
    fn on_each(self, platforms: &[String]) -> PlannedImage {
        let count = self.steps.len();
        let mut steps: Vec<PlannedStep> = Vec::new();
        for (place, platform) in platforms.iter().enumerate() {
            let from = place * count;
            steps.extend(self.steps.iter().map(|step| PlannedStep {
                name: format!("{} ({platform})", step.name),
                parent: step.parent.map(|parent| from + parent),
                copies_from: step.copies_from.iter().map(|copied| from + copied).collect(),
                ..step.on(platform)
            }));
        }
        if count > 0 {
            let line = self.steps[count - 1].line;
            steps.push(PlannedStep {
                name: "all platforms".to_owned(),
                line,
                parent: None,
                copies_from: (1..=platforms.len()).map(|place| place * count - 1).collect(),
                content: "fixed".to_owned(),
                command: "a list of images".to_owned(),
                cost: NOTHING,
                is_reproducible: true,
                in_final: false,
            });
        }
        let mut notes = self.notes;
        notes.push(format!("built for {}: each step once for each of them", platforms.join(" and ")));
        PlannedImage { steps, notes, ..self }
    }
}

impl PlannedStep {
    fn on(&self, platform: &str) -> PlannedStep {
        let names_it = self.parent.is_none() && platform != USUAL_PLATFORM;
        let command = if names_it { format!("{} [{platform}]", self.command) } else { self.command.clone() };
        PlannedStep { command, ..self.clone() }
    }
}
