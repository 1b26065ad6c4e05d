//! A PostgreSQL of our own for one test: Debian's programs, a fresh folder, TLS with a certificate of our own making, users with
//! as few rights as a test needs. It can be stopped, told to refuse writes, and ended.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A busy machine takes its time.
const START_LIMIT: Duration = Duration::from_secs(60);
/// The password of `app`, who comes over TLS alone.
pub const PASSWORD: &str = "app-s3cret-pass";

/// Who may come how: over the socket everybody, over TLS `app` with a password, in clear text `plain` alone.
const HBA: &str = "local all all trust
hostssl all app 127.0.0.1/32 scram-sha-256
hostnossl all plain 127.0.0.1/32 trust
host all all 127.0.0.1/32 reject
";

/// A running server; dropping it ends it.
pub struct PostgresServer {
    child: Child,
    folder: tempfile::TempDir,
    pub port: u16,
}

/// The folder of Debian's newest programs.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").is_file()).max()
}

/// A command as the user that may run PostgreSQL: it refuses root.
fn as_owner(program: &Path) -> Command {
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

fn done(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl PostgresServer {
    /// Starts a server with the database and the users of these tests. None: PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("made");
        done(Command::new("chmod").args(["755"]).arg(folder.path()));
        done(Command::new("chown").args(["-R", "postgres"]).arg(folder.path()));
        let text = data.display().to_string();
        done(as_owner(&programs.join("initdb")).args([
            "-D",
            &text,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
        ]));
        Self::write_certificates(folder.path());
        std::fs::write(data.join("pg_hba.conf"), HBA).expect("written");
        done(Command::new("chown").args(["-R", "postgres"]).arg(folder.path()));
        let port = testkit::server::free_address().port();
        let sockets = format!("unix_socket_directories={}", folder.path().display());
        let certificate = format!("ssl_cert_file={}", folder.path().join("server.crt").display());
        let key = format!("ssl_key_file={}", folder.path().join("server.key").display());
        let (port_setting, listen) = (format!("port={port}"), "listen_addresses=127.0.0.1");
        let mut command = as_owner(&programs.join("postgres"));
        command.args(["-D", &text]);
        for setting in [&port_setting, listen, &sockets, "ssl=on", &certificate, &key] {
            command.args(["-c", setting]);
        }
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let server = Self { child, folder, port };
        server.wait();
        server.sql("postgres", &format!("CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'"));
        server.sql("postgres", "CREATE ROLE plain LOGIN");
        server.sql("postgres", "CREATE DATABASE shop OWNER postgres");
        server.sql("postgres", "GRANT CREATE ON DATABASE shop TO app, plain");
        Some(server)
    }

    fn write_certificates(folder: &Path) {
        let authority_key = rcgen::KeyPair::generate().expect("a key");
        let mut authority = rcgen::CertificateParams::new(Vec::new()).expect("a certificate");
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root = authority.self_signed(&authority_key).expect("signed");
        let issuer = rcgen::Issuer::new(authority, authority_key);
        let key = rcgen::KeyPair::generate().expect("a key");
        let server = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a certificate");
        let server = server.signed_by(&key, &issuer).expect("signed");
        for (name, text) in
            [("root.crt", root.pem()), ("server.crt", server.pem()), ("server.key", key.serialize_pem())]
        {
            std::fs::write(folder.join(name), text).expect("written");
        }
        done(Command::new("chmod").arg("600").arg(folder.join("server.key")));
    }

    fn wait(&self) {
        let deadline = Instant::now() + START_LIMIT;
        while !self.psql("postgres", "SELECT 1").output().is_ok_and(|output| output.status.success()) {
            assert!(Instant::now() < deadline, "PostgreSQL did not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn psql(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new("psql");
        let port = self.port.to_string();
        command
            .arg("-h")
            .arg(self.folder.path())
            .args(["-p", &port, "-U", "postgres", "-qAt", "-d", database, "-c", sql]);
        command
    }

    /// Runs a statement as the administrator; what it answers.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.psql(database, sql).output().expect("psql starts");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A file beside the data: `root.crt`, say.
    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The address of `app`, with these parameters.
    pub fn encrypted_url(&self, parameters: &str) -> String {
        format!("postgres://app:{PASSWORD}@localhost:{}/shop?{parameters}", self.port)
    }

    /// The address of `plain`, who comes in clear text on this machine.
    pub fn plain_url(&self) -> String {
        format!("postgres://plain@127.0.0.1:{}/shop", self.port)
    }

    /// Every process of the server stops where it is, or goes on.
    pub fn signal(&self, name: &str) {
        let own = self.child.id().to_string();
        let children = Command::new("pgrep").args(["-P", &own]).output().expect("pgrep starts");
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &own]).args(children.split_whitespace());
        let _some_may_have_ended = kill.stderr(Stdio::null()).status();
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.signal("CONT");
        // The fast shutdown.
        let _asked = Command::new("kill").args(["-s", "INT", &self.child.id().to_string()]).status();
        let _ended = self.child.wait();
    }
}
