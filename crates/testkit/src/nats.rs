//! A private NATS server with JetStream on loopback, for as long as a test runs; it can be stopped and started again.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take on a loaded machine.
const START_MAX: Duration = Duration::from_secs(20);

/// The server; it ends with the value.
pub struct NatsServer {
    address: SocketAddr,
    folder: TempDir,
    child: Option<Child>,
}

impl NatsServer {
    /// Starts one over an empty folder. `None`, said loudly, when the machine has no `nats-server`. Panics when it does not
    /// come up.
    #[must_use]
    pub fn start() -> Option<Self> {
        if Command::new("nats-server").arg("-v").stdout(Stdio::null()).status().is_err() {
            crate::skip("nats-server is not installed; on Debian: apt install nats-server");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder for the server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        drop(listener);
        let mut server = Self { address, folder, child: None };
        server.start_again();
        Some(server)
    }

    /// Where clients connect.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Kills it; what it has on disk stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is ours");
            child.wait().expect("it is ours");
        }
    }

    /// Starts it again at the same address over the same folder.
    pub fn start_again(&mut self) {
        let port = self.address.port().to_string();
        let child = Command::new("nats-server")
            .args(["-a", "127.0.0.1", "-p", &port, "-js", "-sd"])
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("nats-server starts"));
        let limit = Instant::now() + START_MAX;
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < limit, "nats-server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.stop();
    }
}
