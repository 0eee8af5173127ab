//! The caches of image builds, and the images, of which the workflows say only that they are built.

use super::client_writer::{ClientWriter, given};
use super::container::{AxisValues, platforms, steps};
use super::key::{HASHED, NAME_MAX, one_line, shortened, template};
use super::ledger::Assumption;
use crate::import::expression::{ExprValue, KeyText, Varying};
use crate::import::found::{DockerCache, FoundClient, StepClient};
use crate::import::toml_text::{key, quoted};

/// The kinds of caches that a scenario knows, the one that is taken first if a build has several.
const KINDS: [(&str, &str); 4] = [
    ("gha", "buildkit-gha"),
    ("registry", "buildkit-registry"),
    ("s3", "buildkit-s3"),
    ("inline", "buildkit-inline"),
];

/// The text that names the caches to write to, or else to read from.
fn named(state: &StepClient) -> (KeyText, bool) {
    let to = given(state, "cache-to").map(ExprValue::text);
    if let Some(to) = to {
        return (to, true);
    }
    let set = given(state, "set").map(ExprValue::text).unwrap_or_default();
    if set.contains("cache-to") {
        return (set, true);
    }
    let from = given(state, "cache-from").map(ExprValue::text);
    (from.unwrap_or(set), false)
}

/// The name of the client's table: that of its kind of cache.
pub(super) fn table_name(_: &FoundClient, state: &StepClient) -> &'static str {
    let (text, _) = named(state);
    let fixed = |kind: &str| {
        text.pieces.iter().any(|piece| match piece {
            crate::import::expression::KeyPiece::Fixed(text) => text.contains(&format!("type={kind}")),
            crate::import::expression::KeyPiece::Varies(_, now) => {
                now.as_ref().is_some_and(|text| text.contains(&format!("type={kind}")))
            }
        })
    };
    let kind = KINDS.iter().find(|(kind, _)| fixed(kind));
    // A script's caches are GitHub's; without `type`, an image in a registry is meant.
    let default = if state.given.with.is_empty() { "buildkit-gha" } else { "buildkit-registry" };
    kind.map_or(default, |(_, name)| name)
}

/// Writes the client's values, and the table of its image; returns the image's name.
pub(super) fn image_client(writer: &mut ClientWriter, name: &str, workflow: &str, job: &str) -> String {
    let (text, _) = named(writer.state);
    let lines = template(&with_line_ends(&text), writer.names, &writer.place, writer.ledger);
    let lines = lines.replace('\u{1}', "\n");
    // `set` of docker/bake-action has the target in front.
    let caches: Vec<DockerCache> = lines.lines().map(of_line).flat_map(DockerCache::all).collect();
    let kind = KINDS.iter().find(|(_, own)| *own == name).map_or("", |(kind, _)| kind);
    if let Some(cache) = caches.iter().rev().find(|cache| cache.kind == kind) {
        attributes(writer, cache, name);
    }
    other_caches(writer, &caches, kind);
    writer.saves("always");
    let axes = axes(writer);
    let values = values_of(writer, &axes);
    let base = base_name(format!("{workflow}-{job}"), &values);
    if axes.is_empty() || values.is_empty() {
        image_table(writer, &base, &[]);
        return base;
    }
    for values in &values {
        let leg: Vec<(&String, &String)> = axes.iter().zip(values).collect();
        // The scenario's matrix has each value on one line, and the image is named by that.
        let shown: Vec<String> = values.iter().map(|value| one_line(value)).collect();
        image_table(writer, &format!("{base}-{}", shown.join("-")), &leg);
    }
    let names = axes.iter().map(|axis| format!("{{{}}}", writer.names.name(axis)));
    format!("{base}-{}", names.collect::<Vec<_>>().join("-"))
}

/// The part of an image's name that its legs share: shortened where the name of a leg would be too long. The rest of it is
/// filled in from the matrix.
fn base_name(whole: String, values: &[Vec<String>]) -> String {
    let of_leg = |values: &Vec<String>| values.iter().map(|value| one_line(value).chars().count() + 1).sum();
    let longest: usize = values.iter().map(of_leg).max().unwrap_or_default();
    shortened(whole, NAME_MAX.saturating_sub(longest).max(HASHED))
}

/// Tells of the caches that a build reads besides the one it writes: in a scenario it reads that one alone.
fn other_caches(writer: &mut ClientWriter, written: &[DockerCache], kind: &str) {
    let Some(read) = given(writer.state, "cache-from").map(ExprValue::text) else { return };
    let lines = template(&with_line_ends(&read), writer.names, &writer.place, writer.ledger);
    let identity = |cache: &DockerCache| {
        let name = ["scope", "ref", "name"].iter().find_map(|name| cache.attribute(name));
        (cache.kind.clone(), name.map(str::to_owned))
    };
    let own: Vec<_> = written.iter().rev().filter(|cache| cache.kind == kind).take(1).map(identity).collect();
    for line in lines.replace('\u{1}', "\n").lines().map(str::trim).filter(|line| !line.is_empty()) {
        if DockerCache::all(line).iter().any(|cache| !own.contains(&identity(cache))) {
            let what = format!("the build also reads `{line}`, and a scenario's reads only what it writes");
            writer.ledger.blank(&writer.place, what);
        }
    }
}

/// The tables of an image: its steps, or what is assumed if nothing is known but that it is built.
fn image_table(writer: &mut ClientWriter, image: &str, leg: &AxisValues) {
    let why = match steps(writer, image, leg) {
        Ok(()) => return,
        Err(why) => why,
    };
    let mut assume = |own: &str, value: &str, range: &str| {
        let assumption = Assumption::new(value, range, "a log of the build");
        writer.ledger.assume(&["image", image, own], assumption)
    };
    let values = [
        ("cold", assume("cold", "\"10 min\"", "4 min..40 min")),
        ("warm", assume("warm", "\"2 min\"", "0.5 min..4 min")),
        ("size", assume("size", "\"1 GB\"", "0.2 GB..4 GB")),
    ];
    let platforms = match platforms(writer, leg) {
        Some(all) if all.len() > 1 => format!(", for {}", all.join(" and ")),
        _ => String::new(),
    };
    let place = writer.place.clone();
    let lines = &mut writer.ledger.images;
    lines.table(&format!("[image.{}]", key(image)), &format!("{place}{platforms}, without steps: {why}"));
    values.iter().for_each(|(own, (value, about))| lines.value(own, value, about));
    lines.value("dependencies", "\"dockerfile\"", "assumed");
}

/// The keys of the matrix that tell the job's images apart.
fn axes(writer: &ClientWriter) -> Vec<String> {
    let inputs = [
        "file",
        "context",
        "target",
        "platforms",
        "tags",
        "build-args",
        "cache-to",
        "cache-from",
        "targets",
        "set",
    ];
    let mut axes: Vec<String> = Vec::new();
    for text in inputs.iter().filter_map(|input| given(writer.state, input)).map(ExprValue::text) {
        for what in text.varyings() {
            match what {
                Varying::Axis(axis) if !axes.contains(axis) => axes.push(axis.clone()),
                _ => {}
            }
        }
    }
    axes
}

/// The values of these keys in the legs, each combination once; none if not all of them are known.
fn values_of(writer: &ClientWriter, axes: &[String]) -> Vec<Vec<String>> {
    let mut values: Vec<Vec<String>> = Vec::new();
    for leg in &writer.legs {
        let value = |axis: &String| {
            let found = leg.iter().find(|(name, _)| name == axis);
            found.map_or(Some(String::new()), |(_, value)| value.known_text())
        };
        match axes.iter().map(value).collect::<Option<Vec<String>>>() {
            Some(own) if !values.contains(&own) => values.push(own),
            Some(_) => {}
            None => return Vec::new(),
        }
    }
    values
}

fn attributes(writer: &mut ClientWriter, cache: &DockerCache, name: &str) {
    let own = match name {
        "buildkit-gha" => Some(("scope", "scope")),
        "buildkit-registry" => Some(("tag", "ref")),
        "buildkit-s3" => Some(("name", "name")),
        _ => None,
    };
    if let Some((key, attribute)) = own
        && let Some(value) = cache.attribute(attribute).filter(|value| !value.is_empty())
    {
        writer.push(key, quoted(value));
    }
    if cache.attribute("mode") == Some("max") {
        writer.push("mode", quoted("max"));
    }
    // Only GitHub's cache refuses an export.
    if name == "buildkit-gha" && cache.attribute("ignore-error") == Some("true") {
        writer.push("ignore-error", "true".to_owned());
    }
}

/// A line of `cache-to`, or of `set`.
fn of_line(line: &str) -> &str {
    ["cache-to=", "cache-to+=", "cache-from=", "cache-from+="]
        .iter()
        .find_map(|key| line.split_once(key))
        .map_or(line, |(_, cache)| cache)
}

fn with_line_ends(text: &KeyText) -> KeyText {
    use crate::import::expression::KeyPiece;
    let mut joined = KeyText::default();
    for piece in &text.pieces {
        match piece {
            KeyPiece::Fixed(fixed) => joined.push_fixed(&fixed.replace('\n', "\u{1}")),
            varies => joined.pieces.push(varies.clone()),
        }
    }
    joined
}
