//! The legs of a matrix by GitHub's rules ("Running variations of jobs in a workflow"): all combinations of the
//! axes, without those of `exclude`; then each table of `include` completes the combinations that it does not
//! contradict, or becomes a leg of its own. `scenario` uses it for its own matrices, `import` for those of
//! workflows.

/// A matrix as it is written. An axis whose value is an object gives a leg a key for each of its parts:
/// `target.os`.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixTable<V> {
    /// Each axis with its values; one of them is what one value gives a leg.
    pub axes: Vec<(String, Vec<LegValues<V>>)>,
    /// What completes combinations, or becomes a leg of its own.
    pub include: Vec<LegValues<V>>,
    /// Which combinations are taken away: those that have all of the values.
    pub exclude: Vec<LegValues<V>>,
}

/// Keys of a matrix with their values.
pub type LegValues<V> = Vec<(String, V)>;

/// The legs of a matrix, and what of it had no effect.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixLegs<V> {
    /// The legs; the last axis changes fastest.
    pub legs: Vec<LegValues<V>>,
    /// The indices of the tables of `exclude` that no combination has.
    pub excluded_nothing: Vec<usize>,
    /// The indices of the tables of `include` that are a leg already; they are left out.
    pub included_twice: Vec<usize>,
}

impl<V: Clone + PartialEq> MatrixTable<V> {
    /// The most combinations of the axes, before any is excluded.
    pub const COMBINATIONS_MAX: usize = 65_536;

    /// The number of combinations of the axes.
    pub fn combinations(&self) -> usize {
        self.axes.iter().map(|(_, values)| values.len()).fold(1, usize::saturating_mul)
    }

    /// All legs. A caller keeps [`combinations`](Self::combinations) within [`Self::COMBINATIONS_MAX`].
    pub fn legs(&self) -> MatrixLegs<V> {
        let mut legs = self.combined();
        let excluded_nothing = self.remove_excluded(&mut legs);
        let (original, mut included_twice) = (legs.len(), Vec::new());
        for (index, own) in self.include.iter().enumerate() {
            let fitting: Vec<usize> = (0..original).filter(|leg| self.fits(own, &legs[*leg])).collect();
            fitting.iter().for_each(|leg| complete(&mut legs[*leg], own));
            if fitting.is_empty() && legs.contains(own) {
                included_twice.push(index);
            } else if fitting.is_empty() {
                legs.push(own.clone());
            }
        }
        MatrixLegs { legs, excluded_nothing, included_twice }
    }

    fn combined(&self) -> Vec<LegValues<V>> {
        let mut legs = match self.axes.is_empty() {
            true => Vec::new(),
            false => vec![Vec::new()],
        };
        for (_, values) in &self.axes {
            legs = legs.iter().flat_map(|leg| values.iter().map(|own| [&leg[..], own].concat())).collect();
        }
        legs
    }

    fn remove_excluded(&self, legs: &mut Vec<LegValues<V>>) -> Vec<usize> {
        let mut without_effect = Vec::new();
        for (index, own) in self.exclude.iter().enumerate() {
            let before = legs.len();
            legs.retain(|leg| !own.iter().all(|value| leg.contains(value)));
            if legs.len() == before {
                without_effect.push(index);
            }
        }
        without_effect
    }

    /// True if a table of `include` changes no value that a combination has from its axes.
    fn fits(&self, own: &LegValues<V>, leg: &LegValues<V>) -> bool {
        let of_axis = |key: &str| {
            let axis = key.split('.').next().unwrap_or_default();
            self.axes.iter().any(|(name, _)| name == axis || name == key)
        };
        own.iter().all(|(key, value)| {
            let known = leg.iter().find(|(other, _)| other == key).filter(|_| of_axis(key));
            known.map_or(!of_axis(key), |(_, known)| known == value)
        })
    }
}

/// Adds these values to those of a leg; a key that the leg has already gets the new value.
fn complete<V: Clone>(leg: &mut LegValues<V>, own: &LegValues<V>) {
    for (key, value) in own {
        match leg.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => known.clone_from(value),
            None => leg.push((key.clone(), value.clone())),
        }
    }
}
