//! The table of a job.

use super::client::{ClientTable, client_tables};
use super::compiler::nightly_legs;
use super::expand::{DraftJob, JobCondition, JobVisitor, plain};
use super::key::{AxisNames, one_line, shown, template};
use super::ledger::Ledger;
use super::leg::size::sized_legs;
use super::leg::{JobRunner, absent_clients, by_axis, named_system, runner_legs, saving_legs};
use super::shown::shown_job;
use super::trigger::group::WrittenGroup;
use super::trigger::path_filter::{ClassPatterns, add_class, is_decided, output_patterns};
use super::trigger::{EventWord, own_words, written};
use crate::import::expression::{ExprValue, KeyText, Varying};
use crate::import::found::{FoundClient, Situation, disabled_clients};
use crate::import::path_output::{asked, is_of_paths};
use crate::import::toml_text::{TomlLines, key, list, quoted};
use crate::import::workflow::{AssumedEvent, JobLeg, JobMatrix, JobNode, WorkflowTrigger};
use crate::import::yaml::YamlNode;
use crate::units::counted;

/// Events that touch paths.
const HAVE_PATHS: [&str; 3] = ["push", "pull_request", "merge_group"];

/// What a workflow's jobs are written with.
pub(super) struct JobWriter<'a> {
    /// The workflow's name in the scenario.
    pub workflow: &'a str,
    /// Its name as GitHub shows it.
    pub shown: &'a str,
    /// The words of the workflow's `on`.
    pub words: &'a [EventWord],
    /// Its trigger for pushes.
    pub pushes: Option<&'a WorkflowTrigger>,
    /// The names of all jobs of the workflow that are written.
    pub known: &'a [String],
    pub ledger: &'a mut Ledger,
    pub lines: &'a mut TomlLines,
}

impl JobVisitor for JobWriter<'_> {
    fn looks(&self) -> bool {
        true
    }

    fn take(&mut self, base: Situation, job: DraftJob) {
        self.job(base, &job);
    }

    fn leaves_open(&mut self, base: Situation, job: &JobNode, events: &[AssumedEvent]) {
        let text = job.node.text_of("if").unwrap_or_default();
        let has_paths = |event: &AssumedEvent| HAVE_PATHS.contains(&event.name.as_str());
        // What outputs of other jobs decide is told where paths are looked at.
        let is_told = text.contains("needs.") && events.iter().any(has_paths);
        let words: Vec<&str> = events.iter().filter(|_| !is_told).map(AssumedEvent::words).collect();
        if !words.is_empty() {
            let place = format!("{}:{}", base.workflow.path, job.node.line);
            let (text, words) = (text.split_whitespace().collect::<Vec<_>>().join(" "), words.join(", "));
            let what = format!(
                "the `if` of `{}` is not decided on {words}: there it runs each time: {text}",
                plain(&job.id)
            );
            self.ledger.blank(&place, what);
        }
    }

    fn hears(&mut self, base: Situation, job: &JobNode, what: String) {
        self.ledger.blank(&format!("{}:{}", base.workflow.path, job.node.line), what);
    }

    fn leaves_out(&mut self, base: Situation, job: &JobNode, legs: usize) {
        let place = format!("{}:{}", base.workflow.path, job.node.line);
        self.ledger
            .blank(&place, format!("{legs} more legs of `{}`, which calls a workflow", plain(&job.id)));
    }
}

impl JobWriter<'_> {
    /// Writes the table of a job, and those of its clients.
    fn job(&mut self, base: Situation, job: &DraftJob) {
        let place = format!("{}:{}", base.workflow.path, job.node.node.line);
        let header = format!("[workflow.{}.job.{}]", key(self.workflow), key(&job.name));
        self.lines.table(&header, &place);
        if job.elsewhere > 0 {
            self.ledger.elsewhere += job.elsewhere;
            let count = counted(job.elsewhere, "cache", "caches");
            self.lines.remark(&format!("left out: {count} in a service of the runner's provider"));
        }
        disabled_clients(job.node).iter().for_each(|what| self.lines.remark(what));
        let names = AxisNames::of(texts(&job.found.clients).iter());
        let shown = shown_job(base, job, self.shown);
        self.ledger.calibration.learn_job(
            self.workflow,
            &job.name,
            &shown,
            &base.sources.own_name.default_branch,
        );
        self.ledger.shown.push((self.workflow.to_owned(), job.name.clone(), shown));
        self.conditions(base, job, &place);
        self.matrix(base, job, &names, &place);
        let mut tables = client_tables(base, job, &names, self.workflow, self.ledger);
        self.misses(job, &mut tables);
        let id = plain(&job.node.id);
        if job.name != id && tables.iter().any(ClientTable::names_job) {
            self.lines.value("id", &quoted(&id), "");
        }
        self.strategy(base, job, !tables.is_empty() && tables.iter().all(|table| table.image.is_none()));
        self.concurrency(base, job, &names, &place);
        self.times(base, job, &tables, timeout(base, job).unwrap_or(360.0));
        self.differences(base, job, &names, &tables);
        for table in tables.iter().filter(|table| table.is_usual) {
            self.client(job, table);
        }
    }

    fn conditions(&mut self, base: Situation, job: &DraftJob, place: &str) {
        let needs: Vec<&str> = job
            .needs
            .iter()
            .map(String::as_str)
            .filter(|need| self.known.iter().any(|own| own == need))
            .collect();
        let has_needs = !needs.is_empty();
        if has_needs {
            self.lines.value("needs", &list(needs), "");
        }
        let all: Vec<&str> =
            self.words.iter().map(|(_, word)| word.as_str()).filter(|word| !word.is_empty()).collect();
        let events = job.simulated_events(base);
        let own = own_words(self.words, &events);
        if own.iter().map(String::as_str).collect::<Vec<_>>() != all && !own.is_empty() {
            self.lines.value("on", &list(own.iter().map(String::as_str)), "if");
            if own.iter().any(|word| word == "push tags") {
                self.ledger.on_tags.extend(self.pushes.cloned());
            }
        }
        let classes = self.classes(base, job, place);
        if !classes.is_empty() {
            self.lines.value("paths", &list(classes.iter().map(String::as_str)), "if");
        }
        if has_needs {
            self.status(job, place);
        }
    }

    /// When it runs, given the ends of the jobs that it needs.
    fn status(&mut self, job: &DraftJob, place: &str) {
        let Some((status, problem)) = job.status() else { return };
        self.lines.value("if", &quoted(status), "");
        if let Some(problem) = problem {
            self.ledger.blank(place, problem.to_owned());
        }
    }

    /// The path classes that an `if` asks for by the outputs of another job. What is decided otherwise is left blank.
    fn classes(&mut self, base: Situation, job: &DraftJob, place: &str) -> Vec<String> {
        let mut classes: Vec<(String, Option<ClassPatterns>)> = Vec::new();
        // Only pushes and pull requests touch paths.
        if !job.events.iter().any(|event| HAVE_PATHS.contains(&event.name.as_str())) {
            return Vec::new();
        }
        for JobCondition { text, file } in &job.conditions {
            let Some(workflow) = base.sources.workflows.iter().find(|own| own.path == *file) else {
                continue;
            };
            for (other, output, after) in asked(text, "needs.") {
                if is_decided(base, job.node, file, &format!("needs.{other}.outputs.{output}")) {
                    continue;
                }
                if let Err(why) = is_of_paths(base.sources, workflow, (other, output)) {
                    let what = format!("`needs.{other}.outputs.{output}`: {why}");
                    self.ledger.blank(place, format!("{what}; `{}` is assumed to run each time", job.name));
                    continue;
                }
                let after = after.trim_start();
                let is_negated = after.starts_with("!=") != after.contains("'false'");
                let class = match is_negated {
                    true => (format!("not-{output}"), None),
                    false => (output.to_owned(), output_patterns(workflow, output)),
                };
                if !classes.contains(&class) {
                    classes.push(class);
                }
            }
        }
        let named = |(name, patterns)| add_class(name, patterns, place, self.ledger);
        classes.into_iter().filter_map(named).collect()
    }

    fn matrix(&mut self, base: Situation, job: &DraftJob, names: &AxisNames, place: &str) {
        let mut legs: Vec<Option<JobLeg>> = vec![Some(Vec::new())];
        match &job.found.matrix {
            JobMatrix::Single => {}
            JobMatrix::Dynamic(why) => {
                legs = vec![None];
                self.lines.remark(&format!("blank: matrix, {why}"));
                self.ledger.blank(place, format!("the matrix of `{}`: {why}", job.name));
            }
            JobMatrix::Legs(table, all, unknown) => {
                for why in unknown {
                    self.ledger.blank(place, format!("other legs of `{}`: {why}", job.name));
                }
                legs = all.iter().cloned().map(Some).collect();
                let plain = table.legs().included_twice.is_empty()
                    && table.axes.iter().all(|(name, _)| !name.is_empty());
                for (axis, values) in table.axes.iter().filter(|_| plain) {
                    let items: Vec<String> = values.iter().map(|value| axis_value(axis, value)).collect();
                    self.lines.value(
                        &format!("matrix.{}", key(&names.name(axis))),
                        &format!("[{}]", items.join(", ")),
                        "",
                    );
                }
                let idle = table.legs().excluded_nothing;
                let excluded = table.exclude.iter().enumerate();
                let exclude: Vec<JobLeg> = excluded
                    .filter(|(index, _)| plain && !idle.contains(index))
                    .map(|(_, leg)| leg.clone())
                    .collect();
                let include = if plain { &table.include } else { all };
                for (word, tables) in [("exclude", &exclude), ("include", include)] {
                    let own = tables.iter().filter(|leg| !leg.is_empty()).map(|leg| inline(leg, names));
                    // Legs that differ only in what is not known are one leg here.
                    let mut tables: Vec<String> = Vec::new();
                    own.for_each(|leg| {
                        if !tables.contains(&leg) {
                            tables.push(leg);
                        }
                    });
                    if !tables.is_empty() {
                        self.lines.value(&format!("matrix.{word}"), &format!("[{}]", tables.join(", ")), "");
                    }
                }
            }
        }
        self.runner(base, job, names, &legs, place);
    }

    fn runner(
        &mut self,
        base: Situation,
        job: &DraftJob,
        names: &AxisNames,
        legs: &[Option<JobLeg>],
        place: &str,
    ) {
        let written = job.node.runs_on();
        let (runner, labels) = JobRunner::of(base, job, legs);
        labels.iter().for_each(|label| self.ledger.uses_runner(label));
        match runner {
            JobRunner::Unsaid => {}
            JobRunner::Unknown => {
                self.lines.remark(&format!("blank: runner, {written}"));
                self.ledger.blank(place, format!("the runner of `{}`: {written}", job.name));
                // Entries of other systems are others.
                if let Some(named) = named_system(&written) {
                    self.lines.value("runner", &quoted(named), "assumed, as the expression names the system");
                }
            }
            JobRunner::Alike(label) => {
                let text = one_line(&template(&label, names, place, self.ledger));
                if text != "ubuntu-latest" {
                    self.lines.value("runner", &quoted(&text), "");
                }
            }
            JobRunner::ByAxis(table) => {
                let entries =
                    table.iter().map(|(value, label)| format!("{} = {}", key(value), quoted(label)));
                self.lines.value("runner", &format!("{{ {} }}", entries.collect::<Vec<_>>().join(", ")), "");
            }
            JobRunner::ByLeg { usual, .. } => {
                self.lines.value("runner", &quoted(&usual), "in the legs that do not say another");
            }
            JobRunner::Undecided(first) => {
                self.lines.value("runner", &quoted(&first), "blank: other legs have other runners");
                self.ledger.blank(place, format!("the runners of `{}` by leg: {written}", job.name));
            }
        }
    }

    /// What holds for the whole job. Only a job that `fails` (with caches and without an image) can be told more.
    fn strategy(&mut self, base: Situation, job: &DraftJob, fails: bool) {
        let node = &job.node.node;
        let strategy = node.get("strategy");
        let is_many = job.found.matrix.legs() > 1;
        let of_strategy = |key: &str| strategy.and_then(|own| own.get(key)).filter(|_| is_many);
        let fail_fast = self.in_all_legs(base, job, of_strategy("fail-fast").filter(|_| fails));
        if fail_fast.as_deref() == Some("false") {
            self.lines.value("fail-fast", "false", "");
        }
        let most = self.in_all_legs(base, job, of_strategy("max-parallel"));
        let legs = job.found.matrix.legs() as u32;
        let most = most.and_then(|text| text.parse::<u32>().ok());
        if let Some(most) = most.filter(|most| *most >= 1 && *most < legs.min(257)) {
            self.lines.value("max-parallel", &most.to_string(), "");
        }
        let goes_on = node.get("continue-on-error").filter(|_| fails);
        if goes_on.is_some_and(|node| in_legs(base, job, node).iter().all(is_true)) {
            self.lines.value("continue-on-error", "true", "");
        }
        if let Some(minutes) = timeout(base, job) {
            self.lines.value("timeout", &quoted(&format!("{minutes} min")), "");
        }
        let of_workflow = base.workflow.root.text_of("cache-mode");
        if let Some(mode) = job.found.mode.as_ref().filter(|mode| Some(*mode) != of_workflow.as_ref()) {
            self.lines.value("cache-mode", &quoted(mode), "");
        }
    }

    /// The value of something that a scenario says of all legs alike. If it differs by leg, or is not known, that is noted.
    fn in_all_legs(&mut self, base: Situation, job: &DraftJob, node: Option<&YamlNode>) -> Option<String> {
        let node = node?;
        let mut values = in_legs(base, job, node);
        values.dedup();
        if let [Some(one)] = &values[..] {
            return Some(one.clone());
        }
        let place = format!("{}:{}", base.workflow.path, node.line);
        let text = node.text().unwrap_or_default();
        let why = if values.contains(&None) { "is not known" } else { "differs by leg" };
        self.ledger
            .blank(&place, format!("`{text}` of `{}` {why}, and a scenario's job has one value", job.name));
        None
    }

    fn concurrency(&mut self, base: Situation, job: &DraftJob, names: &AxisNames, place: &str) {
        let Some(node) = job.node.node.get("concurrency") else { return };
        let cancels = |event: &AssumedEvent| {
            let situation = Situation { event, ..base };
            let text = node.text_of("cancel-in-progress").unwrap_or_else(|| "false".to_owned());
            base.decider.condition(&text, &situation.scope(job.node, None, &situation.inputs()))
        };
        let (events, place) = (written(&job.events, self.words), place.to_owned());
        let group = WrittenGroup { node, job: job.node, events, names, place };
        if let Some(table) = group.table(base, cancels, self.ledger) {
            self.lines.value("concurrency", &table, "");
        }
    }

    /// What is different in some legs: clients that they do not have, and sizes.
    fn differences(&mut self, base: Situation, job: &DraftJob, names: &AxisNames, tables: &[ClientTable]) {
        let mut entries = runner_legs(base, job, names);
        entries.extend(absent_clients(self.workflow, job, names, tables, self.ledger));
        if !tables.is_empty() && tables.iter().all(|table| table.image.is_none()) {
            entries.extend(self.legs_that_may_fail(base, job, names));
        }
        entries.extend(saving_legs(job, names, tables, self.ledger));
        entries.extend(sized_legs(self.workflow, job, names, tables, self.ledger));
        let clients: Vec<&'static str> = tables.iter().map(|table| table.name).collect();
        entries.extend(nightly_legs(job, names, &clients));
        if !entries.is_empty() {
            self.lines.value("leg", &format!("[{}]", entries.join(", ")), "");
        }
    }

    /// The legs with `continue-on-error`, by the axis that decides it.
    fn legs_that_may_fail(&mut self, base: Situation, job: &DraftJob, names: &AxisNames) -> Vec<String> {
        let Some(node) = job.node.node.get("continue-on-error") else { return vec![] };
        let legs = job.found.matrix.each();
        let values = in_legs(base, job, node);
        let words: Vec<String> = values.iter().map(|value| is_true(value).to_string()).collect();
        let is_same = words.iter().all(|word| *word == words[0]);
        if is_same && values.iter().all(Option::is_some) {
            return vec![];
        }
        match by_axis(&legs, &words).filter(|_| values.iter().all(Option::is_some)) {
            Some((axis, table)) => {
                let named = table.iter().filter(|(_, word)| word == "true").map(|(value, _)| value.as_str());
                let (axis, values) = (key(&names.name(&axis)), list(named));
                vec![format!("{{ when = {{ {axis} = {values} }}, continue-on-error = true }}")]
            }
            None => {
                let place = format!("{}:{}", base.workflow.path, node.line);
                let text = node.text().unwrap_or_default();
                self.ledger
                    .blank(&place, format!("in which legs of `{}` errors do not count: {text}", job.name));
                vec![]
            }
        }
    }

    fn client(&mut self, job: &DraftJob, table: &ClientTable) {
        let path = format!("workflow.{}.job.{}.cache.{}", key(self.workflow), key(&job.name), table.name);
        let header = if table.is_list { format!("[[{path}]]") } else { format!("[{path}]") };
        self.lines.table(&header, &table.place);
        for (name, value, about) in &table.values {
            self.lines.value(name, value, about);
        }
    }
}

/// The timeout of a job in minutes, if it has one that is known.
fn timeout(base: Situation, job: &DraftJob) -> Option<f64> {
    let node = job.node.node.get("timeout-minutes")?;
    let scope = base.scope(job.node, None, &base.inputs());
    let minutes = base.decider.yaml(node, &scope).known_text()?.parse::<f64>().ok()?;
    Some(minutes).filter(|minutes| (1.0..=360.0).contains(minutes))
}

/// Every text of the clients that becomes part of a key.
fn texts(clients: &[FoundClient]) -> Vec<KeyText> {
    let states = clients.iter().filter_map(|client| client.runs.first());
    let given = states.flat_map(|(_, state)| state.given.with.iter().map(|(_, value)| value.text()));
    let makes_key = |client: &FoundClient| {
        let name = client.step.action.as_ref().map(|action| action.name.to_lowercase());
        client.step.client == "actions-cache" && name.is_some_and(|name| !name.starts_with("actions/cache"))
    };
    let made = MADE.iter().filter(|_| clients.iter().any(makes_key));
    given.chain(made.map(|name| KeyText::varying(Varying::Named(name), None))).collect()
}

/// The placeholders of keys that are written for actions with keys of their own.
const MADE: [&str; 8] = ["os", "arch", "job", "week", "date", "run-id", "workflow", "base"];

/// A value of an axis: a text, or a table for an object.
fn axis_value(axis: &str, value: &JobLeg) -> String {
    match &value[..] {
        [(name, own)] if name == axis => quoted(&shown(own)),
        parts => {
            let part = |(name, own): &(String, ExprValue)| {
                let name = name.strip_prefix(&format!("{axis}.")).unwrap_or(name);
                format!("{} = {}", key(&AxisNames::part(name)), quoted(&shown(own)))
            };
            format!("{{ {} }}", parts.iter().map(part).collect::<Vec<_>>().join(", "))
        }
    }
}

fn inline(leg: &JobLeg, names: &AxisNames) -> String {
    let part = |(name, value): &(String, ExprValue)| {
        format!("{} = {}", key(&names.name(name)), quoted(&shown(value)))
    };
    format!("{{ {} }}", leg.iter().map(part).collect::<Vec<_>>().join(", "))
}

/// The value of a part of the job's table in each leg that is looked at, if it is known.
fn in_legs(base: Situation, job: &DraftJob, node: &YamlNode) -> Vec<Option<String>> {
    let value = |leg: &Option<JobLeg>| {
        let scope = base.scope(job.node, leg.as_ref(), &base.inputs());
        base.decider.yaml(node, &scope).known_text()
    };
    job.found.matrix.each().iter().map(value).collect()
}

fn is_true(value: &Option<String>) -> bool {
    value.as_deref() == Some("true")
}
