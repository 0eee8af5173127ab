//! The tables of a diagnosis: what each client, ref and family holds, what is unreachable, and what keeping the
//! newest generations would free.

use super::held::{DeadReason, HeldEntry, Holdings};
use super::scope::ScopeClass;
use crate::result::{
    ClientHolding, Diagnosis, FamilyHolding, KeepNewest, RefHolding, SingleRef, UnreachableRow,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many generations are kept.
const KEEP_MAX: usize = 3;

impl Holdings<'_> {
    /// Fills in all sums over the entries.
    pub fn sum_up(&self, into: &mut Diagnosis) {
        (into.entries, into.usage_bytes) = self.sum(|_| true);
        into.clients = self.clients();
        into.refs = self.classes();
        into.single_refs = self.single_refs();
        into.families = self.family_rows();
        into.unreachable = self.unreachable();
        let bytes = |test: fn(DeadReason) -> bool| self.sum(|held| held.dead.is_some_and(test)).1;
        into.unreachable_bytes = bytes(DeadReason::counts);
        into.unreachable_low_bytes = bytes(DeadReason::is_sure);
        into.unreachable_high_bytes = bytes(|_| true);
        into.needed_bytes = into.usage_bytes - into.unreachable_bytes;
        into.keep_newest = (1..=KEEP_MAX).map(|n| self.keep_newest(n)).collect();
    }

    /// Number and bytes of entries by a name.
    fn grouped<K: Ord>(&self, key: impl Fn(&HeldEntry) -> K) -> Vec<(K, u64, u64)> {
        let mut groups: BTreeMap<K, (u64, u64)> = BTreeMap::new();
        for held in &self.entries {
            let (entries, bytes) = groups.entry(key(held)).or_default();
            (*entries, *bytes) = (*entries + 1, *bytes + held.entry.size.0);
        }
        let mut rows: Vec<_> =
            groups.into_iter().map(|(key, (entries, bytes))| (key, entries, bytes)).collect();
        rows.sort_by_key(|(_, entries, bytes)| (Reverse(*bytes), Reverse(*entries)));
        rows
    }

    fn clients(&self) -> Vec<ClientHolding> {
        let rows = self.grouped(|held| self.families[held.family].client).into_iter();
        rows.map(|(client, entries, bytes)| ClientHolding { client: client.to_owned(), entries, bytes })
            .collect()
    }

    fn classes(&self) -> Vec<RefHolding> {
        let row = |class: ScopeClass| {
            let (entries, bytes) = self.sum(|held| held.class == class);
            RefHolding { r#ref: class.label().to_owned(), entries, bytes }
        };
        ScopeClass::ALL.into_iter().map(row).filter(|row| row.entries > 0).collect()
    }

    fn single_refs(&self) -> Vec<SingleRef> {
        let rows =
            self.grouped(|held| (held.entry.reference.as_deref().unwrap_or_default().to_owned(), held.class));
        let rows = rows.into_iter().take(Diagnosis::REFS_MAX);
        rows.map(|((name, class), entries, bytes)| SingleRef {
            r#ref: name,
            class: class.label().to_owned(),
            entries,
            bytes,
        })
        .collect()
    }

    fn unreachable(&self) -> Vec<UnreachableRow> {
        let row = |reason: DeadReason| {
            let (entries, bytes) = self.sum(|held| held.dead == Some(reason));
            UnreachableRow { reason: reason.label().to_owned(), counts: reason.counts(), entries, bytes }
        };
        DeadReason::ALL.into_iter().map(row).filter(|row| row.entries > 0).collect()
    }

    fn family_rows(&self) -> Vec<FamilyHolding> {
        let mut members: Vec<Vec<&HeldEntry>> = vec![vec![]; self.families.len()];
        self.entries.iter().for_each(|held| members[held.family].push(held));
        let mut rows: Vec<FamilyHolding> = members
            .iter()
            .enumerate()
            .filter(|(_, members)| !members.is_empty())
            .map(|(family, members)| self.family(family, members))
            .collect();
        rows.sort_by(|a, b| {
            b.bytes.cmp(&a.bytes).then(b.entries.cmp(&a.entries)).then(a.family.cmp(&b.family))
        });
        rows
    }

    fn family(&self, family: usize, members: &[&HeldEntry]) -> FamilyHolding {
        let bytes = |test: &dyn Fn(&HeldEntry) -> bool| {
            members.iter().filter(|held| test(held)).map(|held| held.entry.size.0).sum::<u64>()
        };
        let refs: BTreeSet<_> = members.iter().map(|held| held.entry.reference.as_deref()).collect();
        let newest = members.iter().max_by_key(|held| (held.entry.created, held.entry.id));
        let of = &self.families[family];
        FamilyHolding {
            family: of.name.clone(),
            pattern: of.pattern.clone(),
            client: of.client.to_owned(),
            entries: members.len() as u64,
            bytes: bytes(&|_| true),
            refs: refs.len() as u64,
            variants: members.iter().filter(|held| held.generation.age == 0).count() as u64,
            newest_only_bytes: bytes(&|held| held.generation.age == 0),
            unreachable_bytes: bytes(&|held| held.is_dead()),
            example: newest.map_or(String::new(), |held| held.entry.key.clone()),
            scenario: None,
        }
    }

    fn keep_newest(&self, n: usize) -> KeepNewest {
        // To delete what is asked for frees nothing: it is stored again.
        let is_freed = |held: &HeldEntry| held.generation.age >= n && !held.generation.is_in_use;
        let (freed_entries, freed_bytes) = self.sum(is_freed);
        let kept_bytes = self.sum(|held| !is_freed(held)).1;
        KeepNewest { n: n as u64, kept_bytes, freed_entries, freed_bytes }
    }
}
