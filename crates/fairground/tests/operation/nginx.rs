//! Debian's nginx in front of the binary: with the file that we recommend everything works, with its defaults all but sockets.

use crate::process::Piped;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use testkit::http::Client;

/// A running nginx; dropping it ends it.
struct Nginx {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

/// Our recommended file with the ports of this test, or no more than a way through.
fn site(recommended: bool, front: SocketAddr, back: SocketAddr) -> String {
    if !recommended {
        return format!("server {{ listen {front}; location / {{ proxy_pass http://{back}; }} }}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nginx/fairground.conf");
    let text = std::fs::read_to_string(file).expect("the recommended file is there");
    text.replace("127.0.0.1:8080", &back.to_string()).replace("listen 80;", &format!("listen {front};"))
}

impl Nginx {
    /// None: it is not installed.
    fn start(recommended: bool, back: SocketAddr) -> Option<Self> {
        let program =
            ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists())?;
        let (folder, front) = (tempfile::tempdir().expect("a folder"), testkit::server::free_address());
        let place = folder.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {place}/{kind};"))
            .concat();
        let settings = format!(
            "daemon off; pid {place}/pid; error_log {place}/errors; events {{}}\n\
             http {{ access_log off; {temporary}\n{} }}",
            site(recommended, front, back)
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, settings).expect("written");
        let mut command = Command::new(program);
        command.arg("-c").arg(&file).arg("-e").arg(folder.path().join("errors"));
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let nginx = Self { child, address: front, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(front).is_err() {
            assert!(Instant::now() < deadline, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(nginx)
    }

    /// Sends bytes as they are; what comes back until the other end is silent for a second.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(2))).expect("set");
        stream.write_all(request.as_bytes()).expect("sent");
        let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
        while let Ok(count) = stream.read(&mut buffer) {
            if count == 0 {
                break;
            }
            text.extend_from_slice(&buffer[..count]);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _asked = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        let _ended = self.child.wait();
    }
}

fn served() -> (tempfile::TempDir, Piped) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").display().to_string();
    let address = testkit::server::free_address();
    let mut command = testkit::server::command(crate::process::BINARY);
    command.args(["demo", "--data", &data, "--listen", &address.to_string()]);
    command.env("FAIRGROUND_HTTP_TRUSTED_PROXIES", "127.0.0.1");
    let mut server = Piped::spawn(command, address);
    server.wait_until_ready();
    (folder, server)
}

const UPGRADE: &str = "GET /tap/ws HTTP/1.1\r\nHost: tickets.example\r\nOrigin: http://tickets.example\r\nUpgrade: websocket\r\n\
                       Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[test]
fn with_the_recommended_file_everything_passes() {
    let (_folder, server) = served();
    let Some(nginx) = Nginx::start(true, server.address) else {
        return testkit::skip("nginx is not installed");
    };
    let mut client = Client::new(nginx.address);
    for n in 0..300 {
        let answer = client.get("/health").unwrap_or_else(|error| panic!("request {n}: {error}"));
        assert_eq!(answer.status, 200, "kept connections lose no request");
    }
    assert_eq!(client.get("/metrics").expect("answers").status, 404, "figures are for operators");
    let socket = nginx.raw(UPGRADE);
    assert!(socket.starts_with("HTTP/1.1 101"), "{socket}");
    let old = nginx.raw("GET /health HTTP/1.0\r\nHost: tickets.example\r\n\r\n");
    assert!(old.starts_with("HTTP/1.1 200") && old.contains("ok"), "{old}");
    let continued = nginx.raw(
        "POST /rush/api/v1/auth/login HTTP/1.1\r\nHost: tickets.example\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{}",
    );
    assert!(continued.contains("HTTP/1.1 100") && continued.contains("HTTP/1.1 400"), "{continued}");
    let large = vec![b'x'; 200_000];
    let refused = client.send("POST", "/rush/api/v1/auth/login", &[], &large).expect("answers");
    assert!(refused.status == 413 && refused.text.contains("PAYLOAD_TOO_LARGE"), "{}", refused.text);
    let page = Client::new(nginx.address).get("/rush").expect("answers");
    assert_eq!(page.status, 200);
    let forged = [("x-forwarded-for", "203.0.113.7:4711")];
    assert_eq!(Client::new(nginx.address).send("GET", "/rush", &forged, b"").expect("answers").status, 200);
}

#[test]
fn with_the_defaults_pages_and_programs_pass() {
    let (_folder, server) = served();
    let Some(nginx) = Nginx::start(false, server.address) else {
        return testkit::skip("nginx is not installed");
    };
    for path in ["/health", "/rush", "/tap", "/rush/api/v1/events"] {
        let answer = Client::new(nginx.address).get(path).expect("answers");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let socket = nginx.raw(UPGRADE);
    assert!(!socket.contains("502") && !socket.contains("HTTP/1.1 5"), "{socket}");
}
