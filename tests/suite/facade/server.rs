//! A small HTTP/1.1 server on the loopback address: one request per connection, each handled by
//! one function.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// The longest body that is read: an upload of the tests, and some.
const BODY_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The longest head of a request.
const HEAD_BYTES_MAX: u64 = 64 * 1024;

/// A request.
#[derive(Debug)]
pub struct Request {
    /// `GET`, `PUT`, `POST` …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// What follows `Bearer ` in the header `Authorization`; empty without it.
    pub token: String,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Headers beside the length.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Vec::new() }
    }
}

/// Serves on a free port until the process ends; returns the address.
pub fn serve(handle: impl Fn(Request) -> Answer + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let handle = Arc::new(handle);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = Arc::clone(&handle);
            // A client that hangs up is no concern of the server's.
            thread::spawn(move || exchange(&stream, &*handle).ok());
        }
    });
    address
}

fn exchange(stream: &TcpStream, handle: &dyn Fn(Request) -> Answer) -> io::Result<()> {
    let answer = handle(read(&mut BufReader::new(stream))?);
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {} -\r\nConnection: close\r\n", answer.status)?;
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "Content-Length: {}\r\n\r\n", answer.body.len())?;
    stream.write_all(&answer.body)
}

fn read(reader: &mut impl BufRead) -> io::Result<Request> {
    let head = head(reader)?;
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).map_err(io::Error::other)?;
    let header = |name: &str| {
        let found = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map_or("", |header| std::str::from_utf8(header.value).unwrap_or(""))
    };
    let length: u64 = header("content-length").parse().unwrap_or(0);
    let token = header("authorization").trim_start_matches("Bearer ").to_owned();
    let mut body = Vec::new();
    reader.take(length.min(BODY_BYTES_MAX)).read_to_end(&mut body)?;
    Ok(Request {
        method: parsed.method.unwrap_or("").to_owned(),
        target: parsed.path.unwrap_or("").to_owned(),
        token,
        body,
    })
}

/// Everything up to and with the empty line.
fn head(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut reader = reader.take(HEAD_BYTES_MAX);
    while reader.read_until(b'\n', &mut head)? > 0 && !head.ends_with(b"\r\n\r\n") {}
    Ok(head)
}
