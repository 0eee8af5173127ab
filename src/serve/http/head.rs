//! The head of a request: method, address and headers, checked as far as the server depends on them.

use super::query::Query;

/// The longest head that is read, 32 KiB. Tokens and signed addresses are the longest parts of one.
pub(super) const HEAD_BYTES_MAX: usize = 32 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;

/// A request without its body.
#[derive(Debug, Clone)]
pub struct RequestHead {
    /// `GET`, `PUT`, `POST` …
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query.
    pub query: Query,
    /// The length of the body; 0 without one.
    pub length: u64,
    /// True if the client waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
    /// True if the connection stays open after the answer.
    pub keeps_alive: bool,
    headers: Vec<(String, String)>,
}

impl RequestHead {
    /// Reads a head, up to and with its empty line.
    ///
    /// # Errors
    /// The status of the refusal, and why.
    pub(super) fn read(bytes: &[u8]) -> Result<RequestHead, (u16, &'static str)> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut parsed = httparse::Request::new(&mut headers);
        match parsed.parse(bytes) {
            Ok(httparse::Status::Complete(_)) => {}
            Err(httparse::Error::TooManyHeaders) => return Err((431, "too many headers")),
            Ok(httparse::Status::Partial) | Err(_) => return Err((400, "this is not HTTP/1.1")),
        }
        let target = parsed.path.unwrap_or("/");
        // A proxy's request names the host in its target, which no client of a cache sends.
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let text = |header: &httparse::Header| {
            (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).trim().to_owned())
        };
        let mut head = RequestHead {
            method: parsed.method.unwrap_or("").to_owned(),
            path: path.to_owned(),
            query: Query::read(query),
            length: 0,
            expects_continue: false,
            keeps_alive: parsed.version == Some(1),
            headers: parsed.headers.iter().map(text).collect(),
        };
        head.length = head.body_length()?;
        let says = |name, word| head.header(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
        let (expects_continue, closes) = (says("expect", "100-continue"), says("connection", "close"));
        head.expects_continue = expects_continue;
        head.keeps_alive &= !closes;
        Ok(head)
    }

    /// Two lengths, or a length and chunks, are how one request is smuggled inside another: both are refused.
    fn body_length(&self) -> Result<u64, (u16, &'static str)> {
        let lengths: Vec<_> = self.headers.iter().filter(|(name, _)| name == "content-length").collect();
        if self.header("transfer-encoding").is_some() {
            return Err((411, "send a Content-Length: bodies in chunks are not read"));
        }
        match lengths.as_slice() {
            [] if ["PUT", "POST", "PATCH"].contains(&self.method.as_str()) => {
                Err((411, "send a Content-Length"))
            }
            [] => Ok(0),
            [(_, value)] if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                value.parse().map_err(|_| (400, "the Content-Length is no length"))
            }
            _ => Err((400, "the Content-Length is no length")),
        }
    }

    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}
