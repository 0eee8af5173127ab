//! A server: from a request to answers, and from the last answer to the summary.

#![expect(
    clippy::disallowed_methods,
    reason = "the log is written as things happen, and its name is the user's"
)]

use super::clock::ServeClock;
use super::http::{ConnectionLimits, Listener};
use super::live_cache::LiveCache;
use super::protocol::Protocol;
use super::recorder::Recorder;
use super::request::{Bodies, ServeRequest, ServedScenario};
use super::store::{BodyStore, Recovered, StoreIndex};
use super::summary::ServeSummary;
use super::token::Tokens;
use super::variables::Variables;
use crate::ci::DEFAULT_BRANCH;
use crate::experiment::{Failure, Problem, Refusal, invalid, read};
use crate::random::Draws;
use crate::replay::{LoggedRun, StatedEntry, listing};
use crate::scenario::{self, Loaded};
use crate::units::Bytes;
use anyhow::{Context, anyhow};
use std::fs::File;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A cache that is being served. It ends when it is dropped.
pub struct Server {
    listener: Listener,
    cache: Arc<Mutex<LiveCache>>,
    store: Arc<BodyStore>,
    tokens: Tokens,
    run: LoggedRun,
    /// What is damaged in the store: sentences without a full stop.
    pub damage: Vec<String>,
    /// The scenario whose jobs use the cache as well.
    pub scenario: Option<Loaded>,
}

/// How serving ended.
#[derive(Debug)]
pub struct ServeEnd {
    /// What clients did.
    pub summary: ServeSummary,
    /// Lines of the log, and saves that it leaves out because they were never finalised.
    pub recorded: Option<(u64, u64)>,
    /// What went wrong: sentences without a full stop.
    pub problems: Vec<String>,
}

/// The largest listing that is read.
const LISTING_BYTES_MAX: u64 = 1_000_000_000;

impl Server {
    /// Starts to serve, at the time that the request says.
    ///
    /// # Errors
    /// If the request is refused, a file cannot be read or written, or the address cannot be had.
    pub fn start(request: &ServeRequest) -> Result<Server, Failure> {
        Server::start_with(request, None, ConnectionLimits::default())
    }

    /// Starts to serve by this clock, with these limits of connections.
    ///
    /// # Errors
    /// As of [`Server::start`].
    pub fn start_with(
        request: &ServeRequest,
        clock: Option<ServeClock>,
        limits: ConnectionLimits,
    ) -> Result<Server, Failure> {
        let is_open = request.listen.is_some_and(|address| !address.is_loopback());
        if is_open && request.token.as_deref().unwrap_or("").len() < TOKEN_CHARS_MIN {
            let message = format!(
                "others can reach this address: add --token with at least {TOKEN_CHARS_MIN} characters that \
                 nobody guesses, or leave --listen out"
            );
            return Err(Failure::Refused(Refusal::Usage(vec![Problem::Text(message)])));
        }
        let scenario = request.scenario.as_ref().map(loaded).transpose()?;
        let limit = scenario.as_ref().map_or(request.limit, |loaded| loaded.model.cache.limit);
        let store = Arc::new(store(request, limit)?);
        let (mut cache, damage) = match (&scenario, &request.scenario) {
            (Some(loaded), Some(asked)) => (beside(loaded, asked.seed, clock, request, &store)?, vec![]),
            _ => alone(request, clock, &store)?,
        };
        if let Some(path) = &request.record {
            cache.record_to(recorder(path)?);
        }
        let tokens = Tokens {
            run: request.run.clone(),
            default_branch: match &scenario {
                Some(_) => DEFAULT_BRANCH.to_owned(),
                None => request.default_branch.clone(),
            },
            secret: request.token.clone(),
        };
        let cache = Arc::new(Mutex::new(cache));
        let protocol = Protocol {
            cache: Arc::clone(&cache),
            store: Arc::clone(&store),
            tokens: tokens.clone(),
            latency: request.latency,
            bandwidth: request.bandwidth,
            signature: signature()?,
            is_open,
            guards_pages: request.token.is_some(),
            limit,
        };
        let at = SocketAddr::new(request.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), request.port);
        let listener = Listener::start(at, limits, Arc::new(protocol))
            .with_context(|| format!("cannot listen at {at}: name another --port, or 0 for a free one"))?;
        Ok(Server { listener, cache, store, tokens, run: request.run.clone(), damage, scenario })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The variables for the run of the request.
    pub fn variables(&self) -> Variables {
        self.variables_of(&self.run)
    }

    /// The variables for another run.
    pub fn variables_of(&self, run: &LoggedRun) -> Variables {
        Variables::of(&self.url(), &self.tokens, run)
    }

    /// The address for programs of this machine.
    pub fn url(&self) -> String {
        let mut address = self.address();
        // Listening at all addresses is listening at none that one could ask for.
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        format!("http://{address}/")
    }

    /// What is stored, latest access first.
    pub fn listing(&self) -> Vec<StatedEntry> {
        self.cache().listing()
    }

    /// What clients did so far.
    pub fn summary(&self) -> ServeSummary {
        self.cache().summary()
    }

    /// Ends the log, and says what clients did.
    pub fn end(self) -> ServeEnd {
        let mut cache = self.cache();
        let summary = cache.summary();
        let (recorded, problems) = cache.finish();
        ServeEnd { summary, recorded, problems }
    }

    fn cache(&self) -> MutexGuard<'_, LiveCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.store.close();
    }
}

/// The shortest secret of a server that others can reach.
const TOKEN_CHARS_MIN: usize = 16;

/// A cache that nobody else uses, and what is damaged in its store.
fn alone(
    request: &ServeRequest,
    clock: Option<ServeClock>,
    store: &Arc<BodyStore>,
) -> Result<(LiveCache, Vec<String>), Failure> {
    let initial = request.initial.as_deref().map(read_listing).transpose()?.unwrap_or_default();
    let (index, recovered) = match store.index_path() {
        Some(path) => {
            let (index, recovered) = StoreIndex::recover(&path, store)?;
            (Some(index), recovered)
        }
        None => (None, Recovered::default()),
    };
    let clock = clock.unwrap_or_else(|| {
        // What was stored by a faster clock lies in the future of the real one.
        let start = request.start.unwrap_or_else(ServeClock::wall);
        ServeClock::running(recovered.latest.map_or(start, |latest| latest.max(start)), request.speed)
    });
    let mut cache = LiveCache::new(&request.settings(), clock, Arc::clone(store));
    let stated = cache.state(&recovered.entries).and_then(|()| cache.state(&initial));
    stated.map_err(|problem| anyhow!(problem))?;
    if let Some(index) = index {
        cache.keep_index(index);
    }
    Ok((cache, recovered.damage))
}

/// A cache that the jobs of a scenario use as well.
fn beside(
    loaded: &Loaded,
    seed: u64,
    clock: Option<ServeClock>,
    request: &ServeRequest,
    store: &Arc<BodyStore>,
) -> Result<LiveCache, Failure> {
    let window = loaded.model.simulated();
    let start = request.start.unwrap_or(window.measure_from);
    let clock = clock.unwrap_or_else(|| ServeClock::running(start, request.speed));
    if clock.now() < window.start {
        let message =
            format!("the scenario begins at {}, after {}: set --start to a later time", window.start, start);
        return Err(Failure::Refused(Refusal::usage(message)));
    }
    let draws = Draws::new(seed, 0);
    let cache = LiveCache::beside(loaded.model.clone(), draws, clock, Arc::clone(store));
    Ok(cache.context("cannot start the simulation of the scenario")?)
}

fn loaded(scenario: &ServedScenario) -> Result<Loaded, Failure> {
    scenario::load(&scenario.file, &scenario.set).map_err(|report| Failure::Refused(report.into()))
}

fn store(request: &ServeRequest, limit: Bytes) -> anyhow::Result<BodyStore> {
    let most = ServeRequest::disk_bytes(limit);
    match &request.bodies {
        Bodies::Temporary => BodyStore::temporary(most),
        Bodies::Folder(path) => BodyStore::folder(path, most),
        Bodies::SizesOnly => Ok(BodyStore::of_sizes()),
    }
}

fn read_listing(path: &Path) -> Result<Vec<StatedEntry>, Failure> {
    let text = read(path, LISTING_BYTES_MAX)?;
    listing::read(&text).map_err(|problems| invalid(path, &problems))
}

/// Writes into a new file.
fn recorder(path: &Path) -> anyhow::Result<Recorder> {
    let file = File::create_new(path).map_err(|problem| match problem.kind() {
        io::ErrorKind::AlreadyExists => {
            anyhow!("{} exists: name another file, a recording is not overwritten", path.display())
        }
        _ => anyhow::Error::new(problem).context(format!("cannot write {}", path.display())),
    })?;
    Ok(Recorder::new(Box::new(file)))
}

fn signature() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|problem| anyhow!("the system has no random numbers: {problem}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
