//! Accepts connections, a thread for each, up to a number.

use super::answer::Answer;
use super::connection::{Handler, converse};
use super::connection_limits::ConnectionLimits;
use super::wire::Throttle;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration as Span;

/// The stack of a connection's thread: it does not call deeply.
const STACK_BYTES: usize = 512 * 1024;

/// A bound address at which requests are answered until it is dropped.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
}

impl Listener {
    /// Listens at this address; port 0 is any free one.
    ///
    /// # Errors
    /// If the address cannot be had.
    pub fn start(
        at: SocketAddr,
        limits: ConnectionLimits,
        handler: Arc<dyn Handler>,
    ) -> io::Result<Listener> {
        let listener = TcpListener::bind(at)?;
        let (address, stopped) = (listener.local_addr()?, Arc::new(AtomicBool::new(false)));
        let has_stopped = Arc::clone(&stopped);
        let accept = move || {
            let open = Arc::new(AtomicUsize::new(0));
            for stream in listener.incoming() {
                if has_stopped.load(Ordering::Relaxed) {
                    return;
                }
                match stream {
                    Ok(stream) => admit(stream, limits, &handler, &open),
                    // Too many open files, for instance: others have to close first.
                    Err(_) => thread::sleep(Span::from_millis(10)),
                }
            }
        };
        thread::Builder::new().name("listener".into()).spawn(accept)?;
        Ok(Listener { address, stopped })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // The thread waits for a connection: here is one.
        TcpStream::connect_timeout(&self.address, Span::from_millis(200)).ok();
    }
}

/// Starts a conversation, unless there are too many.
fn admit(stream: TcpStream, limits: ConnectionLimits, handler: &Arc<dyn Handler>, open: &Arc<AtomicUsize>) {
    if open.fetch_add(1, Ordering::Relaxed) >= limits.connections {
        open.fetch_sub(1, Ordering::Relaxed);
        turn_away(stream);
        return;
    }
    let (handler, counted) = (Arc::clone(handler), OpenConnection(Arc::clone(open)));
    // A client that hangs up is no concern of the server's. Where no thread can be had, the connection closes.
    let talk = move || {
        converse(stream, limits, &*handler).ok();
        drop(counted);
    };
    thread::Builder::new().stack_size(STACK_BYTES).spawn(talk).ok();
}

/// Counts a connection as long as it is open, even if its thread panics.
struct OpenConnection(Arc<AtomicUsize>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn turn_away(mut stream: TcpStream) {
    stream.set_write_timeout(Some(Span::from_millis(100))).ok();
    let busy =
        Answer::text(503, "text/plain; charset=utf-8", "too many connections").with("Retry-After", "1");
    busy.write(&mut stream, false, false, &mut Throttle::new(None)).ok();
}
