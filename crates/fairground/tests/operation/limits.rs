//! Small limits of the machine are raised as far as they may be.

use crate::process::{BINARY, Piped};
use std::net::TcpStream;

#[test]
fn a_low_limit_of_open_files_is_raised_and_a_crowd_gets_in() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let (data, address) = (folder.path().join("data"), testkit::server::free_address());
    let line = format!("ulimit -Sn 64; exec {BINARY} serve --data {} --listen {address}", data.display());
    let mut command = testkit::server::command("sh");
    command.args(["-c", &line]);
    let mut server = Piped::spawn(command, address);
    server.wait_until_ready();
    let crowd: Vec<_> = (0..200).map(|_| TcpStream::connect(address).expect("connected")).collect();
    assert_eq!(server.get("/health").expect("answers").status, 200);
    drop(crowd);
}
