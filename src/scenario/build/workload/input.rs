//! Builds the inputs of the project: the built-in ones, and those that `[input.NAME]` adds.

use crate::diagnostic::{Diagnostic, Report, printable};
use crate::project::InputId;
use crate::scenario::view::View;
use crate::workload::{InputShare, ProjectInput};

/// All inputs, by their index.
pub(in crate::scenario::build) struct Inputs {
    /// Their names.
    pub names: Vec<String>,
    /// The share of the pushes that change each of them.
    pub shares: Vec<InputShare>,
    /// What holds for recorded pushes, too.
    pub rules: Vec<ProjectInput>,
}

impl Inputs {
    /// The inputs of a scenario.
    pub fn of(root: View, report: &mut Report) -> Inputs {
        let own = root.map("input");
        if own.len() + InputId::BUILT_IN.len() > InputId::MOST {
            let most = InputId::MOST - InputId::BUILT_IN.len();
            let message = format!("{} inputs are more than {most}", own.len());
            report.push(Diagnostic::error("limit-exceeded", message).at(root.span("input")));
        }
        let changes = root.table("workload").table("changes");
        let mut inputs = Inputs { names: Vec::new(), shares: Vec::new(), rules: Vec::new() };
        InputId::BUILT_IN.iter().for_each(|name| inputs.push(name, changes.number(name), 0.0));
        for (name, view) in own.into_iter().take(InputId::MOST - InputId::BUILT_IN.len()) {
            refuse_unwritable(name, view, report);
            inputs.add(name, view, changes, report);
        }
        inputs
    }

    fn push(&mut self, name: &str, share: f64, reverts: f64) {
        self.names.push(name.to_owned());
        self.shares.push(InputShare { name: name.to_owned(), share });
        self.rules.push(ProjectInput { name: name.to_owned(), reverts });
    }

    /// Adds an input, or completes a built-in one.
    fn add(&mut self, name: &str, view: View, changes: View, report: &mut Report) {
        let (share, reverts) = (view.number("changes"), view.number("reverts"));
        let Some(known) = self.names.iter().position(|known| known == name) else {
            return self.push(name, share, reverts);
        };
        self.rules[known].reverts = reverts;
        if !view.is_written("changes") {
            return;
        }
        if changes.is_written(name) {
            let message =
                format!("`input.{name}.changes` and `workload.changes.{name}` both say how often it changes");
            let diagnostic = Diagnostic::error("conflict", message).at(view.span("changes"));
            report.push(diagnostic.related(changes.span(name), "the other one").help("remove one of them"));
        }
        self.shares[known].share = share;
    }
}

/// Refuses a name that no placeholder and no list of changes could contain.
fn refuse_unwritable(name: &str, view: View, report: &mut Report) {
    if name.contains([',', ';', '{', '}']) || name.trim() != name || name.is_empty() {
        let message = format!("an input cannot be called `{}`", printable(name));
        let help = "a name has no commas, semicolons or braces, and no blanks at its ends";
        report.push(Diagnostic::error("wrong-key", message).at(view.opened_at()).help(help));
    }
}
