//! What starts a workflow: its `on`.

use crate::ci::is_meant;
use crate::import::yaml::{YamlContent, YamlNode};

/// One event of a workflow's `on`.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowTrigger {
    /// The event, such as `push`.
    pub event: String,
    /// The line, from 1.
    pub line: usize,
    /// The patterns of `branches`.
    pub branches: Vec<String>,
    /// The patterns of `branches-ignore`.
    pub branches_ignore: Vec<String>,
    /// The patterns of `tags` and of `tags-ignore`, the latter with `!` in front.
    pub tags: Vec<String>,
    /// The patterns of `paths` and of `paths-ignore`, the latter with `!` in front.
    pub paths: Vec<String>,
    /// The activity `types`.
    pub types: Vec<String>,
    /// The crons of `schedule`, with their time zones.
    pub crons: Vec<(String, Option<String>)>,
    /// The names of `workflows`, of `workflow_run`.
    pub workflows: Vec<String>,
    /// The inputs of `workflow_call` or `workflow_dispatch`, with their defaults.
    pub inputs: Vec<(String, Option<YamlNode>)>,
}

/// The longest pattern of branches that is matched, and the most stars in it: others match nothing.
const PATTERN_MAX: (usize, usize) = (200, 8);

impl WorkflowTrigger {
    /// The triggers of a workflow, in the order of its file.
    pub fn all(on: &YamlNode) -> Vec<WorkflowTrigger> {
        match &on.data {
            YamlContent::Map(events) => {
                events.iter().map(|(event, node)| WorkflowTrigger::of(event, node)).collect()
            }
            _ => {
                let named = |node: &YamlNode| Some(WorkflowTrigger::of(&node.text()?, node));
                on.one_or_more().into_iter().filter_map(named).collect()
            }
        }
    }

    fn of(event: &str, node: &YamlNode) -> WorkflowTrigger {
        let texts = |key: &str| {
            let nodes = node.get(key).map(YamlNode::one_or_more).unwrap_or_default();
            nodes.into_iter().filter_map(YamlNode::text).collect::<Vec<_>>()
        };
        let both = |key: &str| {
            let ignored = texts(&format!("{key}-ignore")).into_iter().map(|pattern| format!("!{pattern}"));
            texts(key).into_iter().chain(ignored).collect::<Vec<String>>()
        };
        let text = |item: &YamlNode, key| Some(item.text_of(key)?.trim().to_owned());
        let cron = |item: &YamlNode| Some((text(item, "cron")?, text(item, "timezone")));
        let input = |(name, node): &(String, YamlNode)| (name.clone(), node.get("default").cloned());
        WorkflowTrigger {
            event: event.to_owned(),
            line: node.line,
            branches: texts("branches"),
            branches_ignore: texts("branches-ignore"),
            tags: both("tags"),
            paths: both("paths"),
            types: texts("types"),
            crons: if event == "schedule" {
                node.list().iter().filter_map(cron).collect()
            } else {
                Vec::new()
            },
            workflows: texts("workflows"),
            inputs: node.get("inputs").map(YamlNode::map).unwrap_or_default().iter().map(input).collect(),
        }
    }

    /// True if it filters by branches.
    pub fn has_branches(&self) -> bool {
        !self.branches.is_empty() || !self.branches_ignore.is_empty()
    }

    /// True if it filters by tags.
    pub fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// True if a push to this branch, or a pull request to it, is meant.
    pub fn means(&self, branch: &str) -> bool {
        match () {
            () if !self.branches.is_empty() => is_meant(sane(&self.branches), branch),
            () if !self.branches_ignore.is_empty() => !is_meant(sane(&self.branches_ignore), branch),
            // With tags alone, no branch is meant.
            () => !self.has_tags(),
        }
    }

    /// True if a push of this tag is meant.
    pub fn means_tag(&self, tag: &str) -> bool {
        match () {
            // With branches alone, no tag is meant.
            () if !self.has_tags() => !self.has_branches(),
            () if self.tags.iter().all(|pattern| pattern.starts_with('!')) => {
                is_meant(std::iter::once("**").chain(sane(&self.tags)), tag)
            }
            () => is_meant(sane(&self.tags), tag),
        }
    }

    /// True if branches besides the default branch are meant.
    pub fn means_others(&self, default_branch: &str) -> bool {
        match self.has_branches() {
            true => {
                let other = |pattern: &String| pattern != default_branch && !pattern.starts_with('!');
                self.branches.iter().any(other) || !self.branches_ignore.is_empty()
            }
            false => !self.has_tags(),
        }
    }

    /// True if pushes of tags are meant: of some that are named, or of usual ones.
    pub fn means_tags(&self) -> bool {
        let names_some = self.tags.iter().any(|pattern| !pattern.starts_with('!'));
        self.event == "push" && (names_some || TAGS.iter().any(|tag| self.means_tag(tag)))
    }
}

/// Tags as repositories have them.
const TAGS: [&str; 4] = ["v1.2.3", "1.2.3", "release-1.2.3", "nightly-2026-01-02"];

/// The patterns that are matched.
fn sane(patterns: &[String]) -> impl Iterator<Item = &str> {
    let is_sane =
        |pattern: &&str| pattern.len() <= PATTERN_MAX.0 && pattern.matches('*').count() <= PATTERN_MAX.1;
    patterns.iter().map(String::as_str).filter(is_sane)
}
