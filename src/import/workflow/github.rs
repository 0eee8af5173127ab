//! What the context `github` contains under an assumed event. What a run says of itself is known; of people and
//! texts it is assumed that nothing is special: no bot, no draft, no label, no marker in a message.

use super::assumed_event::{AssumedEvent, RunRef};
use super::own_name::OwnName;
use crate::import::expression::{ExprValue, Varying};

/// The member of `github` with this path, such as `["event_name"]`.
pub(super) fn github(path: &[&str], event: &AssumedEvent, own: &OwnName) -> ExprValue {
    let default_branch = own.default_branch.as_str();
    let varying = |name: &'static str, now: String| ExprValue::varying(Varying::Named(name), Some(now));
    let hidden = |name: &'static str| ExprValue::varying(Varying::Named(name), None);
    match path {
        ["event_name"] => varying("event", event.name.clone()),
        ["ref"] => varying("ref", event.git_ref(default_branch)),
        ["ref_name"] => varying("branch", event.ref_name(default_branch)),
        ["head_ref"] => match event.head_ref() {
            "" => ExprValue::fixed(""),
            head => varying("branch", head.to_owned()),
        },
        ["base_ref"] => {
            varying("base", if event.is_pull() { default_branch.to_owned() } else { String::new() })
        }
        ["ref_type"] => ExprValue::fixed(if event.ref_kind == RunRef::Tag { "tag" } else { "branch" }),
        ["ref_protected"] => ExprValue::Bool(event.ref_kind == RunRef::Default),
        ["sha" | "workflow_sha"] => hidden("sha"),
        ["run_id" | "run_number"] => hidden("run-id"),
        ["run_attempt"] => varying("run-attempt", "1".to_owned()),
        ["repository"] => of_repository(&own.repository),
        ["repository_owner"] => of_repository(&own.owner),
        ["token"] => hidden("secret"),
        ["actor" | "triggering_actor"] => somebody(path),
        ["workspace"] => ExprValue::fixed("/github/workspace"),
        ["server_url"] => ExprValue::fixed("https://github.com"),
        ["api_url"] => ExprValue::fixed("https://api.github.com"),
        ["event", rest @ ..] => of_event(rest, event, own),
        _ => ExprValue::Unknown(format!("github.{}", path.join("."))),
    }
}

/// The name of a person, not of a bot. A key that contains it differs from person to person.
fn somebody(path: &[&str]) -> ExprValue {
    let member = format!("github.{}", path.join("."));
    ExprValue::varying(Varying::Unknown(member), Some("somebody".to_owned()))
}

/// Members of `github.event`, and the events that have them: under all others they are null. No label is being set.
const OF_EVENTS: [(&str, &[&str]); 15] = [
    ("check_run", &["check_run"]),
    ("check_suite", &["check_suite"]),
    ("client_payload", &["repository_dispatch"]),
    ("comment", &["commit_comment", "discussion_comment", "issue_comment", "pull_request_review_comment"]),
    ("deployment", &["deployment", "deployment_status"]),
    ("deployment_status", &["deployment_status"]),
    ("discussion", &["discussion", "discussion_comment"]),
    ("inputs", &["workflow_dispatch"]),
    ("issue", &["issue_comment", "issues"]),
    ("label", &["discussion", "issues", "label"]),
    ("merge_group", &["merge_group"]),
    ("release", &["release"]),
    ("review", &["pull_request_review"]),
    ("schedule", &["schedule"]),
    ("workflow_run", &["workflow_run"]),
];

/// Events without a kind of activity.
const WITHOUT_ACTION: [&str; 3] = ["push", "schedule", "workflow_dispatch"];

/// The name of the repository or of its owner. One that nothing tells equals whatever it is compared with.
fn of_repository(name: &Option<String>) -> ExprValue {
    ExprValue::varying(Varying::Named("repository"), name.clone())
}

/// A member of `github.event`.
fn of_event(path: &[&str], event: &AssumedEvent, own: &OwnName) -> ExprValue {
    let default_branch = own.default_branch.as_str();
    let unknown = || ExprValue::Unknown(format!("github.event.{}", path.join(".")));
    let is_absent = |(member, events): &(&str, &[&str])| {
        path.first() == Some(member) && !events.contains(&event.name.as_str())
    };
    match path {
        [..] if OF_EVENTS.iter().any(is_absent) => ExprValue::Null,
        ["action"] if WITHOUT_ACTION.contains(&event.name.as_str()) => ExprValue::Null,
        ["repository"] => ExprValue::Object(Vec::new()),
        ["repository", "default_branch"] => ExprValue::fixed(default_branch),
        ["repository", "fork" | "private"] => ExprValue::Bool(false),
        ["repository", "full_name"] => of_repository(&own.repository),
        ["repository", "owner", "login"] => of_repository(&own.owner),
        ["sender", "login"] | ["pull_request", "user", "login"] => somebody(&[&["event"], path].concat()),
        ["head_commit", "message"] => ExprValue::fixed("a change"),
        ["ref"] if event.name == "push" => github(path, event, own),
        ["after"] | ["head_commit", "id"] if event.name == "push" => github(&["sha"], event, own),
        ["created" | "deleted" | "forced"] if event.name == "push" => ExprValue::Bool(false),
        ["number"] | ["pull_request", "number"] if event.is_pull() => {
            ExprValue::varying(Varying::Named("number"), Some("1".to_owned()))
        }
        ["pull_request", rest @ ..] if event.is_pull() => of_pull_request(rest, own).unwrap_or_else(unknown),
        ["pull_request" | "number", ..] => ExprValue::Null,
        _ => unknown(),
    }
}

fn of_pull_request(path: &[&str], own: &OwnName) -> Option<ExprValue> {
    let default_branch = own.default_branch.as_str();
    Some(match path {
        ["head", "repo", "full_name"] | ["base", "repo", "full_name"] => of_repository(&own.repository),
        ["head" | "base", "repo", "owner", "login"] | ["head", "user", "login"] => of_repository(&own.owner),
        ["head", "repo", "fork"] | ["draft" | "merged"] => ExprValue::Bool(false),
        ["head", "ref"] => ExprValue::varying(Varying::Named("branch"), Some("some-branch".to_owned())),
        ["base", "ref"] => ExprValue::varying(Varying::Named("base"), Some(default_branch.to_owned())),
        ["head", "sha"] => ExprValue::varying(Varying::Named("sha"), None),
        ["labels"] => ExprValue::List(Vec::new()),
        ["title" | "body"] => ExprValue::fixed("a change"),
        [] => ExprValue::Object(Vec::new()),
        _ => return None,
    })
}
