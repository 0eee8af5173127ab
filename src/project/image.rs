use super::checkout::Checkout;
use crate::random::mix;
use crate::units::{Bytes, Duration};

/// A container image as its steps, parents and copied-from steps before their users.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// The name the scenario gives it.
    pub name: String,
    /// The steps in file order.
    pub steps: Vec<ImageStep>,
}

impl Image {
    /// The cache key of every step, by BuildKit's rule: a `RUN` key is its command, its parent's
    /// key and the content it depends on; a `COPY --from` enters by the content it copies, not by
    /// the key of the stage it copies from. `base_epoch` is the identity of the base images' digest
    /// now, `arch` that of the architecture; it enters where a stage starts.
    pub fn step_keys(&self, checkout: &Checkout, base_epoch: u64, arch: u64) -> Vec<u64> {
        let mut keys: Vec<u64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let parent = step.parent.map_or_else(|| mix(STAGE, arch), |parent| keys[parent as usize]);
            keys.push(mix(mix(parent, step.command), step.content.identity(checkout, base_epoch)));
        }
        keys
    }

    /// The steps that a build of the dependencies alone needs: those that compile external crates and all
    /// they stand on; with `sources` also what these copy from, and so on.
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

    /// Uncompressed bytes of all its layers; layers hold about three times their compressed size
    /// (measured on target folders in images).
    pub fn unpacked(&self) -> Bytes {
        let layers: Bytes = self.steps.iter().map(|step| step.layer).sum();
        layers.scaled(3.0)
    }

    /// The steps of one stage from its first down to `step`, both included.
    pub fn chain(&self, step: u32) -> Vec<u32> {
        let parent = |&step: &u32| self.steps[step as usize].parent;
        let mut chain: Vec<u32> = std::iter::successors(Some(step), parent).collect();
        chain.reverse();
        chain
    }
}

/// One instruction of a container file, reduced to what a build cache sees.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageStep {
    /// Its name within the image, for reports.
    pub name: String,
    /// Identity of the instruction's text with its arguments; equal texts on equal parents share
    /// their cache key, also across images.
    pub command: u64,
    /// The step whose file system it builds on; `None` starts a stage.
    pub parent: Option<u32>,
    /// Steps of other stages it copies from. They enter the key by the content copied, not by
    /// their own key (BuildKit's rule for `COPY --from`), but must be resolved first.
    pub copies_from: Vec<u32>,
    /// What else enters the key.
    pub content: LayerContent,
    /// What executing it costs.
    pub work: StepWork,
    /// Its layer, gzip-compressed; 0 for a step without one.
    pub layer: Bytes,
    /// Whether executing it again gives the same digest (a pure `COPY` of the same content).
    pub reproducible: bool,
    /// Whether the layer is part of the final image (all that `mode=min` exports).
    pub in_final: bool,
    /// Whether it compiles external crates only, for the share of dependency work.
    pub dependencies: bool,
}

/// How long a step takes when it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepWork {
    /// Time that more cores do not shorten; linking is part of it.
    pub serial: Duration,
    /// Core time, spread over the runner's cores.
    pub cores: Duration,
}

impl StepWork {
    /// Time on so many cores of nominal speed.
    pub fn on(self, cores: u32) -> Duration {
        self.serial + self.cores.scaled(1.0 / f64::from(cores))
    }
}

/// What a step's cache key depends on, besides its command and its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayerContent {
    /// Nothing that changes.
    Fixed,
    /// A base image behind a moving tag: changes with time.
    Base,
    /// The whole tree: changes with every push.
    Context,
    /// The cargo-chef recipe.
    Recipe,
    /// The toolchain.
    Toolchain,
    /// The front end's lock file.
    WebLock,
}

/// Sets the start of a stage apart from every key.
const STAGE: u64 = 0x5354_4147_4500;

impl LayerContent {
    /// What of the checkout the step sees; two kinds never share an identity.
    fn identity(self, checkout: &Checkout, base_epoch: u64) -> u64 {
        let value = match self {
            LayerContent::Fixed => 0,
            LayerContent::Base => base_epoch,
            LayerContent::Context => u64::from(checkout.context),
            LayerContent::Recipe => u64::from(checkout.recipe),
            LayerContent::Toolchain => u64::from(checkout.toolchain),
            LayerContent::WebLock => u64::from(checkout.web_lock),
        };
        mix(self as u64, value)
    }
}
