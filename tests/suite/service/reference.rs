//! Long random runs of the service against the naive model: every answer, every eviction and the
//! whole listing must agree after every single operation.

use super::naive::{Naive, Name};
use cache_budget::service::{
    Access, EntryId, Eviction, EvictionOrder, Identity, Interner, Key, Limits, LookUp, OverQuota, Owner,
    Payload, Reservation, Reserve, Scope, Service, State, Sweep, Touch, Trigger,
};
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

const GIB: u64 = 1 << 30;
const START: i64 = 1_790_000_000_123;
const SCOPES: [&str; 5] = ["main", "dev", "pr/1", "pr/2", "queue/1"];
const VERSIONS: [&str; 2] = ["v1", "v2"];
const TEXTS: [&str; 12] = ["a", "ab", "abc", "a-", "a-1", "a-2", "a-10", "b", "b-1", "é", "é-1", "A"];

#[derive(Debug, Clone)]
struct Run {
    trigger: Trigger,
    own: &'static str,
    base: Option<&'static str>,
}

#[derive(Debug, Clone)]
enum Operation {
    Wait(i64),
    LookUp {
        run: Run,
        version: &'static str,
        names: Vec<Name>,
        download: bool,
    },
    Reserve {
        run: Run,
        version: &'static str,
        name: Name,
        owner: u16,
    },
    /// Of the open reservations, the one at this index modulo their number.
    Finalise(usize, u64),
    /// Of the entries stored since the start, likewise.
    Delete(usize),
    /// By key, in one scope or in all.
    DeleteKey(Option<&'static str>, &'static str),
    Sweep,
    Expire,
    SetLimits(Limits),
    /// Shows nowhere.
    ForgetNames,
}

#[derive(Debug, Clone)]
struct Stored {
    scope: &'static str,
    version: &'static str,
    name: Name,
    size: u64,
    /// How long before the start it was created, and how long after that it was accessed: after
    /// the start, for some.
    age: i64,
    idle: i64,
}

fn names() -> impl Strategy<Value = Name> {
    prop_oneof![
        3 => select(&TEXTS[..]).prop_map(|text| Name::Text(text.into())),
        // Digest 0 is read as 1.
        1 => (select(&["a-", "o-"][..]), 1u64..5).prop_map(|(stem, digest)| Name::Object(stem.into(), digest)),
    ]
}

fn runs() -> impl Strategy<Value = Run> {
    let triggers = [
        Trigger::Push,
        Trigger::Tag,
        Trigger::PullRequest,
        Trigger::ForkPullRequest,
        Trigger::ForkPullRequestReadOnly,
        Trigger::MergeGroup,
        Trigger::Trusted,
        Trigger::Untrusted,
    ];
    // Bases and the default branch are written often, so that the order they are read in shows.
    let own = prop_oneof![select(&SCOPES[..2]), select(&SCOPES[..])];
    let base = prop_oneof![Just(None), select(&SCOPES[..2]).prop_map(Some)];
    (select(triggers.to_vec()), own, base).prop_map(|(trigger, own, base)| Run { trigger, own, base })
}

fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1..5u64, Just(GIB), (0..6 * GIB)]
}

fn waits() -> impl Strategy<Value = i64> {
    const HOUR: i64 = 3_600_000;
    prop_oneof![
        4 => 0..50i64,
        3 => 0..5_000i64,
        3 => 0..90_000i64,
        2 => 0..2 * HOUR,
        1 => 0..30 * HOUR,
        1 => Just(24 * HOUR),
        1 => 0..9 * 24 * HOUR,
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    let sizes = (
        prop_oneof![Just(0), Just(3), Just(GIB), Just(10 * GIB), 0..20 * GIB],
        proptest::option::of(prop_oneof![Just(0), 8 * GIB..20 * GIB]),
        any::<(bool, bool, bool)>(),
    );
    let rates = (proptest::option::of(0..4u32), proptest::option::of(0..6u32));
    let every = |period| Sweep::Every { period, phase: None };
    let sweeps = [every(Duration::HOUR), every(Duration(30 * Duration::DAY.0)), Sweep::Instant, Sweep::Never];
    let times = (
        (select(vec![0, 3_600_000, 86_400_000, 604_800_000]), select(sweeps.to_vec())),
        select(vec![0, 3_000, 60_000]),
        select(vec![1, 3_600_000, 86_400_000]),
    );
    (sizes, rates, times).prop_map(|(sizes, rates, times)| {
        let (limit, budget, (by_creation, by_download, reject)) = sizes;
        Limits {
            limit: Bytes(limit),
            retention: Duration(times.0.0),
            sweep: times.0.1,
            order: if by_creation { EvictionOrder::OldestCreated } else { EvictionOrder::default() },
            touch: if by_download { Touch::Download } else { Touch::LookUp },
            uploads_per_minute: rates.0,
            downloads_per_minute: rates.1,
            over_quota: if reject { OverQuota::Reject } else { OverQuota::Evict },
            visibility_lag: Duration(times.1),
            reservation: Duration(times.2),
            budget: budget.map(Bytes),
            ..Limits::default()
        }
    })
}

fn operations() -> impl Strategy<Value = Operation> {
    let version = || select(&VERSIONS[..]);
    let look_up = (runs(), version(), proptest::collection::vec(names(), 1..4), any::<bool>());
    let reserve = (runs(), version(), names(), 0..3u16);
    prop_oneof![
        6 => waits().prop_map(Operation::Wait),
        6 => look_up.prop_map(|(run, version, names, download)| {
            Operation::LookUp { run, version, names, download }
        }),
        6 => reserve.prop_map(|(run, version, name, owner)| Operation::Reserve { run, version, name, owner }),
        5 => (any::<usize>(), sizes()).prop_map(|(which, size)| Operation::Finalise(which, size)),
        1 => any::<usize>().prop_map(Operation::Delete),
        1 => (proptest::option::of(select(&SCOPES[..])), select(&TEXTS[..]))
            .prop_map(|(scope, text)| Operation::DeleteKey(scope, text)),
        2 => Just(Operation::Sweep),
        1 => Just(Operation::Expire),
        1 => Just(Operation::ForgetNames),
        1 => limits().prop_map(Operation::SetLimits),
    ]
}

fn stored() -> impl Strategy<Value = Stored> {
    let place = (select(&SCOPES[..]), select(&VERSIONS[..]), names());
    let times = (0..1_000_000_000i64, 0..1_000_000_000i64);
    (place, sizes(), times).prop_map(|((scope, version, name), size, (age, idle))| Stored {
        scope,
        version,
        name,
        size,
        age,
        idle,
    })
}

/// Both, side by side.
struct Pair {
    real: Service,
    naive: Naive,
    now: i64,
    open: Vec<(Reservation, u64, Place)>,
    stored: Vec<(EntryId, Place)>,
}

type Place = (&'static str, &'static str, Name);

impl Pair {
    fn new(limits: Limits) -> Pair {
        let (real, naive) = (Service::new(limits.clone()), Naive::new(limits));
        Pair { real, naive, now: START, open: vec![], stored: vec![] }
    }

    fn key(&mut self, name: &Name) -> Key {
        match name {
            Name::Text(text) => self.real.names.key(text),
            Name::Object(stem, digest) => {
                let stem = self.real.names.key(stem);
                self.real.names.object(stem, *digest)
            }
        }
    }

    fn scope(&mut self, name: &str) -> Scope {
        self.real.names.scope(name)
    }

    fn access(&mut self, run: &Run) -> Access {
        let (own, default) = (self.scope(run.own), self.scope("main"));
        let base = run.base.map(|base| self.scope(base));
        Access::of(run.trigger, None, own, base, default)
    }

    fn describe(&self, id: EntryId) -> String {
        self.describe_entry(self.real.entry(id))
    }

    fn describe_entry(&self, entry: &cache_budget::service::Entry) -> String {
        let names = &self.real.names;
        let (scope, version) =
            (names.scope_text(entry.identity.scope), names.version_text(entry.identity.version));
        let key = names.key_text(entry.identity.key);
        let (owner, size) = (entry.owner.0, entry.size.0);
        format!("{scope}|{version}|{key}|{owner}|{size}|{}|{}", entry.created.0, entry.accessed.0)
    }

    fn preload(&mut self, stored: Vec<Stored>) {
        let mut seen: Vec<(&str, &str, Name)> = Vec::new();
        for Stored { scope, version, name, size, age, idle } in stored {
            if seen.contains(&(scope, version, name.clone())) {
                continue;
            }
            let (created, accessed) = (START - age, START - age + idle);
            let key = self.key(&name);
            let identity =
                Identity { scope: self.scope(scope), version: self.real.names.version(version), key };
            self.real.preload(identity, Owner(0), Bytes(size), SimTime(created), SimTime(accessed));
            self.naive.preload((scope, version), name.clone(), size, created, accessed);
            seen.push((scope, version, name));
        }
    }

    fn play(&mut self, operation: Operation) {
        match operation {
            Operation::Wait(span) => self.now += span,
            Operation::LookUp { run, version, names, download } => {
                self.look_up(&run, version, &names, download);
            }
            Operation::Reserve { run, version, name, owner } => self.reserve(&run, version, name, owner),
            Operation::Finalise(which, size) => self.finalise(which, size),
            Operation::Delete(which) => self.delete(which),
            Operation::DeleteKey(scope, text) => self.delete_key(scope, text),
            Operation::Sweep => self.sweep(),
            Operation::Expire => self.expire(),
            Operation::ForgetNames => self.real.forget_names(),
            Operation::SetLimits(limits) => {
                self.real.set_limits(limits.clone());
                self.naive.set_limits(limits);
            }
        }
    }

    fn look_up(&mut self, run: &Run, version: &str, names: &[Name], download: bool) {
        let now = SimTime(self.now);
        let access = self.access(run);
        let keys: Vec<_> = names.iter().map(|name| self.key(name)).collect();
        let stamp = self.real.names.version(version);
        let mut gone = Vec::new();
        let lost = |_: &Interner, eviction| gone.push(eviction);
        let found = self.real.look_up(now, &access, stamp, keys[0], &keys[1..], lost);
        if let (LookUp::Exact(id) | LookUp::Prefix(id), true) = (found, download) {
            self.real.download(now, id);
        }
        let real = match found {
            LookUp::Exact(id) => format!("Exact {}", self.describe(id)),
            LookUp::Prefix(id) => format!("Prefix {}", self.describe(id)),
            other => format!("{other:?}"),
        };
        assert_eq!(real, self.naive.look_up(self.now, &readable(run), version, names, download));
        assert_eq!(self.texts(&gone), self.naive.gone());
    }

    fn reserve(&mut self, run: &Run, version: &'static str, name: Name, owner: u16) {
        let (access, key) = (self.access(run), self.key(&name));
        let stamp = self.real.names.version(version);
        let mut gone = Vec::new();
        let lost = |_: &Interner, eviction| gone.push(eviction);
        let real = self.real.reserve(SimTime(self.now), &access, stamp, key, Owner(owner), lost);
        let naive = self.naive.reserve(self.now, writable(run), version, &name, owner);
        assert_eq!(self.texts(&gone), self.naive.gone());
        match (real, naive) {
            (Reserve::Granted(reservation), Ok(number)) => {
                self.open.push((reservation, number, (run.own, version, name)));
            }
            (refused, Err(why)) => assert_eq!(format!("{refused:?}"), why),
            (refused, Ok(_)) => panic!("{refused:?}, but the naive model grants it"),
        }
    }

    fn finalise(&mut self, which: usize, size: u64) {
        if self.open.is_empty() {
            return;
        }
        let (reservation, number, place) = self.open.swap_remove(which % self.open.len());
        let id = self.real.finalise(SimTime(self.now), reservation, Bytes(size), Payload(0));
        assert_eq!(id.is_some(), self.naive.finalise(self.now, number, size), "finalise {place:?}");
        self.stored.extend(id.map(|id| (id, place)));
    }

    /// Only what is still in its slot: an id may stand for another entry later.
    fn delete(&mut self, which: usize) {
        if self.stored.is_empty() {
            return;
        }
        let (id, place) = self.stored.swap_remove(which % self.stored.len());
        let (scope, version, name) = &place;
        let identity = Identity {
            scope: self.scope(scope),
            version: self.real.names.version(version),
            key: self.key(name),
        };
        let entry = self.real.entry(id);
        if entry.identity == identity && entry.state != State::Free {
            assert_eq!(
                self.real.delete(SimTime(0), id),
                self.naive.delete(scope, version, name),
                "delete {place:?}"
            );
        }
    }

    fn delete_key(&mut self, scope: Option<&str>, text: &str) {
        let key = self.real.names.key(text);
        let place = scope.map(|scope| self.scope(scope));
        let found = self.real.with_key(place, key);
        let deleted = found.into_iter().filter(|id| self.real.delete(SimTime(0), *id)).count();
        assert_eq!(deleted, self.naive.delete_key(scope, &Name::Text(text.into())), "delete {text}");
    }

    fn sweep(&mut self) {
        let mut gone = Vec::new();
        self.real.sweep(SimTime(self.now), |_, eviction| gone.push(eviction));
        assert_eq!(self.texts(&gone), self.naive.sweep(self.now));
    }

    fn expire(&mut self) {
        let mut gone = Vec::new();
        self.real.expire(SimTime(self.now), |_, eviction| gone.push(eviction));
        assert_eq!(self.texts(&gone), self.naive.expire(self.now));
    }

    fn texts(&self, gone: &[Eviction]) -> Vec<String> {
        gone.iter().map(|e| format!("{:?} {}", e.reason, self.describe_entry(&e.entry))).collect()
    }

    fn compare(&self) {
        self.real.check_invariants();
        let real: Vec<_> = self.real.list().map(|entry| self.describe_entry(entry)).collect();
        assert_eq!(real, self.naive.listing());
        assert_eq!(self.real.bytes().0, self.naive.bytes());
        assert_eq!(self.real.len(), real.len() as u64);
        assert_eq!(self.real.is_empty(), real.is_empty());
        let at_once = match self.real.limits().sweep {
            Sweep::Instant => true,
            Sweep::Every { period, .. } => period > Duration::DAY,
            Sweep::Never => false,
        };
        let next = self.real.next_expiry().map(|next| next.0);
        let expected = self.naive.first_expiry().filter(|_| at_once);
        // What has expired before the last request is due now.
        assert_eq!(next.filter(|next| *next > self.now), expected.filter(|next| *next > self.now));
        assert_eq!(next.is_some(), expected.is_some());
    }
}

/// The scopes a run reads, each once: its own, its base, the default branch.
fn readable(run: &Run) -> Vec<String> {
    let pull = [Trigger::PullRequest, Trigger::ForkPullRequest, Trigger::ForkPullRequestReadOnly];
    let mut scopes: Vec<String> = Vec::new();
    if run.trigger != Trigger::Untrusted {
        scopes.push(run.own.into());
    }
    if pull.contains(&run.trigger) {
        scopes.extend(run.base.map(String::from));
    }
    scopes.push("main".into());
    let all = scopes.clone();
    let mut place = 0;
    scopes.retain(|scope| {
        place += 1;
        !all[..place - 1].contains(scope)
    });
    scopes
}

fn writable(run: &Run) -> Option<&'static str> {
    match run.trigger {
        Trigger::Untrusted | Trigger::ForkPullRequestReadOnly => None,
        _ => Some(run.own),
    }
}

fn agree(limits: Limits, stored: Vec<Stored>, operations: Vec<Operation>) {
    let mut pair = Pair::new(limits);
    pair.preload(stored);
    pair.compare();
    for operation in operations {
        pair.play(operation);
        pair.compare();
    }
}

/// The same runs each time, so that a failure is one for everybody.
fn config(seed: u64, cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), ..Default::default() }
}

proptest! {
    #![proptest_config(config(1, 200))]
    #[test]
    fn the_service_agrees_with_the_naive_model(
        limits in limits(),
        stored in proptest::collection::vec(stored(), 0..12),
        operations in proptest::collection::vec(operations(), 1..300),
    ) {
        agree(limits, stored, operations);
    }
}

proptest! {
    #![proptest_config(config(2, 1_000))]
    #[test]
    #[ignore = "some seconds: five times as many and longer runs of the same"]
    fn the_service_agrees_with_the_naive_model_for_long(
        limits in limits(),
        stored in proptest::collection::vec(stored(), 0..30),
        operations in proptest::collection::vec(operations(), 1..600),
    ) {
        agree(limits, stored, operations);
    }
}
