//! Builds the archives of an action from its table in `cache`: fills its settings and the runner's names into
//! the texts of its keys. The rows of the actions are in `client/action`.

use super::client::{ClientReader, save_rule};
use crate::ci::Runner;
use crate::client::{
    ActionArchive, ActionEntry, ActionVariant, Cache, CacheAction, FormPart, KeyTemplate, ListedForm,
    PatternPart, SettingKind, number_of,
};
use crate::diagnostic::Diagnostic;
use crate::project::System;
use crate::scenario::view::View;
use crate::units::Duration;

impl ClientReader<'_> {
    /// The archives of an action; `None` in place of one only if a problem was reported.
    pub(in crate::scenario::build) fn action(
        &mut self,
        action: &'static CacheAction,
        view: View,
    ) -> Vec<Option<Cache>> {
        let has_choice = !action.choice.is_empty() && view.has(action.choice);
        let variant = action.variant(has_choice.then(|| view.text(action.choice)));
        self.remark_on_settings(action, variant, view);
        let costs = self.action_costs(action, view);
        let Some(settings) = self.settings(action, variant, view) else { return vec![None] };
        let is_made = |entry: &&ActionEntry| entry.needs.is_empty() || view.has(entry.needs);
        let entries = variant.entries.iter().filter(is_made).enumerate();
        entries
            .map(|(index, entry)| {
                let (key, restore_keys) = self.keys(entry, &settings, view)?;
                let listed = self.listed(entry, &settings, view)?;
                // What the first one's absence costs includes the others.
                let (miss, partial) = if index == 0 { costs } else { Default::default() };
                Some(Cache::Action(ActionArchive {
                    action,
                    paths: entry.paths,
                    key,
                    restore_keys,
                    listed,
                    size: view.distribution(entry.size),
                    unpacked_ratio: self.unpacked_ratio(view, variant.ratio),
                    miss,
                    partial,
                    saves: save_rule(view),
                }))
            })
            .collect()
    }

    /// Warns of what this variant of the action makes nothing of.
    fn remark_on_settings(&mut self, action: &CacheAction, variant: &ActionVariant, view: View) {
        let name = action.name;
        if view.has("partial") && !variant.has_restore_keys() {
            let message = format!("`partial` has no effect: {name} has no restore keys");
            let help = "it restores exactly or not at all; `miss` is the cost of the latter";
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span("partial")).help(help));
        }
        for setting in action.settings.iter().filter(|setting| view.is_changed(setting.name)) {
            let is_size = matches!(setting.kind, SettingKind::Size(_));
            let lacks = variant.entries.iter().find(|entry| entry.size == setting.name);
            let lacks = lacks.filter(|entry| !entry.needs.is_empty() && !view.has(entry.needs));
            let why = match lacks {
                Some(entry) => format!("without `{}` there is no such archive", entry.needs),
                None if variant.uses(setting.name) => continue,
                None if is_size => format!("{name} has no such archive"),
                None => format!("{name}'s key has none"),
            };
            let message = format!("`{}` has no effect: {why}", setting.name);
            self.report.push(Diagnostic::warning("no-effect", message).at(view.span(setting.name)));
        }
    }

    fn action_costs(&mut self, action: &CacheAction, view: View) -> (Duration, Duration) {
        let (miss, partial) = self.penalties(action.name, 0, view, &["miss", "partial"]);
        if self.gap.is_some() {
            return (miss, partial);
        }
        let miss = if view.has("miss") { miss } else { action.miss.time };
        (miss, if view.has("partial") { partial } else { action.partial.time })
    }

    /// The texts of the settings that this variant's keys contain.
    fn settings(
        &mut self,
        action: &CacheAction,
        variant: &ActionVariant,
        view: View,
    ) -> Option<Vec<(&'static str, String)>> {
        let texts = action.settings.iter().filter(|setting| variant.uses(setting.name)).map(|setting| {
            let text = match setting.kind {
                SettingKind::Text(_) if view.has(setting.name) => {
                    let template = self.places.template(view.placed_text(setting.name), self.report)?;
                    let stated = || view.text(setting.name).to_owned();
                    // 1.24 and 1.24.x are resolved alike.
                    let number = template.constant().filter(|_| setting.name == "version");
                    number.and_then(|text| number_of(&text).map(str::to_owned)).unwrap_or_else(stated)
                }
                SettingKind::Inputs(_) if view.has(setting.name) => self.hash(setting.name, view)?,
                SettingKind::Inputs([]) if !is_needed(variant, setting.name) => String::new(),
                SettingKind::Inputs([]) => {
                    self.demand_inputs(action, view);
                    return None;
                }
                SettingKind::Inputs(usual) => format!("{{hash:{}}}", usual.join(",")),
                SettingKind::Text(_) | SettingKind::Size(_) => String::new(),
            };
            Some((setting.name, text))
        });
        texts.collect::<Vec<_>>().into_iter().collect()
    }

    /// The placeholder for the hash of the inputs that a setting lists.
    fn hash(&mut self, setting: &str, view: View) -> Option<String> {
        let names = view.texts(setting);
        let checked: Vec<_> = names
            .iter()
            .map(|(name, span)| self.places.template((&format!("{{hash:{name}}}"), *span), self.report))
            .collect();
        checked.into_iter().collect::<Option<Vec<KeyTemplate>>>()?;
        let names: Vec<&str> = names.into_iter().map(|(name, _)| name).collect();
        (!names.is_empty()).then(|| format!("{{hash:{}}}", names.join(",")))
    }

    fn demand_inputs(&mut self, action: &CacheAction, view: View) {
        let name = action.name;
        let message = format!("{name} needs `hash`: the inputs that its key hashes");
        let help = format!(
            "name what you call these files, such as `hash = \"{name}\"`, and say in `[input.{name}]` how \
             often they change"
        );
        self.report.push(Diagnostic::error("missing-key", message).at(view.opened_at()).help(help));
    }

    /// The key and the restore keys of an archive.
    fn keys(
        &mut self,
        entry: &ActionEntry,
        settings: &[(&str, String)],
        view: View,
    ) -> Option<(KeyTemplate, Vec<KeyTemplate>)> {
        let (runner, system) = (self.runner, self.places.system);
        let value = |name: &str| value_of(name, settings, runner, system);
        let span = view.opened_at();
        let mut template = |text: &str| self.places.template((&filled(text, &value), span), self.report);
        let key = template(entry.key)?;
        let restore_keys: Option<_> = entry.restore_keys.iter().map(|text| template(text)).collect();
        Some((key, restore_keys?))
    }
}

impl ClientReader<'_> {
    /// Other forms of an archive's key.
    fn listed(
        &mut self,
        entry: &ActionEntry,
        settings: &[(&str, String)],
        view: View,
    ) -> Option<Vec<ListedForm>> {
        let (runner, system) = (self.runner, self.places.system);
        let value = |name: &str| value_of(name, settings, runner, system);
        let span = view.opened_at();
        let mut template = |text: &str| self.places.template((&filled(text, &value), span), self.report);
        let form = |text: &&str| {
            let part = |part: RowPart| match part {
                RowPart::Text(text) => template(text).map(FormPart::Template),
                RowPart::Version(setting) => {
                    let stated = template(&format!("{{{setting}}}"))?.constant().unwrap_or_default();
                    Some(FormPart::OfRun(PatternPart::Version(stated)))
                }
                RowPart::Hash => Some(FormPart::OfRun(PatternPart::Hash)),
                RowPart::Any => Some(FormPart::OfRun(PatternPart::Any)),
            };
            row_parts(text).into_iter().map(part).collect::<Option<Vec<_>>>().map(ListedForm::new)
        };
        entry.listed.iter().map(form).collect()
    }
}

/// What a placeholder of a row stands for: a setting, or what the runner says.
fn value_of(
    name: &str,
    settings: &[(&str, String)],
    runner: Option<&Runner>,
    system: System,
) -> Option<String> {
    let set = settings.iter().find(|(known, _)| *known == name);
    let label = runner.map_or("", |runner| runner.name.as_str());
    set.map(|(_, text)| text.clone()).or_else(|| of_runner(name, label, system))
}

/// A part of a text of [`ActionEntry::listed`].
enum RowPart<'a> {
    Text(&'a str),
    /// The version that a run chooses for a setting.
    Version(&'a str),
    Hash,
    Any,
}

fn row_parts(text: &str) -> Vec<RowPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['#', '*']) {
        let is_version = rest[at..].starts_with("*}");
        let start = if is_version { rest[..at].rfind('{').expect("a row closes what it opens") } else { at };
        parts.push(RowPart::Text(&rest[..start]));
        parts.push(match &rest[at..=at] {
            _ if is_version => RowPart::Version(&rest[start + 1..at]),
            "#" => RowPart::Hash,
            _ => RowPart::Any,
        });
        rest = &rest[if is_version { at + 2 } else { at + 1 }..];
    }
    parts.push(RowPart::Text(rest));
    parts
}

/// True if an archive that the action always makes hashes the inputs of this setting.
fn is_needed(variant: &ActionVariant, setting: &str) -> bool {
    let named = format!("{{{setting}}}");
    variant.entries.iter().any(|entry| entry.needs.is_empty() && entry.key.contains(&named))
}

/// The text of a row with the placeholders replaced for which `value` has a text. `{NAME-}` and `{-NAME}`
/// have a hyphen, unless the text is empty.
fn filled(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').expect("the placeholders of a row are closed");
        filled.push_str(before);
        match value(name.trim_matches('-')) {
            None => filled.push_str(&format!("{{{name}}}")),
            Some(text) if text.is_empty() => {}
            Some(text) => {
                let (first, last) = (name.starts_with('-'), name.ends_with('-'));
                let hyphen = |is: bool| if is { "-" } else { "" };
                filled.push_str(&format!("{}{text}{}", hyphen(first), hyphen(last)));
            }
        }
        rest = tail;
    }
    filled + rest
}

/// What a runner's label and system say, for the placeholders of [`ActionEntry`].
fn of_runner(name: &str, label: &str, System { os, arch }: System) -> Option<String> {
    let release = ubuntu_release(label);
    let on_ubuntu = |text: String| if release.is_empty() { String::new() } else { text };
    Some(match name {
        "os" => os.runner_os().to_owned(),
        "arch" => arch.node_arch().to_owned(),
        "runner-arch" => arch.runner_arch().to_owned(),
        "rust-arch" => arch.rust_arch().to_owned(),
        "triple" => os.triple().to_owned(),
        "node-platform" => os.node_platform().to_owned(),
        "ubuntu" => on_ubuntu(format!("{release}-Ubuntu")),
        "image" => on_ubuntu(format!("ubuntu{}", release.split('.').next().unwrap_or_default())),
        "os-release" => os_release(label, &release, os.runner_os()),
        _ => return None,
    })
}

/// The release of Ubuntu of one of GitHub's labels; empty for any other label.
fn ubuntu_release(label: &str) -> String {
    let release = label.strip_prefix("ubuntu-").map(|rest| rest.split('-').next().unwrap_or_default());
    match release {
        // Since January 2025.
        Some("latest") => "24.04".into(),
        Some(number) if number.contains('.') => number.to_owned(),
        _ => String::new(),
    }
}

/// The system and its release, such as `macos-15`; of a label that does not tell, the system alone.
fn os_release(label: &str, ubuntu: &str, os: &str) -> String {
    let mut parts = label.split('-');
    match (parts.next(), parts.next()) {
        _ if !ubuntu.is_empty() => format!("ubuntu-{ubuntu}"),
        // Since September 2025.
        (Some("macos"), Some("latest")) => "macos-15".into(),
        (Some("windows"), Some("latest")) => "windows-2025".into(),
        (Some(system @ ("macos" | "windows")), Some(number)) if number.parse::<u32>().is_ok() => {
            format!("{system}-{number}")
        }
        _ => os.to_ascii_lowercase(),
    }
}
