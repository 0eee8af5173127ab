//! The other writers of a scenario, who use the cache beside the real clients. Their simulation has a thread of its own,
//! and there is one service: the cache lends it to the team until the instant of a client's request, and gets it back
//! with what the team has done. So what happens depends on the scenario, the seed and the times of the requests only.

use crate::ci::DEFAULT_BRANCH;
use crate::client::CLIENTS;
use crate::engine::{Model, SharedSimulation, Unfinished};
use crate::event::{ClientId, Event, Observer, RestoreOutcome, SaveOutcome};
use crate::random::Draws;
use crate::replay::{HeardRequest, Player, RestoreAnswer, SaveAnswer};
use crate::service::{Owner, Record, Service};
use crate::units::{Bytes, SimTime};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// The scenario's part of a served cache.
pub struct Team {
    asks: Sender<(SimTime, Service)>,
    answers: Receiver<PlayedTurn>,
    /// When it does something next, if the clients do nothing until then.
    next: Option<SimTime>,
    /// True if the simulation was ended by an error.
    is_over: bool,
}

/// What the team has done, with the service.
struct PlayedTurn {
    service: Service,
    log: TeamLog,
    next: Option<SimTime>,
    end: Result<(), Unfinished>,
}

/// What the team has done since it was last asked.
#[derive(Default)]
pub struct TeamTurn {
    /// What happened to entries.
    pub heard: Vec<HeardRequest>,
    /// Look-ups: by which client, how they were answered, and the size of what was found.
    pub restores: Vec<(&'static str, RestoreAnswer, Bytes)>,
    /// Saves that were refused: of which client, and how.
    pub refused: Vec<(&'static str, SaveAnswer)>,
    /// Why the team does nothing any more: a sentence without a full stop.
    pub problem: Option<String>,
}

impl Team {
    /// Starts the simulation of a model. Returns it with a player of its service.
    ///
    /// # Errors
    /// If there can be no thread.
    pub fn start(model: Model, draws: Draws) -> std::io::Result<(Team, Player)> {
        let (asks, asked) = channel();
        let (answer, answers) = channel();
        let play = move || simulate(&model, draws, &asked, &answer);
        thread::Builder::new().name("team".to_owned()).spawn(play)?;
        let mut team = Team { asks, answers, next: None, is_over: false };
        let first = team.answers.recv().map_err(std::io::Error::other)?;
        team.next = first.next;
        Ok((team, Player::sharing(first.service, DEFAULT_BRANCH)))
    }

    /// Plays what the team does before `end`, with the player's service. `None`: nothing.
    pub fn advance(&mut self, end: SimTime, player: &mut Player) -> Option<TeamTurn> {
        player.drop_records();
        // What a client has stored may expire before the team does anything.
        let due = [self.next, player.next_expiry().filter(|_| !self.is_over)];
        due.into_iter().flatten().min().filter(|due| *due < end)?;
        let turn = self.asks.send((end, player.lend())).ok().and_then(|()| self.answers.recv().ok());
        let Some(PlayedTurn { service, log, next, end }) = turn else {
            (self.next, self.is_over) = (None, true);
            let problem = "the simulation of the scenario has failed: the cache is empty now".to_owned();
            return Some(TeamTurn { problem: Some(problem), ..TeamTurn::default() });
        };
        let heard = player.take_back(service, &log.records);
        let problem = end.err().map(|problem| format!("the scenario ends early: {problem}"));
        (self.next, self.is_over) = (next.filter(|_| problem.is_none()), problem.is_some());
        Some(TeamTurn { heard, restores: log.restores, refused: log.refused, problem })
    }
}

/// The thread: plays until nobody asks any more.
fn simulate(model: &Model, draws: Draws, asked: &Receiver<(SimTime, Service)>, answer: &Sender<PlayedTurn>) {
    let (mut simulation, service) = SharedSimulation::new(model, draws);
    let first = PlayedTurn { service, log: TeamLog::default(), next: simulation.next(), end: Ok(()) };
    answer.send(first).ok();
    while let Ok((until, mut service)) = asked.recv() {
        let mut log = TeamLog::default();
        let end = simulation.advance(until, &mut service, &mut log);
        if answer.send(PlayedTurn { service, log, next: simulation.next(), end }).is_err() {
            return;
        }
    }
}

/// Notes what the team does.
#[derive(Default)]
struct TeamLog {
    records: Vec<Record>,
    restores: Vec<(&'static str, RestoreAnswer, Bytes)>,
    refused: Vec<(&'static str, SaveAnswer)>,
}

impl Observer for TeamLog {
    fn wants_requests(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, _: &Service) {
        match event {
            Event::Restored(restore) => {
                let size = restore.found.map_or(Bytes::ZERO, |entry| entry.size);
                self.restored(restore.caller.site.client, restore.outcome, size);
            }
            Event::ObjectLookedUp { caller, outcome, size, .. } => {
                self.restored(caller.site.client, *outcome, *size);
            }
            Event::Saved { caller, outcome, .. } => {
                let refused = refusal(*outcome).map(|answer| (named(caller.site.client), answer));
                self.refused.extend(refused);
            }
            Event::Request(record) => self.records.push(*record),
            _ => {}
        }
    }
}

impl TeamLog {
    fn restored(&mut self, client: ClientId, outcome: RestoreOutcome, size: Bytes) {
        let (answer, size) = match outcome {
            RestoreOutcome::Exact => (RestoreAnswer::Exact, size),
            RestoreOutcome::Prefix => (RestoreAnswer::Prefix, size),
            RestoreOutcome::Miss => (RestoreAnswer::Miss, Bytes::ZERO),
            RestoreOutcome::RateLimited => (RestoreAnswer::RateLimited, Bytes::ZERO),
        };
        self.restores.push((named(client), answer, size));
    }
}

/// The client of the scenario with this account; `None` if it is that of the real clients.
pub fn client_of(owner: Owner) -> Option<&'static str> {
    (owner != Player::OWNER).then(|| named(ClientId(owner.0)))
}

fn named(ClientId(client): ClientId) -> &'static str {
    CLIENTS.get(usize::from(client)).map_or("other", |client| client.name)
}

/// How the service refused a save; `None` if it did not: what is too large is not offered, and what took too long was
/// admitted.
fn refusal(outcome: SaveOutcome) -> Option<SaveAnswer> {
    match outcome {
        SaveOutcome::RateLimited => Some(SaveAnswer::RateLimited),
        SaveOutcome::Exists => Some(SaveAnswer::Exists),
        SaveOutcome::ReadOnly => Some(SaveAnswer::Denied),
        SaveOutcome::OverQuota => Some(SaveAnswer::OverQuota),
        SaveOutcome::Stored | SaveOutcome::TooLarge | SaveOutcome::ReservationExpired => None,
    }
}
