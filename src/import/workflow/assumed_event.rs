//! The events under which expressions are evaluated. Each stands for all runs of its kind: a push to the default
//! branch, a pull request from a branch of the same repository.

use super::trigger::WorkflowTrigger;

/// An event with its ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumedEvent {
    /// `github.event_name`.
    pub name: String,
    /// What its run's ref is.
    pub ref_kind: RunRef,
}

/// What a run's ref is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunRef {
    /// The default branch.
    Default,
    /// Another branch.
    Branch,
    /// A tag.
    Tag,
    /// The merge ref of a pull request.
    Pull,
    /// The branch of a merge queue.
    Queue,
}

/// A branch that is not the default branch.
const BRANCH: &str = "some-branch";
/// A tag of a release.
const TAG: &str = "v1.2.3";

impl AssumedEvent {
    /// A push to the default branch.
    pub fn push() -> AssumedEvent {
        AssumedEvent::new("push", RunRef::Default)
    }

    /// A push to another branch.
    pub fn push_elsewhere() -> AssumedEvent {
        AssumedEvent::new("push", RunRef::Branch)
    }

    /// A push to a pull request.
    pub fn pull_request() -> AssumedEvent {
        AssumedEvent::new("pull_request", RunRef::Pull)
    }

    fn new(name: &str, ref_kind: RunRef) -> AssumedEvent {
        AssumedEvent { name: name.to_owned(), ref_kind }
    }

    /// The events that start a workflow with these triggers. One that others call runs on any of theirs.
    pub fn of(triggers: &[WorkflowTrigger], default_branch: &str) -> Vec<AssumedEvent> {
        let mut events = Vec::new();
        for trigger in triggers {
            let name = trigger.event.as_str();
            match name {
                "push" => {
                    let kinds = [
                        (trigger.means(default_branch), RunRef::Default),
                        (trigger.means_others(default_branch), RunRef::Branch),
                        (trigger.means_tags(), RunRef::Tag),
                    ];
                    let meant = kinds.into_iter().filter(|(is_meant, _)| *is_meant);
                    events.extend(meant.map(|(_, kind)| AssumedEvent::new(name, kind)));
                }
                "workflow_call" => {
                    events.extend([
                        AssumedEvent::push(),
                        AssumedEvent::pull_request(),
                        AssumedEvent::new("schedule", RunRef::Default),
                    ]);
                }
                "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
                    events.push(AssumedEvent::new(name, RunRef::Pull));
                }
                "merge_group" => events.push(AssumedEvent::new(name, RunRef::Queue)),
                "release" | "create" | "deployment" => events.push(AssumedEvent::new(name, RunRef::Tag)),
                _ => events.push(AssumedEvent::new(name, RunRef::Default)),
            }
        }
        let mut unique: Vec<AssumedEvent> = Vec::new();
        events.into_iter().for_each(|event| {
            if !unique.contains(&event) {
                unique.push(event)
            }
        });
        unique
    }

    /// What it is called in a message.
    pub fn words(&self) -> &str {
        match (self.name.as_str(), self.ref_kind) {
            ("push", RunRef::Default) => "push to the default branch",
            ("push", RunRef::Branch) => "push to other branches",
            ("push", RunRef::Tag) => "push of a tag",
            (name, _) => name,
        }
    }

    /// `github.ref`.
    pub fn git_ref(&self, default_branch: &str) -> String {
        match self.ref_kind {
            RunRef::Pull => "refs/pull/1/merge".to_owned(),
            RunRef::Tag => format!("refs/tags/{TAG}"),
            _ => format!("refs/heads/{}", self.ref_name(default_branch)),
        }
    }

    /// `github.ref_name`.
    pub fn ref_name(&self, default_branch: &str) -> String {
        match self.ref_kind {
            RunRef::Default => default_branch.to_owned(),
            RunRef::Branch => BRANCH.to_owned(),
            RunRef::Tag => TAG.to_owned(),
            RunRef::Pull => "1/merge".to_owned(),
            RunRef::Queue => format!("gh-readonly-queue/{default_branch}/pr-1-0000000"),
        }
    }

    /// `github.head_ref`: the branch of a pull request.
    pub fn head_ref(&self) -> &'static str {
        if self.is_pull() { BRANCH } else { "" }
    }

    /// True if it belongs to a pull request; `pull_request_target` runs on the default branch.
    pub fn is_pull(&self) -> bool {
        self.ref_kind == RunRef::Pull || self.name == "pull_request_target"
    }
}
