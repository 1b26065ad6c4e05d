//! PostgreSQL as it is in the wild: TLS, poolers, few rights, and every way in which it goes away. Debian's PostgreSQL and
//! PgBouncer, a certificate of our own making.

use crate::postgres_server::PostgresServer;
use crate::process::{Piped, errors_of, run, text_of};
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use testkit::Answer;
use testkit::http::Client;

/// What a request may take when the server stands still, with a busy machine's own delay.
const ANSWER_MAX: Duration = Duration::from_millis(5_500);
/// How long everything may take to be as before.
const RECOVERY_MAX: Duration = Duration::from_secs(30);

fn migrate(url: &str) -> std::process::Output {
    run(&["migrate", "--stall", "rush", "--database", url], &[])
}

fn served(server: &PostgresServer) -> Piped {
    let address = testkit::server::free_address();
    let mut command = testkit::server::command(crate::process::BINARY);
    command.args(["serve", "--database", &server.plain_url(), "--listen", &address.to_string()]);
    // One address asks again and again here.
    command.env("FAIRGROUND_HTTP_RATE_LIMIT_FACTOR", "0");
    let mut front = Piped::spawn(command, address);
    front.wait_until_ready();
    front
}

/// A write that needs neither a shop nor an account: whoever forgot a password leaves a row.
fn write(front: &Piped, name: &str) -> Answer {
    let body = json!({ "email": format!("{name}@example.test") }).to_string();
    let mut client = Client::new(front.address);
    client.send("POST", "/rush/api/v1/auth/forgot-password", &[], body.as_bytes()).expect("answers")
}

fn assert_unavailable_in_time(front: &Piped, name: &str) {
    let begun = Instant::now();
    let answer = write(front, name);
    assert!(begun.elapsed() < ANSWER_MAX, "{:?}", begun.elapsed());
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.headers.get("retry-after").is_some());
}

fn recovers(front: &mut Piped, name: &str) {
    let begun = Instant::now();
    front.wait_until("it writes again", |front| {
        std::thread::sleep(Duration::from_secs(1));
        write(front, name).status == 202
    });
    assert!(begun.elapsed() < RECOVERY_MAX, "{:?}", begun.elapsed());
    front.wait_until("ready", |front| front.get("/ready").is_ok_and(|answer| answer.status == 200));
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn tls_is_proved_as_the_address_says() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let root = server.file("root.crt");
    for parameters in [
        format!("sslmode=verify-full&sslrootcert={root}&channel_binding=require"),
        format!("sslmode=verify-ca&sslrootcert={root}"),
        "sslmode=require".to_owned(),
    ] {
        let output = migrate(&server.encrypted_url(&parameters));
        assert!(output.status.success(), "{parameters}: {}", errors_of(&output));
        let checked =
            run(&["check", "--stall", "rush", "--database", &server.encrypted_url(&parameters)], &[]);
        assert!(checked.status.success(), "{parameters}: {}{}", text_of(&checked), errors_of(&checked));
    }
    let by_address = server
        .encrypted_url(&format!("sslmode=verify-full&sslrootcert={root}"))
        .replace("localhost", "127.0.0.1");
    assert!(!migrate(&by_address).status.success(), "the certificate is for localhost, not for its address");
    let disabled = migrate(&server.encrypted_url("sslmode=disable"));
    assert!(!disabled.status.success(), "the server takes no clear text from this user");
    let system = migrate(&server.encrypted_url("sslmode=verify-full"));
    assert!(!system.status.success(), "nobody whom this machine trusts has signed for it");
    let unreadable = migrate(&server.encrypted_url("sslmode=sometimes"));
    assert_eq!(unreadable.status.code(), Some(2));
    for output in [disabled, system, unreadable] {
        assert!(!errors_of(&output).contains("s3cret"), "{}", errors_of(&output));
    }
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn a_server_that_stands_still_is_said_within_five_seconds_and_comes_back() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let mut front = served(&server);
    assert_eq!(write(&front, "before").status, 202);
    server.signal("STOP");
    assert_unavailable_in_time(&front, "stopped-1");
    assert_unavailable_in_time(&front, "stopped-2");
    let ready = front.get("/ready").expect("answers");
    assert!(ready.status == 503 && ready.text.contains("rush"), "{}", ready.text);
    server.signal("CONT");
    recovers(&mut front, "stopped-1");
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn connections_that_were_ended_or_can_keep_nothing_are_given_up() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let mut front = served(&server);
    server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");
    recovers(&mut front, "terminated");
    server.sql("postgres", "ALTER ROLE plain SET default_transaction_read_only = on");
    server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'plain'");
    std::thread::sleep(Duration::from_secs(1));
    assert_unavailable_in_time(&front, "read-only");
    server.sql("postgres", "ALTER ROLE plain RESET default_transaction_read_only");
    recovers(&mut front, "read-only");
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn of_several_hosts_the_one_that_can_be_written_is_taken() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let dead = testkit::server::free_address().port();
    let url = format!(
        "postgres://plain@127.0.0.1:{dead},127.0.0.1:{}/shop?target_session_attrs=read-write",
        server.port
    );
    let output = migrate(&url);
    assert!(output.status.success(), "{}", errors_of(&output));
}

#[test]
#[ignore = "needs Debian's PostgreSQL; run with --include-ignored"]
fn a_role_without_the_right_to_make_schemas_starts_where_they_are() {
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    server.sql("postgres", "REVOKE CREATE ON DATABASE shop FROM plain");
    let output = migrate(&server.plain_url());
    assert!(!output.status.success());
    let said = errors_of(&output);
    assert!(said.contains("CREATE SCHEMA rush AUTHORIZATION \"plain\";"), "{said}");
    server.sql("shop", "CREATE SCHEMA rush AUTHORIZATION \"plain\";");
    let output = migrate(&server.plain_url());
    assert!(output.status.success(), "{}", errors_of(&output));
    // With its tables there, it needs no more than to use them.
    server.sql("shop", "ALTER SCHEMA rush OWNER TO postgres");
    server.sql("shop", "GRANT USAGE ON SCHEMA rush TO plain");
    let output = migrate(&server.plain_url());
    assert!(output.status.success(), "{}", errors_of(&output));
}

/// Debian's PgBouncer in front of a server; ended when dropped.
struct Bouncer {
    child: Child,
    port: u16,
    // Removed with it.
    _folder: tempfile::TempDir,
}

impl Bouncer {
    fn start(server: &PostgresServer, mode: &str) -> Self {
        let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
        let port = testkit::server::free_address().port();
        let users = folder.path().join("users");
        std::fs::write(&users, "\"plain\" \"\"\n").expect("written");
        let settings = format!(
            "[databases]\nshop = host=127.0.0.1 port={} dbname=shop user=plain\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = {mode}\n",
            server.port,
            users.display()
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).expect("written");
        let opened = Command::new("chmod").args(["-R", "a+rX"]).arg(folder.path()).status();
        assert!(opened.is_ok_and(|status| status.success()));
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", "pgbouncer"])
            .arg(&file);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let bouncer = Self { child: child.expect("pgbouncer starts"), port, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "PgBouncer does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        bouncer
    }

    fn url(&self) -> String {
        format!("postgres://plain@127.0.0.1:{}/shop", self.port)
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
#[ignore = "needs Debian's PostgreSQL and PgBouncer; run with --include-ignored"]
fn a_pooler_passes_where_it_keeps_sessions_and_is_refused_where_it_does_not() {
    if !std::path::Path::new("/usr/sbin/pgbouncer").exists() {
        return testkit::skip("PgBouncer is not installed");
    }
    let server = PostgresServer::start().expect("PostgreSQL is installed");
    let session = Bouncer::start(&server, "session");
    let output = migrate(&session.url());
    assert!(output.status.success(), "{}", errors_of(&output));
    assert_eq!(server.sql("shop", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
    let transaction = Bouncer::start(&server, "transaction");
    let output = migrate(&transaction.url());
    assert!(!output.status.success());
    assert!(errors_of(&output).contains("pool_mode = session"), "{}", errors_of(&output));
}
