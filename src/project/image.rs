//! A container image as BuildKit sees it: steps with cache keys, layers and costs. Keys follow
//! BuildKit's rules (read in its code, v0.32; `docs/model.md`).
//!
//! `scenario` builds an [`Image`]. Which steps are cached, and in what order they are executed, is
//! decided in `client/buildkit`.

use super::checkout::Checkout;
use super::input::InputId;
use crate::random::mix;
use crate::units::{Bytes, Duration};

/// A container image. Parents and copied-from steps come before the steps that use them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// The name given in the scenario.
    pub name: String,
    /// The steps in the order of the container file.
    pub steps: Vec<ImageStep>,
}

impl Image {
    /// The cache key of every step, by BuildKit's rule. The key of a `RUN` is made of its command,
    /// its parent's key and the content it depends on; a `COPY --from` contributes the content it
    /// copies, not the key of the stage it copies from. `base_epoch` identifies the current digest
    /// of the base images, and `arch` the architecture; the architecture enters the key at the
    /// start of a stage.
    pub fn step_keys(&self, checkout: &Checkout, base_epoch: u64, arch: u64) -> Vec<u64> {
        let mut keys: Vec<u64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let parent = step.parent.map_or_else(|| mix(STAGE, arch), |parent| keys[parent as usize]);
            keys.push(mix(mix(parent, step.command), step.content.identity(checkout, base_epoch)));
        }
        keys
    }

    /// Flags the steps that a build of the dependencies alone needs: the steps that compile
    /// external crates and all their ancestors. With `sources`, also the steps that these copy
    /// from, and so on.
    pub fn dependency_steps(&self, sources: bool) -> Vec<bool> {
        let mut needed: Vec<bool> = self.steps.iter().map(|step| step.dependencies).collect();
        // Parents and sources come before their users.
        for (index, step) in self.steps.iter().enumerate().rev() {
            if needed[index] {
                let copied = step.copies_from.iter().filter(|_| sources);
                step.parent.iter().chain(copied).for_each(|earlier| needed[*earlier as usize] = true);
            }
        }
        needed
    }

    /// Uncompressed bytes of all layers. Layers unpack to about three times their compressed size
    /// (measured on target folders in images).
    pub fn unpacked(&self) -> Bytes {
        let layers: Bytes = self.steps.iter().map(|step| step.layer).sum();
        layers.scaled(3.0)
    }

    /// The time of all steps that the last one needs, one after another, on `cores` cores.
    pub fn cold(&self, cores: u32) -> Duration {
        let mut needed = vec![false; self.steps.len()];
        let mut took = Duration::ZERO;
        if let Some(last) = needed.last_mut() {
            *last = true;
        }
        for (index, step) in self.steps.iter().enumerate().rev() {
            if needed[index] {
                took += step.work.on(cores);
                step.parent
                    .iter()
                    .chain(&step.copies_from)
                    .for_each(|earlier| needed[*earlier as usize] = true);
            }
        }
        took
    }

    /// The steps of one stage from its first to `step`, inclusive.
    pub fn chain(&self, step: u32) -> Vec<u32> {
        let parent = |&step: &u32| self.steps[step as usize].parent;
        let mut chain: Vec<u32> = std::iter::successors(Some(step), parent).collect();
        chain.reverse();
        chain
    }
}

/// One instruction of a container file, reduced to what matters to a build cache.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageStep {
    /// Its name within the image, for reports.
    pub name: String,
    /// Identity of the instruction's text with its arguments. Equal texts on equal parents share
    /// their cache key, also across images.
    pub command: u64,
    /// The step whose file system it starts from; `None` for the first step of a stage.
    pub parent: Option<u32>,
    /// Steps of other stages from which it copies. They must be resolved first, but only the copied
    /// content enters the key, not their keys (BuildKit's rule for `COPY --from`).
    pub copies_from: Vec<u32>,
    /// What the key depends on besides command and parent.
    pub content: LayerContent,
    /// Cost of executing it.
    pub work: StepWork,
    /// Size of its layer, gzip-compressed; 0 if it has none.
    pub layer: Bytes,
    /// True if executing it again gives the same digest (a pure `COPY` of the same content).
    pub reproducible: bool,
    /// True if the layer is part of the final image; `mode=min` exports only those.
    pub in_final: bool,
    /// True if it compiles external crates only. Used for the share of work on dependencies.
    pub dependencies: bool,
}

/// How long a step takes when it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepWork {
    /// Time that more cores do not shorten, such as linking.
    pub serial: Duration,
    /// Core time, spread over the runner's cores.
    pub cores: Duration,
}

impl StepWork {
    /// Time on `cores` cores of nominal speed.
    pub fn on(self, cores: u32) -> Duration {
        self.serial + self.cores.scaled(1.0 / f64::from(cores))
    }
}

/// What a step's cache key depends on, besides command and parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayerContent {
    /// Nothing that changes.
    Fixed,
    /// A base image behind a moving tag. It changes with time.
    Base,
    /// The whole tree. It changes with every push.
    Context,
    /// The cargo-chef recipe.
    Recipe,
    /// An input of the project, such as the compiler or the front end's lock file.
    Input(InputId),
}

/// Distinguishes the start of a stage from every key.
const STAGE: u64 = 0x5354_4147_4500;

/// The number of an input among the kinds of content. It addresses draws, so it does not change when inputs
/// are added.
fn input_kind(input: InputId) -> u64 {
    match input {
        InputId::TOOLCHAIN => 4,
        InputId::WEB_LOCK => 5,
        other => 16 + u64::from(other.0),
    }
}

impl LayerContent {
    /// Identity of the part of the checkout that the step sees. Two variants never share an
    /// identity.
    fn identity(self, checkout: &Checkout, base_epoch: u64) -> u64 {
        let (kind, value) = match self {
            LayerContent::Fixed => (0, 0),
            LayerContent::Base => (1, base_epoch),
            LayerContent::Context => (2, u64::from(checkout.context)),
            LayerContent::Recipe => (3, u64::from(checkout.recipe)),
            LayerContent::Input(input) => (input_kind(input), u64::from(checkout.input(input))),
        };
        mix(kind, value)
    }
}
