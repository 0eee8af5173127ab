//! Values of one key, one for each scope and version: [`ByScope`]. Every pull request saves and misses the common
//! objects, so some of these maps grow long. The scopes lie apart from the values, so that a search reads little memory.

use crate::service::{Scope, Version};

/// A map from scope and version to a value, sorted.
#[derive(Debug)]
pub(super) struct ByScope<T> {
    places: Vec<(Scope, Version)>,
    values: Vec<T>,
}

impl<T> Default for ByScope<T> {
    fn default() -> ByScope<T> {
        ByScope { places: Vec::new(), values: Vec::new() }
    }
}

impl<T> ByScope<T> {
    pub(super) fn get(&self, scope: Scope, version: Version) -> Option<&T> {
        self.find((scope, version)).ok().map(|index| &self.values[index])
    }

    pub(super) fn get_mut(&mut self, scope: Scope, version: Version) -> Option<&mut T> {
        self.find((scope, version)).ok().map(|index| &mut self.values[index])
    }

    /// Returns the value that was there before. Before a new one makes the map grow, those not worth keeping are
    /// dropped; `keep` is asked once for each.
    pub(super) fn insert(
        &mut self,
        (scope, version): (Scope, Version),
        value: T,
        keep: impl FnMut(&T) -> bool,
    ) -> Option<T> {
        let place = (scope, version);
        if let Ok(index) = self.find(place) {
            return Some(std::mem::replace(&mut self.values[index], value));
        }
        if self.values.len() == self.values.capacity() {
            self.retain(keep);
        }
        let index = self.find(place).unwrap_or_else(|index| index);
        self.places.insert(index, place);
        self.values.insert(index, value);
        None
    }

    fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let kept: Vec<bool> = self.values.iter().map(&mut keep).collect();
        let mut place = kept.iter();
        self.places.retain(|_| place.next().is_some_and(|kept| *kept));
        let mut value = kept.iter();
        self.values.retain(|_| value.next().is_some_and(|kept| *kept));
    }

    /// Looks at both ends first: a pull request's scope is newer than all before it, and main's is the oldest.
    fn find(&self, place: (Scope, Version)) -> Result<usize, usize> {
        match (self.places.first(), self.places.last()) {
            (_, Some(last)) if *last < place => Err(self.places.len()),
            (Some(first), _) if *first == place => Ok(0),
            _ => self.places.binary_search(&place),
        }
    }
}
