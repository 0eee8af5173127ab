//! Values of container images that change nothing: who builds them, and whether a layer is kept.

use super::{IdleKey, Scene};
use crate::ci::{Build, Job};
use crate::scenario::view::View;
use crate::units::Duration;

/// Container images.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("image") {
        let of = |job: &&Job| matches!(&job.build, Build::Image { image, .. } if scene.model.images[*image].name == name);
        let jobs: Vec<&Job> = scene.jobs().filter(of).collect();
        if jobs.is_empty() {
            found.table(&format!("image.{name}"), view, "none of the jobs that run build it");
            continue;
        }
        let steps = view.tables("step");
        if !steps.is_empty()
            && steps.iter().all(|step| !step.has("link") || step.duration("link") == Duration::ZERO)
        {
            found.value(view, "link-factor", "none of its steps has a `link` time");
        }
        let cached = jobs.iter().any(|job| scene.depends_on_steps(job));
        const KEPT_BY_NONE: &str = "no job that builds it keeps its layers";
        // What sees the whole tree is work that no cache could save.
        let idle_content = |view: View, key: &str| !cached && view.text(key) != "context";
        if idle_content(view, "dependencies") {
            found.value(view, "dependencies", KEPT_BY_NONE);
        }
        if !cached {
            found.value(view, "blobs", KEPT_BY_NONE);
        }
        for step in steps {
            if idle_content(step, "content") {
                found.value(step, "content", KEPT_BY_NONE);
            }
            if view.number("link-factor") == 0.0 {
                found.value(step, "link", "the image's `link-factor` is 0");
            }
            if !cached {
                found.value(step, "reproducible", KEPT_BY_NONE);
            }
        }
    }
}
