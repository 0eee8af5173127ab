//! Which steps of a job are cache clients, under one event and in one leg.

use super::docker::{script_names, set_names};
use super::environment::SccacheSetting;
use super::step::{PlacedStep, StepDoes, StepPlace};
use crate::import::action::{ActionReference, ActionUse, KnownAction, Switch};
use crate::import::expression::{ExprValue, Truth};
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
}

/// What the steps of a job are looked at with.
pub(super) struct Look<'a> {
    /// The event, the runner and the package manager; its inputs are those of each step.
    pub run: ActionUse<'a>,
    /// True under events of the default branch.
    pub is_default: bool,
    /// What the environment says of sccache.
    pub sccache: SccacheSetting,
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
                None => suspected(&action.name, with),
            },
            StepDoes::UsesProgram { uses } => suspected(uses, &[]),
            StepDoes::Runs { script } => match script_names(script) {
                Some((_, writes)) => client(step, "buildkit", None, Vec::new(), (Truth::Yes, writes)),
                None if script.contains("x-gha") => {
                    let why = "vcpkg's binary cache in GitHub's cache is not imported: add it by hand";
                    SeenStep::Unknown("vcpkg x-gha".to_owned(), why.to_owned())
                }
                None => SeenStep::Nothing,
            },
        }
    }

    fn known(
        &self,
        step: &PlacedStep,
        known: &KnownAction,
        action: &ActionReference,
        with: &[(String, ExprValue)],
    ) -> SeenStep {
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
        client(step, known.client, Some(action.clone()), with.to_vec(), (on, saves))
    }
}

fn client(
    step: &PlacedStep,
    client: &'static str,
    action: Option<ActionReference>,
    with: Vec<(String, ExprValue)>,
    (on, saves): (Truth, Truth),
) -> SeenStep {
    let given = Rc::new(StepInputs { with, conditions: step.conditions.clone() });
    let state = StepClient { runs: step.condition.and(on), saves, given };
    let (place, via, inputs) = (step.place.clone(), step.via.clone(), step.does.inputs());
    SeenStep::Client(Box::new(FoundStep { place, client, action, via, inputs, state }))
}

/// An action that is not known could cache if its name or one of its inputs says so.
fn suspected(name: &str, with: &[(String, ExprValue)]) -> SeenStep {
    let says = |text: &str| text.to_lowercase().contains("cach");
    if says(name) {
        let why = "its name speaks of a cache, and it is not in the table of known actions";
        return SeenStep::Unknown(name.to_owned(), why.to_owned());
    }
    let is_off = |value: &ExprValue| {
        value
            .known_text()
            .is_some_and(|text| ["", "false", "no", "off"].contains(&text.to_lowercase().as_str()))
    };
    // `tool-cache` is the folder of a runner's tools, which clean-up steps name.
    let speaks = |input: &str| says(input) && input != "tool-cache";
    match with.iter().find(|(input, value)| speaks(input) && !is_off(value)) {
        Some((input, _)) => {
            let why =
                format!("its input `{input}` speaks of a cache, and it is not in the table of known actions");
            SeenStep::Unknown(name.to_owned(), why)
        }
        None => SeenStep::Nothing,
    }
}
