//! What a build of bake targets caches: the bake files of the repository say it, for docker/bake-action and for `docker
//! buildx bake` in a script. What is found becomes the inputs that a build of one container file would have.

use crate::import::expression::ExprValue;
use crate::import::image::{BakeFile, BakeTarget};
use crate::import::sources::RepositorySources;
use std::collections::BTreeSet;

/// A build of bake targets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct BakeCall {
    /// The bake files; the usual ones if empty.
    pub files: Vec<String>,
    /// The targets and groups; `default` if empty.
    pub targets: Vec<String>,
    /// The folder in which it is called.
    pub folder: String,
}

/// What a build of bake targets comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct BakedInputs {
    /// The inputs, as of docker/build-push-action.
    pub with: Vec<(String, ExprValue)>,
    /// What was not understood: the file, and what it is.
    pub unknown: Vec<(String, String)>,
}

/// The bake files that buildx looks for, a later one over an earlier one.
const USUAL: [&str; 4] =
    ["docker-bake.json", "docker-bake.override.json", "docker-bake.hcl", "docker-bake.override.hcl"];

impl BakeCall {
    /// What docker/bake-action is given.
    pub fn of_action(with: &[(String, ExprValue)]) -> BakeCall {
        let words = |input: &str| {
            let found = with.iter().find(|(name, _)| name.eq_ignore_ascii_case(input));
            let text = found.and_then(|(_, value)| value.known_text()).unwrap_or_default();
            text.split([',', '\n', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let folder: Vec<String> = words("workdir");
        BakeCall { files: words("files"), targets: words("targets"), folder: folder.concat() }
    }

    /// What a script says behind `buildx bake`; `None` if it bakes nothing.
    pub fn of_script(script: &str) -> Option<BakeCall> {
        let (_, rest) = script.split_once("buildx bake")?;
        let joined = rest.replace("\\\n", " ");
        let line = joined.lines().next().unwrap_or_default();
        let end = ["&&", ";", "|", "#"].iter().filter_map(|end| line.find(end)).min();
        let line = &line[..end.unwrap_or(line.len())];
        let mut call = BakeCall::default();
        let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        while let Some(word) = words.next() {
            match word {
                "-f" | "--file" => call.files.extend(words.next().map(str::to_owned)),
                "--set" | "--builder" | "--metadata-file" | "--progress" | "--provenance" | "--sbom"
                | "--var" => {
                    words.next();
                }
                _ if word.starts_with("--file=") => call.files.push(word["--file=".len()..].to_owned()),
                _ if word.starts_with('-') => {}
                target => call.targets.push(target.to_owned()),
            }
        }
        Some(call)
    }

    /// What its bake files say. Targets whose names are not plain are taken as `default`.
    pub fn inputs(&self, sources: &RepositorySources) -> BakedInputs {
        let mut found = BakedInputs::default();
        let files = self.read(sources, &mut found);
        let mut targets: Vec<(&str, &BakeTarget)> = Vec::new();
        let wanted = if self.targets.is_empty() { vec!["default".to_owned()] } else { self.targets.clone() };
        let mut seen = BTreeSet::new();
        wanted.iter().for_each(|name| members(name, &files, &mut seen, &mut targets));
        let unknown = targets
            .iter()
            .flat_map(|(path, target)| target.unknown.iter().map(|what| ((*path).to_owned(), what.clone())));
        found.unknown.extend(unknown);
        let targets: Vec<&BakeTarget> = targets.into_iter().map(|(_, target)| target).collect();
        let lines = |of: fn(&BakeTarget) -> &Vec<String>| {
            let mut lines: Vec<&str> =
                targets.iter().flat_map(|target| of(target)).map(String::as_str).collect();
            lines.dedup();
            lines.join("\n")
        };
        let mut push = |name: &str, text: String| {
            if !text.is_empty() {
                found.with.push((name.to_owned(), ExprValue::fixed(text)));
            }
        };
        push("cache-from", lines(|target| &target.cache_from));
        push("cache-to", lines(|target| &target.cache_to));
        if let [one] = targets[..] {
            push("platforms", one.platforms.join(","));
            push("context", one.context.clone());
            let start = one.context.trim_end_matches('/');
            push(
                "file",
                if start == "." { one.dockerfile.clone() } else { format!("{start}/{}", one.dockerfile) },
            );
            push("target", one.stage.clone().unwrap_or_default());
        }
        found
    }

    /// The bake files that it reads, with their paths.
    fn read<'a>(
        &self,
        sources: &'a RepositorySources,
        found: &mut BakedInputs,
    ) -> Vec<(String, &'a BakeFile)> {
        let named: Vec<&str> = match self.files.is_empty() {
            true => USUAL.to_vec(),
            false => self.files.iter().map(|path| path.trim_start_matches("./")).collect(),
        };
        let folder = self.folder.trim_start_matches("./").trim_end_matches('/');
        let mut files = Vec::new();
        for name in named {
            let path = if [".", ""].contains(&folder) { name.to_owned() } else { format!("{folder}/{name}") };
            match sources.bakes.get(&path) {
                Some(Ok(file)) => {
                    found.unknown.extend(file.unknown.iter().map(|what| (path.clone(), what.clone())));
                    files.push((path, file));
                }
                Some(Err(why)) => found.unknown.push((path, why.clone())),
                None if self.files.is_empty() => {}
                None => found.unknown.push((path, "there is no such bake file".to_owned())),
            }
        }
        files
    }
}

/// The targets that a name means: one, or those of a group. A later file says it.
fn members<'a>(
    name: &str,
    files: &'a [(String, &'a BakeFile)],
    seen: &mut BTreeSet<String>,
    targets: &mut Vec<(&'a str, &'a BakeTarget)>,
) {
    if !seen.insert(name.to_owned()) {
        return;
    }
    let group = files.iter().rev().find_map(|(_, file)| file.groups.get(name));
    if let Some(group) = group {
        return group.iter().for_each(|member| members(member, files, seen, targets));
    }
    let own = |(path, file): &'a (String, &'a BakeFile)| {
        let target = file.targets.iter().find(|target| target.name == name)?;
        Some((path.as_str(), target))
    };
    targets.extend(files.iter().rev().find_map(own));
}
