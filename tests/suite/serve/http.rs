//! A connection that sends what it is told to, byte by byte if need be, and reads answers.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An open connection.
pub struct Connection(BufReader<TcpStream>);

/// An answer.
#[derive(Debug, Default)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Connection {
    pub fn to(address: SocketAddr) -> Connection {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
        Connection(BufReader::new(stream))
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Sends a request and reads the answer.
    pub fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let host = self.0.get_ref().peer_addr().expect("it is connected");
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
        if !body.is_empty() || ["PUT", "POST"].contains(&method) {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.send(format!("{head}\r\n").as_bytes()).expect("it listens");
        // The server may answer, and hang up, before it has read everything.
        self.send(body).ok();
        self.reply(method == "HEAD").expect("an answer")
    }

    /// Reads an answer; of one to a HEAD, the head.
    pub fn reply(&mut self, is_head: bool) -> io::Result<Reply> {
        let mut reply = Reply::default();
        let mut line = String::new();
        while self.0.read_line(&mut line)? > 2 {
            match line.trim().split_once(": ") {
                Some((name, value)) => reply.headers.push((name.to_ascii_lowercase(), value.to_owned())),
                None => {
                    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
                    reply.status = status.expect("a status");
                }
            }
            line.clear();
        }
        if reply.status == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if reply.status == 100 {
            return self.reply(is_head);
        }
        let length = reply.header("content-length").parse().expect("a length");
        if !is_head {
            self.0.by_ref().take(length).read_to_end(&mut reply.body)?;
        }
        Ok(reply)
    }

    /// True if the server has hung up.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.0.fill_buf(), Ok([]) | Err(_))
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
