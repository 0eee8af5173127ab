//! A small HTTP/1.1 server: requests with limits and time-outs, bodies as streams, connections that are kept.
//!
//! It knows nothing about caches; [`Handler`] answers. It is hand-written because the small crates for it
//! (tiny_http, last released in 2022) read heads without a limit and wait for ever for slow clients; heads are
//! parsed by `httparse`. Bodies need a `Content-Length`, as in Azure's protocol: without one, 411.

mod answer;
mod connection;
mod connection_limits;
mod head;
mod listener;
mod query;
mod wire;

pub use answer::{Answer, AnswerBody};
pub use connection::{Handler, Request};
pub use connection_limits::ConnectionLimits;
pub use head::RequestHead;
pub use listener::Listener;
pub use query::Query;
pub use wire::RequestBody;
