//! The content of entries that are there before the simulation begins.

use crate::client::archive::{Archive, Packed};
use crate::client::payloads::Content;
use crate::client::{BuildPlan, Cache};
use crate::project::Checkout;
use crate::units::Bytes;
use std::rc::Rc;

/// What a job's cache has stored before the simulation begins.
#[derive(Debug, Clone, Copy)]
pub struct InitialContent<'a> {
    /// The cache.
    pub cache: &'a Cache,
    /// What the job compiles; `None` if it compiles nothing.
    pub plan: Option<&'a BuildPlan>,
    /// The state of the project that it was built from.
    pub checkout: &'a Rc<Checkout>,
}

impl InitialContent<'_> {
    /// The content of an entry of this size: everything that the cache keeps of the build, and as much besides as
    /// the entry is larger.
    pub fn of_size(self, size: Bytes) -> Content {
        let mut compiled = Archive::default();
        if let Some(plan) = self.plan {
            plan.add_kept(&mut compiled, self.cache.kept(), self.checkout);
        }
        let held = compiled.size();
        let ratio = match self.cache.stated_size() {
            Some((_, ratio)) => ratio,
            None if held.compressed > Bytes::ZERO => held.unpacked.as_f64() / held.compressed.as_f64(),
            None => 1.0,
        };
        let rest = Packed::new(size.saturating_sub(held.compressed), ratio.max(1.0));
        let whole = compiled.with_other(rest).made_from(&self.checkout.lineage);
        Content::Archive(Rc::new(whole))
    }
}
