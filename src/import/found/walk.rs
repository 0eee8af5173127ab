//! Walks through the steps of a job and of the local actions that they use, in order, and keeps what each step
//! tells the later ones.

use super::beside::StepBeside;
use super::step::{PlacedStep, StepDoes, StepPlace};
use crate::import::action::{ActionReference, version_outputs};
use crate::import::expression::{Decider, ExprValue, KeyText, Truth};
use crate::import::script::written_values;
use crate::import::sources::{LocalAction, RepositorySources};
use crate::import::workflow::{JobScope, StepOutputs};
use crate::import::yaml::{YamlContent, YamlNode};

/// How deeply local actions may use each other: GitHub's limit.
const DEPTH_MAX: usize = 10;
/// The most steps of a job, with those of the actions it uses.
const STEPS_MAX: usize = 1_000;

/// A walk through a job.
pub(super) struct Walk<'a> {
    pub sources: &'a RepositorySources,
    pub decider: &'a Decider,
    /// The steps so far.
    pub steps: Vec<PlacedStep<'a>>,
    /// What could not be followed: the place, what it is about, and why.
    pub problems: Vec<(StepPlace, String, String)>,
}

/// Variables that a runner sets to members of `github`.
const RUN_VARIABLES: [&str; 7] = [
    "GITHUB_EVENT_NAME",
    "GITHUB_REF",
    "GITHUB_REF_NAME",
    "GITHUB_REF_TYPE",
    "GITHUB_BASE_REF",
    "GITHUB_HEAD_REF",
    "GITHUB_REPOSITORY",
];

/// What is around a list of steps.
#[derive(Clone)]
pub(super) struct Around {
    pub file: String,
    pub path: Vec<usize>,
    pub via: Option<String>,
    pub condition: Truth,
    pub conditions: Vec<String>,
    pub beside: StepBeside,
    /// The local actions that are being followed.
    pub within: Vec<String>,
}

impl Around {
    /// The steps of a job.
    pub fn job(file: &str) -> Around {
        let (path, via, conditions, within) = (Vec::new(), None, Vec::new(), Vec::new());
        let (condition, beside) = (Truth::Yes, StepBeside::Nothing);
        Around { file: file.to_owned(), path, via, condition, conditions, beside, within }
    }
}

impl<'a> Walk<'a> {
    /// Follows these steps.
    pub fn follow(&mut self, steps: &'a [YamlNode], around: &Around, scope: &mut JobScope) {
        for (index, node) in steps.iter().enumerate() {
            if self.steps.len() >= STEPS_MAX || !self.decider.takes(20) {
                return;
            }
            let mut own = around.clone();
            own.path.push(index);
            if let beside @ (StepBeside::Caches | StepBeside::Steps | StepBeside::Cancelled) =
                StepBeside::of(steps, index)
            {
                own.beside = beside;
            }
            // A step's own variables are there when its condition is decided (the runner's source).
            let outer = scope.env.len();
            let env = self.entries(node.get("env"), scope);
            scope.env.extend(env.clone());
            if let Some(text) = node.text_of("if") {
                own.condition = own.condition.and(self.decider.condition(&text, scope));
                own.conditions.push(text);
            }
            match own.condition {
                Truth::No => scope.steps.skip(&node.text_of("id").unwrap_or_default()),
                _ => self.step(node, own, env, scope),
            }
            scope.env.truncate(outer);
        }
    }

    fn step(&mut self, node: &'a YamlNode, own: Around, env: Vec<(String, ExprValue)>, scope: &mut JobScope) {
        if let Some(group) = node.get("parallel") {
            return self.follow(group.list(), &own, scope);
        }
        let id = node.text_of("id").unwrap_or_default();
        match (node.text_of("uses"), node.get("run").map(|run| &run.data)) {
            (Some(uses), _) if self.sources.local_path(&uses).is_some() => {
                self.local(node, &uses, &id, own, env, scope)
            }
            (Some(uses), _) => self.remote(node, &uses, &id, own, env, scope),
            (None, Some(YamlContent::Text(script))) => {
                scope.steps.ran(&id, script);
                if own.condition == Truth::Yes {
                    self.written(node, &id, script, scope);
                }
                self.push(node, own, env, StepDoes::Runs { script });
            }
            _ => {}
        }
    }

    /// Notes the outputs and variables that a script writes, as far as its text says it.
    fn written(&self, node: &YamlNode, id: &str, script: &str, scope: &mut JobScope) {
        let is_other = node.text_of("shell").is_some_and(|shell| {
            ["python", "node", "perl", "pwsh", "powershell", "cmd"].iter().any(|own| shell.contains(own))
        });
        let writes = |target: &str| script.contains(target) || script.contains("::set-output");
        if is_other || !writes("GITHUB_") || !self.decider.takes(20) {
            return;
        }
        let text = self.decider.text(script, scope).text();
        let variable = |name: &str| self.variable(name, scope);
        let outputs = match writes("GITHUB_OUTPUT") && !id.is_empty() {
            true => written_values("GITHUB_OUTPUT", &text, &variable),
            false => Vec::new(),
        };
        let variables = match script.contains("GITHUB_ENV") {
            true => written_values("GITHUB_ENV", &text, &variable),
            false => Vec::new(),
        };
        outputs.into_iter().for_each(|(name, value)| scope.steps.know(id, &name, value));
        variables.into_iter().for_each(|(name, value)| scope.steps.know_variable(&name, value));
    }

    /// The value of a variable of a script; `None` if it is not known.
    fn variable(&self, name: &str, scope: &JobScope) -> Option<KeyText> {
        let of_github = name.strip_prefix("GITHUB_").filter(|_| RUN_VARIABLES.contains(&name));
        let path = match of_github {
            Some(member) => format!("github.{}", member.to_lowercase()),
            None => format!("env.{name}"),
        };
        match self.decider.value(&path, scope) {
            // A variable that no file sets may be set on the runner.
            ExprValue::Null | ExprValue::Unknown(_) => None,
            value => Some(value.as_variable().text()),
        }
    }

    fn push(&mut self, node: &YamlNode, own: Around, env: Vec<(String, ExprValue)>, does: StepDoes<'a>) {
        let place = place(node, &own);
        let Around { via, condition, conditions, beside, .. } = own;
        self.steps.push(PlacedStep { place, via, condition, conditions, beside, env, does });
    }

    fn remote(
        &mut self,
        node: &'a YamlNode,
        uses: &str,
        id: &str,
        own: Around,
        env: Vec<(String, ExprValue)>,
        scope: &mut JobScope,
    ) {
        let line = node.get("uses").map_or(node.line, |uses| uses.line);
        let Some(action) = ActionReference::read(uses, self.sources.line(&own.file, line)) else { return };
        let written = node.get("with");
        let with = self.entries(written, scope);
        if let Some((_, script)) = with.iter().find(|(name, _)| name == "script") {
            // actions/github-script sets outputs and variables, too.
            scope.steps.ran(id, &script.known_text().unwrap_or_default());
        }
        if let Some((_, key)) = with.iter().find(|(name, _)| name == "key").filter(|_| !id.is_empty()) {
            scope.steps.know(id, "cache-primary-key", key.clone());
        }
        for (output, input) in version_outputs(&action.name).filter(|_| !id.is_empty()) {
            if let Some((_, version)) = with.iter().find(|(name, _)| name.eq_ignore_ascii_case(input)) {
                scope.steps.know(id, output, version.clone());
            }
        }
        self.push(node, own, env, StepDoes::Uses { action, with, written });
    }

    fn local(
        &mut self,
        node: &'a YamlNode,
        uses: &str,
        id: &str,
        mut own: Around,
        env: Vec<(String, ExprValue)>,
        scope: &mut JobScope,
    ) {
        let sources = self.sources;
        let action = match sources.action(uses) {
            _ if own.within.iter().any(|within| within == uses) => Err("the action uses itself".to_owned()),
            _ if own.within.len() >= DEPTH_MAX => {
                Err(format!("more than {DEPTH_MAX} actions use each other"))
            }
            found => found,
        };
        let action = match action {
            Ok(action) => action,
            Err(problem) => return self.problems.push((place(node, &own), uses.to_owned(), problem)),
        };
        let runs = action.root.get("runs");
        if runs.and_then(|runs| runs.text_of("using")).as_deref() != Some("composite") {
            let path = sources.local_path(uses).unwrap_or(uses);
            let uses = if uses.starts_with('$') { uses.to_owned() } else { format!("./{path}") };
            return self.push(node, own, env, StepDoes::UsesProgram { uses });
        }
        let inputs = self.inputs(action, node.get("with"), scope);
        own.via.get_or_insert_with(|| uses.to_owned());
        own.within.push(uses.to_owned());
        own.file.clone_from(&action.path);
        let mut inner = JobScope { inputs, steps: StepOutputs::default(), ..scope.clone() };
        let steps = runs.and_then(|runs| runs.get("steps")).map(YamlNode::list).unwrap_or_default();
        self.follow(steps, &own, &mut inner);
        for (name, output) in action.root.get("outputs").map(YamlNode::map).unwrap_or_default() {
            let value = output.text_of("value").unwrap_or_default();
            scope.steps.know(id, name, self.decider.text(&value, &inner));
        }
        scope.steps.inherit(&inner.steps);
    }

    /// The inputs of a local action: what the step gives, or else the defaults.
    fn inputs(
        &self,
        action: &LocalAction,
        with: Option<&YamlNode>,
        scope: &JobScope,
    ) -> Vec<(String, ExprValue)> {
        let mut inputs = self.entries(with, scope);
        for (name, input) in action.root.get("inputs").map(YamlNode::map).unwrap_or_default() {
            if !inputs.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                let default = input.get("default").map(|default| self.decider.yaml(default, scope));
                inputs.push((name.clone(), default.unwrap_or_else(|| ExprValue::fixed(""))));
            }
        }
        inputs.into_iter().map(|(name, value)| (name, value.as_variable())).collect()
    }

    /// The variables of an environment, or the inputs of an action.
    fn entries(&self, node: Option<&YamlNode>, scope: &JobScope) -> Vec<(String, ExprValue)> {
        let entries = node.map(YamlNode::map).unwrap_or_default();
        let value = |node: &YamlNode| self.decider.yaml(node, scope).as_variable();
        entries.iter().map(|(name, node)| (name.clone(), value(node))).collect()
    }
}

fn place(node: &YamlNode, own: &Around) -> StepPlace {
    StepPlace { path: own.path.clone(), file: own.file.clone(), line: node.line }
}
