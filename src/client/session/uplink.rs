//! Counts the layers that image builds are uploading to the shared cache at this moment, so that concurrent
//! exports can slow each other ([`Buildkit::contention`](crate::client::Buildkit::contention)). Only BuildKit's
//! export uses it; archives and objects do not contend.

use std::rc::Rc;

/// The layers that all image builds of the repository are uploading to the shared cache.
#[derive(Debug, Default)]
pub struct Uplink(Rc<()>);

/// One layer being uploaded. Dropping it ends the upload, however its job ends.
#[derive(Debug)]
pub struct OnUplink {
    _share: Rc<()>,
}

impl Uplink {
    /// The number of layers being uploaded.
    pub fn layers(&self) -> usize {
        Rc::strong_count(&self.0) - 1
    }

    /// Counts one more layer until the returned value is dropped.
    pub fn enter(&self) -> OnUplink {
        OnUplink { _share: Rc::clone(&self.0) }
    }
}
