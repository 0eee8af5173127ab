//! The steps of an image that a job builds, from the container file that its step names. Where that file is not known or
//! cannot be read, this says why, and the image stays assumed.

use super::client_writer::{ClientWriter, given};
use super::ledger::Ledger;
use crate::import::expression::{ExprValue, KeyPiece, KeyText, Varying};
use crate::import::image::{ContainerFile, ImageSetting, PlannedImage, USUAL_PLATFORM, plan};
use crate::import::lock::{INPUT_KINDS, LockKind};
use crate::import::pattern::NamedPatterns;

/// The values of the keys of the matrix that tell images apart.
pub(super) type AxisValues<'a> = [(&'a String, &'a String)];

/// Writes the image's steps, and notes the inputs that they need.
pub(super) fn steps(writer: &mut ClientWriter, image: &str, leg: &AxisValues) -> Result<(), String> {
    let place = BuildPlace::of(writer, leg)?;
    let text = writer.files.texts.get(&place.file).ok_or_else(|| format!("there is no {}", place.file))?;
    let platforms = platforms(writer, leg).ok_or("`platforms` is not known")?;
    let platform = platforms.first().map_or(USUAL_PLATFORM, String::as_str);
    let file = ContainerFile::read(text, platform).map_err(|error| format!("{}: {error}", place.file))?;
    let is_root = place.context.is_empty();
    let paths: Vec<String> = match is_root {
        true => writer.files.paths.clone(),
        false => {
            let start = format!("{}/", place.context);
            writer
                .files
                .paths
                .iter()
                .filter_map(|path| path.strip_prefix(&start).map(str::to_owned))
                .collect()
        }
    };
    let mut inputs = usual(&paths);
    if is_root {
        let own = writer.ledger.input_patterns();
        inputs.retain(|usual| own.iter().all(|input| input.name != usual.name));
        inputs.extend(own);
    }
    let setting = ImageSetting {
        name: image,
        target: place.target.as_deref(),
        platforms: &platforms,
        paths: &paths,
        inputs: &inputs,
    };
    let planned = plan(&file, &setting).map_err(|error| format!("{}: {error}", place.file))?;
    if !note_inputs(writer.ledger, &planned, &place, is_root) {
        return Err(format!("{} needs more inputs than a scenario has", place.file));
    }
    writer.ledger.images.block(&planned.toml(&place.file));
    Ok(())
}

/// The built-in inputs that have files in the context, and whose meaning there is the same.
fn usual(paths: &[String]) -> Vec<NamedPatterns> {
    let built_in = INPUT_KINDS.iter().filter(|kind| Ledger::is_built_in(kind.name)).map(LockKind::named);
    built_in.filter(|kind| paths.iter().any(|path| kind.patterns.matches(path))).collect()
}

/// Declares what the steps depend on; false if there is no room for it.
fn note_inputs(ledger: &mut Ledger, planned: &PlannedImage, place: &BuildPlace, is_root: bool) -> bool {
    if !ledger.has_room_for(planned.inputs.len()) {
        return false;
    }
    for input in &planned.inputs {
        ledger.uses_input(&input.name, &format!("what {} copies", place.file));
        if is_root {
            ledger.copied.insert(input.name.clone(), input.patterns.clone());
        }
    }
    for step in &planned.steps {
        if Ledger::is_built_in(&step.content) {
            ledger.uses_input(&step.content, &format!("what {} copies", place.file));
        }
    }
    true
}

/// The platforms that a build step names, empty if it builds for the runner's own; `None` if they are not known. `local`
/// is the runner's.
pub(super) fn platforms(writer: &ClientWriter, leg: &AxisValues) -> Option<Vec<String>> {
    let Some(text) = given(writer.state, "platforms").map(ExprValue::text) else { return Some(vec![]) };
    let text = in_leg(&text, leg)?;
    let all = text.split([',', '\n']).map(str::trim).filter(|platform| !platform.is_empty());
    let named = |platform| if platform == "local" { USUAL_PLATFORM } else { platform };
    Some(all.map(|platform| named(platform).to_owned()).collect())
}

/// What a build step says of its container file.
struct BuildPlace {
    /// The context, below the root; empty for the root.
    context: String,
    /// The container file, below the root.
    file: String,
    /// The stage that is built.
    target: Option<String>,
}

impl BuildPlace {
    fn of(writer: &ClientWriter, leg: &AxisValues) -> Result<BuildPlace, String> {
        let action = writer.found.step.action.as_ref().map_or("", |action| action.name.as_str());
        // A build of one bake target has the file of that target.
        let is_named = given(writer.state, "file").is_some();
        if !action.eq_ignore_ascii_case("docker/build-push-action") && !is_named {
            return Err("which container file is built is not read here".to_owned());
        }
        let said = |input: &str| match given(writer.state, input).map(ExprValue::text) {
            None => Ok(None),
            Some(text) => in_leg(&text, leg).map(Some).ok_or_else(|| format!("`{input}` is not known")),
        };
        let context = below(&said("context")?.unwrap_or_default())?;
        let file = match said("file")? {
            Some(file) => below(&file)?,
            None if context.is_empty() => "Dockerfile".to_owned(),
            None => format!("{context}/Dockerfile"),
        };
        Ok(BuildPlace { context, file, target: said("target")? })
    }
}

/// A text in one leg; `None` if more than the leg decides it.
fn in_leg(text: &KeyText, leg: &AxisValues) -> Option<String> {
    let part = |piece: &KeyPiece| match piece {
        KeyPiece::Fixed(text) => Some(text.clone()),
        KeyPiece::Varies(Varying::Axis(axis), _) => {
            leg.iter().find(|(name, _)| *name == axis).map(|(_, value)| (*value).clone())
        }
        KeyPiece::Varies(..) => None,
    };
    Some(text.pieces.iter().map(part).collect::<Option<String>>()?.trim().to_owned())
}

/// A path below the root, without `./` in front and `/` at its end.
fn below(path: &str) -> Result<String, String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !["", "."].contains(part)).collect();
    let is_outside = path.starts_with('/') || path.contains("://") || path.contains('{');
    match is_outside || parts.contains(&"..") {
        true => Err(format!("`{path}` is not in the repository")),
        false => Ok(parts.join("/")),
    }
}
