//! What the server puts up with: how long a client may take, and how many there may be.

use std::time::Duration as Span;

/// How long a client may take, on the real clock.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Between two requests.
    pub idle: Span,
    /// From the connection to the first byte of its first head, and from the first byte of a head to its end.
    pub head: Span,
    /// Without taking or sending a byte of a body.
    pub stalled: Span,
    /// The most connections at once; more are answered with 503.
    pub connections: usize,
}

impl Default for ConnectionLimits {
    fn default() -> ConnectionLimits {
        ConnectionLimits {
            idle: Span::from_secs(120),
            head: Span::from_secs(10),
            stalled: Span::from_secs(30),
            connections: 256,
        }
    }
}
