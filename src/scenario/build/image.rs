//! Builds the container images of a scenario, from their steps or from stated times. How steps are cached
//! is in `client`.

use super::names::position;
use crate::diagnostic::{Diagnostic, Report};
use crate::project::{Image, ImageStep, InputId, LayerContent, StepWork};
use crate::random::mix_str;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::{Bytes, Duration};

const IMAGES_MAX: usize = 10_000;
const STEPS_MAX: usize = 200;

/// The container images, in the order of the scenario.
pub(super) fn images(root: View, inputs: &[String], report: &mut Report) -> Vec<Image> {
    let images = root.map("image");
    if images.len() > IMAGES_MAX {
        let message = format!("{} images are more than {IMAGES_MAX}", images.len());
        report.push(Diagnostic::error("limit-exceeded", message).at(root.span("image")));
        return Vec::new();
    }
    images.into_iter().map(|(name, view)| image(name, view, inputs, report)).collect()
}

/// The keys that only an image with stated times has.
const TIMES: [&str; 6] = ["cold", "warm", "size", "blobs", "rebuilt", "dependencies"];

fn image(name: &str, view: View, inputs: &[String], report: &mut Report) -> Image {
    let views = view.tables("step");
    let written: Vec<&str> = TIMES.into_iter().filter(|key| view.is_changed(key)).collect();
    match (views.is_empty(), written.first()) {
        (true, Some(_)) => return Image { name: name.to_owned(), steps: timed(name, view, inputs, report) },
        (false, Some(key)) => {
            let message = format!("an image is described by its steps or by `{key}`, not both");
            let diagnostic = Diagnostic::error("conflict", message).at(view.span(key));
            report.push(diagnostic.related(view.span("step"), "its steps"));
        }
        (_, None) => {}
    }
    if views.is_empty() || views.len() > STEPS_MAX {
        let message = format!("image `{name}` has {} steps, not 1 to {STEPS_MAX}", views.len());
        report.push(Diagnostic::error("limit-exceeded", message).at(view.opened_at()));
        return Image { name: name.to_owned(), steps: Vec::new() };
    }
    let link_factor = view.number("link-factor");
    let mut names: Vec<&str> = Vec::new();
    let mut steps = Vec::new();
    for view in &views {
        let name = view.text("name");
        if names.contains(&name) {
            let message = format!("two steps of the image are called `{name}`");
            report.push(Diagnostic::error("duplicate-name", message).at(view.span("name")));
        }
        let content = content(*view, "content", inputs, report);
        steps.push(ImageStep { content, ..step(*view, &names, link_factor, report) });
        names.push(name);
    }
    warn_of_lasting_copies(&steps, &views, report);
    Image { name: name.to_owned(), steps }
}

/// Warns of copies whose source changes while nothing says so of their own content: they are found for ever.
fn warn_of_lasting_copies(steps: &[ImageStep], views: &[View], report: &mut Report) {
    let mut changes: Vec<bool> = Vec::new();
    for (step, view) in steps.iter().zip(views) {
        let mut from = step.copies_from.iter().filter(|from| changes[**from as usize]);
        let source = from.next().map(|from| steps[*from as usize].name.as_str());
        if let Some(source) = source.filter(|_| !view.is_written("content")) {
            let name = &step.name;
            let message =
                format!("`{name}` copies from `{source}`, whose result changes, and is cached for ever");
            let help = "say what the copied files depend on, such as `content = \"context\"`, or `\"fixed\"` if nothing";
            let warning = Diagnostic::warning("cached-for-ever", message).at(view.opened_at());
            report.push(warning.help(help));
        }
        let follows = step.parent.is_some_and(|parent| changes[parent as usize]);
        changes.push(follows || step.content != LayerContent::Fixed || source.is_some());
    }
}

/// The steps of an image with stated times: those that compile its dependencies, and those that every push
/// executes. Each has one blob of the image.
fn timed(image: &str, view: View, inputs: &[String], report: &mut Report) -> Vec<ImageStep> {
    let missing: Vec<String> = ["cold", "warm", "size"]
        .into_iter()
        .filter(|key| !view.has(key))
        .map(|key| format!("`{key}`"))
        .collect();
    if !missing.is_empty() {
        let message = format!("an image without steps also needs {}", missing.join(" and "));
        report.push(Diagnostic::error("missing-key", message).at(view.opened_at()));
        return Vec::new();
    }
    if view.is_changed("link-factor") {
        let message = "`link-factor` has no effect on an image without steps";
        report.push(Diagnostic::warning("no-effect", message).at(view.span("link-factor")));
    }
    let (cold, warm, size) = (view.duration("cold"), view.duration("warm"), view.bytes("size"));
    if warm > cold {
        let message = format!("`warm` ({warm}) is longer than `cold` ({cold})");
        report.push(Diagnostic::error("out-of-range", message).at(view.span("warm")));
    }
    let new = size.scaled(view.number("rebuilt"));
    let (lasting, rebuilt) = blobs(view);
    let dependencies = content(view, "dependencies", inputs, report);
    let mut steps = TimedSteps { image, list: Vec::new() };
    steps.add("dependencies", lasting, dependencies, cold - warm, size.saturating_sub(new));
    steps.add("sources", rebuilt, LayerContent::Context, warm, new);
    steps.list
}

/// The number of blobs that last, and of those that every push makes new. All are of about one size, but each
/// part that has any bytes has a blob.
fn blobs(view: View) -> (u64, u64) {
    if !view.has("blobs") {
        return (1, 1);
    }
    let (blobs, share) = (view.integer("blobs") as u64, view.number("rebuilt"));
    let rebuilt = libm::round(blobs as f64 * share) as u64;
    match share {
        0.0 => (blobs, 1),
        1.0 => (1, blobs),
        _ => {
            let rebuilt = rebuilt.clamp(1, blobs - 1);
            (blobs - rebuilt, rebuilt)
        }
    }
}

/// The steps of an image with stated times, one upon the other.
struct TimedSteps<'a> {
    image: &'a str,
    list: Vec<ImageStep>,
}

impl TimedSteps<'_> {
    /// Adds a part of the image as this many steps with equal parts of its time and size. The first sees
    /// `content`; the others follow from it.
    fn add(&mut self, part: &str, blobs: u64, content: LayerContent, serial: Duration, size: Bytes) {
        let dependencies = self.list.is_empty();
        for blob in 0..blobs {
            let name = if blob == 0 { part.to_owned() } else { format!("{part} {}", blob + 1) };
            let share = |of: u64| of / blobs + u64::from(blob < of % blobs);
            self.list.push(ImageStep {
                command: mix_str(mix_str(0, self.image), &name),
                name,
                parent: (self.list.len() as u32).checked_sub(1),
                copies_from: Vec::new(),
                content: if blob == 0 { content } else { LayerContent::Fixed },
                work: StepWork {
                    serial: Duration(share(serial.0.max(0) as u64) as i64),
                    cores: Duration::ZERO,
                },
                layer: Bytes(share(size.0)),
                reproducible: false,
                in_final: true,
                dependencies,
            });
        }
    }
}

/// Builds one step. `earlier` are the names of the steps before it; it can only build on these.
fn step(view: View, earlier: &[&str], link_factor: f64, report: &mut Report) -> ImageStep {
    let copies = view.texts("copies-from").into_iter();
    let copies_from = copies.filter_map(|(name, span)| {
        position(name, span, "earlier step", earlier.iter().copied(), report).map(|index| index as u32)
    });
    ImageStep {
        copies_from: copies_from.collect(),
        parent: parent(view, earlier, report),
        name: view.text("name").to_owned(),
        command: mix_str(0, view.text(if view.has("command") { "command" } else { "name" })),
        content: LayerContent::Fixed,
        work: work(view, link_factor, report),
        layer: view.bytes("layer"),
        reproducible: view.flag("reproducible"),
        in_final: view.flag("in-final"),
        dependencies: view.flag("dependencies"),
    }
}

/// What a step sees besides its parent: one of the words, or an input of the project.
fn content(view: View, key: &str, inputs: &[String], report: &mut Report) -> LayerContent {
    if let Some(content) = view.word_value(key, &words::CONTENTS) {
        return content;
    }
    let known = inputs.iter().map(String::as_str);
    let input = position(view.text(key), view.span(key), "input", known, report).unwrap_or_default();
    LayerContent::Input(InputId(input as u8))
}

/// The step it builds on; `None` if it starts a stage.
fn parent(view: View, earlier: &[&str], report: &mut Report) -> Option<u32> {
    if !view.has("parent") {
        let before = u32::try_from(earlier.len()).ok()?.checked_sub(1);
        return before.filter(|_| !view.flag("stage"));
    }
    if view.flag("stage") {
        let message = "a step that starts a stage has no parent";
        report.push(
            Diagnostic::error("conflict", message)
                .at(view.span("parent"))
                .help("keep one of `stage` and `parent`"),
        );
        return None;
    }
    let span = view.span("parent");
    position(view.text("parent"), span, "earlier step", earlier.iter().copied(), report)
        .map(|index| index as u32)
}

/// The work of a step. `link_factor` scales the stated link times, for another linker.
fn work(view: View, link_factor: f64, report: &mut Report) -> StepWork {
    if !view.has("work") && !view.has("core-work") {
        let message = "a build step needs `work` or `core-work`";
        let help = "write for example `work = \"30 s\"`, or `core-work` if more cores make it faster";
        report.push(Diagnostic::error("missing-key", message).at(view.span("name")).help(help));
    }
    let time = |key| if view.has(key) { view.duration(key) } else { Duration::ZERO };
    StepWork { serial: time("work") + time("link").scaled(link_factor), cores: time("core-work") }
}
