use super::change::Change;
use crate::project::{ChangeId, Checkout, CrateGraph};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The repository's branches as far as caches care: main's checkout, and what each open pull
/// request changes on top of it.
#[derive(Debug, Clone)]
pub struct History {
    main: Rc<Checkout>,
    open: BTreeMap<u32, (ChangeId, Change)>,
    next: ChangeId,
    crates: usize,
}
