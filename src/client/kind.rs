//! The registry of clients: what is known of each by its name alone, whatever its settings. A new client is
//! its file, a row here and its place in [`Cache`](super::Cache). Results name clients, so whoever reads one
//! asks here, and compares no names.

use crate::event::ClientId;

/// A client as results know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientKind {
    /// Its name in scenarios, tables and metric labels.
    pub name: &'static str,
    /// What it finds or misses.
    pub unit: HitUnit,
    /// True if the user can state which runs save (`save-if`); the setup actions save after every miss.
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

/// All clients. A [`ClientId`] is an index into this list, and draws depend on it: append, do not insert.
pub static CLIENTS: [ClientKind; 7] = [
    ClientKind { name: "rust-cache", unit: HitUnit::Restores, saves_by_choice: true, color: 0 },
    ClientKind { name: "actions-cache", unit: HitUnit::Restores, saves_by_choice: true, color: 4 },
    ClientKind { name: "setup-node", unit: HitUnit::Restores, saves_by_choice: false, color: 3 },
    ClientKind { name: "setup-python", unit: HitUnit::Restores, saves_by_choice: false, color: 5 },
    ClientKind { name: "setup-go", unit: HitUnit::Restores, saves_by_choice: false, color: 6 },
    ClientKind { name: "sccache", unit: HitUnit::Objects, saves_by_choice: true, color: 1 },
    ClientKind { name: "buildkit", unit: HitUnit::Steps, saves_by_choice: true, color: 2 },
];

impl ClientKind {
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
