use std::rc::Rc;

/// The way by which all image builds of the repository bring layers into the shared cache.
#[derive(Debug, Default)]
pub struct Uplink(Rc<()>);

/// One layer on its way. It leaves when it is dropped, whatever ends its job.
#[derive(Debug)]
pub struct OnUplink {
    _share: Rc<()>,
}

impl Uplink {
    /// How many layers are on their way.
    pub fn layers(&self) -> usize {
        Rc::strong_count(&self.0) - 1
    }

    /// One more sets out.
    pub fn enter(&self) -> OnUplink {
        OnUplink { _share: Rc::clone(&self.0) }
    }
}
