//! The program: the one table of stalls, handed to the platform.

mod stalls;

use std::process::ExitCode;

/// Five to eleven per cent less CPU under load than the system's allocator (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fairground::run(stalls::STALLS)
}
