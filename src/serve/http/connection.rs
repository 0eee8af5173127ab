//! One connection: requests one after the other, until one side has had enough.

use super::answer::Answer;
use super::head::Head;
use super::patience::Patience;
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
    pub head: &'a Head,
    /// The body.
    pub body: &'a mut RequestBody<'w>,
}

/// A rest of a body up to this length is read and thrown away, so that the connection can be used again.
const SKIPPED_BYTES_MAX: u64 = 64 * 1024;

/// Answers the requests of a connection until it ends.
///
/// # Errors
/// If the client hangs up in the middle, or stalls.
pub(super) fn converse(stream: TcpStream, patience: Patience, handler: &dyn Handler) -> io::Result<()> {
    let mut wire = Wire::new(stream, patience)?;
    loop {
        let bytes = match wire.next_head() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(()),
            Err(problem) => return refused(&mut wire, &problem),
        };
        let head = match Head::read(&bytes) {
            Ok(head) => head,
            Err((status, why)) => return last(&mut wire, Answer::text(status, PLAIN, why)),
        };
        let throttle = Throttle::new(handler.bandwidth());
        let mut body = wire.body(head.length, head.expects_continue, throttle);
        let answer = handler.handle(Request { head: &head, body: &mut body });
        // A client that was not told to continue sends nothing of the body, or all of it: nobody knows.
        let is_read = body.left() <= SKIPPED_BYTES_MAX && !(body.waits() && body.left() > 0);
        if is_read {
            body.pass_to(&mut io::sink())?;
        }
        let keeps_alive = head.keeps_alive && is_read;
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
