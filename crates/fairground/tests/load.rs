//! The load generator against the real server: it imports no stall, so only this shows that both mean the same by a request.

use std::process::Output;
use testkit::server::{Server, command};

const BINARY: &str = env!("CARGO_BIN_EXE_fairground");

/// A server of the load profile with an empty database, ready.
fn server(data: &tempfile::TempDir) -> Server {
    let data = data.path().display().to_string();
    let mut server = Server::start(BINARY, &["serve", "--profile", "load", "--data", &data]);
    server.wait_until_ready();
    server
}

/// A second of gentle load on a stall.
fn load(server: &Server, stall: &str, more: &[&str]) -> Output {
    let url = server.url();
    let usual = ["load", stall, "--url", &url, "--duration", "1", "--connections", "4", "--rate", "100"];
    command(BINARY).args(usual).args(more).output().expect("the binary starts")
}

fn assert_good(output: &Output, server: &Server) {
    let (table, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{table}\n{errors}\n{}", server.log());
    assert!(table.contains("check: ok") && table.contains(" 0 lost"), "{table}");
}

#[test]
fn the_real_server_stands_a_second_of_every_kind_of_request_to_every_stall() {
    let data = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let server = server(&data);
    for stall in load::STALLS {
        let more: &[&str] = match stall.name {
            "rush" => &["--mix", "reserve=40,replay=20,sold_out=20,confirm=10,cancel=10", "--ceiling"],
            "tap" => &[
                "--players",
                "400",
                "--mix",
                "bet=30,replay=10,duplicate=10,bad_stake=10,balance=10,list=10,one=10,price=5,grid=5",
                "--ceiling",
            ],
            "funpot" => &[
                "--voters",
                "400",
                "--events",
                "10",
                "--mix",
                "vote=30,replay=10,second=10,bad_option=10,mine=10,live=20,event=10",
                "--ceiling",
            ],
            "tiris" => &[
                "--bots",
                "40",
                "--mix",
                "log=30,replay=10,too_much=10,informational=10,accounts=10,transactions=10,logs=10",
                "--ceiling",
            ],
            other => panic!("{other} has no words here"),
        };
        assert_good(&load(&server, stall.name, more), &server);
    }
}

#[test]
fn the_real_server_takes_logs_in_batches() {
    let data = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let server = server(&data);
    let url = server.url();
    let words = [
        "load",
        "tiris",
        "--url",
        &url,
        "--duration",
        "1",
        "--connections",
        "2",
        "--bots",
        "20",
        "--batch",
        "50",
    ];
    assert_good(&command(BINARY).args(words).output().expect("the binary starts"), &server);
}

#[test]
fn the_real_server_takes_bets_signed_in_every_scheme() {
    let data = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let server = server(&data);
    for scheme in ["ed25519", "secp256k1"] {
        assert_good(&load(&server, "tap", &["--players", "400", "--scheme", scheme]), &server);
    }
}
