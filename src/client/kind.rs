//! The registry of clients: what is known of each by its name alone, whatever its settings. An action
//! with archives gets its place from its row in [`ACTIONS`]; any other new client is its file, a row here and
//! its place in [`Cache`](super::Cache). Results name clients, so whoever reads one
//! asks here, and compares no names.

use super::action::ACTIONS;
use crate::event::ClientId;

/// A client as results know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientKind {
    /// Its name in scenarios, tables and metric labels.
    pub name: &'static str,
    /// What it finds or misses.
    pub unit: HitUnit,
    /// True if the user can state which runs save (`save-if`);
    /// the setup actions save after every miss.
    pub saves_by_choice: bool,
    /// The number of its colour, the same in all charts.
    pub color: usize,
}

/// The unit in which a client's hits are counted. An archive is restored or not. Other clients find some of
/// the parts of a build, and that an index was found says nothing about these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HitUnit {
    /// Whole archives.
    #[default]
    Restores,
    /// Single objects, which are too many to be reported one by one.
    Objects,
    /// Image steps. Their layers also have digests for names, but are large enough to be reported.
    Steps,
}

impl HitUnit {
    /// The unit's name in tables.
    pub fn label(self) -> &'static str {
        match self {
            HitUnit::Restores => "restores",
            HitUnit::Objects => "objects",
            HitUnit::Steps => "steps",
        }
    }
}

/// All clients. A [`ClientId`] is an index into this list, and draws depend on it. So the actions that came
/// after sccache and BuildKit stand behind them; append, do not insert.
pub static CLIENTS: [ClientKind; OWN.len() + ACTIONS.len()] = {
    let mut all = [OWN[0]; OWN.len() + ACTIONS.len()];
    all[1] = OWN[1];
    let mut place = 0;
    while place < ACTIONS.len() {
        let behind = if place < FIRST_ACTIONS { 2 } else { OWN.len() };
        all[place + behind] = ClientKind::of_action(place);
        place += 1;
    }
    (all[2 + FIRST_ACTIONS], all[3 + FIRST_ACTIONS]) = (OWN[2], OWN[3]);
    all
};

/// The clients that are not a row of [`ACTIONS`].
const OWN: [ClientKind; 4] = [
    ClientKind { name: "rust-cache", unit: HitUnit::Restores, saves_by_choice: true, color: 0 },
    ClientKind { name: "actions-cache", unit: HitUnit::Restores, saves_by_choice: true, color: 4 },
    ClientKind { name: "sccache", unit: HitUnit::Objects, saves_by_choice: true, color: 1 },
    ClientKind { name: "buildkit", unit: HitUnit::Steps, saves_by_choice: true, color: 2 },
];

/// The clients of this many first places are named in every result, used or not.
pub const ALWAYS_NAMED: usize = OWN.len() + FIRST_ACTIONS;

/// The actions before sccache in the list.
const FIRST_ACTIONS: usize = 3;
/// The colours of the actions, which repeat.
const ACTION_COLORS: [usize; 3] = [3, 5, 6];

impl ClientKind {
    const fn of_action(place: usize) -> ClientKind {
        ClientKind {
            name: ACTIONS[place].name,
            unit: HitUnit::Restores,
            saves_by_choice: ACTIONS[place].saves_by_choice,
            color: ACTION_COLORS[place % ACTION_COLORS.len()],
        }
    }

    /// The client with this name; `None` if there is none, as in a result of another program.
    pub fn named(name: &str) -> Option<&'static ClientKind> {
        CLIENTS.iter().find(|client| client.name == name)
    }

    /// The id of the client with this name.
    ///
    /// # Panics
    /// If no client has this name.
    pub fn id(name: &str) -> ClientId {
        let place = CLIENTS.iter().position(|client| client.name == name);
        ClientId(place.expect("every client is in the list") as u16)
    }

    /// The unit of a client's hits.
    pub fn unit_of(client: &str) -> HitUnit {
        ClientKind::named(client).map(|kind| kind.unit).unwrap_or_default()
    }
}
