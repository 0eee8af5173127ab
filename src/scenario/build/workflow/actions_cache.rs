//! Builds the steps with actions/cache, whose keys and paths are the user's own.

use super::client::{ClientReader, background, save_rule};
use crate::client::{ActionsCache, Aging, ArchiveStep, Cache, Paths, RunsBeside, SaveAfter, SaveIf};
use crate::diagnostic::{Diagnostic, printable};
use crate::project::{Flavour, InputId};
use crate::random::Distribution;
use crate::scenario::build::names::position;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Duration;

/// Ratio of unpacked to compressed size for an archive of actions/cache with unknown content (assumed; 1
/// for data that is compressed already, 5 for unpacked packages).
const OTHER_RATIO: f64 = 2.0;
/// The keys of a step that restores.
const OF_RESTORES: [&str; 7] =
    ["restore-keys", "miss", "partial", "ages", "lookup-only", "fail-on-cache-miss", "background"];

/// The most restore keys beside the key (`@actions/cache`: ten keys).
const RESTORE_KEYS_MAX: usize = 9;

/// True if a key has a comma outside of its placeholders.
fn has_comma(key: &str) -> bool {
    let mut within = 0_i32;
    key.chars().any(|letter| {
        within += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && within == 0
    })
}

impl ClientReader<'_> {
    pub(in crate::scenario::build) fn actions_cache(&mut self, index: usize, view: View) -> Option<Cache> {
        self.refuse_invalid_keys(view);
        let key = self.places.template(view.placed_text("key"), self.report);
        let restore_keys: Vec<_> = view
            .texts("restore-keys")
            .into_iter()
            .map(|text| self.places.template(text, self.report))
            .collect();
        let step = view.choice("action", &words::ARCHIVE_STEPS);
        let mut saves = save_rule(view);
        if step == ArchiveStep::Restore {
            saves.refs = SaveIf::Never;
        }
        self.warn_of_other_steps(view, step);
        let paths = view.choice("paths", &words::PATHS);
        let path = view.has("path").then(|| self.places.template(view.placed_text("path"), self.report));
        let aging = self.aging(view, paths);
        let size = self.size(view, paths);
        let (miss, _) = self.penalties("actions-cache", index, view, &["miss"]);
        // How much of its part of a measured job's gap is left after a prefix hit, only the user can know.
        let partial = if view.has("partial") { view.duration("partial") } else { Duration::ZERO };
        let unpacked_ratio = self.unpacked_ratio_of_paths(view, paths);
        Some(Cache::ActionsCache(ActionsCache {
            key: key?,
            restore_keys: restore_keys.into_iter().collect::<Option<_>>()?,
            paths,
            path: path.map_or(Some(None), |path| path.map(Some))?,
            size: size?,
            unpacked_ratio,
            miss,
            partial,
            saves,
            overwrite: view.flag("overwrite") && step == ArchiveStep::Save,
            background: if step == ArchiveStep::Save { RunsBeside::Nothing } else { background(view) },
            lookup_only: view.flag("lookup-only"),
            step,
            skipped_after_hit: view.flag("skip-after-hit"),
            saves_after: match () {
                () if view.flag("on-cancel") => SaveAfter::Cancellation,
                () if view.flag("on-failure") => SaveAfter::Failure,
                () => SaveAfter::Success,
            },
            fail_on_miss: view.flag("fail-on-cache-miss") && step != ArchiveStep::Save,
            cross_os: view.flag("cross-os"),
            aging: aging?,
        }))
    }

    /// Refuses what `@actions/cache` refuses: an empty key, a comma in a key, more than ten keys. The step fails then.
    fn refuse_invalid_keys(&mut self, view: View) {
        let (restore_keys, key) = (view.texts("restore-keys"), view.placed_text("key"));
        if key.0.trim().is_empty() {
            let message = "the key is empty: the action refuses to start";
            self.report.push(Diagnostic::error("wrong-key", message).at(key.1));
        }
        for (text, span) in restore_keys.iter().copied().chain([key]).filter(|(text, _)| has_comma(text)) {
            let message = format!("a key cannot contain a comma: the action refuses `{}`", printable(text));
            self.report.push(Diagnostic::error("wrong-key", message).at(span));
        }
        if restore_keys.len() > RESTORE_KEYS_MAX {
            let message = format!(
                "{} restore keys: the action takes ten keys at most, `key` among them",
                restore_keys.len()
            );
            self.report.push(Diagnostic::error("wrong-key", message).at(view.span("restore-keys")));
        }
    }

    /// Warns of the keys that belong to another of the action's steps.
    fn warn_of_other_steps(&mut self, view: View, step: ArchiveStep) {
        let others: &[(&[&str], &str)] = match step {
            ArchiveStep::Cache => &[
                (&["skip-after-hit"], "the step skips its save after a hit anyway"),
                (&["overwrite"], "only a step with `action = \"save\"` replaces an entry"),
            ],
            ArchiveStep::Restore => &[(
                &["save-if", "save-on", "skip-after-hit", "overwrite", "on-failure", "on-cancel"],
                "the step only restores",
            )],
            ArchiveStep::Save => &[(&OF_RESTORES, "the step only saves")],
        };
        let keys = others.iter().flat_map(|(keys, why)| keys.iter().map(move |key| (key, why)));
        for (key, why) in keys.filter(|(key, _)| view.is_changed(key)) {
            let message = format!("`{key}` has no effect: {why}");
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
        }
    }

    /// How the content ages; the outer `None` only if a problem was reported.
    fn aging(&mut self, view: View, paths: Paths) -> Option<Option<Aging>> {
        let Some(table) = view.table_or_none("ages") else { return Some(None) };
        if paths == Paths::Target {
            let message = "`ages` has no effect on a target folder: which crates a push changes is known";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span("ages")));
            return Some(None);
        }
        let (name, known) = (table.text("input"), self.places.inputs.iter().map(String::as_str));
        let input = position(name, table.span("input"), "input", known, self.report)?;
        Some(Some(Aging { input: InputId(input as u8), changed: table.number("changed") }))
    }

    fn size(&mut self, view: View, paths: Paths) -> Option<Distribution> {
        let compiled = paths == Paths::Target && self.compiles();
        if compiled && view.has("size") && !self.job.has("cold") {
            let message = "`size` has no effect on a target folder in a job with `compile`";
            let help = "it follows from the flavour's `dependency-archive` and `workspace-archive`";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span("size")).help(help));
        }
        match view.has("size") {
            true => Some(view.distribution("size")),
            false if compiled => Some(Distribution::Constant(0.0)),
            false => {
                let message = "a step with actions/cache needs `size`";
                let help = "write the size of the archive, for example `size = \"0.4 GB\"`";
                self.report.push(Diagnostic::error("missing-key", message).at(view.opened_at()).help(help));
                None
            }
        }
    }

    fn unpacked_ratio_of_paths(&mut self, view: View, paths: Paths) -> f64 {
        let compiled = paths == Paths::Target && self.compiles();
        if compiled && view.has("unpacked-ratio") {
            let message = "`unpacked-ratio` has no effect on a target folder that the job compiles";
            let diagnostic = Diagnostic::warning("no-effect", message).at(view.span("unpacked-ratio"));
            self.report.push(diagnostic.help("it is the flavour's `unpacked-ratio`"));
        }
        let usual = if paths == Paths::Target { Flavour::UNPACKED_RATIO } else { OTHER_RATIO };
        self.unpacked_ratio(view, usual)
    }
}
