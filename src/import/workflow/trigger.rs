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
    /// True if it has `tags` or `tags-ignore`.
    pub has_tags: bool,
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
        let ignored = texts("paths-ignore").into_iter().map(|pattern| format!("!{pattern}"));
        let cron = |item: &YamlNode| Some((item.text_of("cron")?, item.text_of("timezone")));
        let input = |(name, node): &(String, YamlNode)| (name.clone(), node.get("default").cloned());
        WorkflowTrigger {
            event: event.to_owned(),
            line: node.line,
            branches: texts("branches"),
            branches_ignore: texts("branches-ignore"),
            has_tags: node.get("tags").is_some() || node.get("tags-ignore").is_some(),
            paths: texts("paths").into_iter().chain(ignored).collect(),
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

    /// True if a push to this branch, or a pull request to it, is meant.
    pub fn means(&self, branch: &str) -> bool {
        let sane = |patterns: &[String]| -> Vec<String> {
            let is_sane = |pattern: &&String| {
                pattern.len() <= PATTERN_MAX.0 && pattern.matches('*').count() <= PATTERN_MAX.1
            };
            patterns.iter().filter(is_sane).cloned().collect()
        };
        let [only, ignored] = [sane(&self.branches), sane(&self.branches_ignore)];
        match () {
            () if !self.branches.is_empty() => is_meant(only.iter().map(String::as_str), branch),
            () if !self.branches_ignore.is_empty() => !is_meant(ignored.iter().map(String::as_str), branch),
            // With tags alone, no branch is meant.
            () => !self.has_tags,
        }
    }

    /// True if branches besides the default branch are meant.
    pub fn means_others(&self, default_branch: &str) -> bool {
        match self.has_branches() {
            true => {
                let other = |pattern: &String| pattern != default_branch && !pattern.starts_with('!');
                self.branches.iter().any(other) || !self.branches_ignore.is_empty()
            }
            false => !self.has_tags,
        }
    }

    /// True if pushes of tags are meant.
    pub fn means_tags(&self) -> bool {
        self.event == "push" && (self.has_tags || !self.has_branches())
    }
}
