//! Which steps of a job are cache clients, under one event and in one leg.

use super::bake::BakeCall;
use super::beside::StepBeside;
use super::compiler::hashed_variables;
use super::docker::{ScriptBuild, set_names};
use super::environment::{SccacheSetting, cache_mode, may_save};
use super::step::{PlacedStep, StepDoes, StepPlace};
use crate::import::action::{ActionReference, ActionUse, KnownAction, Switch};
use crate::import::expression::{ExprValue, KeyText, Truth};
use crate::import::sources::RepositorySources;
use crate::import::yaml::YamlNode;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A step that is a cache client, under one event and in one leg.
#[derive(Debug, Clone)]
pub struct FoundStep {
    /// Where it is.
    pub place: StepPlace,
    /// The client, such as `rust-cache`.
    pub client: &'static str,
    /// The action; `None` if it caches through the environment alone.
    pub action: Option<ActionReference>,
    /// The local action through which the job uses it.
    pub via: Option<String>,
    /// Its inputs as they are written.
    pub inputs: BTreeMap<String, String>,
    /// What it is in this run.
    pub state: StepClient,
}

/// What a client is under one event and in one leg.
#[derive(Debug, Clone)]
pub struct StepClient {
    /// Whether it runs at all.
    pub runs: Truth,
    /// Whether it saves, if it runs.
    pub saves: Truth,
    /// True if the runner's provider keeps what it caches in a service of its own.
    pub is_elsewhere: bool,
    /// What the step is given, shared by the runs in which it is the same.
    pub given: Rc<StepInputs>,
}

/// What a step is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepInputs {
    /// Its inputs, evaluated.
    pub with: Vec<(String, ExprValue)>,
    /// The conditions of its step and of those around it.
    pub conditions: Vec<String>,
    /// What the step runs beside.
    pub beside: StepBeside,
    /// The compiler of Rust that the job installs, if this is rust-cache and the steps say it; for packages of R, the version of
    /// R.
    pub compiler: Option<ExprValue>,
    /// The variables of the environment that rust-cache hashes and that are not the same in all runs.
    pub variables: Vec<(String, ExprValue)>,
}

/// What the steps of a job are looked at with.
pub(super) struct Look<'a> {
    /// The event, the runner and the package manager; its inputs are those of each step.
    pub run: ActionUse<'a>,
    /// True under events of the default branch.
    pub is_default: bool,
    /// The repository's files.
    pub sources: &'a RepositorySources,
    /// The environment of workflow and job.
    pub env: &'a [(String, ExprValue)],
    /// What the environment says of sccache.
    pub sccache: SccacheSetting,
    /// The compiler of Rust that the job installs.
    pub compiler: Option<ExprValue>,
    /// The version of R that it installs.
    pub version_of_r: Option<ExprValue>,
}

/// What a step is.
pub(super) enum SeenStep {
    /// A cache client, even if it is off in this run.
    Client(Box<FoundStep>),
    /// Something that could cache, but is not known: what, and why.
    Unknown(String, String),
    /// Nothing that caches.
    Nothing,
}

impl Look<'_> {
    /// What a step is.
    pub fn at(&self, step: &PlacedStep) -> SeenStep {
        match &step.does {
            StepDoes::Uses { action, with, .. } => match KnownAction::find(action) {
                Some(known) => self.known(step, known, action, with),
                None => suspected(&action.name, with, self.sources),
            },
            StepDoes::UsesProgram { uses } => suspected(uses, &[], self.sources),
            StepDoes::Runs { script } => match ScriptBuild::of(script, &step.env, self.env) {
                Some(build) => self.script(step, &build),
                None if script.contains("x-gha") => {
                    let why = "vcpkg's binary cache in GitHub's cache is not imported: add it by hand";
                    SeenStep::Unknown("vcpkg x-gha".to_owned(), why.to_owned())
                }
                None => SeenStep::Nothing,
            },
        }
    }

    /// A script that builds an image.
    fn script(&self, step: &PlacedStep, build: &ScriptBuild) -> SeenStep {
        let baked = build.bake.as_ref().map(|call| call.inputs(self.sources)).unwrap_or_default();
        let value = |text: &String| self.run.decider.text(text, self.run.contexts).text();
        let mut with = Vec::new();
        for (input, own) in [("cache-from", &build.from), ("cache-to", &build.to)] {
            let mut text = KeyText::default();
            for (index, line) in own.iter().enumerate() {
                text.push_fixed(if index == 0 { "" } else { "\n" });
                text.push(&value(line));
            }
            match text.pieces.is_empty() {
                true => with.extend(baked.with.iter().filter(|(name, _)| name == input).cloned()),
                false => with.push((input.to_owned(), ExprValue::Text(text))),
            }
        }
        let others = baked.with.into_iter().filter(|(name, _)| !name.starts_with("cache-"));
        with.extend(others);
        let run = ActionUse { with: &with, ..self.run };
        let (from, to) = (run.is_given("cache-from", ""), run.is_given("cache-to", ""));
        match from.or(to) {
            Truth::No => SeenStep::Nothing,
            _ => {
                client(step, "buildkit", None, StepInputs { with, ..StepInputs::default() }, (Truth::Yes, to))
            }
        }
    }

    fn known(
        &self,
        step: &PlacedStep,
        known: &KnownAction,
        action: &ActionReference,
        with: &[(String, ExprValue)],
    ) -> SeenStep {
        let baked = self.baked(action, with);
        let with = baked.as_deref().unwrap_or(with);
        let run = ActionUse { with, ..self.run };
        // Other actions that bring sccache turn it on themselves.
        let is_plain_sccache = matches!(known.switches, [(0, Switch::Always)]);
        let (on, saves) = match known.client {
            "sccache" if is_plain_sccache && self.sccache.enabled == Truth::No => {
                let why = "no SCCACHE_GHA_ENABLED is set where the import can see it: it keeps nothing in GitHub's cache";
                return SeenStep::Unknown(action.name.clone(), why.to_owned());
            }
            "sccache" if is_plain_sccache => (self.sccache.enabled, self.sccache.writes),
            "buildkit" => {
                let (from, to) = (run.is_given("cache-from", ""), run.is_given("cache-to", ""));
                let (set_from, set_to) = set_names(&run.input("set", "").text());
                let (from, to) = (from.or(set_from), to.or(set_to));
                (from.or(to), to)
            }
            _ => (known.switch(action).is_on(&run), known.saves.saves(&run, self.is_default)),
        };
        let mut given = StepInputs { with: with.to_vec(), ..StepInputs::default() };
        if known.client == "rust-cache" {
            given.compiler.clone_from(&self.compiler);
            given.variables = hashed_variables(&run, self.env.iter().chain(&step.env));
        }
        if action.name.to_lowercase().starts_with("r-") {
            given.compiler.clone_from(&self.version_of_r);
        }
        client(step, known.client, Some(action.clone()), given, (on, saves))
    }
}

impl Look<'_> {
    /// The inputs of docker/bake-action with what its bake files say of caches.
    fn baked(
        &self,
        action: &ActionReference,
        with: &[(String, ExprValue)],
    ) -> Option<Vec<(String, ExprValue)>> {
        let found = action.name.eq_ignore_ascii_case(BAKE).then(|| BakeCall::of_action(with))?;
        let mut all = with.to_vec();
        for (name, value) in found.inputs(self.sources).with {
            // What `set` says of a cache stands over what the file says.
            let is_set = with.iter().any(|(own, given)| own == "set" && given.text().contains(&name));
            if !is_set && all.iter().all(|(own, _)| *own != name) {
                all.push((name, value));
            }
        }
        Some(all)
    }

    /// What of the bake files that a step builds is not understood.
    pub fn unread_bakes(&self, step: &PlacedStep) -> Vec<(String, String)> {
        let call = match &step.does {
            StepDoes::Uses { action, with, .. } if action.name.eq_ignore_ascii_case(BAKE) => {
                Some(BakeCall::of_action(with))
            }
            StepDoes::Runs { script } => BakeCall::of_script(script),
            _ => None,
        };
        call.map(|call| call.inputs(self.sources).unknown).unwrap_or_default()
    }
}

/// The action that builds bake targets.
const BAKE: &str = "docker/bake-action";

fn client(
    step: &PlacedStep,
    client: &'static str,
    action: Option<ActionReference>,
    given: StepInputs,
    (on, saves): (Truth, Truth),
) -> SeenStep {
    let given = Rc::new(StepInputs { conditions: step.conditions.clone(), beside: step.beside, ..given });
    let is_cut =
        cache_mode(&YamlNode::empty(), &YamlNode::empty(), &step.env).is_some_and(|mode| !may_save(&mode));
    let saves = if is_cut { Truth::No } else { saves };
    let state = StepClient { runs: step.condition.and(on), saves, given, is_elsewhere: false };
    let (place, via, inputs) = (step.place.clone(), step.via.clone(), step.does.inputs());
    SeenStep::Client(Box::new(FoundStep { place, client, action, via, inputs, state }))
}

/// Actions that keep a program of their own in GitHub's cache, which is small and not imported.
const PROGRAMS: [(&str, &str); 2] = [
    (
        "docker/setup-buildx-action",
        "it keeps its program in the cache unless `cache-binary` is false: one small entry",
    ),
    (
        "docker/setup-qemu-action",
        "it keeps its image in the cache unless `cache-image` is false: one small entry",
    ),
];

/// Actions that keep nothing in GitHub's cache: theirs is a service of their own, or on the runner.
const ELSEWHERE: [&str; 8] = [
    "buildjet/cache",
    "cachix/cachix-action",
    "maxnowack/local-cache",
    // It deletes entries and keeps none: `janitor` reads it.
    "MyAlbum/purge-cache",
    "namespacelabs/nscloud-cache-action",
    "runs-on/cache",
    "useblacksmith/cache",
    "WarpBuilds/cache",
];

/// Beginnings of names of actions below the root of their repositories that are known to keep nothing.
const KEEPS_NOTHING: [&str; 4] =
    ["docker/bake-action/subaction/", "github/codeql-action/", "gradle/actions/", "r-lib/actions/"];

/// An action that is not known could cache if its name or one of its inputs says so.
fn suspected(name: &str, with: &[(String, ExprValue)], sources: &RepositorySources) -> SeenStep {
    let says = |text: &str| text.to_lowercase().contains("cach");
    if let Some((_, why)) = PROGRAMS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        let is = |input: &str, text: &str| {
            with.iter().any(|(own, value)| own == input && value.known_text().as_deref() == Some(text))
        };
        let is_off = is("cache-binary", "false") || is("cache-image", "false");
        // Only a chosen version is fetched; without one, that of the runner is taken.
        let is_there = name.ends_with("setup-buildx-action") && with.iter().all(|(own, _)| own != "version");
        return match is_off || is_there {
            true => SeenStep::Nothing,
            false => SeenStep::Unknown(name.to_owned(), (*why).to_owned()),
        };
    }
    if ELSEWHERE.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return SeenStep::Nothing;
    }
    if name.contains("/.github/") && !name.starts_with('.') {
        let why = "an action of another repository is not read: if it is a list of steps, its caches are missing here";
        return SeenStep::Unknown(name.to_owned(), why.to_owned());
    }
    // The owner says nothing of what an action does.
    if says(name.split_once('/').map_or(name, |(_, own)| own)) {
        let why = "its name speaks of a cache, and it is not in the table of known actions";
        return SeenStep::Unknown(name.to_owned(), why.to_owned());
    }
    let is_off = |value: &ExprValue| {
        value
            .known_text()
            .is_some_and(|text| ["", "false", "no", "off"].contains(&text.to_lowercase().as_str()))
    };
    // The tool cache is the folder of a runner's tools, which clean-up steps name.
    let speaks = |input: &str| says(input) && !input.to_lowercase().contains("tool");
    match with.iter().find(|(input, value)| speaks(input) && !is_off(value)) {
        Some((input, _)) => {
            let why =
                format!("its input `{input}` speaks of a cache, and it is not in the table of known actions");
            SeenStep::Unknown(name.to_owned(), why)
        }
        None => of_owner(name, sources),
    }
}

/// An action below the root of a repository is often a list of steps. If its owner is this repository's, it may have
/// caches. If its path exists here, it may even be this repository's own, whose name no file tells.
fn of_owner(name: &str, sources: &RepositorySources) -> SeenStep {
    let parts: Vec<&str> = name.splitn(3, '/').collect();
    let [owner, _, path] = parts[..] else { return SeenStep::Nothing };
    let is_known = KEEPS_NOTHING.iter().any(|own| name.to_lowercase().starts_with(own));
    let is_here = ["action.yml", "action.yaml"]
        .iter()
        .any(|file| sources.files.paths.iter().any(|own| *own == format!("{path}/{file}")));
    let why = match () {
        () if is_known || name.starts_with('.') => return SeenStep::Nothing,
        () if sources.is_of_owner(owner) => {
            "an action of another repository of this owner is not read: if it is a list of steps, its caches are missing here"
        }
        () if is_here => {
            "the repository has an action at this path, and no file tells if this is its own name: its caches are missing here"
        }
        () => return SeenStep::Nothing,
    };
    SeenStep::Unknown(name.to_owned(), why.to_owned())
}
