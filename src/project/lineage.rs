//! How often the inputs of the project have changed on the way to a checkout. Contents that age lose value with
//! every change between the checkout that they were made from and the one that uses them.

use super::input::{InputId, InputSet};
use std::rc::Rc;

/// The changes that led to a checkout: those of the default branch, and those of a pull request on top.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineage {
    /// The number of the pull request; `None` on a branch.
    pull: Option<u32>,
    /// The number of the pull request that this one is stacked on; `None` if it is on top of a branch.
    stacked_on: Option<u32>,
    /// The changes of each input, by its index; none for those beyond the end.
    counts: Rc<[ChangeCount]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ChangeCount {
    /// On the default branch, and in the pull requests that this one is stacked on.
    main: u32,
    /// In the pull request.
    own: u32,
    /// True if the last push changed the input.
    fresh: bool,
}

impl Lineage {
    /// The lineage after a push to a branch that changes these inputs. A merge brings the changes of its pull
    /// request, of which `own` is the number for each input, by its index.
    pub fn landed(&self, own: &[u32], changed: InputSet) -> Lineage {
        let count = |input: InputId, before: ChangeCount| {
            let fresh = changed.has(input);
            let new = own.get(input.index()).copied().unwrap_or(0).max(1);
            ChangeCount { main: before.main + if fresh { new } else { 0 }, own: 0, fresh }
        };
        let last = changed.iter().map(|input| input.index() + 1).max().unwrap_or(0);
        Lineage { pull: None, stacked_on: None, counts: self.each(last, count) }
    }

    /// The lineage of a pull request on top of this one. `own` is how often it has changed each input, by its
    /// index, and `changed` what its last push has changed.
    pub fn on_top(&self, pull: Option<u32>, own: &[u32], changed: InputSet) -> Lineage {
        let count = |input: InputId, before: ChangeCount| {
            let own = own.get(input.index()).copied().unwrap_or(0);
            ChangeCount { main: before.main + before.own, own, fresh: changed.has(input) }
        };
        let last = changed.iter().map(|input| input.index() + 1).max().unwrap_or(0);
        Lineage { pull, stacked_on: self.pull, counts: self.each(own.len().max(last), count) }
    }

    /// The lineage with one more change of an input in its pull request, or on top of its branch.
    pub fn and_changed(&self, input: InputId) -> Lineage {
        let count = |of: InputId, before: ChangeCount| match of == input {
            true => ChangeCount { own: before.own + 1, fresh: true, ..before },
            false => ChangeCount { fresh: false, ..before },
        };
        let counts = self.each(input.index() + 1, count);
        Lineage { counts, ..self.clone() }
    }

    /// New counts, for at least this many inputs.
    fn each(&self, least: usize, count: impl Fn(InputId, ChangeCount) -> ChangeCount) -> Rc<[ChangeCount]> {
        let all = InputId::all(self.counts.len().max(least));
        all.map(|input| count(input, self.count(input))).collect()
    }

    fn count(&self, input: InputId) -> ChangeCount {
        self.counts.get(input.index()).copied().unwrap_or_default()
    }

    /// How often an input has changed between another lineage and this one, on either side. Two pull requests share the
    /// changes on the default branch. If one of them is stacked on the other, they also share the other's changes.
    pub fn changes_since(&self, other: &Lineage, input: InputId) -> u32 {
        let (one, two) = (self.count(input), other.count(input));
        let own = match self.pull == other.pull {
            true => one.own.abs_diff(two.own),
            false if self.is_on(other) => return one.main.abs_diff(two.main + two.own) + one.own,
            false if other.is_on(self) => return two.main.abs_diff(one.main + one.own) + two.own,
            false => one.own + two.own,
        };
        one.main.abs_diff(two.main) + own
    }

    /// True if this is stacked on the other one.
    fn is_on(&self, other: &Lineage) -> bool {
        self.stacked_on.is_some() && self.stacked_on == other.pull
    }

    /// True if the last push changed the input, so that no content from before it is up to date.
    pub fn is_fresh(&self, input: InputId) -> bool {
        self.count(input).fresh
    }
}
