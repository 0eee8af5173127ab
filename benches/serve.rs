//! `serve` on this machine's own address: small objects a second each way, by two clients at once, and large bodies
//! beside a plain copy of a file, all in one run. Fails below 2,000 objects a second, below half the speed of the
//! copy, or if a large body costs memory.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench prints, writes files and reads clocks"
)]

use cache_budget::replay::{LoggedRun, WorkflowEvent};
use cache_budget::serve::{Bodies, ConnectionLimits, ServeClock, ServeRequest, Server};
use cache_budget::service::{Limits, Sweep};
use cache_budget::units::Duration;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Instant;

/// Small objects that each client stores, and their size: the median of sccache's is some tens of kilobytes.
const OBJECTS: usize = 4_000;
const OBJECT_BYTES: usize = 16 * 1024;
/// Clients at once: as many as there are cores.
const CLIENTS: usize = 2;
/// A large body.
const BODY_BYTES: u64 = 1 << 30;
/// The most memory that a large body may cost.
const GROWTH_BYTES_MAX: u64 = 50_000_000;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = serve(&folder.path().join("store"));
    let address = server.address();
    let small = [("stored", Client::store as fn(&mut Client, &str)), ("restored", Client::restore)];
    let rates = small.map(|(what, act)| {
        let rate = objects_per_second(address, act);
        println!("small objects {what}: {rate:.0} a second");
        rate
    });
    let before = peak_memory();
    let [copied, stored, restored] = large(address, folder.path());
    let growth = peak_memory() - before;
    println!("a body of 1 GiB: copied at {copied:.0} MB/s, stored at {stored:.0}, restored at {restored:.0}");
    println!("ratios to the copy: {:.2} and {:.2}", stored / copied, restored / copied);
    println!("memory at its peak: {:.1} MB more than for small objects", growth as f64 / 1e6);
    assert!(rates.iter().all(|rate| *rate >= 2_000.0), "2,000 small objects a second");
    assert!(stored.min(restored) >= copied / 2.0, "half the speed of a copy");
    assert!(growth < GROWTH_BYTES_MAX, "a body is never in memory");
}

/// A cache that refuses nothing and keeps everything.
fn serve(store: &Path) -> Server {
    let request = ServeRequest {
        scenario: None,
        limit: Limits::INCLUDED,
        sweep: Sweep::Never,
        retention: Limits::default().retention,
        uploads_per_minute: u32::MAX,
        downloads_per_minute: u32::MAX,
        speed: 1.0,
        start: None,
        run: LoggedRun {
            reference: "refs/heads/main".to_owned(),
            base: None,
            event: WorkflowEvent::of("refs/heads/main"),
            mode: None,
        },
        default_branch: "refs/heads/main".to_owned(),
        initial: None,
        latency: Duration::ZERO,
        bandwidth: None,
        bodies: Bodies::Folder(store.to_owned()),
        record: None,
        listen: None,
        port: 0,
        token: None,
    };
    let clock = ServeClock::running(ServeClock::wall(), 1.0);
    Server::start_with(&request, Some(clock), ConnectionLimits::default()).expect("it can be served")
}

/// All clients do this to all of their objects, at once.
fn objects_per_second(address: SocketAddr, act: fn(&mut Client, &str)) -> f64 {
    let begun = Instant::now();
    let clients = (0..CLIENTS).map(|number| {
        thread::spawn(move || {
            let mut client = Client::new(address);
            (0..OBJECTS).for_each(|object| act(&mut client, &format!("sccache/{number}/{object}")));
        })
    });
    let clients: Vec<_> = clients.collect();
    clients.into_iter().for_each(|client| client.join().expect("it had no trouble"));
    (OBJECTS * CLIENTS) as f64 / begun.elapsed().as_secs_f64()
}

/// Megabytes a second of a copy, an upload and a download of a large body.
fn large(address: SocketAddr, folder: &Path) -> [f64; 3] {
    let path = folder.join("body");
    let mut file = File::create(&path).expect("a file");
    let piece = vec![7; 1 << 20];
    (0..BODY_BYTES >> 20).for_each(|_| file.write_all(&piece).expect("there is room"));
    let mut client = Client::new(address);
    let timed = |act: &mut dyn FnMut()| {
        let begun = Instant::now();
        act();
        BODY_BYTES as f64 / 1e6 / begun.elapsed().as_secs_f64()
    };
    // Read and written, as a client and a server do together; `fs::copy` may leave both to the file system.
    let copied = timed(&mut || {
        let (mut from, mut to) =
            (File::open(&path).expect("it is there"), File::create(folder.join("copy")).expect("a file"));
        let mut piece = vec![0; 128 * 1024];
        loop {
            match from.read(&mut piece).expect("it can be read") {
                0 => break,
                read => to.write_all(&piece[..read]).expect("there is room"),
            }
        }
    });
    fs::remove_file(folder.join("copy")).expect("it was there");
    let stored =
        timed(&mut || client.store_from("large", BODY_BYTES, &mut File::open(&path).expect("it is there")));
    let restored = timed(&mut || client.restore_to("large", &mut io::sink()));
    [copied, stored, restored]
}

/// A client that keeps its connection.
struct Client(BufReader<TcpStream>);

impl Client {
    fn new(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Client(BufReader::with_capacity(128 * 1024, stream))
    }

    fn store(&mut self, key: &str) {
        self.store_from(key, OBJECT_BYTES as u64, &mut io::repeat(7));
    }

    fn restore(&mut self, key: &str) {
        self.restore_to(key, &mut io::sink());
    }

    fn store_from(&mut self, key: &str, size: u64, body: &mut dyn Read) {
        let asked = format!(r#"{{"key":"{key}","version":"v"}}"#);
        let url = self.call("CreateCacheEntry", &asked);
        self.ask("PUT", target(&url), size, body, &mut io::sink());
        let asked = format!(r#"{{"key":"{key}","version":"v","size_bytes":"{size}"}}"#);
        self.call("FinalizeCacheEntryUpload", &asked);
    }

    fn restore_to(&mut self, key: &str, out: &mut dyn Write) {
        let url = self.call("GetCacheEntryDownloadURL", &format!(r#"{{"key":"{key}","version":"v"}}"#));
        self.ask("GET", target(&url), 0, &mut io::empty(), out);
    }

    fn call(&mut self, call: &str, body: &str) -> String {
        let target = format!("/twirp/github.actions.results.api.v1.CacheService/{call}");
        let mut answer = Vec::new();
        self.ask("POST", &target, body.len() as u64, &mut body.as_bytes(), &mut answer);
        String::from_utf8(answer).expect("JSON")
    }

    fn ask(&mut self, method: &str, target: &str, length: u64, body: &mut dyn Read, out: &mut dyn Write) {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer any\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut piece = vec![0; (length as usize).clamp(1, 128 * 1024)];
        let mut left = length;
        self.0.get_mut().write_all(head.as_bytes()).expect("it listens");
        while left > 0 {
            let most = piece.len().min(left as usize);
            let read = body.read(&mut piece[..most]).expect("it can be read");
            self.0.get_mut().write_all(&piece[..read]).expect("it listens");
            left -= read as u64;
        }
        let mut answer = 0;
        let mut line = String::new();
        while self.0.read_line(&mut line).expect("an answer") > 2 {
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                answer = value.trim().parse().expect("a length");
            } else if line.starts_with("HTTP/1.1 ") {
                assert!(line.starts_with("HTTP/1.1 20"), "{method} {target}: {line}");
            }
            line.clear();
        }
        io::copy(&mut self.0.by_ref().take(answer), out).expect("all of it");
    }
}

/// The path and query of the address in an answer.
fn target(answer: &str) -> &str {
    let from = answer.find("/account/").expect("an address");
    let rest = &answer[from..];
    &rest[..rest.find('"').expect("it ends")]
}

/// The most memory that the process has had, in bytes; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
