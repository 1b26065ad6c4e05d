//! `cargo xtask`: the everyday commands of a contributor, the same ones that CI runs.
//!
//! Each command is a file; this one only lists them. xtask depends on the standard library alone, so that
//! it is built in a second and works before anything else does.
#![expect(clippy::print_stdout, reason = "a command-line tool talks to its user on stdout")]

mod bench;
mod crash;
mod demo;
mod guard;
mod lint;
mod machine;
mod openapi;
mod pg;
mod postgres;
mod process;
mod promtool;
mod root;
mod test;
mod tidy;

use std::process::ExitCode;

/// One everyday command: its name, its arguments and purpose as shown in the list, and what runs it.
struct Command {
    name: &'static str,
    usage: &'static str,
    purpose: &'static str,
    run: fn(&[String]) -> Result<ExitCode, String>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        usage: "test [SUITE]...",
        purpose: "everything CI runs; installs what it may, says what it skips",
        run: test::run,
    },
    Command { name: "lint", usage: "lint", purpose: "formatting and clippy only", run: lint::run },
    Command {
        name: "tidy",
        usage: "tidy [--shrink]",
        purpose: "the house rules clippy cannot see",
        run: tidy::run,
    },
    Command {
        name: "crash",
        usage: "crash [--stall S] [--rounds N] [--seed S] [--postgres]",
        purpose: "kill -9 under load, restart, check every promise",
        run: crash::run,
    },
    Command {
        name: "bench",
        usage: "bench [--stall S] [--runs N] [--duration S] [--record] [--peers] [-- LOAD ARGS]",
        purpose: "the load generator against a fresh server of the profile dist, with its ceiling",
        run: bench::run,
    },
    Command {
        name: "demo",
        usage: "demo [ARGS]...",
        purpose: "build and start the demo in release mode",
        run: demo::run,
    },
    Command {
        name: "pg",
        usage: "pg",
        purpose: "start a private PostgreSQL, print its URL, stop it on Ctrl-C",
        run: pg::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        list();
        return ExitCode::SUCCESS;
    };
    if name == guard::COMMAND {
        return guard::run(rest);
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        list();
        eprintln!("\nxtask: there is no command `{name}`");
        return ExitCode::from(2);
    };
    (command.run)(rest).unwrap_or_else(|message| {
        eprintln!("xtask {name}: {message}");
        ExitCode::FAILURE
    })
}

fn list() {
    println!("Everyday commands of Fairground (cargo xtask COMMAND):\n");
    for command in COMMANDS {
        println!("  {:<56} {}", command.usage, command.purpose);
    }
    println!("\nSuites of `test`, in the order they run: {}", test::suite_names().join(", "));
}
