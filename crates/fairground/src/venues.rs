//! `fairground venues`: the venue simulator as a program of its own, for servers that are told to listen to it.

use crate::cli::{print_out, runtime};
use crate::serve::{LogStyle, ended, start_log};
use kernel::SystemClock;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use tap::venues::{self, Venues, VenuesSettings};

/// Cents in a dollar.
const CENTS: i64 = 100;

/// Runs the simulator until a signal ends it. Errors: the address cannot be listened on.
pub fn run(listen: SocketAddr, seed: u64, volatility_percent: f64, price: u32) -> Result<(), String> {
    if !listen.ip().is_loopback() {
        return Err("the simulator listens on loopback only: it is no venue".to_owned());
    }
    if !(0.0..=1_000.0).contains(&volatility_percent) || price == 0 {
        return Err("--volatility must be from 0 to 1000, --price more than 0".to_owned());
    }
    start_log(LogStyle::Text, "warn")?;
    let settings = VenuesSettings {
        seed,
        annual_vol: volatility_percent / 100.0,
        start_price: i64::from(price) * CENTS,
        listen,
        ..VenuesSettings::default()
    };
    let running = venues::run(&settings, Arc::new(SystemClock), tell, ended());
    runtime()?.block_on(running).map_err(|error| format!("cannot listen on {listen}: {error}"))
}

fn tell(venues: &Venues) {
    let mut text = String::from("Simulated venues; a server listens to them with\n\n");
    for (protocol, socket, history) in venues.urls() {
        let name = protocol.name().to_uppercase();
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            text,
            "  FAIRGROUND_TAP_{name}_URLS={socket} FAIRGROUND_TAP_{name}_HISTORY_URL={history} \\"
        );
    }
    let address = venues.address();
    let _ = writeln!(
        text,
        "  fairground serve\n\nFaults: curl -X POST 'http://{address}/control?venue=kraken&fault=silence'\n"
    );
    print_out(&text);
}
