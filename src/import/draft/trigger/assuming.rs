//! What an `if` comes to if something is assumed that no event of the import has: how the run before has ended, that a pull
//! request comes from a fork, that a bot pushes.

use crate::import::expression::{Contexts, ExprValue, Truth};
use crate::import::found::Situation;
use crate::import::workflow::{JobNode, JobScope};

/// A member of a context, in small letters, with what it is assumed to be.
type AssumedMember = (&'static str, ExprValue);

/// The contexts of a job with other members.
struct Assuming<'a> {
    scope: JobScope<'a>,
    members: &'a [AssumedMember],
}

impl Contexts for Assuming<'_> {
    fn look_up(&self, path: &[String]) -> ExprValue {
        let name = path.join(".").to_lowercase();
        let assumed = self.members.iter().find(|(member, _)| *member == name);
        assumed.map_or_else(|| self.scope.look_up(path), |(_, value)| value.clone())
    }
}

/// Whether the `if` of a job holds.
fn holds(base: Situation, job: &JobNode, members: &[AssumedMember]) -> Truth {
    let text = job.node.text_of("if").unwrap_or_default();
    let contexts = Assuming { scope: base.scope(job, None, &base.inputs()), members };
    base.decider.condition(&text, &contexts)
}

/// The ends of a run. One that is out of time counts as failed.
pub(super) const ENDS: [&str; 3] = ["success", "failure", "cancelled"];

/// The ends after which a job of the workflow may run that waits for no other one. `base` has `workflow_run` as its event.
pub(super) fn ends_followed(base: Situation) -> Vec<&'static str> {
    // The others run only after these have.
    let first: Vec<&JobNode> = base.workflow.jobs.iter().filter(|job| job.needs().is_empty()).collect();
    let runs = |job: &JobNode, end: &'static str| {
        holds(base, job, &[("github.event.workflow_run.conclusion", ExprValue::fixed(end))]) != Truth::No
    };
    ENDS.into_iter().filter(|end| first.iter().any(|job| runs(job, end))).collect()
}

/// True if a job is skipped on the event of `base`, which is one of pull requests, but not where they come from a fork.
pub(in crate::import::draft) fn is_for_forks(base: Situation, job: &JobNode) -> bool {
    let of_fork = |member, value| (member, ExprValue::fixed(value));
    let members = [
        of_fork("github.event.pull_request.head.repo.full_name", "somebody/fork"),
        of_fork("github.event.pull_request.head.repo.owner.login", "somebody"),
        of_fork("github.event.pull_request.head.user.login", "somebody"),
        ("github.event.pull_request.head.repo.fork", ExprValue::Bool(true)),
    ];
    holds(base, job, &[]) == Truth::No && holds(base, job, &members) != Truth::No
}

/// The bot that the `if` of a job names, and whether the job runs for it, if that is otherwise than for people.
pub(in crate::import::draft) fn bot_apart(base: Situation, job: &JobNode) -> Option<(String, bool)> {
    let text = job.node.text_of("if")?;
    let (before, _) = text.split_once("[bot]'")?;
    let bot = format!("{}[bot]", before.rsplit('\'').next()?);
    let members = ACTORS.map(|member| (member, ExprValue::fixed(bot.clone())));
    let (people, own) = (holds(base, job, &[]), holds(base, job, &members));
    let is_apart = people != own && (people == Truth::No || own == Truth::No);
    is_apart.then_some((bot, own != Truth::No))
}

/// The members of contexts that name who has pushed.
const ACTORS: [&str; 4] = [
    "github.actor",
    "github.triggering_actor",
    "github.event.sender.login",
    "github.event.pull_request.user.login",
];
