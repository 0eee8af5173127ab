use crate::units::{Bytes, Duration};

/// What a step's cache key depends on, besides its command and its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
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

/// How long a step takes when it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepWork {
    /// The same on every runner.
    Fixed(Duration),
    /// Core time, spread over the runner's cores.
    Cores(Duration),
}

/// One instruction of a container file, reduced to what a build cache sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
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
    pub content: Content,
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

/// A container image as its steps, parents and copied-from steps before their users.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// The name the scenario gives it.
    pub name: String,
    /// The steps in file order.
    pub steps: Vec<Step>,
}
