//! The group in which runs or jobs wait for each other. A scenario has one name for it, with placeholders; GitHub evaluates
//! the name for each event.

use crate::diagnostic::visible;
use crate::import::draft::key::{AxisNames, template};
use crate::import::draft::ledger::Ledger;
use crate::import::expression::{KeyText, Truth, Varying};
use crate::import::found::Situation;
use crate::import::toml_text::quoted;
use crate::import::workflow::{AssumedEvent, JobNode};
use crate::import::yaml::YamlNode;

/// A `concurrency` of a workflow or of a job.
pub(in crate::import::draft) struct WrittenGroup<'a> {
    /// What it says.
    pub node: &'a YamlNode,
    /// The job; one without a name for a workflow.
    pub job: &'a JobNode,
    /// The events that are simulated.
    pub events: Vec<AssumedEvent>,
    /// How keys of the matrix are called.
    pub names: &'a AxisNames,
    /// Where it stands.
    pub place: String,
}

impl WrittenGroup<'_> {
    /// The table of the group; `None` if there is none, which is noted.
    pub fn table(
        &self,
        base: Situation,
        cancels: impl Fn(&AssumedEvent) -> Truth,
        ledger: &mut Ledger,
    ) -> Option<String> {
        let text = self.node.text().or_else(|| self.node.text_of("group")).unwrap_or_default();
        let group = self.evaluated(base, &text);
        if is_open(&group) {
            ledger.blank(&self.place, open_group(&text));
            return None;
        }
        let mut group = template(&group, self.names, &self.place, ledger);
        let mut cancel = cancel_word(&self.events, cancels);
        let pull = AssumedEvent::pull_request();
        if self.events.contains(&pull) && *base.event != pull {
            let of_pull = self.evaluated(Situation { event: &pull, ..base }, &text);
            let of_pull = template(&of_pull, self.names, "", &mut Ledger::default());
            if is_of_run(&group) && !is_of_run(&of_pull) && cancel != "false" {
                (group, cancel) = ("{workflow}-{ref}".to_owned(), "\"pull-requests\"");
                ledger.blank(&self.place, PUSHES_WAIT);
            } else if !is_of_run(&group) && !is_of_ref(&group) {
                group = self.with_pulls(group, &of_pull, ledger);
            }
        }
        if group.trim().is_empty() {
            ledger.blank(&self.place, "a concurrency group without a name");
            return None;
        }
        Some(group_table(&group, cancel, self.node.text_of("queue").as_deref()))
    }

    fn evaluated(&self, base: Situation, text: &str) -> KeyText {
        base.decider.text(text, &base.scope(self.job, None, &base.inputs())).text()
    }

    /// The name of a group that all pushes have in common, with what tells pull requests apart where GitHub does: their
    /// number, which is nothing on a push.
    fn with_pulls(&self, group: String, of_pull: &str, ledger: &mut Ledger) -> String {
        let numbered = of_pull.replace("{branch}", "{number}").replace("{ref}", "{number}");
        if is_of_run(of_pull) {
            ledger.blank(&self.place, PULLS_WAIT);
        } else if numbered.replace("{number}", "") == group {
            return numbered;
        } else if !numbered.contains("{number}") {
            return group;
        }
        format!("{group}-{{number}}")
    }
}

const PUSHES_WAIT: &str = "on GitHub each push has a concurrency group of its own, so that no push waits for another one; here \
                           pushes to one branch wait for each other";
const PULLS_WAIT: &str = "on GitHub each run of a pull request has a concurrency group of its own, so that none waits for \
                          another one; here those of one pull request share a group";

/// True if each run has a group of its own.
fn is_of_run(group: &str) -> bool {
    ["{sha}", "{run-id}"].iter().any(|name| group.contains(name))
}

/// True if each ref has one.
fn is_of_ref(group: &str) -> bool {
    ["{ref}", "{branch}", "{number}"].iter().any(|name| group.contains(name))
}

/// The word for when a newer run cancels an older one.
fn cancel_word(events: &[AssumedEvent], cancels: impl Fn(&AssumedEvent) -> Truth) -> &'static str {
    let yes = |event: &AssumedEvent| cancels(event) == Truth::Yes;
    let is_pull = |event: &AssumedEvent| event.name == "pull_request";
    let is_main = |event: &AssumedEvent| *event == AssumedEvent::push();
    match () {
        () if !events.iter().any(yes) => "false",
        () if events.iter().all(yes) => "true",
        () if events.iter().all(|event| yes(event) == is_pull(event)) => "\"pull-requests\"",
        () if events.iter().filter(|event| is_main(event)).all(|event| !yes(event)) => "\"off-main\"",
        () => "true",
    }
}

/// True if a part of a concurrency group's name is not known. Runs that differ in that part are in different groups.
fn is_open(group: &KeyText) -> bool {
    group.varyings().any(|what| matches!(what, Varying::Unknown(_) | Varying::OneLeg(_)))
}

/// What is said of such a group.
fn open_group(text: &str) -> String {
    format!(
        "the concurrency group `{}` is not decided: here no run waits for another or cancels it",
        visible(text)
    )
}

/// The table of a concurrency group.
fn group_table(group: &str, cancel: &str, queue: Option<&str>) -> String {
    let queue = if queue == Some("max") && cancel != "true" { ", queue = \"max\"" } else { "" };
    let cancel = if cancel == "false" { String::new() } else { format!(", cancel-in-progress = {cancel}") };
    format!("{{ group = {}{cancel}{queue} }}", quoted(group))
}
