//! One connection: requests one after the other, until one side has had enough.

use super::answer::Answer;
use super::connection_limits::ConnectionLimits;
use super::head::RequestHead;
use super::wire::{RequestBody, Throttle, Wire};
use crate::units::Rate;
use std::io;
use std::net::TcpStream;

/// Answers requests, from many threads at once.
pub trait Handler: Send + Sync {
    /// The answer to a request. What it leaves of the body is skipped.
    fn handle(&self, request: Request<'_, '_>) -> Answer;

    /// How fast bodies pass; `None`: as fast as they can.
    fn bandwidth(&self) -> Option<Rate>;
}

/// A request whose body has not been read.
#[derive(Debug)]
pub struct Request<'a, 'w> {
    /// Everything before the body.
    pub head: &'a RequestHead,
    /// The body.
    pub body: &'a mut RequestBody<'w>,
}

/// Answers the requests of a connection until it ends.
///
/// # Errors
/// If the client hangs up in the middle, or stalls.
pub(super) fn converse(stream: TcpStream, limits: ConnectionLimits, handler: &dyn Handler) -> io::Result<()> {
    let mut wire = Wire::new(stream, limits)?;
    loop {
        let bytes = match wire.next_head() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(()),
            Err(problem) => return refused(&mut wire, &problem),
        };
        let head = match RequestHead::read(&bytes) {
            Ok(head) => head,
            Err((status, why)) => return last(&mut wire, Answer::text(status, PLAIN, why)),
        };
        let throttle = Throttle::new(handler.bandwidth());
        let mut body = wire.body(head.length, head.expects_continue, throttle);
        let answer = handler.handle(Request { head: &head, body: &mut body });
        let keeps_alive = body.skip() && head.keeps_alive;
        answer.write(
            wire.out(),
            keeps_alive,
            head.method == "HEAD",
            &mut Throttle::new(handler.bandwidth()),
        )?;
        if !keeps_alive {
            return Ok(());
        }
    }
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn refused(wire: &mut Wire, problem: &io::Error) -> io::Result<()> {
    match problem.kind() {
        io::ErrorKind::InvalidData => last(wire, Answer::text(431, PLAIN, "the head is too long")),
        io::ErrorKind::TimedOut => last(wire, Answer::text(408, PLAIN, "the head did not end in time")),
        _ => Ok(()),
    }
}

/// Writes the last answer of a connection.
fn last(wire: &mut Wire, answer: Answer) -> io::Result<()> {
    answer.write(wire.out(), false, false, &mut Throttle::new(None))
}
